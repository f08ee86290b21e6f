//! A check-up as JSON, for programs; the README tells its shape, which stays.
//!
//! Deliberately absent: anything that the screen does not show.

use serde_json::{Value, json};

use super::{Check, Checkup, Status, questions};
use crate::redact::masked;

impl Status {
    /// The word for it in the JSON output and the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// `{"version", "ok", "verdict", "profile", "region", "host", "identity", "questions", "checks"}`.
pub fn json(checkup: &Checkup) -> Value {
    let verdict = checkup.verdict.as_ref().map(|verdict| {
        json!({
            "id": verdict.id, "code": verdict.code, "what": verdict.what, "why": verdict.why, "fix": verdict.fix,
        })
    });
    let identity =
        checkup.identity.as_ref().map(|[account, arn, kind]| json!({ "account": account, "arn": arn, "kind": kind }));
    json!({
        "version": 1,
        "ok": checkup.is_ok(),
        "verdict": verdict,
        "profile": checkup.profile.as_deref().map(masked),
        "region": checkup.region.as_deref().map(masked),
        "host": checkup.host.as_deref().map(masked),
        "identity": identity,
        "questions": questions(checkup)
            .iter()
            .map(|question| json!({ "asks": question.asks, "answer": question.answer(), "found": question.found }))
            .collect::<Vec<_>>(),
        "checks": checkup.checks.iter().map(check).collect::<Vec<_>>(),
    })
}

fn check(check: &Check) -> Value {
    json!({
        "id": check.id,
        "title": check.title,
        "status": check.status.word(),
        "found": check.found,
        "why": check.why,
        "fix": check.fix,
        "ms": check.milliseconds,
    })
}
