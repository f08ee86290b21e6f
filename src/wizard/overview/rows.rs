//! What stands on the overview: the doctor's checks in a few rows, each with what the files say, and a row for each clone.
//!
//! Deliberately absent: the order of the screen (`panels`).

use std::path::Path;

use super::found::{Clone, file_of};
use super::{Asked, Overview};
use crate::checkup::{self, Status};
use crate::gitconfig;
use crate::wizard::change::tilde;
use crate::wizard::effect::Change;
use crate::wizard::facts::Facts;
use crate::wizard::names::printable;
use crate::wizard::regions;
use crate::wizard::screen::{Block, Check, Mark};
use crate::wizard::words::shortened;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Tools,
    Profile,
    Region,
    Permissions,
    Helper,
    Login,
}

const ALL: [(Subject, &str); 6] = [
    (Subject::Tools, "Tools"),
    (Subject::Profile, "Profile"),
    (Subject::Region, "Region"),
    (Subject::Permissions, "Permissions"),
    (Subject::Helper, "Git helper"),
    (Subject::Login, "Login by Git"),
];

/// What a check is about, by its id.
fn subject(id: &str) -> Subject {
    match id {
        "git" | "git-curl" | "aws-cli" | "codecommit-commands" => Subject::Tools,
        "api-host" | "git-host" | "endpoints" | "proxy" => Subject::Region,
        "permissions" | "kms" => Subject::Permissions,
        "gitconfig" | "helper-chain" | "helper-program" | "stored" => Subject::Helper,
        "helper-answer" | "git-identity" | "remote" | "repository" | "git-endpoint" | "remotes" => Subject::Login,
        // The files of AWS, the sign-in, the clock, and who it is.
        _ => Subject::Profile,
    }
}

fn mark(status: Status) -> Mark {
    match status {
        Status::Pass => Mark::Ok,
        Status::Warn => Mark::Look,
        Status::Fail => Mark::Failed,
        Status::Skip => Mark::Skipped,
    }
}

/// Whether a check tells most of what it is about, when all is well.
fn tells_most(id: &str) -> bool {
    matches!(id, "identity" | "api-host" | "permissions" | "helper-chain" | "git-endpoint")
}

/// How bad it is, the worst first.
fn badness(status: Status) -> u8 {
    match status {
        Status::Fail => 0,
        Status::Warn => 1,
        Status::Pass => 2,
        Status::Skip => 3,
    }
}

impl Overview {
    /// The few rows.
    pub(super) fn rows(&self, facts: &Facts) -> Vec<Check> {
        ALL.iter().map(|(what, name)| self.row(*what, name, facts)).collect()
    }

    fn row(&self, what: Subject, name: &str, facts: &Facts) -> Check {
        let worst = self
            .exam
            .checks()
            .iter()
            .filter(|check| subject(check.id) == what)
            .min_by_key(|check| (badness(check.status), check.status == Status::Pass && !tells_most(check.id)));
        let known = self.known(what, facts);
        let (mark, found) = match (worst, known) {
            // What is wrong is worth more than what is there.
            (Some(check), _) if matches!(check.status, Status::Fail | Status::Warn) => {
                (mark(check.status), printable(&check.found))
            }
            (_, Err(problem)) => (Mark::Failed, problem),
            // Another check of it may come.
            (Some(check), Ok(known)) if check.status == Status::Skip && self.exam.is_open() => {
                (Mark::Working, known.unwrap_or_default())
            }
            (Some(check), Ok(known)) => (mark(check.status), known.unwrap_or_else(|| printable(&check.found))),
            (None, Ok(known)) if self.exam.is_open() => (Mark::Working, known.unwrap_or_default()),
            // The first step looks meanwhile.
            (None, Ok(None)) if what == Subject::Tools && facts.tools.is_none() => (Mark::Working, String::new()),
            (None, Ok(Some(known))) => (Mark::Ok, known),
            (None, Ok(None)) => (Mark::Skipped, "not looked at".to_owned()),
        };
        Check::new(mark, name, vec![found])
    }

    /// What the files and AWS say of it, without the doctor.
    fn known(&self, what: Subject, facts: &Facts) -> Result<Option<String>, String> {
        let home = &facts.surroundings.home;
        Ok(match what {
            Subject::Tools => facts.tools.as_ref().and_then(|tools| {
                let git = tools.git.as_ref()?;
                let aws = tools.aws.as_ref().map_or("no AWS CLI".to_owned(), |aws| format!("AWS CLI {aws}"));
                Some(format!("git {git}, {aws}"))
            }),
            Subject::Profile => match (&self.used, &self.identity) {
                (Some(_), Asked::Failed(problem)) => return Err(printable(&problem.what)),
                (Some(used), Asked::Known(identity)) => Some(printable(&format!(
                    "{}: {} in account {}",
                    used.profile,
                    identity.described(),
                    identity.account
                ))),
                (Some(used), Asked::No | Asked::Open(_)) => Some(printable(&used.profile)),
                (None, _) => None,
            },
            Subject::Region => self.used.as_ref().and_then(|used| used.region.as_ref()).map(regions::described),
            Subject::Helper => self.used.as_ref().and_then(|used| used.link.as_ref()).map(|link| {
                let file = file_of(link).map_or_else(|| "the environment".to_owned(), |file| tilde(file, home));
                let line = link.line.map(|line| format!(":{line}")).unwrap_or_default();
                printable(&format!("{file}{line}: {}", gitconfig::shown_helper(&link.helper)))
            }),
            Subject::Permissions | Subject::Login => None,
        })
    }

