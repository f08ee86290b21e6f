//! How a change of a file is shown: its lines with their neighbours, of each what is known to be harmless.
//!
//! Deliberately absent: making the change; the bytes shown here are the ones that the runner writes. What of a line may be shown
//! the rooms of the files say.

use std::path::Path;

use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use super::effect::{FileChange, Ours};
use super::names::printable;
use super::screen::{DiffLine, FileDiff, Sign};
use crate::{gitconfig, profiles};

/// Lines kept around a change.
const AROUND: usize = 3;

/// A path with `~` for the home folder, control characters made harmless.
pub fn tilde(path: &Path, home: &Path) -> String {
    match path.strip_prefix(home) {
        Ok(rest) if !home.as_os_str().is_empty() => printable(&format!("~/{}", rest.display())),
        _ => printable(&path.display().to_string()),
    }
}

/// A path as a shell takes it, with `~` for the home folder.
pub fn shell_path(path: &str) -> String {
    match path.strip_prefix("~/") {
        // The shell widens a tilde only outside quotes.
        Some(rest) => format!("~/{}", crate::gitconfig::shell_quoted(rest)),
        None => crate::gitconfig::shell_quoted(path),
    }
}

/// What a person is shown of a change: of every line what is known to be harmless, whoever wrote it.
pub fn diff(change: &FileChange, home: &Path) -> FileDiff {
    let (before, after) = (change.before.as_deref().unwrap_or_default(), &*change.after);
    let (before, after) = match change.ours {
        Ours::Profile(_) => (profiles::shown_lines(before, None), profiles::shown_lines(after, Some(before))),
        // All that is ours as a whole is git's.
        Ours::GitSections { .. } | Ours::Whole => (gitconfig::shown_lines(before), gitconfig::shown_lines(after)),
    };
    // To the byte: two lines that look alike may be different ones.
    let before_bytes: Vec<&[u8]> = before.iter().map(|(line, _)| *line).collect();
    let after_bytes: Vec<&[u8]> = after.iter().map(|(line, _)| *line).collect();
    let operations = capture_diff_slices(Algorithm::Myers, &before_bytes, &after_bytes);
    let mut lines = Vec::new();
    for (index, group) in group_diff_ops(operations, AROUND).iter().enumerate() {
        if index > 0 {
            lines.push(DiffLine { sign: Sign::Elided, text: String::new() });
        }
        for operation in group {
            let is_same = operation.tag() == DiffTag::Equal;
            let gone = operation
                .old_range()
                .map(|place| line(if is_same { Sign::Kept } else { Sign::Removed }, &before, place));
            lines.extend(gone);
            let new = operation.new_range().filter(|_| !is_same).map(|place| line(Sign::Added, &after, place));
            lines.extend(new);
        }
    }
    let note = match (&change.before, change.private) {
        (None, true) => "new, mode 600",
        (None, false) => "new",
        (Some(_), true) => "mode 600",
        (Some(_), false) => "",
    };
    FileDiff { path: tilde(&change.path, home), note: note.to_owned(), lines }
}

/// A line with its ending, and what may be shown of it.
type Shown<'a> = (&'a [u8], String);

/// A line as it can be drawn: tabs widened, control characters made harmless.
fn line(sign: Sign, lines: &[Shown<'_>], place: usize) -> DiffLine {
    let text = lines.get(place).map_or("", |(_, text)| text);
    DiffLine { sign, text: printable(&text.replace('\t', "    ")) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{diff, tilde};
    use crate::wizard::effect::{FileChange, Ours};
    use crate::wizard::screen::Sign;

    fn change(before: &str, after: &str) -> FileChange {
        FileChange {
            path: "/home/ann/.aws/credentials".into(),
            before: Some(before.into()),
            after: after.into(),
            private: true,
            ours: Ours::Whole,
        }
    }

    #[test]
    fn secrets_are_masked_in_added_removed_and_kept_lines() {
        let before = "[a]\naws_session_token : oldSecretoldSecretold\ncredential_process = tool oldSecret\naws_secret_access_key = oldSecretoldSecretold\n# AWS_SECRET_ACCESS_KEY=commentedcommented\n";
        let after = "[a]\naws_session_token : oldSecretoldSecretold\ncredential_process = tool oldSecret\naws_secret_access_key = newSecretnewSecretnew\n# AWS_SECRET_ACCESS_KEY=commentedcommented\n";
        let shown = format!("{:?}", diff(&change(before, after), Path::new("/home/ann")));
        for secret in ["oldSecret", "newSecret", "commentedc"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn only_the_neighbours_of_a_change_are_shown() {
        let before = (0..40).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n") + "\n";
        let after = before.replace("line 20\n", "line 20\nnew\n");
        let lines = diff(&change(&before, &after), Path::new("/")).lines;
        assert_eq!(lines.len(), 7);
        assert_eq!(lines.iter().filter(|line| line.sign == Sign::Added).count(), 1);
    }

    #[test]
    fn escape_sequences_and_passwords_in_urls_are_not_shown() {
        let shown = format!("{:?}", diff(&change("", "\u{1b}[2Jurl = https://u:pw123@h/x\n"), Path::new("/")));
        assert!(!shown.contains('\u{1b}') && !shown.contains("pw123"), "{shown}");
    }

    #[test]
    fn the_home_folder_is_shown_as_tilde() {
        assert_eq!(tilde(Path::new("/home/ann/x"), Path::new("/home/ann")), "~/x");
        assert_eq!(tilde(Path::new("/etc/x"), Path::new("/home/ann")), "/etc/x");
        assert_eq!(tilde(Path::new("/etc/x"), Path::new("")), "/etc/x");
    }
}
