//! What stands in an address before its host: a name, a password, a token.
//!
//! Deliberately absent: names of users for SSH and of profiles in `codecommit://`, which are no secrets.

use super::Found;
use super::view::{OTHER, View};

/// Schemes in which a name alone is no secret.
const NAMES: [&[u8]; 2] = [b"ssh", b"git+ssh"];
/// How an address for git-remote-codecommit begins, in which a profile stands before the repository.
const PROFILES: &[u8] = b"codecommit:";
/// The longest scheme that is looked at; `codecommit::us-gov-west-1` is one.
const LONGEST: usize = 32;
/// What stands before a colon without being a user: `arn:aws:…/ann@example.com`.
const NO_USERS: [&[u8]; 3] = [b"arn", b"urn", b"mailto"];
/// How far an `@` is looked for behind a blank, in an address that is all of a value.
const BEHIND_BLANK: usize = 512;

/// Finds the logins in addresses.
pub(super) fn find(view: &View, found: &mut Vec<Found>) {
    let bytes = &view.bytes;
    let mut word = Word::at(0);
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"://") {
            let from = at + 3;
            let end = end_of_address(bytes, at);
            if let Some(login) = login(&bytes[from..end], scheme(bytes, at)) {
                Found::dots(view, from, from + login, found);
            }
            at = end.max(from);
            word = Word::at(at);
        } else if bytes[at] == b'@' && word.colon.is_some() {
            let end = (at..bytes.len()).find(|end| is_end_of_word(bytes, *end)).unwrap_or(bytes.len());
            if let Some(login) = word.login(bytes, end) {
                Found::dots(view, word.start, login, found);
            }
            at = end;
            word = Word::at(at);
        } else {
            word.go_over(bytes, at);
            at += 1;
        }
    }
}

/// Where the login ends in a text that is an address and nothing else, and where it begins.
pub(super) fn of_whole(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    if let Some(at) = bytes.windows(3).position(|part| part == b"://") {
        return login(&bytes[at + 3..], scheme(bytes, at)).map(|login| (at + 3, at + 3 + login));
    }
    let at = bytes.iter().rposition(|byte| *byte == b'@')?;
    let colon = bytes[..at].iter().position(|byte| *byte == b':')?;
    (colon + 1 < at && is_user(&bytes[..colon])).then_some((0, at))
}

/// How long the login is with which an address begins, its scheme aside.
fn login(address: &[u8], scheme: &[u8]) -> Option<usize> {
    let host = address.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(address.len());
    let name = address[..host].split(|byte| *byte == b'@').next().unwrap_or_default();
    let has_password = name.contains(&b':');
    // A secret may hold a slash: where there is a password, what stands before an `@` further on goes as well.
    let login = if has_password { address } else { &address[..host] }.iter().rposition(|byte| *byte == b'@')?;
    let is_name = !has_password && names_nobody(scheme);
    (login > 0 && !is_name).then_some(login)
}

/// Where an address ends whose `://` stands here. A password may hold quotes, so that one ends an address only where no password has
/// begun and where it closes; a password may hold blanks as well, where the address is all of a value.
fn end_of_address(bytes: &[u8], at: usize) -> usize {
    let before = at.checked_sub(scheme(bytes, at).len() + 1).map(|before| bytes[before]);
    let quote = before.filter(|before| matches!(before, b'"' | b'\'' | b'`'));
    let is_setting = before == Some(b' ') && bytes[..at - scheme(bytes, at).len()].ends_with(b"= ");
    let is_value = is_setting || quote.is_some() || before == Some(b'=');
    let mut end = at + 3;
    let mut colon = None;
    // Whether the host has begun: behind a login, or where there is none.
    let mut in_host = false;
    while let Some(byte) = bytes.get(end) {
        // `https://host:8080` is no password, but `https://me:` is the beginning of one.
        let in_password = colon.is_some_and(|colon| !in_host && !is_port(&bytes[colon + 1..end]));
        match byte {
            b'\n' => break,
            b' ' => match behind_blank(bytes, end, quote).filter(|_| is_value && in_password) {
                Some(login) => {
                    end = login;
                    continue;
                }
                None => break,
            },
            b':' if bytes[end..].starts_with(b"://") => break,
            b':' if colon.is_none() => colon = Some(end),
            b'/' | b'?' | b'#' if colon.is_none() => in_host = true,
            b'@' => in_host = true,
            _ if !in_password && closes(bytes, end) => break,
            _ => {}
        }
        end += 1;
    }
    end
}

