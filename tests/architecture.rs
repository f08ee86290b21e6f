//! The rooms of the house: who may import whom, what a pure room may not know, and how long a file may be.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::path::{Path, PathBuf};

/// Rooms that know no machine: no files, no clock, no environment, no async, no terminal.
const PURE: [&str; 8] = ["redact", "checkup", "wizard", "gitconfig", "profiles", "signature", "journal", "failures"];

/// What a room may import of ours, besides itself. A room that is not here may import nothing.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("redact", &[]),
    ("checkup", &["redact", "wizard"]),
    ("doctor", &["redact", "checkup", "failures", "gitconfig", "ports", "profiles", "wizard"]),
    ("diagnosis", &["adapters", "checkup", "cli", "doctor", "wizard"]),
    ("signature", &[]),
    ("profiles", &["redact", "wizard"]),
    ("gitconfig", &["redact", "wizard"]),
    ("wizard", &["redact", "checkup", "gitconfig", "profiles"]),
    ("failures", &["wizard"]),
    ("journal", &["gitconfig", "profiles", "wizard"]),
    ("ports", &["checkup", "wizard", "gitconfig", "journal"]),
    ("adapters", &["redact", "checkup", "ports", "wizard", "gitconfig", "profiles", "journal", "failures"]),
    ("runner", &["checkup", "doctor", "journal", "ports", "wizard"]),
    ("frontend", &["wizard"]),
    ("drive", &["frontend", "runner", "wizard"]),
    ("cli", &["wizard"]),
    ("credential_helper", &["adapters", "gitconfig", "profiles", "signature", "wizard"]),
    ("sandbox", &["wizard"]),
    ("unattended", &["redact", "adapters", "cli", "frontend", "wizard"]),
    ("cloning", &["adapters", "cli", "gitconfig", "profiles", "runner", "wizard"]),
    ("repos", &["adapters", "cli", "gitconfig", "profiles", "wizard"]),
    ("undo", &["adapters", "cli", "frontend", "gitconfig", "journal", "ports", "wizard"]),
    (
        "lib",
        &[
            "adapters",
            "checkup",
            "cli",
            "cloning",
            "credential_helper",
            "diagnosis",
            "doctor",
            "drive",
            "frontend",
            "ports",
            "repos",
            "runner",
            "sandbox",
            "unattended",
            "undo",
            "wizard",
        ],
    ),
];

/// Words that betray the outside.
const BANNED: [&str; 12] = [
    "tokio",
    "std::fs",
    "std::env",
    "std::process",
    "std::net",
    "std::thread",
    "::now(",
    "async ",
    "crossterm",
    "ratatui",
    "aws_sdk",
    "aws_config",
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_owned(), text));
            }
        }
    }
    // Tests that stand in a file of their own may be long and import what they test with.
    found.retain(|(path, _)| path.file_name().is_some_and(|name| name != "tests.rs"));
    found.sort();
    assert!(found.len() > 40, "the sources were found");
    found
}

/// The room that a file belongs to: `src/wizard/steps.rs` is in `wizard`.
fn room(path: &Path) -> String {
    let first = path.components().nth(1).unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The code without its tests and comments.
fn code(text: &str) -> String {
    let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_run_one_way() {
    for (path, text) in sources() {
        let room = room(&path);
        if room == "main" {
            continue;
        }
        let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == room);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{room} is a new room: say what it may import"));
        for used in code(&text).split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let is_room = MAY_IMPORT.iter().any(|(name, _)| *name == used);
            let fine = !is_room || used == room || allowed.contains(&used.as_str());
            assert!(fine, "{} imports {used}, which {room} may not", path.display());
        }
    }
}

#[test]
fn pure_rooms_know_no_machine() {
    for (path, text) in sources() {
        if PURE.contains(&room(&path).as_str()) {
            for word in BANNED {
                assert!(!code(&text).contains(word), "{} says {word}", path.display());
            }
        }
    }
}

#[test]
fn types_of_the_aws_sdk_stop_at_the_adapters() {
    for (path, text) in sources() {
        if room(&path) != "adapters" {
            assert!(!code(&text).contains("aws_sdk_"), "{}", path.display());
        }
    }
}

#[test]
fn no_step_names_another() {
    let steps = ["tools", "profile", "permissions", "git_configuration", "repositories", "finish"];
    for (path, text) in sources() {
        let Ok(inside) = path.strip_prefix("src/wizard/steps") else { continue };
        let own = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        for other in steps.iter().filter(|step| **step != own.trim_end_matches(".rs")) {
            assert!(!code(&text).contains(&format!("steps::{other}")), "{} names {other}", path.display());
        }
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
        assert!(text.starts_with("//! "), "{} does not say what it is", path.display());
        assert_ne!(path.file_name().unwrap(), "mod.rs", "{}", path.display());
    }
}
