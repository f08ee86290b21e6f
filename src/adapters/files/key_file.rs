//! The file in which the IAM console gave an access key, as a text.
//!
//! Deliberately absent: what stands in it (`wizard/steps/profile`), and files that are too large to be one.

use std::io;
use std::path::Path;

use crate::adapters::reading;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secret::Secret;

/// The most that such a file may hold, in bytes; a key with its titles has about two hundred.
const LIMIT: u64 = 16 * 1024;

/// Reads the file; it may be in UTF-8 with or without a mark at its beginning.
#[expect(clippy::wildcard_enum_match_arm, reason = "of the many reasons of the system two have words of their own")]
pub(super) fn read(path: &Path) -> Result<Secret, Problem> {
    let shown = printable(&path.to_string_lossy());
    let fails = |kind, why: String| {
        let hint = "Look at its name, or open it and copy its second line.";
        Problem::new(kind, format!("The file {shown} cannot be used."), why, hint)
    };
    let failed = |error: io::Error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "There is no such file.".to_owned(),
            io::ErrorKind::FileTooLarge => "It is too large for an access key.".to_owned(),
            _ => format!("{error}."),
        };
        fails(ProblemKind::BadInput, why)
    };
    let bytes = reading::whole(path, LIMIT).map_err(failed)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Secret::new(text.trim_start_matches('\u{feff}'))),
        Err(_) => Err(fails(ProblemKind::BadInput, "It is no text.".to_owned())),
    }
}
