//! What the world said: the facts that steps share.
//!
//! Deliberately absent: what the person decided (`answers`), and anything that only one step needs.

use std::path::PathBuf;

use semver::Version;

use super::answers::Answers;
use super::effect::Change;
use super::effect::{Caller, Credentials};
use super::mission::Mission;
use super::names::{Partition, ProfileName, Region};
use super::screen::Mark;
use crate::gitconfig::Wanted;

/// What is known of this computer and of the person, as the walk goes on.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The surroundings, known from the start.
    pub surroundings: Surroundings,
    /// What the first step found.
    pub tools: Option<Tools>,
    /// The profile that was chosen and proven.
    pub profile: Option<Profile>,
    /// The helper that each new clone is pinned to, where git's configuration is not to have it for all.
    pub pin: Option<Wanted>,
    /// The folders of the clones, `~` for the home folder.
    pub clones: Vec<String>,
    /// What came of each repository that was to be cloned, for the printed summary.
    pub cloned: Vec<CloneLine>,
    /// What the person came for.
    pub mission: Mission,
    /// What was changed so far, each with the place of the step that did it.
    pub changes: Vec<(usize, Change)>,
    /// What was chosen, as an answers file would say it.
    pub chosen: Answers,
    /// Whether this walk wrote a file or attached a policy.
    pub changed: bool,
    /// What each step came to, in the order of the steps.
    pub outcomes: Vec<Option<Outcome>>,
}

/// What is known before the first request.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they say four things, of which any can be true")]
pub struct Surroundings {
    /// The home folder, shown as `~`.
    pub home: PathBuf,
    /// How programs are installed here, for the hints.
    pub install: InstallHint,
    /// Environment variables of AWS that are set: name, and value where it is no secret.
    pub aws_variables: Vec<(String, Option<String>)>,
    /// How the built-in helper is called: a path or a name on PATH.
    pub own_program: String,
    /// The path of this program, as PATH leads to it where it does.
    pub own_path: PathBuf,
    /// Whether git can keep passwords in a macOS keychain here.
    pub keychain: bool,
    /// Whether the person sits at another computer (SSH), so that a browser opened here is seen by nobody.
    pub remote: bool,
    /// Whether changes are only shown, never made.
    pub dry_run: bool,
    /// Whether there may be a set-up to come back to: there is a journal, or a usual file of git's speaks of CodeCommit.
    pub seems_set_up: bool,
    /// The folder in which lines that a change takes the place of are kept for undo.
    pub kept: Option<PathBuf>,
    /// What of earlier runs was removed from there when this one began.
    pub tidied: Tidied,
}

/// What was kept for undo and has been removed, since its time was over or this version needs it no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tidied {
    /// How many copies of whole files, which earlier versions made.
    pub copies: usize,
    /// How many files with lines that changes took the place of.
    pub lines: usize,
}

impl Tidied {
    /// The same in a sentence; `None` when nothing was removed.
    pub fn described(self) -> Option<String> {
        let s = |count: usize| if count == 1 { "" } else { "s" };
        let copies = format!(
            "{} old cop{} of your configuration files",
            self.copies,
            if self.copies == 1 { "y" } else { "ies" }
        );
        let lines = format!("the replaced lines of {} change{}", self.lines, s(self.lines));
        match (self.copies, self.lines) {
            (0, 0) => None,
            (_, 0) => Some(format!("Removed {copies}, which earlier versions had kept for undo.")),
            (0, _) => Some(format!("Removed {lines}: they were kept for undo, and their time is over.")),
            _ => Some(format!("Removed {copies} and {lines}, which had been kept for undo.")),
        }
    }
}

/// Operating systems and package managers that have an install command of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InstallHint {
    /// Debian, Ubuntu and relatives.
    Apt,
    /// Fedora, RHEL, Amazon Linux.
    Dnf,
    /// openSUSE.
    Zypper,
    /// Arch.
    Pacman,
    /// Alpine.
    Apk,
    /// macOS with Homebrew.
    Homebrew,
    /// macOS without it.
    MacOs,
    /// Anything else.
    #[default]
    Unknown,
}

/// What the first step found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// The version of git; `None` when it has no readable one.
    pub git: Option<Version>,
    /// The AWS CLI, when there is one that has the CodeCommit commands.
    pub aws: Option<Version>,
    /// Where that AWS CLI is, by a path that survives updates as far as PATH has one.
    pub aws_path: Option<PathBuf>,
}

/// The profile that was chosen and proven.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name.
    pub name: ProfileName,
    /// Its region, or the one chosen for it.
    pub region: Region,
    /// Who signs as it: the profile, or its keys while they are in no file (a dry run).
    pub credentials: Credentials,
    /// Whether it holds an access key, so that the built-in helper can serve it.
    pub access_key: bool,
    /// Whether the built-in helper can serve it: every kind but those for which a code is typed.
    pub built_in: bool,
    /// Who it is.
    pub identity: Identity,
}

impl Profile {
    /// The caller that this profile makes.
    pub fn caller(&self) -> Caller {
        Caller { credentials: self.credentials.clone(), region: self.region.clone() }
    }
}

/// Who a caller is, as STS says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account, 12 digits.
    pub account: String,
    /// The ARN.
    pub arn: String,
    /// The access key that signed, to be compared with what git uses.
    pub access_key_id: String,
    /// By how many seconds the clock of this computer is ahead of AWS's; `None` where AWS did not say.
    pub clock_ahead: Option<i64>,
}

/// What else is known of a caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// The alias of the account, where it has one and the caller may see it.
    pub alias: Option<String>,
    /// In how long the credentials end, in words ("38 minutes"), where that is known.
    pub ends_in: Option<String>,
    /// In how long the sign-in behind them ends, where that is known.
    pub sign_in_ends_in: Option<String>,
}

