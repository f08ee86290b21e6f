//! Which sections `[credential "URL"]` hold for a URL, by the rules of git (`urlmatch.c`, and `credential.c` for what is no whole URL).
//!
//! Deliberately absent: which of two sections is the more exact; git takes all that hold.

/// A URL that a password is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    /// As sections with a whole URL see it; `None` when git could make nothing of it.
    normal: Option<Normal>,
    /// As sections with a part of a URL see it.
    parts: Parts,
}

impl Url {
    /// Parses a URL; `None` for what git would not ask a password for.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parts = Parts::of(text.as_bytes());
        if parts.protocol.is_none() || parts.break_lines() {
            return None;
        }
        Some(Self { normal: Normal::parse(&parts.formatted()), parts })
    }

    /// Notes the user that the configuration names; a URL with a user of its own keeps that.
    pub(super) fn set_user(&mut self, user: &[u8]) {
        if !self.parts.user_is_given {
            self.parts.user = Some(user.to_vec());
        }
    }
}

/// Whether the section `[credential "pattern"]` holds for a URL.
pub(super) fn holds(pattern: impl AsRef<[u8]>, url: &Url) -> bool {
    let pattern = pattern.as_ref();
    match Normal::parse(pattern) {
        Some(pattern) => url.normal.as_ref().is_some_and(|url| pattern.holds_for(url)),
        None => Parts::of(pattern).hold_for(&url.parts),
    }
}

/// Whether two patterns say the same.
pub(super) fn same(one: &str, other: &str) -> bool {
    let parsed = |pattern: &str| Normal::parse(pattern.as_bytes()).map(Normal::without_slash);
    one == other || parsed(one).is_some_and(|one| Some(one) == parsed(other))
}

/// A whole URL in git's normal spelling (`url_normalize_1`).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Normal {
    /// In lower case.
    scheme: Vec<u8>,
    user: Option<Vec<u8>>,
    /// In lower case; `*` stands for a label.
    host: Vec<u8>,
    /// Empty for the default port.
    port: Vec<u8>,
    /// From its first slash to the last byte of the URL: a query counts as well.
    path: Vec<u8>,
}

impl Normal {
    fn parse(text: &[u8]) -> Option<Self> {
        let (scheme, rest) = split_at_mark(text)?;
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+.-".contains(byte);
        if !scheme.first()?.is_ascii_alphabetic() || !scheme.iter().all(plain) {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let (authority, rest) = rest.split_at(authority_length(rest));
        let (user, host) = match authority.iter().position(|byte| *byte == b'@') {
            Some(at) => (Some(escaped(&authority[..at])?), &authority[at + 1..]),
            None => (None, authority),
        };
        // A password says nothing about where a section holds.
        let user = user.map(|user| user.split(|byte| *byte == b':').next().unwrap_or_default().to_vec());
        let colon = host.iter().rposition(|byte| matches!(byte, b':' | b']')).filter(|at| host[*at] == b':');
        let (host, port) = colon.map_or((host, None), |at| (&host[..at], Some(&host[at + 1..])));
        let is_file = scheme == b"file";
        if host.is_empty() && (!is_file || port.is_some_and(|port| !port.is_empty())) {
            return None;
        }
        if !host.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_[:]*".contains(byte)) {
            return None;
        }
        let port = normal_port(port.unwrap_or_default(), &scheme)?;
        Some(Self { scheme, user, host: host.to_ascii_lowercase(), port, path: normal_path(rest)? })
    }

    /// Whether a section with this URL holds for `url` (`match_urls`).
    fn holds_for(&self, url: &Self) -> bool {
        self.scheme == url.scheme
            && (self.user.is_none() || self.user == url.user)
            && host_matches(&self.host, &url.host)
            && self.port == url.port
            && path_begins(&url.path, &self.path)
    }

    fn without_slash(mut self) -> Self {
        if self.path.len() > 1 && self.path.ends_with(b"/") {
            self.path.pop();
        }
        self
    }
}

/// Any part of a URL, to be equal to the same part of another (`credential_from_url_1`).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    protocol: Option<Vec<u8>>,
    user: Option<Vec<u8>>,
    user_is_given: bool,
    /// With its port.
    host: Option<Vec<u8>>,
    /// Without slashes at its ends.
    path: Option<Vec<u8>>,
}

