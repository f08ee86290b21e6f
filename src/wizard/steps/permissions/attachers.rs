//! The profiles that could attach a policy: the chosen one, and others on this computer that belong to the same account.
//!
//! Deliberately absent: asking them; the step does that, one after the other.

use super::Permissions;
use crate::profiles::{self, Kind};
use crate::wizard::effect::{Caller, Credentials};
use crate::wizard::facts::Profile;
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::Problem;
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
    /// Other profiles that are worth asking, the next one to be asked last; those that sound like an administrator's are
    /// asked first.
    ///
    /// # Errors
    /// The answers file names one that does not exist.
    pub(super) fn others(
        &self,
        config: &[u8],
        credentials: &[u8],
        context: &Context<'_>,
    ) -> Result<Vec<ProfileName>, Problem> {
        let Some(subject) = &self.subject else { return Ok(Vec::new()) };
        let others = profiles::read(config, credentials).unwrap_or_default().into_iter();
        let mut others = others.filter(|profile| profile.name != subject.name);
        if let Some(name) = context.answers.with_profile.as_ref().filter(|name| **name != subject.name) {
            let found = others.find(|profile| profile.name == *name).ok_or_else(|| no_such_profile(name))?;
            return Ok(vec![found.name]);
        }
        let mut names: Vec<ProfileName> = others
            .filter(|profile| is_worth_asking(&profile.name, &profile.kind))
            .map(|profile| profile.name)
            .collect();
        names.sort_by_key(|name| !sounds_like_admin(name));
        names.truncate(CANDIDATES);
        names.reverse();
        Ok(names)
    }

    /// Notes why the profile that the answers file names cannot attach; the others are only left out.
    pub(super) fn refused(&mut self, name: &ProfileName, problem: Problem, context: &Context<'_>) {
        if context.answers.with_profile.as_ref() == Some(name) {
            self.problem = Some(problem);
        }
    }

    /// Another profile as a caller, in the region of the chosen one.
    pub(super) fn caller_as(&self, name: &ProfileName) -> Option<Caller> {
        let subject = self.subject.as_ref()?;
        Some(Caller { credentials: Credentials::Profile(name.clone()), region: subject.region.clone() })
    }

    /// One of the profiles that could attach, as a caller.
    pub(super) fn attacher_caller(&self, place: usize) -> Option<Caller> {
        match place {
            0 => self.subject.as_ref().map(Profile::caller),
            with => self.attachers.get(with).and_then(|attacher| self.caller_as(&attacher.name)),
        }
    }
}

fn sounds_like_admin(name: &ProfileName) -> bool {
    name.as_str().to_lowercase().contains("admin")
}

/// Keys that lie in a file are asked at once. What needs the network, or a session that may have ended, only when its
/// name promises something; what runs a program or asks for a code, never unasked.
fn is_worth_asking(name: &ProfileName, kind: &Kind) -> bool {
    let needs_more = matches!(kind, Kind::TemporaryKey | Kind::Sso | Kind::Login | Kind::Role { mfa: false, .. });
    *kind == Kind::AccessKey || (needs_more && sounds_like_admin(name))
}

fn no_such_profile(name: &ProfileName) -> Problem {
    Problem::input(
        format!("permissions.with_profile: there is no profile “{}” in the AWS files.", printable(name.as_str())),
        "Name another profile in the answers file, or leave the key out.",
    )
}

/// A user of the same name in another account is somebody else.
pub(super) fn of_another_account(name: &ProfileName, account: &str) -> Problem {
    Problem::input(
        format!(
            "permissions.with_profile: the profile “{}” belongs to another account, {}.",
            printable(name.as_str()),
            printable(account)
        ),
        "Name a profile of the user's own account in the answers file, or leave the key out.",
    )
}
