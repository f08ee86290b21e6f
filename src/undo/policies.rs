//! The policies that a run attached: named with the command that detaches them, or detached.
//!
//! Deliberately absent: detaching without being asked, since others may count on the policy by now.

use std::io;

use super::{Out, Stop, Undoing, tell};
use crate::gitconfig::shell_quoted;
use crate::journal::{Intent, PolicyRecord, Run};
use crate::ports;
use crate::wizard::effect::{Caller, Credentials};
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::rights::Holder;

/// A policy, its user and the account, as a part of a sentence.
pub(super) fn described(policy: &PolicyRecord) -> String {
    let name = policy.policy_arn.rsplit('/').next().unwrap_or_default();
    let whom = match policy.holder() {
        Holder::User(user) => user,
        Holder::Group(group) => format!("group {group}"),
    };
    printable(&format!("{name} to {whom} of account {}", policy.account))
}

/// The command that detaches a policy.
fn command(policy: &PolicyRecord) -> String {
    let holder = policy.holder();
    let (kind, name, arn) = (holder.kind(), shell_quoted(holder.name()), shell_quoted(&policy.policy_arn));
    let profile = policy.profile.as_deref().map(|name| format!(" --profile {}", shell_quoted(name)));
    let profile = profile.unwrap_or_default();
    printable(&format!("aws iam detach-{kind}-policy --{kind}-name {name} --policy-arn {arn}{profile}"))
}

/// Names the policies of a run that stay attached.
pub(super) fn name(run: &Run<'_>, out: Out<'_>) -> io::Result<()> {
    let name = |heading: &str, policies: &[&PolicyRecord], out: Out<'_>| {
        if run.detached || policies.is_empty() {
            return Ok(());
        }
        writeln!(out, "{heading}")?;
        policies.iter().try_for_each(|policy| writeln!(out, "  {}\n    {}", described(policy), command(policy)))
    };
    name("This stays attached; --detach detaches it, or this command:", &run.policies, out)?;
    let perhaps: Vec<&PolicyRecord> = run.perhaps_attached().collect();
    let heading = "The program ended before AWS said whether this is attached; --detach detaches it, or this command:";
    name(heading, &perhaps, out)
}

impl Undoing {
    /// Detaches the policies of a run; `true` when none is left.
    pub(super) async fn detach_policies(
        &self,
        run: &Run<'_>,
        dry_run: bool,
        out: Out<'_>,
        err: Out<'_>,
    ) -> Result<bool, Stop> {
        let mut all = true;
        for policy in run.policies.iter().copied().chain(run.perhaps_attached()) {
            if dry_run {
                writeln!(out, "  would be detached: {}", described(policy))?;
                continue;
            }
            match self.detach(policy).await {
                Ok(()) => writeln!(out, "  detached: {}", described(policy))?,
                Err(problem) => {
                    all = false;
                    tell(&problem, err)?;
                    writeln!(err, "  The command: {}", command(policy))?;
                }
            }
        }
        Ok(all)
    }

    async fn detach(&self, policy: &PolicyRecord) -> Result<(), Problem> {
        let name = policy.profile.as_deref().ok_or_else(|| {
            let what = format!("{} was attached with a key that is in no file.", described(policy));
            Problem::new(ProblemKind::BadCredentials, what, "", "Detach it with a profile that may.")
        })?;
        let credentials = Credentials::Profile(ProfileName::parse(name)?);
        let caller = Caller { credentials, region: Region::parse(&policy.region)? };
        let identity = self.aws.identify(&caller).await?;
        if identity.account != policy.account {
            let what = format!("Profile {} belongs to another account by now.", printable(name));
            let why = format!("It is in {}, the policy in {}.", identity.account, policy.account);
            let hint = "Detach it with a profile of that account.";
            return Err(Problem::new(ProblemKind::Conflict, what, printable(&why), hint));
        }
        // What cannot be written down is not done.
        let intent = Intent::Detachment(policy.clone());
        ports::Journal::begin(&self.journal, intent.clone()).await?;
        let detached = self.aws.detach_policy(&caller, &policy.holder(), &policy.policy_arn).await;
        ports::Journal::end(&self.journal, intent, detached.is_ok()).await?;
        detached
    }
}
