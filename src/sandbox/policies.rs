//! Policies: what they allow and deny, as lists of action patterns, and how they are weighed.
//!
//! Deliberately absent: resources and conditions. A statement of the sandbox holds for every resource.

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// One statement of a policy: an effect on every action that matches a pattern.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) effect: Effect,
    pub(super) actions: &'static [&'static str],
}

/// A policy with the name it is known by: a managed policy of AWS, or an inline policy of a user.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) name: &'static str,
    pub(super) statements: &'static [Statement],
}

/// What all policies together say of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

macro_rules! policy {
    ($name:literal, $($effect:ident [$($action:literal),+ $(,)?]),+ $(,)?) => {
        Policy { name: $name, statements: &[$(Statement { effect: Effect::$effect, actions: &[$($action),+] }),+] }
    };
}

/// The managed policies of AWS that exist in the sandbox, shortened to what can be asked of it and its neighbours
/// (AWS managed policy reference).
pub(super) static MANAGED: &[Policy] = &[
    policy!("AdministratorAccess", Allow["*"]),
    policy!("IAMUserChangePassword", Allow["iam:ChangePassword", "iam:GetAccountPasswordPolicy"]),
    policy!("AWSCodeCommitFullAccess", Allow["codecommit:*", "iam:ListUsers"]),
    policy!(
        "AWSCodeCommitPowerUser",
        Allow[
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
    policy!(
        "AWSCodeCommitReadOnly",
        Allow[
            "codecommit:BatchGet*",
            "codecommit:BatchDescribe*",
            "codecommit:Describe*",
            "codecommit:Get*",
            "codecommit:List*",
            "codecommit:GitPull",
            "iam:ListUsers",
        ],
    ),
];

/// The inline policy of the spare user: may look at its own rights, may not change them.
pub(super) static LOOK_ONLY: Policy =
    policy!("LookButDoNotTouch", Allow["iam:Get*", "iam:List*"], Deny["iam:Attach*", "iam:Detach*"]);

/// The managed policy that an ARN of the commercial partition names.
pub(super) fn managed(arn: &str) -> Option<&'static Policy> {
    let name = arn.strip_prefix("arn:aws:iam::aws:policy/")?;
    MANAGED.iter().find(|policy| policy.name == name)
}

impl Policy {
    /// The ARN that the policy has as a managed policy of AWS.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy/{}", self.name)
    }
}

/// Weighs policies: one denial outweighs all else, and what nothing allows is denied.
pub(super) fn decide<'a>(policies: impl IntoIterator<Item = &'a Policy>, action: &str) -> Decision {
    let mut decision = Decision::ImplicitDeny;
    for statement in policies.into_iter().flat_map(|policy| policy.statements) {
        if statement.actions.iter().any(|pattern| matches(pattern, action)) {
            match statement.effect {
                Effect::Deny => return Decision::ExplicitDeny,
                Effect::Allow => decision = Decision::Allowed,
            }
        }
    }
    decision
}

/// Whether an action matches a pattern, in which `*` stands for any text and `?` for one character; case does not
/// count (IAM user guide, Action element).
pub(super) fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.as_bytes(), action.as_bytes());
    let (mut at, mut star) = (0, None);
    let mut next = 0;
    while next < action.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, next));
                at += 1;
            }
            Some(&c) if c == b'?' || c.eq_ignore_ascii_case(&action[next]) => {
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
    use super::{Decision, LOOK_ONLY, decide, managed, matches};

    fn policy(name: &str) -> &'static super::Policy {
        managed(&format!("arn:aws:iam::aws:policy/{name}")).expect("a managed policy")
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
        assert_eq!(decide([], "codecommit:GitPull"), Decision::ImplicitDeny);
        assert_eq!(decide([policy("IAMUserChangePassword")], "codecommit:GitPull"), Decision::ImplicitDeny);
    }

    #[test]
    fn a_denial_outweighs_the_administrator() {
        let both = [policy("AdministratorAccess"), &LOOK_ONLY];
        assert_eq!(decide(both, "iam:AttachUserPolicy"), Decision::ExplicitDeny);
        assert_eq!(decide(both, "iam:ListAttachedUserPolicies"), Decision::Allowed);
    }

    #[test]
    fn read_only_pulls_and_does_not_push() {
        let decision = |policy_name, action| decide([policy(policy_name)], action);
        assert_eq!(decision("AWSCodeCommitReadOnly", "codecommit:GitPull"), Decision::Allowed);
        assert_eq!(decision("AWSCodeCommitReadOnly", "codecommit:GitPush"), Decision::ImplicitDeny);
        assert_eq!(decision("AWSCodeCommitPowerUser", "codecommit:GitPush"), Decision::Allowed);
        assert_eq!(decision("AWSCodeCommitPowerUser", "codecommit:DeleteRepository"), Decision::ImplicitDeny);
        assert_eq!(decision("AWSCodeCommitPowerUser", "iam:AttachUserPolicy"), Decision::ImplicitDeny);
        assert_eq!(decision("AWSCodeCommitFullAccess", "codecommit:DeleteRepository"), Decision::Allowed);
    }
}
