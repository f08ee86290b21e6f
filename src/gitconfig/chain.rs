//! Which credential helpers git calls for a URL, in order, and why the others are not called.
//!
//! All matching values count in the order in which git reads them, not by how exact they are; an empty value clears those before
//! it (git's `credential.c`). `git config --get-all` and `--get-urlmatch` cannot show this.
//! Deliberately absent: reading the configuration; the entries come from `git config --list`, or from one file while it is edited.

use super::pattern::{Url, holds};

/// One value of git's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `system`, `global`, `local`, `command` …; empty where git did not say.
    pub scope: String,
    /// Where it stands, as git says it, such as `file:/home/x/.gitconfig`.
    pub origin: String,
    /// As git prints it: section and variable in lower case, the subsection as it is.
    pub key: String,
    /// Its value; `None` for a bare key.
    pub value: Option<String>,
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

/// Computes the helpers that git would call for a URL.
pub fn chain(entries: &[Entry], url: &str) -> Chain {
    let url = Url::parse(url);
    let mut chain = Chain { links: Vec::new(), use_http_path: false };
    for entry in entries {
        let Some(rest) = entry.key.strip_prefix("credential.") else { continue };
        let (pattern, variable) =
            rest.rsplit_once('.').map_or((None, rest), |(pattern, variable)| (Some(pattern), variable));
        let matches = match (pattern, &url) {
            (None, _) => true,
            (Some(pattern), Some(url)) => holds(pattern, url),
            (Some(_), None) => false,
        };
        // Git itself refuses to go on at a bare key; what would come of it is nobody's guess.
        let Some(value) = entry.value.as_deref().filter(|_| matches) else { continue };
        if variable.eq_ignore_ascii_case("usehttppath") {
            chain.use_http_path = is_true(value);
        } else if variable.eq_ignore_ascii_case("helper") {
            if value.is_empty() {
                chain.links.iter_mut().for_each(|link| link.fate = Fate::Cleared);
                continue;
            }
            let asked = chain.links.iter().any(|link| link.fate != Fate::Cleared);
            chain.links.push(Link {
                helper: value.to_owned(),
                scope: entry.scope.clone(),
                origin: entry.origin.clone(),
                fate: if asked { Fate::AskedAfter } else { Fate::Answers },
            });
        }
    }
    chain
}

/// A truth value as git reads it: words in any case, or a number that is not zero.
pub(super) fn is_true(value: &str) -> bool {
    ["true", "yes", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
        || value.parse::<i64>().is_ok_and(|number| number != 0)
}

fn records(listing: &[u8], with_scope: bool) -> Vec<Entry> {
    let mut fields = listing.split(|byte| *byte == 0).map(|field| String::from_utf8_lossy(field).into_owned());
    let mut entries = Vec::new();
    loop {
        let scope = if with_scope { fields.next() } else { Some(String::new()) };
        let (Some(scope), Some(origin), Some(pair)) = (scope, fields.next(), fields.next()) else { return entries };
        let (key, value) = match pair.split_once('\n') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (pair, None),
        };
        entries.push(Entry { scope, origin, key, value });
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Fate, chain, parse_listing, parse_listing_without_scope};

    const URL: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/a";

    fn entry(key: &str, value: &str) -> Entry {
        Entry {
            scope: "global".to_owned(),
            origin: "file:x".to_owned(),
            key: key.to_owned(),
            value: Some(value.to_owned()),
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
        assert_eq!(chain.first().map(|link| link.helper.as_str()), Some("!aws"));
    }

    #[test]
    fn the_last_word_on_the_path_counts() {
        let entries = [entry("credential.usehttppath", "yes"), entry("credential.usehttppath", "0")];
        assert!(!chain(&entries, URL).use_http_path && chain(&entries[..1], URL).use_http_path);
    }

    #[test]
    fn listings_are_taken_apart_at_their_zeros() {
        let listing =
            b"system\0file:/etc/gitconfig\0credential.helper\nosx\nkeychain\0command\0command line:\0core.bare\0";
        let entries = parse_listing(listing);
        assert_eq!(entries.len(), 2);
        assert_eq!(
            (entries[0].key.as_str(), entries[0].value.as_deref()),
            ("credential.helper", Some("osx\nkeychain"))
        );
        assert_eq!((entries[1].scope.as_str(), entries[1].value.as_deref()), ("command", None));
        let older = parse_listing_without_scope(b"file:x\0a.b\nc\0");
        assert_eq!((older.len(), older[0].origin.as_str()), (1, "file:x"));
        assert!(parse_listing(b"").is_empty());
    }
}
