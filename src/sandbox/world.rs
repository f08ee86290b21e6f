//! What exists in the sandbox: one account with its users, groups, access keys and repositories, and the troubles.
//!
//! Deliberately absent: protocols, and where the first users and repositories come from.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use time::OffsetDateTime;

use super::{
    git_programs::{self, GitPrograms},
    policies::{self, Decision, Policy},
    trouble::Trouble,
};
use crate::wizard::{
    names::{Partition, Region, RepositoryName},
    secret::Secret,
};

/// The number of the one account.
pub(super) const ACCOUNT: &str = "123456789012";

/// A user of IAM.
#[derive(Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) created: OffsetDateTime,
    pub(super) groups: Vec<&'static str>,
    pub(super) attached: Vec<&'static Policy>,
    pub(super) inline: Vec<&'static Policy>,
}

impl User {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT}:user/{}", self.name)
    }
}

/// A group of IAM.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) created: OffsetDateTime,
    pub(super) attached: Vec<&'static Policy>,
}

impl Group {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT}:group/{}", self.name)
    }
}

/// Who made a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// The user of that name.
    User(String),
    /// The session of the one role.
    Session,
}

impl Principal {
    pub(super) fn arn(&self) -> String {
        match self {
            Self::User(name) => format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
            Self::Session => format!("arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/{SESSION}"),
        }
    }
}

/// The role whose session the temporary key is of, and the session's name.
pub(super) const ROLE: &str = "Developers";
pub(super) const SESSION: &str = "session";

/// An access key, long-term or temporary.
#[derive(Debug, Clone)]
pub(super) struct AccessKey {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// The session token and when it expires, of a temporary key.
    pub(super) session: Option<(Secret, OffsetDateTime)>,
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

/// The account: all that requests may read and change.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) users: Vec<User>,
    pub(super) groups: Vec<Group>,
    pub(super) keys: Vec<AccessKey>,
    pub(super) repositories: BTreeMap<Region, BTreeMap<RepositoryName, Repository>>,
}

impl Account {
    pub(super) fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    pub(super) fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    pub(super) fn repository(&self, region: &Region, name: &RepositoryName) -> Option<&Repository> {
        self.repositories.get(region)?.get(name)
    }

    fn policies_of(&self, principal: &Principal) -> Vec<&'static Policy> {
        match principal {
            Principal::User(name) => self.user(name).map_or_else(Vec::new, |user| {
                let groups = user.groups.iter().filter_map(|group| self.group(group));
                let of_groups = groups.flat_map(|group| group.attached.iter().copied());
                user.attached.iter().chain(&user.inline).copied().chain(of_groups).collect()
            }),
            Principal::Session => {
                policies::managed("arn:aws:iam::aws:policy/AWSCodeCommitReadOnly").into_iter().collect()
            }
        }
    }
}

/// Everything that the parts of the sandbox share.
#[derive(Debug)]
pub(super) struct World {
    /// The folder that all repositories are under.
    pub(super) repositories: PathBuf,
    pub(super) git: GitPrograms,
    pub(super) delay: Duration,
    throttled: AtomicU32,
    denied: Vec<String>,
    skew: time::Duration,
    tokens_expire: bool,
    account: Mutex<Account>,
}

impl World {
    pub(super) fn new(repositories: PathBuf, git: GitPrograms, account: Account, trouble: &[Trouble]) -> Self {
        let mut world = Self {
            repositories,
            git,
            delay: Duration::ZERO,
            throttled: AtomicU32::new(0),
            denied: Vec::new(),
            skew: time::Duration::ZERO,
            tokens_expire: false,
            account: Mutex::new(account),
        };
        for trouble in trouble {
            match trouble {
                Trouble::Throttle(count) => world.throttled = AtomicU32::new(*count),
                Trouble::Delay(delay) => world.delay = *delay,
                Trouble::Deny(pattern) => world.denied.push(pattern.clone()),
                Trouble::Skew(seconds) => world.skew = time::Duration::seconds(*seconds),
                Trouble::ExpireTokens => world.tokens_expire = true,
                // These two change what the account begins with.
                Trouble::NoRepositories | Trouble::ManyRepositories(_) => {}
            }
        }
        world
    }

    /// The time as the sandbox has it.
    pub(super) fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + self.skew
    }

    pub(super) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this API call is one of those that are answered with “Rate exceeded”; counts it.
    pub(super) fn throttles(&self) -> bool {
        self.throttled.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    pub(super) fn key(&self, id: &str) -> Option<AccessKey> {
        self.account().keys.iter().find(|key| key.id == id).cloned()
    }

    /// Whether a session token is dead by now.
    pub(super) fn is_expired(&self, expires: OffsetDateTime) -> bool {
        self.tokens_expire || expires <= self.now()
    }

    /// Whether somebody may do something; if not, AWS's message about it.
    pub(super) fn authorize(&self, principal: &Principal, action: &str, resource: &str) -> Result<(), String> {
        let account = self.account();
        let reason = if self.denied.iter().any(|pattern| policies::matches(pattern, action)) {
            "with an explicit deny in a service control policy".to_owned()
        } else {
            match policies::decide(account.policies_of(principal), action) {
                Decision::Allowed => return Ok(()),
                Decision::ExplicitDeny => "with an explicit deny in an identity-based policy".to_owned(),
                Decision::ImplicitDeny => format!("because no identity-based policy allows the {action} action"),
            }
        };
        let who = principal.arn();
        Err(format!("User: {who} is not authorized to perform: {action} on resource: {resource} {reason}"))
    }

    /// Where the git data of a repository is.
    pub(super) fn git_folder(&self, region: &Region, name: &RepositoryName) -> PathBuf {
        self.repositories.join(region.as_str()).join(format!("{name}.git"))
    }

    /// Makes the git data of a repository that has none yet; one request at a time.
    pub(super) fn make_git_folder(&self, folder: &Path) -> io::Result<()> {
        let _one_at_a_time = self.account();
        if folder.join("HEAD").exists() { Ok(()) } else { git_programs::init(folder) }
    }

    /// Takes note of a push: the time of the change, and the default branch of a repository that had none.
    pub(super) fn pushed(&self, region: &Region, name: &RepositoryName) {
        let (now, branch) = (self.now(), git_programs::first_branch(&self.git_folder(region, name)));
        let mut account = self.account();
        if let Some(repository) = account.repositories.get_mut(region).and_then(|all| all.get_mut(name)) {
            repository.modified = now;
            if repository.default_branch.is_none() {
                repository.default_branch = branch;
            }
        }
    }
}

/// The ARN of a repository, or of all repositories of a region for `*`.
pub(super) fn repository_arn(region: &Region, name: &str) -> String {
    let partition: Partition = region.partition();
    format!("arn:{}:codecommit:{region}:{ACCOUNT}:{name}", partition.id())
}
