//! What each reply of the world means to the Permissions step.
//!
//! Deliberately absent: keys; the step's own file hears those.

use super::attachers::Attacher;
use super::{Permissions, State};
use crate::wizard::effect::{Reply, Request, RequestId};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Mark, Status};
use crate::wizard::step::Context;

impl Permissions {
    pub(super) fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        let state = std::mem::take(&mut self.state);
        match (state, reply) {
            (State::Looking(asked), Ok(Reply::Policies(found))) if asked == id => {
                if let Some(own) = self.attachers.first_mut() {
                    own.sees = true;
                }
                self.found(found.into_iter().map(|policy| policy.name).collect(), context);
            }
            (State::Looking(asked), Err(problem)) if asked == id => {
                if problem.kind == ProblemKind::AccessDenied {
                    self.state = State::ReadingProfiles(context.ask(Request::ReadAwsFiles));
                } else {
                    self.problem = Some(problem);
                    self.choose(context);
                }
            }
            (State::ReadingProfiles(asked), Ok(Reply::AwsFiles { config, credentials })) if asked == id => {
                self.waiting = self.others(config.content(), credentials.content(), context);
                self.ask_next(context);
            }
            (State::Identifying(asked, name), Ok(Reply::Identity(identity))) if asked == id => {
                // A user of the same name in another account is somebody else.
                let account = self.subject.as_ref().map(|subject| &subject.identity.account);
                if account == Some(&identity.account)
                    && let Some(caller) = self.caller_as(&name)
                {
                    let id = self.ask_attached(caller, context);
                    self.state = State::LookingWith(id, name);
                    return;
                }
                self.ask_next(context);
            }
            (State::LookingWith(asked, name), Ok(Reply::Policies(found))) if asked == id => {
                self.attachers.push(Attacher { name, sees: true });
                self.with = self.attachers.len() - 1;
                self.waiting.clear();
                self.found(found.into_iter().map(|policy| policy.name).collect(), context);
            }
            (State::LookingWith(asked, name), Err(_)) if asked == id => {
                self.attachers.push(Attacher { name, sees: false });
                self.ask_next(context);
            }
            (State::ReadingProfiles(asked) | State::Identifying(asked, _), Err(_)) if asked == id => {
                self.ask_next(context);
            }
            (State::Attaching(asked), Ok(Reply::Attached)) if asked == id => {
                context.facts.changed = true;
                self.by = self.attachers.get(self.with).map(|attacher| attacher.name.clone());
                match self.attacher_caller() {
                    Some(caller) => self.state = State::ReadingBack(self.ask_attached(caller, context)),
                    None => self.satisfied(context),
                }
            }
            (State::Attaching(asked), Err(problem)) if asked == id => {
                self.problem = Some(problem);
                self.state = State::HandOff;
            }
            (State::ReadingBack(asked), Ok(Reply::Policies(found))) if asked == id => {
                self.attached = found.into_iter().map(|policy| policy.name).collect();
                self.seen = true;
                if self.attached.iter().any(|name| name == self.chosen()) {
                    self.satisfied(context);
                } else {
                    self.problem = Some(Problem::new(
                        ProblemKind::Other,
                        "AWS took the policy but does not list it yet.",
                        "IAM needs some seconds to spread a change.",
                        "Check again with r.",
                    ));
                    self.state = State::HandOff;
                }
            }
            (State::ReadingBack(asked), Err(_)) if asked == id => {
                self.take_as_attached(context);
            }
            (State::Saving(asked), reply) if asked == id => {
                self.state = State::HandOff;
                match reply {
                    Ok(Reply::Saved(path)) => {
                        let path = crate::wizard::change::tilde(&path, &context.facts.surroundings.home);
                        self.remark = Some(Status::marked(Mark::Ok, format!("Saved as {path}.")));
                    }
                    Ok(_) => {}
                    Err(problem) => self.problem = Some(problem),
                }
            }
            (state, _) => self.state = state,
        }
    }

    pub(super) fn ask_next(&mut self, context: &mut Context<'_>) {
        let Some((name, caller)) =
            self.waiting.pop().and_then(|name| self.caller_as(&name).map(|caller| (name, caller)))
        else {
            self.choose(context);
            return;
        };
        self.state = State::Identifying(context.ask(Request::Identify(caller)), name);
    }
}
