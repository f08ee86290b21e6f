//! The card for an administrator: who asks for what in which account, the command, the way through the console, and a
//! policy that allows no more than what is needed.
//!
//! Deliberately absent: asking for more than one of these ways; whoever gets the card chooses.

use serde::Serialize;

use super::policy::{self, quoted};
use crate::wizard::facts::{IdentityKind, Profile};
use crate::wizard::names::{Partition, RepositoryName, printable};
use crate::wizard::rights::{Answer, Deed, Denial, Holder, Rights};

/// The name that the policy of least privilege gets.
const LEAST: &str = "CodeCommitRepositories";

/// A policy document, its keys in the order in which people write them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    statement: [Statement; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: &'static str,
    action: Words,
    resource: Words,
}

/// One word stands alone.
#[derive(Serialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Several(Vec<String>),
}

/// The text for an administrator.
pub(super) fn card(profile: &Profile, wanted: &str, repositories: &[RepositoryName], rights: &Rights) -> Vec<String> {
    let identity = &profile.identity;
    let policy_arn = policy::arn(identity.partition(), wanted);
    let mut lines = match identity.kind() {
        IdentityKind::User(user) => of_user(&printable(&user), &policy_arn, wanted, identity.partition()),
        IdentityKind::AssumedRole { role, .. } => match role.strip_prefix("AWSReservedSSO_") {
            Some(set) => of_permission_set(&printable(set.rsplit_once('_').map_or(set, |(set, _)| set)), wanted),
            None => of_role(&printable(&role), &policy_arn, wanted, identity.partition()),
        },
        IdentityKind::Root => of_root(&policy_arn),
        IdentityKind::Federated(_) | IdentityKind::Other => vec![
            format!("Please let {} use CodeCommit,", printable(&identity.arn)),
            format!("with what {wanted} allows ({policy_arn})."),
            "Its permissions come from whoever gives out its temporary keys.".to_owned(),
        ],
    };
    let asks = format!(
        "Account {}, region {}, asked by {}.",
        printable(&identity.account),
        profile.region,
        printable(&identity.arn)
    );
    lines.extend([String::new(), asks]);
    lines.extend(in_the_way(rights));
    if identity.kind() != IdentityKind::Root {
        lines.push(String::new());
        lines.extend(least_privilege(profile, repositories));
    }
    lines
}

fn of_user(user: &str, policy_arn: &str, wanted: &str, partition: Partition) -> Vec<String> {
    let mut lines = vec![format!("Please let IAM user {user} use CodeCommit:"), String::new()];
    let command = policy::command(&Holder::User(user.to_owned()), policy_arn, None);
    lines.extend(command.into_iter().map(|line| format!("  {line}")));
    lines.push(String::new());
    lines.push(format!(
        "or in the IAM console ({}): Users, {user}, Permissions, Add permissions, Attach policies directly, {wanted}, \
         Next, Add permissions.",
        console(partition)
    ));
    lines
}

fn of_role(role: &str, policy_arn: &str, wanted: &str, partition: Partition) -> Vec<String> {
    vec![
        format!("Please let role {role} use CodeCommit:"),
        String::new(),
        format!("  aws iam attach-role-policy --role-name {} \\", quoted(role)),
        format!("    --policy-arn {policy_arn}"),
        String::new(),
        format!(
            "or in the IAM console ({}): Roles, {role}, Permissions, Add permissions, Attach policies, {wanted}. \
             Everybody who takes on the role gets it.",
            console(partition)
        ),
    ]
}

fn of_permission_set(set: &str, wanted: &str) -> Vec<String> {
    vec![
        format!("Please add {wanted} to the permission set {set}:"),
        String::new(),
        format!(
            "In the console of IAM Identity Center: Permission sets, {set}, Permissions, AWS managed policies, Attach \
             policies, {wanted}; then provision the set to the account again."
        ),
        "Its role cannot be changed in IAM. Everybody who is assigned the set gets it, at the next sign-in.".to_owned(),
    ]
}

fn of_root(policy_arn: &str) -> Vec<String> {
    let named = Holder::User("CodeCommitUser".to_owned());
    let mut lines = vec![
        "The root user may do everything, and needs no policy. For daily work, make an IAM user:".to_owned(),
        String::new(),
        format!("  aws iam create-user --user-name {}", named.name()),
    ];
    lines.extend(policy::command(&named, policy_arn, None).into_iter().map(|line| format!("  {line}")));
    lines.push(format!("  aws iam create-access-key --user-name {}", named.name()));
    lines
}

/// What else an administrator has to change, since no policy helps against it.
fn in_the_way(rights: &Rights) -> Vec<String> {
    let mut lines = Vec::new();
    let is_bounded = Deed::ALL.iter().any(|deed| *rights.answer(*deed) == Answer::Denied(Denial::Boundary));
    if let (true, Some(boundary)) = (is_bounded, rights.boundary()) {
        lines.push(format!("The permissions boundary {} has to allow it too.", printable(&boundary.name)));
    }
    if let Some(names) = rights.key_denials.as_ref().filter(|names| !names.is_empty()) {
        lines.push(format!(
            "{} must not deny the AWS KMS actions on the key aws/codecommit.",
            printable(&names.join(", "))
        ));
    }
    lines
}

