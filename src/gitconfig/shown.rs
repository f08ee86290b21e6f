//! A helper's value as it may be shown to strangers: only words that are known to be harmless.
//!
//! Deliberately absent: the rest; somebody may have written a password into it.

use std::iter::Peekable;
use std::str::Split;

use super::program::helper_program;
use super::quote::{profile_option, shell_quoted};
use super::recognise::{is_codecommit_helper, profile_of, store};
use crate::redact::masked_but_keys;
use crate::wizard::names::{ProfileName, Region};

/// Words of helpers for CodeCommit that say nothing secret.
const WORDS: [&str; 10] = [
    "exec",
    "codecommit",
    "credential-helper",
    "$@",
    "get",
    "--profile",
    "--region",
    "--ignore-host-check",
    "--no-cache",
    "--debug",
];

/// A helper's value with `…` in the place of each word that is not known.
pub fn shown_helper(value: &str) -> String {
    masked_but_keys(&known_words(value))
}

fn known_words(value: &str) -> String {
    if is_as_written(value) {
        return value.to_owned();
    }
    let program = helper_program(value);
    if !is_codecommit_helper(value) {
        let name = match (store(value), &program) {
            (Some(store), _) => store.helper.to_owned(),
            (None, Some(program)) => program.trim_start_matches("git-credential-").to_owned(),
            (None, None) => "…".to_owned(),
        };
        let more = if value.contains([' ', '\t']) && name != "…" { " …" } else { "" };
        let bang = if value.starts_with('!') { "!" } else { "" };
        return format!("{bang}{name}{more}");
    }
    let profile = profile_of(value).unwrap_or_default();
    let region = |word: &str| Region::parse(word).is_ok();
    let mut of_profile = profile.split(' ').peekable();
    let known = |word: &str, of_profile: &mut Peekable<Split<'_, char>>| {
        let bare = word.trim_start_matches('!').trim_matches(['\'', '"']);
        let plain = bare.strip_prefix("--profile=").unwrap_or(bare);
        WORDS.contains(&bare)
            || region(bare)
            || bare.is_empty()
            || program
                .as_deref()
                .is_some_and(|program| program == bare || program.trim_start_matches("git-credential-") == bare)
            || (!profile.is_empty() && of_profile.next_if_eq(&plain.trim_matches(['\'', '"'])).is_some())
    };
    let words = value.split(' ').map(|word| if known(word, &mut of_profile) { word } else { "…" });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a value is one that this program writes, to the letter.
fn is_as_written(value: &str) -> bool {
    let words = shlex::split(value.trim_start_matches('!')).unwrap_or_default();
    // A variable that is set for the program may be anything.
    let Some(program) = words.first().filter(|program| !program.contains('=')).map(|word| shell_quoted(word)) else {
        return false;
    };
    let option = profile_of(value).and_then(|name| ProfileName::parse(&name).ok()).map(|name| profile_option(&name));
    let Some(option) = option else { return value == format!("!{program} codecommit credential-helper $@") };
    [
        format!("!{program} {option} codecommit credential-helper $@"),
        format!("!{program} credential-helper {option}"),
        format!("codecommit {option}"),
    ]
    .contains(&value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::shown_helper;

    #[test]
    fn what_is_usual_is_shown_as_it_is() {
        for value in [
            "!aws codecommit credential-helper $@",
            "!aws --profile dev codecommit credential-helper $@",
            "!aws --profile 'my team' codecommit credential-helper $@",
            "!/usr/local/bin/aws --profile=dev codecommit credential-helper",
            "!/opt/codecommit-setup credential-helper --profile dev",
            "codecommit --profile dev",
            "aws codecommit credential-helper",
            "osxkeychain",
            "",
        ] {
            assert_eq!(shown_helper(value), if value.is_empty() { "…" } else { value }, "{value}");
        }
    }

    #[test]
    fn what_somebody_hid_in_a_helper_is_not_shown() {
        for (value, shown) in [
            (
                "!AWS_SECRET_ACCESS_KEY=planted aws codecommit credential-helper $@",
                "… aws codecommit credential-helper $@",
            ),
            ("!echo password=planted", "!echo …"),
            ("!f() { echo planted; }; f", "!…"),
            ("store --file=/planted", "store …"),
            (
                "!aws --profile dev --planted codecommit credential-helper $@",
                "!aws --profile dev … codecommit credential-helper $@",
            ),
        ] {
            assert_eq!(shown_helper(value), shown);
        }
    }
}
