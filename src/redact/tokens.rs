//! Secrets that are known by how they begin: tokens of hosts of git, of AWS and of JSON, passwords of CodeCommit, private keys, and
//! the IDs of access keys, of which the ends are left.
//!
//! Deliberately absent: whether one is still good.

use super::Found;
use super::view::View;

/// How tokens begin, how many characters follow at least, and whether one may begin in the middle of a word.
const TOKENS: [(&[u8], usize, bool); 64] = [
    (b"ghp_", 20, true),
    (b"gho_", 20, true),
    (b"ghu_", 20, true),
    (b"ghs_", 20, true),
    (b"ghr_", 20, true),
    (b"github_pat_", 20, true),
    (b"glpat-", 16, true),
    (b"gldt-", 16, false),
    (b"glrt-", 16, false),
    (b"glptt-", 16, false),
    (b"xoxa-", 10, true),
    (b"xoxb-", 10, true),
    (b"xoxp-", 10, true),
    (b"xoxr-", 10, true),
    (b"xoxs-", 10, true),
    (b"xapp-", 10, true),
    (b"sk_live_", 10, true),
    (b"pypi-AgE", 20, true),
    (b"ATATT3", 20, true),
    (b"ATBB", 20, false),
    (b"AIza", 30, false),
    (b"ya29.", 20, false),
    (b"xoxe-", 10, true),
    (b"xoxe.xox", 10, true),
    (b"sk_test_", 10, true),
    (b"rk_live_", 10, true),
    (b"rk_test_", 10, true),
    (b"whsec_", 20, true),
    (b"dckr_pat_", 16, true),
    (b"dckr_oat_", 16, true),
    (b"AGE-SECRET-KEY-1", 10, true),
    (b"gloas-", 16, false),
    (b"glcbt-", 16, false),
    (b"glsoat-", 16, false),
    (b"glft-", 16, false),
    (b"glimt-", 16, false),
    (b"glagent-", 16, false),
    (b"glffct-", 16, false),
    (b"ATCTT3", 20, true),
    (b"dop_v1_", 20, true),
    (b"doo_v1_", 20, true),
    (b"dor_v1_", 20, true),
    (b"shpat_", 20, true),
    (b"shpss_", 20, true),
    (b"shpca_", 20, true),
    (b"shppa_", 20, true),
    (b"lin_api_", 20, true),
    (b"sntrys_", 20, true),
    (b"hvs.", 20, false),
    (b"hvb.", 20, false),
    (b"rubygems_", 20, true),
    (b"PMAK-", 20, false),
    (b"GOCSPX-", 20, true),
    (b"figd_", 20, false),
    (b"CFPAT-", 20, false),
    (b"NRAK-", 20, false),
    (b"gsk_", 30, false),
    (b"tskey-", 20, false),
    // AWS: keys for Bedrock, session tokens, whole or cut short, and tokens of IAM Identity Center.
    (b"ABSKQmVkcm9j", 0, true),
    (b"bedrock-api-key-", 10, true),
    (b"IQoJb3JpZ2lu", 0, true),
    (b"FwoGZXIvYXdz", 0, true),
    (b"FQoGZXIvYXdz", 0, true),
    (b"aoaAAAAA", 20, false),
];
/// How tokens begin that words may begin like as well: such a one has a digit, and is as long as this.
const WITH_DIGITS: [(&[u8], usize); 4] = [(b"sk-", 20), (b"pypi-", 20), (b"npm_", 20), (b"hf_", 20)];
/// How far a digit is looked for in them.
const DIGITS: usize = 256;
/// How a token of `SendGrid` begins, and how long each of its two parts is at least.
const SENDGRID: (&[u8], usize) = (b"SG.", 10);
/// How a JSON Web Token begins, and how long it is at least.
const JSON: (&[u8], usize) = (b"eyJ", 16);
/// How access key IDs begin (IAM user guide, unique identifiers).
const KEYS: [&[u8]; 2] = [b"AKIA", b"ASIA"];
/// How much of one follows at least.
const KEY: usize = 12;
/// How many digits of a signature make a password of one with its moment before it.
const SIGNED: usize = 8;

/// Finds tokens and passwords of CodeCommit, also of which the lines were put together.
pub(super) fn find(view: &View, found: &mut Vec<Found>) {
    let bytes = &view.bytes;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let is_first = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let length = password(rest).or_else(|| token(rest, is_first));
        if let Some(length) = length {
            Found::mask(view, at, at + length, found);
        }
        at += length.unwrap_or(1);
    }
}

