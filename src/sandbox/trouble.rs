//! What a sandbox is told when it is started: where its folder goes, whether it stays, and how it misbehaves.
//!
//! Deliberately absent: the misbehaviour itself, which each part of the sandbox shows in its own place.

use std::{ffi::OsString, path::PathBuf, str::FromStr, time::Duration};

use super::faults::Fault;

/// What a sandbox is told when it is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Leaves the folder behind for a look at what was written.
    pub keep: bool,
    /// The ways in which the sandbox misbehaves.
    pub trouble: Vec<Trouble>,
    /// Adds an identity, with a profile, of every kind that there is.
    pub identities: bool,
    /// What is broken in a set-up that works otherwise; without one, nothing is set up yet.
    pub fault: Option<&'static Fault>,
    /// The program whose own credential helper answers git in that set-up where there is no AWS CLI.
    pub program: Option<PathBuf>,
    /// Where that set-up finds its programs; the PATH of this process when absent.
    pub path: Option<OsString>,
    /// The folder in which the throw-away folder is made; the system's temporary folder when absent.
    pub parent: Option<PathBuf>,
}

/// A way in which the sandbox misbehaves, for training and for tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The first so many API calls are answered with “Rate exceeded”.
    Throttle(u32),
    /// The first so many requests of git are answered with “Rate exceeded”.
    ThrottleGit(u32),
    /// Git is refused, whatever policies say, as by the policy of a VPC endpoint.
    RefuseGit,
    /// The proxy in front of git wants a name and a password.
    ProxyAsks,
    /// Every answer, of the API and of the git server, takes so much longer.
    Delay(Duration),
    /// An action, or a pattern of actions such as `iam:*`, is denied to everyone.
    Deny(String),
    /// The clock of the sandbox is ahead by so many seconds, or behind when negative.
    Skew(i64),
    /// Session tokens have expired already.
    ExpireTokens,
    /// Temporary credentials and sign-ins that are given out are good for no longer than this.
    Lifetime(Duration),
    /// A policy counts only so long after it was attached.
    LateIam(Duration),
    /// No region has a repository.
    NoRepositories,
    /// The first region has so many repositories more.
    ManyRepositories(u32),
}

/// A trouble that is not known or lacks its number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no trouble that the sandbox knows: throttle=3, throttle-git=3, refuse-git, proxy-asks, delay=200ms, \
     deny=iam:AttachUserPolicy, skew=1200, expire-tokens, lifetime=30s, late-iam=3s, repositories=0, repositories=10000"
)]
pub struct UnknownTrouble(String);

/// The most repositories that a sandbox makes up.
const MOST_REPOSITORIES: u32 = 100_000;

impl FromStr for Trouble {
    type Err = UnknownTrouble;

    fn from_str(text: &str) -> Result<Self, UnknownTrouble> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let trouble = match (name, value) {
            ("throttle", _) => value.parse().ok().map(Self::Throttle),
            ("throttle-git", _) => value.parse().ok().map(Self::ThrottleGit),
            ("refuse-git", "") => Some(Self::RefuseGit),
            ("proxy-asks", "") => Some(Self::ProxyAsks),
            ("delay", _) => duration(value).map(Self::Delay),
            ("deny", _) => is_action_pattern(value).then(|| Self::Deny(value.to_owned())),
            // A century either way: enough for every lesson, and never beyond what a date can hold.
            ("skew", _) => value.parse().ok().filter(|seconds: &i64| seconds.abs() < 3_200_000_000).map(Self::Skew),
            ("expire-tokens", "") => Some(Self::ExpireTokens),
            ("lifetime", _) => duration(value).map(Self::Lifetime),
            ("late-iam", _) => duration(value).map(Self::LateIam),
            ("repositories", "0") => Some(Self::NoRepositories),
            ("repositories", _) => {
                value.parse().ok().filter(|count| *count <= MOST_REPOSITORIES).map(Self::ManyRepositories)
            }
            _ => None,
        };
        trouble.ok_or_else(|| UnknownTrouble(crate::wizard::secrecy::shown(text)))
    }
}

/// Reads `200ms` or `2s`, up to an hour.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s')?, 1000),
    };
    let milliseconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
    (milliseconds <= 3_600_000).then(|| Duration::from_millis(milliseconds))
}

fn is_action_pattern(text: &str) -> bool {
    text == "*"
        || text.split_once(':').is_some_and(|(service, action)| {
            let is_part = |part: &str| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '?' | '-'))
            };
            is_part(service) && is_part(action)
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Trouble;

    #[test]
    fn troubles_are_written_as_in_the_help() {
        let parsed = |text: &str| text.parse::<Trouble>().expect("a trouble");
        assert_eq!(parsed("throttle=3"), Trouble::Throttle(3));
        assert_eq!(parsed("throttle-git=3"), Trouble::ThrottleGit(3));
        assert_eq!(parsed("refuse-git"), Trouble::RefuseGit);
        assert_eq!(parsed("proxy-asks"), Trouble::ProxyAsks);
        assert_eq!(parsed("delay=200ms"), Trouble::Delay(Duration::from_millis(200)));
        assert_eq!(parsed("delay=2s"), Trouble::Delay(Duration::from_secs(2)));
        assert_eq!(parsed("deny=iam:*"), Trouble::Deny("iam:*".to_owned()));
        assert_eq!(parsed("skew=-1200"), Trouble::Skew(-1200));
        assert_eq!(parsed("expire-tokens"), Trouble::ExpireTokens);
        assert_eq!(parsed("lifetime=30s"), Trouble::Lifetime(Duration::from_secs(30)));
        assert_eq!(parsed("late-iam=3s"), Trouble::LateIam(Duration::from_secs(3)));
        assert_eq!(parsed("repositories=0"), Trouble::NoRepositories);
        assert_eq!(parsed("repositories=10000"), Trouble::ManyRepositories(10_000));
    }

    #[test]
    fn an_unknown_trouble_names_the_known_ones() {
        for text in [
            "",
            "throttle",
            "throttle=-1",
            "delay=5",
            "delay=2h",
            "deny=iam",
            "skew=x",
            "repositories=",
            "expire-tokens=1",
        ] {
            let error = text.parse::<Trouble>().expect_err(text);
            assert!(error.to_string().contains("throttle=3"), "{error}");
        }
    }
}
