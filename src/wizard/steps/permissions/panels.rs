//! What each state of the Permissions step looks like.
//!
//! Deliberately absent: keys and replies; the step's own file hears those.

#![expect(clippy::wildcard_enum_match_arm, reason = "only two states keep from going back")]

use super::{State, policy, table};
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::names::printable;
use crate::wizard::problem::ProblemKind;
use crate::wizard::rights::{Answer, Deed, Holder};
use crate::wizard::screen::{Block, Choice, Column, Hint, List, Mark, Status};
use crate::wizard::step::{Back, Panel};
use crate::wizard::working;

/// How many seconds it is tried whether a policy counts; the world stops by itself.
const LONGEST_EFFECT: u64 = 30;

impl super::Permissions {
    pub(super) fn waiting_panel(&self, what: &str) -> Panel<'_> {
        let back = match self.state {
            State::Attaching(_) => Back::No,
            State::Awaiting(..) | State::ReadingBack(_) | State::CheckingAgain(_) => Back::Within,
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

    pub(super) fn awaiting_panel(&self, seconds: u64) -> Panel<'_> {
        let mut panel =
            self.waiting_panel("Attached. Trying whether it counts; IAM needs some seconds to spread a change.");
        panel.body = vec![
            Block::Text(format!("It was tried for {seconds} s so far, and will be for {LONGEST_EFFECT} s at most.")),
            Block::Meter { of: LONGEST_EFFECT, done: seconds.min(LONGEST_EFFECT) },
        ];
        panel
    }

    pub(super) fn choosing_panel(&self) -> Panel<'_> {
        let who = self.who();
        let purpose = match (self.rights.sees_attached(), policy::satisfying(&self.attached(), None)) {
            _ if self.another && self.done.is_empty() => {
                format!("{who} may use CodeCommit already. Attach another policy?")
            }
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
        body.push(Block::Gap);
        body.push(Block::Choices(self.choices()));
        if let Some(deeds) = table::deeds(&self.rights) {
            body.extend([Block::Gap, deeds]);
        }
        body.extend(table::keys(&self.rights).map(Block::Text));
        let does = if self.chosen() == "none" { "go on without" } else { "review" };
        let mut keys = vec![Hint::new(Key::Enter, does), Hint::of(&[Key::Up, Key::Down], "choose")];
        if self.attachers.len() > 1 {
            keys.push(Hint::new(Key::Tab, "attach with"));
        }
        if !self.rights.groups.is_empty() {
            keys.push(Hint::new(Key::Char('g'), "attach to"));
        }
        keys.push(Hint::new(Key::Char('s'), "skip"));
        keys.push(Hint::new(Key::Char('h'), "card"));
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

    /// With which profile, and to the user or to one of its groups.
    fn choices(&self) -> Vec<Choice> {
        let options = self.attachers.iter().map(|attacher| {
            let may = if attacher.sees { "" } else { " (may not look)" };
            format!("{}{may}", printable(attacher.name.as_str()))
        });
        let with = Choice { label: "Attach with", options: options.collect(), taken: self.with, focused: false };
        if self.rights.groups.is_empty() {
            return vec![with];
        }
        let groups = self.rights.groups.iter().map(|group| format!("group {}", printable(group)));
        let options = std::iter::once(printable(&self.user)).chain(groups).collect();
        let taken = self.group.map_or(0, |place| place + 1);
        vec![with, Choice { label: "Attach to", options, taken, focused: false }]
    }

    pub(super) fn confirming_panel(&self) -> Panel<'_> {
        let account = self.subject.as_ref().map_or("", |subject| subject.identity.account.as_str());
        let with = self.attachers.get(self.with).map_or("", |attacher| attacher.name.as_str());
        let (kind, consequence) = match self.holder() {
            Holder::User(_) => ("IAM user", None),
            Holder::Group(_) => ("Group", Some("Everybody in the group gets it, also those who join it later.")),
        };
        let status = consequence
            .map_or_else(|| Status::plain("Nothing has been changed yet."), |text| Status::marked(Mark::Look, text));
        Panel {
            purpose: "This changes the AWS account. Attach it?".to_owned(),
            body: vec![
                Block::Table {
                    head: vec!["", ""],
                    rows: vec![
                        vec![kind.to_owned(), printable(self.holder().name())],
                        vec!["Account".to_owned(), printable(account)],
                        vec!["Policy".to_owned(), self.policy_arn()],
                        vec!["With profile".to_owned(), printable(with)],
                    ],
                },
                Block::Gap,
                Block::Card { title: "What Enter does".to_owned(), lines: self.commands() },
            ],
            status: Some(status),
            keys: vec![Hint::new(Key::Enter, "attach")],
            changes: true,
            commands: self.commands(),
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn hand_off_panel(&self) -> Panel<'_> {
        let who = self.who();
        let is_full = self.problem.as_ref().is_some_and(|problem| problem.kind == ProblemKind::LimitReached);
        let purpose = match (self.settled, self.is_user()) {
            (true, _) => "What an administrator could be asked for.".to_owned(),
            (false, true) if is_full => {
                format!("{} has as many policies as it can have.", policy::named(&self.holder()))
            }
            (false, true) => "Only an administrator can do this. Send them this card, then check again.".to_owned(),
            (false, false) => format!(
                "{who} is not an IAM user, so no policy can be attached from here. If it lacks the right, send this card."
            ),
        };
        let account = self.subject.as_ref().map_or("", |subject| subject.identity.account.as_str());
        let busy = matches!(self.state, State::Saving(_));
        let goes_on = if self.is_user() && !self.settled { "go on without" } else { "continue" };
        let mut keys = vec![
            Hint::new(Key::Enter, goes_on),
            Hint::new(Key::Char('c'), "copy"),
            Hint::new(Key::Char('w'), "save to file"),
        ];
        if !self.is_root() {
            keys.push(Hint::new(Key::Char('n'), "repositories"));
            keys.push(Hint::new(Key::Char('r'), "check again"));
        }
        let card = Block::Card {
            title: format!("For an administrator of account {}", printable(account)),
            lines: self.card(),
        };
        let mut body = vec![card];
        // What AWS said comes before the card, which is too long for a small screen.
        if let Some(problem) = &self.problem {
            body.splice(0..0, [Block::Problem(problem), Block::Gap]);
        }
        Panel {
            purpose,
            body,
            status: busy.then(|| working("Saving.")),
            keys: if busy { Vec::new() } else { keys },
            busy,
            passes: true,
            back: if busy {
                Back::No
            } else if self.is_user() || self.settled {
                Back::Within
            } else {
                Back::ToStep
            },
            ..Panel::default()
        }
    }

    pub(super) fn satisfied_panel(&self, facts: &Facts) -> Panel<'_> {
        let (purpose, status) = self.verdict(facts.surroundings.dry_run);
        let mut keys = vec![Hint::new(Key::Enter, "continue")];
        if self.is_user() {
            keys.push(Hint::new(Key::Char('m'), "attach another"));
        }
        if !self.is_root() {
            keys.push(Hint::new(Key::Char('r'), "look again"));
        }
        keys.push(Hint::new(Key::Char('h'), "card"));
        let parts = [table::deeds(&self.rights), table::policies(&self.rights)];
        let lines = [table::keys(&self.rights), table::unseen(&self.rights)];
        let parts = parts.into_iter().chain(lines.map(|line| line.map(Block::Text)));
        let body = parts.flatten().flat_map(|part| [part, Block::Gap]).collect();
        Panel { purpose, body, status: Some(status), keys, ..Panel::default() }
    }

