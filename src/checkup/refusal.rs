//! Why a repository does not let git in: the questions in their order, each answered by a check, and what they leave over.
//!
//! Deliberately absent: asking. A question that no check answered is told as not known.

use super::{Check, Checkup, Status};

/// A question about a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub asks: &'static str,
    /// Whether that is it; `None` where it is not known.
    pub is_it: Option<bool>,
    /// What that rests on.
    pub found: String,
}

/// The questions in their order, and the checks that answer each: what is quick to find and often the cause comes first.
const QUESTIONS: [(&str, &[&str]); 8] = [
    ("Was an old password given that was kept?", &["helper-answer", "stored"]),
    ("Has a session ended?", &["session"]),
    ("Does git log in as somebody else?", &["git-identity"]),
    ("Is the clock wrong?", &["clock"]),
    ("Is it not allowed, or expressly denied?", &["permissions"]),
    ("Is the encryption key denied?", &["kms"]),
    ("Is it another region, name or account?", &["repository"]),
    ("Is the address wrong at its end, or with a name in it?", &["remote"]),
];

/// The questions with their answers; none when git was not refused.
pub fn questions(checkup: &Checkup) -> Vec<Question> {
    if !was_refused(&checkup.checks) {
        return Vec::new();
    }
    QUESTIONS.iter().map(|(asks, ids)| answered(asks, ids, &checkup.checks)).collect()
}

/// Whether CodeCommit answered git, and did not let it in.
fn was_refused(checks: &[Check]) -> bool {
    let refused = |check: &Check| check.status == Status::Fail && check.found.contains("(HTTP ");
    checks.iter().any(|check| check.id == "git-endpoint" && refused(check))
}

fn answered(asks: &'static str, ids: &[&str], checks: &[Check]) -> Question {
    let of = |id: &&str| checks.iter().find(|check| check.id == *id);
    let found: Vec<&Check> = ids.iter().filter_map(of).collect();
    let with = |status| found.iter().find(|check| check.status == status).map(|check| check.found.clone());
    // What is allowed and only not in full, or kept and not asked, does not keep git from reading.
    let fine = || with(Status::Pass).or_else(|| with(Status::Warn));
    let (is_it, found) = match (with(Status::Fail), fine()) {
        (Some(found), _) => (Some(true), found),
        (None, Some(found)) => (Some(false), found),
        (None, None) => (None, with(Status::Skip).unwrap_or_default()),
    };
    Question { asks, is_it, found }
}

impl Question {
    /// The answer in a word or two.
    pub fn answer(&self) -> &'static str {
        match self.is_it {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::questions;
    use crate::checkup::{Check, Checkup};

    #[test]
    fn each_question_is_answered_by_a_check_or_not_at_all() {
        let checks = vec![
            Check::fail("git-endpoint", "refused", "git may not read a (HTTP 403)"),
            Check::pass("helper-answer", "a fresh password"),
            Check::fail("permissions", "denied", "codecommit:GitPull is expressly denied"),
            Check::skip("kms", "not seen"),
        ];
        let asked = questions(&Checkup { checks, ..Checkup::default() });
        let answers: Vec<_> = asked.iter().map(super::Question::answer).collect();
        assert_eq!(
            answers,
            ["no", "not known", "not known", "not known", "yes", "not known", "not known", "not known"]
        );
        assert_eq!(asked[4].found, "codecommit:GitPull is expressly denied");
    }

    #[test]
    fn nobody_asks_when_git_was_let_in_or_did_not_get_there() {
        for check in [Check::pass("git-endpoint", "x"), Check::fail("git-endpoint", "refused", "no password")] {
            assert!(questions(&Checkup { checks: vec![check], ..Checkup::default() }).is_empty());
        }
    }
}
