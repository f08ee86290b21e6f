//! The profiles that could attach a policy: the chosen one, and others on this computer that belong to the same account.
//!
//! Deliberately absent: asking them; the step does that, one after the other.

use super::Permissions;
use crate::profiles::{self, Kind};
use crate::wizard::effect::{Caller, Credentials};
use crate::wizard::facts::Profile;
use crate::wizard::names::ProfileName;
use crate::wizard::step::Context;

/// How many other profiles are asked whether they may see the policies.
const CANDIDATES: usize = 5;

/// A profile that could attach a policy.
pub(super) struct Attacher {
    pub(super) name: ProfileName,
    /// Whether it could see the user's policies; the best sign that it can attach one.
    pub(super) sees: bool,
}

impl Permissions {
    /// Other profiles with keys of their own, the next one to be asked last; those that sound like an administrator's
    /// are asked first.
    pub(super) fn others(&self, config: &[u8], credentials: &[u8], context: &Context<'_>) -> Vec<ProfileName> {
        let Some(subject) = &self.subject else { return Vec::new() };
        if let Some(name) = &context.answers.with_profile {
            return vec![name.clone()];
        }
        let mut names: Vec<ProfileName> = profiles::read(config, credentials)
            .unwrap_or_default()
            .into_iter()
            .filter(|profile| profile.kind == Kind::AccessKey && profile.name != subject.name)
            .map(|profile| profile.name)
            .collect();
        names.sort_by_key(|name| !name.as_str().to_lowercase().contains("admin"));
        names.truncate(CANDIDATES);
        names.reverse();
        names
    }

    /// Another profile as a caller, in the region of the chosen one.
    pub(super) fn caller_as(&self, name: &ProfileName) -> Option<Caller> {
        let subject = self.subject.as_ref()?;
        Some(Caller { credentials: Credentials::Profile(name.clone()), region: subject.region.clone() })
    }

    /// The profile chosen to attach, as a caller.
    pub(super) fn attacher_caller(&self) -> Option<Caller> {
        match self.with {
            0 => self.subject.as_ref().map(Profile::caller),
            with => self.attachers.get(with).and_then(|attacher| self.caller_as(&attacher.name)),
        }
    }
}