    /// How things stand when nothing has to be attached any more.
    fn verdict(&self, dry_run: bool) -> (String, Status) {
        let who = self.who();
        let denied = self.rights.key_denials.as_ref().is_some_and(|names| !names.is_empty());
        match (self.done.last(), policy::satisfying(&self.attached(), None)) {
            (Some((name, holder, by)), _) => {
                let by = printable(by.as_str());
                let purpose = format!("{name} is attached to {}.", policy::named(holder));
                let status = match self.in_effect {
                    Some(true) => {
                        Status::marked(Mark::Ok, format!("Attached with profile {by}, read back, and in effect."))
                    }
                    Some(false) => {
                        let text = format!("Attached with profile {by}, but listing is still denied. r looks again.");
                        Status::marked(Mark::Look, text)
                    }
                    None => Status::marked(Mark::Ok, format!("Attached with profile {by}, and read back.")),
                };
                (purpose, status)
            }
            (None, _) if self.is_root() => (
                format!("{who} may do everything in this account. An IAM user is safer for daily work."),
                Status::marked(Mark::Look, "Nothing had to be changed."),
            ),
            (None, _) if dry_run && self.rows.is_empty() | !table::suffices(&self.rights) => (
                format!("{} would be attached to {}.", self.chosen(), policy::named(&self.holder())),
                Status::marked(Mark::Skipped, "A dry run: nothing was attached."),
            ),
            (None, _) if denied => (
                format!("{who} may use CodeCommit, but not the keys that it needs."),
                Status::marked(Mark::Look, "Nothing was changed. The card asks an administrator for an exception."),
            ),
            (None, _) if table::is_barred_from_pushing(&self.rights) => (
                format!("{who} may clone, but not push."),
                Status::marked(Mark::Look, "No further policy helps against it. The card asks an administrator."),
            ),
            (None, Some(name)) => (
                format!("{who} may use CodeCommit: {name} is attached."),
                Status::marked(Mark::Ok, "Nothing had to be changed."),
            ),
            (None, None) if *self.rights.answer(Deed::Pull) == Answer::Unknown => (
                format!("{who} may use CodeCommit, as far as could be tried."),
                Status::marked(Mark::Ok, "Nothing had to be changed. Whether it may clone shows when it does."),
            ),
            (None, None) => {
                (format!("{who} may use CodeCommit."), Status::marked(Mark::Ok, "Nothing had to be changed."))
            }
        }
    }

    pub(super) fn who(&self) -> String {
        self.subject.as_ref().map_or_else(String::new, |subject| printable(&subject.identity.short()))
    }

    pub(super) fn commands(&self) -> Vec<String> {
        if self.chosen() == "none" {
            return Vec::new();
        }
        let with = self.attachers.get(self.with).map(|attacher| attacher.name.as_str());
        policy::command(&self.holder(), &self.policy_arn(), with)
    }

    pub(super) fn policy_arn(&self) -> String {
        let partition = self.subject.as_ref().map(|subject| subject.identity.partition());
        policy::arn(partition.unwrap_or(crate::wizard::names::Partition::Commercial), self.chosen())
    }
}
