//! Secrets that are known by the name before them: `password = …`, `"token": "…"`, `?X-Amz-Signature=…`, `--secret …`, headers.
//!
//! Deliberately absent: names that a value of a harmless kind has (`token_file`, `token_url`).

use super::Found;
use super::view::{OUT, View};

/// How the name of a secret ends, in small letters and without what stands between its words.
const ENDS: [&str; 22] = [
    "password",
    "passwd",
    "passphrase",
    "smtppass",
    "pwd",
    "secret",
    "secretkey",
    "secretaccesskey",
    "privatekey",
    "apikey",
    "accesskey",
    "accountkey",
    "authkey",
    "encryptionkey",
    "masterkey",
    "passcode",
    "token",
    "jwt",
    "signature",
    "authorization",
    "extraheader",
    "cookie",
];
/// Words that are the last one of such a name, and the ends of words that are no secrets: `MYSQL_PASS`, but not `bypass`.
const WORDS: [&str; 7] = ["pass", "pw", "otp", "totp", "pin", "credentials", "creds"];
/// What stands before its value in quotes without a sign between them, or before `for …:` and `is:`.
const SPOKEN: [&str; 3] = ["password", "passwd", "passphrase"];
/// What holds the name where name and value stand apart: `{"name":"password","value":"x"}`.
const KEYS: [&str; 4] = ["name", "key", "parameterkey", "field"];
/// What may stand behind it.
const BEHIND: [&str; 6] = ["old", "new", "prev", "previous", "value", "text"];
/// Names of headers, whose values have several words.
const HEADERS: [&str; 3] = ["authorization", "extraheader", "cookie"];
/// How a login is announced that follows as a word of its own.
const SCHEMES: [&str; 4] = ["basic", "bearer", "negotiate", "digest"];
/// The least that is taken for a login of such a kind.
const LEAST: usize = 6;
/// Options whose values are a name and a password.
const LOGINS: [&str; 3] = ["user", "proxyuser", "u"];
/// Settings that stand before their value without a sign between them on a command line of the AWS CLI.
const OF_AWS: [&str; 3] = ["awssecretaccesskey", "awssessiontoken", "awssecuritytoken"];
/// The longest name that is looked at.
const LONGEST: usize = 64;

/// Finds the values of what is called secret.
pub(super) fn find(view: &View, found: &mut Vec<Found>) {
    let bytes = &view.bytes;
    let mut line = Line { start: 0, first: None };
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'\n' {
            line = Line { start: at + 1, first: None };
        } else if line.first.is_none() && !is_margin(byte) {
            line.first = Some(at);
        }
        let value = match byte {
            b'=' | b':' | b'>' => assigned(bytes, &line, at),
            b' ' => announced(bytes, line.start, at),
            _ => None,
        };
        let Some((from, to)) = value else {
            at += 1;
            continue;
        };
        let blanks = bytes[from..to].iter().rev().take_while(|byte| **byte == b' ').count();
        let is_new = |byte: &u8| !matches!(byte, &OUT | b' ' | b'\n');
        if bytes[from..to].iter().any(is_new) {
            Found::mask(view, from, to - blanks, found);
        }
        // What is left out is not gone through again.
        let next = to.max(at + 1);
        if let Some(end) = bytes[at..next].iter().rposition(|byte| *byte == b'\n') {
            line = Line { start: at + end + 1, first: None };
        }
        at = next;
    }
}

/// The line that is gone through.
struct Line {
    start: usize,
    /// Where its first word begins.
    first: Option<usize>,
}

fn is_margin(byte: u8) -> bool {
    matches!(byte, b' ' | b'#' | b';' | b'"' | b'\'')
}

/// The value behind a sign at this place, when a secret's name stands before it.
fn assigned(bytes: &[u8], line: &Line, sign: usize) -> Option<(usize, usize)> {
    let end =
        line.start + bytes[line.start..sign].iter().rposition(|byte| !matches!(byte, b' ' | b'"' | b'\'' | b'`'))? + 1;
    let start = start_of_name(bytes, line.start, end);
    let name = bare(&bytes[start..end]);
    let quote = start.checked_sub(1).map(|before| bytes[before]);
    let is_url = bytes[sign..].starts_with(b"://");
    // `arn:aws:secretsmanager:…:secret:NAME`
    let is_part = bytes[sign] == b':' && quote == Some(b':');
    let is_tag = bytes[sign] == b'>';
    if is_url || is_part || (is_tag && quote != Some(b'<')) {
        return None;
    }
    let has_name = is_secret(&name) || ends_in_word(&bytes[start..end]);
    let is_apart = || is_value(&bytes[start..end]) && named_apart(bytes, start);
    let is_spoken = || {
        bytes[sign..].starts_with(b": ") && is_spoken(&bytes[line.start.max(sign.saturating_sub(2 * LONGEST))..sign])
    };
    if !has_name && !is_apart() && !is_spoken() {
        return None;
    }
    let signs = bytes[sign..].iter().take_while(|byte| matches!(byte, b'=' | b':' | b'>' | b' ' | b'~')).count();
    let value = sign + signs;
    let is_folder = matches!(&bytes[start..end], b"PWD" | b"OLDPWD") && bytes.get(value) == Some(&b'/');
    if is_folder || is_no_key(&name, bytes.get(value..).unwrap_or_default()) {
        return None;
    }
    if let Some(part) = quoted(bytes, value) {
        return Some(part);
    }
    let own_line = line.first.is_some_and(|first| start <= first);
    let is_header = HEADERS.iter().any(|header| name.ends_with(header));
    let to = if is_header {
        let quote = quote.filter(|quote| matches!(quote, b'"' | b'\''));
        value
            + bytes[value..]
                .iter()
                .position(|byte| *byte == b'\n' || Some(*byte) == quote)
                .unwrap_or(bytes.len() - value)
    } else if own_line && bytes[sign] == b'=' {
        end_of_line(bytes, value)
    } else {
        let to = end_of_value(bytes, value);
        if bytes[sign] == b':' && is_prose(bytes, value, to) {
            return None;
        }
        to
    };
    Some((value, to))
}

