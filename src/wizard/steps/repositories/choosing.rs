//! The list on the screen: asking for it, its keys, and going on without it.
//!
//! Deliberately absent: what becomes of the chosen; `cloning` takes them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::{Repositories, State};
use crate::wizard::change;
use crate::wizard::effect::{Repository, Request};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::Outcome;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::screen::Mark;
use crate::wizard::step::{Context, Flow};

impl Repositories {
    pub(super) fn look(&mut self, context: &mut Context<'_>) {
        let Some(subject) = &self.subject else { return };
        self.listing = Some(context.ask(Request::ListRepositories(subject.caller())));
        self.unlisted = false;
        self.to(State::Choosing);
    }

    /// A reply that comes while another step is shown, or clones are under way, would be lost.
    pub(super) fn stop_listing(&mut self, context: &mut Context<'_>) {
        if let Some(id) = self.listing.take() {
            context.cancel(id);
            self.unlisted = true;
        }
    }

    pub(super) fn choosing(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        let filtering = self.list.filtering();
        // Whoever goes back finds everything as it was left.
        self.copied &= *event == Event::Key(Key::Esc);
        match event {
            Event::Key(Key::Enter) if filtering => _ = self.list.hear(event),
            Event::Key(Key::Enter) if self.wanted.is_some() => return self.clone_wanted(context),
            Event::Key(Key::Enter) if self.list.chosen().is_empty() && self.listing.is_none() => {
                return self.go_on_without(context);
            }
            Event::Key(Key::Enter) => self.clone_chosen(context),
            Event::Key(Key::Char('c')) if !filtering => {
                if let Some(url) = self.current_url() {
                    context.copy(url);
                    self.copied = true;
                }
            }
            Event::Key(Key::Char('t')) if !filtering => self.to(State::Typing),
            Event::Key(Key::Char('f')) if !filtering => self.to(State::Folder),
            Event::Key(Key::Char('p')) if !filtering && self.may_pin(context.facts) => self.pin = !self.pin,
            Event::Key(Key::Char('r')) if !filtering && self.listing.is_none() => self.look(context),
            Event::Key(Key::Char('s')) if !filtering => return self.go_on_without(context),
            Event::Key(Key::Esc) if !filtering && self.list.is_narrowed() => self.list.widen(),
            Event::Key(Key::Esc) if !filtering => {
                if let Some(id) = self.listing.take() {
                    context.cancel(id);
                    self.state = State::Start;
                }
                return Flow::Back;
            }
            other => _ = self.list.hear(other),
        }
        Flow::Stay
    }

    pub(super) fn go_on_without(&mut self, context: &mut Context<'_>) -> Flow {
        self.stop_listing(context);
        if let Some(outcome) = self.record.outcome() {
            context.outcome(Some(outcome));
        } else {
            // A list that was refused is something left to do; not wanting a clone is not, and what a dry run did not attach
            // cannot let it list.
            let (mark, text) = match (self.problem.is_some(), context.facts.surroundings.dry_run) {
                (true, false) => (Mark::Look, "could not be listed; none cloned"),
                (true, true) => (Mark::Skipped, "cannot be listed yet; none would be cloned"),
                (false, _) => (Mark::Skipped, "none cloned"),
            };
            context.outcome(Some(Outcome { mark, about: "repositories", text: text.to_owned() }));
        }
        Flow::Next
    }

    pub(super) fn url_of(&self, repository: &Repository) -> (RepositoryName, String) {
        let region = self.subject.as_ref().map(|subject| &subject.region);
        let built = region.map(|region| region.clone_url(&repository.name)).unwrap_or_default();
        (repository.name.clone(), built)
    }

    pub(super) fn current_url(&self) -> Option<String> {
        self.list.current().map(|repository| self.url_of(repository).1)
    }

    pub(super) fn commands(&self) -> Vec<String> {
        let Some(subject) = &self.subject else { return Vec::new() };
        let profile = crate::gitconfig::shell_quoted(&printable(subject.name.as_str()));
        let mut commands =
            vec![format!("aws codecommit list-repositories --profile {profile} --region {}", subject.region)];
        commands.extend(self.list.chosen().iter().take(20).map(|repository| {
            let folder = format!("{}/{}", self.into.text().trim_end_matches('/'), repository.name);
            format!("git clone {} {}", self.url_of(repository).1, change::shell_path(&printable(&folder)))
        }));
        commands
    }
}
