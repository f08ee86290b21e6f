//! A check-up of a CodeCommit set-up, pure: what was looked at, what was found, and the one cause that explains the rest.
//!
//! Deliberately absent: looking (`doctor` does that), and repairing (the steps of the walk do).

mod address;
mod check;
mod evidence;
mod json;
mod judge;
mod order;
mod refusal;
mod report;
mod text;
mod verdict;

pub use address::{Address, Login, Protocol};
pub use evidence::{Evidence, Ran};
pub use json::json;
pub use judge::{Names, judge};
pub use order::{ORDER, rests_on, title};
pub use refusal::{Question, questions};
pub use report::report;
pub use text::{codes, explained, table};
pub use verdict::{Verdict, find, known};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name in the JSON output, such as `helper-chain`; stable.
    pub id: &'static str,
    /// What it is about, a few words.
    pub title: &'static str,
    /// How it is.
    pub status: Status,
    /// What was found, a line; printable, and without secrets.
    pub found: String,
    /// Why it is so, where that is known; else empty.
    pub why: String,
    /// What to do about it, a command or a sentence each.
    pub fix: Vec<String>,
    /// The verdict that this check would give alone, by its id in `assets/verdicts.toml`.
    pub cause: Option<&'static str>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// As it should be.
    Pass,
    /// Works, with something to know.
    Warn,
    /// Does not work.
    Fail,
    /// Not looked at, because of another one or because there was no need.
    Skip,
}

/// What a check-up is to be about; what is left out is found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examination {
    /// The profile, when it is not the one that git uses.
    pub profile: Option<String>,
    /// The region, when it is not that of the remote or the profile.
    pub region: Option<String>,
    /// A repository, by name or URL.
    pub repository: Option<String>,
    /// Whether programs may be run that the repository stood in names itself.
    pub programs: bool,
}

/// All that a check-up came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkup {
    /// The cause that explains the rest, or that all is well; `None` before anything was looked at.
    pub verdict: Option<Verdict>,
    /// The profile that was looked at.
    pub profile: Option<String>,
    /// The region that was looked at.
    pub region: Option<String>,
    /// The host of git that was looked at.
    pub host: Option<String>,
    /// Who the profile is: account, ARN, and kind ("IAM user").
    pub identity: Option<[String; 3]>,
    /// Every check, in the order in which one rests on another.
    pub checks: Vec<Check>,
    /// What a report tells besides.
    pub evidence: Evidence,
}

impl Checkup {
    /// Whether nothing failed; what is only worth knowing is no failure.
    pub fn is_ok(&self) -> bool {
        self.checks.iter().all(|check| check.status != Status::Fail)
    }
}
