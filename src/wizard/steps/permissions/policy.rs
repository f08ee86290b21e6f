//! The managed policies for CodeCommit, and the commands that attach and detach one.
//!
//! Deliberately absent: any call; the step asks.

use crate::gitconfig::shell_quoted;
use crate::wizard::answers::PolicyAnswer;
use crate::wizard::names::{Partition, printable};
use crate::wizard::rights::{Deed, Given, Holder};
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
pub(super) fn rows(attached: &[&str]) -> Vec<Row> {
    let row = |name: &str, lets: &str| Row {
        mark: attached.contains(&name).then_some(Mark::Ok),
        cells: vec![name.to_owned(), lets.to_owned()],
        ..Row::default()
    };
    OFFERED.iter().map(|(_, name, lets)| row(name, lets)).collect()
}

/// Whether a policy is one of AWS's own that are known to allow something.
pub(super) fn is_known_to_allow(policy: &Given, deed: Deed) -> bool {
    let (account, name) =
        policy.arn.split_once(":iam::").unwrap_or_default().1.split_once(":policy/").unwrap_or_default();
    let reads_only = matches!(name, "AWSCodeCommitReadOnly" | "ReadOnlyAccess");
    let known = OFFERED.iter().map(|(_, name, _)| *name).chain(BROADER).any(|known| known == name);
    account == "aws" && known && (!reads_only || matches!(deed, Deed::List | Deed::Pull))
}

/// The ARN of a managed policy of AWS (CodeCommit user guide, AWS managed policies).
pub(super) fn arn(partition: Partition, name: &str) -> String {
    format!("arn:{}:iam::aws:policy/{name}", partition.id())
}

/// The attached policy that answers the question, if one does: the wanted one, or when none is wanted in particular
/// any that lets its user clone.
pub(super) fn satisfying<'a>(attached: &[&'a str], wanted: Option<PolicyAnswer>) -> Option<&'a str> {
    let named = |name: &str| attached.iter().copied().find(|there| *there == name);
    match wanted {
        Some(PolicyAnswer::None) => None,
        Some(wanted) => {
            let name = OFFERED.iter().find(|(answer, ..)| *answer == wanted).map(|(_, name, _)| *name);
            name.and_then(named)
        }
        None => OFFERED.iter().map(|(_, name, _)| *name).chain(BROADER).find_map(named),
    }
}

/// The command that attaches a policy.
pub(super) fn command(holder: &Holder, policy_arn: &str, profile: Option<&str>) -> Vec<String> {
    let profile = profile.map(|name| format!(" --profile {}", quoted(name))).unwrap_or_default();
    let (kind, name) = (holder.kind(), quoted(holder.name()));
    vec![
        format!("aws iam attach-{kind}-policy{profile} --{kind}-name {name} \\"),
        format!("  --policy-arn {policy_arn}"),
    ]
}

/// The command that detaches a policy.
pub(super) fn detaching(holder: &Holder, policy_arn: &str) -> String {
    let (kind, name, policy) = (holder.kind(), quoted(holder.name()), quoted(policy_arn));
    format!("aws iam detach-{kind}-policy --{kind}-name {name} --policy-arn {policy}")
}

/// Whom a policy is attached to, as a sentence can hold it.
pub(super) fn named(holder: &Holder) -> String {
    match holder {
        Holder::User(user) => printable(user),
        Holder::Group(group) => format!("group {}", printable(group)),
    }
}

/// A word of others, for a shell.
pub(super) fn quoted(text: &str) -> String {
    shell_quoted(&printable(text))
}

#[cfg(test)]
mod tests {
    use super::{Deed, Given, Holder, PolicyAnswer, arn, is_known_to_allow, satisfying};
    use crate::wizard::names::Partition;
    use crate::wizard::rights::Origin;

    #[test]
    fn arns_carry_the_partition() {
        assert_eq!(arn(Partition::China, "X"), "arn:aws-cn:iam::aws:policy/X");
        assert_eq!(arn(Partition::GovCloud, "X"), "arn:aws-us-gov:iam::aws:policy/X");
    }

    #[test]
    fn a_broader_policy_will_do_unless_one_is_wanted_by_name() {
        let attached = ["AdministratorAccess"];
        assert_eq!(satisfying(&attached, None), Some("AdministratorAccess"));
        assert_eq!(satisfying(&attached, Some(PolicyAnswer::PowerUser)), None);
        assert_eq!(satisfying(&["IAMUserChangePassword"], None), None);
    }

    #[test]
    fn a_policy_of_the_account_s_own_is_not_known_by_its_name() {
        let policy = |arn: &str| Given {
            name: "AWSCodeCommitReadOnly".into(),
            arn: arn.into(),
            origin: Origin::Attached(Holder::User("ann".into())),
        };
        let of_aws = policy("arn:aws-cn:iam::aws:policy/AWSCodeCommitReadOnly");
        assert!(is_known_to_allow(&of_aws, Deed::Pull) && !is_known_to_allow(&of_aws, Deed::Push));
        assert!(!is_known_to_allow(&policy("arn:aws:iam::123456789012:policy/AWSCodeCommitReadOnly"), Deed::Pull));
    }
}
