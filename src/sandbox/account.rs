//! What an account holds: users, groups, roles and their policies, access keys and repositories; and who makes a
//! request.
//!
//! Deliberately absent: changing any of it, and what comes of it, which is the world's to say.

use std::{collections::BTreeMap, sync::Arc};

use time::OffsetDateTime;

use super::policies::{self, Policy};
use crate::wizard::{
    names::{Partition, Region, RepositoryName},
    secret::Secret,
};

/// A policy on somebody, and since when it is there.
#[derive(Debug, Clone)]
pub(super) struct Attached {
    pub(super) policy: Arc<Policy>,
    pub(super) since: OffsetDateTime,
}

/// The policies of a user, a group or a role.
#[derive(Debug, Clone, Default)]
pub(super) struct Policies {
    pub(super) attached: Vec<Attached>,
    pub(super) inline: Vec<Attached>,
}

/// A user of IAM.
#[derive(Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) created: OffsetDateTime,
    pub(super) groups: Vec<&'static str>,
    pub(super) policies: Policies,
    pub(super) boundary: Option<Arc<Policy>>,
}

/// A group of IAM.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) created: OffsetDateTime,
    pub(super) policies: Policies,
}

/// A role of IAM.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) name: String,
    /// `/`, or more for the roles that AWS makes.
    pub(super) path: &'static str,
    pub(super) id: String,
    pub(super) created: OffsetDateTime,
    pub(super) policies: Policies,
    pub(super) trust: Trust,
}

/// Who may take on a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trust {
    /// Users and roles with these ARNs.
    Principals(Vec<String>),
    /// Users of the account who prove themselves with a code.
    WithMfa,
    /// Who shows a token of the identity provider.
    WebIdentity,
    /// Who signs in at the SSO portal, where the role is a permission set of this name.
    PermissionSet(&'static str),
    /// Machines and services.
    Service,
}

/// Who made a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principal {
    pub(super) account: &'static str,
    pub(super) partition: Partition,
    pub(super) kind: Kind,
    /// Whether a code of a second device was shown.
    pub(super) mfa: bool,
}

/// What kind of identity somebody is, with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    User(String),
    Session { role: String, name: String },
    Federated(String),
}

impl Principal {
    pub(super) fn arn(&self) -> String {
        let (partition, account) = (self.partition.id(), self.account);
        match &self.kind {
            Kind::Root => format!("arn:{partition}:iam::{account}:root"),
            Kind::User(name) => format!("arn:{partition}:iam::{account}:user/{name}"),
            Kind::Session { role, name } => format!("arn:{partition}:sts::{account}:assumed-role/{role}/{name}"),
            Kind::Federated(name) => format!("arn:{partition}:sts::{account}:federated-user/{name}"),
        }
    }

    /// The ARN of a repository of the account, or of all repositories of a region for `*`.
    pub(super) fn repository_arn(&self, region: &Region, name: &str) -> String {
        format!("arn:{}:codecommit:{region}:{}:{name}", self.partition.id(), self.account)
    }
}

/// An access key, long-term or temporary.
#[derive(Debug, Clone)]
pub(super) struct AccessKey {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// The session token and when it expires, of a temporary key.
    pub(super) session: Option<(Secret, OffsetDateTime)>,
    pub(super) owner: Principal,
}

/// Static Git credentials of a user.
#[derive(Debug, Clone)]
pub(super) struct GitCredentials {
    /// `NAME-at-ACCOUNT`.
    pub(super) name: String,
    pub(super) password: Secret,
    pub(super) owner: Principal,
}

/// A repository of CodeCommit.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    pub(super) id: String,
    pub(super) description: Option<String>,
    pub(super) default_branch: Option<String>,
    pub(super) created: OffsetDateTime,
    pub(super) modified: OffsetDateTime,
}

/// An account: all that requests may read and change.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) number: &'static str,
    pub(super) partition: Partition,
    pub(super) alias: &'static str,
    /// The policies that the account has of its own.
    pub(super) own_policies: Vec<Arc<Policy>>,
    pub(super) users: Vec<User>,
    pub(super) groups: Vec<Group>,
    pub(super) roles: Vec<Role>,
    /// What federated users may do, all of them.
    pub(super) federated: Policies,
    pub(super) keys: Vec<AccessKey>,
    pub(super) git_credentials: Vec<GitCredentials>,
    pub(super) repositories: BTreeMap<Region, BTreeMap<RepositoryName, Repository>>,
}

impl Role {
    /// What follows the account number in the ARN.
    pub(super) fn in_arn(&self) -> String {
        format!("role{}{}", self.path, self.name)
    }
}

impl Account {
    pub(super) fn new(number: &'static str, partition: Partition, alias: &'static str) -> Self {
        Self {
            number,
            partition,
            alias,
            own_policies: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            roles: Vec::new(),
            federated: Policies::default(),
            keys: Vec::new(),
            git_credentials: Vec::new(),
            repositories: BTreeMap::new(),
        }
    }

    pub(super) fn principal(&self, kind: Kind) -> Principal {
        Principal { account: self.number, partition: self.partition, kind, mfa: false }
    }

    /// The ARN of something of the account's IAM, such as `user/NAME`.
    pub(super) fn arn(&self, what: &str) -> String {
        format!("arn:{}:iam::{}:{what}", self.partition.id(), self.number)
    }

    pub(super) fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    pub(super) fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    pub(super) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    pub(super) fn repository(&self, region: &Region, name: &RepositoryName) -> Option<&Repository> {
        self.repositories.get(region)?.get(name)
    }

    /// The managed policy with an ARN: one of the account's own, or one of AWS in the partition of the account.
    pub(super) fn managed(&self, arn: &str) -> Option<Arc<Policy>> {
        let all = self.own_policies.iter().chain(policies::of_aws());
        all.into_iter().find(|policy| self.policy_arn(policy) == arn).cloned()
    }

    pub(super) fn policy_arn(&self, policy: &Policy) -> String {
        if policy.of_aws {
            format!("arn:{}:iam::aws:policy/{}", self.partition.id(), policy.name)
        } else {
            self.arn(&format!("policy/{}", policy.name))
        }
    }

    /// The policies that somebody has, with the place that each is in: `user_NAME`, `group_NAME` or `role_NAME`.
    pub(super) fn policies_of(&self, kind: &Kind) -> Vec<(String, &Policies)> {
        match kind {
            Kind::Root => Vec::new(),
            Kind::Federated(name) => vec![(format!("federated_{name}"), &self.federated)],
            Kind::User(name) => self.user(name).map_or_else(Vec::new, |user| {
                let groups = user.groups.iter().filter_map(|group| self.group(group));
                let of_groups = groups.map(|group| (format!("group_{}", group.name), &group.policies));
                [(format!("user_{name}"), &user.policies)].into_iter().chain(of_groups).collect()
            }),
            Kind::Session { role, .. } => {
                self.role(role).map(|role| (format!("role_{}", role.name), &role.policies)).into_iter().collect()
            }
        }
    }

    pub(super) fn boundary_of(&self, kind: &Kind) -> Option<&Arc<Policy>> {
        match kind {
            Kind::User(name) => self.user(name)?.boundary.as_ref(),
            Kind::Root | Kind::Session { .. } | Kind::Federated(_) => None,
        }
    }
}
