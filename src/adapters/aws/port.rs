//! The AWS adapter as the port that the runner knows.
//!
//! Deliberately absent: anything but passing on.

use super::Aws;
use crate::ports::{self, HowFar, NewRepositories, Task};
use crate::wizard::effect::{Caller, Credentials, Repository};
use crate::wizard::facts::{Description, Identity, Profile};
use crate::wizard::names::{Region, RepositoryName};
use crate::wizard::rights::{Holder, Rights};

impl ports::Aws for Aws {
    fn identify<'a>(&'a self, caller: &'a Caller) -> Task<'a, Identity> {
        Box::pin(self.identify(caller))
    }

    fn describe<'a>(&'a self, caller: &'a Caller) -> Task<'a, Description> {
        Box::pin(self.describe(caller))
    }

    fn find_rights<'a>(
        &'a self,
        caller: &'a Caller,
        of: &'a Profile,
        repositories: &'a [RepositoryName],
    ) -> Task<'a, Rights> {
        Box::pin(self.find_rights(caller, of, repositories))
    }

    fn attach_policy<'a>(&'a self, caller: &'a Caller, holder: &'a Holder, policy_arn: &'a str) -> Task<'a, ()> {
        Box::pin(self.attach_policy(caller, holder, policy_arn))
    }

    fn detach_policy<'a>(&'a self, caller: &'a Caller, holder: &'a Holder, policy_arn: &'a str) -> Task<'a, ()> {
        Box::pin(self.detach_policy(caller, holder, policy_arn))
    }

    fn await_effect<'a>(&'a self, caller: &'a Caller, progress: HowFar<'a>) -> Task<'a, bool> {
        Box::pin(self.await_effect(caller, progress))
    }

    fn list_repositories<'a>(&'a self, caller: &'a Caller, tell: NewRepositories<'a>) -> Task<'a, Vec<Repository>> {
        Box::pin(self.list_repositories(caller, tell))
    }

    fn prefer_repositories(&self, names: Vec<RepositoryName>) {
        self.prefer_repositories(names);
    }

    fn count_repositories<'a>(
        &'a self,
        credentials: &'a Credentials,
        regions: Vec<Region>,
        progress: HowFar<'a>,
    ) -> Task<'a, ()> {
        Box::pin(self.count_repositories(credentials, regions, progress))
    }

    fn create_repository<'a>(
        &'a self,
        caller: &'a Caller,
        name: &'a RepositoryName,
        description: &'a str,
    ) -> Task<'a, Repository> {
        Box::pin(self.create_repository(caller, name, description))
    }
}
