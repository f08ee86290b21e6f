//! What git would read after one file has changed.
//!
//! Deliberately absent: includes of the changed file that are new; those that git read before keep their place.

use std::path::Path;

use super::chain::Entry;
use super::edit::Unreadable;
use super::layout::Layout;

/// The entries that git would read, in its order, once the global file `path` holds `after`.
///
/// # Errors
/// A file that git could not read.
pub fn with_file(entries: &[Entry], path: &Path, after: &[u8]) -> Result<Vec<Entry>, Unreadable> {
    let origin = format!("file:{}", path.display());
    let of_file = |entry: &Entry| entry.origin == origin;
    // A file that is not read yet comes after the system's and the user's other one, before the repository's.
    let narrower = |entry: &Entry| matches!(entry.scope.as_str(), "local" | "worktree" | "command");
    let at = entries.iter().position(of_file).or_else(|| entries.iter().position(narrower)).unwrap_or(entries.len());
    let mut future: Vec<Entry> = entries[..at].to_vec();
    future.extend(Layout::read(after)?.entries().into_iter().map(|entry| Entry {
        scope: "global".to_owned(),
        origin: origin.clone(),
        ..entry
    }));
    future.extend(entries[at..].iter().filter(|entry| !of_file(entry)).cloned());
    Ok(future)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::with_file;
    use crate::gitconfig::Entry;

    fn entry(scope: &str, origin: &str, key: &str, value: &str) -> Entry {
        Entry { scope: scope.into(), origin: origin.into(), key: key.into(), value: Some(value.into()) }
    }

    #[test]
    fn the_changed_file_keeps_its_place_in_the_order() {
        let entries = [
            entry("system", "file:/etc/gitconfig", "credential.helper", "store"),
            entry("global", "file:/h/.gitconfig", "user.name", "ann"),
            entry("command", "command line:", "http.proxy", "x"),
        ];
        let future = with_file(&entries, Path::new("/h/.gitconfig"), b"[credential]\n\thelper = cache\n").unwrap();
        let keys: Vec<_> = future.iter().map(|entry| (entry.scope.as_str(), entry.key.as_str())).collect();
        assert_eq!(keys, [("system", "credential.helper"), ("global", "credential.helper"), ("command", "http.proxy")]);
    }

    #[test]
    fn a_new_file_comes_after_the_system_and_before_the_command_line() {
        let entries =
            [entry("system", "file:/etc/gitconfig", "a.b", "1"), entry("command", "command line:", "c.d", "2")];
        let future = with_file(&entries, Path::new("/h/.gitconfig"), b"[x]\ny = 1\n").unwrap();
        assert_eq!(future[1].key, "x.y");
    }
}
