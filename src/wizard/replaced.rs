//! What a change takes the place of: where bytes of before stood, how many came instead, and what a person has to know of it.
//!
//! With the bytes of before the places lead back from the file as the change left it, without a copy of the rest. Deliberately
//! absent: keeping those bytes (`journal`).

use std::ops::Range;

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffTag, capture_diff_slices};
use zeroize::Zeroizing;

use super::change::tilde;
use super::effect::{FileChange, Ours};
use super::facts::Surroundings;
use crate::{gitconfig, profiles};

/// How long replaced lines are kept for undo that may hold a secret, in days.
pub const KEPT_DAYS: i64 = 30;

/// A place in a file after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Splice {
    /// Where it begins, in bytes.
    pub at: usize,
    /// How many bytes stand there now.
    pub now: usize,
    /// How many stood there before.
    pub before: usize,
}

/// Says where, and for how long, lines are kept for undo that these changes take the place of; `None` when nothing that could be
/// a secret is among them.
pub fn kept_note(changes: &[FileChange], around: &Surroundings) -> Option<String> {
    let folder = tilde(around.kept.as_deref()?, &around.home);
    let is_kept = |change: &&FileChange| {
        let lines = splices(change.before.as_deref().unwrap_or_default(), &change.after).1;
        may_hold_secrets(&lines, matches!(change.ours, Ours::Profile(_)))
    };
    let change = changes.iter().find(is_kept)?;
    let what = match change.ours {
        Ours::Profile(_) => "The old key's lines are kept",
        Ours::Whole | Ours::GitSections { .. } => "The deleted lines may hold a secret. They are kept",
    };
    Some(format!(
        "{what} in {folder} for undo. The first setup, apply, clone or undo after {KEPT_DAYS} days deletes them."
    ))
}

/// Whether lines that were cut out of a file, of AWS or of git, hold anything that could be a secret.
pub fn may_hold_secrets(lines: &[u8], of_aws: bool) -> bool {
    if of_aws { !profiles::are_harmless(lines) } else { !gitconfig::are_harmless(lines) }
}

/// Finds the places, in their order, and puts the bytes that stood there before one behind the other.
pub fn splices(before: &[u8], after: &[u8]) -> (Vec<Splice>, Zeroizing<Vec<u8>>) {
    let (old, new) = (lines(before), lines(after));
    let ops = capture_diff_slices(Algorithm::Myers, &slices(before, &old), &slices(after, &new));
    let (mut places, mut gone) = (Vec::new(), Vec::new());
    for op in ops.iter().filter(|op| op.tag() != DiffTag::Equal) {
        let (was, is) = (bytes_of(&old, op.old_range(), before), bytes_of(&new, op.new_range(), after));
        places.push(Splice { at: is.start, now: is.len(), before: was.len() });
        gone.push(&before[was]);
    }
    (places, Zeroizing::new(gone.concat()))
}

/// Goes back from the bytes after a change to those before; `None` when the places are not in them.
pub fn reversed(after: &[u8], places: &[Splice], gone: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (mut parts, mut at, mut taken) = (Vec::new(), 0, 0_usize);
    for place in places {
        let end = taken.checked_add(place.before)?;
        parts.extend([after.get(at..place.at)?, gone.get(taken..end)?]);
        (at, taken) = (place.at.checked_add(place.now)?, end);
    }
    parts.push(after.get(at..)?);
    Some(Zeroizing::new(parts.concat()))
}

/// Lines, each with the line end before it: so a last line that gets an end is the same line still.
fn lines(bytes: &[u8]) -> Vec<Range<usize>> {
    let (mut lines, mut start) = (Vec::new(), 0);
    for (at, byte) in bytes.iter().enumerate() {
        let begins = *byte == b'\r' || (*byte == b'\n' && (at == 0 || bytes[at - 1] != b'\r'));
        if begins && at > start {
            lines.push(start..at);
            start = at;
        }
    }
    if start < bytes.len() {
        lines.push(start..bytes.len());
    }
    lines
}

fn slices<'a>(bytes: &'a [u8], lines: &[Range<usize>]) -> Vec<&'a [u8]> {
    lines.iter().map(|line| &bytes[line.clone()]).collect()
}

