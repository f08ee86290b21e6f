//! Clones that were found under a folder, as they are.
//!
//! Deliberately absent: which of them are worth a change.

use std::path::PathBuf;

use super::FileText;
use crate::gitconfig::Entry;

/// What was found under a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundClones {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// The configuration of each clone, `.git/config`, in the order of their paths.
    pub configs: Vec<FileText>,
    /// Git's own configuration, which may rewrite URLs.
    pub entries: Vec<Entry>,
    /// Folders and files that could not be read, with the reason.
    pub unread: Vec<(PathBuf, String)>,
    /// Whether there was more than is looked at.
    pub cut: bool,
}
