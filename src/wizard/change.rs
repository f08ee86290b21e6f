//! How a change of a file is shown: its lines with their neighbours, secrets masked.
//!
//! Deliberately absent: making the change; the bytes shown here are the ones that the runner writes.

use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::effect::FileChange;
use super::names::printable;
use super::screen::{DiffLine, FileDiff, Sign};
use super::secret::Secret;

/// Lines kept around a change.
const AROUND: usize = 3;

/// Keys of the AWS files whose values nobody may read off the screen; a command may hold a password among its arguments.
const SECRET_KEYS: [&str; 6] = [
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
    "sso_client_secret",
    "password",
    "credential_process",
];

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

/// What a person is shown of a change.
pub fn diff(change: &FileChange, home: &Path) -> FileDiff {
    let before = String::from_utf8_lossy(change.before.as_deref().unwrap_or_default());
    let after = String::from_utf8_lossy(&change.after);
    let text = TextDiff::from_lines(&*before, &*after);
    let mut lines = Vec::new();
    for (index, group) in text.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            lines.push(DiffLine { sign: Sign::Elided, text: String::new() });
        }
        for line in group.iter().flat_map(|op| text.iter_changes(op)) {
            let sign = match line.tag() {
                ChangeTag::Equal => Sign::Kept,
                ChangeTag::Delete => Sign::Removed,
                ChangeTag::Insert => Sign::Added,
            };
            lines.push(DiffLine { sign, text: shown(line.value(), sign) });
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

/// A line as it can be drawn: tabs widened, control characters made harmless, the values of secret keys and
/// passwords in URLs masked.
fn shown(line: &str, sign: Sign) -> String {
    let line = printable(&line.trim_end_matches(['\n', '\r']).replace('\t', "    "));
    if let Some((key, value)) = line.split_once(['=', ':'])
        && SECRET_KEYS.contains(&key.trim().trim_start_matches(['#', ';']).trim().to_lowercase().as_str())
    {
        // Only what is new has to be recognised.
        let masked = if sign == Sign::Added { Secret::new(value.trim()).masked() } else { "••••".to_owned() };
        let separator = &line[key.len()..=key.len()];
        return format!("{key}{separator} {masked}");
    }
    mask_url_password(line)
}

/// `https://user:password@host` without the password.
fn mask_url_password(line: String) -> String {
    let Some(start) = line.find("://").map(|at| at + 3) else { return line };
    let authority = line[start..].split(['/', '"', ' ']).next().unwrap_or_default();
    match authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')) {
        Some((user, password)) => line.replacen(&format!("{user}:{password}@"), &format!("{user}:••••@"), 1),
        None => line,
    }
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
