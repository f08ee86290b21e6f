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

#[test]
fn the_doctor_finds_every_fault() {
    let rows = side_by_side(|fault| async move {
        let place = Place::broken(fault, place::without_aws_cli()).await;
        let said = place.run(place::PROGRAM, &["doctor", "--json"]).await;
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_default();
        let verdict = json["verdict"]["id"].as_str().unwrap_or("nothing").to_owned();
        (fault, verdict, json["verdict"]["why"].as_str().unwrap_or_default().to_owned(), said.err)
    });
    let mut wrong = Vec::new();
    for (fault, verdict, why, err) in &rows {
        let fine = *verdict == fault.verdict;
        println!("{} {:<24} {:<26} {verdict:<26}", if fine { "  " } else { "!!" }, fault.name, fault.verdict);
        if !fine {
            println!("       {why} {err}");
            wrong.push(fault.name);
        }
    }
    println!("{} of {} right", rows.len() - wrong.len(), rows.len());
    assert!(wrong.is_empty(), "{wrong:?}");
}
