//! What each reply of the world means to the Profile step.
//!
//! Deliberately absent: keys; the step's own file hears those.

use super::{ProfileStep, State};
use crate::wizard::effect::{Credentials, Reply, Request, RequestId};
use crate::wizard::problem::Problem;
use crate::wizard::step::Context;

impl ProfileStep {
    /// Puts a key that was kept somewhere else into the form, where it can be looked at.
    fn has_fetched(&mut self, reply: Result<Reply, Problem>) {
        self.to(State::Filling);
        match reply {
            Ok(Reply::EnvironmentKey(Some(key))) => self.form.take_key(&key),
            Ok(Reply::EnvironmentKey(None)) => {
                self.to(State::Choosing);
                self.problem = Some(Problem::input(
                    "The environment of this terminal holds only half an access key.",
                    "It takes AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Choose another way.",
                ));
            }
            Ok(Reply::KeyFile(text)) if self.form.take_record(text.expose()) => {}
            Ok(Reply::KeyFile(_)) => {
                self.problem = Some(Problem::input(
                    "There is no access key in that file.",
                    "The file of the console has a line with the access key ID and the secret, parted by a comma.",
                ));
            }
            Ok(_) => {}
            Err(problem) => self.problem = Some(problem),
        }
    }

    pub(super) fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match (&self.state, reply) {
            (State::Reading(reading), reply) => self.has_read(*reading, id, reply, context),
            (State::Checking(asked), Ok(Reply::Identity(identity))) if *asked == id => {
                self.problem = None;
                if self.candidate.as_ref().is_some_and(|candidate| !candidate.writes()) {
                    self.prove(identity, context);
                } else {
                    self.review(identity, context);
                }
            }
            (State::Checking(asked), Err(problem)) if *asked == id => {
                match self.sign_in_for(&problem) {
                    Some(sign_in) => self.state = State::SignedOut(sign_in),
                    None => self.return_to_origin(),
                }
                self.problem = Some(problem);
            }
            (State::Fetching(asked), reply) if *asked == id => self.has_fetched(reply),
            (State::SigningIn(asked, sign_in), reply) if *asked == id => {
                let sign_in = sign_in.clone();
                self.has_signed_in(sign_in, reply.map(|_| ()), context);
            }
            (_, Ok(Reply::Described(description))) if self.describing == Some(id) => {
                self.describing = None;
                self.description = description;
            }
            (State::Comparing(asked, identity), reply) if *asked == id => {
                let identity = identity.clone();
                if let (Some(candidate), Ok(Reply::Identity(owner))) = (&mut self.candidate, reply) {
                    candidate.owned_by(&owner);
                }
                self.state = State::Reviewing(identity);
            }
            (State::Writing(asked, _), Ok(Reply::Written)) if *asked == id => {
                context.facts.changed = true;
                if let Some(candidate) = &mut self.candidate {
                    candidate.credentials = Credentials::Profile(candidate.name.clone());
                    self.state = State::Confirming(context.ask(Request::Identify(candidate.caller())));
                }
            }
            (State::Confirming(asked), Ok(Reply::Identity(identity))) if *asked == id => self.prove(identity, context),
            (State::Writing(asked, identity), Err(problem)) if *asked == id => {
                let identity = identity.clone();
                self.write_failed(identity, problem, context);
            }
            (State::Rereading(asked), reply) if *asked == id => self.reread(reply, context),
            (State::Confirming(asked), Err(problem)) if *asked == id => {
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
                | State::Fetching(_)
                | State::NamingSso
                | State::SignedOut(_)
                | State::SigningIn(..)
                | State::Checking(_)
                | State::Comparing(..)
                | State::Reviewing(_)
                | State::Writing(..)
                | State::Rereading(_)
                | State::Confirming(_)
                | State::Proven,
                _,
            ) => {}
        }
    }
}
