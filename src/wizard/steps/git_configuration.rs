//! Step 4, Git configuration: git learns which helper to ask for the password of CodeCommit repositories, and is then
//! asked itself.
//!
//! Deliberately absent: the edit of the files, the order of helpers and what stands in the way (`gitconfig`).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod asking;
mod choices;
mod keychain;
mod obstacles;
mod panels;
mod planning;
mod proof;

use std::path::PathBuf;

use crate::gitconfig::{self, Families, Repair, Sources};
use crate::wizard::answers::{Answers, ScopeAnswer, repository_url};
use crate::wizard::change;
use crate::wizard::effect::{GitPlace, Reply, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{Facts, Outcome, Profile};
use crate::wizard::field::Field;
use crate::wizard::names::RepositoryName;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Hint, Mark};
use crate::wizard::step::{Back, Context, Flow, Panel, Step, View};
use choices::{Choices, Pick, Reach};
use keychain::Keychain;
use planning::Plan;
use proof::Proof;

/// The fourth step.
pub struct GitConfiguration {
    state: State,
    subject: Option<Profile>,
    choices: Choices,
    sources: Sources,
    /// The folder in which git is asked, where that is not the one that the program stands in.
    folder: Option<PathBuf>,
    /// The URL of a repository that is to be cloned later.
    named: Option<String>,
    /// What was chosen to be mended along with the helper.
    repairs: Vec<Repair>,
    plan: Option<Plan>,
    keychain: Keychain,
    proof: Proof,
    wrote: bool,
    /// How often a file changed before it was written.
    conflicts: usize,
    problem: Option<Problem>,
}

enum State {
    Start,
    Reading(RequestId),
    Unreadable,
    Choosing,
    /// The repository is typed that gets a section of its own.
    Naming(Field),
    /// What stands in the way, with the place of the cursor.
    Obstacles(usize),
    Stored,
    Writing(RequestId),
    Asking,
    Answered,
}

impl Step for GitConfiguration {
    fn name(&self) -> &'static str {
        "Git configuration"
    }

    fn enter(&mut self, context: &mut Context<'_>) {
        if self.subject != context.facts.profile || matches!(self.state, State::Start) {
            self.subject = context.facts.profile.clone();
            (self.plan, self.wrote, self.conflicts) = (None, false, 0);
            self.proof = Proof::default();
            self.repairs.clear();
            context.outcome(None);
            context.facts.pin = None;
            let named = context.answers.clone.iter().flatten().next();
            self.named = named
                .zip(self.subject.as_ref())
                .and_then(|(text, profile)| Some(repository_url(text, &profile.region).ok()?.1));
            self.keychain.look(context);
            self.read(context);
        }
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow {
        if let Event::Reply(id, reply) = event {
            self.reply(id, reply, context);
            return Flow::Stay;
        }
        match (&mut self.state, &event) {
            (State::Reading(id), Event::Key(Key::Esc)) => {
                context.cancel(*id);
                self.state = State::Start;
                return Flow::Back;
            }
            (State::Unreadable, Event::Key(Key::Enter | Key::Char('r'))) => self.read(context),
            (State::Unreadable | State::Choosing, Event::Key(Key::Esc)) => return Flow::Back,
            (State::Choosing, Event::Key(key)) => self.choosing(*key, context),
            (State::Choosing, Event::Turn(line, option)) => {
                let Some(profile) = &self.subject else { return Flow::Stay };
                let pick = self.choices.at(*line, *option, context.facts, profile, &self.sources);
                self.take(pick, context.facts);
            }
            (State::Naming(field), Event::Paste(text) | Event::Fill(_, text)) => {
                if matches!(event, Event::Fill(..)) {
                    field.set("");
                }
                field.insert(text.expose());
            }
            (State::Naming(_), Event::Key(key)) => self.naming(*key, context.facts),
            (State::Obstacles(cursor), Event::Pick(row)) => *cursor = *row,
            (State::Obstacles(_), Event::Key(key)) => self.at_obstacles(*key, context),
            (State::Stored, Event::Key(key)) => {
                let done = self.keychain.key(*key, context);
                if done {
                    self.state = State::Choosing;
                }
            }
            (State::Asking, Event::Key(Key::Esc)) => {
                self.proof.open().into_iter().for_each(|id| context.cancel(id));
                self.read(context);
            }
            (State::Answered, Event::Key(key)) => return self.at_answer(*key, context),
            _ => {}
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        let panel = match &self.state {
            State::Start | State::Reading(_) => Panel::waiting(WHAT, "Reading the configuration of git."),
            State::Unreadable => Panel {
                purpose: "The configuration of git cannot be read, so it is not touched.".to_owned(),
                keys: vec![Hint::of(&[Key::Enter, Key::Char('r')], "read again")],
                ..Panel::default()
            },
            State::Choosing => self.choosing_panel(view.facts),
            State::Naming(field) => panels::naming(field),
            State::Obstacles(cursor) => self.obstacles_panel(*cursor, view.facts),
            State::Stored => self.keychain.panel(),
            State::Writing(_) => Panel { back: Back::No, ..Panel::waiting(ASKING, "Writing.") },
            State::Asking => self.asking_panel(),
            State::Answered => self.answered_panel(view.facts),
        };
        panel.with_problem(self.problem.as_ref())
    }

    fn under_way(&self) -> Option<&'static str> {
        match self.state {
            State::Writing(_) => {
                Some("The configuration of git is being written. That takes a moment, and is done whole or not at all.")
            }
            State::Stored if self.keychain.is_busy() => Some("A dead password is being deleted from the keychain."),
            _ => None,
        }
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/git.txt")
    }
}

