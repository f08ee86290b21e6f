//! What the runner needs of the world, in the words of this program: one trait for each thing that a test fakes.
//!
//! Deliberately absent: how it is done (`adapters`), time limits and cancelling (`runner`: dropping a task stops it), and types of
//! libraries.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use crate::gitconfig::Sources;
use crate::wizard::effect::{
    AttachedPolicy, Caller, Cloned, FileChange, FileText, Installed, Program, Progress, Repository,
};
use crate::wizard::facts::Identity;
use crate::wizard::problem::Problem;

/// Something under way that ends with a value or a problem; dropping it stops it.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// Is told of the repositories known so far.
pub type RepositoriesSoFar<'a> = &'a (dyn Fn(Vec<Repository>) + Send + Sync);

/// Is told how far something is.
pub type HowFar<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// AWS itself.
pub trait Aws: Send + Sync {
    /// Says who the caller is.
    fn identify<'a>(&'a self, caller: &'a Caller) -> Task<'a, Identity>;

    /// Lists the managed policies attached to an IAM user directly.
    fn attached_policies<'a>(&'a self, caller: &'a Caller, user: &'a str) -> Task<'a, Vec<AttachedPolicy>>;

    /// Attaches a managed policy to an IAM user.
    fn attach_policy<'a>(&'a self, caller: &'a Caller, user: &'a str, policy_arn: &'a str) -> Task<'a, ()>;

    /// Lists every repository of the caller's region.
    fn list_repositories<'a>(
        &'a self,
        caller: &'a Caller,
        progress: RepositoriesSoFar<'a>,
    ) -> Task<'a, Vec<Repository>>;
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

/// The git of this computer.
pub trait Git: Send + Sync {
    /// Reads every file of git's configuration.
    fn read_config(&self) -> Task<'_, Sources>;

    /// Asks git's credential helpers for an HTTPS URL.
    fn fill_credential<'a>(&'a self, url: &'a str) -> Task<'a, Filled>;

    /// Clones a repository; a failed or dropped clone leaves nothing half.
    fn clone_repository<'a>(&'a self, url: &'a str, directory: &'a Path, progress: HowFar<'a>) -> Task<'a, Cloned>;

    /// Waits until what dropped clones left behind is gone.
    fn settled(&self) -> Task<'_, ()>;
}

/// The files of the user.
pub trait Files: Send + Sync {
    /// Reads the AWS config file and the AWS credentials file, in this order.
    fn read_aws_files(&self) -> Task<'_, (FileText, FileText)>;

    /// Writes files, each only if it still is what it was; all or none.
    fn write(&self, changes: Vec<FileChange>) -> Task<'_, ()>;

    /// Saves a text in a file that was not there before, and says which.
    fn save_text(&self, path: PathBuf, text: String) -> Task<'_, PathBuf>;
}

/// The programs on PATH.
pub trait Programs: Send + Sync {
    /// Finds every copy of a program, the one that PATH chooses first.
    fn find(&self, program: Program) -> Task<'_, Vec<Installed>>;

    /// Says whether the AWS CLI at this path knows the `codecommit` commands.
    fn check_codecommit_commands<'a>(&'a self, path: &'a Path) -> Task<'a, bool>;
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
    /// The programs.
    pub programs: Arc<dyn Programs>,
}

impl fmt::Debug for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("World")
    }
}
