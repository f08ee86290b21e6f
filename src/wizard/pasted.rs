//! What is pasted for an access key: the line of the CSV file that the IAM console gives, what AWS tools print, both halves in
//! any order, or the path of a file; and the shapes of IDs, secrets and session tokens.
//!
//! Deliberately absent: the columns for the console's own password, and reading the file.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::event::{Event, Key};
use super::secrecy::{holds_secret, may_hold_secret};
use super::secret::Secret;

/// The fewest characters of a half of a key that stands without a label, beside the other half.
const SHORTEST: usize = 16;

/// What such a text holds of an access key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The IAM user, where the line begins with one.
    pub user: Option<String>,
    /// The access key ID.
    pub id: Option<String>,
    /// The secret access key.
    pub secret: Option<Secret>,
    /// The session token.
    pub token: Option<Secret>,
}

impl Parts {
    /// Whether there is nothing of a key.
    pub fn is_empty(&self) -> bool {
        self.id.is_none() && self.secret.is_none() && self.token.is_none()
    }

    /// Whether both halves are there.
    pub fn is_whole(&self) -> bool {
        self.id.is_some() && self.secret.is_some()
    }
}

/// A pasted text with one sort of line end and one sort of blank, whatever terminal or program it came from, and without
/// what cannot be seen.
pub fn normalized(text: &str) -> Zeroizing<String> {
    // As long as it may get: growing would leave a copy behind.
    let mut normal = Zeroizing::new(String::with_capacity(text.len()));
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '\n' if before == '\r' => {}
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => normal.push('\n'),
            '\t' => normal.push('\t'),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}' | '\u{feff}' => {}
            c if c.is_whitespace() => normal.push(' '),
            c if c.is_control() => {}
            c => normal.push(c),
        }
        before = c;
    }
    normal
}

/// Finds what a text holds of an access key. What has no label is known by its shape, and a secret of another shape by its
/// place beside the ID.
pub fn parts(text: &str) -> Parts {
    let text = unescaped(text);
    let mut parts = named(&text);
    let words: Vec<&str> = words(&text).collect();
    if parts.id.is_none() {
        parts.id = words.iter().find(|word| is_access_key_id(word)).map(|id| (*id).to_owned());
    }
    if parts.token.is_none() {
        parts.token = words.iter().find(|word| is_token(word)).map(|token| Secret::new(*token));
    }
    if parts.secret.is_none() {
        let alone = unquoted(&text);
        let shaped = words.iter().filter(|word| is_secret(word));
        // The sum of a commit has the same length.
        let sure = shaped.clone().find(|word| holds_secret(word));
        let found = sure.or_else(|| shaped.clone().find(|word| parts.id.is_some() || **word == alone));
        parts.secret = found.map(|secret| Secret::new(*secret));
    }
    if let Some(id) = &parts.id {
        let (user, secret) = beside(&text, id);
        let secret = secret.filter(|_| parts.secret.is_none());
        parts.secret = parts.secret.take().or_else(|| secret.map(Secret::new));
        let is_shown = |user: &&str| {
            let is_part = |part: &Option<Secret>| part.as_ref().is_some_and(|part| user.contains(part.expose()));
            !may_hold_secret(user) && !is_part(&parts.secret) && !is_part(&parts.token)
        };
        parts.user = user.filter(is_shown).map(str::to_owned);
    }
    parts
}

/// The events of keys that came all at once: of a key that a terminal without bracketed paste types, one paste, so that
/// neither its line ends press Enter nor its secret is drawn letter by letter.
pub fn of_keys(keys: &[Key]) -> Vec<Event> {
    let letter = |key: &Key| match key {
        Key::Char(c) => Some(*c),
        Key::Enter => Some('\n'),
        Key::Tab => Some('\t'),
        Key::Esc
        | Key::Up
        | Key::Down
        | Key::Left
        | Key::Right
        | Key::PageUp
        | Key::PageDown
        | Key::Home
        | Key::End
        | Key::BackTab
        | Key::Backspace
        | Key::Delete
        | Key::Ctrl(_)
        | Key::F1 => None,
    };
    let letters = keys.iter().take_while(|key| letter(key).is_some()).count();
    // What stands at the end is pressed by whoever types ahead.
    let end = keys[..letters].iter().rposition(|key| matches!(key, Key::Char(_))).map_or(0, |last| last + 1);
    let mut text = Zeroizing::new(String::with_capacity(4 * end));
    text.extend(keys[..end].iter().filter_map(letter));
    let single = |key: &Key| Event::Key(*key);
    if may_hold_secret(&text) || parts(&text).is_whole() {
        let pasted = Event::Paste(text.as_str().into());
        return std::iter::once(pasted).chain(keys[end..].iter().map(single)).collect();
    }
    keys.iter().map(single).collect()
}

