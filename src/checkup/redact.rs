//! The second net under what is shown: whatever looks like a secret is masked, though nothing that could hold one is put in.
//!
//! Deliberately absent: the first net, which is in the types that a check-up is made of.

/// What stands in the place of a secret.
const MASK: &str = "«left out»";
/// What stands there where a value was left out before.
const TOLD: [&str; 2] = ["(left out)", "(set, left out)"];
/// A word as long as this is no word: session tokens are longer.
const TOO_LONG: usize = 100;
/// How long a secret access key is.
const SECRET: usize = 40;
/// How access key IDs begin (IAM user guide, unique identifiers).
const KEYS: [&str; 2] = ["AKIA", "ASIA"];
/// Names of settings whose values are secret wherever they turn up.
const NAMES: [&str; 6] =
    ["password", "secret_access_key", "secretaccesskey", "session_token", "security_token", "authorization"];

/// A text in which nothing looks like a secret any more: passwords of CodeCommit, secret access keys, session tokens, what stands
/// before the host of a URL, and values of settings that are called secret; of access key IDs the ends are left.
pub fn masked(text: &str) -> String {
    let text = without_logins(text);
    let text = without_named(&text);
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if is_of_word(c) {
            word.push(c);
        } else {
            out.push_str(&masked_word(&word));
            word.clear();
            out.push(c);
        }
    }
    out.push_str(&masked_word(&word));
    out
}

/// The same without the numbers of accounts.
pub(super) fn without_accounts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        // An ARN, a user of IAM's git credentials and a sentence hold them alike: twelve digits.
        out.push_str(if digits.len() == 12 { "************" } else { &digits });
        digits.clear();
        out.push(c);
    }
    out.pop();
    out
}

/// Characters of base64, of percent-encoding and of URL-safe base64.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '%' | '_' | '-')
}

fn masked_word(word: &str) -> String {
    let is_key = |part: &str| {
        let rest = KEYS.iter().find_map(|start| part.strip_prefix(start));
        rest.is_some_and(|rest| rest.len() >= 12 && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
    };
    if word.len() >= 16 + 64 && is_password(word) {
        return MASK.to_owned();
    }
    // A user name of git: the key, a percent sign, and the session token.
    if let Some((key, _)) = word.split_once('%').filter(|(key, _)| is_key(key)) {
        return format!("{}%{MASK}", ends(key));
    }
    if is_key(word) {
        return ends(word);
    }
    let pieces = word.split(['/', '=', '%', '_', '-']);
    let longest = pieces.map(str::len).max().unwrap_or_default();
    if word.len() >= TOO_LONG && longest >= SECRET {
        return MASK.to_owned();
    }
    let core = word.trim_matches('=');
    if looks_secret(core) || word.split('=').any(looks_secret) || (core.len() == 64 && is_hex(core)) {
        return MASK.to_owned();
    }
    word.to_owned()
}

/// `YYYYMMDDTHHMMSSZ` and 64 hexadecimal digits, anywhere in a word.
fn is_password(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.windows(16 + 64).any(|window| {
        let (moment, signature) = window.split_at(16);
        moment[8] == b'T'
            && moment[15] == b'Z'
            && moment[..8].iter().chain(&moment[9..15]).all(u8::is_ascii_digit)
            && signature.iter().all(u8::is_ascii_hexdigit)
    })
}

/// Forty characters of base64, of every kind.
fn looks_secret(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    word.len() == SECRET
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

fn is_hex(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_hexdigit())
}

fn ends(key: &str) -> String {
    format!("{}…{}", &key[..4], &key[key.len() - 4..])
}

/// `https://USER:PASSWORD@HOST` becomes `https://…@HOST`.
fn without_logins(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end =
            after.find(|c: char| c.is_whitespace() || matches!(c, '/' | '\'' | '"' | ',' | ')')).unwrap_or(after.len());
        // A secret may hold a slash: what stands before an `@` further on goes as well.
        let word = after.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"')).unwrap_or(after.len());
        let login = after[..word].rfind('@').filter(|at| *at < end || after[..*at].contains(':'));
        rest = match login {
            Some(at) => {
                out.push('…');
                &after[at..]
            }
            None => after,
        };
    }
    out.push_str(rest);
    out
}