/// The word behind a blank at this place, when an option, a setting or a scheme stands before it.
fn announced(bytes: &[u8], line: usize, blank: usize) -> Option<(usize, usize)> {
    if blank == line || bytes[blank - 1] == b' ' {
        return None;
    }
    let start = start_of_name(bytes, line, blank);
    let name = bare(&bytes[start..blank]);
    if !is_announcing(&name) {
        return None;
    }
    let value = blank + bytes[blank..].iter().take_while(|byte| **byte == b' ').count();
    let (from, to) = quoted(bytes, value).unwrap_or_else(|| (value, end_of_value(bytes, value)));
    let word = &bytes[from..to];
    let is_option = bytes[start..blank].starts_with(b"-");
    let is_secret_one = if is_option {
        // `-u 1000:1000` is a user's number.
        let has_password = word.contains(&b':') && word.iter().any(u8::is_ascii_alphabetic);
        (is_secret(&name) && !word.starts_with(b"-")) || (LOGINS.contains(&name.as_str()) && has_password)
    } else if SCHEMES.contains(&name.as_str()) {
        word.len() >= LEAST && !is_word(word)
    } else if OF_AWS.contains(&name.as_str()) {
        // `AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`
        word.len() >= LEAST && !is_word(word) && word.iter().any(u8::is_ascii_lowercase)
    } else {
        // `machine HOST login USER password PASSWORD`, `password 'PASSWORD' rejected`
        let is_quoted = from > value && !word.contains(&b' ') && !word.windows(3).any(|part| part == b"://");
        (SPOKEN.contains(&name.as_str()) && is_quoted && !word.is_empty())
            || (name == "password" && words_before(bytes, line, start).is_some_and(|word| word == b"login"))
    };
    is_secret_one.then_some((from, to))
}

/// Whether the word behind a name may be its value; a cheap look before the others.
fn is_announcing(name: &str) -> bool {
    is_secret(name) || [&LOGINS[..], &SCHEMES, &OF_AWS].iter().any(|names| names.contains(&name))
}

/// The second word before this place on its line.
fn words_before(bytes: &[u8], line: usize, at: usize) -> Option<&[u8]> {
    let start = at.saturating_sub(2 * LONGEST).max(line);
    bytes[start..at].split(|byte| *byte == b' ').rev().filter(|word| !word.is_empty()).nth(1)
}

fn start_of_name(bytes: &[u8], line: usize, end: usize) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let first = end.saturating_sub(LONGEST).max(line);
    bytes[first..end].iter().rposition(|byte| !is_name(byte)).map_or(first, |before| first + before + 1)
}

/// A name in small letters, without what stands between its words and behind them.
fn bare(name: &[u8]) -> String {
    let letters =
        name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| char::from(byte.to_ascii_lowercase()));
    let mut name: String = letters.collect();
    while let Some(rest) = BEHIND.iter().find_map(|behind| name.strip_suffix(behind)) {
        name.truncate(rest.len());
    }
    name.truncate(name.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    name
}

/// Whether a setting is called secret, its name being bare.
fn is_secret(name: &str) -> bool {
    ENDS.iter().any(|end| name.ends_with(end)) || matches!(name, "pass" | "auth" | "sig")
}

