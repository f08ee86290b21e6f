//! What was changed on this computer and in the account, as lines of JSON, and how a run is undone from them.
//!
//! A change of a file is written down before it is made, with what it takes the place of. Whether it was made is told by comparing
//! hashes, so a crash in between does no harm. Lines that may hold a secret are kept beside the journal, and not for long (`stored`).
//! Deliberately absent: the files (`adapters::journal`), secrets, and a record that a change is done.

mod intent;
mod path;
mod plan;
mod replaced;
mod stored;
mod text;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::profiles::{AwsFile, Written};
use crate::wizard::rights::Holder;

pub use intent::{Intent, PasswordRecord};
pub use plan::{Find, Left, Missing, Outcome, Planned, Store, plan};
pub use replaced::{Lines, Replaced, Replacing};
pub use stored::Stored;

pub use crate::wizard::replaced::{KEPT_DAYS, Splice};

/// The version of the records that this program writes and understands.
pub const VERSION: u32 = 1;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of its shape.
    pub version: u32,
    /// The run of the program that wrote it.
    pub run: String,
    /// When, in UTC (RFC 3339).
    pub time: String,
    /// What was done.
    #[serde(flatten)]
    pub deed: Deed,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// A file is about to be changed.
    File(Box<FileRecord>),
    /// Something in the account or the keychain is about to be changed.
    Begun(Intent),
    /// What was begun was refused: nothing came of it.
    Refused(Intent),
    /// A policy was attached.
    Policy(PolicyRecord),
    /// A repository was cloned.
    Clone(CloneRecord),
    /// A repository was made in the account.
    Repository(RepositoryRecord),
    /// A password was deleted from the keychain.
    Password(PasswordRecord),
    /// A policy was detached again.
    Detached(PolicyRecord),
    /// Another run was undone.
    Undone(UndoneRecord),
}

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// The file as it was shown.
    #[serde(with = "path")]
    pub path: PathBuf,
    /// The file itself, links followed.
    #[serde(with = "path")]
    pub target: PathBuf,
    /// Its permissions before; `None` when there was no file.
    pub mode: Option<u32>,
    /// The SHA-256 of its bytes before, in hex; `None` when there was no file.
    pub before: Option<String>,
    /// The SHA-256 of its bytes after, in hex.
    pub after: String,
    /// The name of a copy of its bytes before, which earlier versions made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// What the change took the place of; `None` when there was no file, and from earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
    /// The folders that were made for it, the outermost first.
    #[serde(with = "path::several")]
    pub folders: Vec<PathBuf>,
    /// What of the change is ours.
    pub ours: Ours,
}

/// What of a change is ours, with what is needed to find it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ours {
    /// All of it: nothing can be told apart.
    Whole,
    /// Sections of a configuration of git, by URL, and the helper that stands in them.
    GitSections {
        /// The sections; `None` is the plain `[credential]`.
        sections: Vec<Option<String>>,
        /// The helper.
        helper: String,
    },
    /// Keys of a profile.
    Profile {
        /// Which of the AWS files it is.
        file: AwsFile,
        /// The name of the profile.
        name: String,
        /// The keys that were written, with hashes of their values.
        keys: Written,
    },
}

/// A policy that was attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// The account.
    pub account: String,
    /// The IAM user; empty when it was attached to a group.
    pub user: String,
    /// The group, when it was attached to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The ARN of the policy.
    pub policy_arn: String,
    /// The profile that attached it; `None` when it was a key that is in no file.
    pub profile: Option<String>,
    /// The region that the caller asked.
    pub region: String,
}

/// A clone that was made; it stays when the run is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloneRecord {
    /// Its folder.
    #[serde(with = "path")]
    pub folder: PathBuf,
    /// The URL that it was made from.
    pub url: String,
}

/// A repository that was made in the account; it stays when the run is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryRecord {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// The profile that made it; `None` when it was a key that is in no file.
    pub profile: Option<String>,
}

/// A run that was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoneRecord {
    /// The run.
    pub of: String,
    /// Whether its policies were detached as well.
    pub policies: bool,
}

/// A journal as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// The records that this program understands, oldest first.
    pub records: Vec<Record>,
    /// Lines of another version: the number of the line, and the version.
    pub foreign: Vec<(usize, u32)>,
    /// Lines that are no records, other than a last one that was never finished.
    pub broken: Vec<usize>,
}

/// A run of the program and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<'a> {
    /// Its name.
    pub id: &'a str,
    /// When its first record was written.
    pub time: &'a str,
    /// The files that it changed, in this order.
    pub files: Vec<&'a FileRecord>,
    /// The policies that it attached.
    pub policies: Vec<&'a PolicyRecord>,
    /// The clones that it made.
    pub clones: Vec<&'a CloneRecord>,
    /// The repositories that it made in the account.
    pub repositories: Vec<&'a RepositoryRecord>,
    /// The passwords that it deleted.
    pub passwords: Vec<&'a PasswordRecord>,
    /// What it began and never came to know the end of.
    pub begun: Vec<&'a Intent>,
    /// Whether its files were taken back.
    pub undone: bool,
    /// Whether its policies were detached, too.
    pub detached: bool,
}

impl Deed {
    /// The record of something that was begun and is done now.
    pub fn done(intent: Intent) -> Self {
        match intent {
            Intent::Policy(policy) => Self::Policy(policy),
            Intent::Detachment(policy) => Self::Detached(policy),
            Intent::Repository(repository) => Self::Repository(repository),
            Intent::Password(password) => Self::Password(password),
        }
    }

    /// Whether with this record it is known what came of something that was begun.
    fn ends(&self, intent: &Intent) -> bool {
        matches!(self, Self::Refused(refused) if refused == intent) || *self == Self::done(intent.clone())
    }
}

