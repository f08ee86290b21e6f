//! The overview: what is there on a computer that was set up before, and the ways on from it.
//!
//! - `rows`: what stands on it; `found`: what is told from the files; `panels`: what it looks like;
//! - `region`: another region for the profile; `pins`: clones that keep to the profile of before; `undo`: the last run taken back;
//! - `report`: the check-up as a text for whoever helps.
//!
//! Deliberately absent: looking at the set-up (`doctor` does) and mending it (the steps do).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod exam;
mod found;
mod panels;
mod pins;
mod region;
mod report;
mod rows;
mod undo;

use super::effect::{Ending, FileText, GitPlace, History, Reply, Request, RequestId};
use super::event::{Event, Key};
use super::facts::{Facts, Identity, Profile};
use super::mission::Mission;
use super::names::{ProfileName, Region};
use super::problem::Problem;
use super::screen::Status;
use super::step::{Context, Flow, Panel, Step, View};
use crate::checkup::Verdict;
use crate::gitconfig::{self, Sources};
use crate::profiles;
use exam::Exam;
use found::{Clone, Used};
use pins::Pins;
use region::RegionSwitch;
use report::Report;
use undo::Undo;

/// The overview.
#[derive(Default)]
pub struct Overview {
    state: State,
    history: Asked<History>,
    git: Asked<Box<Sources>>,
    files: Asked<Files>,
    identity: Asked<Identity>,
    exam: Exam,
    /// How git logs in, told from the files.
    used: Option<Used>,
    clones: Vec<Clone>,
    /// The profile that git used before, and the one that it uses since the person chose so.
    switched: Option<(ProfileName, ProfileName)>,
    problem: Option<Problem>,
    remark: Option<Status>,
}

/// What the AWS files say, without a secret: this is kept as long as the program runs.
#[derive(Default)]
struct Files {
    profiles: Vec<profiles::Profile>,
}

#[derive(Default)]
enum State {
    /// Nothing was asked.
    #[default]
    Away,
    /// Whether there is a set-up is being found out.
    Opening,
    /// There is none.
    Absent,
    Shown,
    /// Every check and every clone.
    All,
    Region(Box<RegionSwitch>),
    Pins(Box<Pins>),
    Undo(Undo),
    Report(Box<Report>),
}

/// Something asked of the world.
#[derive(Default)]
enum Asked<T> {
    #[default]
    No,
    Open(RequestId),
    Known(T),
    Failed(Problem),
}

impl<T> Asked<T> {
    fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) => Some(known),
            Self::No | Self::Open(_) | Self::Failed(_) => None,
        }
    }

    fn open(&self) -> Option<RequestId> {
        match self {
            Self::Open(id) => Some(*id),
            Self::No | Self::Known(_) | Self::Failed(_) => None,
        }
    }

    fn waits_for(&self, id: RequestId) -> bool {
        self.open() == Some(id)
    }

    /// Takes in the reply that is waited for.
    fn take(&mut self, reply: Result<Reply, Problem>, known: impl FnOnce(Reply) -> Option<T>) {
        *self = match reply {
            Ok(reply) => known(reply).map_or(Self::No, Self::Known),
            Err(problem) => Self::Failed(problem),
        };
    }
}

impl Step for Overview {
    fn name(&self) -> &'static str {
        "Overview"
    }

    /// At first only what tells whether there is something to show; everything when it is shown again.
    fn enter(&mut self, context: &mut Context<'_>) {
        self.history = Asked::Open(context.ask(Request::ReadHistory));
        self.git = Asked::Open(context.ask(Request::ReadGitConfig(GitPlace::default())));
        if self.is_open() {
            self.state = State::Shown;
            self.look(context);
        } else {
            self.state = State::Opening;
        }
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow {
        match event {
            Event::Reply(id, reply) => return self.reply(id, reply, context),
            Event::Progress(id, progress) => {
                self.exam.progress(id, &progress);
                return Flow::Stay;
            }
            _ => {}
        }
        let event = &event;
        match &mut self.state {
            State::Away | State::Opening | State::Absent => Flow::Stay,
            State::Shown => match event {
                Event::Key(key) => self.key(*key, context),
                _ => Flow::Stay,
            },
            State::All => {
                if let Event::Key(Key::Enter | Key::Esc | Key::Char('v')) = event {
                    self.state = State::Shown;
                }
                Flow::Stay
            }
            State::Region(_) => self.switching_region(event, context),
            State::Pins(_) => self.at_pins(event, context),
            State::Undo(_) => self.undoing(event, context),
            State::Report(_) => self.reporting(event, context),
        }
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        match &self.state {
            State::Away | State::Opening | State::Absent => Panel::waiting("What is there?", "Looking."),
            State::Shown => self.shown_panel(view.facts),
            State::All => self.all_panel(view.facts),
            State::Region(switch) => self.region_panel(switch),
            State::Pins(pins) => Self::pins_panel(pins),
            State::Undo(undo) => Self::undo_panel(undo),
            State::Report(report) => Self::report_panel(report),
        }
    }

    fn under_way(&self) -> Option<&'static str> {
        match &self.state {
            State::Region(switch) if switch.is_writing() => Some("The region is being written. That takes a moment."),
            State::Pins(pins) if pins.is_writing() => Some("Clones are being told their profile. That takes a moment."),
            State::Undo(Undo::Running(_)) => Some("The last run is being undone. That takes a moment."),
            _ => None,
        }
    }

    fn help(&self) -> &'static str {
        include_str!("../../assets/help/overview.txt")
    }
}

