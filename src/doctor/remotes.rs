//! The addresses of repositories: the one that is meant, and the remotes of the repository that the program stands in.
//!
//! Deliberately absent: whether AWS has them.

use super::Config;
use super::subject::Subject;
use crate::checkup::{Address, Check, Protocol};
use crate::wizard::names::printable;

/// The address that is meant, and all remotes.
pub(super) fn checks(config: Config<'_>, subject: &Subject) -> Vec<Check> {
    vec![one(subject), all(config, subject)]
}

fn one(subject: &Subject) -> Check {
    let id = "remote";
    let Some(address) = &subject.address else { return Check::skip(id, "no repository of CodeCommit is meant") };
    let clean = address.clean(&subject.region);
    let with_fix = |check: Check| match &clean {
        Some(url) if subject.is_remote => check.fix(format!("git remote set-url origin {url}")),
        Some(url) => check.fix(format!("Use {url}")),
        None => check,
    };
    match address.protocol {
        Protocol::Grc => with_fix(Check::fail(id, "remote-not-https", &address.shown))
            .why("It is for git-remote-codecommit, and git asks no helper for it."),
        Protocol::Ssh => with_fix(Check::fail(id, "remote-not-https", &address.shown))
            .why("It is for SSH keys, and git asks no helper for it."),
        Protocol::Https if address.user => {
            with_fix(Check::fail(id, "user-in-url", format!("a user name stands in {}", address.shown)))
        }
        Protocol::Https if address.slash || address.dot_git => with_fix(Check::fail(id, "url-slash", &address.shown)),
        Protocol::Https if address.repository.is_none() => {
            Check::fail(id, "url-not-codecommit", format!("{} names no repository", address.shown))
        }
        Protocol::Https => Check::pass(id, &address.shown),
    }
}

fn all(config: Config<'_>, subject: &Subject) -> Check {
    let id = "remotes";
    let Some(sources) = config else { return Check::skip(id, "there is no git to say") };
    if sources.repository.is_none() {
        return Check::skip(id, "not standing in a repository");
    }
    let count = sources.remotes().len();
    let of_codecommit: Vec<&Address> = subject.remotes.iter().collect();
    match (count, of_codecommit.as_slice()) {
        (0, _) => Check::pass(id, "this repository has none"),
        (_, []) => Check::pass(id, format!("none of {count} leads to CodeCommit")),
        (_, addresses) => {
            let shown: Vec<String> = addresses.iter().map(|address| printable(&address.shown)).collect();
            Check::pass(id, shown.join(", "))
        }
    }
}
