//! What a report tells besides the checks: whatever a ticket needs, in types that hold no secret.
//!
//! Deliberately absent: files as they are. Of each only lines come in that were made from harmless settings.

/// The grounds of a check-up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// When it was made, in UTC.
    pub when: String,
    /// What is installed, and the system: name and version.
    pub versions: Vec<(String, String)>,
    /// The helpers in the order in which git comes to them, a line each.
    pub helpers: Vec<String>,
    /// The lines of each file that matter, by the name of the file.
    pub files: Vec<(String, Vec<String>)>,
    /// What was run, the first one first.
    pub commands: Vec<Ran>,
    /// The variables of the environment that matter; the value where it is harmless.
    pub environment: Vec<(String, Option<String>)>,
}

/// A program that was run and has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its name and its arguments.
    pub command: String,
    /// Its exit code; `None` when it was ended, or did not start.
    pub code: Option<i32>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}
