//! Faults of rights: what policies do not allow, or deny.
//!
//! Deliberately absent: how policies are weighed.

use super::super::policies::{Effect, KEY_ACTIONS, Policy};
use super::Fault;
use super::set_up::SetUp;

/// The faults of rights.
pub(super) static FAULTS: &[Fault] = &[
    Fault::new("no-policy", "No policy allows the developer to use CodeCommit.", "not-allowed", |it| {
        it.detach_all();
        Ok(())
    }),
    Fault::new("deny-pull", "A policy of the developer expressly denies codecommit:GitPull.", "denied", |it| {
        may_look(it);
        it.inline("FreezeRepositories", Effect::Deny, &["codecommit:GitPull"]);
        Ok(())
    }),
    Fault::new("deny-by-organization", "A policy of the organization denies codecommit:Git*.", "denied", |_| Ok(()))
        .with_trouble(&["deny=codecommit:Git*"]),
    Fault::new("read-only", "The developer may clone and pull, but not push.", "read-only", |it| {
        it.detach_all();
        it.attach("AWSCodeCommitReadOnly");
        may_look(it);
        Ok(())
    }),
    Fault::new(
        "boundary",
        "The permissions boundary of the developer leaves no room for CodeCommit.",
        "boundary",
        |it| {
            may_look(it);
            let boundary = Policy::simple("OfficeBoundary", Effect::Allow, &["iam:*", "s3:*"]).into();
            it.of_developer(|user| user.boundary = Some(boundary));
            Ok(())
        },
    ),
    Fault::new(
        "kms-deny",
        "A policy denies the developer the keys that repositories are encrypted with.",
        "kms-denied",
        |it| {
            may_look(it);
            it.inline("DenyKeyUse", Effect::Deny, &KEY_ACTIONS);
            Ok(())
        },
    ),
    Fault::new(
        "git-refused",
        "CodeCommit refuses Git though policies allow it, as behind a VPC endpoint.",
        "refused",
        |it| {
            may_look(it);
            Ok(())
        },
    )
    .with_trouble(&["refuse-git"]),
];

/// Lets the developer read its own rights, which many companies allow.
fn may_look(it: &SetUp<'_>) {
    it.attach("IAMReadOnlyAccess");
}
