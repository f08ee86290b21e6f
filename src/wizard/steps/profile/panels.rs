//! What each state of the Profile step looks like.
//!
//! Deliberately absent: keys and replies; the step's own file hears those.

use super::{Entry, State, WHICH, form, kinds, known};
use crate::wizard::event::Key;
use crate::wizard::facts::{Facts, Identity};
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::replaced::kept_note;
use crate::wizard::screen::{Block, Column, Form, Hint, List, Mark, Rows, Status};
use crate::wizard::step::{Back, Panel};
use crate::wizard::working;

impl super::ProfileStep {
    pub(super) fn choosing_panel<'a>(&'a self, facts: &Facts) -> Panel<'a> {
        let mut body = vec![Block::List(List {
            columns: vec![Column::new("Profile", 38), Column::new("Kind", 20), Column::new("Region", 0)],
            rows: &self.list,
            cursor: self.list.cursor(),
            marks: false,
            filter: self.list.filter(),
            empty: "Nothing fits the filter.".to_owned(),
        })];
        // Where there is something to say against it, that needs the room.
        if let Some(profile) = self.chosen().filter(|_| self.problem.is_none()) {
            body.push(Block::Gap);
            body.push(Block::Card {
                title: printable(profile.name.as_str()),
                lines: kinds::explained(profile, &self.profiles),
            });
        }
        for line in known::shadows(facts) {
            body.push(Block::Gap);
            body.push(Block::Text(line));
        }
        Panel {
            purpose: WHICH.to_owned(),
            body,
            status: Some(Status::plain(match self.git_uses.and_then(|place| self.profiles.get(place)) {
                Some(used) => format!("Git uses {} now. Nothing has been changed.", printable(used.name.as_str())),
                None => "Nothing has been changed.".to_owned(),
            })),
            keys: self.choosing_keys(),
            typing: self.list.filtering(),
            commands: match self.list.current() {
                Some(Entry::Profile(_)) => self.chosen().map_or_else(Vec::new, |profile| {
                    vec![format!("aws sts get-caller-identity {}", profile_option(&profile.name))]
                }),
                Some(Entry::NewSso) => vec!["aws configure sso --profile CodeCommitProfile".to_owned()],
                Some(Entry::Environment | Entry::NewKey) => {
                    vec!["aws configure --profile CodeCommitProfile".to_owned()]
                }
                None => Vec::new(),
            },
            back: if self.list.filtering() || self.list.is_narrowed() { Back::Within } else { Back::ToStep },
            ..Panel::default()
        }
    }

    fn choosing_keys(&self) -> Vec<Hint> {
        let mut keys = Vec::new();
        if self.list.count() > 1 {
            keys.push(Hint::of(&[Key::Up, Key::Down], "choose"));
        }
        match (self.list.current(), self.chosen()) {
            (_, Some(profile)) if kinds::needs_code(profile, &self.profiles).is_some() => {
                keys.push(Hint::new(Key::Enter, "see the other ways"));
            }
            (_, Some(profile)) => {
                keys.push(Hint::new(Key::Enter, format!("use {}", printable(profile.name.as_str()))));
            }
            (Some(Entry::Environment), None) => keys.push(Hint::new(Key::Enter, "store them as a profile")),
            (Some(_), None) => keys.push(Hint::new(Key::Enter, "make one")),
            (None, None) => {}
        }
        if self.list.filtering() {
            keys.push(Hint::new(Key::Tab, "to the list"));
            return keys;
        }
        keys.push(Hint::new(Key::Char('n'), "new"));
        keys.push(Hint::new(Key::Char('/'), "filter"));
        keys.push(Hint::new(Key::Char('r'), "read again"));
        keys
    }

    pub(super) fn region_panel(&self) -> Panel<'_> {
        let mut keys = vec![Hint::new(Key::Enter, "take it")];
        if self.region.matches().len() > 1 {
            keys.push(Hint::of(&[Key::Up, Key::Down], "choose"));
        }
        Panel {
            purpose: "This profile has no region. In which region are the repositories?".to_owned(),
            body: vec![
                Block::Form(Form { fields: vec![self.region.field.view("Region", self.region.note())], focus: 0 }),
                Block::Gap,
                form::region_list(&self.region),
            ],
            keys,
            typing: true,
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn form_panel(&self) -> Panel<'_> {
        let mut keys = vec![Hint::new(Key::Enter, "check the key")];
        keys.extend(self.form.hints());
        Panel {
            purpose: "An access key belongs to an IAM user. The help shows where to make one.".to_owned(),
            body: self.form.blocks(),
            status: Some(Status::plain("Nothing has been written yet.")),
            keys,
            typing: true,
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn checking_panel(&self) -> Panel<'_> {
        let name = self.candidate.as_ref().map_or("", |candidate| candidate.name.as_str());
        let written = matches!(self.state, State::Confirming(_));
        Panel {
            purpose: if written {
                "The profile is written. Asking AWS once more, with the profile as it stands in the files.".to_owned()
            } else {
                format!("Asking AWS who profile {} is.", printable(name))
            },
            status: Some(working("Asking AWS who this is.")),
            busy: true,
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn review_panel(&self, identity: &Identity, facts: &Facts) -> Panel<'_> {
        let diffs = self.candidate.iter().flat_map(|candidate| candidate.diffs.iter().cloned());
        let note = self.candidate.as_ref().and_then(|new| kept_note(&new.changes, &facts.surroundings));
        let mut body: Vec<Block<'_>> = note.map(Block::Text).into_iter().collect();
        for diff in diffs {
            if !body.is_empty() {
                body.push(Block::Gap);
            }
            body.push(Block::Diff(diff));
        }
        let who = printable(&format!("This is {} in account {}.", identity.described(), identity.account));
        let replaced = self.candidate.as_ref().and_then(|candidate| candidate.replaced.as_ref());
        let purpose = match replaced {
            Some(replaced) => format!(
                "{who} It would take the place of {}: AWS does not show that secret again, only undo brings it back.",
                replaced.described()
            ),
            None => format!("{who} These lines will be written:"),
        };
        Panel {
            purpose,
            body,
            status: Some(if self.candidate.as_ref().is_some_and(|candidate| !candidate.conflicts.is_empty()) {
                Status::marked(Mark::Look, "The file changed meanwhile. This is the change to what is there now.")
            } else {
                Status::plain("Nothing has been written yet. Undo brings back what is there now.")
            }),
            keys: vec![Hint::new(Key::Enter, if replaced.is_some() { "replace the key" } else { "write" })],
            changes: true,
            commands: self.candidate.iter().map(|c| format!("aws configure {}", profile_option(&c.name))).collect(),
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn proven_panel<'a>(&'a self, facts: &Facts) -> Panel<'a> {
        let Some(profile) = &facts.profile else { return Panel::default() };
        let wrote = self.wrote();
        let mut body = self.who(profile, facts);
        let clock = profile.identity.clock_is_off();
        let is_off = clock.is_some();
        body.extend(clock.into_iter().flat_map(|text| [Block::Gap, Block::Text(text)]));
        Panel {
            purpose: format!("Git will use profile {}.", printable(profile.name.as_str())),
            body,
            status: Some(match (wrote, facts.surroundings.dry_run) {
                (_, false) if is_off => {
                    Status::marked(Mark::Look, "AWS knows it, but the clock of this computer is off.")
                }
                (true, true) => Status::marked(Mark::Skipped, "A dry run: nothing was written."),
                (true, false) => Status::marked(Mark::Ok, "Written, and AWS knows it."),
                (false, _) => Status::marked(Mark::Ok, "AWS knows it. Nothing had to be changed."),
            }),
            keys: vec![Hint::new(Key::Enter, "continue"), Hint::new(Key::Char('o'), "another profile")],
            commands: vec![format!("aws sts get-caller-identity {}", profile_option(&profile.name))],
            back: Back::Within,
            ..Panel::default()
        }
    }
}

/// `--profile NAME`, quoted so that a shell reads it back as this name.
fn profile_option(name: &ProfileName) -> String {
    format!("--profile {}", crate::gitconfig::shell_quoted(&printable(name.as_str())))
}
