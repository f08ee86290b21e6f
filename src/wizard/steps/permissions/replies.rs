//! What each reply of the world means to the Permissions step.
//!
//! Deliberately absent: keys; the step's own file hears those.

use super::attachers::{Attacher, of_another_account};
use super::{Permissions, State, policy, table};
use crate::wizard::effect::{Reply, Request, RequestId};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::rights::{Holder, Rights};
use crate::wizard::screen::{Mark, Status};
use crate::wizard::step::Context;

impl Permissions {
    pub(super) fn reply(&mut self, id: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        let state = std::mem::take(&mut self.state);
        match (state, reply) {
            (State::Looking(asked), Ok(Reply::Rights(rights))) if asked == id => self.looked(*rights, context),
            (State::Looking(asked), Err(problem)) if asked == id => {
                self.problem = Some(problem);
                if self.is_user() {
                    self.choose(context);
                } else {
                    self.hand_off(false);
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
                    && let Some(question) = self.caller_as(&name).and_then(|caller| self.question(caller))
                {
                    self.state = State::LookingWith(context.ask(question), name);
                    return;
                }
                self.refused(&name, of_another_account(&name, &identity.account), context);
                self.ask_next(context);
            }
            (State::LookingWith(asked, name), Ok(Reply::Rights(rights))) if asked == id => {
                let sees = rights.sees_attached();
                self.attachers.push(Attacher { name, sees });
                if sees {
                    self.with = self.attachers.len() - 1;
                    self.waiting.clear();
                    self.found(*rights, context);
                } else {
                    self.ask_next(context);
                }
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
                self.done.extend(by.map(|by| (self.chosen(), self.holder(), by)));
                self.in_effect = None;
                self.await_effect(context);
            }
            (State::Attaching(asked), Err(problem)) if asked == id => {
                let full = problem.kind == ProblemKind::LimitReached;
                self.problem = Some(if full { self.with_ways_out(problem) } else { problem });
                self.state = State::HandOff;
            }
            (State::Awaiting(asked, _), reply) if asked == id => {
                if let Ok(Reply::InEffect(in_effect)) = reply {
                    self.in_effect = Some(in_effect);
                }
                self.read_back(context);
            }
            (State::ReadingBack(asked), Ok(Reply::Rights(rights))) if asked == id => {
                let holder = self.holder();
                let sees = rights.sees_attached() && !rights.unseen.contains(&"iam:ListAttachedGroupPolicies");
                let groups = std::mem::take(&mut self.rights.groups);
                self.rights = *rights;
                if self.rights.groups.is_empty() {
                    self.rights.groups = groups;
                }
                if self.rights.has(&holder, &self.policy_arn()) {
                    self.satisfied(context);
                } else if sees {
                    self.problem = Some(Problem::new(
                        ProblemKind::Other,
                        "AWS took the policy but does not list it yet.",
                        "IAM needs some seconds to spread a change.",
                        "Check again with r.",
                    ));
                    self.state = State::HandOff;
                } else {
                    self.take_as_attached(context);
                }
            }
            (State::ReadingBack(asked), Err(_)) if asked == id => {
                self.take_as_attached(context);
            }
            (State::CheckingAgain(asked), reply) if asked == id => {
                self.state = if self.settled { State::Satisfied } else { State::HandOff };
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

    /// What the chosen profile sees of its own rights.
    fn looked(&mut self, rights: Rights, context: &mut Context<'_>) {
        let sees = rights.sees_attached();
        if let Some(own) = self.attachers.first_mut() {
            own.sees = sees;
        }
        if sees || !self.is_user() {
            self.found(rights, context);
        } else {
            self.rights = rights;
            self.state = State::ReadingProfiles(context.ask(Request::ReadAwsFiles));
        }
    }

    fn checked_again(&mut self, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        match reply {
            Ok(Reply::Rights(rights)) => {
                self.rights = *rights;
                if self.in_effect == Some(false) && table::suffices(&self.rights) {
                    self.in_effect = Some(true);
                }
                let chosen = self.attached().contains(&self.chosen());
                if chosen || self.settled || (!self.another && self.is_enough(context)) {
                    self.satisfied(context);
                    self.remark = self.settled.then(|| Status::marked(Mark::Look, "Looked again."));
                    return;
                }
                self.remark = Some(Status::marked(Mark::Look, self.still_not()));
            }
            Ok(_) => {}
            Err(problem) => self.problem = Some(problem),
        }
    }

    fn still_not(&self) -> String {
        if !self.is_user() {
            return format!("{} may still not use CodeCommit.", self.who());
        }
        if self.rights.sees_attached() {
            return format!("{} is still not attached to {}.", self.chosen(), self.who());
        }
        format!("{} may still not use CodeCommit. No profile here may see which policies are attached.", self.who())
    }

    /// The quota explained, with what makes room.
    fn with_ways_out(&self, problem: Problem) -> Problem {
        let holder = self.holder();
        let group = match (&holder, self.rights.groups.first()) {
            (Holder::User(_), Some(group)) => {
                format!("Go back and attach it to group {} with g, or make", printable(group))
            }
            (Holder::User(_), None) => "Put the user in a group that has the policy, or make".to_owned(),
            (Holder::Group(_), _) => "Make".to_owned(),
        };
        let one = self.rights.managed(&holder).next();
        let arn = one.map_or_else(|| "ARN-OF-A-POLICY".to_owned(), |policy| policy.arn.clone());
        let hint = format!("{group} room by detaching one, for example: {}", policy::detaching(&holder, &arn));
        Problem { hint, ..problem }
    }

    pub(super) fn ask_next(&mut self, context: &mut Context<'_>) {
        let Some((name, caller)) =
            self.waiting.pop().and_then(|name| self.caller_as(&name).map(|caller| (name, caller)))
        else {
            self.settle(context);
            return;
        };
        self.state = State::Identifying(context.ask(Request::Identify(caller)), name);
    }
}
