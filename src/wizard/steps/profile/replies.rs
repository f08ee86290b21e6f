//! What each reply of the world means to the Profile step.
//!
//! Deliberately absent: keys; the step's own file hears those.

use super::{ProfileStep, State};
use crate::wizard::effect::{Credentials, Reply, Request, RequestId};
use crate::wizard::problem::Problem;
use crate::wizard::step::Context;

impl ProfileStep {
    pub(super) fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match (&self.state, reply) {
            (State::Reading(reading), reply) => self.has_read(*reading, id, reply, context),
            (State::Checking(asked), Ok(Reply::Identity(identity))) if *asked == id => {
                self.problem = None;
                if self.candidate.as_ref().is_some_and(|candidate| candidate.changes.is_empty()) {
                    self.prove(identity, context);
                } else {
                    self.review(identity, context);
                }
            }
            (State::Checking(asked), Err(problem)) if *asked == id => {
                self.return_to_origin();
                self.problem = Some(problem);
            }
            (State::Comparing(asked, identity), reply) if *asked == id => {
                let identity = identity.clone();
                if let (Some(candidate), Ok(Reply::Identity(owner))) = (&mut self.candidate, reply) {
                    candidate.owned_by(&owner);
                }
                self.state = State::Reviewing(identity);
            }
            (State::Writing(asked), Ok(Reply::Written)) if *asked == id => {
                context.facts.changed = true;
                if let Some(candidate) = &mut self.candidate {
                    candidate.credentials = Credentials::Profile(candidate.name.clone());
                    self.state = State::Confirming(context.ask(Request::Identify(candidate.caller())));
                }
            }
            (State::Confirming(asked), Ok(Reply::Identity(identity))) if *asked == id => self.prove(identity, context),
            (State::Writing(asked) | State::Confirming(asked), Err(problem)) if *asked == id => {
                // The files may be others than those that were shown: they are read again.
                self.read(context);
                self.problem = Some(problem);
            }
            (
                State::Start
                | State::Unreadable
                | State::Choosing
                | State::AskingRegion
                | State::Filling
                | State::Checking(_)
                | State::Comparing(..)
                | State::Reviewing(_)
                | State::Writing(_)
                | State::Confirming(_)
                | State::Proven,
                _,
            ) => {}
        }
    }
}