impl PolicyRecord {
    /// A policy that was attached to a user or to a group.
    pub fn new(account: String, holder: &Holder, policy_arn: String, profile: Option<String>, region: String) -> Self {
        let (user, group) = match holder {
            Holder::User(user) => (user.clone(), None),
            Holder::Group(group) => (String::new(), Some(group.clone())),
        };
        Self { account, user, group, policy_arn, profile, region }
    }

    /// Whom it was attached to.
    pub fn holder(&self) -> Holder {
        match &self.group {
            Some(group) => Holder::Group(group.clone()),
            None => Holder::User(self.user.clone()),
        }
    }
}

impl Record {
    /// The record as a line, its end included.
    pub fn line(&self) -> String {
        // These types hold nothing that JSON cannot.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

impl Journal {
    /// Reads the lines of a journal; a last line without its end was cut off by a crash and does not count.
    pub fn read(bytes: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let mut journal = Self::default();
        for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let whole = line.ends_with(b"\n");
            if line.trim_ascii().is_empty() {
                continue;
            }
            match (serde_json::from_slice::<Head>(line), serde_json::from_slice::<Record>(line)) {
                (Ok(Head { version }), _) if version != VERSION => journal.foreign.push((number + 1, version)),
                (_, Ok(record)) => journal.records.push(record),
                (_, Err(_)) if whole => journal.broken.push(number + 1),
                (_, Err(_)) => {}
            }
        }
        journal
    }

    /// The runs that did something, oldest first; a run that went on after it was undone is a second one of the same name.
    pub fn runs(&self) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        // Of several runs of one name the last one is meant.
        let mut last: HashMap<&str, usize> = HashMap::new();
        for record in &self.records {
            if let Deed::Undone(undone) = &record.deed {
                if let Some(at) = last.get(undone.of.as_str()) {
                    runs[*at].undone = true;
                    runs[*at].detached |= undone.policies;
                }
                continue;
            }
            let open = last.get(record.run.as_str()).copied().filter(|at| !runs[*at].undone);
            let at = open.unwrap_or_else(|| {
                runs.push(Run::new(record));
                last.insert(&record.run, runs.len() - 1);
                runs.len() - 1
            });
            runs[at].begun.retain(|begun| !record.deed.ends(begun));
            match &record.deed {
                Deed::File(file) => runs[at].files.push(file),
                Deed::Policy(policy) => runs[at].policies.push(policy),
                Deed::Clone(clone) => runs[at].clones.push(clone),
                Deed::Repository(repository) => runs[at].repositories.push(repository),
                Deed::Password(password) => runs[at].passwords.push(password),
                Deed::Begun(intent) => runs[at].begun.push(intent),
                Deed::Refused(_) | Deed::Detached(_) | Deed::Undone(_) => {}
            }
        }
        runs
    }

    /// The clones that were made, each folder once: the folder, and the URL where it was written down.
    pub fn clones(&self) -> Vec<(&Path, &str)> {
        let mut clones: Vec<(&Path, &str)> = Vec::new();
        let mut places: HashMap<&Path, usize> = HashMap::new();
        for record in &self.records {
            let clone = match &record.deed {
                Deed::Clone(clone) => (clone.folder.as_path(), clone.url.as_str()),
                // Before clones were written down, those were that got a helper of their own.
                Deed::File(file) => match cloned_folder(file) {
                    Some(folder) => (folder, ""),
                    None => continue,
                },
                Deed::Policy(_)
                | Deed::Repository(_)
                | Deed::Password(_)
                | Deed::Begun(_)
                | Deed::Refused(_)
                | Deed::Detached(_)
                | Deed::Undone(_) => continue,
            };
            match places.get(clone.0) {
                Some(place) if !clone.1.is_empty() => clones[*place] = clone,
                Some(_) => {}
                None => {
                    places.insert(clone.0, clones.len());
                    clones.push(clone);
                }
            }
        }
        clones
    }
}

impl<'a> Run<'a> {
    fn new(first: &'a Record) -> Self {
        Self {
            id: &first.run,
            time: &first.time,
            files: Vec::new(),
            policies: Vec::new(),
            clones: Vec::new(),
            repositories: Vec::new(),
            passwords: Vec::new(),
            begun: Vec::new(),
            undone: false,
            detached: false,
        }
    }

    /// Whether there is something that can be taken back, or is to be told how it could be: clones stay.
    pub fn can_be_undone(&self) -> bool {
        let done = !self.files.is_empty() || !self.policies.is_empty() || !self.repositories.is_empty();
        done || self.begun.iter().any(|intent| matches!(intent, Intent::Policy(_) | Intent::Repository(_)))
    }

    /// The policies that may be attached: the program ended before AWS answered.
    pub fn perhaps_attached(&self) -> impl Iterator<Item = &'a PolicyRecord> {
        self.begun.iter().filter_map(|intent| match intent {
            Intent::Policy(policy) => Some(policy),
            Intent::Detachment(_) | Intent::Repository(_) | Intent::Password(_) => None,
        })
    }

    /// The repositories that may have been made.
    pub fn perhaps_made(&self) -> impl Iterator<Item = &'a RepositoryRecord> {
        self.begun.iter().filter_map(|intent| match intent {
            Intent::Repository(repository) => Some(repository),
            Intent::Policy(_) | Intent::Detachment(_) | Intent::Password(_) => None,
        })
    }
}

/// The folder of a clone, from a record of its own configuration.
fn cloned_folder(file: &FileRecord) -> Option<&Path> {
    let git = file.path.parent().filter(|_| file.path.file_name().is_some_and(|name| name == "config"))?;
    git.parent().filter(|_| git.file_name().is_some_and(|name| name == ".git"))
}

/// The SHA-256 of bytes, in hex.
pub fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
