//! The addresses of repositories: the one that is meant, and the remotes of the repository that the program stands in.
//!
//! Deliberately absent: whether AWS has them.

use super::Config;
use super::subject::Subject;
use crate::checkup::{Check, Login, Protocol};
use crate::wizard::names::printable;

/// The address that is meant, and all remotes.
pub(super) fn checks(config: Config<'_>, subject: &Subject) -> Vec<Check> {
    vec![one(subject), all(config, subject)]
}

fn one(subject: &Subject) -> Check {
    let id = "remote";
    let Some(address) = &subject.address else { return Check::skip(id, "no repository of CodeCommit is meant") };
    let fix = |check: Check| match address.clean(&subject.region) {
        Some(url) => check.fix(subject.use_of(&url)),
        None => check,
    };
    let fail = |cause, found: String| Check::fail(id, cause, found);
    let shown = &address.shown;
    match address.protocol {
        Protocol::Grc => fix(fail("remote-not-https", shown.clone()))
            .why("It is for git-remote-codecommit, and git asks no helper for it."),
        Protocol::Ssh => {
            fix(fail("remote-not-https", shown.clone())).why("It is for SSH keys, and git asks no helper for it.")
        }
        Protocol::Http => fix(fail("remote-not-https", shown.clone()))
            .why("Over http everybody on the way could read the password, so the helper gives none."),
        Protocol::Https if !address.whole_path && address.repository.is_some() => {
            fix(fail("url-not-codecommit", format!("{shown} lacks /v1/repos/ before the name")))
        }
        Protocol::Https if address.repository.is_none() => {
            fail("url-not-codecommit", format!("{shown} names no repository"))
        }
        Protocol::Https if address.login == Login::Password => {
            fix(fail("user-in-url", format!("a password stands in {shown}")))
        }
        Protocol::Https if address.ending.is_some() => {
            let ending = address.ending.unwrap_or_default();
            fix(fail("url-slash", format!("{shown} has {ending} at its end")))
        }
        Protocol::Https if address.login == Login::Name => {
            let check = Check::warn(id, Some("user-in-url"), format!("a user name stands in {shown}"));
            fix(check).why("Git lets the helper's name take its place, some other programs do not.")
        }
        Protocol::Https => Check::pass(id, shown),
    }
}

fn all(config: Config<'_>, subject: &Subject) -> Check {
    let id = "remotes";
    let Some(sources) = config else { return Check::skip(id, "there is no git to say") };
    if sources.repository.is_none() {
        return Check::skip(id, "you are not in a repository");
    }
    let count = sources.remotes().len();
    let of_codecommit = subject.remotes.as_slice();
    match (count, of_codecommit) {
        (0, _) => Check::pass(id, "this repository has none"),
        (_, []) => Check::pass(id, format!("none of {count} leads to CodeCommit")),
        (_, addresses) => {
            let shown: Vec<String> =
                addresses.iter().map(|(name, address)| format!("{} {}", printable(name), address.shown)).collect();
            Check::pass(id, shown.join(", "))
        }
    }
}
