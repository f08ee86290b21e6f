//! How far the clock of this computer is from AWS's: by the `Date` of an answer, or by what a refusal says.
//!
//! Deliberately absent: setting it, and correcting signatures by it: git's passwords cannot be corrected.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use aws_sdk_sts::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_sts::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
use aws_sdk_sts::primitives::{DateTime, DateTimeFormat};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// Nothing was told.
const UNKNOWN: i64 = i64::MIN;

/// Reads the `Date` of the answer that passes.
#[derive(Debug, Clone)]
pub(super) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(UNKNOWN)))
    }

    /// By how many seconds this computer is ahead of AWS; `None` before the first answer, and after one without a date.
    pub(super) fn ahead(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|ahead| *ahead != UNKNOWN)
    }
}

impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "Clock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let ahead = date.and_then(|date| ahead_of(date, OffsetDateTime::from(SystemTime::now()).unix_timestamp()));
        self.0.store(ahead.unwrap_or(UNKNOWN), Ordering::Relaxed);
        Ok(())
    }
}

/// By how many seconds a moment is ahead of the `Date` of an answer.
pub(super) fn ahead_of(date: &str, now: i64) -> Option<i64> {
    let there = DateTime::from_str(date, DateTimeFormat::HttpDate).ok()?;
    now.checked_sub(there.secs())
}

/// By how many seconds this computer is ahead, read out of `Signature expired: 20260102T030405Z is now earlier than
/// 20260102T031905Z (20260102T033405Z - 15 min.)`: what was signed, and in brackets the moment of AWS.
pub(super) fn ahead_in(refusal: &str) -> Option<i64> {
    let words = ["Signature expired: ", "Signature not yet current: "];
    let (_, rest) = words.iter().find_map(|words| refusal.split_once(words))?;
    let (_, there) = rest.split_once('(')?;
    moment(rest)?.checked_sub(moment(there)?)
}

fn moment(text: &str) -> Option<i64> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let moment = PrimitiveDateTime::parse(text.get(..16)?, format).ok()?;
    Some(moment.assume_utc().unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::{ahead_in, ahead_of};

    #[test]
    fn the_date_of_an_answer_is_compared() {
        assert_eq!(ahead_of("Fri, 02 Jan 2026 03:04:05 GMT", 1_767_323_045), Some(0));
        assert_eq!(ahead_of("Fri, 02 Jan 2026 03:04:05 GMT", 1_767_322_025), Some(-1020));
        assert_eq!(ahead_of("yesterday", 0), None);
    }

    #[test]
    fn a_refusal_says_how_far_the_clock_is_off() {
        for (text, ahead) in [
            (
                "Signature expired: 20260102T030405Z is now earlier than 20260102T030605Z (20260102T032105Z - 15 min.)",
                Some(-1020),
            ),
            (
                "why: Signature not yet current: 20260102T032105Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)",
                Some(1020),
            ),
            ("Signature expired: é0260102T030405Z (20260102T032105Z", None),
            ("Signature expired: 20260102T030405Z", None),
            ("something else (20260102T032105Z", None),
        ] {
            assert_eq!(ahead_in(text), ahead, "{text}");
        }
    }
}
