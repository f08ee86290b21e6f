//! Made-up lists of checks, and the one cause that each comes to.

use super::{Names, judge};
use crate::checkup::{Check, Checkup};

fn verdict(checks: &[Check]) -> String {
    judge(checks, &Names::default()).id
}

#[test]
fn when_nothing_failed_all_is_well_and_warnings_are_named() {
    assert_eq!(verdict(&[Check::pass("git", "2.47"), Check::skip("kms", "")]), "healthy");
    let warned = judge(&[Check::warn("aws-files-mode", Some("aws-files-open"), "0644")], &Names::default());
    assert_eq!((warned.id.as_str(), warned.code.as_str()), ("healthy", "OK"));
    assert!(warned.why.contains("who may read AWS files"), "{}", warned.why);
}

#[test]
fn the_first_failure_with_sound_foundations_is_the_cause() {
    for (checks, cause) in [
        (
            vec![
                Check::fail("git-endpoint", "refused", "403"),
                Check::fail("helper-answer", "helper-fails", "x"),
                Check::fail("helper-program", "helper-missing", "x"),
            ],
            "helper-missing",
        ),
        (
            vec![
                Check::fail("identity", "key-unknown", "x"),
                Check::fail("clock", "clock-off", "x"),
                Check::fail("git-endpoint", "refused", "403"),
            ],
            "clock-off",
        ),
        (
            vec![Check::fail("git", "git-broken", "x"), Check::fail("gitconfig", "gitconfig-broken", "x")],
            "gitconfig-broken",
        ),
        (
            vec![Check::fail("aws-cli", "aws-cli-broken", "x"), Check::fail("aws-files", "aws-files-broken", "x")],
            "aws-files-broken",
        ),
        (
            vec![
                Check::fail("api-host", "api-unreachable", "x"),
                Check::fail("proxy", "proxy-fails", "x"),
                Check::fail("git-host", "git-host-unreachable", "x"),
            ],
            "proxy-fails",
        ),
        (
            vec![Check::fail("permissions", "not-allowed", "x"), Check::fail("git-endpoint", "refused", "403")],
            "not-allowed",
        ),
        (vec![Check::fail("remote", "url-slash", "x"), Check::fail("git-endpoint", "refused", "403")], "url-slash"),
        (vec![Check::fail("git-endpoint", "refused", "403")], "refused"),
    ] {
        assert_eq!(verdict(&checks), cause, "{checks:?}");
    }
}

#[test]
fn a_verdict_tells_what_it_rests_on_what_follows_and_what_to_do() {
    let checks = [
        Check::fail("profile", "profile-missing", "there is no profile dev").why("The files hold: default"),
        Check::fail("helper-answer", "helper-fails", "x"),
        Check::fail("stored", "stored-dead", "x"),
    ];
    let names = Names { profile: Some("dev".to_owned()), ..Names::default() };
    let verdict = judge(&checks, &names);
    assert_eq!(verdict.what, "The profile dev does not exist.");
    for part in [
        "profile: there is no profile dev.",
        "The files hold: default.",
        "What follows from it: the helper's answer.",
        "Besides, look at: stored passwords.",
    ] {
        assert!(verdict.why.contains(part), "{part}: {}", verdict.why);
    }
    assert!(!verdict.fix.is_empty());
}

#[test]
fn checks_are_put_in_their_order() {
    let checks = vec![Check::pass("remotes", ""), Check::pass("aws-files", ""), Check::pass("git", "")];
    let checkup = Checkup { checks, ..Checkup::default() }.judged(&Names::default());
    let ids: Vec<&str> = checkup.checks.iter().map(|check| check.id).collect();
    assert_eq!(ids, ["aws-files", "git", "remotes"]);
}

#[test]
fn certificate_trouble_follows_from_a_clock_that_is_off_and_other_trouble_does_not() {
    let clock = || Check::fail("clock", "clock-off", "x");
    for (id, cause, expected) in [
        ("api-host", "api-certificate", "clock-off"),
        ("git-host", "git-certificate", "clock-off"),
        ("git-host", "git-host-unreachable", "git-host-unreachable"),
        ("proxy", "api-certificate", "api-certificate"),
    ] {
        assert_eq!(verdict(&[clock(), Check::fail(id, cause, "x")]), expected, "{id} {cause}");
        assert_eq!(verdict(&[Check::pass("clock", ""), Check::fail(id, cause, "x")]), cause);
    }
}
