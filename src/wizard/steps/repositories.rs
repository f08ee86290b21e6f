//! Step 5, Repositories: the repositories of the region are listed, and what is wanted is cloned with the real git.
//!
//! Each of its screens has a file below `repositories/`. Deliberately absent: deleting or changing repositories.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod choosing;
mod cloning;
mod creating;
mod details;
mod list;
mod moving;
mod panels;
mod record;
mod regions;

use crate::wizard::answers::Answers;
use crate::wizard::cloning::Clones;
use crate::wizard::effect::{Caller, Progress, Reply, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{Outcome, Profile};
use crate::wizard::field::Field;
use crate::wizard::names::{Region, RepositoryName};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::regions::described;
use crate::wizard::screen::Mark;
use crate::wizard::step::{Context, Flow, Panel, Step, View};
use creating::Creating;
use list::RepositoryList;
use moving::Moving;
use record::Record;
use regions::RegionList;

/// The fifth step.
pub struct Repositories {
    state: State,
    subject: Option<Profile>,
    /// The region that is looked at, where it is not the profile's.
    elsewhere: Option<Region>,
    regions: RegionList,
    creating: Creating,
    listing: Option<RequestId>,
    /// Whether the list was not waited for.
    unlisted: bool,
    list: RepositoryList,
    /// What was last asked to come first.
    preferred: Vec<RepositoryName>,
    clones: Clones,
    moving: Moving,
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
    /// Why the list could not be had, or not all of it.
    refused: Option<Problem>,
    problem: Option<Problem>,
    /// What was just copied, the beginning of a sentence.
    copied: Option<&'static str>,
    /// Whether each clone is pinned to the profile.
    pin: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Choosing,
    /// One repository is looked at.
    Details,
    /// Another region is chosen.
    Regions,
    /// A new repository is named.
    Naming,
    /// What making it means is shown, or it is being made.
    Confirming,
    /// It is there.
    Made,
    /// A name or URL is being typed.
    Typing,
    /// The folder is being typed.
    Folder,
    Cloning,
    Results,
    /// Older clones are moved to HTTPS.
    Moving,
}

impl Step for Repositories {
    fn name(&self) -> &'static str {
        "Repositories"
    }

    fn enter(&mut self, context: &mut Context<'_>) {
        if self.subject != context.facts.profile || self.state == State::Start {
            self.subject = context.facts.profile.clone();
            self.elsewhere = None;
            self.regions = RegionList::default();
            self.forget_list();
            self.clones = Clones::default();
            self.record.forget_failures();
            let others = self.creating.told().or_else(|| self.moving.told());
            context.outcome(others.and_then(|_| self.outcome()));
            for name in self.wanted.iter().flatten() {
                self.list.mark(name);
            }
            self.look(context);
            if repairs_remote(context) {
                self.open_moving();
            }
        }
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow {
        match event {
            Event::Progress(id, progress) => {
                if let (true, Progress::Counted(region, count)) = (self.regions.is_counted_by(id), &progress) {
                    self.regions.counted(region, count);
                }
                self.clones.progress(id, &progress);
                self.moving.progress(id, &progress);
                if let (true, Progress::Repositories(news)) = (self.listing == Some(id), progress) {
                    self.list.add(news);
                    self.prefer(context);
                }
                return Flow::Stay;
            }
            Event::Reply(id, reply) => {
                self.reply(id, reply, context);
                return Flow::Stay;
            }
            Event::Key(_) | Event::Paste(_) | Event::Pick(_) | Event::Mark(_) | Event::Fill(..) | Event::Turn(..) => {}
        }
        let event = &event;
        match self.state {
            State::Start => {}
            State::Choosing => return self.choosing(event, context),
            State::Details => self.viewing(event, context),
            State::Regions => self.choosing_region(event, context),
            State::Naming => self.naming(event),
            State::Confirming => self.confirming(event, context),
            State::Made => self.made(event, context),
            State::Typing => match event {
                Event::Key(Key::Enter) => self.take_typed(context),
                Event::Key(Key::Esc) => self.to(State::Choosing),
                other => hear(&mut self.typed, other),
            },
            State::Folder => match event {
                Event::Key(Key::Enter | Key::Esc) if self.into.without_secret().is_err() => {
                    self.problem = self.into.without_secret().err();
                    self.into.set(FOLDER);
                }
                Event::Key(Key::Enter) if !self.into.is_empty() => self.to(State::Choosing),
                Event::Key(Key::Esc) => self.to(State::Choosing),
                other => {
                    self.problem = None;
                    hear(&mut self.into, other);
                }
            },
            State::Cloning => {
                if *event == Event::Key(Key::Esc) {
                    self.clones.cancel(context);
                    self.finish(context);
                }
            }
            State::Results => return self.results(event, context),
            State::Moving if self.moving.is_left_by(event) && repairs_remote(context) => return Flow::Next,
            State::Moving => self.moving(event, context),
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let panel = match self.state {
            State::Start | State::Choosing => self.choosing_panel(view.facts),
            State::Details => self.details_panel(),
            State::Regions => self.regions_panel(),
            State::Naming => self.naming_panel(),
            State::Confirming => self.confirming_panel(),
            State::Made => self.made_panel(),
            State::Typing => panels::line_panel(
                "Which repository? Its name, a clone URL of any form, its ARN, or the address of its page in the console.",
                self.typed.view("Name or URL", ""),
                "clone it",
            ),
            State::Folder => panels::folder_panel(
                "Into which folder? Each repository gets a folder of its own in it.",
                &self.into,
                "take it",
            ),
            State::Cloning => self.cloning_panel(),
            State::Results => self.results_panel(view.facts),
            State::Moving => self.moving_panel(view.facts),
        };
        let refused = self.refused.as_ref().filter(|_| self.state == State::Choosing);
        panel.with_problem(self.problem.as_ref().or(refused))
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

/// The folder that clones are put into when nobody says another one.
const FOLDER: &str = "~/src";

impl Repositories {
    /// The step, with what is to be cloned as decided beforehand.
    pub fn new(answers: &Answers) -> Self {
        Self {
            state: State::Start,
            subject: None,
            elsewhere: None,
            regions: RegionList::default(),
            creating: Creating::default(),
            listing: None,
            unlisted: false,
            list: RepositoryList::default(),
            preferred: Vec::new(),
            clones: Clones::default(),
            moving: Moving::default(),
            record: Record::default(),
            into: Field::with(answers.into.as_deref().unwrap_or(FOLDER)),
            typed: Field::default(),
            was_typed: false,
            remark: None,
            wanted: answers.clone.clone(),
            refused: None,
            problem: None,
            copied: None,
            pin: answers.pin,
        }
    }

    fn to(&mut self, state: State) {
        self.problem = None;
        self.copied = None;
        self.state = state;
    }

    /// The region that is looked at.
    fn region(&self) -> Option<&Region> {
        self.elsewhere.as_ref().or(self.subject.as_ref().map(|subject| &subject.region))
    }

    /// Who asks, and the region that is looked at.
    fn caller(&self) -> Option<Caller> {
        let caller = self.subject.as_ref()?.caller();
        Some(Caller { region: self.region()?.clone(), ..caller })
    }

    /// A refusal in the words of where it came from.
    fn of_region(&self, problem: Problem) -> Problem {
        match &self.elsewhere {
            Some(region) if problem.kind == ProblemKind::BadCredentials => not_switched_on(region, problem),
            Some(_) | None => problem,
        }
    }

    /// What came of it all, for the last screen.
    fn outcome(&self) -> Option<Outcome> {
        let cloned = self.record.outcome();
        let others: Vec<String> = self.creating.told().into_iter().chain(self.moving.told()).collect();
        if others.is_empty() {
            return cloned;
        }
        let others = others.join("; ");
        Some(match cloned {
            Some(outcome) => Outcome { text: format!("{others}; {}", outcome.text), ..outcome },
            None => Outcome { mark: Mark::Ok, about: "repositories", text: others },
        })
    }

    fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        if self.listing == Some(id) {
            self.listing = None;
            match reply {
                Ok(Reply::Repositories(rest)) => {
                    self.list.add(rest);
                    self.list.complete();
                }
                Ok(_) => {}
                Err(problem) => {
                    self.list.complete();
                    self.refused = Some(self.of_region(problem));
                }
            }
        } else if self.regions.is_counted_by(id) {
            self.regions.stop();
            self.problem = reply.err();
        } else if self.creating.is_made_by(id) {
            self.take_made(reply, context);
        } else if self.moving.is_asked_by(id) {
            self.take_moving(reply, context);
        } else {
            self.clones.reply(id, reply, context);
            self.finish_if_ended(context);
        }
    }
}

/// Whether somebody came for a remote that is to be one of HTTPS.
fn repairs_remote(context: &Context<'_>) -> bool {
    context.facts.mission.repairs() == Some("remote-not-https")
}

/// What a region refuses to somebody who is known in another.
fn not_switched_on(region: &Region, problem: Problem) -> Problem {
    Problem {
        what: format!("The region {} does not know this identity.", described(region)),
        hint: "Newer regions have to be switched on for an account first (AWS console, Account, AWS Regions). Look at another \
               region with g."
            .to_owned(),
        ..problem
    }
}

fn hear(field: &mut Field, event: &Event) {
    match event {
        Event::Key(key) => _ = field.key(*key),
        Event::Paste(text) => field.insert(text.expose().trim()),
        Event::Fill(_, text) => field.set(text.expose()),
        Event::Pick(_) | Event::Mark(_) | Event::Turn(..) | Event::Reply(..) | Event::Progress(..) => {}
    }
}