impl Parts {
    fn of(text: &[u8]) -> Self {
        let (protocol, rest) = split_at_mark(text).map_or((None, text), |(protocol, rest)| (Some(protocol), rest));
        let (authority, path) = rest.split_at(authority_length(rest));
        let at = authority.iter().position(|byte| *byte == b'@');
        let (user, host) = at.map_or((None, authority), |at| (Some(&authority[..at]), &authority[at + 1..]));
        let user = user.map(|user| decoded(user.split(|byte| *byte == b':').next().unwrap_or_default()));
        let start = path.iter().take_while(|byte| **byte == b'/').count();
        let mut path = decoded(&path[start..]);
        while path.len() > 1 && path.ends_with(b"/") {
            path.pop();
        }
        let filled = |bytes: &[u8]| !bytes.is_empty();
        Self {
            protocol: protocol.filter(|protocol| filled(protocol)).map(<[u8]>::to_vec),
            user_is_given: user.as_deref().is_some_and(filled),
            user,
            host: Some(host).filter(|host| filled(host)).map(decoded),
            path: Some(path).filter(|path| filled(path)),
        }
    }

    /// Whether all that is there is equal.
    fn hold_for(&self, url: &Self) -> bool {
        let holds = |want: &Option<Vec<u8>>, have| want.is_none() || want == have;
        !self.break_lines()
            && holds(&self.protocol, &url.protocol)
            && holds(&self.user, &url.user)
            && holds(&self.host, &url.host)
            && holds(&self.path, &url.path)
    }

    /// Whether one of them would break the lines in which git talks to helpers; git refuses that.
    fn break_lines(&self) -> bool {
        let parts = [&self.protocol, &self.user, &self.host, &self.path];
        parts.into_iter().flatten().any(|part| part.contains(&b'\n'))
    }

    /// The URL as git puts it together again for the sections (`credential_format`).
    fn formatted(&self) -> Vec<u8> {
        let mut text = self.protocol.clone().unwrap_or_default();
        text.extend_from_slice(b"://");
        if let Some(user) = self.user.as_deref().filter(|user| !user.is_empty()) {
            encode(user, &mut text, |byte| byte == b'/' || UNSAFE.contains(&byte));
            text.push(b'@');
        }
        encode(self.host.as_deref().unwrap_or_default(), &mut text, |byte| {
            !byte.is_ascii_alphanumeric() && !b"-.:[]".contains(&byte)
        });
        if let Some(path) = &self.path {
            text.push(b'/');
            encode(path, &mut text, |byte| UNSAFE.contains(&byte));
        }
        text
    }
}

const RESERVED: &[u8] = b":/?#[]@!$&'()*+,;=";
const UNSAFE: &[u8] = b" <>\"%{}|\\^`:?#[]@!$&'()*+,;=";

fn split_at_mark(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.windows(3).position(|window| window == b"://")?;
    Some((&text[..at], &text[at + 3..]))
}

fn authority_length(text: &[u8]) -> usize {
    text.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(text.len())
}

/// A star stands for one whole label.
fn host_matches(pattern: &[u8], host: &[u8]) -> bool {
    if pattern.is_empty() || host.is_empty() {
        return pattern == host;
    }
    // A dot at the end ends a label and begins none.
    let (pattern, host) = (pattern.strip_suffix(b".").unwrap_or(pattern), host.strip_suffix(b".").unwrap_or(host));
    let (mut patterns, mut labels) = (pattern.split(|byte| *byte == b'.'), host.split(|byte| *byte == b'.'));
    loop {
        match (patterns.next(), labels.next()) {
            (None, None) => return true,
            (Some(pattern), Some(label)) if pattern == b"*" || pattern == label => {}
            _ => return false,
        }
    }
}

/// A path holds for what is below it, by whole components.
fn path_begins(path: &[u8], beginning: &[u8]) -> bool {
    if beginning == b"/" {
        return true;
    }
    let beginning = beginning.strip_suffix(b"/").unwrap_or(beginning);
    path.strip_prefix(beginning).is_some_and(|rest| matches!(rest.first(), None | Some(b'/')))
}

/// Without leading zeros, and empty for the one that goes without saying; `None` for what is no port.
fn normal_port(port: &[u8], scheme: &[u8]) -> Option<Vec<u8>> {
    let zeros = port.iter().take_while(|byte| **byte == b'0').count();
    let digits = &port[zeros..];
    if port.is_empty() || matches!((scheme, digits), (b"http", b"80") | (b"https", b"443")) {
        return Some(Vec::new());
    }
    let number = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number: u16 = number.parse().ok()?;
    (number > 0).then(|| digits.to_vec())
}

