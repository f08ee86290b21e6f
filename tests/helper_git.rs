//! The built-in helper with the real git in the sandbox: every kind of identity clones, fetches and pushes, and those that
//! cannot are told why.
//!
//! The last test measures; `tests/helper_speed` runs it.
#![allow(missing_docs, clippy::print_stderr, reason = "tests, and one that tells figures")]

#[path = "support/inside.rs"]
mod support;

use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use support::{Inside, Said, aws_cli};

const DEMO: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo";

/// The built-in helper: the one of this build, or the one that is named.
fn program() -> String {
    std::env::var("CODECOMMIT_SETUP").unwrap_or_else(|_| env!("CARGO_BIN_EXE_codecommit-setup").to_owned())
}

/// Runs git with the built-in helper for a profile.
async fn git(inside: &Inside, profile: &str, args: &[&str]) -> Said {
    let helper = format!("credential.helper=!'{}' credential-helper --profile {profile}", program());
    let mut all = vec!["-c", &helper, "-c", "credential.UseHttpPath=true"];
    all.extend(args);
    inside.run("git", &all).await
}

#[tokio::test]
async fn every_kind_of_identity_reads_the_first_time_and_from_what_was_kept() {
    let inside = Inside::with_identities(&[]).await;
    for profile in [
        "admin",
        "temporary",
        "federated",
        "role",
        "role-chain",
        "instance",
        "container",
        "process",
        "web-identity",
        "sso",
        "sso-legacy",
    ] {
        for _ in 0..2 {
            git(&inside, profile, &["ls-remote", DEMO]).await.ok();
        }
    }
    let kept = fs::read_dir(inside.sandbox.home().join(".cache/codecommit-setup/credentials")).expect("a cache");
    let kept = kept.filter(|file| file.as_ref().is_ok_and(|file| file.path().extension().is_none())).count();
    assert_eq!(kept, 7, "roles, machines, web identities and SSO");
}

#[tokio::test]
async fn an_identity_that_may_clones_fetches_and_pushes() {
    let inside = Inside::with_identities(&[]).await;
    for profile in ["admin", "role", "sso"] {
        git(&inside, profile, &["clone", "--quiet", DEMO, profile]).await.ok();
        inside.run("git", &["-C", profile, "commit", "--quiet", "--allow-empty", "-m", profile]).await.ok();
        git(&inside, profile, &["-C", profile, "pull", "--quiet", "--rebase"]).await.ok();
        git(&inside, profile, &["-C", profile, "push", "--quiet"]).await.ok();
        git(&inside, profile, &["-C", profile, "fetch", "--quiet"]).await.ok();
    }
    git(&inside, "role-chain", &["-C", "admin", "push", "--quiet", "origin", "HEAD:refs/heads/x"])
        .await
        .fails_with("403");
}

#[tokio::test]
async fn whoever_has_to_do_something_is_told_what_and_not_asked_for_a_name() {
    let inside = Inside::with_identities(&[]).await;
    for (profile, words) in [
        ("role-mfa", "MFA device"),
        ("sso-signed-out", "aws sso login --profile sso-signed-out"),
        ("sso-expired", "aws sso login --profile sso-expired"),
        ("gone", "is in neither of the AWS files"),
    ] {
        let said = git(&inside, profile, &["ls-remote", DEMO]).await;
        said.fails_with(words);
        said.fails_with("told us to quit");
        assert!(!said.err.contains("Username"), "{said:?}");
    }
}

/// `git fetch` of a repository in which nothing changed, with either helper in turn; `tests/helper_speed` lets it measure, when
/// nobody else is at work.
#[tokio::test]
async fn fetching_nothing_works_with_either_helper_and_is_faster_with_ours() {
    let measured = std::env::var_os("MEASURE").is_some();
    let turns = if measured { 11 } else { 1 };
    let inside = Inside::with_identities(&[]).await;
    for profile in ["admin", "role"] {
        git(&inside, profile, &["clone", "--quiet", DEMO, profile]).await.ok();
        let theirs = format!("!'{}' --profile {profile} codecommit credential-helper $@", aws_cli().display());
        let ours = format!("!'{}' credential-helper --profile {profile}", program());
        let (mut slow, mut quick) = (Vec::new(), Vec::new());
        for _ in 0..turns {
            for (helper, times) in [(&theirs, &mut slow), (&ours, &mut quick)] {
                let helper = format!("credential.helper={helper}");
                let all = ["-C", profile, "-c", &helper, "-c", "credential.UseHttpPath=true", "fetch", "--quiet"];
                let start = Instant::now();
                inside.run("git", &all).await.ok();
                times.push(start.elapsed());
            }
        }
        let [slow, quick] = [slow, quick].map(median);
        let name = aws_cli();
        let times = slow.as_secs_f64() / quick.as_secs_f64();
        let told = format!(
            "fetch with {profile}: {slow:.0?} with {}, {quick:.0?} with ours: {times:.1} times",
            name.display()
        );
        if measured {
            writeln!(std::io::stderr(), "{told}").unwrap();
            assert!(times >= 5.0, "at least 5 times as fast: {told}");
        }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
