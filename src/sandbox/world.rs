//! What exists in the sandbox: its accounts, who is signed in at the portal, and the troubles.
//!
//! Deliberately absent: protocols, and where the first users and repositories come from.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use time::OffsetDateTime;

use super::{
    SandboxError,
    account::{AccessKey, Account, Attached, GitCredentials, Kind, Principal},
    git_programs::{self, GitPrograms},
    policies::{self, Decision, Policy},
    random,
    sessions::SignIns,
    trouble::Trouble,
};
use crate::wizard::names::{Region, RepositoryName};

/// Everything that the parts of the sandbox share.
#[derive(Debug)]
pub(super) struct World {
    /// The folder that all repositories are under.
    pub(super) repositories: PathBuf,
    pub(super) git: GitPrograms,
    pub(super) delay: Duration,
    /// Whether git is refused, whatever policies say.
    pub(super) refuses_git: bool,
    /// Whether the proxy wants to be told who asks.
    pub(super) proxy_asks: bool,
    throttled: AtomicU32,
    git_throttled: AtomicU32,
    denied: Vec<String>,
    skew: time::Duration,
    tokens_expire: bool,
    lifetime: Option<time::Duration>,
    iam_takes: time::Duration,
    accounts: Vec<(&'static str, Mutex<Account>)>,
    sign_ins: Mutex<SignIns>,
}

impl World {
    /// A world with these accounts, the first of which is the one for all that names none.
    pub(super) fn new(repositories: PathBuf, git: GitPrograms, accounts: Vec<Account>, trouble: &[Trouble]) -> Self {
        let mut world = Self {
            repositories,
            git,
            delay: Duration::ZERO,
            refuses_git: false,
            proxy_asks: false,
            throttled: AtomicU32::new(0),
            git_throttled: AtomicU32::new(0),
            denied: Vec::new(),
            skew: time::Duration::ZERO,
            tokens_expire: false,
            lifetime: None,
            iam_takes: time::Duration::ZERO,
            accounts: accounts.into_iter().map(|account| (account.number, Mutex::new(account))).collect(),
            sign_ins: Mutex::default(),
        };
        for trouble in trouble {
            match trouble {
                Trouble::Throttle(count) => world.throttled = AtomicU32::new(*count),
                Trouble::ThrottleGit(count) => world.git_throttled = AtomicU32::new(*count),
                Trouble::RefuseGit => world.refuses_git = true,
                Trouble::ProxyAsks => world.proxy_asks = true,
                Trouble::Delay(delay) => world.delay = *delay,
                Trouble::Deny(pattern) => world.denied.push(pattern.clone()),
                Trouble::Skew(seconds) => world.skew = time::Duration::seconds(*seconds),
                Trouble::ExpireTokens => world.tokens_expire = true,
                Trouble::Lifetime(lifetime) => world.lifetime = time::Duration::try_from(*lifetime).ok(),
                Trouble::LateIam(wait) => world.iam_takes = time::Duration::try_from(*wait).unwrap_or_default(),
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

    /// The account of that number; the first one when there is none. Held by one request at a time.
    pub(super) fn account(&self, number: &str) -> MutexGuard<'_, Account> {
        let at = self.accounts.iter().position(|(other, _)| *other == number).unwrap_or_default();
        self.accounts[at].1.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The numbers of all accounts.
    pub(super) fn account_numbers(&self) -> impl Iterator<Item = &'static str> {
        self.accounts.iter().map(|(number, _)| *number)
    }

    /// The account that an ARN is of.
    pub(super) fn account_of_arn(&self, arn: &str) -> Option<MutexGuard<'_, Account>> {
        let number = arn.split(':').nth(4)?;
        let number = self.account_numbers().find(|other| *other == number)?;
        let account = self.account(number);
        arn.starts_with(&format!("arn:{}:", account.partition.id())).then_some(account)
    }

    /// Who is signed in at the portal, and who is about to be.
    pub(super) fn sign_ins(&self) -> MutexGuard<'_, SignIns> {
        self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this API call is one of those that are answered with “Rate exceeded”; counts it.
    pub(super) fn throttles(&self) -> bool {
        is_one_of(&self.throttled)
    }

    /// Whether this request of git is one of those; counts it.
    pub(super) fn throttles_git(&self) -> bool {
        is_one_of(&self.git_throttled)
    }

    pub(super) fn key(&self, id: &str) -> Option<AccessKey> {
        let of_account = |number| self.account(number).keys.iter().find(|key| key.id == id).cloned();
        self.account_numbers().find_map(of_account)
    }

    /// The static Git credentials of that user name.
    pub(super) fn git_credentials(&self, name: &str) -> Option<GitCredentials> {
        let of_account = |number| self.account(number).git_credentials.iter().find(|known| known.name == name).cloned();
        self.account_numbers().find_map(of_account)
    }

    /// When something that is good for so long from now on expires, unless the sandbox was told otherwise.
    pub(super) fn expiry(&self, lifetime: time::Duration) -> OffsetDateTime {
        self.now() + self.lifetime.map_or(lifetime, |shorter| shorter.min(lifetime))
    }

    /// Whether a session token is dead by now.
    pub(super) fn is_expired(&self, expires: OffsetDateTime) -> bool {
        self.tokens_expire || expires <= self.now()
    }

    /// Makes a temporary key for somebody.
    pub(super) fn temporary_key(&self, owner: Principal, lifetime: time::Duration) -> Result<AccessKey, SandboxError> {
        let key = AccessKey {
            id: random::key_id("ASIA")?,
            secret: random::secret_key()?,
            session: Some((random::session_token()?, self.expiry(lifetime))),
            owner,
        };
        self.account(key.owner.account).keys.push(key.clone());
        Ok(key)
    }

    /// Whether somebody may do something; if not, AWS's message about it.
    pub(super) fn authorize(&self, principal: &Principal, action: &str, resource: &str) -> Result<(), String> {
        let account = self.account(principal.account);
        let reason = if self.is_forbidden(action) {
            "with an explicit deny in a service control policy".to_owned()
        } else {
            match self.decide(&account, &principal.kind, action, resource) {
                (Decision::Allowed, Decision::Allowed) => return Ok(()),
                (Decision::ExplicitDeny, _) => "with an explicit deny in an identity-based policy".to_owned(),
                (_, Decision::ExplicitDeny) => "with an explicit deny in a permissions boundary".to_owned(),
                (Decision::ImplicitDeny, _) => format!("because no identity-based policy allows the {action} action"),
                (_, Decision::ImplicitDeny) => format!("because no permissions boundary allows the {action} action"),
            }
        };
        let who = principal.arn();
        Err(format!("User: {who} is not authorized to perform: {action} on resource: {resource} {reason}"))
    }

    /// Whether an action is denied to everyone.
    pub(super) fn is_forbidden(&self, action: &str) -> bool {
        self.denied.iter().any(|pattern| policies::matches(pattern, action))
    }

    /// Whether somebody is not denied an action on the key that repositories are encrypted with; if so, the message.
    pub(super) fn may_use_key(&self, principal: &Principal, action: &str) -> Result<(), String> {
        let account = self.account(principal.account);
        let key = format!("arn:{}:kms:*:{}:key/*", account.partition.id(), account.number);
        let (by_policies, by_boundary) = self.decide(&account, &principal.kind, action, &key);
        if by_policies == Decision::ExplicitDeny || by_boundary == Decision::ExplicitDeny {
            return Err(
                "User is not authorized for the KMS default master key for CodeCommit 'aws/codecommit' in your \
                        account"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// What the policies of an identity say, and what its permissions boundary says.
    pub(super) fn decide(&self, account: &Account, kind: &Kind, action: &str, resource: &str) -> (Decision, Decision) {
        if *kind == Kind::Root {
            return (Decision::Allowed, Decision::Allowed);
        }
        let policies = self.policies_in_effect(account, kind);
        let by_policies = policies::decide(policies.iter().map(|(_, policy)| &**policy), action, resource);
        let boundary = account.boundary_of(kind);
        (by_policies, boundary.map_or(Decision::Allowed, |boundary| boundary.decide(action, resource)))
    }

    /// The policies of an identity that count by now, as the policy simulator names them: a managed one by its name,
    /// an inline one with whose it is.
    pub(super) fn policies_in_effect(&self, account: &Account, kind: &Kind) -> Vec<(String, Arc<Policy>)> {
        let latest = self.now() - self.iam_takes;
        let mut found = Vec::new();
        for (place, policies) in account.policies_of(kind) {
            let counts = |attached: &&Attached| attached.since <= latest;
            found.extend(policies.attached.iter().filter(counts).map(|it| (it.policy.name.clone(), it.policy.clone())));
            let inline = policies.inline.iter().filter(counts);
            found.extend(inline.map(|it| (format!("{place}_{}", it.policy.name), it.policy.clone())));
        }
        found
    }

    /// Where the git data of a repository is.
    pub(super) fn git_folder(&self, account: &str, region: &Region, name: &RepositoryName) -> PathBuf {
        self.repositories.join(account).join(region.as_str()).join(format!("{name}.git"))
    }

    /// Makes the git data of a repository that has none yet; one request at a time.
    pub(super) fn make_git_folder(&self, folder: &Path) -> io::Result<()> {
        let _one_at_a_time = self.account("");
        if folder.join("HEAD").exists() { Ok(()) } else { git_programs::init(folder) }
    }

    /// Takes note of a push: the time of the change, and the default branch of a repository that had none.
    pub(super) fn pushed(&self, account: &str, region: &Region, name: &RepositoryName) {
        let (now, branch) = (self.now(), git_programs::first_branch(&self.git_folder(account, region, name)));
        let mut account = self.account(account);
        if let Some(repository) = account.repositories.get_mut(region).and_then(|all| all.get_mut(name)) {
            repository.modified = now;
            if repository.default_branch.is_none() {
                repository.default_branch = branch;
            }
        }
    }
}

/// Counts down, and tells whether there was anything left to count.
fn is_one_of(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}
