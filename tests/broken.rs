//! Known faults, each in a sandbox of its own: Git really fails, the doctor says why, and what the product offers repairs it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "tests; the table is for people")]

#[path = "broken/place.rs"]
mod place;
#[path = "support/program.rs"]
mod program;
#[path = "broken/repairs.rs"]
mod repairs;

use codecommit_setup::checkup;
use codecommit_setup::sandbox::{Fault, faults};
use place::{PROGRAM, Place, Said, side_by_side};
use repairs::Repair;
use serde_json::Value;

/// Faults with which `git ls-remote` still works, with the check that tells of what is broken.
const GIT_WORKS_WITH: [(&str, &str); 15] = [
    ("api-certificate", "api-host"),
    ("dead-password-kept", "stored"),
    ("store-after", "helper-chain"),
    ("credentials-open", "aws-files-mode"),
    ("endpoint-nowhere", "api-host"),
    ("endpoint-stranger", "api-host"),
    ("api-throttled", "identity"),
    ("read-only", "permissions"),
    ("helper-poor-path", "helper-program"),
    ("store-first", "helper-chain"),
    ("static-works", "helper-answer"),
    ("static-alone", "helper-answer"),
    ("dead-behind-static", "stored"),
    ("keychain-with-both", "stored"),
    ("netrc-static", "stored"),
];

/// Faults that leave Git as it is, and are worth knowing no more than that: the doctor warns, and all is well.
const WARNED_OF: [(&str, &str); 9] = [
    ("dead-password-kept", "stored"),
    ("store-after", "helper-chain"),
    ("credentials-open", "aws-files-mode"),
    ("region-missing", "profile"),
    ("api-throttled", "identity"),
    ("read-only", "permissions"),
    ("helper-poor-path", "helper-program"),
    ("dead-behind-static", "stored"),
    ("keychain-with-both", "stored"),
];

/// Faults that are not found or repaired yet, and why.
const KNOWN_WRONG: [(&str, &str); 0] = [];

/// What came of a fault.
struct Row {
    fault: &'static Fault,
    fails: bool,
    git_said: String,
    verdict: String,
    why: String,
    /// Whether the repair worked, where there is one; what was said where it did not.
    repaired: Option<Result<(), String>>,
    leaked: bool,
    /// Whether a password is gone that lasts.
    lost: bool,
}

#[test]
fn a_set_up_that_works_raises_no_alarm_with_either_helper() {
    place::runtime().block_on(async {
        for path in [place::without_aws_cli(), place::with_aws_cli()] {
            let place = Place::whole(path).await;
            let listed = place.ls_remote().await;
            assert!(listed.succeeded, "{}", listed.err);
            let said = place.run(PROGRAM, &["doctor", "--json"]).await;
            let json: Value = serde_json::from_str(&said.out).unwrap();
            assert!(said.succeeded && json["ok"] == true && json["verdict"]["id"] == "healthy", "{}", said.out);
            let failed = json["checks"].as_array().unwrap().iter().filter(|check| check["status"] == "fail").count();
            assert_eq!(failed, 0, "{}", said.out);
        }
    });
}

