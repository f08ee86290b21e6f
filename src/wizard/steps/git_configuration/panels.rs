//! What each state of the Git configuration step looks like.
//!
//! Deliberately absent: keys and replies; the step's own file hears those.

use std::path::Path;

use super::choices::Reach;
use super::{ASKING, GitConfiguration, WHAT};
use crate::gitconfig::{Chain, Fate, shown_helper};
use crate::wizard::change;
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::field::Field;
use crate::wizard::names::printable;
use crate::wizard::replaced::kept_note;
use crate::wizard::screen::{Block, Check, Form, Hint, Mark, Status};
use crate::wizard::step::{Back, Panel};

/// Types the repository that gets a section of its own.
pub(super) fn naming(field: &Field) -> Panel<'static> {
    Panel {
        purpose: "Which repository? Only its remotes will use this profile; all others stay as they are.".to_owned(),
        body: vec![Block::Form(Form { fields: vec![field.view("Repository", "")], focus: 0 })],
        status: Some(Status::plain("Nothing has been changed.")),
        keys: vec![Hint::new(Key::Enter, "take it")],
        typing: true,
        back: Back::Within,
        ..Panel::default()
    }
}

impl GitConfiguration {
    pub(super) fn choosing_panel(&self, facts: &Facts) -> Panel<'_> {
        let (Some(plan), Some(profile)) = (&self.plan, &self.subject) else { return Panel::default() };
        let home = &facts.surroundings.home;
        let mut body = vec![Block::Choices(self.choices.shown(facts, profile, &self.sources))];
        if self.choices.built_in(facts) {
            let text = "It needs no AWS CLI, and answers in milliseconds where the AWS CLI takes half a second.";
            body.push(Block::Text(text.to_owned()));
        }
        body.push(Block::Gap);
        if let Some(before) = &plan.until_now {
            let text = format!(
                "Until now git logged in with profile {}, from now on with {}.",
                printable(before),
                plan.wanted.profile
            );
            body.extend([Block::Text(text), Block::Gap]);
        }
        if self.choices.reach == Reach::EveryHost {
            let text = "The form of the AWS guide: git runs the helper for GitHub and every other host as well. “CodeCommit only” in its \
                        place spares them that, and keeps other helpers away from CodeCommit.";
            body.extend([Block::Text(text.to_owned()), Block::Gap]);
        }
        if self.choices.reach == Reach::EachClone {
            let lines =
                plan.wanted.pins(&self.url(profile).0).into_iter().map(|(key, value)| format!("{key} = {value}"));
            body.push(Block::Card {
                title: "Written into each clone that is made next".to_owned(),
                lines: lines.collect(),
            });
        } else if plan.changes.is_empty() {
            let file = plan.target_shown(home);
            body.push(Block::Text(format!("{file} is as it should be. Nothing will be written.")));
        } else {
            body.extend(plan.diffs.iter().cloned().map(Block::Diff));
            body.extend(kept_note(&plan.changes, &facts.surroundings).map(Block::Text));
        }
        if self.choices.reach != Reach::EachClone {
            body.extend([Block::Gap, chain_table(&plan.chain, home)]);
        }
        body.extend(old_git(plan.wanted.wildcards, plan.wanted.resets));
        let write = if plan.changes.is_empty() { "ask git" } else { "write" };
        let mut keys = vec![
            Hint::new(Key::Enter, write),
            Hint::new(Key::Tab, "next choice"),
            Hint::of(&[Key::Left, Key::Right], "change"),
            Hint::new(Key::Char('m'), if self.choices.more { "fewer choices" } else { "more choices" }),
        ];
        if self.obstacles() > 0 {
            keys.insert(1, Hint::new(Key::Char('x'), "what stands in the way"));
        }
        Panel {
            purpose: WHAT.to_owned(),
            body,
            status: Some(self.choosing_status(facts)),
            keys,
            changes: !plan.changes.is_empty(),
            commands: self.commands(home),
            ..Panel::default()
        }
    }

    fn choosing_status(&self, facts: &Facts) -> Status {
        let Some(plan) = &self.plan else { return Status::plain("") };
        let things = match self.obstacles() {
            1 => "One thing stands".to_owned(),
            count => format!("{count} things stand"),
        };
        if self.is_blocked() || (self.choices.reach != Reach::EachClone && !plan.answers()) {
            Status::marked(Mark::Look, "Git would not come to this helper; x shows why.")
        } else if self.conflicts > 0 {
            Status::marked(Mark::Look, "The file changed meanwhile. This is the change to what is there now.")
        } else if self.obstacles() > 0 {
            Status::marked(Mark::Look, format!("{things} in the way, or could later; x shows what."))
        } else if plan.changes.is_empty() {
            Status::plain("Nothing has to be changed.")
        } else if facts.surroundings.dry_run {
            Status::plain("Nothing has been changed.")
        } else {
            Status::plain("Nothing has been changed. `codecommit-setup undo` takes it back later.")
        }
    }

    /// The commands of the guide that would do the same.
    fn commands(&self, home: &Path) -> Vec<String> {
        let Some(plan) = &self.plan else { return Vec::new() };
        match self.choices.reach {
            Reach::CodeCommit | Reach::EveryHost | Reach::OneRepository if self.choices.elsewhere().is_some() => {
                plan.wanted.commands_in(&format!("--file {}", change::shell_path(&plan.target_shown(home))))
            }
            Reach::CodeCommit | Reach::EveryHost | Reach::OneRepository => plan.wanted.commands(),
            Reach::Here => plan.wanted.commands_in("--local"),
            Reach::EachClone => Vec::new(),
        }
    }

    pub(super) fn asking_panel(&self) -> Panel<'_> {
        let body = vec![Block::Checks(self.proof.checks(self.subject.as_ref()))];
        Panel { back: Back::Within, body, ..Panel::waiting(ASKING, "Asking git.") }
    }

    pub(super) fn answered_panel(&self, facts: &Facts) -> Panel<'_> {
        let home = &facts.surroundings.home;
        let file = self.plan.as_ref().map_or_else(String::new, |plan| plan.target_shown(home));
        let written = if self.wrote { "written" } else { "configured" };
        let mut checks = Vec::new();
        if self.choices.reach != Reach::EachClone {
            checks.push(Check::new(Mark::Ok, written, vec![file]));
        }
        if facts.surroundings.dry_run {
            let asked = Check::new(Mark::Skipped, "git asked", vec!["not in a dry run".to_owned()]);
            return Panel {
                purpose: "Git would then be asked for a password.".to_owned(),
                body: vec![Block::Checks(vec![asked])],
                status: Some(Status::plain("A dry run: nothing was written.")),
                keys: vec![Hint::new(Key::Enter, "continue"), Hint::new(Key::Char('o'), "the choices")],
                back: Back::Within,
                ..Panel::default()
            };
        }
        checks.extend(self.proof.checks(self.subject.as_ref()));
        let mut body = vec![Block::Checks(checks)];
        if !self.proof.holds() {
            return Panel {
                purpose: "Git cannot log in to CodeCommit yet.".to_owned(),
                body,
                status: Some(Status::marked(Mark::Failed, "Git was asked and gave no usable answer.")),
                keys: vec![
                    Hint::of(&[Key::Enter, Key::Char('r')], "ask again"),
                    Hint::new(Key::Char('o'), "the helpers"),
                    Hint::new(Key::Char('s'), "go on all the same"),
                ],
                back: Back::Within,
                ..Panel::default()
            };
        }
        let mut keys = vec![
            Hint::new(Key::Enter, "continue"),
            Hint::new(Key::Char('o'), "the choices"),
            Hint::new(Key::Char('r'), "ask again"),
        ];
        let mut status = Status::plain("The password that git got lives for 15 minutes; a new one is made each time.");
        if let Some(problem) = self.proof.unread() {
            body.extend([Block::Gap, Block::Text(problem.why.clone()), Block::Text(problem.hint.clone())]);
            status = Status::marked(
                Mark::Look,
                format!("Git logs in, but could not read {}.", printable(&self.proof.repository)),
            );
        }
        if self.is_overridden_here() {
            let text = "Git does not use this helper in the repository that you are in. Press o, then x, to see why.";
            status = Status::marked(Mark::Look, text);
        }
        if self.proof.fails_on_the_desktop() {
            keys.insert(1, Hint::new(Key::Char('p'), "call it by its path"));
        }
        Panel {
            purpose: "Git can log in to CodeCommit.".to_owned(),
            body,
            status: Some(status),
            keys,
            commands: self
                .subject
                .iter()
                .map(|p| format!("echo url={} | git credential fill", self.url(p).0))
                .collect(),
            back: Back::Within,
            ..Panel::default()
        }
    }
}

