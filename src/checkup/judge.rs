//! From many checks to one cause: the first that failed and rests on nothing that failed.
//!
//! Deliberately absent: looking at anything; a verdict comes from the checks alone.

use super::order::{place, rested_on};
use super::{Check, Checkup, Status, Verdict, find};
use crate::redact::masked;

/// The verdict when nothing failed.
const HEALTHY: &str = "healthy";
/// The verdict when something failed that has no cause of its own.
const UNKNOWN: &str = "refused";

/// What was looked at, by name, for the words of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The profile.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The host of git.
    pub host: Option<String>,
    /// The repository.
    pub repository: Option<String>,
}

impl Names {
    /// A text of the table with the names put in.
    pub fn fill(&self, text: &str) -> String {
        let name = |name: &Option<String>, else_: &str| name.clone().unwrap_or_else(|| else_.to_owned());
        let text = text
            .replace("{profile}", &name(&self.profile, "default"))
            .replace("{region}", &name(&self.region, "REGION"))
            .replace("{host}", &name(&self.host, "CodeCommit"))
            .replace("{repository}", &name(&self.repository, "REPOSITORY"));
        masked(&text)
    }

    /// Gives a check what the verdict of its cause says is to be done, where it does not say so itself.
    #[must_use]
    pub fn complete(&self, mut check: Check) -> Check {
        if let Some(verdict) = check.cause.and_then(find).filter(|_| check.fix.is_empty()) {
            check.fix = verdict.fix.iter().map(|line| self.fill(line)).collect();
        }
        check
    }
}

impl Checkup {
    /// Puts the checks in their order and finds the verdict.
    #[must_use]
    pub fn judged(mut self, names: &Names) -> Self {
        self.checks.sort_by_key(|check| place(check.id));
        self.verdict = Some(judge(&self.checks, names));
        self
    }
}

/// Finds the cause that explains the rest.
///
/// A failure that rests on another failure follows from it and is no cause. Of those that rest on nothing that failed, the
/// first in the order counts: the nearer to the ground, the more may follow from it.
pub fn judge(checks: &[Check], names: &Names) -> Verdict {
    let has_failed = |id: &str| checks.iter().any(|check| check.id == id && check.status == Status::Fail);
    let mut failed: Vec<&Check> = checks.iter().filter(|check| check.status == Status::Fail).collect();
    failed.sort_by_key(|check| place(check.id));
    let roots = || failed.iter().copied().filter(|check| !rested_on(check.id, check.cause).into_iter().any(has_failed));
    let Some(root) = roots().find(|check| check.cause.is_some()).or_else(|| roots().next().or(failed.first().copied()))
    else {
        return healthy(checks);
    };
    let mut verdict = of_table(root.cause.unwrap_or(UNKNOWN));
    verdict.what = names.fill(&verdict.what);
    verdict.fix =
        if root.fix.is_empty() { verdict.fix.iter().map(|line| names.fill(line)).collect() } else { root.fix.clone() };
    verdict.why = evidence(root, &failed);
    verdict
}

/// What a verdict rests on: what was found, why, and what follows from it.
fn evidence(root: &Check, failed: &[&Check]) -> String {
    let mut sentences = vec![sentence(&format!("{}: {}", root.title, root.found))];
    if !root.why.is_empty() {
        sentences.push(sentence(&root.why));
    }
    let (follow, others): (Vec<&Check>, Vec<&Check>) = failed
        .iter()
        .copied()
        .filter(|check| check.id != root.id)
        .partition(|check| rested_on(check.id, check.cause).contains(&root.id));
    let named = |checks: &[&Check]| checks.iter().map(|check| check.title).collect::<Vec<_>>().join(", ");
    if !follow.is_empty() {
        sentences.push(format!("What follows from it: {}.", named(&follow)));
    }
    if !others.is_empty() {
        sentences.push(format!("Besides, look at: {}.", named(&others)));
    }
    sentences.join(" ")
}

fn healthy(checks: &[Check]) -> Verdict {
    let mut verdict = of_table(HEALTHY);
    let count = checks.iter().filter(|check| check.status == Status::Warn).count();
    let titles: Vec<&str> =
        checks.iter().filter(|check| check.status == Status::Warn).map(|check| check.title).collect();
    match count {
        0 => {}
        1 => verdict.why = format!("One thing is worth knowing: {}.", titles.join(", ")),
        _ => verdict.why = format!("{count} things are worth knowing: {}.", titles.join(", ")),
    }
    verdict
}

fn of_table(id: &str) -> Verdict {
    find(id).cloned().unwrap_or_else(|| Verdict {
        id: id.to_owned(),
        code: "X-00".to_owned(),
        what: "Something is wrong that has no name here.".to_owned(),
        why: String::new(),
        fix: Vec::new(),
        step: None,
    })
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests;
