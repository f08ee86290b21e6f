//! Words quoted for a POSIX shell, and values quoted for a configuration file of git.
//!
//! Deliberately absent: shells of Windows.

use crate::wizard::names::ProfileName;

/// Quotes a word for a POSIX shell, where that is needed.
pub fn shell_quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./=+@,-".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { single_quoted(word) }
}

/// Quotes a word for a POSIX shell in any case.
pub(super) fn single_quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A value as git writes it into a configuration file (`write_pair` in git's `config.c`).
pub(super) fn config_value(value: &str) -> String {
    let quote =
        if value.starts_with(' ') || value.ends_with(' ') || value.contains([';', '#', '\r']) { "\"" } else { "" };
    let mut escaped = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '"' | '\\' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    format!("{quote}{escaped}{quote}")
}

/// The option that names a profile. A name that begins with a hyphen would be taken for an option, were it a word of its own.
pub(super) fn profile_option(profile: &ProfileName) -> String {
    let name = profile.as_str();
    if name.starts_with('-') {
        format!("--profile={}", single_quoted(name))
    } else {
        format!("--profile {}", shell_quoted(name))
    }
}
