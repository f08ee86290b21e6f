//! What stands in an address before its host: a name, a password, a token.
//!
//! Deliberately absent: names of users for SSH and of profiles in `codecommit://`, which are no secrets.

use super::Found;
use super::view::View;

/// Schemes in which a name alone is no secret.
const NAMES: [&[u8]; 2] = [b"ssh", b"git+ssh"];
/// How an address for git-remote-codecommit begins, in which a profile stands before the repository.
const PROFILES: &[u8] = b"codecommit:";
/// The longest scheme that is looked at; `codecommit::us-gov-west-1` is one.
const LONGEST: usize = 32;

/// Finds the logins in addresses.
pub(super) fn find(view: &View, found: &mut Vec<Found>) {
    let bytes = &view.bytes;
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at..].starts_with(b"://") {
            if let Some((from, to)) = without_scheme(bytes, at) {
                Found::dots(view, from, to, found);
            }
            at += 1;
            continue;
        }
        let from = at + 3;
        let is_end = |end: usize| {
            matches!(bytes[end], b' ' | b'\n' | b'"' | b'\'' | b'<' | b'>' | b'`') || bytes[end..].starts_with(b"://")
        };
        let end = (from..bytes.len()).find(|end| is_end(*end)).unwrap_or(bytes.len());
        let address = &bytes[from..end];
        let host = address.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(address.len());
        let name = address[..host].split(|byte| *byte == b'@').next().unwrap_or_default();
        let has_password = name.contains(&b':');
        // A secret may hold a slash: where there is a password, what stands before an `@` further on goes as well.
        let login = if has_password { address } else { &address[..host] }.iter().rposition(|byte| *byte == b'@');
        let is_name = !has_password && names_nobody(scheme(bytes, at));
        if let Some(login) = login.filter(|login| *login > 0 && !is_name) {
            Found::dots(view, from, from + login, found);
        }
        at = end.max(from);
    }
}

/// Whether a name before the host is no secret in such an address.
fn names_nobody(scheme: &[u8]) -> bool {
    let last = scheme.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    NAMES.contains(&last) || last == b"codecommit" || scheme.windows(PROFILES.len()).any(|part| part == PROFILES)
}

/// What stands before `://`.
fn scheme(bytes: &[u8], end: usize) -> &[u8] {
    let first = end.saturating_sub(LONGEST);
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b':');
    let start = bytes[first..end].iter().rposition(|byte| !is_scheme(byte)).map_or(first, |before| first + before + 1);
    &bytes[start..end]
}

/// `name:password@host:port`, as a proxy may be written.
fn without_scheme(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    if bytes[at] != b'@' {
        return None;
    }
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let host = bytes[at + 1..].iter().take(255).take_while(|byte| is_host(byte)).count();
    let port =
        bytes[at + 1 + host..].strip_prefix(b":")?.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let first = at.saturating_sub(255);
    let is_edge = |byte: &u8| matches!(byte, b' ' | b'\n' | b'"' | b'\'' | b'=' | b'/' | b'@' | b'<' | b'>');
    let start = bytes[first..at].iter().rposition(is_edge).map_or(first, |before| first + before + 1);
    (host > 0 && port > 0 && bytes[start..at].contains(&b':')).then_some((start, at))
}
