//! Which credential helpers git calls for a URL, in order, and why the others are not called.
//!
//! All matching values count in the order in which git reads them, not by how exact they are; an empty value clears those before
//! it (git's `credential.c`). `git config --get-all` and `--get-urlmatch` cannot show this.
//! Deliberately absent: reading the configuration (`sources`, or one file while it is edited).

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use super::pattern::{Url, holds};

/// One value of git's configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// `system`, `global`, `local`, `worktree` or `command`; empty where git did not say.
    pub scope: String,
    /// Where it stands, as git says it, such as `file:/home/x/.gitconfig`.
    pub origin: String,
    /// The line of the variable, counted from 1, where it stands in a file that was read here.
    pub line: Option<usize>,
    /// As git prints it: section and variable in lower case, the subsection as it is; it need not be UTF-8.
    pub key: Vec<u8>,
    /// Its value, which need not be UTF-8; `None` for a bare key.
    pub value: Option<Vec<u8>>,
}

impl Entry {
    /// The file in which it stands; `None` for the command line and the environment.
    pub fn file(&self) -> Option<&Path> {
        self.origin.strip_prefix("file:").map(Path::new)
    }

    /// Its value as text, what is not UTF-8 replaced; empty for a bare key.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.value.as_deref().unwrap_or_default())
    }

    /// The name of its variable, without the section.
    pub fn variable(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.key.rsplit(|byte| *byte == b'.').next().unwrap_or_default())
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value may be a secret.
        let line = self.line.map_or_else(String::new, |line| format!(":{line}"));
        write!(formatter, "Entry({} {}{line} {})", self.scope, self.origin, String::from_utf8_lossy(&self.key))
    }
}

/// A helper in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its value.
    pub helper: String,
    /// The scope of its entry.
    pub scope: String,
    /// The origin of its entry.
    pub origin: String,
    /// The line of its entry, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What becomes of it.
    pub fate: Fate,
}

/// Whether git calls a helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// An empty value after it took it out.
    Cleared,
    /// It is asked first.
    Answers,
    /// It is asked when those before it have no answer, and told of every success all the same.
    AskedAfter,
}

/// The helpers for one URL in the order in which they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The helpers.
    pub links: Vec<Link>,
    /// Whether git sends the path, without which a password for CodeCommit cannot be made.
    pub use_http_path: bool,
    /// Where git stops instead of calling anybody: a bare key, or a truth value that is none.
    pub stop: Option<Entry>,
}

impl Chain {
    /// The helper that is asked first.
    pub fn first(&self) -> Option<&Link> {
        self.links.iter().find(|link| link.fate == Fate::Answers)
    }
}

/// Parses what `git config --list -z --show-scope --show-origin` printed.
pub fn parse_listing(listing: &[u8]) -> Vec<Entry> {
    records(listing, true)
}

/// Parses what `git config --list -z --show-origin` printed, for git older than 2.26.
pub fn parse_listing_without_scope(listing: &[u8]) -> Vec<Entry> {
    records(listing, false)
}

/// Computes the helpers that git would call for a URL; none for what git would not ask a password for.
pub fn chain(entries: &[Entry], url: &str) -> Chain {
    let mut chain = Chain { links: Vec::new(), use_http_path: false, stop: None };
    for Setting { entry, variable, value, .. } in settings(entries, url) {
        let truth = value.and_then(truth);
        let needs_truth = matches!(variable, b"usehttppath" | b"sanitizeprompt" | b"protectprotocol");
        if value.is_none() || (needs_truth && truth.is_none()) {
            // What would come once that is repaired is told all the same.
            chain.stop.get_or_insert_with(|| entry.clone());
        }
        let Some(value) = value else { continue };
        match variable {
            b"usehttppath" => chain.use_http_path = truth == Some(true),
            b"helper" if value.is_empty() => chain.links.iter_mut().for_each(|link| link.fate = Fate::Cleared),
            b"helper" => {
                let asked = chain.links.iter().any(|link| link.fate != Fate::Cleared);
                chain.links.push(Link {
                    helper: String::from_utf8_lossy(value).into_owned(),
                    scope: entry.scope.clone(),
                    origin: entry.origin.clone(),
                    line: entry.line,
                    fate: if asked { Fate::AskedAfter } else { Fate::Answers },
                });
            }
            _ => {}
        }
    }
    chain
}

