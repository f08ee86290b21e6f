//! Policies: what they allow and deny, how they are weighed, and how they are written as JSON.
//!
//! Deliberately absent: conditions and variables. A document that has them is refused, since half of what it says
//! would be misleading.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde_json::{Value, json};

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// One statement of a policy: an effect on every action and resource that match a pattern.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) effect: Effect,
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<String>,
}

/// A policy with the name it is known by.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) name: String,
    /// Whether it is a managed policy of AWS; else it is one of the account, or inline.
    pub(super) of_aws: bool,
    pub(super) statements: Vec<Statement>,
}

/// What all policies together say of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

impl Policy {
    /// A policy of an account with one statement on every resource.
    pub(super) fn simple(name: &str, effect: Effect, actions: &[&str]) -> Self {
        Self { name: name.to_owned(), of_aws: false, statements: vec![Statement::on_all(effect, actions)] }
    }

    /// Reads a policy document; nothing when it is none, or has what the sandbox does not know.
    pub(super) fn parse(name: &str, document: &str) -> Option<Self> {
        let document: Document = serde_json::from_str(document).ok()?;
        let statements = document.statement.list().into_iter().map(|statement| Statement {
            effect: statement.effect,
            actions: statement.action.list(),
            resources: statement.resource.list(),
        });
        (document.version == "2012-10-17").then(|| Self {
            name: name.to_owned(),
            of_aws: false,
            statements: statements.collect(),
        })
    }

    /// The policy as JSON.
    pub(super) fn document(&self) -> Value {
        let statements = self.statements.iter().map(|statement| {
            let effect = match statement.effect {
                Effect::Allow => "Allow",
                Effect::Deny => "Deny",
            };
            let resource = match &statement.resources[..] {
                [one] => json!(one),
                all => json!(all),
            };
            json!({"Effect": effect, "Action": statement.actions, "Resource": resource})
        });
        json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()})
    }

    /// What the policy alone says of an action.
    pub(super) fn decide(&self, action: &str, resource: &str) -> Decision {
        decide([self], action, resource)
    }
}

impl Statement {
    fn on_all(effect: Effect, actions: &[&str]) -> Self {
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        Self { effect, actions, resources: vec!["*".to_owned()] }
    }

    fn is_about(&self, action: &str, resource: &str) -> bool {
        self.actions.iter().any(|pattern| matches(pattern, action))
            && self.resources.iter().any(|pattern| glob(pattern.as_bytes(), resource.as_bytes(), |a, b| a == b))
    }
}

/// Weighs policies: one denial outweighs all else, and what nothing allows is denied.
pub(super) fn decide<'a>(policies: impl IntoIterator<Item = &'a Policy>, action: &str, resource: &str) -> Decision {
    let mut decision = Decision::ImplicitDeny;
    for statement in policies.into_iter().flat_map(|policy| &policy.statements) {
        if statement.is_about(action, resource) {
            match statement.effect {
                Effect::Deny => return Decision::ExplicitDeny,
                Effect::Allow => decision = Decision::Allowed,
            }
        }
    }
    decision
}

/// The managed policies of AWS that exist in the sandbox.
pub(super) fn of_aws() -> &'static [Arc<Policy>] {
    static ALL: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| {
        let policy =
            |(name, actions): &(&str, &[&str])| Policy { of_aws: true, ..Policy::simple(name, Effect::Allow, actions) };
        OF_AWS.iter().map(policy).map(Arc::new).collect()
    });
    &ALL
}

