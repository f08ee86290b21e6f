//! Clones: what git is told besides the URL and the folder, and how one came about.
//!
//! Deliberately absent: how many run at a time (`wizard::cloning`).

use std::path::PathBuf;

/// What git is told besides, when it clones: keys and values of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CloneSettings {
    /// For this one command (`git -c key=value`); nothing of it is written anywhere.
    pub now: Vec<(String, String)>,
    /// For the configuration of the clone itself (`git clone --config key=value`).
    pub pin: Vec<(String, String)>,
}

/// How a clone came about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cloned {
    /// The folder, absolute.
    pub directory: PathBuf,
    /// Whether it was there before, as a clone of the same repository.
    pub was_there: bool,
    /// Whether the repository has no commit yet.
    pub empty: bool,
    /// The branches, where there are some and none of them is the default: then nothing is checked out.
    pub branches: Vec<String>,
    /// Whether what an earlier run, which was killed, had left of a clone in the same place was deleted first.
    pub cleared: bool,
    /// How the remote of a clone that was there is written, where that is not the clone URL: “SSH”, “GRC”.
    pub other_form: Option<&'static str>,
    /// The size of its objects in bytes, as they are packed; 0 for one that was there.
    pub bytes: u64,
    /// How long git took, in milliseconds; 0 for one that was there.
    pub milliseconds: u64,
}
