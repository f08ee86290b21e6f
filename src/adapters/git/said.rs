//! What git and its credential helpers say when they fail, and what it means.
//!
//! Deliberately absent: passwords; a line that could hold one is left out.

use crate::wizard::problem::{Problem, ProblemKind};

/// How many lines of a tool are shown at most.
const SHOWN: usize = 3;

/// How lines of git itself begin.
const GIT: [&str; 4] = ["fatal:", "remote:", "error:", "warning:"];

/// Fingerprints of helpers: all of these texts in one line, in lower case → kind, what, hint.
const HELPERS: [(&[&str], ProblemKind, &str, &str); 13] = [
    (
        &["'path'"],
        ProblemKind::Other,
        "git does not tell the helper which repository it is about.",
        "Set useHttpPath to true in the credential section of this host.",
    ),
    (
        &["the config profile", "could not be found"],
        ProblemKind::NotFound,
        "The helper names an AWS profile that does not exist.",
        "Choose a profile that exists, and set git up with it again.",
    ),
    (
        &["'nonetype' object has no attribute"],
        ProblemKind::BadCredentials,
        "The helper found no credentials.",
        "Name the profile in the helper (--profile), and check that it holds credentials.",
    ),
    (
        &["error loading sso token"],
        ProblemKind::Expired,
        "Nobody is signed in to AWS SSO.",
        "Run `aws sso login` with the profile of the helper, then try again.",
    ),
    (
        &["sso", "expired"],
        ProblemKind::Expired,
        "The AWS SSO session has expired.",
        "Run `aws sso login` with the profile of the helper, then try again.",
    ),
    (
        &["token", "expired"],
        ProblemKind::Expired,
        "The session of the helper's profile has expired.",
        "Sign in again, or get new temporary keys, then try again.",
    ),
    (
        &["missing dependency"],
        ProblemKind::MissingTool,
        "The AWS CLI lacks a part that this kind of profile needs.",
        "Install AWS CLI version 2.",
    ),
    (
        &["partial credentials found"],
        ProblemKind::BadCredentials,
        "The profile of the helper holds half an access key.",
        "Store the access key again, both halves.",
    ),
    (
        &["unable to parse config file"],
        ProblemKind::BrokenFile,
        "The AWS CLI cannot read one of its files.",
        "Correct the file that it names.",
    ),
    (
        &["expected str instance, nonetype found"],
        ProblemKind::Other,
        "The helper knows no region for this host.",
        "Use the host name that AWS gives in its clone URL.",
    ),
    (
        &["invalid choice"],
        ProblemKind::Other,
        "The AWS CLI does not understand how the helper calls it.",
        "Set git up again; a profile with a space in its name must stand in quotes.",
    ),
    (
        &["'credential-", "is not a git command"],
        ProblemKind::Other,
        "git takes the helper for a command of its own.",
        "Set git up again; a helper that is a command line begins with `!`.",
    ),
    (
        &["not found"],
        ProblemKind::MissingTool,
        "The program of the credential helper was not found.",
        "Install it, or name it with its whole path.",
    ),
];

/// The lines that say something, without those that could hold a secret and those that follow from others.
pub(super) fn meaningful(lines: &[String]) -> Vec<String> {
    let lines = lines.iter().map(|line| line.strip_prefix("aws: [ERROR]: ").unwrap_or(line));
    let telling = lines.filter(|line| {
        let low = line.to_lowercase();
        !low.contains("password=") && !low.contains("fatal: could not read") && !low.contains("authorization:")
    });
    telling.map(str::to_owned).collect()
}

/// The last lines, for a person to read.
pub(super) fn shown(lines: &[String]) -> String {
    lines[lines.len().saturating_sub(SHOWN)..].join("\n")
}

/// What a helper's words mean, where they are known.
pub(super) fn of_helper(lines: &[String]) -> Option<Problem> {
    for (marks, kind, what, hint) in HELPERS {
        let line = lines.iter().find(|line| {
            // Git's own words are not a helper's.
            let low = line.to_lowercase();
            !GIT.iter().any(|start| low.starts_with(start)) && marks.iter().all(|mark| low.contains(mark))
        });
        if let Some(line) = line {
            return Some(Problem::new(kind, what, line, hint));
        }
    }
    None
}

