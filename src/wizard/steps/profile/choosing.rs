//! Choosing from the list, and the region of a profile that has none.
//!
//! Deliberately absent: making a profile.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::candidate::{self, Candidate};
use super::{Entry, ProfileStep, State, kinds};
use crate::profiles;
use crate::wizard::answers;
use crate::wizard::effect::Request;
use crate::wizard::event::{Event, Key};
use crate::wizard::names::{Region, printable};
use crate::wizard::problem::Problem;
use crate::wizard::regions::RegionField;
use crate::wizard::step::{Context, Flow};

impl ProfileStep {
    /// What to say of the name in the form once it is left: a profile of another kind bears it.
    pub(super) fn taken_name(&self) -> Option<Problem> {
        let place = self.place(self.form.name()).filter(|_| !self.form.is_at_name());
        place.and_then(|place| self.profiles.get(place)).and_then(profiles::Profile::refuses_access_key)
    }

    pub(super) fn choosing(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        if self.list.hear(event) {
            self.problem = None;
            return Flow::Stay;
        }
        match event {
            Event::Key(Key::Enter) => self.choose(context),
            Event::Key(Key::Char('n')) => self.to(State::Filling),
            Event::Key(Key::Char('r')) => self.read(context),
            Event::Key(Key::Esc) => return Flow::Back,
            _ => {}
        }
        Flow::Stay
    }

    pub(super) fn choose(&mut self, context: &mut Context<'_>) {
        match self.list.current() {
            Some(Entry::Profile(_)) => self.choose_profile(context),
            Some(Entry::Environment) => self.to(State::Fetching(context.ask(Request::ReadEnvironmentKey))),
            Some(Entry::NewKey) => self.to(State::Filling),
            Some(Entry::NewSso) => self.name_sso(context),
            None => {}
        }
    }

    pub(super) fn choose_profile(&mut self, context: &mut Context<'_>) {
        let Some(profile) = self.chosen() else { return };
        let unattended = context.answers.unattended;
        let unusable = candidate::unusable(profile, unattended).or_else(|| kinds::needs_code(profile, &self.profiles));
        if let Some(problem) = unusable {
            self.problem = Some(problem);
            return;
        }
        let region = context.answers.region.clone().map(Ok);
        match region.or_else(|| profile.region.as_deref().map(Region::parse)) {
            Some(Ok(region)) => self.check_existing(region, context),
            Some(Err(problem)) => self.ask_region(Some(problem)),
            None if unattended => {
                let why = format!("Profile {} has no region.", printable(profile.name.as_str()));
                self.problem = Some(answers::missing("profile.region", &why));
            }
            None => self.ask_region(None),
        }
    }

    pub(super) fn ask_region(&mut self, problem: Option<Problem>) {
        if self.region.field.is_empty() {
            self.region = RegionField::with("us-east-2");
        }
        self.state = State::AskingRegion;
        self.problem = problem;
    }

    pub(super) fn take_region(&mut self, context: &mut Context<'_>) {
        self.region.take();
        match self.region.region() {
            Ok(region) => self.check_existing(region, context),
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Asks AWS who a profile of the files is.
    pub(super) fn check_existing(&mut self, region: Region, context: &mut Context<'_>) {
        let Some(profile) = self.chosen() else { return };
        let home = &context.facts.surroundings.home;
        match Candidate::existing(profile, region, &self.files, home) {
            Ok(candidate) => {
                let built_in = !profile.needs_code(&self.profiles);
                self.check(Candidate { built_in, ..candidate }, context);
            }
            Err(problem) => self.problem = Some(problem),
        }
    }
}
