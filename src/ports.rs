//! What the runner needs of the world, in the words of this program: one trait for each thing that a test fakes.
//!
//! Deliberately absent: how it is done (`adapters`), time limits and cancelling (`runner`: dropping a task stops it), and types of
//! libraries.

mod inspection;

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

pub use inspection::{
    Attempt, AwsFound, Computer, FileMode, GitBuild, Inspection, Reader, Refused, RepositoryFound, StoredPassword,
    Tried, Variable, Wondered,
};

use crate::gitconfig::Sources;
use crate::journal::Intent;
use crate::wizard::effect::{
    AccessKey, Caller, CloneSettings, Cloned, Credentials, Deletion, FileChange, FileText, FoundClones, GitPlace,
    History, Installed, Program, Progress, Repository, SearchPath, TakenBack,
};
use crate::wizard::facts::{Description, Identity, Profile};
use crate::wizard::git_user::{DyingPassword, KeptPassword};
use crate::wizard::names::{Region, RepositoryName};
use crate::wizard::problem::Problem;
use crate::wizard::rights::{Holder, Rights};
use crate::wizard::secret::Secret;

/// Something under way that ends with a value or a problem; dropping it stops it.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// Is told of repositories that were not known before, or of which more is known now.
pub type NewRepositories<'a> = &'a (dyn Fn(Vec<Repository>) + Send + Sync);

/// Is told how far something is.
pub type HowFar<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// AWS itself.
pub trait Aws: Send + Sync {
    /// Says who the caller is.
    fn identify<'a>(&'a self, caller: &'a Caller) -> Task<'a, Identity>;

    /// Says what else is known of the caller; what may not be seen is left out.
    fn describe<'a>(&'a self, caller: &'a Caller) -> Task<'a, Description>;

    /// Finds what a profile may do with CodeCommit, as far as the caller can see and the profile can try.
    fn find_rights<'a>(
        &'a self,
        caller: &'a Caller,
        of: &'a Profile,
        repositories: &'a [RepositoryName],
    ) -> Task<'a, Rights>;

    /// Attaches a managed policy.
    fn attach_policy<'a>(&'a self, caller: &'a Caller, holder: &'a Holder, policy_arn: &'a str) -> Task<'a, ()>;

    /// Detaches a managed policy; one that is not attached is no failure.
    fn detach_policy<'a>(&'a self, caller: &'a Caller, holder: &'a Holder, policy_arn: &'a str) -> Task<'a, ()>;

    /// Waits until the caller may list repositories, not for long; whether it may in the end.
    fn await_effect<'a>(&'a self, caller: &'a Caller, progress: HowFar<'a>) -> Task<'a, bool>;

    /// Lists every repository of the caller's region; ends with those of which was not told before.
    fn list_repositories<'a>(&'a self, caller: &'a Caller, tell: NewRepositories<'a>) -> Task<'a, Vec<Repository>>;

    /// Has the list that is under way get the details of these next.
    fn prefer_repositories(&self, names: Vec<RepositoryName>);

    /// Counts the repositories of regions, some side by side.
    fn count_repositories<'a>(
        &'a self,
        credentials: &'a Credentials,
        regions: Vec<Region>,
        progress: HowFar<'a>,
    ) -> Task<'a, ()>;

    /// Makes a repository in the caller's region.
    fn create_repository<'a>(
        &'a self,
        caller: &'a Caller,
        name: &'a RepositoryName,
        description: &'a str,
    ) -> Task<'a, Repository>;
}

/// What git's credential helpers answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The user name, cut off at its first `%`.
    pub access_key_id: String,
    /// Whether a password came with it.
    pub password: bool,
    /// How long git took, in milliseconds.
    pub milliseconds: u64,
}

/// What a repository answered when it was asked for its branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// How many branches it has.
    pub branches: usize,
    /// How long git took, in milliseconds.
    pub milliseconds: u64,
}

/// The git of this computer.
pub trait Git: Send + Sync {
    /// Reads every file of git's configuration.
    fn read_config<'a>(&'a self, place: &'a GitPlace) -> Task<'a, Sources>;