/// Whether a part of an address behind a colon is the number of a port, with a path perhaps.
fn is_port(part: &[u8]) -> bool {
    let digits = part.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    (1..=5).contains(&digits) && part.get(digits).is_none_or(|byte| matches!(byte, b'/' | b'?' | b'#'))
}

/// The `@` behind a blank in a value that has not ended yet.
fn behind_blank(bytes: &[u8], blank: usize, quote: Option<u8>) -> Option<usize> {
    let rest = bytes[blank..].iter().take(BEHIND_BLANK);
    let is_within = |byte: &&u8| **byte != b'\n' && Some(**byte) != quote;
    let length = rest.take_while(is_within).position(|byte| *byte == b'@')?;
    Some(blank + length)
}

/// Whether a quote or a bracket closes here, or a tag begins that closes.
fn closes(bytes: &[u8], at: usize) -> bool {
    let next = bytes.get(at + 1).copied().unwrap_or(b' ');
    match bytes[at] {
        b'"' | b'\'' | b'`' | b'>' => {
            matches!(next, b' ' | b'\n' | b',' | b';' | b':' | b'.' | b')' | b']' | b'}' | b'<' | b'>' | b'"' | b'\'')
        }
        b'<' => next == b'/',
        _ => false,
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

/// A word that may be `name:password@host`, as a proxy or a misspelt address is written.
struct Word {
    start: usize,
    /// The first colon, where a user may stand before it.
    colon: Option<usize>,
}

impl Word {
    fn at(start: usize) -> Self {
        Self { start, colon: None }
    }

    /// Goes on by a byte, which may begin another word.
    fn go_over(&mut self, bytes: &[u8], at: usize) {
        match (bytes[at], self.colon) {
            (b':', None) if is_user(&bytes[self.start..at]) => self.colon = Some(at),
            (byte, None) if !is_of_user(byte) => *self = Self::at(at + 1),
            (_, Some(_)) if is_end_of_word(bytes, at) => *self = Self::at(at + 1),
            _ => {}
        }
    }

    /// Where the login ends of a word that ends here.
    fn login(&self, bytes: &[u8], end: usize) -> Option<usize> {
        let colon = self.colon?;
        let at = (colon + 1..end)
            .rev()
            .find(|at| bytes[*at] == b'@' && bytes.get(at + 1).copied().is_some_and(is_of_host))?;
        let host = bytes[at + 1..end].iter().take_while(|byte| is_of_host(**byte)).count();
        let has_port = matches!(bytes.get(at + 1 + host..at + 3 + host), Some([b':', digit]) if digit.is_ascii_digit());
        // `HEAD:assets/icon@2x.png`, `image:tag@sha256:…`
        let last = bytes[colon + 1..at].rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let is_path = last.len() < at - colon - 1 && !last.contains(&b':') && !has_port;
        let is_digest = &bytes[at + 1..at + 1 + host] == b"sha256";
        (at > colon + 1 && host > 0 && !is_path && !is_digest).then_some(at)
    }
}

fn is_end_of_word(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at], b' ' | b'\n') || closes(bytes, at) || bytes[at..].starts_with(b"://")
}

/// Whether this may be the name of a user.
fn is_user(name: &[u8]) -> bool {
    let is_whole = name.iter().all(|byte| is_of_user(*byte)) && name.iter().any(u8::is_ascii_alphabetic);
    is_whole && !NO_USERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn is_of_user(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'%' | b'\\' | OTHER)
}

fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}
