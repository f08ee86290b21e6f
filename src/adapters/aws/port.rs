//! The AWS adapter as the port that the runner knows.
//!
//! Deliberately absent: anything but passing on.

use super::Aws;
use crate::ports::{self, RepositoriesSoFar, Task};
use crate::wizard::effect::{AttachedPolicy, Caller, Repository};
use crate::wizard::facts::{Description, Identity};

impl ports::Aws for Aws {
    fn identify<'a>(&'a self, caller: &'a Caller) -> Task<'a, Identity> {
        Box::pin(self.identify(caller))
    }

    fn describe<'a>(&'a self, caller: &'a Caller) -> Task<'a, Description> {
        Box::pin(self.describe(caller))
    }

    fn attached_policies<'a>(&'a self, caller: &'a Caller, user: &'a str) -> Task<'a, Vec<AttachedPolicy>> {
        Box::pin(self.attached_policies(caller, user))
    }

    fn attach_policy<'a>(&'a self, caller: &'a Caller, user: &'a str, policy_arn: &'a str) -> Task<'a, ()> {
        Box::pin(self.attach_policy(caller, user, policy_arn))
    }

    fn detach_policy<'a>(&'a self, caller: &'a Caller, user: &'a str, policy_arn: &'a str) -> Task<'a, ()> {
        Box::pin(self.detach_policy(caller, user, policy_arn))
    }

    fn list_repositories<'a>(
        &'a self,
        caller: &'a Caller,
        progress: RepositoriesSoFar<'a>,
    ) -> Task<'a, Vec<Repository>> {
        Box::pin(self.list_repositories(caller, progress))
    }
}
