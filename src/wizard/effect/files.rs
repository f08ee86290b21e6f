//! Files of the user's as they were read, and what is to become of them.
//!
//! Deliberately absent: reading and writing them.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::wizard::names::ProfileName;

/// The bytes of a file, which may hold secrets: not seen when printed, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FileBytes(Zeroizing<Vec<u8>>);

/// A file of the user's as it was read.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FileText {
    /// Where it is, links not followed.
    pub path: PathBuf,
    /// Its bytes; `None` when there is no such file.
    pub bytes: Option<FileBytes>,
}

/// A change of one file, made only when the file still is what `before` says.
#[derive(Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Where it is.
    pub path: PathBuf,
    /// The bytes that were read and shown; `None` when there was no such file.
    pub before: Option<FileBytes>,
    /// The bytes that will be there.
    pub after: FileBytes,
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

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for FileBytes {
    /// Takes the bytes over; they are not copied.
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl From<&[u8]> for FileBytes {
    fn from(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }
}

impl From<&str> for FileBytes {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.len())
    }
}

impl fmt::Debug for FileText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FileText({}, {:?})", self.path.display(), self.bytes)
    }
}

impl fmt::Debug for FileChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FileChange({}, {:?} → {:?})", self.path.display(), self.before, self.after)
    }
}

impl FileText {
    /// The bytes, none when there is no file.
    pub fn content(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_default()
    }
}
