//! What this program did on this computer before, as far as it still matters.
//!
//! Deliberately absent: reading the journal.

use std::path::PathBuf;

use super::FileText;

/// What was done here before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// When the last run that changed something began ("2026-11-26 19:31:26 UTC"); `None` when there is none, or it is undone.
    pub last: Option<String>,
    /// The clones that this program made, in the order in which they were made.
    pub clones: Vec<KnownClone>,
}

/// A clone that this program made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClone {
    /// Its folder.
    pub folder: PathBuf,
    /// The URL that it was made from; empty where that was not written down.
    pub url: String,
    /// Its own configuration of git as it is now; without bytes when the clone is not there any more.
    pub config: FileText,
}

/// What undoing came to, or would come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenBack {
    /// What `codecommit-setup undo` prints, line by line; printable, and without secrets.
    pub lines: Vec<String>,
    /// Whether nothing is left that could not be taken back.
    pub complete: bool,
}