/// What an old git cannot do, and what comes of it.
fn old_git(wildcards: bool, resets: bool) -> Vec<Block<'static>> {
    let text = match (wildcards, resets) {
        (true, _) => return Vec::new(),
        (false, true) => {
            "This git is older than 2.26 and knows no “*” in a host, so the section is for this region only. Each further region needs \
             another one, and hosts of VPC endpoints cannot be named at all."
        }
        (false, false) => {
            "This git is older than 2.9: an empty “helper =” does not clear others, so a keychain or another store that comes before ours \
             is still asked first, and its passwords die after 15 minutes. Take it out of the configuration, or upgrade git."
        }
    };
    vec![Block::Gap, Block::Text(text.to_owned())]
}

fn chain_table(chain: &Chain, home: &Path) -> Block<'static> {
    let rows = chain.links.iter().map(|link| {
        let from = change::tilde(Path::new(link.origin.trim_start_matches("file:")), home);
        let line = link.line.map(|line| format!(":{line}")).unwrap_or_default();
        let from = format!("{} {from}{line}", link.scope);
        let then = match link.fate {
            Fate::Cleared => "cleared",
            Fate::Answers => "answers",
            Fate::AskedAfter => "only if that one is silent",
        };
        vec![printable(&shown_helper(&link.helper)), from, then.to_owned()]
    });
    Block::Table { head: vec!["Whom git will ask, in order", "From", "Then"], rows: rows.collect() }
}