/// The managed policies of AWS, shortened to what can be asked of the sandbox and its neighbours (AWS managed policy
/// reference): name, allowed actions.
static OF_AWS: &[(&str, &[&str])] = &[
    ("AdministratorAccess", &["*"]),
    ("IAMUserChangePassword", &["iam:ChangePassword", "iam:GetAccountPasswordPolicy"]),
    ("IAMReadOnlyAccess", &["iam:GenerateCredentialReport", "iam:Get*", "iam:List*", "iam:Simulate*"]),
    ("AWSCodeCommitFullAccess", &["codecommit:*", "iam:ListUsers"]),
    (
        "AWSCodeCommitPowerUser",
        &[
            "codecommit:BatchGet*",
            "codecommit:BatchDescribe*",
            "codecommit:Create*",
            "codecommit:DeleteBranch",
            "codecommit:DeleteFile",
            "codecommit:Describe*",
            "codecommit:Get*",
            "codecommit:List*",
            "codecommit:Merge*",
            "codecommit:Post*",
            "codecommit:Put*",
            "codecommit:TagResource",
            "codecommit:Test*",
            "codecommit:UntagResource",
            "codecommit:Update*",
            "codecommit:GitPull",
            "codecommit:GitPush",
            "iam:ListUsers",
        ],
    ),
    (
        "AWSCodeCommitReadOnly",
        &[
            "codecommit:BatchGet*",
            "codecommit:BatchDescribe*",
            "codecommit:Describe*",
            "codecommit:Get*",
            "codecommit:List*",
            "codecommit:GitPull",
            "iam:ListUsers",
        ],
    ),
    // They are here to be attached: nothing of what they allow is in the sandbox.
    ("AmazonS3ReadOnlyAccess", &["s3:Get*", "s3:List*"]),
    ("AmazonEC2ReadOnlyAccess", &["ec2:Describe*"]),
    ("AmazonRDSReadOnlyAccess", &["rds:Describe*"]),
    ("AmazonSNSReadOnlyAccess", &["sns:Get*", "sns:List*"]),
    ("AmazonSQSReadOnlyAccess", &["sqs:Get*", "sqs:List*"]),
    ("AWSLambda_ReadOnlyAccess", &["lambda:Get*", "lambda:List*"]),
    ("CloudWatchReadOnlyAccess", &["cloudwatch:Get*", "cloudwatch:List*"]),
    ("AmazonDynamoDBReadOnlyAccess", &["dynamodb:Get*", "dynamodb:List*"]),
];

/// The actions on the AWS managed key that `CodeCommit` needs not to be denied (CodeCommit user guide, encryption).
pub(super) const KEY_ACTIONS: [&str; 6] = [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncrypt*",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:DescribeKey",
];

/// The inline policy of the spare user: may look at its own rights, may not change them.
pub(super) fn look_only() -> Policy {
    let denied = Statement::on_all(Effect::Deny, &["iam:Attach*", "iam:Detach*"]);
    let mut policy = Policy::simple("LookButDoNotTouch", Effect::Allow, &["iam:Get*", "iam:List*"]);
    policy.statements.push(denied);
    policy
}

/// A policy document, as far as the sandbox knows it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Document {
    version: String,
    #[serde(default, rename = "Id")]
    _id: Option<String>,
    statement: OneOrMore<DocumentStatement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DocumentStatement {
    #[serde(default, rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    action: OneOrMore<String>,
    resource: OneOrMore<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    fn list(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::More(all) => all,
        }
    }
}

/// Whether an action matches a pattern, in which `*` stands for any text and `?` for one character; case does not
/// count (IAM user guide, Action element).
pub(super) fn matches(pattern: &str, action: &str) -> bool {
    glob(pattern.as_bytes(), action.as_bytes(), |a, b| a.eq_ignore_ascii_case(&b))
}