/// The bytes of some lines; an empty range where those would begin when there are none.
fn bytes_of(lines: &[Range<usize>], range: Range<usize>, bytes: &[u8]) -> Range<usize> {
    let start = |line: usize| lines.get(line).map_or(bytes.len(), |line| line.start);
    start(range.start)..start(range.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::wizard::effect::{FileChange, Ours};
    use crate::wizard::facts::Surroundings;
    use crate::wizard::names::ProfileName;

    use super::{Splice, kept_note, reversed, splices};

    fn gone(before: &str, after: &str) -> String {
        String::from_utf8(splices(before.as_bytes(), after.as_bytes()).1.to_vec()).expect("UTF-8")
    }

    #[test]
    fn only_lines_that_go_are_in_it() {
        for (before, after, expected) in [
            ("[a]\ns = SECRET\n", "[a]\ns = SECRET\n[b]\n", ""),
            ("[a]\ns = SECRET", "[a]\ns = SECRET\n[b]\n", ""),
            ("[a]\r\ns = SECRET", "[a]\r\ns = SECRET\r\n[b]\r\n", ""),
            ("[a]\ns = SECRET\n[b]\nx = 1\ny = 2\n", "[a]\ns = SECRET\n[b]\nx = 3\ny = 2\nz\n", "\nx = 1"),
            ("s = 1\n", "", "s = 1\n"),
            ("", "s = 1\n", ""),
        ] {
            assert_eq!(gone(before, after), expected, "{before:?} → {after:?}");
        }
    }

    #[test]
    fn places_that_are_not_there_lead_nowhere() {
        let (places, gone) = splices(b"a\nb\nc\n", b"a\nX\nc\n");
        assert_eq!(reversed(b"a\nX\nc\n", &places, &gone).expect("before").as_slice(), b"a\nb\nc\n");
        assert_eq!(reversed(b"", &places, &gone), None);
        assert_eq!(reversed(b"a\nX\nc\n", &places, b""), None);
        let huge = Splice { at: 1, now: usize::MAX, before: usize::MAX };
        assert_eq!(reversed(b"abc", &[huge, huge], b"abc"), None);
    }

    #[test]
    fn what_is_kept_is_said_with_its_place_and_nothing_else_is() {
        let around = Surroundings {
            home: "/home/ann".into(),
            kept: Some("/home/ann/.local/state/codecommit-setup/kept".into()),
            ..Surroundings::default()
        };
        let note = |before: &str, after: &str, ours: Ours| {
            let before = Some(before.into());
            kept_note(&[FileChange { path: "/f".into(), before, after: after.into(), private: true, ours }], &around)
        };
        let dev = || Ours::Profile(ProfileName::parse("dev").expect("a name"));
        let key = "[dev]\naws_access_key_id = A\naws_secret_access_key = OLD\n";
        assert_eq!(
            note(key, &key.replace("OLD", "NEW"), dev()).as_deref(),
            Some(
                "The old key's lines are kept in ~/.local/state/codecommit-setup/kept for undo. \
                 The first setup, apply, clone or undo after 30 days deletes them."
            )
        );
        assert_eq!(note(key, &format!("{key}region = a\n"), dev()), None);
        assert_eq!(note("[dev]\nregion = a\n", "[dev]\nregion = b\n", dev()), None);
        let helper = "[credential]\n\thelper = !f() { echo password=x; }; f\n";
        assert!(note(helper, "", Ours::Whole).is_some_and(|note| note.contains("may hold a secret")));
        assert_eq!(note("[credential]\n\thelper = osxkeychain\n", "", Ours::Whole), None);
    }

    proptest! {
        #[test]
        fn the_way_back_leads_to_the_same_bytes(before in "[ab\n\r\u{e9}]{0,40}", after in "[ab\n\r\u{e9}]{0,40}") {
            let (places, gone) = splices(before.as_bytes(), after.as_bytes());
            let back = reversed(after.as_bytes(), &places, &gone).expect("a way back");
            prop_assert_eq!(back.as_slice(), before.as_bytes());
        }
    }
}
