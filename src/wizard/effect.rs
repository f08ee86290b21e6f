//! What the wizard asks of the world, and what the world answers: plain values that a test can compare.
//!
//! Deliberately absent: how anything is carried out. `runner` does that; nothing here touches a file or the network.

mod change;
mod clone;
mod command;
mod files;
mod history;
mod remotes;
mod reply;
mod repositories;

use std::path::PathBuf;

pub use change::Change;
pub use clone::{CloneSettings, Cloned};
pub use files::{FileBytes, FileChange, FileText, Ours};
pub use history::{History, KnownClone, TakenBack};
pub use remotes::FoundClones;
pub use reply::{Deletion, Installed, Progress, Reply};
pub use repositories::{Catalogue, Repository, RepositoryDetails};

use super::facts::Profile;
use super::git_user::DyingPassword;
use super::names::{ProfileName, Region, RepositoryName};
use super::problem::Problem;
use super::rights::Holder;
use super::secret::Secret;
use crate::checkup::Examination;

/// The number of a request; a reply carries the number of the request that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What has to happen because of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Carry out a request and send its reply back as an event.
    Ask(RequestId, Request),
    /// Answer a request at once that the gate held back, with why.
    Refuse(RequestId, Problem),
    /// Stop a request; its reply is not wanted any more.
    Cancel(RequestId),
    /// Hand a text to the clipboard of the terminal.
    Copy(String),
    /// End the program.
    Leave(Ending),
}

/// How the walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All that was wanted is done: exit code 0.
    Done,
    /// Something that was wanted is not done: exit code 1.
    Failed,
    /// The person left before the end: exit code 130.
    Cancelled,
}

/// A program that CodeCommit needs on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Program {
    /// `git`.
    Git,
    /// `aws`.
    AwsCli,
}

/// Where programs are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchPath {
    /// The PATH of this program.
    Own,
    /// The PATH of a program that is started from the desktop, such as an editor.
    Desktop,
}

/// Who signs a call to AWS; nothing else in the environment may take its place.
#[derive(Debug, Clone, PartialEq)]
pub enum Credentials {
    /// A profile of the AWS files.
    Profile(ProfileName),
    /// Keys that are not in a file yet.
    Keys(AccessKey),
}

/// An access key, with its session token when it is a temporary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// `AKIA…` or `ASIA…`.
    pub id: String,
    /// The secret access key.
    pub secret: Secret,
    /// The session token of a temporary key.
    pub session_token: Option<Secret>,
}

/// A caller of AWS: who signs, and the region that is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// Who signs.
    pub credentials: Credentials,
    /// The region that is asked.
    pub region: Region,
}

/// Where git is asked, and with what besides its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitPlace {
    /// The folder in which git runs, `~/` for the home folder; the one that the program stands in when it is `None`.
    pub folder: Option<PathBuf>,
    /// Settings for this one command (`git -c key=value`).
    pub settings: Vec<(String, String)>,
    /// How much the repository there has to say.
    pub hears: Hears,
}

/// How much the repository in which git is run has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Hears {
    /// Its settings count, and where one of them names a program, nothing is run.
    #[default]
    Repository,
    /// Its settings count, and its programs run.
    RepositoryAndPrograms,
    /// Nothing: git is run in no repository, with the settings of the computer and the person alone.
    GlobalOnly,
}

impl GitPlace {
    /// In a folder, with the settings of the repository there.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder: Some(folder), ..Self::default() }
    }
}

