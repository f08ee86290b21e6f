//! Making a check, a line at a time.
//!
//! Deliberately absent: deciding how one comes out.

use std::time::Duration;

use super::order::title;
use super::{Check, Status};
use crate::redact::masked;
use crate::wizard::names::printable;

impl Check {
    fn new(id: &'static str, status: Status, cause: Option<&'static str>, found: impl AsRef<str>) -> Self {
        let (why, fix, milliseconds) = (String::new(), Vec::new(), 0);
        Self { id, title: title(id), status, found: one_line(found.as_ref()), why, fix, cause, milliseconds }
    }

    /// One that is as it should be.
    pub fn pass(id: &'static str, found: impl AsRef<str>) -> Self {
        Self::new(id, Status::Pass, None, found)
    }

    /// One that works, with something to know.
    pub fn warn(id: &'static str, cause: Option<&'static str>, found: impl AsRef<str>) -> Self {
        Self::new(id, Status::Warn, cause, found)
    }

    /// One that does not work, for this cause.
    pub fn fail(id: &'static str, cause: &'static str, found: impl AsRef<str>) -> Self {
        Self::new(id, Status::Fail, Some(cause), found)
    }

    /// One that was not looked at.
    pub fn skip(id: &'static str, found: impl AsRef<str>) -> Self {
        Self::new(id, Status::Skip, None, found)
    }

    /// The same with what is known of the reason.
    #[must_use]
    pub fn why(self, why: impl AsRef<str>) -> Self {
        Self { why: one_line(why.as_ref()), ..self }
    }

    /// The same with something to do, besides what there is already.
    #[must_use]
    pub fn fix(mut self, fix: impl AsRef<str>) -> Self {
        self.fix.push(one_line(fix.as_ref()));
        self
    }

    /// The same with the time that it took.
    #[must_use]
    pub fn took(self, time: Duration) -> Self {
        Self { milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX), ..self }
    }
}

/// A text on one line, fit to be drawn, without the spaces at its ends and without what looks like a secret.
fn one_line(text: &str) -> String {
    // Before the lines are put together: a secret may go over the end of one.
    printable(&masked(text).replace(['\n', '\r', '\t'], " ")).trim().to_owned()
}
