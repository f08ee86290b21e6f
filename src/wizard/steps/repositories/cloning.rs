//! What is chosen or typed becomes clones, and how they ended.
//!
//! Deliberately absent: the clones one by one; `clones` keeps those, and `record` what came of them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use std::path::PathBuf;

use super::clones::Clones;
use super::record::Came;
use super::{Repositories, State};
use crate::wizard::answers;
use crate::wizard::change;
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::Outcome;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::screen::Mark;
use crate::wizard::step::{Context, Flow};

impl Repositories {
    /// What a key does where the clones have ended.
    pub(super) fn results(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        match event {
            Event::Key(Key::Enter) => {
                self.stop_listing(context);
                return Flow::Next;
            }
            Event::Key(Key::Char('r')) if !self.clones.failed().is_empty() => {
                self.state = State::Cloning;
                self.clones.retry(context);
            }
            Event::Key(Key::Char('f')) if !self.clones.failed().is_empty() => self.to(State::Folder),
            Event::Key(Key::Char('t')) if self.was_typed && !self.clones.failed().is_empty() => {
                self.to(State::Typing);
            }
            Event::Key(Key::Esc | Key::Char('m')) => self.to(State::Choosing),
            _ => {}
        }
        Flow::Stay
    }

    pub(super) fn take_typed(&mut self, context: &mut Context<'_>) {
        let Some(region) = self.region() else { return };
        match answers::repository_url(self.typed.text(), region) {
            Ok(found) => {
                if self.was_typed {
                    // This is the name that was meant.
                    self.record.forget(&self.clones.failed());
                }
                self.start(vec![found], context);
                self.was_typed = true;
            }
            Err(problem) => self.problem = Some(problem),
        }
    }

    pub(super) fn clone_chosen(&mut self, context: &mut Context<'_>) {
        let chosen = self.list.chosen().into_iter().map(|repository| self.url_of(repository)).collect();
        self.start(chosen, context);
    }

    /// What the answers file names, listed or not.
    pub(super) fn clone_wanted(&mut self, context: &mut Context<'_>) -> Flow {
        let Some(subject) = &self.subject else { return Flow::Stay };
        let wanted = self.wanted.take().unwrap_or_default();
        if wanted.is_empty() {
            return self.go_on_without(context);
        }
        match wanted.iter().map(|text| answers::repository_url(text, &subject.region)).collect() {
            Ok(found) => self.start(found, context),
            Err(problem) => {
                self.wanted = Some(wanted);
                self.problem = Some(problem);
            }
        }
        Flow::Stay
    }

    pub(super) fn start(&mut self, chosen: Vec<(RepositoryName, String)>, context: &mut Context<'_>) {
        if chosen.is_empty() {
            return;
        }
        self.was_typed = false;
        let into = PathBuf::from(self.into.text());
        if context.facts.surroundings.dry_run {
            let names: Vec<&str> = chosen.iter().map(|(name, _)| name.as_str()).collect();
            let text = format!("{} would be cloned into {}", names.join(", "), self.into.text());
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "repositories", text: printable(&text) }));
            self.clones = Clones::default();
            self.to(State::Results);
            return;
        }
        self.clones = Clones::new(
            chosen
                .into_iter()
                .map(|(name, url)| {
                    let folder = into.join(name.as_str());
                    (name, url, folder)
                })
                .collect(),
        );
        self.clones.start(context);
        self.to(State::Cloning);
    }

    pub(super) fn finish(&mut self, context: &mut Context<'_>) {
        self.state = State::Results;
        let done: Vec<&str> = self.clones.done().into_iter().map(|(name, _)| name.as_str()).collect();
        self.list.unmark(&done);
        let home = context.facts.surroundings.home.clone();
        for (name, cloned) in self.clones.done() {
            let folder = change::tilde(&cloned.directory, &home);
            if !context.facts.clones.contains(&folder) {
                context.facts.clones.push(folder);
            }
            let came = if cloned.was_there { Came::There } else { Came::Cloned(self.into.text().to_owned()) };
            self.record.note(name.as_str(), came);
        }
        for name in self.clones.failed() {
            self.record.note(name, Came::Failed);
        }
        if self.was_typed && self.clones.failed().is_empty() {
            self.typed.set("");
        }
        context.outcome(self.outcome());
    }
}