/// Finds the IDs of access keys, and what stands behind one in a user name of git: a percent sign and the session token.
pub(super) fn find_keys(view: &View, found: &mut Vec<Found>) {
    let bytes = &view.bytes;
    let mut at = 0;
    while at < bytes.len() {
        let Some(start) = KEYS.iter().find(|start| bytes[at..].starts_with(start)) else {
            at += 1;
            continue;
        };
        let is_key = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let end = at + bytes[at..].iter().take_while(is_key).count();
        if end < at + start.len() + KEY {
            at += 1;
            continue;
        }
        Found::dots(view, at + 4, end - 4, found);
        if bytes.get(end) == Some(&b'%') {
            let token = bytes[end + 1..].iter().take_while(|byte| is_token(**byte)).count();
            Found::mask(view, end + 1, end + 1 + token, found);
        }
        at = end;
    }
}

/// Finds what stands in private keys.
pub(super) fn find_private(view: &View, found: &mut Vec<Found>) {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const END: &[u8] = b"-----END ";
    const KIND: &[u8] = b"PRIVATE KEY";
    const DASHES: &[u8] = b"-----";
    // How long the words before the dashes are at most.
    const WORDS: usize = 48;
    let bytes = &view.bytes;
    let find = |what: &[u8], from: usize, to: usize| {
        let part = bytes.get(from..to.min(bytes.len())).unwrap_or_default();
        part.windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let mut at = 0;
    while let Some(begin) = find(BEGIN, at, bytes.len()) {
        at = begin + BEGIN.len();
        let Some(kind) = find(KIND, at, at + WORDS) else { continue };
        let Some(dashes) = find(DASHES, kind, kind + WORDS) else { continue };
        let from = dashes + DASHES.len();
        // One that was cut off goes to the end.
        let to = find(END, from, bytes.len()).unwrap_or(bytes.len());
        if bytes[from..to].iter().any(u8::is_ascii_alphanumeric) {
            Found::mask(view, from, to, found);
        }
        at = to;
    }
}

/// How long the password of CodeCommit is that begins here: `YYYYMMDDTHHMMSSZ` and hexadecimal digits.
fn password(bytes: &[u8]) -> Option<usize> {
    let (moment, signature) = bytes.split_at_checked(16)?;
    let digits = moment[..8].iter().chain(&moment[9..15]).all(u8::is_ascii_digit);
    if !digits || moment[8] != b'T' || moment[15] != b'Z' {
        return None;
    }
    let signed = signature.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    (signed >= SIGNED).then_some(16 + signed)
}

/// How long the token is that begins here.
fn token(bytes: &[u8], is_first: bool) -> Option<usize> {
    let known = TOKENS.iter().find(|(start, _, anywhere)| bytes.starts_with(start) && (*anywhere || is_first));
    if let Some((start, least, _)) = known {
        let more = bytes[start.len()..].iter().take_while(|byte| is_token(**byte)).count();
        return (more >= *least).then_some(start.len() + more);
    }
    if !is_first {
        return None;
    }
    let many = |from: usize| bytes.get(from..).unwrap_or_default().iter().take_while(|byte| is_token(**byte)).count();
    if let Some((start, least)) = WITH_DIGITS.iter().find(|(start, _)| bytes.starts_with(start)) {
        let token = bytes[start.len()..].iter().take(DIGITS).take_while(|byte| is_token(**byte));
        let has_digit = token.clone().count() >= *least && token.clone().any(u8::is_ascii_digit);
        return has_digit.then(|| start.len() + many(start.len()));
    }
    if bytes.starts_with(SENDGRID.0) {
        let first = many(SENDGRID.0.len());
        let dot = SENDGRID.0.len() + first;
        let second = if bytes.get(dot) == Some(&b'.') { many(dot + 1) } else { 0 };
        return (first >= SENDGRID.1 && second >= SENDGRID.1).then_some(dot + 1 + second);
    }
    if !bytes.starts_with(JSON.0) {
        return None;
    }
    let length = bytes.iter().take_while(|byte| is_token(**byte) || **byte == b'.').count();
    (length >= JSON.1).then_some(length)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'%' | b'~')
}
