//! Which sections `[credential "URL"]` hold for a URL, by the rules of git (`urlmatch.c` and `credential.c`).
//!
//! Deliberately absent: percent-decoding and dot segments, which no URL of CodeCommit has.

/// A URL, or the pattern in a section, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    scheme: String,
    user: Option<String>,
    /// In lower case.
    host: String,
    /// Empty for the default port.
    port: String,
    /// Without slashes at its ends.
    path: String,
}

impl Url {
    /// Parses a whole URL; `None` for what git would not take for one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let first = scheme.chars().next()?;
        if !first.is_ascii_alphabetic() || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)) {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user.split(':').next().unwrap_or_default().to_owned()), host),
            None => (None, authority),
        };
        let (host, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port),
            _ => (host, ""),
        };
        if host.is_empty() || !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_[:]*".contains(c)) {
            return None;
        }
        if !port.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let port = port.trim_start_matches('0');
        let default = matches!((scheme.as_str(), port), ("https", "443") | ("http", "80"));
        let path = path.split(['?', '#']).next().unwrap_or_default();
        Some(Self {
            scheme,
            user,
            host: host.to_ascii_lowercase(),
            port: if default { String::new() } else { port.to_owned() },
            path: path.trim_matches('/').to_owned(),
        })
    }

    /// Whether a section with this URL as its pattern holds for `url`.
    fn holds_for(&self, url: &Self) -> bool {
        self.scheme == url.scheme
            && (self.user.is_none() || self.user == url.user)
            && host_matches(&self.host, &url.host)
            && self.port == url.port
            && path_begins(&url.path, &self.path)
    }
}

/// Whether the section `[credential "pattern"]` holds for a URL.
pub(super) fn holds(pattern: &str, url: &Url) -> bool {
    Url::parse(pattern).map_or_else(|| partly_holds(pattern, url), |pattern| pattern.holds_for(url))
}

/// Whether two patterns say the same.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || Url::parse(one).is_some_and(|parsed| Some(parsed) == Url::parse(other))
}

/// A star stands for one whole label.
fn host_matches(pattern: &str, host: &str) -> bool {
    let (mut patterns, mut labels) = (pattern.split('.'), host.split('.'));
    loop {
        match (patterns.next(), labels.next()) {
            (None, None) => return true,
            (Some(pattern), Some(label)) if pattern == "*" || pattern == label => {}
            _ => return false,
        }
    }
}

/// A path holds for what is below it, by whole components.
fn path_begins(path: &str, beginning: &str) -> bool {
    beginning.is_empty() || path.strip_prefix(beginning).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What is not a whole URL, such as a bare host, must be equal in the parts that it has.
fn partly_holds(pattern: &str, url: &Url) -> bool {
    let (scheme, rest) = pattern.split_once("://").map_or((None, pattern), |(scheme, rest)| (Some(scheme), rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let path = path.trim_matches('/');
    let host_and_port = if url.port.is_empty() { url.host.clone() } else { format!("{}:{}", url.host, url.port) };
    scheme.is_none_or(|scheme| scheme.is_empty() || scheme == url.scheme)
        && user.is_none_or(|user| Some(user) == url.user.as_deref())
        && (host.is_empty() || host == host_and_port)
        && (path.is_empty() || path == url.path)
}

#[cfg(test)]
mod tests {
    use super::{Url, holds, same};

    const URL: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/teamA-app";

    #[test]
    fn a_star_is_one_whole_label() {
        let url = Url::parse(URL).expect("a URL");
        for (pattern, expected) in [
            ("https://git-codecommit.*.amazonaws.com", true),
            ("https://GIT-codecommit.us-east-1.amazonaws.com:443/", true),
            ("https://git-codecommit.us-east-1.amazonaws.com/v1/repos/teamA-app", true),
            ("https://git-codecommit.us-east-1.amazonaws.com/v1/", true),
            ("https://git-codecommit.us-east-1.amazonaws.com/v1/repos/teamA", false),
            ("https://git-codecommit*.*.amazonaws.com", false),
            ("https://*.amazonaws.com", false),
            ("https://git-codecommit.*.amazonaws.com.cn", false),
            ("https://git-codecommit-fips.*.amazonaws.com", false),
            ("https://git-codecommit.*.amazonaws.com:8443", false),
            ("http://git-codecommit.*.amazonaws.com", false),
            ("https://me@git-codecommit.*.amazonaws.com", false),
            ("git-codecommit.us-east-1.amazonaws.com", true),
            ("git-codecommit.*.amazonaws.com", false),
            ("github.com", false),
        ] {
            assert_eq!(holds(pattern, &url), expected, "{pattern}");
        }
    }

    #[test]
    fn a_user_in_the_pattern_must_be_the_user_of_the_url() {
        let url = Url::parse("https://me@example.com/x").expect("a URL");
        assert!(holds("https://me@example.com", &url) && holds("https://example.com", &url));
        assert!(!holds("https://you@example.com", &url));
    }

    #[test]
    fn spellings_of_one_url_are_the_same() {
        assert!(same("https://A.example/", "https://a.example:443"));
        assert!(!same("https://a.example/x", "https://a.example"));
        assert!(!same("a b", "c d"));
    }
}
