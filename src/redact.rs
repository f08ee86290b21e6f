//! What of others' texts may be shown: the settings that are known to be harmless, and under them a net for whatever looks like a
//! secret all the same.
//!
//! - `harmless`: the one list of settings of git and of the AWS files whose values are shown, wherever lines of files are;
//! - [`masked`]: the net, for reports, logs and whatever programs say; it reads a text as it is, decoded, and with its lines put
//!   together (`view`), and finds secrets by name (`named`), by place (`logins`), by beginning (`tokens`) and by look (`random`).
//!
//! Every search goes through its text once. Deliberately absent: which of its outputs a command puts through the net.

mod harmless;
mod logins;
mod named;
mod random;
mod shapes;
mod tokens;
mod view;

pub use harmless::{
    HIDDEN, Show, address, header_of_aws, name_of_aws, name_of_git, of_aws, of_git, subsection_of_git, value,
    value_of_aws,
};

use view::View;

/// What stands in the place of a secret.
const MASK: &str = "«left out»";
/// What stands in the place of a login, and of the middle of a key's ID.
const END: &str = "…";
/// What stands for a secret that was typed or written.
const DOTS: &str = "••••";
/// What stands there where a value was left out before.
const TOLD: [&str; 3] = ["(left out)", "(set, left out)", "(typed, hidden)"];
/// How often a text is gone through at most: what was left out may lay bare something else.
const ROUNDS: usize = 4;

/// A text in which nothing looks like a secret any more: passwords of CodeCommit, secret access keys, tokens, what stands before
/// the host of an address, and values that are called secret; of access key IDs the ends are left.
pub fn masked(text: &str) -> String {
    rounds(text, true)
}

/// The same with the IDs of access keys, for who they belong to.
pub fn masked_but_keys(text: &str) -> String {
    rounds(text, false)
}

/// The same text without the numbers of accounts.
pub fn without_accounts(text: &str) -> String {
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

/// A part of a text that must not be seen.
struct Found {
    from: usize,
    to: usize,
    with: With,
}

/// What is put in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum With {
    Mask,
    End,
}

impl Found {
    fn mask(view: &View, from: usize, to: usize, found: &mut Vec<Self>) {
        found.extend(view.origins(from, to).into_iter().map(|(from, to)| Self { from, to, with: With::Mask }));
    }

    fn dots(view: &View, from: usize, to: usize, found: &mut Vec<Self>) {
        found.extend(view.origins(from, to).into_iter().map(|(from, to)| Self { from, to, with: With::End }));
    }
}

fn rounds(text: &str, keys: bool) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let found = find(&text, keys);
        if found.is_empty() {
            break;
        }
        let after = without(&text, found);
        if after == text {
            break;
        }
        text = after;
    }
    text
}

fn find(text: &str, keys: bool) -> Vec<Found> {
    let mut found = Vec::new();
    let plain = View::plain(text);
    let decoded = plain.decoded(text);
    let joined = decoded.joined();
    for view in [&plain, &decoded] {
        named::find(view, &mut found);
        logins::find(view, &mut found);
        random::find_signatures(view, &mut found);
        tokens::find_private(view, &mut found);
        if keys {
            tokens::find_keys(view, &mut found);
        }
    }
    for view in [&plain, &joined] {
        random::find(view, &mut found);
        tokens::find(view, &mut found);
    }
    found
}

/// The text without what was found in it.
fn without(text: &str, mut found: Vec<Found>) -> String {
    found.retain(|part| part.from < part.to);
    found.sort_unstable_by_key(|part| part.from);
    let mut parts: Vec<Found> = Vec::new();
    for part in found {
        match parts.last_mut() {
            Some(last) if part.from <= last.to => {
                last.to = last.to.max(part.to);
                if part.with == With::Mask {
                    last.with = With::Mask;
                }
            }
            _ => parts.push(part),
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for part in parts {
        out.push_str(after_mask(&out, &text[at..part.from]));
        let mark = match part.with {
            With::Mask => MASK,
            With::End => END,
        };
        if !out.ends_with(mark) {
            out.push_str(mark);
        }
        at = part.to;
    }
    out.push_str(after_mask(&out, &text[at..]));
    out
}

/// A text without the masks at its beginning, where one stands before it already.
fn after_mask<'a>(before: &str, mut text: &'a str) -> &'a str {
    while let (true, Some(rest)) = (before.ends_with(MASK), text.strip_prefix(MASK)) {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests;
