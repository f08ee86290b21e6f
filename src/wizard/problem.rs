//! What went wrong, in the words that every face, the log and the reports show.
//!
//! Deliberately absent: error types of libraries; adapters turn those into a [`Problem`] where they stand.

use std::fmt;

use serde::Deserialize;

use crate::redact::masked_but_keys;

/// A failure told to a person: what happened, why, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort of failure it is, for steps that go different ways.
    pub kind: ProblemKind,
    /// What happened, a sentence with its subject by name.
    pub what: String,
    /// Why, as far as it is known; may be what a tool or AWS said. May be empty.
    pub why: String,
    /// What to do about it, a sentence or a command. May be empty.
    pub hint: String,
}

/// The sorts of failure on which a step decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum ProblemKind {
    /// AWS refused: the identity is known but may not do this.
    AccessDenied,
    /// AWS does not know the access key, or the signature does not fit the secret.
    BadCredentials,
    /// The session token, the SSO session or the login session has ended.
    Expired,
    /// Nothing answered at the address, or TLS or a proxy failed.
    Unreachable,
    /// It took longer than its limit.
    TimedOut,
    /// AWS asked to slow down.
    Throttled,
    /// A file of the user's cannot be read as what it should be.
    BrokenFile,
    /// A file changed between being shown and being written.
    Conflict,
    /// Another program is writing at this moment, or left its lock.
    Locked,
    /// A file cannot be written where it is, now or later: a mount, another owner, a store that may only be read.
    NotWritable,
    /// What was typed, or what the answers file says, cannot be used.
    BadInput,
    /// An answer that has no default is missing.
    MissingAnswer,
    /// A program is missing or too old.
    MissingTool,
    /// There are as many of something as there can be.
    LimitReached,
    /// The thing named does not exist.
    NotFound,
    /// The user stopped it.
    Cancelled,
    /// Anything else.
    Other,
}

impl Problem {
    /// A problem with all its texts, in which nothing that looks like a secret is left.
    pub fn new(kind: ProblemKind, what: impl Into<String>, why: impl Into<String>, hint: impl Into<String>) -> Self {
        // Programs, files and AWS are quoted in it.
        let said = |text: String| if text.is_empty() { text } else { masked_but_keys(&text) };
        Self { kind, what: said(what.into()), why: said(why.into()), hint: said(hint.into()) }
    }

    /// Something typed or answered that cannot be used.
    pub fn input(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ProblemKind::BadInput, what, "", hint)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.what)?;
        for part in [&self.why, &self.hint] {
            if !part.is_empty() {
                write!(formatter, "\n  {part}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