/// Why a clone failed.
pub(super) fn of_clone(name: &str, lines: &[String]) -> Problem {
    let telling = meaningful(lines);
    if let Some(problem) = of_helper(&telling) {
        return problem;
    }
    let starts = |line: &&String| ["fatal:", "remote:", "error:"].iter().any(|start| line.starts_with(start));
    let git: Vec<String> = telling.iter().filter(starts).cloned().collect();
    let why = shown(if git.is_empty() { &telling } else { &git });
    // `unable to access 'https://…/my-proxy/': …`: the name of a repository is no reason.
    let reasons = lines.iter().map(|line| line.rsplit_once("': ").map_or(line.as_str(), |(_, reason)| reason));
    let all = reasons.collect::<Vec<_>>().join("\n").to_lowercase();
    let any = |marks: &[&str]| marks.iter().any(|mark| all.contains(mark));
    let (kind, what, hint) = if any(&["no space left"]) {
        (ProblemKind::Other, "There is no room left on the disk for", "Make room, or choose another folder.")
    } else if any(&["error: 403", "http 403"]) {
        let hint = "Check that this identity may read the repository (codecommit:GitPull), that the clock of this computer is \
                    right, and that no other helper answers for another identity.";
        (ProblemKind::AccessDenied, "AWS did not let this identity read", hint)
    } else if any(&["error: 429", "http 429", "rate exceeded", "too many requests"]) {
        (ProblemKind::Throttled, "AWS asked to slow down while cloning", "Wait a moment, then try again.")
    } else if any(&["error: 404", "not found", "does not exist", "does not appear to be a git repository"]) {
        (ProblemKind::NotFound, "There is no repository", "Check its name, capitals included, and the region.")
    } else if any(&[
        "could not read username",
        "could not read password",
        "terminal prompts disabled",
        "authentication failed",
        "error: 401",
    ]) {
        let hint = "Set git up for CodeCommit again, and test it.";
        (ProblemKind::BadCredentials, "git got no credentials that AWS takes for", hint)
    } else if any(&[
        "could not resolve",
        "failed to connect",
        "couldn't connect",
        "connection refused",
        "connection timed out",
        "unable to connect",
        "operation timed out",
        "ssl",
        "tls",
        "certificate",
        "proxy",
    ]) {
        (ProblemKind::Unreachable, "AWS could not be reached to clone", "Check the network and the proxy settings.")
    } else {
        (ProblemKind::Other, "git could not clone", "Run the same `git clone` yourself to see more.")
    };
    Problem::new(kind, format!("{what} {name}."), why, hint)
}

#[cfg(test)]
mod tests {
    use super::{of_clone, of_helper};
    use crate::wizard::problem::ProblemKind;

    fn cloned(text: &str) -> ProblemKind {
        of_clone("site", &[text.to_owned()]).kind
    }

    #[test]
    fn a_failed_clone_tells_what_sort_of_failure_it_is() {
        let unable = |why: &str| format!("fatal: unable to access 'https://host/v1/repos/site/': {why}");
        assert_eq!(cloned(&unable("The requested URL returned error: 403")), ProblemKind::AccessDenied);
        assert_eq!(cloned(&unable("The requested URL returned error: 429")), ProblemKind::Throttled);
        assert_eq!(cloned(&unable("Could not resolve host: host")), ProblemKind::Unreachable);
        assert_eq!(cloned("fatal: repository 'https://host/v1/repos/site/' not found"), ProblemKind::NotFound);
        assert_eq!(cloned("fatal: write error: No space left on device"), ProblemKind::Other);
        assert_eq!(cloned("aws codecommit credential-helper get: aws: not found"), ProblemKind::MissingTool);
        assert_eq!(cloned("'path'"), ProblemKind::Other);
        let unread = "fatal: could not read Username for 'https://host': terminal prompts disabled";
        assert_eq!(cloned(unread), ProblemKind::BadCredentials);
        assert_eq!(cloned("fatal: unable to access 'https://host/v1/repos/my-proxy/': odd"), ProblemKind::Other);
    }

    #[test]
    fn known_words_of_helpers_are_understood() {
        let kind = |text: &str| of_helper(&[text.to_owned()]).map(|problem| problem.kind);
        assert_eq!(kind("The config profile (work) could not be found"), Some(ProblemKind::NotFound));
        assert_eq!(kind("The SSO session associated with this profile has expired"), Some(ProblemKind::Expired));
        assert_eq!(kind("'NoneType' object has no attribute 'secret_key'"), Some(ProblemKind::BadCredentials));
        assert_eq!(kind("sh: 1: aws: not found"), Some(ProblemKind::MissingTool));
        assert_eq!(kind("something new"), None);
    }
}
