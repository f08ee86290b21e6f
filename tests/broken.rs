//! Known faults, each in a sandbox of its own: Git really fails, and the doctor says why.
#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "broken/place.rs"]
mod place;

use place::{Place, side_by_side};

/// Faults with which `git ls-remote` still works: what is broken is something else, or breaks it later.
const GIT_WORKS_WITH: [&str; 7] = [
    "credentials-open",
    "endpoint-nowhere",
    "endpoint-stranger",
    "api-throttled",
    "read-only",
    "helper-poor-path",
    "store-first",
];

#[test]
fn git_works_in_the_set_up_that_faults_start_from() {
    place::runtime().block_on(async {
        for path in [place::without_aws_cli(), place::with_aws_cli()] {
            let output = Place::whole(path).await.ls_remote().await;
            assert!(output.succeeded, "{}", output.err);
        }
    });
}

#[test]
fn every_fault_breaks_git_or_is_known_not_to() {
    let wrong = side_by_side(|fault| async move {
        let output = Place::broken(fault, place::without_aws_cli()).await.ls_remote().await;
        let works = GIT_WORKS_WITH.contains(&fault.name);
        (output.succeeded != works).then(|| format!("{}: {}", fault.name, output.err))
    });
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
