//! What each state of the Permissions step looks like.
//!
//! Deliberately absent: keys and replies; the step's own file hears those.

#![expect(clippy::wildcard_enum_match_arm, reason = "only two states keep from going back")]

use super::{State, policy};
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::names::printable;
use crate::wizard::screen::{Block, Choice, Column, Hint, List, Mark, Status};
use crate::wizard::step::{Back, Panel};
use crate::wizard::working;

impl super::Permissions {
    pub(super) fn waiting_panel(&self, what: &str) -> Panel<'_> {
        let back = match self.state {
            State::Attaching(_) => Back::No,
            State::ReadingBack(_) | State::CheckingAgain(_) => Back::Within,
            _ => Back::ToStep,
        };
        Panel {
            purpose: format!("May {} use CodeCommit?", self.who()),
            status: Some(working(what)),
            busy: true,
            back,
            ..Panel::default()
        }
    }

    pub(super) fn choosing_panel(&self) -> Panel<'_> {
        let who = self.who();
        let purpose = match (self.seen, policy::satisfying(&self.attached, None)) {
            (true, Some(name)) => format!("{name} is attached to {who}. Attach another policy?"),
            (true, None) => format!("May {who} use CodeCommit? Not yet: no CodeCommit policy is attached."),
            (false, _) => format!("May {who} use CodeCommit? Which policies are attached could not be seen from here."),
        };
        let mut body = vec![Block::List(List {
            columns: vec![Column::new("Policy", 25), Column::new("Lets you", 0)],
            rows: &self.rows,
            cursor: self.cursor,
            marks: false,
            filter: None,
            empty: String::new(),
        })];
        let options = self.attachers.iter().map(|attacher| {
            let may = if attacher.sees { "" } else { " (may not look)" };
            format!("{}{may}", printable(attacher.name.as_str()))
        });
        body.push(Block::Gap);
        body.push(Block::Choices(vec![Choice {
            label: "Attach with",
            options: options.collect(),
            taken: self.with,
            focused: false,
        }]));
        let does = if self.chosen() == "none" { "go on without" } else { "review" };
        let mut keys = vec![Hint::new(Key::Enter, does), Hint::of(&[Key::Up, Key::Down], "choose")];
        if self.attachers.len() > 1 {
            keys.push(Hint::new(Key::Tab, "attach with"));
        }
        keys.push(Hint::new(Key::Char('s'), "skip"));
        keys.push(Hint::new(Key::Char('r'), "look again"));
        Panel {
            purpose,
            body,
            status: Some(Status::plain("Nothing has been changed. The next screen asks before it attaches anything.")),
            keys,
            commands: self.commands(),
            back: if self.another { Back::Within } else { Back::ToStep },
            ..Panel::default()
        }
    }

    pub(super) fn confirming_panel(&self) -> Panel<'_> {
        let account = self.subject.as_ref().map_or("", |subject| subject.identity.account.as_str());
        let with = self.attachers.get(self.with).map_or("", |attacher| attacher.name.as_str());
        Panel {
            purpose: "This changes the AWS account. Attach it?".to_owned(),
            body: vec![
                Block::Table {
                    head: vec!["", ""],
                    rows: vec![
                        vec!["IAM user".to_owned(), self.who()],
                        vec!["Account".to_owned(), printable(account)],
                        vec!["Policy".to_owned(), self.policy_arn()],
                        vec!["With profile".to_owned(), printable(with)],
                    ],
                },
                Block::Gap,
                Block::Card { title: "What Enter does".to_owned(), lines: self.commands() },
            ],
            status: Some(Status::plain("Nothing has been changed yet.")),
            keys: vec![Hint::new(Key::Enter, "attach")],
            changes: true,
            commands: self.commands(),
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn hand_off_panel(&self) -> Panel<'_> {
        let purpose = if self.is_user() {
            "Only an administrator can do this. Send them this card, then check again.".to_owned()
        } else {
            format!(
                "{} is not an IAM user, so no policy can be attached from here. If it lacks the right, send this card.",
                self.who()
            )
        };
        let account = self.subject.as_ref().map_or("", |subject| subject.identity.account.as_str());
        let busy = matches!(self.state, State::Saving(_));
        let mut keys = vec![Hint::new(Key::Enter, if self.is_user() { "go on without" } else { "continue" })];
        keys.push(Hint::new(Key::Char('c'), "copy"));
        keys.push(Hint::new(Key::Char('w'), "save to file"));
        if self.is_user() {
            keys.push(Hint::new(Key::Char('r'), "check again"));
        }
        Panel {
            purpose,
            body: vec![Block::Card {
                title: format!("For an administrator of account {}", printable(account)),
                lines: self.card(),
            }],
            status: busy.then(|| working("Saving.")),
            keys: if busy { Vec::new() } else { keys },
            busy,
            passes: true,
            back: if busy {
                Back::No
            } else if self.is_user() {
                Back::Within
            } else {
                Back::ToStep
            },
            ..Panel::default()
        }
    }

    pub(super) fn satisfied_panel(&self, facts: &Facts) -> Panel<'_> {
        let who = self.who();
        let (purpose, status) = match (self.done.last(), self.is_user(), facts.surroundings.dry_run) {
            (Some((name, by)), _, _) => (
                format!("{name} is attached to {who}."),
                Status::marked(Mark::Ok, format!("Attached with profile {}, and read back.", printable(by.as_str()))),
            ),
            (None, true, dry_run) => match policy::satisfying(&self.attached, None) {
                None if dry_run => (
                    format!("{} would be attached to {who}.", self.chosen()),
                    Status::marked(Mark::Skipped, "A dry run: nothing was attached."),
                ),
                name => (
                    format!("{who} may use CodeCommit: {} is attached.", name.unwrap_or("a policy")),
                    Status::marked(Mark::Ok, "Nothing had to be changed."),
                ),
            },
            (None, false, _) => (
                format!("{who} may do everything in this account. An IAM user is safer for daily work."),
                Status::marked(Mark::Look, "Nothing had to be changed."),
            ),
        };
        let names = self.attached.iter().map(|name| vec![printable(name)]).collect::<Vec<_>>();
        let mut keys = vec![Hint::new(Key::Enter, "continue")];
        if self.is_user() {
            keys.push(Hint::new(Key::Char('m'), "attach another"));
        }
        let body = if names.is_empty() {
            Vec::new()
        } else {
            vec![Block::Table { head: vec!["Policies attached to the user"], rows: names }]
        };
        Panel { purpose, body, status: Some(status), keys, ..Panel::default() }
    }

    pub(super) fn card(&self) -> Vec<String> {
        let wanted = if self.chosen() == "none" { "AWSCodeCommitPowerUser" } else { self.chosen() };
        self.subject.as_ref().map(|subject| policy::card(subject, wanted)).unwrap_or_default()
    }

    pub(super) fn who(&self) -> String {
        self.subject.as_ref().map_or_else(String::new, |subject| printable(&subject.identity.short()))
    }

    pub(super) fn commands(&self) -> Vec<String> {
        if self.chosen() == "none" {
            return Vec::new();
        }
        let with = self.attachers.get(self.with).map(|attacher| attacher.name.as_str());
        policy::command(&self.user, &self.policy_arn(), with)
    }

    pub(super) fn policy_arn(&self) -> String {
        let partition = self.subject.as_ref().map(|subject| subject.identity.partition());
        policy::arn(partition.unwrap_or(crate::wizard::names::Partition::Commercial), self.chosen())
    }
}