    /// Asks git's credential helpers for an HTTPS URL; they find their programs on this PATH.
    fn fill_credential<'a>(&'a self, url: &'a str, path: SearchPath, place: &'a GitPlace) -> Task<'a, Filled>;

    /// Asks a repository for its branches; one without any is no failure.
    fn list_remote<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, Listed>;

    /// Clones a repository; a failed or dropped clone leaves nothing half. Where AWS asks to slow down, it tries again.
    fn clone_repository<'a>(
        &'a self,
        url: &'a str,
        directory: &'a Path,
        settings: &'a CloneSettings,
        progress: HowFar<'a>,
    ) -> Task<'a, Cloned>;

    /// Finds the clones under a folder, links not followed, and reads their configuration.
    fn find_clones<'a>(&'a self, folder: &'a Path, progress: HowFar<'a>) -> Task<'a, FoundClones>;

    /// Waits until what dropped clones left behind is gone.
    fn settled(&self) -> Task<'_, ()>;
}

/// The files of the user.
pub trait Files: Send + Sync {
    /// Reads the AWS config file and the AWS credentials file, in this order.
    fn read_aws_files(&self) -> Task<'_, (FileText, FileText)>;

    /// Reads the access key of the environment.
    fn read_environment_key(&self) -> Task<'_, Option<AccessKey>>;

    /// Reads a file of the user's that holds an access key.
    fn read_key_file(&self, path: PathBuf) -> Task<'_, Secret>;

    /// Writes files, each only if it still is what it was; all or none.
    fn write(&self, changes: Vec<FileChange>) -> Task<'_, ()>;

    /// Says whether the disk of a folder takes names for one that differ only in their capitals.
    fn folds_case(&self, folder: PathBuf) -> Task<'_, bool>;

    /// Saves a text in a file that was not there before, and says which.
    fn save_text(&self, path: PathBuf, text: String) -> Task<'_, PathBuf>;
}

/// What was changed, written down for undo; files write down their own changes.
pub trait Journal: Send + Sync {
    /// Writes down what is about to be done; where that fails, it must not be done.
    fn begin(&self, intent: Intent) -> Task<'_, ()>;

    /// Writes down what came of it: whether it was done.
    fn end(&self, intent: Intent, done: bool) -> Task<'_, ()>;

    /// Reads what was done before; nothing where nothing is kept.
    fn history(&self) -> Task<'_, History> {
        Box::pin(std::future::ready(Ok(History::default())))
    }

    /// Takes back the last run, or only says what that would do; nothing where nothing is kept.
    fn take_back(&self, _dry_run: bool) -> Task<'_, TakenBack> {
        Box::pin(std::future::ready(Ok(TakenBack { lines: Vec::new(), complete: true })))
    }
}

/// The programs on PATH.
pub trait Programs: Send + Sync {
    /// Finds every copy of a program, the one that PATH chooses first.
    fn find(&self, program: Program) -> Task<'_, Vec<Installed>>;

    /// Says whether the AWS CLI at this path knows the `codecommit` commands.
    fn check_codecommit_commands<'a>(&'a self, path: &'a Path) -> Task<'a, bool>;

    /// Runs a program in the terminal, which is its own until it ends.
    fn run_in_terminal<'a>(&'a self, program: &'a Path, arguments: &'a [String]) -> Task<'a, ()>;
}

/// The macOS keychain, in which git keeps passwords there.
pub trait Keychain: Send + Sync {
    /// Says whose passwords for these hosts there are, reading none.
    fn stored<'a>(&'a self, hosts: &'a [String]) -> Task<'a, Vec<KeptPassword>>;

    /// Deletes one password of a host and an access key.
    fn delete_one<'a>(&'a self, password: &'a DyingPassword) -> Task<'a, Deletion>;
}

/// All that requests are carried out with.
#[derive(Clone)]
pub struct World {
    /// AWS.
    pub aws: Arc<dyn Aws>,
    /// Git.
    pub git: Arc<dyn Git>,
    /// The files.
    pub files: Arc<dyn Files>,
    /// The journal of this run.
    pub journal: Arc<dyn Journal>,
    /// The programs.
    pub programs: Arc<dyn Programs>,
    /// The keychain.
    pub keychain: Arc<dyn Keychain>,
    /// What only the doctor looks at.
    pub inspection: Arc<dyn Inspection>,
}

impl fmt::Debug for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("World")
    }
}
