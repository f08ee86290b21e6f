//! What looks like a secret where none belongs: in a field that everybody can read, as a name, as an argument, as an answer.
//!
//! A secret access key has 40 characters of base64 and changes between capitals, small letters and digits every second
//! character; names and paths are made of words. What is repeated loses logins of addresses as well. Deliberately absent: finding secrets in files and in what programs print.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::names::{is_drawable, printable};
use super::problem::Problem;
use crate::redact::masked_but_keys;

/// The characters of a secret access key.
const SECRET: usize = 40;

/// The characters of the shortest session token.
const TOKEN: usize = 100;

/// How session tokens begin: the first bytes of every one of them, in base64.
const TOKENS: [&str; 4] = ["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "AQoDYXdz"];

/// The characters of an access key ID.
const ID: usize = 20;

/// Whether a text holds a secret access key or a session token, or an access key ID with what may be one behind it.
pub fn holds_secret(text: &str) -> bool {
    let text = decoded(text);
    runs(&text).any(|run| {
        has_window(run, SECRET, Kinds::is_secret)
            || is_one_secret(run)
            || is_long_token(run)
            || TOKENS.iter().any(|start| run.windows(start.len()).any(|part| part == start.as_bytes()))
    }) || behind_id(&text).any(|run| run.len() >= 16)
        || in_pieces(&text, 4, |piece| piece.len() == SECRET && has_window(piece, SECRET, Kinds::is_secret))
}

/// Whether a text may hold a secret, or the greater part of one that is still being typed: it is not shown then.
pub fn may_hold_secret(text: &str) -> bool {
    let text = decoded(text);
    holds_secret(&text)
        || runs(&text).any(|run| has_window(run, SECRET / 2, Kinds::is_half_a_secret))
        || behind_id(&text).any(|run| run.len() >= 8)
        || in_pieces(&text, 3, |piece| has_window(piece, SECRET / 2, Kinds::is_half_a_secret))
}

/// A text that cannot be used, as a sentence repeats it: in quotes, without a login, or hidden.
pub fn repeated(text: &str) -> String {
    if may_hold_secret(text) {
        "“••••” (hidden, it may be a secret)".to_owned()
    } else {
        format!("“{}”", without_login(text))
    }
}

/// The same without quotes.
pub fn shown(text: &str) -> String {
    if may_hold_secret(text) { "•••• (hidden, it may be a secret)".to_owned() } else { without_login(text) }
}

/// What somebody typed, without what stands before the host of an address.
fn without_login(text: &str) -> String {
    let masked = masked_but_keys(text);
    // It is one address: whatever stands in its password, it goes to the last `@`.
    let start = masked.find("://").map_or(0, |place| place + 3);
    let (before, address) = masked.split_at(start);
    let is_arn = start == 0 && address.starts_with("arn:");
    match address.rsplit_once('@') {
        Some((login, host)) if !is_arn && login.contains(':') => printable(&format!("{before}…@{host}")),
        Some(_) | None => printable(&masked),
    }
}

/// Refuses a secret where something else is asked for.
///
/// # Errors
/// The text holds one; it is not repeated.
pub fn refuse_secret(text: &str) -> Result<(), Problem> {
    if !holds_secret(text) {
        return Ok(());
    }
    Err(Problem::input(
        "That looks like a secret access key, which does not belong here.",
        "Delete it, and type what is asked for. If somebody may have seen the key, replace it in IAM.",
    ))
}

/// The slashes and plus signs of a secret as JSON and URLs write them.
fn decoded(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for (written, meant) in [("\\/", "/"), ("%2F", "/"), ("%2f", "/"), ("%2B", "+"), ("%2b", "+")] {
        if text.contains(written) {
            text = Cow::Owned(text.replace(written, meant));
        }
    }
    text
}

/// The unbroken pieces of base64.
fn runs(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().split(|byte| !is_base64(*byte)).filter(|run| !run.is_empty())
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/+=".contains(&byte)
}

/// Whether pieces of base64 with blanks between them, put together, are what is looked for.
///
/// Words change their kind of letter where they begin, pieces of a secret anywhere: after one in `share` letters or more.
fn in_pieces(text: &str, share: usize, is_wanted: fn(&[u8]) -> bool) -> bool {
    let pieces: Vec<&[u8]> = text
        .split(|c: char| c.is_whitespace() || !is_drawable(c))
        .map(str::as_bytes)
        .filter(|it| !it.is_empty())
        .collect();
    (0..pieces.len()).any(|first| {
        let (mut whole, mut changes) = (Zeroizing::new(Vec::with_capacity(2 * SECRET)), 0);
        let own = pieces[first..].iter().take_while(|piece| piece.iter().all(|byte| is_base64(*byte)));
        for (count, piece) in own.enumerate() {
            if piece.len() > SECRET || whole.len() + piece.len() > SECRET {
                break;
            }
            whole.extend_from_slice(piece);
            changes += (1..piece.len()).filter(|at| begins_word(piece, *at)).count();
            let within = whole.len() - count - 1;
            if count > 0 && share * changes >= within && is_wanted(&whole) {
                return true;
            }
        }
        false
    })
}

/// The pieces behind an access key ID, the rest of its own first.
fn behind_id(text: &str) -> impl Iterator<Item = &[u8]> {
    let is_id = |part: &[u8]| {
        (part.starts_with(b"AKIA") || part.starts_with(b"ASIA"))
            && part.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let place = text.as_bytes().windows(ID).position(is_id);
    let rest = place.map_or(&[][..], |place| &text.as_bytes()[place + ID..]);
    // An e-mail address or a sentence behind an ID is no secret.
    rest.split(|byte| !is_base64(*byte)).filter(|run| !run.is_empty())
}

/// Whether a piece is as long as a secret to the character, and of all kinds.
fn is_one_secret(run: &[u8]) -> bool {
    let kinds = Kinds::of(run);
    run.len() == SECRET && kinds.upper > 0 && kinds.lower > 0 && kinds.digit + kinds.plus > 0 && kinds.slash <= 2
}

fn is_long_token(run: &[u8]) -> bool {
    let kinds = Kinds::of(run);
    run.len() >= TOKEN && kinds.upper > 0 && kinds.lower > 0 && kinds.digit > 0 && kinds.slash * 16 <= run.len()
}

/// What a piece is made of.
#[derive(Default)]
struct Kinds {
    upper: usize,
    lower: usize,
    digit: usize,
    plus: usize,
    slash: usize,
    /// As somebody would read it: `CodeCommit2` has three.
    words: usize,
}

impl Kinds {
    fn of(run: &[u8]) -> Self {
        let mut kinds = Self::default();
        (0..run.len()).for_each(|at| kinds.count(run, at, usize::wrapping_add));
        kinds
    }

    fn count(&mut self, run: &[u8], at: usize, change: fn(usize, usize) -> usize) {
        let kind = match run[at] {
            byte if byte.is_ascii_uppercase() => &mut self.upper,
            byte if byte.is_ascii_lowercase() => &mut self.lower,
            byte if byte.is_ascii_digit() => &mut self.digit,
            b'/' => &mut self.slash,
            _ => &mut self.plus,
        };
        *kind = change(*kind, 1);
        self.words = change(self.words, usize::from(begins_word(run, at)));
    }

    /// Words of three characters and a half at the most, and not the many slashes of a path.
    fn is_secret(&self) -> bool {
        let mixed = self.upper > 0 && self.lower > 0 && (self.digit + self.plus + self.slash > 0 || self.words >= 14);
        mixed && self.words >= 11 && self.slash <= 4
    }

    fn is_half_a_secret(&self) -> bool {
        self.upper > 0 && self.lower > 0 && self.digit > 0 && self.words >= 9 && self.slash <= 1
    }
}

/// Whether a word begins at a character: a capital with small letters behind it is one.
fn begins_word(run: &[u8], at: usize) -> bool {
    let kind = |byte: u8| match byte {
        byte if byte.is_ascii_uppercase() => 'A',
        byte if byte.is_ascii_lowercase() => 'a',
        byte if byte.is_ascii_digit() => '0',
        byte => byte.into(),
    };
    let own = kind(run[at]);
    let before = at.checked_sub(1).map(|before| kind(run[before]));
    match own {
        '/' | '=' => false,
        '+' => true,
        'a' => !matches!(before, Some('a' | 'A')),
        other => before != Some(other),
    }
}

/// Whether so many characters in a row are of a kind; one look at each character.
fn has_window(run: &[u8], width: usize, is_wanted: fn(&Kinds) -> bool) -> bool {
    let mut kinds = Kinds::default();
    (0..run.len()).any(|at| {
        kinds.count(run, at, usize::wrapping_add);
        if at >= width {
            kinds.count(run, at - width, usize::wrapping_sub);
        }
        at + 1 >= width && is_wanted(&kinds)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{holds_secret, may_hold_secret, refuse_secret, repeated, shown};

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn what_people_type_into_fields_is_shown() {
        for text in [
            "",
            ID,
            "CodeCommitProfile",
            "AdministratorAccess-123456789012",
            "us-east-2",
            "Asia Pacific (Tokyo)",
            "MyVeryLongRepositoryNameForTheBackendServices2024Api",
            "InfraStack-Repo22E53BBD-1A2B3C4D5E6F7",
            "3a7bd3e2360a3d29eea436fcfb7e44c735d117c4",
            "2E1B7A0D4C9F4B7E8A3D5C6B7A8F9E0D",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo",
            "codecommit::eu-west-1://MyProfile2@MyDemoRepo",
            "arn:aws:codecommit:us-east-2:123456789012:MyDemoRepo",
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_PowerUser_1a2b3c4d5e6f7a8b",
            "https://us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/MyDemoRepo/browse?region=us-east-2",
            "/Users/ann/Documents/Work/AWS/CodeCommit/2024/repos",
            "/mnt/c/Users/Ann/OneDrive/Dev/AWS/CC/v2/src",
            "~/src/work/Client42/BackendV2/IaC/EKS/prod1/eu1/A",
            "C:/Users/Ann Example/Documents/GitHub/CodeCommitDemos2024",
            "The backend of the shop, version 2. Ask Ann (ann@example.com) before you push to it.",
        ] {
            assert!(!may_hold_secret(text), "{text}");
        }
    }

    #[test]
    fn sentences_of_short_words_are_shown() {
        for text in [
            "The Api Of The Big Red Shop In The EU V2",
            "A B C Of The Old API And The New V2 In EU1 And US2",
            "EKS v2 in EU1 and US2 for the A Team",
            "My Docs/AWS/CC/V2/Src 2024 Old And New",
            "Use HTTPS or SSH with AWS CLI V2 on MacOS 14",
        ] {
            assert!(!may_hold_secret(text), "{text}");
        }
    }

    #[test]
    fn a_login_is_not_repeated() {
        for text in [
            "https://me:plantpw@github.com/a/b",
            "https://me:it'splant@github.com/a/b",
            "https://me:pl ant@github.com/a/b",
            "https://me:pl@plant@github.com/a/b",
            "https://planttoken@github.com/a/b",
            "me:plantpw@github.com/a/b",
            "--url=me:plantpw@github.com/a/b",
            "user me:plantpw@host",
        ] {
            for told in [shown(text), repeated(text)] {
                assert!(!told.contains("plant") && told.contains("…@"), "{text} → {told}");
            }
        }
        for text in [
            "git@github.com:a/b",
            "ssh://APKA@git-codecommit.us-east-2.amazonaws.com/v1/repos/a",
            "codecommit::eu-west-1://profile@MyDemoRepo",
            "codecommit://profile@MyDemoRepo",
            "arn:aws:iam::123456789012:user/ann@example.com",
            "ann@example.com",
            "AKIAIOSFODNN7EXAMPLE",
            "us-east-2",
        ] {
            assert_eq!((shown(text), repeated(text)), (text.to_owned(), format!("“{text}”")));
        }
    }

    #[test]
    fn a_name_of_many_short_words_is_hidden_but_not_refused() {
        for text in ["FooBarBazQuxV2ApiDbS3EksEcsIamSts", "InfraStackRepo22E53BBD1A2B3C4D5E6F7"] {
            assert!(may_hold_secret(text) && !holds_secret(text), "{text}");
        }
    }

    #[test]
    fn a_secret_is_found_whatever_stands_around_it() {
        let escaped = SECRET.replace('/', "\\/");
        let encoded = SECRET.replace('/', "%2F");
        for text in [
            SECRET.to_owned(),
            format!("{ID},{SECRET}"),
            format!("{ID}{SECRET}"),
            format!("{SECRET}{ID}"),
            format!("key={SECRET}"),
            format!("xyz{SECRET}xyz"),
            format!("a-{SECRET}-b_c"),
            format!("https://{SECRET}@example.com/x"),
            format!("{}{SECRET}{}", "a".repeat(300), "b".repeat(300)),
            format!("\"{escaped}\""),
            encoded,
            format!("{ID} wJalr/+EXAMPLEKEY"),
            format!("IQoJb3JpZ2luX2VjEJr{}", "x".repeat(4)),
            format!("{}Ab1+/=", "Ab1cdefghijk".repeat(9)),
            "AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKL12".to_owned(),
        ] {
            assert!(holds_secret(&text), "{text}");
            assert!(!repeated(&text).contains("wJal") && !shown(&text).contains("wJal"), "{text}");
            assert!(!refuse_secret(&text).unwrap_err().to_string().contains("wJal"), "{text}");
        }
        assert_eq!(repeated("us\u{1b}x"), "“us\u{fffd}x”");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            prop_assert!(may_hold_secret(&text) || !holds_secret(&text));
        }

        /// However often it is broken, and whatever is the blank.
        #[test]
        fn a_secret_in_pieces_is_found(
            secret in "[A-Z][a-z][0-9]([A-Z][a-z0-9][A-Za-z0-9+/]){10}[A-Z][0-9][a-z]{2}[0-9][A-Z]{2}",
            every in 1_usize..40,
            blank in prop::sample::select(vec![" ", "  ", "\t", "\n", "\u{a0}", "\u{200b}", " \u{feff}"]),
            before in "(key: |my key |)",
        ) {
            let pieces: Vec<&str> = (0..40).step_by(every).map(|at| &secret[at..40.min(at + every)]).collect();
            let text = format!("{before}{}{blank}", pieces.join(blank));
            prop_assert!(may_hold_secret(&text), "{text}");
        }

        /// Those that have three kinds of characters and many changes between them: all but 2 of 1000.
        #[test]
        fn secrets_as_aws_makes_them_are_found(secret in "[A-Z][a-z][0-9]([A-Z][a-z0-9][A-Za-z0-9+/]){10}[A-Z][0-9][a-z]{2}[0-9][A-Z]{2}", before in "[a-z/_. -]{0,9}") {
            prop_assert!(holds_secret(&format!("{before}{secret}")), "{secret}");
        }
    }
}
