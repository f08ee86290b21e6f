//! The doctor's examination, as far as it is.
//!
//! Deliberately absent: what its checks come to on the screen (`rows`).

use crate::checkup::{Check, Checkup, Examination, Status, Verdict, find};
use crate::wizard::effect::{Progress, Reply, Request, RequestId};
use crate::wizard::problem::Problem;
use crate::wizard::step::Context;

/// An examination.
#[derive(Default)]
pub(super) struct Exam {
    id: Option<RequestId>,
    checks: Vec<Check>,
    checkup: Option<Checkup>,
    pub(super) problem: Option<Problem>,
    /// Whether it was stopped before its end.
    stopped: bool,
}

impl Exam {
    /// Asks for one, which may run programs that the repository stood in names itself or not; what an earlier one found is gone.
    pub(super) fn begin(&mut self, programs: bool, context: &mut Context<'_>) {
        self.stop(context);
        let region = context.answers.region.as_ref().map(ToString::to_string);
        let profile = context.answers.profile.as_ref().map(ToString::to_string);
        let asked = Examination { profile, region, repository: None, programs };
        *self = Self { id: Some(context.ask(Request::Examine(asked))), ..Self::default() };
    }

    /// Stops it, when it is under way.
    pub(super) fn stop(&mut self, context: &mut Context<'_>) {
        if let Some(id) = self.id.take() {
            context.cancel(id);
            self.stopped = true;
        }
    }

    pub(super) fn open(&self) -> Option<RequestId> {
        self.id
    }

    pub(super) fn is_open(&self) -> bool {
        self.id.is_some()
    }

    pub(super) fn was_stopped(&self) -> bool {
        self.stopped
    }

    /// Takes in a check that is known before the end.
    pub(super) fn progress(&mut self, id: RequestId, progress: &Progress) {
        if let (true, Progress::Checked(check)) = (self.id == Some(id), progress) {
            self.checks.retain(|known| known.id != check.id);
            self.checks.push((**check).clone());
        }
    }

    /// Whether this request is its own.
    pub(super) fn waits_for(&self, id: RequestId) -> bool {
        self.id == Some(id)
    }

    /// Takes in the end.
    pub(super) fn reply(&mut self, reply: Result<Reply, Problem>) {
        self.id = None;
        match reply {
            Ok(Reply::Examined(checkup)) => self.checkup = Some(*checkup),
            Ok(_) => {}
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// What is known so far.
    pub(super) fn checks(&self) -> &[Check] {
        self.checkup.as_ref().map_or(&self.checks, |checkup| &checkup.checks)
    }

    /// What is wrong, once that is known.
    pub(super) fn verdict(&self) -> Option<&Verdict> {
        // When nothing failed, the verdict says that all is well.
        self.checkup.as_ref().filter(|checkup| !checkup.is_ok())?.verdict.as_ref()
    }

    /// Whether programs that the repository stood in names itself kept it from looking.
    pub(super) fn names_programs(&self) -> bool {
        self.verdict().is_some_and(|verdict| verdict.id == "repository-programs")
    }

    /// Whether something works, with something to know.
    pub(super) fn warns(&self) -> bool {
        self.checks().iter().any(|check| check.status == Status::Warn)
    }

    /// What works and is worth mending all the same, once it has ended: the first of which a step is known that can.
    pub(super) fn warning(&self) -> Option<&'static Verdict> {
        let checkup = self.checkup.as_ref().filter(|checkup| checkup.is_ok())?;
        // Others say what a person has to do.
        let ours = |check: &&Check| check.fix.iter().any(|fix| fix == "codecommit-setup");
        let mut warned = checkup.checks.iter().filter(|check| check.status == Status::Warn).filter(ours);
        warned.find_map(|check| find(check.cause?).filter(|verdict| verdict.step.is_some()))
    }

    /// What it came to, once it has ended.
    pub(super) fn checkup(&self) -> Option<&Checkup> {
        self.checkup.as_ref()
    }
}