impl Overview {
    /// Whether it is not known yet if there is something to show.
    pub(super) fn is_opening(&self) -> bool {
        matches!(self.state, State::Opening)
    }

    /// Whether there is something to show.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.state, State::Away | State::Opening | State::Absent)
    }

    /// Whether it waits for the answer to a request.
    pub(super) fn asked(&self, id: RequestId) -> bool {
        let own = [self.history.open(), self.git.open(), self.files.open(), self.identity.open(), self.exam.open()];
        let of_state = match &self.state {
            State::Region(switch) => switch.open(),
            State::Pins(pins) => pins.open(),
            State::Undo(undo) => undo.open(),
            State::Report(report) => report.open(),
            _ => None,
        };
        own.into_iter().chain([of_state]).flatten().any(|open| open == id)
    }

    /// Hears that git was told of another profile, and which one it was before.
    pub(super) fn has_switched(&mut self, switched: Option<(ProfileName, ProfileName)>) {
        self.switched = switched.filter(|(from, to)| from != to);
    }

    /// What stays in the terminal when the walk ends here.
    pub(super) fn summary(&self, facts: &Facts) -> Vec<String> {
        rows::summary(self, facts)
    }

    /// Asks for everything that is shown.
    fn look(&mut self, context: &mut Context<'_>) {
        (self.problem, self.remark) = (None, None);
        self.files = Asked::Open(context.ask(Request::ReadAwsFiles));
        self.identity.open().into_iter().for_each(|id| context.cancel(id));
        self.identity = Asked::No;
        self.exam.begin(false, context);
    }

    fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) -> Flow {
        if self.exam.waits_for(id) {
            self.exam.reply(reply);
        } else if self.history.waits_for(id) {
            self.history.take(reply, |reply| match reply {
                Reply::History(history) => Some(*history),
                _ => None,
            });
        } else if self.git.waits_for(id) {
            self.git.take(reply, |reply| match reply {
                Reply::GitConfig(sources) => Some(sources),
                _ => None,
            });
        } else if self.files.waits_for(id) {
            self.files.take(reply, |reply| match reply {
                Reply::AwsFiles { config, credentials } => Some(Files::read(&config, &credentials)),
                _ => None,
            });
        } else if self.identity.waits_for(id) {
            self.identity.take(reply, |reply| match reply {
                Reply::Identity(identity) => Some(identity),
                _ => None,
            });
            self.identified(context.facts);
            return Flow::Stay;
        } else {
            return match &self.state {
                State::Region(switch) if switch.open() == Some(id) => self.region_reply(&reply, context),
                State::Pins(pins) if pins.open() == Some(id) => self.pins_reply(&reply, context),
                State::Undo(undo) if undo.open() == Some(id) => self.undo_reply(&reply, context),
                State::Report(report) if report.open() == Some(id) => self.reporting(&Event::Reply(id, reply), context),
                _ => Flow::Stay,
            };
        }
        self.proceed(context);
        Flow::Stay
    }

    /// Goes on as far as the answers allow.
    fn proceed(&mut self, context: &mut Context<'_>) {
        let read = self.git.open().is_none() && self.history.open().is_none();
        if read {
            self.clones = self.history.known().map(|history| found::clones(&history.clones)).unwrap_or_default();
        }
        if read && self.is_opening() {
            self.state = if self.is_set_up() { State::Shown } else { State::Absent };
            if self.is_open() {
                self.look(context);
            }
            return;
        }
        if !read || self.files.open().is_some() || !matches!(self.identity, Asked::No) || !self.is_open() {
            return;
        }
        let entries = self.git.known().and_then(|sources| sources.entries().ok()).unwrap_or_default();
        let profiles = self.files.known().map_or(&[][..], |files| files.profiles.as_slice());
        self.used = found::used(&entries, profiles, &self.clones, context.answers);
        if let Some(caller) = self.used.as_ref().and_then(Used::caller) {
            self.identity = Asked::Open(context.ask(Request::Identify(caller)));
        }
        self.offer_pins(context.facts);
    }

    fn is_set_up(&self) -> bool {
        let entries = self.git.known().and_then(|sources| sources.entries().ok()).unwrap_or_default();
        let changed = self.history.known().is_some_and(|history| history.last.is_some());
        changed || gitconfig::has_helper(&entries) || self.clones.iter().any(Clone::is_there)
    }

    fn identified(&mut self, facts: &mut Facts) {
        let (Asked::Known(identity), Some(used)) = (&self.identity, &self.used) else { return };
        let (Ok(name), Some(region)) = (ProfileName::parse(&used.profile), used.region.clone()) else { return };
        let Some(caller) = used.caller() else { return };
        facts.profile = Some(Profile {
            name,
            region,
            credentials: caller.credentials,
            access_key: used.access_key,
            built_in: used.built_in,
            identity: identity.clone(),
        });
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) -> Flow {
        self.remark = None;
        match key {
            Key::Enter => return self.propose(context),
            Key::Char('m') => return self.mend_warning(context),
            Key::Char('n') if context.facts.profile.is_some() => return self.begin(Mission::Clone, context),
            Key::Char('p') => {
                let of_git = self.used.as_ref().is_none_or(|used| used.of_git);
                return self.begin(Mission::SwitchProfile { of_git }, context);
            }
            Key::Char('c') => return self.begin(Mission::Whole, context),
            Key::Char('g') if self.can_switch_region() => self.start_region(),
            Key::Char('u') if self.can_undo() => self.plan_undo(context),
            Key::Char('v') => self.state = State::All,
            Key::Char('w') => self.start_report(false),
            Key::Char('r') if !self.exam.is_open() => self.enter(context),
            Key::Char('R') if self.exam.names_programs() => self.exam.begin(true, context),
            Key::Esc if self.exam.is_open() => self.exam.stop(context),
            Key::Char('q') => context.leave(Ending::Done),
            _ => {}
        }
        Flow::Stay
    }

    /// What Enter does: mend what is wrong, else clone more.
    fn propose(&mut self, context: &mut Context<'_>) -> Flow {
        match self.exam.verdict() {
            Some(Verdict { id, step: Some(step), .. }) => {
                let mission = Mission::Repair { verdict: id.clone(), step: step.clone() };
                return self.begin(mission, context);
            }
            Some(_) => self.state = State::All,
            None if context.facts.profile.is_some() => return self.begin(Mission::Clone, context),
            None => {}
        }
        Flow::Stay
    }

    /// Mends what works and is marked all the same.
    fn mend_warning(&mut self, context: &mut Context<'_>) -> Flow {
        let Some(Verdict { id, step: Some(step), .. }) = self.exam.warning() else { return Flow::Stay };
        self.begin(Mission::Repair { verdict: id.clone(), step: step.clone() }, context)
    }

    fn begin(&mut self, mission: Mission, context: &mut Context<'_>) -> Flow {
        self.exam.stop(context);
        // Where git's own configuration has no helper, a new clone gets one as its neighbours have.
        let pinned = self.used.as_ref().filter(|used| mission == Mission::Clone && !used.of_git);
        context.facts.pin = pinned.and_then(|used| found::pin(used, &self.clones, context.facts));
        context.facts.mission = mission;
        Flow::Begin
    }

    fn can_undo(&self) -> bool {
        self.history.known().is_some_and(|history| history.last.is_some())
    }
}

impl Files {
    fn read(config: &FileText, credentials: &FileText) -> Self {
        // What cannot be read is told by the doctor, with its line.
        let mut profiles = profiles::read(config.content(), credentials.content()).unwrap_or_default();
        for profile in &mut profiles {
            profile.keys = None;
        }
        Self { profiles }
    }

    /// The region of a profile, where it has one that can be used.
    fn region(&self, profile: &str) -> Option<Region> {
        let found = self.profiles.iter().find(|known| known.name.as_str() == profile)?;
        Region::parse(found.region.as_deref()?).ok()
    }
}