/// The path without dot segments, and a query as it is, both in normal spelling; `None` for what leads out or is misspelt.
fn normal_path(text: &[u8]) -> Option<Vec<u8>> {
    let mut path = b"/".to_vec();
    let mut rest = text.strip_prefix(b"/").unwrap_or(text);
    loop {
        let (segment, after) = rest.split_at(authority_length(rest));
        let segment = escaped(segment)?;
        // Whether the path already ends with the slash that the next segment needs.
        let mut has_slash = false;
        match segment.as_slice() {
            b"." => {
                has_slash = path.len() == 1;
                path.truncate(path.len().saturating_sub(1).max(1));
            }
            b".." => {
                let above =
                    path.len().checked_sub(2).and_then(|end| path[..=end].iter().rposition(|byte| *byte == b'/'))?;
                has_slash = above == 0;
                path.truncate(above.max(1));
            }
            _ => path.extend_from_slice(&segment),
        }
        let Some(next) = after.strip_prefix(b"/") else {
            path.extend(escaped(after)?);
            return Some(path);
        };
        rest = next;
        if !has_slash {
            path.push(b'/');
        }
    }
}

/// Undoes needless escapes and makes those that are needed; `None` for a `%` that is no escape (`append_normalized_escapes`).
fn escaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let was_escaped = *first == b'%';
        let byte = if was_escaped { hexadecimal(after)? } else { *first };
        rest = if was_escaped { &after[2..] } else { after };
        let unsafe_byte = byte <= 0x1f || byte >= 0x7f || b" <>\"%{}|\\^`".contains(&byte);
        encode(&[byte], &mut result, |byte| unsafe_byte || (was_escaped && RESERVED.contains(&byte)));
    }
    Some(result)
}

/// Undoes every escape; what is misspelt stays, and so does all before a colon (`url_decode_mem`).
pub fn decoded(text: &[u8]) -> Vec<u8> {
    let plain = text.iter().position(|byte| *byte == b':').unwrap_or(0);
    let (mut result, mut rest) = (text[..plain].to_vec(), &text[plain..]);
    while let Some((first, after)) = rest.split_first() {
        if let Some(byte) = hexadecimal(after).filter(|byte| *first == b'%' && *byte != 0) {
            result.push(byte);
            rest = &after[2..];
        } else {
            result.push(*first);
            rest = after;
        }
    }
    result
}

/// The byte that two digits at the beginning stand for.
fn hexadecimal(text: &[u8]) -> Option<u8> {
    let digits = text.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn encode(text: &[u8], result: &mut Vec<u8>, must: impl Fn(u8) -> bool) {
    for byte in text {
        if must(*byte) || *byte <= 0x1f || *byte >= 0x7f {
            result.extend(format!("%{byte:02X}").into_bytes());
        } else {
            result.push(*byte);
        }
    }
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
    fn spelling_does_not_matter_where_it_does_not_to_git() {
        let url = Url::parse("https://host.example:8443/a%20b/c%2Fd/e").expect("a URL");
        for (pattern, expected) in [
            ("https://host.example:08443/a%20b", true),
            ("HTTPS://HOST.example:8443/x/../a b/./c%2fd/", false),
            ("https://host.example:8443/%61%20b", true),
            ("https://host.example:8443/./x/../a b", true),
            ("https://host.example:8443/../a b", false),
            ("https://host.example:8443/a%2", false),
            ("https://host.example:8443?", false),
            ("https://host.example:84430", false),
            ("https://ho%73t.example:8443", false),
            ("https://", true),
            ("host.example:8443", true),
            ("host.example", false),
            ("/a b/c%2Fd/e/", true),
            ("/a b", false),
        ] {
            assert_eq!(holds(pattern, &url), expected, "{pattern}");
        }
    }

    #[test]
    fn a_user_in_the_pattern_must_be_the_user_of_the_url() {
        let url = Url::parse("https://me@example.com/x").expect("a URL");
        assert!(holds("https://me@example.com", &url) && holds("https://example.com", &url));
        assert!(!holds("https://you@example.com", &url) && !holds("https://@example.com", &url));
    }

    #[test]
    fn spellings_of_one_url_are_the_same() {
        assert!(same("https://A.example/", "https://a.example:443"));
        assert!(!same("https://a.example/x", "https://a.example"));
        assert!(!same("a b", "c d"));
    }
}