fn least_privilege(profile: &Profile, repositories: &[RepositoryName]) -> Vec<String> {
    let identity = &profile.identity;
    let for_what = if repositories.is_empty() { "every repository of the region" } else { "these repositories" };
    let mut lines = vec![format!("or, allowing no more than to clone and push {for_what}, this policy:")];
    let command = |kind: &str, name: &str| {
        format!(
            "  aws iam put-{kind}-policy --{kind}-name {} --policy-name {LEAST} --policy-document file://policy.json",
            quoted(name)
        )
    };
    match identity.kind() {
        IdentityKind::User(user) => lines.push(command("user", &user)),
        IdentityKind::AssumedRole { role, .. } if !role.starts_with("AWSReservedSSO_") => {
            lines.push(command("role", &role));
        }
        IdentityKind::AssumedRole { .. } => lines.push("  (the inline policy of the permission set)".to_owned()),
        IdentityKind::Federated(_) | IdentityKind::Root | IdentityKind::Other => {}
    }
    lines.push(String::new());
    lines.extend(document(profile, repositories).lines().map(str::to_owned));
    lines
}

/// The policy: pulling and pushing for these repositories, or all of the region; listing knows no resource but `*`
/// (CodeCommit user guide, permissions reference).
fn document(profile: &Profile, repositories: &[RepositoryName]) -> String {
    let identity = &profile.identity;
    let (partition, account) = (identity.partition().id(), printable(&identity.account));
    let arn = |name: &str| format!("arn:{partition}:codecommit:{}:{account}:{name}", profile.region);
    let named: Vec<String> = repositories.iter().map(|name| arn(name.as_str())).collect();
    let resource = if named.is_empty() { vec![arn("*")] } else { named };
    let words = |words: Vec<String>| match <[String; 1]>::try_from(words) {
        Ok([one]) => Words::One(one),
        Err(several) => Words::Several(several),
    };
    let actions = |deeds: &[Deed]| words(deeds.iter().map(|deed| deed.action().to_owned()).collect());
    let allow = |action, resource| Statement { effect: "Allow", action, resource };
    let document = Document {
        version: "2012-10-17",
        statement: [
            allow(actions(&[Deed::Pull, Deed::Push]), words(resource)),
            allow(actions(&[Deed::List]), Words::One("*".to_owned())),
        ],
    };
    // These types hold nothing that JSON cannot.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn console(partition: Partition) -> &'static str {
    match partition {
        Partition::Commercial => "https://console.aws.amazon.com/iam/",
        Partition::China => "https://console.amazonaws.cn/iam/",
        Partition::GovCloud => "https://console.amazonaws-us-gov.com/iam/",
    }
}

#[cfg(test)]
mod tests {
    use super::{card, document};
    use crate::wizard::effect::Credentials;
    use crate::wizard::facts::{Identity, Profile};
    use crate::wizard::names::{ProfileName, Region, RepositoryName};
    use crate::wizard::rights::Rights;

    fn profile(arn: &str) -> Profile {
        let name = ProfileName::parse("dev").expect("a name");
        Profile {
            name: name.clone(),
            region: Region::parse("us-east-2").expect("a region"),
            credentials: Credentials::Profile(name),
            access_key: true,
            built_in: true,
            identity: Identity {
                account: "123456789012".into(),
                arn: arn.into(),
                access_key_id: "AKIA".into(),
                clock_ahead: None,
            },
        }
    }

    fn text(arn: &str) -> String {
        card(&profile(arn), "AWSCodeCommitPowerUser", &[], &Rights::default()).join("\n")
    }

    #[test]
    fn each_kind_of_identity_is_asked_for_in_its_own_words() {
        let user = text("arn:aws-cn:iam::123456789012:user/team/o'hara");
        assert!(user.contains(r"--user-name 'o'\''hara'") && user.contains("amazonaws.cn"), "{user}");
        assert!(user.contains("arn:aws-cn:iam::aws:policy/AWSCodeCommitPowerUser"), "{user}");
        let role = text("arn:aws:sts::123456789012:assumed-role/Build/1");
        assert!(role.contains("attach-role-policy --role-name Build") && role.contains("put-role-policy"), "{role}");
        let sso = text("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_Team_0123456789abcdef/ann");
        assert!(sso.contains("permission set Dev_Team:") && !sso.contains("aws iam"), "{sso}");
        let root = text("arn:aws:iam::123456789012:root");
        assert!(root.contains("aws iam create-user") && !root.contains("2012-10-17"), "{root}");
        let federated = text("arn:aws:sts::123456789012:federated-user/jane");
        assert!(federated.contains("federated-user/jane") && federated.contains("2012-10-17"), "{federated}");
    }

    #[test]
    fn the_least_policy_names_the_repositories() {
        let names = ["MyDemoRepo", "web"].map(|name| RepositoryName::parse(name).expect("a name"));
        let document = document(&profile("arn:aws:iam::123456789012:user/ann"), &names);
        let json: serde_json::Value = serde_json::from_str(&document).expect("JSON");
        assert_eq!(json["Statement"][0]["Action"], serde_json::json!(["codecommit:GitPull", "codecommit:GitPush"]));
        let resources = &json["Statement"][0]["Resource"];
        assert_eq!(resources[1], "arn:aws:codecommit:us-east-2:123456789012:web");
        assert_eq!(json["Statement"][1]["Resource"], "*");
        assert!(document.starts_with("{\n  \"Version\""), "{document}");
    }
}
