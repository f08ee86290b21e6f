//! The file in which the IAM console gave an access key, as a text.
//!
//! Deliberately absent: what stands in it (`wizard/steps/profile`), and files that are too large to be one.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secret::Secret;

/// The most that such a file may hold, in bytes; a key with its titles has about two hundred.
const LIMIT: u64 = 16 * 1024;

/// Reads the file; it may be in UTF-8 with or without a mark at its beginning.
pub(super) fn read(path: &Path) -> Result<Secret, Problem> {
    let shown = printable(&path.to_string_lossy());
    let fails = |kind, why: String| {
        let hint = "Look at its name, or open it and copy its second line.";
        Problem::new(kind, format!("The file {shown} cannot be used."), why, hint)
    };
    let failed = |error: io::Error| {
        let missing = error.kind() == io::ErrorKind::NotFound;
        fails(ProblemKind::BadInput, if missing { "There is no such file.".to_owned() } else { error.to_string() })
    };
    // A pipe or a device would keep everybody waiting.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(fails(ProblemKind::BadInput, "It is no file.".to_owned()));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(fails(ProblemKind::BadInput, "It is too large for an access key.".to_owned()));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Secret::new(text.trim_start_matches('\u{feff}'))),
        Err(_) => Err(fails(ProblemKind::BadInput, "It is no text.".to_owned())),
    }
}
