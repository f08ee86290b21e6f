//! The netrc file, from which git's curl takes a login before git asks any helper (curl's `lib/netrc.c`).
//!
//! Deliberately absent: passwords; their words are passed over.

use super::{Entries, is_ours, kept};

/// What the file is called in the home folder; the second one on Windows.
pub(super) const NAMES: &[&str] = if cfg!(windows) { &[".netrc", "_netrc"] } else { &[".netrc"] };

/// A word, and the line that it stands on.
struct Word {
    text: Vec<u8>,
    line: usize,
}

/// The logins for hosts of CodeCommit, each with the line that it begins at; that of `default` for each of these hosts that no
/// entry before it is for.
pub(super) fn entries(text: &[u8], hosts: &[String]) -> Entries {
    let words = words(text);
    let mut found = Entries::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let (line, keyword) = (word.line, word.text.as_slice());
        at += 1;
        let machine = match keyword {
            b"machine" => {
                let Some(host) = words.get(at) else { break };
                at += 1;
                Some(String::from_utf8_lossy(&host.text).into_owned())
            }
            b"default" => None,
            _ => continue,
        };
        let mut login: &[u8] = b"";
        while let Some(word) = words.get(at).filter(|word| !matches!(word.text.as_slice(), b"machine" | b"default")) {
            let takes_one = matches!(word.text.as_slice(), b"login" | b"password" | b"account");
            if word.text == b"login" {
                login = words.get(at + 1).map_or(b"", |word| &word.text);
            }
            at += if takes_one { 2 } else { 1 };
        }
        let of = |host: &str| (line, kept(host, login));
        match machine {
            Some(host) if is_ours(&host, hosts) => found.push(of(&host)),
            Some(_) => {}
            None => {
                let open: Vec<_> =
                    hosts.iter().filter(|host| found.iter().all(|(_, kept)| kept.host != **host)).collect();
                found.extend(open.into_iter().map(|host| of(host)));
                // Nothing behind it is read.
                break;
            }
        }
    }
    found
}

/// The words, without comments and macros; quoted ones without their quotes.
fn words(text: &[u8]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut in_macro = false;
    for (place, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        in_macro = in_macro && !line.is_empty();
        if in_macro || line.starts_with(b"#") {
            continue;
        }
        let mut rest = line;
        while let Some((text, after)) = word(rest) {
            in_macro |= text == b"macdef";
            words.push(Word { text, line: place + 1 });
            rest = after;
        }
    }
    words
}

fn word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let text = text.trim_ascii_start();
    let quoted = text.strip_prefix(b"\"");
    let mut rest = quoted.unwrap_or(text);
    let mut word = Vec::new();
    let first = *text.first()?;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (first, *byte) {
            (b'"', b'"') => break,
            (b'"', b'\\') => {
                let (escaped, after) = rest.split_first()?;
                word.push(*escaped);
                rest = after;
            }
            (b'"', other) => word.push(other),
            (_, other) if other.is_ascii_whitespace() => break,
            (_, other) => word.push(other),
        }
    }
    Some((word, rest))
}

#[cfg(test)]
mod tests {
    use super::entries;

    const HOST: &str = "git-codecommit.us-east-2.amazonaws.com";

    fn found(text: &str) -> Vec<(usize, String)> {
        let of = entries(text.as_bytes(), &[HOST.to_owned()]);
        of.into_iter().map(|(line, kept)| (line, kept.user.shown())).collect()
    }

    #[test]
    fn logins_are_read_as_curl_reads_them() {
        let ann = "ann-at-123456789012".to_owned();
        for text in [
            format!("machine {HOST} login {ann} password p"),
            format!("machine {HOST}\n  password p\n  login {ann}\n"),
            format!(
                "# machine {HOST} login x password y\nmachine github.com login me password machine\nmachine {HOST} login {ann}"
            ),
            format!("machine {HOST} login \"ann-at-\\123456789012\" password \"a b\""),
            format!("macdef x\nmachine {HOST} login x password y\n\nmachine {HOST} login {ann}"),
            format!("machine {HOST} account x login {ann} password default\ndefault login other password p"),
            format!("machine github.com login me password p default login {ann} password p machine {HOST} login x"),
        ] {
            let users: Vec<_> = found(&text).into_iter().map(|(_, user)| user).collect();
            assert_eq!(users.join(" "), ann, "{text}");
        }
        assert_eq!(found(&format!("\n\nmachine {HOST} password p")), [(3, "no user".to_owned())]);
        assert!(found("machine github.com login me password p").is_empty() && found("machine").is_empty());
        assert!(found(&format!("machine {HOST}.evil.example login ann password p")).is_empty());
    }
}