const ASKING: &str = "Asking git for the password of a CodeCommit repository, as a clone would.";
const WHAT: &str = "Git will ask this helper for the password of CodeCommit repositories.";

impl GitConfiguration {
    /// The step, with its choices as decided beforehand.
    pub fn new(answers: &Answers) -> Self {
        Self {
            state: State::Start,
            subject: None,
            choices: Choices::new(answers),
            sources: Sources::default(),
            folder: None,
            named: None,
            repairs: Vec::new(),
            plan: None,
            keychain: Keychain::default(),
            proof: Proof::default(),
            wrote: false,
            conflicts: 0,
            problem: None,
        }
    }

    fn read(&mut self, context: &mut Context<'_>) {
        self.problem = None;
        self.folder = match &context.answers.scope {
            Some(ScopeAnswer::Repository(path)) => Some(PathBuf::from(path)),
            _ => None,
        };
        let place = GitPlace { folder: self.folder.clone(), ..GitPlace::default() };
        self.state = State::Reading(context.ask(Request::ReadGitConfig(place)));
    }

    fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        self.keychain.reply(id, &reply, context);
        match (&self.state, reply) {
            (State::Reading(asked), Ok(Reply::GitConfig(sources))) if *asked == id => {
                self.sources = *sources;
                self.repairs.clear();
                self.choices.keep(families(&self.sources, context.facts));
                let now = self.sources.entries().unwrap_or_default();
                if context.facts.mission.repairs() == Some("host-not-covered") {
                    self.choices.keep(Families::of_remotes(&now));
                }
                let url = self.subject.as_ref().map(|profile| self.url(profile).0).unwrap_or_default();
                if let Some(present) = gitconfig::present(&now, &url) {
                    self.choices.start_from(&present);
                }
                self.make_plan(context.facts);
                if let (Some(verdict), State::Choosing) =
                    (context.facts.mission.repairs().map(str::to_owned), &self.state)
                {
                    self.choose_repairs(&verdict, context.facts);
                    if verdict == "stored-dead" && self.keychain.left() > 0 {
                        self.keychain.open();
                        self.state = State::Stored;
                    }
                }
            }
            (State::Reading(asked), Err(problem)) if *asked == id => {
                self.state = State::Unreadable;
                self.problem = Some(problem);
            }
            (State::Writing(asked), Ok(Reply::Written)) if *asked == id => {
                (self.wrote, self.conflicts) = (true, 0);
                context.facts.changed = true;
                self.ask_git(context);
            }
            (State::Writing(asked), Err(problem)) if *asked == id => self.write_failed(&problem, context),
            (State::Asking, reply) => {
                if let Some(profile) = &self.subject {
                    self.proof.reply(id, &reply, profile);
                }
                if self.proof.open().is_empty() {
                    self.answered(context);
                }
            }
            _ => {}
        }
    }

    /// Works out what the files will be and whom git will then ask.
    fn make_plan(&mut self, facts: &Facts) {
        let Some(profile) = &self.subject else { return };
        let target = self.choices.target(&self.sources);
        if self.choices.reach == Reach::Here && target.is_none() {
            self.state = State::Unreadable;
            self.problem = Some(Problem::input(
                "There is no git repository in that folder.",
                "Name the folder of a clone in the answers file (git.scope), or choose another scope.",
            ));
            return;
        }
        let wanted = self.choices.wanted(facts, profile);
        let home = &facts.surroundings.home;
        let url = self.url(profile).0;
        match Plan::make(wanted, target.as_deref(), &self.repairs, &self.sources, &url, home) {
            Ok(plan) => {
                self.plan = Some(plan);
                self.state = State::Choosing;
            }
            Err(problem) => {
                self.state = State::Unreadable;
                self.problem = Some(problem);
            }
        }
    }

    fn choosing(&mut self, key: Key, context: &mut Context<'_>) {
        let Some(profile) = &self.subject else { return };
        match key {
            Key::Tab | Key::BackTab => {
                self.choices.focus_next(key == Key::BackTab, context.facts, profile, &self.sources);
            }
            Key::Left | Key::Right => {
                let pick = self.choices.neighbour(key == Key::Left, context.facts, profile, &self.sources);
                self.take(pick, context.facts);
            }
            Key::Char('m') => self.choices.turn_more(),
            Key::Char('x') if self.obstacles() > 0 => self.state = State::Obstacles(0),
            Key::Enter => self.write(context),
            _ => {}
        }
    }

    fn take(&mut self, pick: Option<Pick>, facts: &Facts) {
        let Some(pick) = pick else { return };
        if pick == Pick::Reach(Reach::OneRepository) && self.choices.repository.is_none() {
            self.state = State::Naming(Field::default());
            return;
        }
        self.choices.take(pick);
        self.repairs.clear();
        self.make_plan(facts);
    }

    fn naming(&mut self, key: Key, facts: &Facts) {
        let State::Naming(field) = &mut self.state else { return };
        self.problem = None;
        match key {
            Key::Esc => self.state = State::Choosing,
            Key::Enter => match field.without_secret().and_then(RepositoryName::parse) {
                Ok(name) => {
                    self.choices.repository = Some(name);
                    self.take(Some(Pick::Reach(Reach::OneRepository)), facts);
                }
                Err(problem) => self.problem = Some(problem),
            },
            _ => {
                field.key(key);
            }
        }
    }

    fn write(&mut self, context: &mut Context<'_>) {
        let Some(plan) = &self.plan else { return };
        self.problem = None;
        self.choices.note(context.facts, &self.sources);
        context.facts.pin = (self.choices.reach == Reach::EachClone).then(|| plan.wanted.clone());
        if context.facts.surroundings.dry_run {
            let text = if plan.changes.is_empty() { "git knows the helper already" } else { "git would be told" };
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "git", text: text.to_owned() }));
            self.state = State::Answered;
        } else if plan.changes.is_empty() {
            self.ask_git(context);
        } else {
            self.state = State::Writing(context.ask(Request::WriteFiles(plan.changes.clone())));
        }
    }

    /// Where a file changed meanwhile, the change is planned again; where it can never be written, for another file that git reads.
    fn write_failed(&mut self, problem: &Problem, context: &mut Context<'_>) {
        let again = problem.kind == ProblemKind::Conflict;
        self.conflicts += usize::from(again);
        let mut told = problem.clone();
        if again {
            self.read(context);
        } else {
            // With repairs in several files it is not known which of them it is.
            let elsewhere = (problem.kind == ProblemKind::NotWritable && self.repairs.is_empty())
                .then(|| self.choices.move_elsewhere(&self.sources))
                .flatten();
            self.state = State::Choosing;
            if let Some(other) = elsewhere {
                self.make_plan(context.facts);
                let other = change::tilde(&other, &context.facts.surroundings.home);
                told.hint = format!("{} Git reads {other} as well: the change shown here is for that file.", told.hint);
            }
        }
        if !again || self.conflicts > 1 {
            self.problem = Some(told);
        }
    }
}

/// The families of hosts that are in use: those that are configured already, and FIPS where the environment asks for it.
fn families(sources: &Sources, facts: &Facts) -> Families {
    let served = Families::served(&sources.entries().unwrap_or_default());
    let asked = facts.surroundings.aws_variables.iter().any(|(name, value)| {
        name == "AWS_USE_FIPS_ENDPOINT" && value.as_ref().is_some_and(|value| value.eq_ignore_ascii_case("true"))
    });
    Families { fips: served.fips || asked, ..served }
}
