//! Step 5, Repositories: the repositories of the region are listed, and what is wanted is cloned with the real git.
//!
//! Deliberately absent: other regions than the profile's, and making repositories.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod clones;
mod list;
mod panels;
mod record;

use std::path::PathBuf;

use crate::wizard::answers::{self, Answers};
use crate::wizard::change;
use crate::wizard::effect::{Progress, Reply, Repository, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{Outcome, Profile};
use crate::wizard::field::Field;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::problem::Problem;
use crate::wizard::screen::Mark;
use crate::wizard::step::{Context, Flow, Panel, Step, View};
use clones::Clones;
use list::RepositoryList;
use record::{Came, Record};

/// The fifth step.
pub struct Repositories {
    state: State,
    subject: Option<Profile>,
    listing: Option<RequestId>,
    /// Whether the list was not waited for.
    unlisted: bool,
    list: RepositoryList,
    clones: Clones,
    record: Record,
    /// The folder that clones are put into.
    into: Field,
    /// A name or clone URL.
    typed: Field,
    /// Whether that is what is cloned now, and not marked rows.
    was_typed: bool,
    /// What the answers file wants; taken once.
    wanted: Option<Vec<String>>,
    problem: Option<Problem>,
    copied: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Choosing,
    /// A name or URL is being typed.
    Typing,
    /// The folder is being typed.
    Folder,
    Cloning,
    Results,
}

impl Step for Repositories {
    fn name(&self) -> &'static str {
        "Repositories"
    }

    fn enter(&mut self, context: &mut Context<'_>) {
        if self.subject != context.facts.profile || self.state == State::Start {
            self.subject = context.facts.profile.clone();
            self.list = RepositoryList::default();
            self.clones = Clones::default();
            self.record.forget_failures();
            context.outcome(None);
            for name in self.wanted.iter().flatten() {
                self.list.mark(name);
            }
            self.look(context);
        }
    }

    fn update(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        match event {
            Event::Progress(id, progress) => {
                if let (true, Progress::Repositories(known)) = (self.listing == Some(*id), progress) {
                    self.list.set(known.clone());
                }
                self.clones.progress(*id, progress);
                return Flow::Stay;
            }
            Event::Reply(id, reply) => {
                self.reply(*id, reply.clone(), context);
                return Flow::Stay;
            }
            Event::Key(_) | Event::Paste(_) | Event::Pick(_) | Event::Mark(_) | Event::Fill(..) | Event::Turn(..) => {}
        }
        match self.state {
            State::Start => {}
            State::Choosing => return self.choosing(event, context),
            State::Typing => match event {
                Event::Key(Key::Enter) => self.take_typed(context),
                Event::Key(Key::Esc) => self.to(State::Choosing),
                other => hear(&mut self.typed, other),
            },
            State::Folder => match event {
                Event::Key(Key::Enter) if !self.into.is_empty() => self.to(State::Choosing),
                Event::Key(Key::Esc) => self.to(State::Choosing),
                other => hear(&mut self.into, other),
            },
            State::Cloning => {
                if *event == Event::Key(Key::Esc) {
                    self.clones.cancel(context);
                    self.finish(context);
                }
            }
            State::Results => match event {
                Event::Key(Key::Enter) => return Flow::Next,
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
            },
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let panel = match self.state {
            State::Start | State::Choosing => self.choosing_panel(),
            State::Typing => panels::line_panel(
                "Which repository? Its name, or the HTTPS clone URL that an administrator sent.",
                self.typed.view("Name or URL", ""),
                "clone it",
            ),
            State::Folder => panels::line_panel(
                "Into which folder? Each repository gets a folder of its own in it.",
                self.into.view("Folder", ""),
                "take it",
            ),
            State::Cloning => self.cloning_panel(),
            State::Results => self.results_panel(view.facts),
        };
        panel.with_problem(self.problem.as_ref())
    }

    fn under_way(&self) -> Option<&'static str> {
        (self.state == State::Cloning).then_some(
            "Repositories are being cloned. A clone that is not complete is removed; what was finished stays.",
        )
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/repositories.txt")
    }
}

impl Repositories {
    /// The step, with what is to be cloned as decided beforehand.
    pub fn new(answers: &Answers) -> Self {
        Self {
            state: State::Start,
            subject: None,
            listing: None,
            unlisted: false,
            list: RepositoryList::default(),
            clones: Clones::default(),
            record: Record::default(),
            into: Field::with(answers.into.as_deref().unwrap_or("~/src")),
            typed: Field::default(),
            was_typed: false,
            wanted: answers.clone.clone(),
            problem: None,
            copied: false,
        }
    }

    fn to(&mut self, state: State) {
        self.problem = None;
        self.state = state;
    }

    fn look(&mut self, context: &mut Context<'_>) {
        let Some(subject) = &self.subject else { return };
        self.listing = Some(context.ask(Request::ListRepositories(subject.caller())));
        self.unlisted = false;
        self.to(State::Choosing);
    }

    /// A reply that comes while another step is shown, or clones are under way, would be lost.
    fn stop_listing(&mut self, context: &mut Context<'_>) {
        if let Some(id) = self.listing.take() {
            context.cancel(id);
            self.unlisted = true;
        }
    }

    fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        if self.listing == Some(id) {
            self.listing = None;
            match reply {
                Ok(Reply::Repositories(all)) => self.list.set(all),
                Ok(_) => {}
                Err(problem) => self.problem = Some(problem),
            }
        } else {
            self.clones.reply(id, reply, context);
            if self.state == State::Cloning && self.clones.ended() {
                self.finish(context);
            }
        }
    }

    fn choosing(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
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

    fn take_typed(&mut self, context: &mut Context<'_>) {
        let Some(subject) = &self.subject else { return };
        match answers::repository_url(self.typed.text(), &subject.region) {
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

    fn clone_chosen(&mut self, context: &mut Context<'_>) {
        let chosen = self.list.chosen().into_iter().map(|repository| self.url_of(repository)).collect();
        self.start(chosen, context);
    }

    /// What the answers file names, listed or not.
    fn clone_wanted(&mut self, context: &mut Context<'_>) -> Flow {
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

    fn start(&mut self, chosen: Vec<(RepositoryName, String)>, context: &mut Context<'_>) {
        if chosen.is_empty() {
            return;
        }
        self.stop_listing(context);
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

    fn finish(&mut self, context: &mut Context<'_>) {
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
        context.outcome(self.record.outcome());
    }

    fn go_on_without(&mut self, context: &mut Context<'_>) -> Flow {
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

    fn url_of(&self, repository: &Repository) -> (RepositoryName, String) {
        let region = self.subject.as_ref().map(|subject| &subject.region);
        let built = region.map(|region| region.clone_url(&repository.name)).unwrap_or_default();
        (repository.name.clone(), built)
    }

    fn current_url(&self) -> Option<String> {
        self.list.current().map(|repository| self.url_of(repository).1)
    }

    fn commands(&self) -> Vec<String> {
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

fn hear(field: &mut Field, event: &Event) {
    match event {
        Event::Key(key) => _ = field.key(*key),
        Event::Paste(text) => field.insert(text.trim()),
        Event::Fill(_, text) => field.set(text),
        Event::Pick(_) | Event::Mark(_) | Event::Turn(..) | Event::Reply(..) | Event::Progress(..) => {}
    }
}