/// One thing asked of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Find every copy of a program on PATH, with what `--version` prints. → [`Reply::Programs`]
    FindProgram(Program),
    /// Ask the AWS CLI at this path whether it has the `codecommit` commands. → [`Reply::CodecommitCommands`]
    CheckCodecommitCommands(PathBuf),
    /// Read both AWS files. → [`Reply::AwsFiles`]
    ReadAwsFiles,
    /// STS `GetCallerIdentity`. → [`Reply::Identity`]
    Identify(Caller),
    /// What else is worth knowing of a caller; nothing of it has to be allowed. → [`Reply::Described`]
    Describe(Caller),
    /// The access key in the environment of this program. → [`Reply::EnvironmentKey`]
    ReadEnvironmentKey,
    /// Read the file in which the IAM console gave an access key. → [`Reply::KeyFile`]
    ReadKeyFile(PathBuf),
    /// Run a program in the terminal, which is given back to the person for it. → [`Reply::Ran`]
    RunInTerminal {
        /// The program.
        program: PathBuf,
        /// Its arguments, never a secret.
        arguments: Vec<String>,
    },
    /// Write files, each only if it still is what it was; all or none. → [`Reply::Written`]
    WriteFiles(Vec<FileChange>),
    /// What an identity may do with CodeCommit: its policies, the policy simulator, and careful trying; nothing changes.
    /// → [`Reply::Rights`]
    FindRights {
        /// Who asks IAM.
        caller: Caller,
        /// Whose rights they are; tries for itself what can be tried.
        of: Box<Profile>,
        /// The repositories that matter, where not all are allowed.
        repositories: Vec<RepositoryName>,
    },
    /// IAM `AttachUserPolicy` or `AttachGroupPolicy`. → [`Reply::Attached`]
    AttachPolicy {
        /// Who asks.
        caller: Caller,
        /// Whom it is attached to.
        holder: Holder,
        /// The ARN of the managed policy.
        policy_arn: String,
        /// The account of the holder, for the journal.
        account: String,
    },
    /// CodeCommit `ListRepositories`, again and again until it is allowed, at most half a minute.
    /// → [`Progress::Waited`] each second, then [`Reply::InEffect`]
    AwaitEffect(Caller),
    /// Read every file of git's configuration, as it is for the folder that the program stands in. → [`Reply::GitConfig`]
    ReadGitConfig(GitPlace),
    /// `git credential fill` for an HTTPS URL, never prompting. → [`Reply::Credential`]
    FillCredential {
        /// A clone URL.
        url: String,
        /// Where git's helpers look for their programs.
        path: SearchPath,
        /// Where git is asked.
        place: GitPlace,
    },
    /// `git ls-remote` for the branches of a repository, never prompting. → [`Reply::RemoteListed`]
    ListRemote {
        /// A clone URL.
        url: String,
        /// Where git is asked.
        place: GitPlace,
    },
    /// Find the passwords for these hosts in the macOS keychain, and whose they are, reading none. → [`Reply::StoredPasswords`]
    FindStoredPasswords(Vec<String>),
    /// Delete a dead password from the macOS keychain, which may hold several of this host and access key. → [`Reply::Deletion`]
    DeleteStoredPassword(DyingPassword),
    /// Look at every part of the set-up, changing nothing. → [`Progress::Checked`] for each check, then [`Reply::Examined`]
    Examine(Examination),
    /// CodeCommit `ListRepositories`, all pages, and `BatchGetRepositories` for the details.
    /// → [`Progress::Repositories`] with what is new, then [`Reply::Repositories`] with the last of it.
    ListRepositories(Caller),
    /// Get the details of these next, in the list that is under way. → [`Reply::Preferred`]
    PreferRepositories(Vec<RepositoryName>),
    /// Count the repositories of several regions, some side by side.
    /// → [`Progress::Counted`] for each, then [`Reply::Counted`]
    CountRepositories {
        /// Who asks.
        credentials: Credentials,
        /// The regions, those that are worth knowing first at the beginning.
        regions: Vec<Region>,
    },
    /// CodeCommit `CreateRepository`. → [`Reply::Created`]
    CreateRepository {
        /// Who asks, and in which region it will be.
        caller: Caller,
        /// Its name.
        name: RepositoryName,
        /// Its description; may be empty.
        description: String,
        /// The account that it will be in.
        account: String,
    },
    /// Find the clones under a folder, not too deep and not too many. → [`Progress::Looked`], then [`Reply::FoundClones`]
    FindClones(PathBuf),
    /// Find out whether the disk of a folder takes names for one that differ only in their capitals, writing nothing.
    /// → [`Reply::FoldsCase`]
    FoldsCase(PathBuf),
    /// `git clone` into a folder that is not there yet; where AWS asks to slow down, again after a while.
    /// → [`Progress::Cloning`] and [`Progress::AskedToSlowDown`], then [`Reply::Cloned`]
    Clone {
        /// The clone URL.
        url: String,
        /// The folder to make; its parents are made as well. `~/` at the start is the home folder.
        directory: PathBuf,
        /// What git is told besides.
        settings: CloneSettings,
    },
    /// What this program did here before. → [`Reply::History`]
    ReadHistory,
    /// Take back the last run as `codecommit-setup undo` does, or only say what that would do. → [`Reply::TakenBack`]
    TakeBack {
        /// Whether it is only said.
        dry_run: bool,
    },
    /// Save a text for the user in a file that must not exist yet. → [`Reply::Saved`]
    SaveText {
        /// The file; `~/` at the start is the home folder.
        path: PathBuf,
        /// Its content.
        text: String,
    },
}