#[test]
fn every_fault_breaks_git_and_is_found_and_repaired() {
    let rows = side_by_side(|fault| async move { row(fault).await });
    let mut wrong = Vec::new();
    println!("{:<24} {:<27} {:<27} repaired", "fault", "expected", "found");
    for row in &rows {
        let name = row.fault.name;
        let expected = expected(row.fault);
        let repaired = match &row.repaired {
            Some(Ok(())) => "yes",
            Some(Err(_)) => "NO",
            None => "-",
        };
        let found = row.verdict == expected;
        println!(
            "{name:<24} {expected:<27} {:<27} {repaired}{}",
            row.verdict,
            if found { "" } else { "  <- not found" }
        );
        let works = GIT_WORKS_WITH.iter().any(|(other, _)| *other == name);
        if row.fails == works {
            wrong.push((name, format!("git: {}", row.git_said)));
        }
        if !found {
            wrong.push((name, format!("{} in place of {expected}: {}", row.verdict, row.why)));
        }
        if let Some(Err(said)) = &row.repaired {
            wrong.push((name, format!("not repaired: {said}")));
        }
        if row.leaked {
            wrong.push((name, "a secret was printed".to_owned()));
        }
        if row.lost {
            wrong.push((name, "static Git credentials are gone".to_owned()));
        }
    }
    let found = rows.iter().filter(|row| row.verdict == expected(row.fault)).count();
    let tried = rows.iter().filter_map(|row| row.repaired.as_ref());
    let (repaired, failed): (Vec<_>, Vec<_>) = tried.partition(|result| result.is_ok());
    let offered = repaired.len() + failed.len();
    println!("{found} of {} found, {} of {offered} repaired", rows.len(), repaired.len());
    wrong.retain(|(name, _)| KNOWN_WRONG.iter().all(|(known, _)| known != name));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_lesson_tells_at_its_end_what_was_broken_and_not_before() {
    let program = program::Program::new();
    let run = |arguments: &[&str]| program.run(&[&["--sandbox", "--break"], arguments].concat(), "");
    let output = run(&["path-off", "doctor", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_str(&program::stdout(&output)).unwrap();
    assert_eq!(json["verdict"]["code"], "G-66");
    let said = program::stderr(&output);
    let (before, end) = said.split_once("The sandbox is gone").unwrap();
    assert!(before.contains("One thing was broken since.") && !before.contains("path-off"), "{before}");
    assert!(end.contains("The fault was path-off: ") && end.contains("G-66 (path-off)"), "{end}");
    let list = run(&["list"]);
    assert!(list.status.success() && program::stdout(&list).lines().count() == faults().count());
    let unknown = run(&["nothing"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(program::stderr(&unknown).contains("git-missing"));
}

#[test]
fn every_verdict_that_is_expected_is_one_and_every_exception_names_a_fault() {
    for fault in faults() {
        assert!(checkup::known().iter().any(|verdict| verdict.id == fault.verdict), "{}", fault.name);
    }
    let exceptions = GIT_WORKS_WITH.iter().chain(&WARNED_OF).chain(&KNOWN_WRONG);
    for (name, why) in exceptions {
        assert!(faults().any(|fault| fault.name == *name) && !why.is_empty(), "{name}");
    }
}

/// The verdict that is expected of the doctor; for what it only warns of, the check that does.
fn expected(fault: &Fault) -> String {
    let warned = WARNED_OF.iter().find(|(name, _)| *name == fault.name);
    warned.map_or_else(|| fault.verdict.to_owned(), |(_, check)| format!("healthy, see {check}"))
}

async fn row(fault: &'static Fault) -> Row {
    // The built-in helper is faster; where the AWS CLI is at fault, the fault brings one.
    let place = Place::broken(fault, place::without_aws_cli()).await;
    let (secrets, lasting) = (place.secrets(), place.static_credentials());
    let git = place.ls_remote().await;
    let doctor = place.run(PROGRAM, &["doctor", "--json"]).await;
    let mut said = vec![&doctor];
    let json: Value = serde_json::from_str(&doctor.out).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut verdict = text(&json["verdict"]["id"]);
    if let Some((_, id)) = WARNED_OF.iter().find(|(name, _)| *name == fault.name) {
        let checks = json["checks"].as_array().into_iter().flatten();
        let warns = checks.into_iter().any(|check| check["id"] == *id && check["status"] == "warn");
        verdict = format!("{verdict}, {}", if warns { format!("see {id}") } else { format!("no word of {id}") });
    }
    let repair = repair(fault, &place, &json).await;
    said.extend(repair.iter());
    let leaked =
        said.iter().any(|said| secrets.iter().any(|secret| said.out.contains(secret) || said.err.contains(secret)));
    let repaired = match &repair {
        None => None,
        Some(repair) => {
            let listed = place.ls_remote().await;
            let told =
                || format!("{} {}", repair.err.lines().rev().take(12).collect::<Vec<_>>().join(" | "), listed.err);
            Some(if listed.succeeded && repair.succeeded { Ok(()) } else { Err(told()) })
        }
    };
    let why = if json.is_null() { doctor.err } else { text(&json["verdict"]["why"]) };
    let lost = place.static_credentials() != lasting;
    Row { fault, fails: !git.succeeded, git_said: git.err, verdict, why, repaired, leaked, lost }
}

/// Does what the product offers, and gives back what was said.
async fn repair(fault: &Fault, place: &Place, json: &Value) -> Option<Said> {
    let answers = match repairs::of(fault.name) {
        Repair::None(_) => return None,
        Repair::Fix => {
            let lines = json["verdict"]["fix"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let checks = json["checks"].as_array().into_iter().flatten();
            let warned = checks.filter(|check| check["status"] == "warn").filter_map(|check| check["fix"].as_array());
            let warned = warned.flatten().filter_map(Value::as_str);
            let commands = ["git ", "chmod "];
            let lines = lines.chain(warned).filter(|line| commands.iter().any(|start| line.starts_with(start)));
            let script = lines.collect::<Vec<_>>().join("\n");
            return Some(place.run("sh", &["-e", "-c", &script]).await);
        }
        Repair::Walk => return Some(place.walk().await),
        Repair::Git(lines) => answers("name = \"default\"", "policy = \"none\"", lines),
        Repair::Profile(name) => answers(&format!("name = \"{name}\""), "policy = \"none\"", ""),
        Repair::Policy => {
            answers("name = \"default\"", "policy = \"AWSCodeCommitPowerUser\"\nwith_profile = \"admin\"", "")
        }
        Repair::Key(name) => {
            let (id, secret) = place.sandbox.spare_key();
            let file = place.sandbox.root().join("spare");
            std::fs::write(&file, secret.expose()).unwrap();
            let key = format!(
                "name = \"{name}\"\naccess_key_id = \"{id}\"\nsecret_access_key = {{ file = \"{}\" }}\nreplace = true\nregion = \"us-east-2\"",
                file.display()
            );
            answers(&key, "policy = \"AWSCodeCommitPowerUser\"\nwith_profile = \"admin\"", "")
        }
    };
    let file = place.sandbox.root().join("answers.toml");
    std::fs::write(&file, answers).unwrap();
    Some(place.run(PROGRAM, &["apply", "--answers", file.to_str().unwrap()]).await)
}

fn answers(profile: &str, permissions: &str, git: &str) -> String {
    format!("[profile]\n{profile}\n[permissions]\n{permissions}\n[git]\n{git}\n[repositories]\nclone = []\n")
}
