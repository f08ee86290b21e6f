//! What each reply of the world means to the Permissions step.
//!
//! Deliberately absent: keys; the step's own file hears those.

use super::attachers::{Attacher, of_another_account};
use super::{Permissions, State, policy};
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
                match self.others(config.content(), credentials.content(), context) {
                    Ok(others) => self.waiting = others,
                    Err(problem) => self.problem = Some(problem),
                }
                self.ask_next(context);
            }
            (State::Identifying(asked, name), Ok(Reply::Identity(identity))) if asked == id => {
                let account = self.subject.as_ref().map(|subject| &subject.identity.account);
                if account == Some(&identity.account)
                    && let Some(caller) = self.caller_as(&name)
                {
                    let id = self.ask_attached(caller, context);
                    self.state = State::LookingWith(id, name);
                    return;
                }
                self.refused(&name, of_another_account(&name, &identity.account), context);
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
            (State::ReadingProfiles(asked), Err(problem)) if asked == id => {
                if let Some(name) = context.answers.with_profile.clone() {
                    self.refused(&name, problem, context);
                }
                self.ask_next(context);
            }
            (State::Identifying(asked, name), Err(problem)) if asked == id => {
                self.refused(&name, problem, context);
                self.ask_next(context);
            }
            (State::Attaching(asked), Ok(Reply::Attached)) if asked == id => {
                context.facts.changed = true;
                let by = self.attachers.get(self.with).map(|attacher| attacher.name.clone());
                self.done.extend(by.map(|by| (self.chosen(), by)));
                match self.attacher_caller(self.with) {
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
            (State::CheckingAgain(asked), reply) if asked == id => {
                self.state = State::HandOff;
                self.checked_again(reply, context);
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

    fn checked_again(&mut self, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match reply {
            Ok(Reply::Policies(found)) => {
                self.attached = found.into_iter().map(|policy| policy.name).collect();
                self.seen = true;
                let chosen = self.attached.iter().any(|name| name == self.chosen());
                if chosen || (!self.another && policy::satisfying(&self.attached, context.answers.policy).is_some()) {
                    self.satisfied(context);
                } else {
                    let text = format!("{} is still not attached to {}.", self.chosen(), self.who());
                    self.remark = Some(Status::marked(Mark::Look, text));
                }
            }
            Ok(_) => {}
            Err(problem) if problem.kind == ProblemKind::AccessDenied => {
                let text = "No profile here may see which policies are attached. The next steps show what is allowed.";
                self.remark = Some(Status::marked(Mark::Look, text));
            }
            Err(problem) => self.problem = Some(problem),
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
