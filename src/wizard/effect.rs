//! What the wizard asks of the world, and what the world answers: plain values that a test can compare.
//!
//! Deliberately absent: how anything is carried out. `runner` does that; nothing here touches a file or the network.

mod command;

use std::fmt;
use std::path::PathBuf;

use super::facts::{Description, Identity, Profile};
use super::names::{ProfileName, Region, RepositoryName};
use super::problem::Problem;
use super::rights::{Holder, Rights};
use super::secret::Secret;
use crate::gitconfig::Sources;

/// The number of a request; a reply carries the number of the request that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What has to happen because of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Carry out a request and send its reply back as an event.
    Ask(RequestId, Request),
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
    /// Find which of these hosts have a password in the macOS keychain, reading none. → [`Reply::StoredPasswords`]
    FindStoredPasswords(Vec<String>),
    /// Delete one password of this host from the macOS keychain, which may hold several. → [`Reply::Deletion`]
    DeleteStoredPassword(String),
    /// CodeCommit `ListRepositories`, all pages, then `BatchGetRepositories` for the details.
    /// → [`Progress::Repositories`] as pages come, then [`Reply::Repositories`] with all.
    ListRepositories(Caller),
    /// `git clone` into a folder that is not there yet. → [`Progress::Cloning`], then [`Reply::Cloned`]
    Clone {
        /// The clone URL.
        url: String,
        /// The folder to make; its parents are made as well. `~/` at the start is the home folder.
        directory: PathBuf,
        /// Keys and values for the configuration of the clone itself.
        pin: Vec<(String, String)>,
    },
    /// Save a text for the user in a file that must not exist yet. → [`Reply::Saved`]
    SaveText {
        /// The file; `~/` at the start is the home folder.
        path: PathBuf,
        /// Its content.
        text: String,
    },
}

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
    /// Those of the hosts that have a password in the keychain, in the order asked.
    StoredPasswords(Vec<String>),
    /// What became of the password.
    Deletion(Deletion),
    /// Every repository of the region, in the order of their names.
    Repositories(Vec<Repository>),
    /// The clone is there.
    Cloned(Cloned),
    /// The text is in this file.
    Saved(PathBuf),
}

/// What is known before a request is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Repositories known so far, more of them than before.
    Repositories(Vec<Repository>),
    /// How many seconds it has not been allowed.
    Waited(u64),
    /// How far `git clone` is.
    Cloning {
        /// What git is doing, in its words ("Receiving objects").
        phase: String,
        /// How much of that is done, 0 to 100.
        percent: Option<u8>,
    },
}

/// What became of a stored password that was to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletion {
    /// It is gone; another one of the same host may be left.
    Deleted,
    /// The host has none.
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

/// A file of the user's as it was read.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FileText {
    /// Where it is, links not followed.
    pub path: PathBuf,
    /// Its bytes; `None` when there is no such file.
    pub bytes: Option<Vec<u8>>,
}

/// A change of one file, made only when the file still is what `before` says.
#[derive(Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Where it is.
    pub path: PathBuf,
    /// The bytes that were read and shown; `None` when there was no such file.
    pub before: Option<Vec<u8>>,
    /// The bytes that will be there.
    pub after: Vec<u8>,
    /// Whether only its owner may read it: mode 0600 (its folder, when it has to be made, 0700).
    pub private: bool,
    /// What of it is ours.
    pub ours: Ours,
}

/// What of a change is ours, so that it alone can be taken out when somebody edited the file since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ours {
    /// All of it: nothing can be told apart.
    Whole,
    /// Sections of a configuration of git.
    GitSections {
        /// The sections, by URL; `None` is the plain `[credential]`.
        sections: Vec<Option<String>>,
        /// The helper that stands in them.
        helper: String,
    },
    /// The keys of a profile, in one of the AWS files.
    Profile(ProfileName),
}

/// A repository of a region, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its name.
    pub name: RepositoryName,
    /// What the details say, once they are there.
    pub details: Option<RepositoryDetails>,
}

/// What `BatchGetRepositories` says of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryDetails {
    /// Free text; anything may stand in it.
    pub description: String,
    /// The default branch; `None` when the repository is empty.
    pub default_branch: Option<String>,
    /// The last change, in words ("2 days ago").
    pub last_change: String,
    /// The HTTPS clone URL that AWS gives.
    pub clone_url: String,
}

/// How a clone came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloned {
    /// The folder, absolute.
    pub directory: PathBuf,
    /// Whether it was there before, as a clone of the same repository.
    pub was_there: bool,
    /// Whether the repository has no commit yet.
    pub empty: bool,
}

impl fmt::Debug for FileText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may hold secrets.
        write!(formatter, "FileText({}, {:?} bytes)", self.path.display(), self.bytes.as_ref().map(Vec::len))
    }
}

impl fmt::Debug for FileChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.before.as_ref().map(Vec::len);
        write!(formatter, "FileChange({}, {before:?} → {} bytes)", self.path.display(), self.after.len())
    }
}

impl FileText {
    /// The bytes, none when there is no file.
    pub fn content(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }
}