/// What kind of identity an ARN names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityKind {
    /// An IAM user, by name (the path left out).
    User(String),
    /// A role, with the name of its session.
    AssumedRole {
        /// The role.
        role: String,
        /// The session.
        session: String,
    },
    /// A federated user.
    Federated(String),
    /// The root of the account.
    Root,
    /// Anything else.
    Other,
}

impl Identity {
    /// What is wrong with the clock of this computer, in a sentence; git's passwords carry its time, and AWS takes them for
    /// 15 minutes only.
    pub fn clock_is_off(&self) -> Option<String> {
        clock_is_off(self.clock_ahead?)
    }

    /// What kind of identity the ARN names.
    pub fn kind(&self) -> IdentityKind {
        let resource = self.arn.splitn(6, ':').nth(5).unwrap_or_default();
        let parts: Vec<&str> = resource.split('/').collect();
        match parts.as_slice() {
            ["root"] => IdentityKind::Root,
            ["user", .., name] => IdentityKind::User((*name).to_owned()),
            ["assumed-role", role, session] => {
                IdentityKind::AssumedRole { role: (*role).to_owned(), session: (*session).to_owned() }
            }
            ["federated-user", name] => IdentityKind::Federated((*name).to_owned()),
            _ => IdentityKind::Other,
        }
    }

    /// The shortest name that tells a person who this is.
    pub fn short(&self) -> String {
        match self.kind() {
            IdentityKind::User(name) | IdentityKind::Federated(name) => name,
            IdentityKind::AssumedRole { role, session } => {
                // The role of an SSO permission set: `AWSReservedSSO_NAME_NUMBER`.
                let set = role.strip_prefix("AWSReservedSSO_").and_then(|rest| rest.rsplit_once('_'));
                format!("{}/{session}", set.map_or(role.as_str(), |(name, _)| name))
            }
            IdentityKind::Root => "root".to_owned(),
            IdentityKind::Other => self.arn.clone(),
        }
    }

    /// The kind and the name, as a sentence can hold them.
    pub fn described(&self) -> String {
        match self.kind() {
            IdentityKind::User(name) => format!("IAM user {name}"),
            IdentityKind::AssumedRole { role, session } if role.starts_with("AWSReservedSSO_") => {
                format!("SSO user {session} ({role})")
            }
            IdentityKind::AssumedRole { role, session } => format!("role {role}, session {session}"),
            IdentityKind::Federated(name) => format!("federated user {name}"),
            IdentityKind::Root => "the root user of the account".to_owned(),
            IdentityKind::Other => self.arn.clone(),
        }
    }

    /// The partition of the account.
    pub fn partition(&self) -> Partition {
        Partition::of_arn(&self.arn)
    }
}

/// What came of a repository that was to be cloned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneLine {
    /// Its name.
    pub name: String,
    /// One word: `cloned`, `there`, `skipped`, `failed`.
    pub word: &'static str,
    /// The size of its objects, in words; may be empty.
    pub size: String,
    /// How long it took, in words; may be empty.
    pub time: String,
    /// The folder, or why there is none.
    pub place: String,
}

/// What a step came to, for the last screen and the printed summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it went: ok, look (left undone), skipped.
    pub mark: Mark,
    /// What it is about, one word ("profile").
    pub about: &'static str,
    /// What was done and proven, or why not.
    pub text: String,
}

/// Says how far a clock is off that is ahead by so many seconds; `None` up to a minute.
pub fn clock_is_off(ahead: i64) -> Option<String> {
    let seconds = ahead.unsigned_abs();
    let (count, unit) = match seconds {
        0..=60 => return None,
        61..7200 => (seconds.saturating_add(30) / 60, "minute"),
        7200..172_800 => (seconds.saturating_add(1800) / 3600, "hour"),
        _ => (seconds.saturating_add(43_200) / 86_400, "day"),
    };
    let (way, s) = (if ahead > 0 { "ahead of" } else { "behind" }, if count == 1 { "" } else { "s" });
    Some(format!("The clock of this computer is {count} {unit}{s} {way} AWS's."))
}

#[cfg(test)]
mod tests {
    use super::{Identity, IdentityKind};

    fn identity(arn: &str) -> Identity {
        Identity {
            account: "123456789012".into(),
            arn: arn.into(),
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            clock_ahead: None,
        }
    }

    #[test]
    fn an_arn_tells_who_it_is() {
        assert_eq!(identity("arn:aws:iam::1:user/team/ann").kind(), IdentityKind::User("ann".into()));
        assert_eq!(identity("arn:aws:iam::1:root").kind(), IdentityKind::Root);
        assert_eq!(identity("arn:aws:sts::1:assumed-role/Dev/ann@x").short(), "Dev/ann@x");
        assert_eq!(identity("arn:aws:sts::1:assumed-role/AWSReservedSSO_Dev_Ops_ab/ann").short(), "Dev_Ops/ann");
        assert_eq!(
            identity("arn:aws:sts::1:assumed-role/AWSReservedSSO_Dev_ab/ann").described(),
            "SSO user ann (AWSReservedSSO_Dev_ab)"
        );
    }

    #[test]
    fn a_clock_may_be_off_by_a_minute() {
        let told = |ahead| Identity { clock_ahead: ahead, ..identity("arn") }.clock_is_off();
        for fine in [None, Some(0), Some(60), Some(-60)] {
            assert_eq!(told(fine), None);
        }
        for (ahead, words) in [
            (61, "1 minute ahead of"),
            (-1020, "17 minutes behind"),
            (7200, "2 hours ahead of"),
            (-31_536_000, "365 days behind"),
            (i64::MIN, "days behind"),
        ] {
            assert!(told(Some(ahead)).unwrap().contains(words), "{ahead}");
        }
    }
}
