//! What the world answers, and what it tells before.
//!
//! Deliberately absent: what was asked (`effect`).

use std::path::PathBuf;

use super::{FileText, History, TakenBack};
use crate::checkup::{Check, Checkup};
use crate::gitconfig::Sources;
use crate::wizard::facts::{Description, Identity};
use crate::wizard::git_user::KeptPassword;
use crate::wizard::names::Region;
use crate::wizard::problem::Problem;
use crate::wizard::rights::Rights;
use crate::wizard::secret::Secret;

use super::{AccessKey, Cloned, FoundClones, Repository};

/// What the world answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Every copy found, the one that PATH chooses first; empty when there is none.
    Programs(Vec<Installed>),
    /// Whether the AWS CLI knows the `codecommit` commands.
    CodecommitCommands(bool),
    /// Both AWS files as they are.
    AwsFiles {
        /// `~/.aws/config`, or what `AWS_CONFIG_FILE` names.
        config: FileText,
        /// `~/.aws/credentials`, or what `AWS_SHARED_CREDENTIALS_FILE` names.
        credentials: FileText,
    },
    /// Who the caller is.
    Identity(Identity),
    /// What else is known of the caller.
    Described(Description),
    /// The access key of the environment, when it has both halves.
    EnvironmentKey(Option<AccessKey>),
    /// What stands in the file.
    KeyFile(Secret),
    /// The program ran and says that it did what it was to do.
    Ran,
    /// The files are written.
    Written,
    /// What the identity may do, as far as it could be seen.
    Rights(Box<Rights>),
    /// The policy is attached.
    Attached,
    /// Whether it was allowed within the time.
    InEffect(bool),
    /// The configuration of git; git can read all of it.
    GitConfig(Box<Sources>),
    /// What git's helpers answered.
    Credential {
        /// The user name: an access key ID, with `%` and a session token behind it for temporary keys (cut off here).
        access_key_id: String,
        /// Whether a password came with it.
        password: bool,
        /// How long git took, in milliseconds.
        milliseconds: u64,
    },
    /// The repository answered, even if it is empty.
    RemoteListed {
        /// How many branches it has.
        branches: usize,
        /// How long git took, in milliseconds.
        milliseconds: u64,
    },
    /// The passwords for these hosts that the keychain holds, in the order of the hosts.
    StoredPasswords(Vec<KeptPassword>),
    /// What became of the password.
    Deletion(Deletion),
    /// What the doctor came to.
    Examined(Box<Checkup>),
    /// There are no more repositories; these are those of which was not told before.
    Repositories(Vec<Repository>),
    /// The clones under a folder.
    FoundClones(Box<FoundClones>),
    /// Whether names that differ only in their capitals are one.
    FoldsCase(bool),
    /// These come first from now on.
    Preferred,
    /// Every region has been asked.
    Counted,
    /// The repository is there.
    Created(Box<Repository>),
    /// The clone is there.
    Cloned(Cloned),
    /// What was done here before.
    History(Box<History>),
    /// What undoing came to.
    TakenBack(TakenBack),
    /// The text is in this file.
    Saved(PathBuf),
}

/// What is known before a request is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Repositories that were not known before, or of which more is known now; nothing else.
    Repositories(Vec<Repository>),
    /// How many repositories a region has, or why that cannot be known.
    Counted(Region, Result<usize, Problem>),
    /// A check of the doctor is known.
    Checked(Box<Check>),
    /// How many seconds it has not been allowed.
    Waited(u64),
    /// How far `git clone` is.
    Cloning {
        /// What git is doing, in its words ("Receiving objects").
        phase: String,
        /// How much of that is done, 0 to 100.
        percent: Option<u8>,
        /// How much came and how fast, in git's words (“8.1 MiB | 3.2 MiB/s”); empty where git does not say.
        amount: String,
    },
    /// How many folders have been looked into.
    Looked(usize),
    /// AWS asked to slow down; it is tried again in so many seconds.
    AskedToSlowDown(u64),
}

/// What became of a stored password that was to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletion {
    /// It is gone; another one of the same host and access key may be left.
    Deleted,
    /// There is none of this host and access key.
    NoneLeft,
    /// The keychain refused, in its words.
    Refused(String),
}

/// A copy of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Where it is, as PATH leads there.
    pub path: PathBuf,
    /// A path to the same file that an update leaves valid, where PATH has one; else `path`.
    pub stable: PathBuf,
    /// The first line of what `--version` prints, as it is; why there is none.
    pub version: Result<String, Problem>,
}