/// Names and values: a section of the credentials file, `export` lines of the SSO portal, the JSON of `aws sts`, or labels as
/// people write them.
fn named(text: &str) -> Parts {
    let value = |is_wanted: fn(&str) -> bool| {
        text.split(['\n', ',', ';', '{', '}']).find_map(|part| {
            ['=', ':'].into_iter().find_map(|separator| {
                let (name, value) = part.split_once(separator)?;
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
                let value = unquoted(value);
                let is_one = !value.is_empty() && !value.contains([' ', '\t']);
                (is_one && is_wanted(&name.to_ascii_lowercase())).then_some(value)
            })
        })
    };
    let id = value(|name| {
        let ends = ["accesskeyid", "accesskey", "keyid"].iter().any(|end| name.ends_with(end));
        ends && !name.ends_with("secretaccesskey")
    });
    let secret = value(|name| ["secretaccesskey", "secretkey", "secret"].iter().any(|end| name.ends_with(end)));
    let token = value(|name| ["sessiontoken", "securitytoken"].iter().any(|end| name.ends_with(end)));
    // People call the secret the access key, too.
    let is_id = |id: &&str| id.chars().all(|c| c.is_ascii_alphanumeric()) && !is_secret(id) && !may_hold_secret(id);
    Parts {
        user: None,
        id: id.filter(is_id).map(str::to_owned),
        secret: secret.filter(|secret| !is_access_key_id(secret)).map(Secret::new),
        token: token.map(Secret::new),
    }
}

/// What stands beside the ID: the user at the beginning of its line, and the secret behind it, else before it.
fn beside<'a>(text: &'a str, id: &str) -> (Option<&'a str>, Option<&'a str>) {
    let is_half = |text: &&str| text.len() >= SHORTEST && !text.contains([' ', ':', '=', '@', '.']) && *text != id;
    let mut lines = text.lines();
    let mut before = None;
    let line = loop {
        let Some(line) = lines.next() else { return (None, None) };
        if line.contains(id) {
            break line;
        }
        before = Some(line).filter(|line| !line.trim().is_empty()).or(before);
    };
    let cells: Vec<&str> = line.split([',', '\t', ';', '|']).map(unquoted).collect();
    if let Some(place) = cells.iter().position(|cell| *cell == id) {
        let is_cell = |cell: &&&str| !cell.is_empty() && !cell.contains([' ', ':', '=']);
        if let Some(secret) = cells.get(place + 1).filter(is_cell) {
            return (cells[..place].first().copied().filter(|user| is_user(user)), Some(secret));
        }
    }
    let words: Vec<&str> =
        line.split([' ', ',', '\t', ';', '|']).map(unquoted).filter(|word| !word.is_empty()).collect();
    let place = words.iter().position(|word| *word == id);
    let behind = place.and_then(|place| words.get(place + 1)).copied();
    let ahead = place.and_then(|place| words.get(place.checked_sub(1)?)).copied();
    let next = lines.map(unquoted).find(|line| !line.is_empty());
    let halves = [behind, next, ahead, before.map(unquoted)];
    (None, halves.into_iter().flatten().find(is_half))
}

/// Whether an IAM user may have this name (IAM user guide, Quotas).
fn is_user(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "+,.@_-".contains(c))
}

/// The pieces of base64; what stands before an equals sign is the name of what stands behind it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/+=".contains(c);
    text.split(move |c| !is_part(c)).filter_map(|run| {
        let end = run.trim_end_matches('=').len();
        let start = run[..end].rfind('=').map_or(0, |place| place + 1);
        (start < end).then(|| &run[start..])
    })
}

/// Slashes and plus signs as JSON and URLs write them.
fn unescaped(text: &str) -> Zeroizing<String> {
    let mut plain = normalized(text);
    for (written, meant) in [("\\/", "/"), ("%2F", "/"), ("%2f", "/"), ("%2B", "+"), ("%2b", "+")] {
        if plain.contains(written) {
            plain = Zeroizing::new(plain.replace(written, meant));
        }
    }
    plain
}

/// A key without the blanks, line ends and quotes that came with it.
pub fn clean(text: &str) -> Zeroizing<String> {
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    // A path may hold blanks.
    if path(text).is_some() {
        clean.push_str(text);
    } else {
        clean.extend(unquoted(text).chars().filter(|c| !c.is_whitespace()));
    }
    clean
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'', '`', '“', '”', '‘', '’']).trim()
}

/// The file that a text names, as a person types it or as a file manager drops it.
pub fn path(text: &str) -> Option<PathBuf> {
    let text = unquoted(text);
    let text = text.strip_prefix("file://").unwrap_or(text);
    let is_path = text.starts_with(['/', '~']) || text.starts_with("./") || text.to_ascii_lowercase().ends_with(".csv");
    (is_path && !is_secret(text)).then(|| PathBuf::from(text))
}

/// Whether a text is an access key ID of the usual shape.
pub fn is_access_key_id(text: &str) -> bool {
    let usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    (text.starts_with("AKIA") || text.starts_with("ASIA")) && text.len() == 20 && text.chars().all(usual)
}

/// Whether a text is a secret access key of the usual shape.
pub fn is_secret(text: &str) -> bool {
    text.len() == 40 && text.chars().all(|c| c.is_ascii_alphanumeric() || "/+=".contains(c))
}

/// Whether a text is a session token of the usual shape.
fn is_token(text: &str) -> bool {
    text.len() > 40 && text.chars().all(|c| c.is_ascii_alphanumeric() || "/+=".contains(c)) && holds_secret(text)
}

#[cfg(test)]
mod tests;
