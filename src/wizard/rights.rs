//! What an identity may do with CodeCommit, and the policies that say so.
//!
//! Deliberately absent: how that is found out. Whatever could not be seen is named, never guessed.

use super::names::RepositoryName;

/// What CodeCommit is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// See which repositories there are.
    List,
    /// Clone and fetch.
    Pull,
    /// Push.
    Push,
    /// Make a repository.
    Create,
}

/// Whom a managed policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    /// An IAM user, by name.
    User(String),
    /// A group, by name: everybody who is in it has the policy.
    Group(String),
}

/// Where a policy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A managed policy, attached to this one.
    Attached(Holder),
    /// An inline policy, written on this one.
    Inline(Holder),
    /// The permissions boundary: it allows nothing, it only keeps other policies within bounds.
    Boundary,
}

/// A policy that counts for an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// The ARN of a managed one; empty for an inline one.
    pub arn: String,
    /// Where it is.
    pub origin: Origin,
}

/// Whether something is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Answer {
    /// It is.
    Allowed {
        /// The policies that allow it, as the policy simulator names them; empty when it was tried.
        by: Vec<String>,
        /// The repositories that this was asked for; empty when it is all of them.
        on: Vec<RepositoryName>,
    },
    /// It is not.
    Denied(Denial),
    /// Nobody would say.
    #[default]
    Unknown,
}

/// Why something is denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// No policy allows it, as far as that is known.
    Unmentioned,
    /// These policies deny it expressly, as the policy simulator names them.
    Expressly(Vec<String>),
    /// The permissions boundary does not allow it.
    Boundary,
    /// A policy of the organization does not allow it.
    Organization,
}

/// What an identity may do, as far as it could be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// The policies that could be seen.
    pub policies: Vec<Given>,
    /// The groups of the user, by name.
    pub groups: Vec<String>,
    /// The actions that would have shown more and are denied, such as `iam:ListGroupsForUser`.
    pub unseen: Vec<&'static str>,
    /// What was found out about each deed; what is left out is unknown.
    pub answers: Vec<(Deed, Answer)>,
    /// The policies that deny the KMS actions which CodeCommit needs; `None` when that is not known.
    pub key_denials: Option<Vec<String>>,
}

impl Deed {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::List, Self::Pull, Self::Push, Self::Create];

    /// The action in the words of policies.
    pub fn action(self) -> &'static str {
        match self {
            Self::List => "codecommit:ListRepositories",
            Self::Pull => "codecommit:GitPull",
            Self::Push => "codecommit:GitPush",
            Self::Create => "codecommit:CreateRepository",
        }
    }
}

impl Holder {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Group(name) => name,
        }
    }

    /// Its kind, as the AWS CLI and the policy simulator write it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
        }
    }
}

impl Rights {
    /// Whether the managed policies of the user could be seen.
    pub fn sees_attached(&self) -> bool {
        !self.unseen.contains(&ATTACHED)
    }

    /// What is known about a deed.
    pub fn answer(&self, deed: Deed) -> &Answer {
        let found = self.answers.iter().find(|(about, _)| *about == deed);
        found.map_or(&Answer::Unknown, |(_, answer)| answer)
    }

    /// The names of the managed policies, attached directly and through groups.
    pub fn attached(&self) -> impl Iterator<Item = &str> {
        let attached = self.policies.iter().filter(|policy| matches!(policy.origin, Origin::Attached(_)));
        attached.map(|policy| policy.name.as_str())
    }

    /// Whether a managed policy is attached to exactly this one.
    pub fn has(&self, holder: &Holder, policy_arn: &str) -> bool {
        self.managed(holder).any(|policy| policy.arn == policy_arn)
    }

    /// The managed policies attached to exactly this one.
    pub fn managed<'a>(&'a self, holder: &'a Holder) -> impl Iterator<Item = &'a Given> {
        self.policies.iter().filter(move |policy| matches!(&policy.origin, Origin::Attached(to) if to == holder))
    }

    /// The permissions boundary, when one was seen.
    pub fn boundary(&self) -> Option<&Given> {
        self.policies.iter().find(|policy| policy.origin == Origin::Boundary)
    }

    /// The policy that the policy simulator names: a managed one by its name, an inline one as `user_NAME_POLICY` or
    /// `group_NAME_POLICY`.
    pub fn find(&self, id: &str) -> Option<&Given> {
        self.policies.iter().find(|policy| match &policy.origin {
            Origin::Inline(holder) => {
                let rest = id.strip_prefix(holder.kind()).and_then(|rest| rest.strip_prefix('_'));
                let rest = rest.and_then(|rest| rest.strip_prefix(holder.name()));
                rest.and_then(|rest| rest.strip_prefix('_')) == Some(&policy.name)
            }
            Origin::Attached(_) | Origin::Boundary => policy.name == id,
        })
    }
}

/// The action that shows the managed policies of a user.
pub const ATTACHED: &str = "iam:ListAttachedUserPolicies";

#[cfg(test)]
mod tests {
    use super::{Given, Holder, Origin, Rights};

    #[test]
    fn the_names_of_the_simulator_are_found_again() {
        let given = |name: &str, origin| Given { name: name.into(), arn: String::new(), origin };
        let group = Holder::Group("a_b".into());
        let rights = Rights {
            policies: vec![
                given("P", Origin::Attached(group.clone())),
                given("c_d", Origin::Inline(group)),
                given("own", Origin::Inline(Holder::User("ann".into()))),
            ],
            ..Rights::default()
        };
        for (id, name) in [("P", "P"), ("group_a_b_c_d", "c_d"), ("user_ann_own", "own")] {
            assert_eq!(rights.find(id).map(|policy| policy.name.as_str()), Some(name));
        }
        assert_eq!(rights.find("user_bob_own"), None);
    }
}
