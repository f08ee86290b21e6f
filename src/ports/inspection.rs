//! What only the doctor looks at; nothing of it changes anything.
//!
//! Deliberately absent: secrets. A password that a helper gives is used where it is got, and only its age is told.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Filled, Listed, Task};
use crate::checkup::Ran;
use crate::gitconfig::Entry;
use crate::wizard::effect::{Caller, GitPlace};
use crate::wizard::facts::Identity;
use crate::wizard::git_user::{GitUser, KeptPassword};
use crate::wizard::names::RepositoryName;
use crate::wizard::problem::Problem;

/// The looks that only the doctor takes.
pub trait Inspection: Send + Sync {
    /// Looks at this computer.
    fn look_around<'a>(&'a self, wondered: &'a Wondered) -> Task<'a, Computer>;

    /// Says what git is built with.
    fn git_build(&self) -> Task<'_, GitBuild>;

    /// The programs that were run until now.
    fn ran(&self) -> Vec<Ran>;

    /// Asks AWS as a caller; what fails is told in the answer.
    fn sound_aws<'a>(&'a self, caller: &'a Caller) -> Task<'a, AwsFound>;

    /// Looks for a repository in the region of a caller.
    fn find_repository<'a>(&'a self, caller: &'a Caller, name: &'a RepositoryName) -> Task<'a, RepositoryFound>;

    /// The entries of the repository at a place by which git would run a program of that repository's for a URL; nothing is run.
    fn own_programs<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, Vec<Entry>>;

    /// The address that git makes of a URL at a place; nothing is run.
    fn address<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, String>;

    /// Lets git knock at the host of a URL without a password.
    fn knock<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, ()>;

    /// Gets what git's helpers answer for a URL and, when it is wanted, reads the repository with it, so that no helper is told of it.
    fn try_repository<'a>(&'a self, url: &'a str, read: bool, place: &'a GitPlace) -> Task<'a, Attempt>;
}

/// What is to be looked at on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wondered {
    /// Values of credential helpers, whose programs an editor has to find.
    pub helpers: Vec<String>,
    /// Hosts of git for which a password may be kept.
    pub hosts: Vec<String>,
    /// Files that something names, and that have to be there.
    pub files: Vec<PathBuf>,
    /// Variables of the environment that name such a file.
    pub variables: Vec<String>,
}

/// What was seen of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Computer {
    /// The variables of the environment that matter to AWS and git.
    pub variables: Vec<Variable>,
    /// The AWS files that are there.
    pub files: Vec<FileMode>,
    /// Those of the helpers whose program is found on the PATH of an editor that the desktop starts.
    pub on_the_desktop: BTreeMap<String, bool>,
    /// Those of the files that are not there, or may not be read; with the variable that names them, where one does.
    pub missing: Vec<(Option<String>, PathBuf)>,
    /// Passwords for hosts of CodeCommit that are kept.
    pub stored: Vec<StoredPassword>,
    /// Places of passwords that could not be looked into, and why.
    pub unseen: Vec<String>,
    /// The operating system, its version and the processor.
    pub system: String,
    /// The version of this program.
    pub version: String,
    /// What time it is here, in UTC, as a person reads it.
    pub now: String,
}

/// A variable of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, where that is harmless; a proxy without its password.
    pub value: Option<String>,
    /// Whether it is set and empty.
    pub empty: bool,
}

/// Who may read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMode {
    /// The file.
    pub path: PathBuf,
    /// The permission bits.
    pub mode: u32,
    /// Whether it is the one with the secret keys.
    pub secret: bool,
}

/// A password that is kept somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// Where, as a person would name it.
    pub place: String,
    /// The line that it begins at, counted from 1.
    pub line: usize,
    /// Who reads it there.
    pub reader: Reader,
    /// Whose it is, without a session token.
    pub password: KeptPassword,
}

/// Who reads a file of passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// These of the helpers that were wondered about; none where no helper does.
    Helpers(Vec<String>),
    /// Git itself, before it asks any helper.
    Git,
}

/// What git is built with, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitBuild {
    /// The version of libcurl.
    pub curl: Option<String>,
    /// Whether its TLS is that of `GnuTLS`.
    pub gnutls: bool,
}

/// What AWS said to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsFound {
    /// Who it is.
    pub identity: Result<Identity, Problem>,
    /// By how many seconds this computer is ahead of AWS, even when AWS refused, or was not trusted.
    pub clock_ahead: Option<i64>,
    /// Whether anybody answered for the API of CodeCommit.
    pub api: Result<(), Problem>,
    /// The first page of the repositories; none where nobody signs.
    pub repositories: Option<Result<Vec<RepositoryName>, Problem>>,
    /// How long each took, in milliseconds: who it is, and the repositories.
    pub milliseconds: [u64; 2],
}

/// What became of looking for a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepositoryFound {
    /// It is there, at this clone URL.
    There(String),
    /// There is none of this name.
    NotThere,
    /// Its encryption key cannot be used; what AWS says.
    KeyTrouble(String),
    /// AWS does not say.
    NotTold(Problem),
}

/// How git fared with a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What the helpers answered.
    pub filled: Result<Tried, Problem>,
    /// What the repository answered to that; none where it was not asked.
    pub listed: Option<Result<Listed, Refused>>,
}

/// What the helpers answered, and how old it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The answer.
    pub filled: Filled,
    /// How many seconds before the answer the password was made; `None` for one that is none of CodeCommit's own.
    pub age: Option<i64>,
    /// Whether a session token goes with it.
    pub temporary: bool,
    /// Whose password it is, without a session token.
    pub user: GitUser,
}

/// How a repository refused git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status, where git says it.
    pub status: Option<u16>,
    /// What it means.
    pub problem: Problem,
}
