//! Step 5, Repositories: the repositories of the region are listed, and what is wanted is cloned with the real git.
//!
//! Deliberately absent: other regions than the profile's, and making repositories.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod choosing;
mod cloning;
mod list;
mod panels;
mod record;

use crate::wizard::answers::Answers;
use crate::wizard::cloning::Clones;
use crate::wizard::effect::{Progress, Reply, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::Profile;
use crate::wizard::field::Field;
use crate::wizard::problem::Problem;
use crate::wizard::step::{Context, Flow, Panel, Step, View};
use list::RepositoryList;
use record::Record;

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
    /// What else is to be said of it.
    remark: Option<String>,
    /// What the answers file wants; taken once.
    wanted: Option<Vec<String>>,
    problem: Option<Problem>,
    copied: bool,
    /// Whether each clone is pinned to the profile.
    pin: bool,
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
            State::Results => return self.results(event, context),
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let panel = match self.state {
            State::Start | State::Choosing => self.choosing_panel(view.facts),
            State::Typing => panels::line_panel(
                "Which repository? Its name, a clone URL of any form, its ARN, or the address of its page in the console.",
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
            remark: None,
            wanted: answers.clone.clone(),
            problem: None,
            copied: false,
            pin: answers.pin,
        }
    }

    fn to(&mut self, state: State) {
        self.problem = None;
        self.state = state;
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
            self.finish_if_ended(context);
        }
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
