//! Secrets that are known by their looks alone: letters in an order that no language and no path has.
//!
//! Each pair of neighbours is usual or odd; of the pairs of a secret access key three quarters are odd as a rule, and of a path or a name
//! a handful. Deliberately absent: commits and other numbers in one case, which no key is.

use super::Found;
use super::view::View;

/// How long a secret access key is.
const SECRET: usize = 40;
/// How much of one is looked at: a percent sign before it may take two of its characters for its own.
const STRETCH: usize = SECRET - 2;
/// How many odd pairs make a secret: one random text in ten million has fewer.
const ODD: usize = 14;
/// The same for the alphabet of URLs, in which names of roles are written as well.
const ODD_IN_URLS: usize = 22;
/// How long a number in hexadecimal digits is at least.
const NUMBER: usize = 12;
/// How many letters of either case there are at least.
const OF_EACH_CASE: usize = 2;
/// A run as long as this is a token: all of it goes.
const TOKEN: usize = 100;
/// How many hexadecimal digits the signature in a password of CodeCommit has.
const SIGNATURE: usize = 64;

/// For each letter the ones that usually follow it: the 200 most frequent pairs in paths, identifiers and English.
const USUAL: [&str; 26] = [
    "bcdgilmnprstu",
    "aeilorsu",
    "acehiklorstu",
    "adeios",
    "abcdefglmnprstvwx",
    "aefio",
    "eirs",
    "aeio",
    "abcdefglmnoprstv",
    "",
    "es",
    "adeilostu",
    "aeilopsu",
    "acdefginost",
    "cdglmnoprstuw",
    "aeiloprstuy",
    "",
    "acdeikmnorstuy",
    "acehilopstuv",
    "acehiloprstuy",
    "belmnprst",
    "aceims",
    "aeio",
    "t",
    "p",
    "e",
];

/// Finds what looks random.
pub(super) fn find(view: &View, found: &mut Vec<Found>) {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    for (from, to) in runs(&view.bytes, is_base64) {
        let run = &view.bytes[from..to];
        let secrets = random_parts(run, ODD);
        if (run.len() >= TOKEN && !secrets.is_empty()) || is_key(run) {
            Found::mask(view, from, padded(&view.bytes, to), found);
        } else {
            for (start, end) in secrets {
                Found::mask(view, from + start, padded(&view.bytes, from + end), found);
            }
        }
    }
    for (from, to) in runs(&view.bytes, |byte| is_base64(byte) || matches!(byte, b'-' | b'_')) {
        for (start, end) in random_parts(&view.bytes[from..to], ODD_IN_URLS) {
            Found::mask(view, from + start, from + end, found);
        }
    }
}

/// Finds signatures, in a text whose lines were left as they are.
pub(super) fn find_signatures(view: &View, found: &mut Vec<Found>) {
    for (from, to) in runs(&view.bytes, |byte| byte.is_ascii_hexdigit()) {
        if to - from >= SIGNATURE {
            Found::mask(view, from, to, found);
        }
    }
}

/// Where each longest run of such bytes begins and ends.
fn runs(bytes: &[u8], of: impl Fn(u8) -> bool) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| of(**byte)).count();
        if length >= STRETCH {
            runs.push((at, at + length));
        }
        at += length + 1;
    }
    runs
}

/// The parts of a run in which every stretch as long as a secret looks like one.
fn random_parts(run: &[u8], least: usize) -> Vec<(usize, usize)> {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let pairs = odd_pairs(run);
    let (mut odd, mut upper, mut lower) = (0, 0, 0);
    for end in 0..run.len() {
        upper += usize::from(run[end].is_ascii_uppercase());
        lower += usize::from(run[end].is_ascii_lowercase());
        odd += usize::from(pairs[end]);
        if let Some(gone) = end.checked_sub(STRETCH) {
            upper -= usize::from(run[gone].is_ascii_uppercase());
            lower -= usize::from(run[gone].is_ascii_lowercase());
            odd -= usize::from(pairs[gone + 1]);
        }
        if end + 1 >= STRETCH && odd >= least && upper >= OF_EACH_CASE && lower >= OF_EACH_CASE {
            let start = end + 1 - STRETCH;
            match parts.last_mut() {
                Some(last) if last.1 >= start => last.1 = end + 1,
                _ => parts.push((start, end + 1)),
            }
        }
    }
    parts
}

/// For each byte of a run whether it and the one before are an odd pair; a commit or an ID in it is one long word.
fn odd_pairs(run: &[u8]) -> Vec<bool> {
    let mut pairs = vec![false; run.len()];
    let mut word = 0;
    for (at, byte) in run.iter().enumerate() {
        pairs[at] = at > 0 && is_odd(run[at - 1], *byte);
        if !matches!(byte, b'0'..=b'9' | b'a'..=b'f') {
            word = at + 1;
        } else if at + 1 - word == NUMBER {
            pairs[word + 1..=at].fill(false);
        } else if at + 1 - word > NUMBER {
            pairs[at] = false;
        }
    }
    pairs
}

/// How many pairs of neighbours in a name are odd.
pub(super) fn count_odd(text: &str) -> usize {
    text.as_bytes().windows(2).filter(|pair| is_odd(pair[0], pair[1])).count()
}

/// Whether two neighbours are not what a word or a path has.
fn is_odd(first: u8, second: u8) -> bool {
    let is_separator = |byte: u8| matches!(byte, b'/' | b'-' | b'_');
    match (first, second) {
        _ if is_separator(first) || is_separator(second) => false,
        (b'+', _) | (_, b'+') => true,
        _ if first.is_ascii_digit() || second.is_ascii_digit() => first.is_ascii_digit() != second.is_ascii_digit(),
        _ if first.is_ascii_lowercase() && second.is_ascii_uppercase() => true,
        _ => {
            let place = usize::from(first.to_ascii_lowercase().wrapping_sub(b'a'));
            let usual = USUAL.get(place).copied().unwrap_or_default();
            !usual.as_bytes().contains(&second.to_ascii_lowercase())
        }
    }
}

/// A word as long as a secret access key with letters of either case and digits, and no path.
fn is_key(run: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| run.iter().any(test);
    let of_all = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    run.len() == SECRET && of_all && !run.contains(&b'/')
}

/// The end of a run with the signs of equality that fill up base64.
fn padded(bytes: &[u8], end: usize) -> usize {
    end + bytes[end..].iter().take(2).take_while(|byte| **byte == b'=').count()
}
