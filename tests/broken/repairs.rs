//! How the product repairs each fault: by the answers that the steps are given, or by the commands that the doctor names.
//!
//! Deliberately absent: faults that no program can repair, which say who can.
#![allow(unreachable_pub, reason = "the module is a part of one program")]

/// A way to repair a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// `apply` with the profile `default`, and these lines in the section `[git]`.
    Git(&'static str),
    /// `apply` with another profile that is there.
    Profile(&'static str),
    /// `apply` with a new access key for the profile, and its rights by an administrator's.
    Key(&'static str),
    /// `apply` with a policy that an administrator's profile attaches.
    Policy,
    /// The commands that the doctor names.
    Fix,
    /// The walk, in which somebody has what stands in the way mended.
    Walk,
    /// Not by this program: who or what is needed.
    None(&'static str),
}

/// The repair of a fault.
pub fn of(fault: &str) -> Repair {
    use Repair::{Fix, Git, Key, None, Policy, Profile, Walk};
    match fault {
        "git-missing" | "git-crashes" | "git-curl" | "git-gnutls" => None("Git is to be installed"),
        "git-old" => Git(""),
        "aws-missing" | "aws-crashes" | "aws-old" | "aws-without-codecommit" => Git("helper = \"built-in\""),
        "gitconfig-broken" | "credentials-broken" | "config-broken" | "credentials-unreadable" => {
            None("whoever wrote into the file")
        }
        "credentials-open" => Fix,
        "half-key" | "key-deleted" | "key-mistyped" | "guide-key-deleted" | "secret-wrong" => Key("default"),
        "profile-empty" => Key("work"),
        "profile-missing"
        | "session-expired"
        | "role-refused"
        | "role-mfa"
        | "process-fails"
        | "process-missing"
        | "role-without-source" => Profile("default"),
        "sso-signed-out" | "sso-expired" | "login-ended" => None("somebody who signs in, in a browser"),
        "region-missing" | "region-without" => None("somebody who knows the region"),
        "environment-keys" | "environment-keys-dead" => Git(""),
        "endpoint-nowhere" | "endpoint-stranger" => None("whoever set the variable"),
        "clock-slow" | "clock-fast" | "clock-years-slow" | "clock-years-fast" => None("the clock"),
        "api-certificate" | "git-proxy-asks" => None("whoever runs the network"),
        "not-set-up" => None("a walk from the beginning"),
        "git-host-lost" | "git-certificate" | "git-proxy-dead" => None("whoever runs the network"),
        "remote-region-without" => None("somebody who knows the region"),
        "api-throttled" | "git-throttled" => None("time"),
        "no-policy" | "read-only" => Policy,
        "deny-pull" | "deny-by-organization" | "boundary" | "kms-deny" | "git-refused" => None("an administrator"),
        "reset-later" | "reset-in-clone" | "path-off-in-clone" => Walk,
        "fips-host" => Git("hosts = [\"fips\"]"),
        "vpc-host" => Git("hosts = [\"vpc-endpoints\"]"),
        "helper-moved" => Git("helper = \"built-in\""),
        "manager-replays" => Git("scope = \"codecommit\""),
        "china-host" => Profile("china"),
        "helper-without-profile" => Profile("work"),
        "profile-unquoted" => Profile("my work"),
        "repository-missing" => None("somebody who knows the name"),
        "static-works" | "static-alone" | "netrc-static" => None("nothing is broken"),
        "static-refused" => None("the user, in the IAM console"),
        "keychain-with-both" => None("a keychain"),
        "netrc-dead" => None("a line that is to be corrected by hand"),
        "dead-password-kept" => None("a line that is to be corrected by hand"),
        "name-case" | "other-region" | "url-slashes" | "url-git" | "url-without-path" | "remote-grc" | "remote-ssh"
        | "user-in-url" => Fix,
        "other-account" => Profile("playground"),
        _ => Git(""),
    }
}