fn glob(pattern: &[u8], text: &[u8], is_same: fn(u8, u8) -> bool) -> bool {
    let (mut at, mut star) = (0, None);
    let mut next = 0;
    while next < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, next));
                at += 1;
            }
            Some(&c) if c == b'?' || is_same(c, text[next]) => {
                at += 1;
                next += 1;
            }
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    at = star_at + 1;
                    next = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::{Decision, Policy, decide, look_only, matches, of_aws};

    fn policy(name: &str) -> &'static Policy {
        of_aws().iter().find(|policy| policy.name == name).expect("a managed policy")
    }

    #[test]
    fn patterns_match_as_in_iam() {
        for (pattern, action) in [
            ("*", "iam:GetUser"),
            ("iam:*", "iam:GetUser"),
            ("iam:get*", "iam:GetUser"),
            ("codecommit:Git?u*", "codecommit:GitPull"),
            ("iam:*User*", "iam:ListAttachedUserPolicies"),
            ("iam:GetUser", "iam:GetUser"),
        ] {
            assert!(matches(pattern, action), "{pattern} {action}");
        }
        for (pattern, action) in
            [("iam:Get", "iam:GetUser"), ("iam:GetUsers", "iam:GetUser"), ("codecommit:*", "iam:GetUser"), ("", "a:B")]
        {
            assert!(!matches(pattern, action), "{pattern} {action}");
        }
    }

    #[test]
    fn what_nothing_allows_is_denied() {
        assert_eq!(decide([], "codecommit:GitPull", "*"), Decision::ImplicitDeny);
        assert_eq!(decide([policy("IAMUserChangePassword")], "codecommit:GitPull", "*"), Decision::ImplicitDeny);
    }

    #[test]
    fn a_denial_outweighs_the_administrator() {
        let (administrator, look_only) = (policy("AdministratorAccess"), look_only());
        let both = |action| decide([administrator, &look_only], action, "user x");
        assert_eq!(both("iam:AttachUserPolicy"), Decision::ExplicitDeny);
        assert_eq!(both("iam:ListAttachedUserPolicies"), Decision::Allowed);
    }

    #[test]
    fn read_only_pulls_and_does_not_push() {
        let decision = |policy_name, action| policy(policy_name).decide(action, "arn:aws:codecommit:us-east-2:1:x");
        assert_eq!(decision("AWSCodeCommitReadOnly", "codecommit:GitPull"), Decision::Allowed);
        assert_eq!(decision("AWSCodeCommitReadOnly", "codecommit:GitPush"), Decision::ImplicitDeny);
        assert_eq!(decision("AWSCodeCommitPowerUser", "codecommit:GitPush"), Decision::Allowed);
        assert_eq!(decision("AWSCodeCommitPowerUser", "codecommit:DeleteRepository"), Decision::ImplicitDeny);
        assert_eq!(decision("AWSCodeCommitPowerUser", "iam:AttachUserPolicy"), Decision::ImplicitDeny);
        assert_eq!(decision("AWSCodeCommitFullAccess", "codecommit:DeleteRepository"), Decision::Allowed);
    }

    #[test]
    fn a_document_holds_for_the_resources_that_it_names() {
        let document = r#"{"Version": "2012-10-17", "Statement": {"Sid": "Pull", "Effect": "Allow",
            "Action": ["codecommit:GitPull"], "Resource": "arn:aws:codecommit:us-east-2:1:MyDemo*"}}"#;
        let policy = Policy::parse("own", document).expect("a policy");
        let decision = |action, name: &str| policy.decide(action, &format!("arn:aws:codecommit:us-east-2:1:{name}"));
        assert_eq!(decision("codecommit:gitpull", "MyDemoRepo"), Decision::Allowed);
        assert_eq!(decision("codecommit:GitPush", "MyDemoRepo"), Decision::ImplicitDeny);
        assert_eq!(decision("codecommit:GitPull", "mydemorepo"), Decision::ImplicitDeny);
        assert_eq!(policy.decide("codecommit:GitPull", "*"), Decision::ImplicitDeny);
        let again = Policy::parse("own", &policy.document().to_string()).expect("what it writes, it reads");
        assert_eq!(again.document(), policy.document());
    }

    #[test]
    fn a_document_with_what_is_not_known_is_refused() {
        let statement = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;
        assert!(
            Policy::parse("p", &format!(r#"{{"Version": "2012-10-17", "Statement": [{{{statement}}}]}}"#)).is_some()
        );
        for document in [
            format!(r#"{{"Version": "2012-10-17", "Statement": [{{{statement}, "Condition": {{}}}}]}}"#),
            format!(r#"{{"Version": "2008", "Statement": [{{{statement}}}]}}"#),
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}"#
                .to_owned(),
            "{}".to_owned(),
            "[".to_owned(),
        ] {
            assert!(Policy::parse("p", &document).is_none(), "{document}");
        }
    }
}
