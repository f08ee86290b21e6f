//! The configuration of git.

/// One entry of git's configuration, as `git config --list` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it counts: system, global, local, command.
    pub scope: String,
    /// Where it stands, as git prints it ("file:/home/x/.gitconfig").
    pub origin: String,
    /// The key, section and variable in lower case.
    pub key: String,
    /// The value; `None` for a key without `=`.
    pub value: Option<String>,
}
