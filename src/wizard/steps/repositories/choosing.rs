//! The list on the screen: asking for it, its keys, and going on without it.
//!
//! Deliberately absent: what becomes of the chosen; `cloning` takes them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::list::RepositoryList;
use super::{Repositories, State};
use crate::gitconfig::shell_quoted;
use crate::wizard::change;
use crate::wizard::effect::{Repository, Request};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::Outcome;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::screen::Mark;
use crate::wizard::step::{Context, Flow};

impl Repositories {
    pub(super) fn look(&mut self, context: &mut Context<'_>) {
        let Some(caller) = self.caller() else { return };
        self.listing = Some(context.ask(Request::ListRepositories(caller)));
        (self.unlisted, self.refused) = (false, None);
        self.to(State::Choosing);
    }

    /// Begins with an empty list.
    pub(super) fn forget_list(&mut self) {
        self.list = RepositoryList::default();
        self.preferred.clear();
        self.refused = None;
    }

    /// Has the details of what is in view come first, while they come.
    pub(super) fn prefer(&mut self, context: &mut Context<'_>) {
        let wanted = if self.listing.is_some() { self.list.wanted_first() } else { Vec::new() };
        // Those in view are asked for once, wherever the cursor is among them.
        if !wanted.iter().all(|name| self.preferred.contains(name)) {
            context.ask(Request::PreferRepositories(wanted.clone()));
            self.preferred = wanted;
        }
    }

    /// A reply that comes while another step is shown would be lost.
    pub(super) fn stop_listing(&mut self, context: &mut Context<'_>) {
        if let Some(id) = self.listing.take() {
            context.cancel(id);
            self.unlisted = true;
        }
    }

    pub(super) fn choosing(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        let filtering = self.list.filtering();
        // Whoever goes back finds everything as it was left.
        self.copied = self.copied.filter(|_| *event == Event::Key(Key::Esc));
        match event {
            Event::Key(Key::Enter) if filtering => self.list.leave_filter(),
            Event::Key(Key::Enter) if self.wanted.is_some() => return self.clone_wanted(context),
            Event::Key(Key::Enter) if self.list.chosen_count() == 0 && self.listing.is_none() => {
                return self.go_on_without(context);
            }
            Event::Key(Key::Enter) => self.clone_chosen(context),
            Event::Key(Key::Char('c')) if !filtering => {
                if let Some(url) = self.current_url() {
                    context.copy(url);
                    self.copied = Some("The HTTPS URL");
                }
            }
            Event::Key(Key::Char('d')) if !filtering && self.list.current().is_some() => self.to(State::Details),
            Event::Key(Key::Char('g')) if !filtering => self.open_regions(),
            Event::Key(Key::Char('n')) if !filtering && self.listing.is_none() => self.to(State::Naming),
            Event::Key(Key::Char('o')) if !filtering && self.list.total() > 1 => {
                self.list.turn_sort();
                self.prefer(context);
            }
            Event::Key(Key::Char('t')) if !filtering => self.to(State::Typing),
            Event::Key(Key::Char('f')) if !filtering => self.to(State::Folder),
            Event::Key(Key::Char('v')) if !filtering && self.listing.is_none() => self.open_moving(),
            Event::Key(Key::Char('p')) if !filtering && self.may_pin(context.facts) => self.pin = !self.pin,
            Event::Key(Key::Char('r')) if !filtering && self.listing.is_none() => {
                self.list.anew();
                self.look(context);
            }
            Event::Key(Key::Char('s')) if !filtering => return self.go_on_without(context),
            Event::Key(Key::Esc) if !filtering && !self.list.is_narrowed() => {
                if let Some(id) = self.listing.take() {
                    context.cancel(id);
                    self.state = State::Start;
                }
                return Flow::Back;
            }
            other => {
                if self.list.hear(other) {
                    self.prefer(context);
                }
            }
        }
        Flow::Stay
    }

    pub(super) fn go_on_without(&mut self, context: &mut Context<'_>) -> Flow {
        self.stop_listing(context);
        if let Some(outcome) = self.outcome() {
            context.outcome(Some(outcome));
        } else {
            // A list that was refused is something left to do; not wanting a clone is not, and what a dry run did not attach
            // cannot let it list.
            let (mark, text) = match (self.refused.is_some(), context.facts.surroundings.dry_run) {
                (true, false) => (Mark::Look, "could not be listed; none cloned"),
                (true, true) => (Mark::Skipped, "cannot be listed yet; none would be cloned"),
                (false, _) => (Mark::Skipped, "none cloned"),
            };
            context.outcome(Some(Outcome { mark, about: "repositories", text: text.to_owned() }));
        }
        Flow::Next
    }

    pub(super) fn url_of(&self, repository: &Repository) -> (RepositoryName, String) {
        let built = self.region().map(|region| region.clone_url(&repository.name)).unwrap_or_default();
        (repository.name.clone(), built)
    }

    pub(super) fn current_url(&self) -> Option<String> {
        self.list.current().map(|repository| self.url_of(repository).1)
    }

    pub(super) fn commands(&self) -> Vec<String> {
        let mut commands = vec![format!("aws codecommit list-repositories {}", self.options_of_commands())];
        commands.extend(self.list.chosen().iter().take(20).map(|repository| {
            let folder = format!("{}/{}", self.into.text().trim_end_matches('/'), repository.name);
            format!("git clone {} {}", self.url_of(repository).1, change::shell_path(&printable(&folder)))
        }));
        commands
    }

    /// What the commands of the AWS CLI have in common.
    pub(super) fn options_of_commands(&self) -> String {
        let (Some(subject), Some(region)) = (&self.subject, self.region()) else { return String::new() };
        format!("--profile {} --region {region}", shell_quoted(&printable(subject.name.as_str())))
    }
}
