//! What a request changes: the one list of what this program can do to a computer or an account.
//!
//! The gate in `Context::ask` rests on it, and with it the dry run, the journal of the account, the summary and the laws.
//! Deliberately absent: a default. A new request says here whether it changes something, or does not compile.

use std::path::PathBuf;

use super::{Caller, Credentials, Request};
use crate::wizard::names::ProfileName;

/// Something that a request changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Files of the user's are written.
    Files(Vec<PathBuf>),
    /// A managed policy is attached.
    Policy {
        /// Its ARN.
        arn: String,
        /// `user` or `group`.
        kind: &'static str,
        /// The user or group.
        holder: String,
        /// The account.
        account: String,
        /// The profile that attaches it; `None` when it is a key that is in no file.
        with: Option<ProfileName>,
        /// The region that is asked.
        region: String,
    },
    /// A repository is cloned.
    Clone {
        /// The URL.
        url: String,
        /// The folder.
        folder: PathBuf,
        /// Whether the clone was there before; known when it is done.
        was_there: bool,
    },
    /// A repository is made in the account.
    Repository {
        /// Its name.
        name: String,
        /// The region.
        region: String,
        /// The account.
        account: String,
        /// The profile that makes it; `None` when it is a key that is in no file.
        with: Option<ProfileName>,
    },
    /// A password is deleted from the keychain.
    Password {
        /// The host that it is for.
        host: String,
        /// The access key that it was made with.
        access_key_id: String,
    },
    /// A program is run that the person was shown; it writes what it writes.
    Program(String),
    /// A new file is saved under a name that the person typed.
    NewFile(PathBuf),
    /// The last run is undone.
    Undo,
}

impl Request {
    /// What it changes when it is carried out; `None` when it only reads.
    pub fn change(&self) -> Option<Change> {
        match self {
            Self::WriteFiles(changes) => {
                Some(Change::Files(changes.iter().map(|change| change.path.clone()).collect()))
            }
            Self::AttachPolicy { caller, holder, policy_arn, account } => Some(Change::Policy {
                arn: policy_arn.clone(),
                kind: holder.kind(),
                holder: holder.name().to_owned(),
                account: account.clone(),
                with: profile_of(caller),
                region: caller.region.to_string(),
            }),
            Self::Clone { url, directory, .. } => {
                Some(Change::Clone { url: url.clone(), folder: directory.clone(), was_there: false })
            }
            Self::CreateRepository { caller, name, account, .. } => Some(Change::Repository {
                name: name.to_string(),
                region: caller.region.to_string(),
                account: account.clone(),
                with: profile_of(caller),
            }),
            Self::DeleteStoredPassword(password) => {
                let (host, access_key_id) = (password.host().to_owned(), password.user().id().to_owned());
                Some(Change::Password { host, access_key_id })
            }
            Self::RunInTerminal { .. } => Some(Change::Program(self.command().unwrap_or_default())),
            Self::SaveText { path, .. } => Some(Change::NewFile(path.clone())),
            Self::TakeBack { dry_run: false } => Some(Change::Undo),
            Self::TakeBack { dry_run: true }
            | Self::FindProgram(_)
            | Self::CheckCodecommitCommands(_)
            | Self::ReadAwsFiles
            | Self::Identify(_)
            | Self::Describe(_)
            | Self::ReadEnvironmentKey
            | Self::ReadKeyFile(_)
            | Self::FindRights { .. }
            | Self::AwaitEffect(_)
            | Self::ReadGitConfig(_)
            | Self::FillCredential { .. }
            | Self::ListRemote { .. }
            | Self::FindStoredPasswords(_)
            | Self::Examine(_)
            | Self::ListRepositories(_)
            | Self::PreferRepositories(_)
            | Self::CountRepositories { .. }
            | Self::FindClones(_)
            | Self::FoldsCase(_)
            | Self::ReadHistory => None,
        }
    }
}

/// The profile that asks; `None` when it is a key that is in no file.
fn profile_of(caller: &Caller) -> Option<ProfileName> {
    match &caller.credentials {
        Credentials::Profile(name) => Some(name.clone()),
        Credentials::Keys(_) => None,
    }
}
