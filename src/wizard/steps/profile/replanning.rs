//! A write that did not happen: back to the review, to try again; where a file changed meanwhile, with what is there now.
//!
//! Deliberately absent: writing without another Enter, whatever the change comes to now.

use super::candidate::{self, Candidate, Files};
use super::{ProfileStep, State};
use crate::profiles;
use crate::wizard::effect::{Reply, Request};
use crate::wizard::facts::Identity;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::step::Context;

impl ProfileStep {
    /// Takes in that the files could not be written.
    pub(super) fn write_failed(&mut self, identity: Identity, problem: Problem, context: &mut Context<'_>) {
        if let (ProblemKind::Conflict, Some(candidate)) = (problem.kind, &mut self.candidate) {
            candidate.conflicts.push(problem);
            self.to(State::Rereading(context.ask(Request::ReadAwsFiles)));
        } else {
            self.to(State::Reviewing(identity));
            self.problem = Some(problem);
        }
    }

    /// Takes in the files as they are now, and plans the same change for them.
    pub(super) fn reread(&mut self, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match reply {
            Ok(Reply::AwsFiles { config, credentials }) => self.files = Files { config, credentials },
            Ok(_) => return,
            Err(problem) => return self.unreadable(problem),
        }
        match profiles::read(self.files.config.content(), self.files.credentials.content()) {
            Ok(profiles) => self.profiles = profiles,
            Err(broken) => {
                let problem = self.files.broken(&broken, &context.facts.surroundings.home);
                return self.unreadable(problem);
            }
        }
        match self.planned_again(context) {
            Ok(candidate) => self.check(candidate, context),
            Err(problem) => {
                self.return_to_origin();
                self.problem = Some(problem);
            }
        }
    }

    fn planned_again(&mut self, context: &Context<'_>) -> Result<Candidate, Problem> {
        let Some(before) = &mut self.candidate else { return Err(Problem::input("There is no profile to write.", "")) };
        let conflicts = std::mem::take(&mut before.conflicts);
        let (name, region, built_in, from_form) =
            (before.name.clone(), before.region.clone(), before.built_in, before.from_form);
        let unattended = context.answers.unattended;
        let home = &context.facts.surroundings.home;
        let old = self.place(name.as_str()).and_then(|place| self.profiles.get(place));
        let candidate = if from_form {
            Candidate::new(&self.form.read(unattended)?, old, &self.files, home)?
        } else {
            let old = old.ok_or_else(|| candidate::no_such_profile(&name, unattended))?;
            Candidate::existing(old, region, &self.files, home)?
        };
        Ok(Candidate { built_in, conflicts, ..candidate })
    }

    fn unreadable(&mut self, problem: Problem) {
        self.state = State::Unreadable;
        self.problem = Some(problem);
    }
}
