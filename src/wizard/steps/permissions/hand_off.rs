//! The card for an administrator on the screen: copied, saved, made for repositories that are named, and left.
//!
//! Deliberately absent: its words (`card`).

#![expect(clippy::wildcard_enum_match_arm, reason = "a key that the screen does not offer does nothing")]

use super::{Permissions, State, card};
use crate::wizard::answers::{Answers, repository_url};
use crate::wizard::effect::Request;
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::Outcome;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::problem::Problem;
use crate::wizard::screen::{Block, Form, Hint, Mark, Status};
use crate::wizard::step::{Back, Context, Flow, Panel};

impl Permissions {
    /// Shows the card; `settled` when the step could be left as it is.
    pub(super) fn hand_off(&mut self, settled: bool) {
        (self.settled, self.remark) = (settled, None);
        self.state = State::HandOff;
    }

    /// Offers policies, but for what a policy forbids: that only an administrator can take away.
    pub(super) fn choose_or_hand_off(&mut self, context: &Context<'_>) {
        if self.is_forbidden(context) {
            self.hand_off(false);
        } else {
            self.choose(context);
        }
    }

    /// Whether somebody came for what a policy forbids.
    pub(super) fn is_forbidden(&self, context: &Context<'_>) -> bool {
        !self.another && matches!(context.facts.mission.repairs(), Some("boundary" | "denied" | "kms-denied"))
    }

    pub(super) fn handing_off(&mut self, key: Key, context: &mut Context<'_>) -> Flow {
        match key {
            Key::Enter => {
                if !self.settled {
                    self.leave_undone(context);
                }
                return Flow::Next;
            }
            Key::Char('c') => {
                context.copy(self.card().join("\n"));
                self.remark = Some(Status::plain("Sent to the clipboard of your terminal."));
            }
            Key::Char('w') => {
                let path = "~/codecommit-permissions.txt".into();
                let text = format!("{}\n", self.card().join("\n"));
                self.state = State::Saving(context.ask(Request::SaveText { path, text }));
            }
            Key::Char('n') if !self.is_root() => {
                let names: Vec<&str> = self.repositories.iter().map(RepositoryName::as_str).collect();
                self.typed.set(&names.join(" "));
                (self.problem, self.remark) = (None, None);
                self.state = State::Naming;
            }
            Key::Char('r') if !self.is_root() => self.look_again(context),
            Key::Esc if !self.settled && !self.is_user() => return Flow::Back,
            Key::Esc => {
                (self.problem, self.remark) = (None, None);
                if self.settled {
                    self.settled = false;
                    self.state = State::Satisfied;
                } else {
                    self.choose(context);
                }
            }
            _ => {}
        }
        Flow::Stay
    }

    /// Hears what is typed where repositories are named.
    pub(super) fn naming(&mut self, event: &Event, context: &Context<'_>) {
        match event {
            Event::Key(Key::Enter) => match self.named(context) {
                Ok(names) => {
                    self.repositories = names;
                    self.problem = None;
                    self.state = State::HandOff;
                }
                Err(problem) => self.problem = Some(problem),
            },
            Event::Key(Key::Esc) => {
                self.problem = None;
                self.state = State::HandOff;
            }
            Event::Key(key) => _ = self.typed.key(*key),
            Event::Paste(text) => self.typed.insert(text.expose().trim()),
            Event::Fill(_, text) => self.typed.set(text.expose()),
            _ => {}
        }
    }

    fn named(&self, context: &Context<'_>) -> Result<Vec<RepositoryName>, Problem> {
        let Some(profile) = &context.facts.profile else { return Ok(Vec::new()) };
        let words = self.typed.text().split([' ', ',']).filter(|word| !word.is_empty());
        words.map(|word| repository_url(word, &profile.region).map(|(name, _)| name)).collect()
    }

    /// The repositories that the answers name.
    pub(super) fn named_beforehand(&self, answers: &Answers) -> Vec<RepositoryName> {
        let Some(subject) = &self.subject else { return Vec::new() };
        let names = answers.clone.iter().flatten();
        names.filter_map(|name| repository_url(name, &subject.region).ok()).map(|(name, _)| name).collect()
    }

    pub(super) fn card(&self) -> Vec<String> {
        let wanted = if self.chosen() == "none" { "AWSCodeCommitPowerUser" } else { self.chosen() };
        let card = |profile| card::card(profile, wanted, &self.repositories, &self.rights);
        self.subject.as_ref().map(card).unwrap_or_default()
    }

    fn leave_undone(&self, context: &mut Context<'_>) {
        let (mark, text) = if self.is_user() {
            let done = if self.done.is_empty() { String::new() } else { format!("{}; ", self.in_words(context)) };
            (Mark::Look, format!("{done}{} is not attached; an administrator has to do it", self.chosen()))
        } else {
            (Mark::Skipped, "not an IAM user: an administrator decides what its role may do".to_owned())
        };
        context.outcome(Some(Outcome { mark, about: "permission", text: printable(&text) }));
    }

    pub(super) fn naming_panel(&self) -> Panel<'_> {
        let field = self.typed.view("Repositories", "");
        Panel {
            purpose: "Which repositories is the smallest policy for? Names or clone URLs; nothing means all of the \
                      region."
                .to_owned(),
            body: vec![Block::Form(Form { fields: vec![field], focus: 0 })],
            keys: vec![Hint::new(Key::Enter, "take them")],
            typing: true,
            back: Back::Within,
            ..Panel::default()
        }
    }
}
