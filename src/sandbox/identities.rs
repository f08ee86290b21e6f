//! Further identities, one of every kind that there is: users with all that can be on them, roles for every way to
//! take one on, and accounts in the other partitions.
//!
//! Deliberately absent: their profiles, which are files.

use super::{
    SandboxError,
    account::{Account, Attached, Kind, Role, Trust, User},
    machine::{CONTAINER_ROLE, MACHINE_ROLE},
    policies::{Effect, KEY_ACTIONS, Policy},
    seed::{BEGINNING, add_key, add_session, of_aws, role, user},
};
use crate::wizard::names::Partition;

/// A second commercial account, which is reached through the SSO portal only.
pub(super) const PLAYGROUND: &str = "210987654321";
/// The account in China.
pub(super) const CHINA: &str = "345678901234";
/// The account in GovCloud.
pub(super) const GOVCLOUD: &str = "456789012345";

/// A user with an access key, in the account that there is always unless said otherwise: profile, user.
pub(super) const USERS: [(&str, &str); 5] = [
    ("grouped", "team-developer"),
    ("bounded", "bounded-developer"),
    ("no-kms", "audited-developer"),
    ("clone-only", "contractor"),
    ("crowded", "senior-developer"),
];
/// The user whose key an external program gives out.
pub(super) const OF_PROCESS: &str = "vault-developer";
/// The user who signed in with `aws login`.
pub(super) const OF_LOGIN: &str = "console-developer";
/// The federated user.
pub(super) const FEDERATED: &str = "jane";

/// Adds identities to the account that there is always, and makes the other accounts.
pub(super) fn add(account: &mut Account) -> Result<Vec<Account>, SandboxError> {
    add_users(account)?;
    add_roles(account)?;
    for (_, name) in USERS {
        add_key(account, Kind::User(name.to_owned()))?;
    }
    add_key(account, Kind::User(OF_PROCESS.to_owned()))?;
    add_key(account, Kind::Root)?;
    add_session(account, Kind::Federated(FEDERATED.to_owned()))?;
    let mut playground = Account::new(PLAYGROUND, Partition::Commercial, "example-playground");
    playground.roles = vec![permission_set("DeveloperAccess", "AWSCodeCommitPowerUser")?];
    let china = abroad(CHINA, Partition::China, "example-shop-cn", "china")?;
    let govcloud = abroad(GOVCLOUD, Partition::GovCloud, "example-shop-gov", "gov")?;
    Ok(vec![playground, china, govcloud])
}

fn add_users(account: &mut Account) -> Result<(), SandboxError> {
    const POWER_USER: &str = "AWSCodeCommitPowerUser";
    const LOOKS: &str = "IAMReadOnlyAccess";
    let within = [
        "codecommit:BatchGet*",
        "codecommit:Get*",
        "codecommit:GitPull",
        "codecommit:List*",
        "iam:Get*",
        "iam:List*",
        "iam:Simulate*",
    ];
    let boundary = own(account, Policy::simple("TeamBoundary", Effect::Allow, &within));
    let no_keys = own(account, Policy::simple("DenyKeyUse", Effect::Deny, &KEY_ACTIONS));
    let mut clone_only =
        Policy::simple("CloneMyDemoRepo", Effect::Allow, &["codecommit:GitPull", "codecommit:GitPush"]);
    for statement in &mut clone_only.statements {
        statement.resources = vec![format!("arn:aws:codecommit:us-east-2:{}:MyDemoRepo", account.number)];
    }
    let ten = [
        LOOKS,
        "IAMUserChangePassword",
        "AmazonS3ReadOnlyAccess",
        "AmazonEC2ReadOnlyAccess",
        "AmazonRDSReadOnlyAccess",
        "AmazonSNSReadOnlyAccess",
        "AmazonSQSReadOnlyAccess",
        "AWSLambda_ReadOnlyAccess",
        "CloudWatchReadOnlyAccess",
        "AmazonDynamoDBReadOnlyAccess",
    ];
    let mut audited = user("audited-developer", &["Staff"], &[POWER_USER, LOOKS])?;
    audited.policies.attached.push(no_keys);
    let mut contractor = user("contractor", &[], &[])?;
    contractor.policies.inline.push(Attached { policy: clone_only.into(), since: BEGINNING });
    account.users.extend([
        user("team-developer", &["Staff", "Developers"], &[LOOKS])?,
        User { boundary: Some(boundary.policy), ..user("bounded-developer", &["Staff"], &[POWER_USER, LOOKS])? },
        audited,
        contractor,
        user("senior-developer", &["Staff"], &ten)?,
        user(OF_PROCESS, &["Staff"], &[POWER_USER])?,
        user(OF_LOGIN, &["Staff"], &[POWER_USER])?,
    ]);
    account.federated = of_aws(&["AWSCodeCommitReadOnly"]);
    Ok(())
}

fn add_roles(account: &mut Account) -> Result<(), SandboxError> {
    let trusts = |all: &[&str]| Trust::Principals(all.iter().map(|what| account.arn(what)).collect());
    let [machine, container] = [MACHINE_ROLE, CONTAINER_ROLE].map(|name| format!("role/{name}"));
    let roles = [
        role(
            "CodeCommitContributor",
            &["AWSCodeCommitPowerUser"],
            trusts(&["user/team-developer", &machine, &container]),
        )?,
        role("CodeCommitMfaContributor", &["AWSCodeCommitPowerUser"], Trust::WithMfa)?,
        role("ReleaseReader", &["AWSCodeCommitReadOnly"], trusts(&["role/CodeCommitContributor"]))?,
        role("BuildRunner", &["AWSCodeCommitReadOnly"], Trust::WebIdentity)?,
        role(MACHINE_ROLE, &["AWSCodeCommitReadOnly"], Trust::Service)?,
        role(CONTAINER_ROLE, &["AWSCodeCommitReadOnly"], Trust::Service)?,
        permission_set("DeveloperAccess", "AWSCodeCommitPowerUser")?,
        permission_set("ViewOnlyAccess", "AWSCodeCommitReadOnly")?,
    ];
    account.roles.extend(roles);
    Ok(())
}

/// A managed policy of the account's own, ready to be attached.
fn own(account: &mut Account, policy: Policy) -> Attached {
    let attached = Attached { policy: policy.into(), since: BEGINNING };
    account.own_policies.push(attached.policy.clone());
    attached
}

/// The role that AWS makes for a permission set.
fn permission_set(name: &'static str, policy: &str) -> Result<Role, SandboxError> {
    let long_name = format!("AWSReservedSSO_{name}_0123456789abcdef");
    let role = role(&long_name, &[policy], Trust::PermissionSet(name))?;
    Ok(Role { path: "/aws-reserved/sso.amazonaws.com/", ..role })
}

/// An account of another partition, with a developer who may read, and an administrator.
fn abroad(
    number: &'static str,
    partition: Partition,
    alias: &'static str,
    prefix: &str,
) -> Result<Account, SandboxError> {
    let mut account = Account::new(number, partition, alias);
    account.users = vec![
        user(&format!("{prefix}-developer"), &[], &["AWSCodeCommitReadOnly", "IAMReadOnlyAccess"])?,
        user(&format!("{prefix}-admin"), &[], &["AdministratorAccess"])?,
    ];
    for name in ["developer", "admin"] {
        add_key(&mut account, Kind::User(format!("{prefix}-{name}")))?;
    }
    Ok(account)
}