    /// A row for each clone.
    pub(super) fn clone_rows(&self, home: &Path) -> Vec<Check> {
        self.clones.iter().map(|clone| self.clone_row(clone, home)).collect()
    }

    fn clone_row(&self, clone: &Clone, home: &Path) -> Check {
        let exists = |name: &str| {
            let profiles = self.files.known().map(|files| &files.profiles);
            profiles.is_none_or(|profiles| profiles.iter().any(|profile| profile.name.as_str() == name))
        };
        let (mark, word, mut found) = match (&clone.says, clone.is_there()) {
            (_, false) => (Mark::Skipped, "gone", "not there any more".to_owned()),
            (None, true) => (Mark::Look, "look", "its configuration cannot be read".to_owned()),
            (Some(_), true) if clone.from.is_empty() => {
                (Mark::Look, "look", "its remote is not in CodeCommit".to_owned())
            }
            (Some(_), true) => match clone.profile() {
                Some(profile) if !exists(profile) => (Mark::Failed, "failed", clone.from.clone()),
                _ => (Mark::Ok, "there", clone.from.clone()),
            },
        };
        if let Some(profile) = clone.profile() {
            let missing = if exists(profile) { "" } else { ", which is not there" };
            found = format!("{found}, as profile {profile}{missing}");
        }
        Check { mark, word: Some(word.to_owned()), name: tilde(&clone.folder, home), found: vec![printable(&found)] }
    }

    /// Every check, and below them what to do about those that are not well.
    pub(super) fn all_checks(&self) -> Vec<Block<'_>> {
        let checks = self.exam.checks();
        if checks.is_empty() {
            return Vec::new();
        }
        let row = |check: &checkup::Check| Check::new(mark(check.status), check.title, vec![printable(&check.found)]);
        let mut blocks = vec![Block::Checks(checks.iter().map(row).collect())];
        for check in checks.iter().filter(|check| matches!(check.status, Status::Fail | Status::Warn)) {
            let lines = std::iter::once(&check.why).filter(|why| !why.is_empty()).chain(&check.fix);
            let lines: Vec<String> = lines.map(|line| format!("  {}", printable(line))).collect();
            if !lines.is_empty() {
                blocks.extend([Block::Gap, Block::Text(format!("{}:", check.title))]);
                blocks.extend(lines.into_iter().map(Block::Text));
            }
        }
        blocks
    }
}

/// What stays in the terminal when the walk ends at the overview.
pub(super) fn summary(overview: &Overview, facts: &Facts) -> Vec<String> {
    let home = &facts.surroundings.home;
    let mut lines = Vec::new();
    match overview.exam.verdict() {
        Some(verdict) => lines.push(format!("{}: {}", verdict.code, printable(&verdict.what))),
        None => lines.extend(overview.exam.checkup().map(|_| headline(facts))),
    }
    lines.extend(facts.surroundings.tidied.described());
    for (_, change) in &facts.changes {
        let told = match change {
            Change::Files(paths) => {
                lines.extend(paths.iter().map(|path| format!("  changed   {}", tilde(path, home))));
                continue;
            }
            Change::Policy { arn, holder, .. } => format!("  attached  {} to {holder}", name_of(arn)),
            Change::Clone { was_there: true, .. } => continue,
            Change::Clone { folder, .. } => format!("  cloned    {}", tilde(folder, home)),
            Change::Repository { name, region, .. } => format!("  created   repository {name} in {region}"),
            Change::Password { host, access_key_id } => {
                format!("  deleted   the password of {} for {host} from the keychain", shortened(access_key_id))
            }
            Change::Program(command) => format!("  ran       {command}"),
            Change::NewFile(path) => format!("  saved     {}", tilde(path, home)),
            Change::Undo => "  undone    the last run".to_owned(),
        };
        lines.push(printable(&told));
    }
    lines
}

fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// How it stands when nothing failed.
pub(super) fn headline(facts: &Facts) -> String {
    match &facts.profile {
        Some(profile) => format!("This computer can use CodeCommit as {}.", printable(&profile.identity.short())),
        None => "This computer is set up for CodeCommit.".to_owned(),
    }
}

/// The verdict in a line, as the telephone has it.
pub(super) fn told(verdict: &checkup::Verdict) -> String {
    printable(&format!("{}: {}", verdict.code, verdict.what))
}