/// `password=…` and the like lose their value.
fn without_named(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lower = text.to_ascii_lowercase();
    let mut rest = text;
    loop {
        let found =
            NAMES.iter().filter_map(|name| Some((lower.find(name)? + name.len(), *name))).min_by_key(|(end, _)| *end);
        let Some((end, _)) = found else { break };
        let (before, after) = rest.split_at(end);
        out.push_str(before);
        let value = after.trim_start_matches([' ', '"', '\'']);
        let taken = match value.strip_prefix(['=', ':']) {
            Some(value) => {
                let value = value.trim_start_matches([' ', '"', '\'']);
                let gap = after.len() - value.len();
                out.push_str(&after[..gap]);
                let basic =
                    ["Basic ", "Bearer "].iter().find(|word| value.starts_with(**word)).map_or(0, |word| word.len());
                let length = value[basic..]
                    .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ','))
                    .unwrap_or(value.len() - basic)
                    + basic;
                let told = TOLD.iter().any(|told| value.starts_with(told));
                if told {
                    gap
                } else {
                    out.push_str(if length > 0 { MASK } else { "" });
                    gap + length
                }
            }
            None => 0,
        };
        rest = &after[taken..];
        lower = rest.to_ascii_lowercase();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{masked, without_accounts};

    #[test]
    fn whatever_looks_like_a_secret_is_masked() {
        let token = "IQoJb3JpZ2luX2VjEHoaCXVzLWVhc3QtMSJHMEUCIQ".repeat(6);
        let signature = "a1".repeat(32);
        for (text, planted) in [
            (format!("password=20260102T030405Z{signature} x"), signature.as_str()),
            (format!("said 20260102T030405Z{signature}"), "20260102T"),
            (format!("https://AKIAIOSFODNN7EXAMPLE:20260102T030405Z{signature}@host/x"), signature.as_str()),
            ("key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY end".to_owned(), "wJalr"),
            ("aws_secret_access_key = short".to_owned(), "short"),
            ("\"SecretAccessKey\": \"short\"".to_owned(), "short"),
            ("http://me:pass/word@proxy:3128".to_owned(), "word"),
            (format!("AWS_SESSION_TOKEN={token}"), "IQoJ"),
            (format!("user ASIAIOSFODNN7EXAMPLE%{token}"), "IQoJ"),
            (format!("only {token}"), "IQoJ"),
            ("AKIAIOSFODNN7EXAMPLE".to_owned(), "IOSFODNN7"),
            ("Authorization: Basic aGlkZGVu".to_owned(), "aGlkZGVu"),
        ] {
            assert!(!masked(&text).contains(planted), "{text} → {}", masked(&text));
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "!aws --profile dev codecommit credential-helper $@ at ~/.gitconfig:6",
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo",
            "/home/ann/a/long/path/that/goes/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/x",
            "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
            "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/ann@example.com",
            "a password that was made 20 minutes ago",
            "git@github.com:a/b",
            "aws_secret_access_key = (left out)",
            "the secret access key of dev does not belong to its ID",
        ] {
            assert_eq!(masked(text), text);
        }
        assert_eq!(masked("key AKIAIOSFODNN7EXAMPLE"), "key AKIA…MPLE");
    }

    #[test]
    fn accounts_are_hidden_and_other_numbers_are_not() {
        assert_eq!(
            without_accounts("arn:aws:iam::123456789012:user/a, 2026, 1234567890123"),
            "arn:aws:iam::************:user/a, 2026, 1234567890123"
        );
    }
}
