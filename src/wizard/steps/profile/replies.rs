//! What each reply of the world means to the Profile step.
//!
//! Deliberately absent: keys; the step's own file hears those.

use super::candidate::Files;
use super::{ProfileStep, State};
use crate::wizard::effect::{Credentials, Reply, Request, RequestId};
use crate::wizard::problem::Problem;
use crate::wizard::step::Context;

impl ProfileStep {
    pub(super) fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match (&self.state, reply) {
            (State::Reading(asked), Ok(Reply::AwsFiles { config, credentials })) if *asked == id => {
                self.files = Files { config, credentials };
                self.list(context);
            }
            (State::Reading(asked), Err(problem)) if *asked == id => {
                self.state = State::Unreadable;
                self.problem = Some(problem);
            }
            (State::Checking(asked), Ok(Reply::Identity(identity))) if *asked == id => {
                self.problem = None;
                if self.candidate.as_ref().is_some_and(|candidate| candidate.changes.is_empty()) {
                    self.prove(identity, context);
                } else {
                    self.state = State::Reviewing(identity);
                }
            }
            (State::Checking(asked), Err(problem)) if *asked == id => {
                self.return_to_origin();
                self.problem = Some(problem);
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
                | State::Reading(_)
                | State::Unreadable
                | State::Choosing
                | State::AskingRegion
                | State::Filling
                | State::Checking(_)
                | State::Reviewing(_)
                | State::Writing(_)
                | State::Confirming(_)
                | State::Proven,
                _,
            ) => {}
        }
    }
}
