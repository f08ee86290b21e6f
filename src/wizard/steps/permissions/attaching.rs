//! Attaching the chosen policy: asked for, waited for until it counts, and read back.
//!
//! Deliberately absent: attaching twice. Whatever is slow to count is only looked at again.

use super::{Permissions, State, policy, table};
use crate::wizard::effect::Request;
use crate::wizard::facts::{Outcome, Profile};
use crate::wizard::names::printable;
use crate::wizard::rights::{Given, Holder, Origin};
use crate::wizard::screen::Mark;
use crate::wizard::step::Context;

impl Permissions {
    pub(super) fn attach(&mut self, context: &mut Context<'_>) {
        let (holder, policy_arn) = (self.holder(), self.policy_arn());
        if context.facts.surroundings.dry_run {
            let text = format!("{} would be attached to {}", self.chosen(), policy::named(&holder));
            context.outcome(Some(Outcome { mark: Mark::Ok, about: "permission", text: printable(&text) }));
            self.state = State::Satisfied;
        } else if let Some(caller) = self.attacher_caller(self.with) {
            let account = self.subject.as_ref().map(|subject| subject.identity.account.clone()).unwrap_or_default();
            self.state = State::Attaching(context.ask(Request::AttachPolicy { caller, holder, policy_arn, account }));
        }
    }

    /// Waits until the policy counts, unless something is in the way for good.
    pub(super) fn await_effect(&mut self, context: &mut Context<'_>) {
        let caller = self.subject.as_ref().map(Profile::caller);
        if let Some(caller) = caller.filter(|_| !table::is_barred(&self.rights)) {
            self.state = State::Awaiting(context.ask(Request::AwaitEffect(caller)), 0);
        } else {
            self.in_effect = Some(false);
            self.read_back(context);
        }
    }

    pub(super) fn read_back(&mut self, context: &mut Context<'_>) {
        match self.attacher_caller(self.with).and_then(|caller| self.question(caller)) {
            Some(question) => self.state = State::ReadingBack(context.ask(question)),
            None => self.take_as_attached(context),
        }
    }

    /// Attaching is allowed and listing is not, or was not waited for: what AWS said to the attaching must do.
    pub(super) fn take_as_attached(&mut self, context: &mut Context<'_>) {
        let origin = Origin::Attached(self.holder());
        self.rights.policies.push(Given { name: self.chosen().to_owned(), arn: self.policy_arn(), origin });
        self.satisfied(context);
    }

    pub(super) fn chosen(&self) -> &'static str {
        policy::OFFERED.get(self.cursor).map_or("none", |(_, name, _)| name)
    }

    /// Whom the policy would be attached to.
    pub(super) fn holder(&self) -> Holder {
        let group = self.group.and_then(|place| self.rights.groups.get(place));
        group.map_or_else(|| Holder::User(self.user.clone()), |group| Holder::Group(group.clone()))
    }
}
