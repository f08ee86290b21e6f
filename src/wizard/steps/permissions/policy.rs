//! The managed policies for CodeCommit, and the card for an administrator.
//!
//! Deliberately absent: any call; the step asks.

use crate::wizard::answers::PolicyAnswer;
use crate::wizard::facts::{IdentityKind, Profile};
use crate::wizard::names::{Partition, printable};
use crate::wizard::screen::{Mark, Row};

/// What can be attached, in the order in which it is offered; the last is to go on without.
pub(super) const OFFERED: [(PolicyAnswer, &str, &str); 4] = [
    (PolicyAnswer::PowerUser, "AWSCodeCommitPowerUser", "clone, push, create and manage repositories"),
    (PolicyAnswer::ReadOnly, "AWSCodeCommitReadOnly", "clone and look, no push"),
    (PolicyAnswer::FullAccess, "AWSCodeCommitFullAccess", "everything, deleting repositories included"),
    (PolicyAnswer::None, "none", "go on without; I have other permissions"),
];

/// Managed policies that let their user clone, beside those of CodeCommit.
const BROADER: [&str; 3] = ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess"];

/// The rows of the list.
pub(super) fn rows(attached: &[String]) -> Vec<Row> {
    let row = |name: &str, lets: &str| Row {
        mark: attached.iter().any(|there| there == name).then_some(Mark::Ok),
        checked: false,
        cells: vec![name.to_owned(), lets.to_owned()],
    };
    OFFERED.iter().map(|(_, name, lets)| row(name, lets)).collect()
}

/// The ARN of a managed policy of AWS (CodeCommit user guide, AWS managed policies).
pub(super) fn arn(partition: Partition, name: &str) -> String {
    format!("arn:{}:iam::aws:policy/{name}", partition.id())
}

/// The attached policy that answers the question, if one does: the wanted one, or when none is wanted in particular
/// any that lets its user clone.
pub(super) fn satisfying(attached: &[String], wanted: Option<PolicyAnswer>) -> Option<&str> {
    let named = |name: &str| attached.iter().map(String::as_str).find(|there| *there == name);
    match wanted {
        Some(PolicyAnswer::None) => None,
        Some(wanted) => {
            let name = OFFERED.iter().find(|(answer, ..)| *answer == wanted).map(|(_, name, _)| *name);
            name.and_then(named)
        }
        None => OFFERED.iter().map(|(_, name, _)| *name).chain(BROADER).find_map(named),
    }
}

/// The command that attaches a policy to a user.
pub(super) fn command(user: &str, policy_arn: &str, profile: Option<&str>) -> Vec<String> {
    let quoted = |text: &str| crate::gitconfig::shell_quoted(&printable(text));
    let profile = profile.map(|name| format!(" --profile {}", quoted(name))).unwrap_or_default();
    vec![
        format!("aws iam attach-user-policy{profile} --user-name {} \\", quoted(user)),
        format!("  --policy-arn {policy_arn}"),
    ]
}

/// The text for an administrator: who needs what, and how to give it.
pub(super) fn card(profile: &Profile, policy: &str) -> Vec<String> {
    let identity = &profile.identity;
    let policy_arn = arn(identity.partition(), policy);
    let mut lines = match identity.kind() {
        IdentityKind::User(user) => {
            let user = printable(&user);
            let mut lines = vec![format!("Please let IAM user {user} use CodeCommit:"), String::new()];
            lines.extend(command(&user, &policy_arn, None).into_iter().map(|line| format!("  {line}")));
            lines.push(String::new());
            lines.push(format!(
                "or in the IAM console: Users, {user}, Permissions, Add permissions, Attach policies directly, {policy}."
            ));
            lines
        }
        IdentityKind::AssumedRole { role, .. } if role.starts_with("AWSReservedSSO_") => {
            let set = role.trim_start_matches("AWSReservedSSO_").rsplit_once('_').map_or(role.as_str(), |(set, _)| set);
            vec![
                format!("Please add {policy} to the permission set {}", printable(set)),
                "in IAM Identity Center: Permission sets, the set, Permissions, AWS managed policies.".to_owned(),
            ]
        }
        IdentityKind::AssumedRole { role, .. } => {
            let role = printable(&role);
            vec![
                format!("Please let role {role} use CodeCommit:"),
                String::new(),
                format!("  aws iam attach-role-policy --role-name {role} \\"),
                format!("    --policy-arn {policy_arn}"),
                String::new(),
                format!(
                    "or in the IAM console: Roles, {role}, Permissions, Add permissions, Attach policies, {policy}."
                ),
            ]
        }
        IdentityKind::Federated(_) | IdentityKind::Root | IdentityKind::Other => vec![
            format!("Please let {} use CodeCommit,", printable(&identity.arn)),
            format!("with what {policy} allows ({policy_arn})."),
        ],
    };
    lines.push(String::new());
    lines.push(format!("Account {}, region {}.", printable(&identity.account), profile.region));
    lines
}

#[cfg(test)]
mod tests {
    use super::{PolicyAnswer, arn, satisfying};
    use crate::wizard::names::Partition;

    #[test]
    fn arns_carry_the_partition() {
        assert_eq!(arn(Partition::China, "X"), "arn:aws-cn:iam::aws:policy/X");
        assert_eq!(arn(Partition::GovCloud, "X"), "arn:aws-us-gov:iam::aws:policy/X");
    }

    #[test]
    fn a_broader_policy_will_do_unless_one_is_wanted_by_name() {
        let attached = ["AdministratorAccess".to_owned()];
        assert_eq!(satisfying(&attached, None), Some("AdministratorAccess"));
        assert_eq!(satisfying(&attached, Some(PolicyAnswer::PowerUser)), None);
        assert_eq!(satisfying(&["IAMUserChangePassword".to_owned()], None), None);
    }
}