/// An entry `credential.*` taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) entry: &'a Entry,
    /// The URL of its section, or a part of one; `None` in the plain `[credential]`.
    pub(super) pattern: Option<&'a [u8]>,
    /// In lower case.
    pub(super) variable: &'a [u8],
    /// `None` for a bare key, at which git itself stops.
    pub(super) value: Option<&'a [u8]>,
}

impl<'a> Setting<'a> {
    /// `None` for what is no setting of credentials.
    pub(super) fn of(entry: &'a Entry) -> Option<Self> {
        let rest = entry.key.strip_prefix(b"credential.")?;
        let dot = rest.iter().rposition(|byte| *byte == b'.');
        let (pattern, variable) = dot.map_or((None, rest), |dot| (Some(&rest[..dot]), &rest[dot + 1..]));
        Some(Self { entry, pattern, variable, value: entry.value.as_deref() })
    }
}

/// The settings of credentials that hold for a URL, in the order in which git reads them.
pub(super) fn settings<'a>(entries: &'a [Entry], url: &str) -> Vec<Setting<'a>> {
    // Git asks no password for what is no URL.
    let Some(mut url) = Url::parse(url) else { return Vec::new() };
    let mut settings = Vec::new();
    for setting in entries.iter().filter_map(Setting::of) {
        if setting.pattern.is_some_and(|pattern| !holds(pattern, &url)) {
            continue;
        }
        // Parts of a URL in later sections are compared with it.
        if let (b"username", Some(user)) = (setting.variable, setting.value) {
            url.set_user(user);
        }
        settings.push(setting);
    }
    settings
}

/// Whether git reads a value as true.
pub(super) fn is_true(value: &str) -> bool {
    truth(value.as_bytes()) == Some(true)
}

/// A truth value as git reads it: words in any case, or a number; `None` for what git stops at.
fn truth(value: &[u8]) -> Option<bool> {
    let value = std::str::from_utf8(value).ok()?;
    let is_one_of = |words: [&str; 3]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    if value.is_empty() || is_one_of(["false", "no", "off"]) {
        return Some(false);
    }
    if is_one_of(["true", "yes", "on"]) {
        return Some(true);
    }
    let number = value.trim_ascii_start();
    let number = number.strip_prefix(['+', '-']).unwrap_or(number);
    let unit = number.chars().last().map_or(0, |unit| match unit.to_ascii_lowercase() {
        'k' => 10,
        'm' => 20,
        'g' => 30,
        _ => 0,
    });
    let number = if unit == 0 { number } else { &number[..number.len() - 1] };
    let (digits, base) = match number.strip_prefix("0x").or_else(|| number.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if number.len() > 1 && number.starts_with('0') => (number, 8),
        None => (number, 10),
    };
    let digits = Some(digits).filter(|digits| !digits.starts_with(['+', '-']))?;
    let number = i64::from(i32::from_str_radix(digits, base).ok()?) << unit;
    (number <= i64::from(i32::MAX)).then_some(number != 0)
}

