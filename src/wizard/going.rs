//! Where an event leads: along the steps of the mission, and back to the overview.
//!
//! Deliberately absent: which steps a mission takes (`mission`).

use super::facts::Profile;
use super::mission::Mission;
use super::screen::Fit;
use super::{Place, Wizard, steps};

impl Wizard {
    /// Begins the mission of the facts with steps that know nothing of earlier ones.
    pub(super) fn begin(&mut self) {
        let fresh = steps::all(&self.answers);
        for (place, step) in fresh.into_iter().enumerate() {
            // What is the same for every mission is not looked for again.
            if place > 0 || !self.steps[place].is_known(&self.facts) {
                self.steps[place] = step;
                self.facts.outcomes[place] = None;
            }
        }
        self.before = self.facts.profile.clone();
        self.route = self.facts.mission.route(&self.steps, &self.facts);
        if let Some(first) = self.route.first() {
            self.go(*first, true);
        }
    }

    pub(super) fn go_on(&mut self) {
        let Place::Step(at) = self.at else { return };
        match self.route.iter().find(|place| **place > at) {
            Some(next) => self.go(*next, true),
            None if self.facts.mission == Mission::Whole => {}
            None => self.come_back(true),
        }
    }

    pub(super) fn go_back(&mut self) {
        let Place::Step(at) = self.at else { return };
        match self.route.iter().rfind(|place| **place < at) {
            Some(before) => self.go(*before, false),
            None if self.overview.is_open() => self.come_back(false),
            None => {}
        }
    }

    /// Goes to the overview; what the mission came to is looked at there.
    fn come_back(&mut self, ended: bool) {
        self.at = Place::Overview;
        (self.scroll, self.fit) = (0, Fit::default());
        let before = self.before.take();
        let changed = self.facts.profile != before || self.facts.changes.len() != self.seen;
        let mut switched = None;
        if ended && matches!(self.facts.mission, Mission::SwitchProfile { .. }) {
            let name = |profile: Option<&Profile>| profile.map(|profile| profile.name.clone());
            switched = name(before.as_ref()).zip(name(self.facts.profile.as_ref()));
        } else {
            self.facts.profile = before;
        }
        self.facts.mission = Mission::Whole;
        if ended || changed {
            self.seen = self.facts.changes.len();
            self.overview.has_switched(switched);
            self.with_step(|overview, context| overview.enter(context));
        }
    }

    fn go(&mut self, to: usize, forward: bool) {
        self.at = Place::Step(to);
        (self.scroll, self.fit) = (0, Fit::default());
        if forward {
            self.with_step(|step, context| step.enter(context));
        }
    }

    /// Whether there is something before the step shown.
    pub(super) fn leads_back(&self) -> bool {
        match self.at {
            Place::Overview => false,
            Place::Step(at) => self.overview.is_open() || self.route.iter().any(|place| *place < at),
        }
    }
}
