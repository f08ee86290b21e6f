//! What each state of the Git configuration step looks like.
//!
//! Deliberately absent: keys and replies; the step's own file hears those.

use std::path::Path;

use super::{WHAT, aws_cli, shortened, url};
use crate::gitconfig::{Chain, Fate, Scope};
use crate::wizard::change;
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::names::printable;
use crate::wizard::screen::{Block, Check, Choice, Hint, Mark, Status};
use crate::wizard::step::{Back, Panel};

impl super::GitConfiguration {
    pub(super) fn choosing_panel(&self, facts: &Facts) -> Panel<'_> {
        let Some(plan) = &self.plan else { return Panel::default() };
        let aws = facts.tools.as_ref().is_some_and(|tools| tools.aws.is_some());
        let aws = if aws { "AWS CLI" } else { "AWS CLI (not found)" };
        let mut body = vec![Block::Choices(vec![
            Choice {
                label: "Helper",
                options: vec![aws.to_owned(), "built-in, faster".to_owned()],
                taken: usize::from(self.helper != aws_cli()),
                focused: self.focus == 0,
            },
            Choice {
                label: "For",
                options: vec!["CodeCommit only".to_owned(), "every host (AWS guide)".to_owned()],
                taken: usize::from(self.scope == Scope::EveryHost),
                focused: self.focus == 1,
            },
        ])];
        body.push(Block::Gap);
        if plan.changes() {
            body.push(Block::Diff(plan.diff.clone()));
        } else {
            body.push(Block::Text(format!("{} is as it should be. Nothing will be written.", plan.diff.path)));
        }
        body.push(Block::Gap);
        body.push(chain_table(&plan.chain, &facts.surroundings.home));
        let unserved = self.helper != aws_cli() && self.subject.as_ref().is_some_and(|profile| !profile.access_key);
        let status = if unserved {
            Status::marked(Mark::Look, "The built-in helper serves access keys only; this profile needs the AWS CLI's.")
        } else if plan.answers() {
            Status::plain(if plan.changes() {
                "Nothing has been changed. Undo brings back what is there now."
            } else {
                "Nothing has to be changed."
            })
        } else {
            Status::marked(Mark::Look, "Another helper would answer before ours.")
        };
        Panel {
            purpose: WHAT.to_owned(),
            body,
            status: Some(status),
            keys: vec![
                Hint::new(Key::Enter, if plan.changes() { "write" } else { "ask git" }),
                Hint::new(Key::Tab, "next choice"),
                Hint::of(&[Key::Left, Key::Right], "change"),
            ],
            commands: plan.wanted.commands(),
            ..Panel::default()
        }
    }

    pub(super) fn answered_panel(&self, facts: &Facts) -> Panel<'_> {
        let file = change::tilde(&self.sources.global, &facts.surroundings.home);
        let written = if self.wrote { "written" } else { "configured" };
        let mut checks = vec![Check::new(Mark::Ok, written, vec![file])];
        let Some(proof) = &self.proof else {
            checks.push(Check::new(Mark::Failed, "git asked", vec![]));
            return Panel {
                purpose: "Git cannot log in to CodeCommit yet.".to_owned(),
                body: vec![Block::Checks(checks)],
                status: Some(Status::marked(Mark::Failed, "Git was asked and gave no usable answer.")),
                keys: vec![
                    Hint::of(&[Key::Enter, Key::Char('r')], "ask again"),
                    Hint::new(Key::Char('o'), "the helpers"),
                    Hint::new(Key::Char('s'), "go on all the same"),
                ],
                back: Back::Within,
                ..Panel::default()
            };
        };
        let (purpose, status) = if facts.surroundings.dry_run {
            checks = vec![Check::new(Mark::Skipped, "git asked", vec!["not in a dry run".to_owned()])];
            ("Git would then be asked for a password.".to_owned(), "A dry run: nothing was written.".to_owned())
        } else {
            let who = self.subject.as_ref().map_or_else(String::new, |profile| printable(&profile.identity.short()));
            let key = shortened(&proof.access_key_id);
            let seconds = format!("git credential fill answered in {}", in_words(proof.milliseconds));
            checks.push(Check::new(Mark::Ok, "git asked", vec![seconds]));
            checks.push(if proof.same_key {
                Check::new(Mark::Ok, "same person", vec![format!("access key {key} belongs to {who}")])
            } else {
                Check::new(Mark::Ok, "temporary", vec![format!("access key {key}, made for this sign-in")])
            });
            let lives = "The password that git got lives for 15 minutes; a new one is made each time.".to_owned();
            ("Git can log in to CodeCommit.".to_owned(), lives)
        };
        Panel {
            purpose,
            body: vec![Block::Checks(checks)],
            status: Some(Status::plain(status)),
            keys: vec![Hint::new(Key::Enter, "continue"), Hint::new(Key::Char('o'), "the choices")],
            commands: self.subject.iter().map(|p| format!("echo url={} | git credential fill", url(p))).collect(),
            back: Back::Within,
            ..Panel::default()
        }
    }
}

fn chain_table(chain: &Chain, home: &Path) -> Block<'static> {
    let rows = chain.links.iter().map(|link| {
        let from = link.origin.trim_start_matches("file:");
        let then = match link.fate {
            Fate::Cleared => "cleared",
            Fate::Answers => "answers",
            Fate::AskedAfter => "only if that one is silent",
        };
        vec![printable(&link.helper), change::tilde(Path::new(from), home), then.to_owned()]
    });
    Block::Table { head: vec!["Whom git will ask, in order", "From", "Then"], rows: rows.collect() }
}

/// A time as a person says it.
fn in_words(milliseconds: u64) -> String {
    match milliseconds {
        0..100 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", std::time::Duration::from_millis(milliseconds).as_secs_f64()),
    }
}