/// Whether the last word of a name is that of a secret.
fn ends_in_word(name: &[u8]) -> bool {
    let end = name.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    let name = &name[..end];
    // `dbPass` has its words put together.
    let is_first = |at: usize| {
        !name[at - 1].is_ascii_alphanumeric() || (name[at].is_ascii_uppercase() && name[at - 1].is_ascii_lowercase())
    };
    let start = (1..name.len()).rev().find(|at| is_first(*at)).unwrap_or_default();
    // `core.askPass` names a program.
    if name.len() >= 7 && name[name.len() - 7..].eq_ignore_ascii_case(b"askpass") {
        return false;
    }
    WORDS.iter().any(|word| name[start..].eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether what is called secret here is shown all the same: the ID of an access key, and the files and the words that are said of
/// credentials.
fn is_no_key(name: &str, value: &[u8]) -> bool {
    if name.ends_with("accesskey") {
        return !name.ends_with("secretaccesskey") && (value.starts_with(b"AKIA") || value.starts_with(b"ASIA"));
    }
    if !name.ends_with("credentials") && !name.ends_with("creds") {
        return false;
    }
    let word = value[..value.len().min(LONGEST)].split(|byte| matches!(byte, b' ' | b'\n')).next().unwrap_or_default();
    // `~/.git-credentials:3` is a line of a file.
    let is_line =
        !word.is_empty() && word.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b':'));
    matches!(word.first(), Some(b'/' | b'~')) || is_line || is_word(word)
}

/// Whether this is the name of what holds a value.
fn is_value(name: &[u8]) -> bool {
    let end = name.len().checked_sub(b"value".len()).map(|start| &name[start..]);
    end.is_some_and(|end| end.eq_ignore_ascii_case(b"value"))
}

/// Whether the name of a secret stands before `value`, as a value itself.
fn named_apart(bytes: &[u8], at: usize) -> bool {
    let Some((name, start)) = name_before(bytes, at) else { return false };
    let is_name = is_secret(&bare(name)) || ends_in_word(name);
    is_name && name_before(bytes, start).is_some_and(|(key, _)| KEYS.contains(&bare(key).as_str()))
}

/// The name before this place, and where it begins.
fn name_before(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let first = at.saturating_sub(LONGEST);
    let between = |byte: &u8| matches!(byte, b' ' | b'\n' | b'"' | b'\'' | b',' | b'=' | b':' | b'{');
    let end = first + bytes[first..at].iter().rposition(|byte| !between(byte))? + 1;
    let start = start_of_name(bytes, 0, end);
    (start < end && end < at).then_some((&bytes[start..end], start))
}

/// Whether a sentence ends here that announces a secret: `Password for me is`, `passphrase for key`.
fn is_spoken(before: &[u8]) -> bool {
    let words: Vec<&[u8]> = before.split(|byte| *byte == b' ').rev().filter(|word| !word.is_empty()).take(6).collect();
    let is_name = |word: &&[u8]| SPOKEN.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()));
    let is_last = words.first().is_some_and(|last| *last == b"is") && words.iter().any(is_name);
    is_last || words.windows(2).skip(1).any(|pair| pair[0] == b"for" && is_name(&pair[1]))
}

/// What stands between quotes that open here, as far as they close on this line or one that is continued.
fn quoted(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let quote = *bytes.get(at).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'\n' => break,
            byte if *byte == quote => break,
            _ => {}
        }
        end += 1;
    }
    Some((at + 1, end.min(bytes.len())))
}

/// Where a value ends that takes all of its line, and of the next where it is continued.
fn end_of_line(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while let Some(byte) = bytes.get(end) {
        if *byte == b'\n' && !(end > from && bytes[end - 1] == b'\\') {
            break;
        }
        end += 1;
    }
    end
}

/// Where a value ends that stands among others: at a blank, or at a sign that closes or parts.
fn end_of_value(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while let Some(byte) = bytes.get(end) {
        let next = bytes.get(end + 1).copied().unwrap_or(b' ');
        let is_over = matches!(next, b' ' | b'\n');
        let closes = match byte {
            b' ' | b'\n' => true,
            b'"' | b'\'' | b'`' => {
                is_over || matches!(next, b',' | b';' | b':' | b')' | b']' | b'}' | b'>' | b'&' | b'.')
            }
            b')' | b']' | b'}' => is_over || matches!(next, b',' | b';' | b'.'),
            b'<' => next == b'/',
            b',' | b';' => is_over || next == b'"' || starts_another(&bytes[end + 1..]),
            b'&' => is_over || starts_another(&bytes[end + 1..]),
            _ => false,
        };
        if closes {
            break;
        }
        end += 1;
    }
    end
}

/// Whether `name=` follows.
fn starts_another(bytes: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']');
    let length = bytes.iter().take(LONGEST).take_while(is_name).count();
    length > 0 && bytes.get(length) == Some(&b'=')
}

/// Whether a word begins a sentence: `ExpiredToken: The security token …`.
fn is_prose(bytes: &[u8], from: usize, to: usize) -> bool {
    let follows = bytes.get(to..).is_some_and(|rest| matches!(rest, [b' ', next, ..] if next.is_ascii_alphabetic()));
    follows && is_word(&bytes[from..to])
}

/// Whether this is a word of a language: letters in one case, the first one aside.
fn is_word(word: &[u8]) -> bool {
    let word = word.strip_suffix(b",").unwrap_or(word);
    let rest = word.get(1..).unwrap_or_default();
    let letters = word.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'\'');
    letters && (rest.iter().all(|byte| !byte.is_ascii_uppercase()) || word.iter().all(u8::is_ascii_uppercase))
}
