//! The checks that there are: what each is called, and which others it rests on.
//!
//! Deliberately absent: how any of them is made.

/// A check that there is.
struct Known {
    id: &'static str,
    title: &'static str,
    rests_on: &'static [&'static str],
}

const fn known(id: &'static str, title: &'static str, rests_on: &'static [&'static str]) -> Known {
    Known { id, title, rests_on }
}

/// Every check, none before one that it rests on.
const TABLE: [Known; 29] = [
    known("aws-files", "AWS files", &[]),
    known("aws-files-mode", "who may read AWS files", &["aws-files"]),
    known("gitconfig", "git's configuration", &[]),
    known("git", "git", &["gitconfig"]),
    known("ownership", "the repository's owner", &["git"]),
    known("repository-programs", "programs of this repository", &["gitconfig"]),
    known("git-curl", "git's curl", &["git"]),
    known("aws-cli", "AWS CLI", &["aws-files"]),
    known("codecommit-commands", "its CodeCommit commands", &["aws-cli"]),
    known("profile", "profile", &["aws-files"]),
    known("environment", "environment", &["profile"]),
    known("endpoints", "AWS endpoints", &[]),
    known("proxy", "proxy, certificates", &["gitconfig"]),
    known("api-host", "way to the AWS API", &["endpoints", "proxy"]),
    known("git-host", "git's way to CodeCommit", &["git", "proxy", "repository-programs"]),
    known("clock", "clock", &[]),
    known("session", "sign-in", &["profile", "clock", "api-host"]),
    known("identity", "who you are", &["profile", "session", "clock", "api-host", "environment"]),
    known("helper-chain", "git's helpers", &["gitconfig", "repository-programs"]),
    known("helper-program", "the helper's program", &["helper-chain", "aws-cli"]),
    known(
        "helper-answer",
        "the helper's answer",
        &["helper-chain", "helper-program", "codecommit-commands", "profile", "session", "identity", "environment"],
    ),
    known("git-identity", "who git logs in as", &["helper-chain", "helper-answer", "environment", "identity"]),
    known("stored", "stored passwords", &["helper-chain"]),
    known("remote", "the remote", &[]),
    known("permissions", "permissions", &["identity"]),
    known("kms", "encryption keys", &["identity"]),
    known("repository", "the repository", &["identity", "permissions", "remote"]),
    known(
        "git-endpoint",
        "git reads the repository",
        &[
            "git-host",
            "clock",
            "helper-answer",
            "git-identity",
            "stored",
            "remote",
            "permissions",
            "kms",
            "repository",
            "git-curl",
        ],
    ),
    known("remotes", "remotes", &["gitconfig"]),
];

/// Checks that rest on another one only when they fail for a certain cause: a certificate is good for a certain time.
const BY_CAUSE: [(&str, &str, &str); 3] = [
    ("api-host", "api-certificate", "clock"),
    ("git-host", "git-certificate", "clock"),
    ("git-endpoint", "git-certificate", "clock"),
];

/// The ids of all checks, none before one that it rests on.
pub const ORDER: [&str; TABLE.len()] = {
    let mut ids = [""; TABLE.len()];
    let mut at = 0;
    while at < TABLE.len() {
        ids[at] = TABLE[at].id;
        at += 1;
    }
    ids
};

/// What a check is about, a few words.
pub fn title(id: &str) -> &'static str {
    TABLE.iter().find(|known| known.id == id).map_or("", |known| known.title)
}

/// The checks that one rests on which failed for a cause, directly or through others; in no order.
pub(super) fn rested_on(id: &str, cause: Option<&str>) -> Vec<&'static str> {
    let of_cause = BY_CAUSE.iter().filter(|(known, why, _)| *known == id && cause == Some(*why));
    rests_on(id).into_iter().chain(of_cause.map(|(_, _, foundation)| *foundation)).collect()
}

/// The checks that one rests on, directly or through others; in no order.
pub fn rests_on(id: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        let direct = TABLE.iter().find(|known| known.id == id).map_or(&[][..], |known| known.rests_on);
        for foundation in direct {
            if !found.contains(foundation) {
                found.push(foundation);
                waiting.push(foundation);
            }
        }
    }
    found
}

/// Where a check stands in the order; what is not known comes last.
pub(super) fn place(id: &str) -> usize {
    ORDER.iter().position(|known| *known == id).unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use super::{ORDER, TABLE, place, rests_on};

    #[test]
    fn nothing_comes_before_what_it_rests_on() {
        for known in &TABLE {
            for foundation in known.rests_on {
                assert!(place(foundation) < place(known.id), "{} before {foundation}", known.id);
            }
        }
    }

    #[test]
    fn ids_are_single_and_foundations_are_followed_down() {
        assert_eq!(ORDER.iter().collect::<std::collections::BTreeSet<_>>().len(), ORDER.len());
        assert!(rests_on("git-endpoint").contains(&"aws-files"));
        assert!(rests_on("gitconfig").is_empty());
    }
}