fn records(listing: &[u8], with_scope: bool) -> Vec<Entry> {
    let mut fields = listing.split(|byte| *byte == 0);
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let mut entries = Vec::new();
    loop {
        let scope = if with_scope { fields.next().map(text) } else { Some(String::new()) };
        let (Some(scope), Some(origin), Some(pair)) = (scope, fields.next(), fields.next()) else { return entries };
        let mut parts = pair.splitn(2, |byte| *byte == b'\n');
        let (key, value) = (parts.next().unwrap_or_default().to_vec(), parts.next().map(<[u8]>::to_vec));
        entries.push(Entry { scope, origin: text(origin), line: None, key, value });
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Fate, chain, is_true, parse_listing, parse_listing_without_scope, truth};

    const URL: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/a";

    fn entry(key: &str, value: &str) -> Entry {
        Entry {
            scope: "global".to_owned(),
            origin: "file:x".to_owned(),
            line: Some(7),
            key: key.into(),
            value: Some(value.into()),
        }
    }

    #[test]
    fn a_reset_clears_what_was_read_before_it() {
        let entries = [
            entry("credential.helper", "osxkeychain"),
            entry("credential.https://git-codecommit.*.amazonaws.com.helper", ""),
            entry("credential.https://git-codecommit.*.amazonaws.com.helper", "!aws"),
            entry("credential.https://github.com.helper", "gh"),
            entry("credential.https://git-codecommit.*.amazonaws.com.usehttppath", "true"),
            entry("credential.helper", "cache"),
        ];
        let chain = chain(&entries, URL);
        let fates: Vec<_> = chain.links.iter().map(|link| (link.helper.as_str(), link.fate)).collect();
        assert_eq!(fates, [("osxkeychain", Fate::Cleared), ("!aws", Fate::Answers), ("cache", Fate::AskedAfter)]);
        assert!(chain.use_http_path);
        assert_eq!(chain.first().map(|link| (link.helper.as_str(), link.line)), Some(("!aws", Some(7))));
    }

    #[test]
    fn the_last_word_on_the_path_counts() {
        let entries = [entry("credential.usehttppath", "yes"), entry("credential.usehttppath", "0")];
        assert!(!chain(&entries, URL).use_http_path && chain(&entries[..1], URL).use_http_path);
    }

    #[test]
    fn truth_is_what_git_takes_for_it() {
        assert!(["TRUE", "yes", "On", "1", " -2", "0x10", "010", "1k"].iter().all(|word| is_true(word)));
        assert!(!["", "false", "no", "off", "0", "00", "0x0"].iter().any(|word| is_true(word)));
        assert!(["maybe", "k", "1kk", "08", "+-1", "3g"].iter().all(|word| truth(word.as_bytes()).is_none()));
    }

    #[test]
    fn git_stops_at_what_it_cannot_read() {
        let bare = Entry { value: None, ..entry("credential.helper", "") };
        let stop = |entry: &Entry| chain(std::slice::from_ref(entry), URL).stop;
        assert_eq!(stop(&bare), Some(bare.clone()));
        assert!(stop(&entry("credential.usehttppath", "maybe")).is_some());
        assert_eq!(stop(&Entry { key: b"credential.https://github.com.helper".to_vec(), ..bare }), None);
        assert_eq!(stop(&entry("credential.usehttppath", "")), None);
    }

    #[test]
    fn a_user_that_the_configuration_names_counts_for_the_parts_of_a_url_after_it() {
        let part = "credential.me@git-codecommit.us-east-1.amazonaws.com.helper";
        let entries = [entry(part, "before"), entry("credential.username", "me"), entry(part, "after")];
        let helpers: Vec<_> = chain(&entries, URL).links.into_iter().map(|link| link.helper).collect();
        assert_eq!(helpers, ["after"]);
    }

    #[test]
    fn listings_are_taken_apart_at_their_zeros() {
        let listing =
            b"system\0file:/etc/gitconfig\0credential.helper\nosx\nkeychain\0command\0command line:\0core.bare\0";
        let entries = parse_listing(listing);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].key, b"credential.helper");
        assert_eq!(entries[0].value.as_deref(), Some(&b"osx\nkeychain"[..]));
        assert_eq!((entries[1].scope.as_str(), entries[1].value.as_deref()), ("command", None));
        let older = parse_listing_without_scope(b"file:x\0a.b\nc\0");
        assert_eq!((older.len(), older[0].origin.as_str()), (1, "file:x"));
        assert!(parse_listing(b"").is_empty());
    }
}
