//! The AWS CLI itself as the judge of what is written into its files: whatever they look like, it reads every other profile as before.
//!
//! Odd files are made by the hundred, changed, edited by somebody else, taken back, and read by botocore's own parser.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use codecommit_setup::journal::{FileRecord, Missing, Ours, Outcome, Replacing, Store, hash, plan};
use codecommit_setup::profiles::{AwsFile, NewProfile, with_access_key, with_region, written};
use codecommit_setup::wizard::names::{ProfileName, Region};
use codecommit_setup::wizard::secret::Secret;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// How many files are made.
const FILES: usize = 700;

/// Reads files, one path a line, and prints their sections as botocore has them; `null` where it gives up.
const BOTOCORE: &str = r#"
import json, sys
import botocore.configloader, botocore.exceptions
for line in sys.stdin:
    try:
        print(json.dumps(botocore.configloader.raw_config_parse(line.rstrip("\n"))))
    except (botocore.exceptions.ConfigParseError, UnicodeDecodeError):
        print("null")
"#;

/// What botocore makes of files, all in one go.
fn botocore(files: &[Vec<u8>]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let mut input = String::new();
    for (number, file) in files.iter().enumerate() {
        let path = folder.path().join(number.to_string());
        fs::write(&path, file).unwrap();
        input = format!("{input}{}\n", path.display());
    }
    let list = folder.path().join("list");
    fs::write(&list, input).unwrap();
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/python");
    let output = Command::new(python)
        .args(["-c", BOTOCORE])
        .env_clear()
        .env("HOME", folder.path())
        .env("PYTHONUTF8", "1")
        .stdin(fs::File::open(list).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A line of a file, with all that may stand in one and some that may not.
fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "region",
        "Output",
        "aws_access_key_id",
        "AWS_SECRET_ACCESS_KEY",
        "aws_session_token",
        "aws_security_token",
        "x",
        "s3",
        "é",
    ]);
    let value = prop::sample::select(vec!["", "a", "a b", "x = y", "[z]", "# c", "a ; b", "wJalr/+=", "é", "json"]);
    let header = prop::sample::select(vec!["[dev]", "[default]", "[a]", "[b c]", "[a] x", "[é]", "[profile dev]"]);
    let indent = || prop::sample::select(vec!["", "", "", "", " ", "  ", "\t", "    "]);
    let equals = prop::sample::select(vec![" = ", "=", ":", " : ", "  =  "]);
    prop_oneof![
        8 => (indent(), key, equals, value).prop_map(|(indent, key, equals, value)| format!("{indent}{key}{equals}{value}")),
        3 => (indent(), header).prop_map(|(indent, header)| format!("{indent}{header}")),
        2 => (indent(), "[#;][ -~]{0,6}").prop_map(|(indent, comment)| format!("{indent}{comment}")),
        1 => indent().prop_map(str::to_owned),
        1 => prop::sample::select(vec!["  more", "\tmore = 1", "bare", "[open", "=", "\u{b}", "\u{a0}x=1", "\u{1c}x=2\u{1f}", "\u{3000}\u{3000}more", "x\u{85}=3"]).prop_map(str::to_owned),
    ]
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    let start = prop::sample::select(vec!["[a]", "[dev]", "# c", "[default]", "\u{feff}[a]", "", "  [dev]"]);
    let ending = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r"]);
    (start, prop::collection::vec(line(), 0..12), ending, any::<bool>()).prop_map(|(start, lines, ending, whole)| {
        let mut text = std::iter::once(start.to_owned()).chain(lines).collect::<Vec<_>>().join(ending);
        if whole {
            text.push_str(ending);
        }
        text.into_bytes()
    })
}

fn dev() -> ProfileName {
    ProfileName::parse("dev").unwrap()
}

fn new_key(token: bool) -> NewProfile {
    NewProfile {
        name: dev(),
        access_key_id: "AKIANEW".to_owned(),
        secret: Secret::new("NEW/secret+="),
        session_token: token.then(|| Secret::new("TOKEN")),
        region: Region::parse("us-east-2").unwrap(),
        output: "json".to_owned(),
    }
}

/// The record of a change, and the lines that it took the place of.
fn record(before: &[u8], after: &[u8], file: AwsFile) -> (FileRecord, Vec<u8>) {
    let keys = written(before, after, file, &dev()).unwrap();
    let ours = Ours::Profile { file, name: "dev".into(), keys };
    let replacing = Replacing::of(before, after, &ours).unwrap();
    let lines = replacing.secret_lines().unwrap_or_default().to_vec();
    let kept = replacing.secret_lines().map(|_| "kept".to_owned());
    let record = FileRecord {
        path: "/f".into(),
        target: "/f".into(),
        mode: None,
        before: Some(hash(before)),
        after: hash(after),
        backup: None,
        replaced: Some(replacing.record(kept)),
        folders: Vec::new(),
        ours,
    };
    (record, lines)
}

/// What undo makes of a file; `None` when it leaves it.
fn undone(record: &FileRecord, lines: Option<&[u8]>, now: &[u8]) -> Option<Vec<u8>> {
    let planned = plan(&[record], Some(now), &|store| match (store, lines) {
        (Store::Lines(_), Some(lines)) => Ok(lines.to_vec().into()),
        (Store::Lines(_) | Store::Copy(_), _) => Err(Missing::Gone),
    });
    match planned.outcome {
        Outcome::Left(_) => {
            assert_eq!(planned.bytes.as_ref().map(|bytes| bytes.as_slice()), Some(now), "it stays as it is");
            None
        }
        Outcome::AsBefore | Outcome::Restored | Outcome::TakenOut | Outcome::NothingLeft => {
            planned.bytes.map(|bytes| bytes.to_vec())
        }
    }
}

/// What another program may do to a file between our change and its undo.
fn edited(after: &[u8], how: usize) -> Vec<u8> {
    let text = String::from_utf8(after.to_vec()).unwrap();
    let ending = if text.ends_with(['\n', '\r']) { "" } else { "\n" };
    let indented = || {
        text.split_inclusive('\n').map(|line| if line.starts_with('[') { line.to_owned() } else { format!("  {line}") })
    };
    match how % 5 {
        0 => format!("{text}{ending}[zz]\nq = 1\n"),
        1 => format!("# first\n{text}"),
        2 => indented().collect(),
        3 => text.replace("[dev]", "[dev]\nmine = 1"),
        _ => format!("{text}{ending}  more = 1\n"),
    }
    .into_bytes()
}

/// The sections but ours, and of ours what is not one of our keys.
fn others(read: &Value, header: &str) -> Value {
    let mut read = read.clone();
    if let Some(sections) = read.as_object_mut()
        && let Some(Value::Object(mut ours)) = sections.remove(header)
    {
        let keys = [
            "region",
            "output",
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "aws_security_token",
        ];
        ours.retain(|key, _| !keys.contains(&key.as_str()));
        if !ours.is_empty() {
            sections.insert("ours".to_owned(), Value::Object(ours));
        }
    }
    read
}

#[test]
fn botocore_reads_every_other_profile_as_before_whatever_is_written_and_taken_back() {
    let mut runner = TestRunner::deterministic();
    // Before and after each step, with the header of our section.
    let mut pairs: Vec<(Vec<u8>, Vec<u8>, &str)> = Vec::new();
    let (mut back, mut taken_out, mut left) = (0, 0, 0);
    for number in 0..FILES {
        let before = file().new_tree(&mut runner).unwrap().current();
        for kind in [AwsFile::Credentials, AwsFile::Config] {
            let (config, credentials) = match kind {
                AwsFile::Config => (before.as_slice(), b"".as_slice()),
                AwsFile::Credentials => (b"".as_slice(), before.as_slice()),
            };
            let header = if kind == AwsFile::Config { "profile dev" } else { "dev" };
            let images = [
                with_access_key(config, credentials, &new_key(number % 2 == 0)),
                with_region(config, credentials, &dev(), &Region::parse("eu-west-1").unwrap()),
            ];
            for images in images.into_iter().flatten() {
                let after = if kind == AwsFile::Config { images.config } else { images.credentials };
                if after == before {
                    continue;
                }
                pairs.push((before.clone(), after.clone(), header));
                let (record, lines) = record(&before, &after, kind);
                // Untouched it comes back to the byte.
                assert_eq!(undone(&record, Some(&lines), &after).as_ref(), Some(&before));
                back += 1;
                for (now, lines) in [
                    (edited(&after, number), Some(lines.as_slice())),
                    (edited(&after, number + 1), Some(lines.as_slice())),
                    (edited(&after, number), None),
                    (after.clone(), None),
                ] {
                    match undone(&record, lines, &now) {
                        Some(bytes) => {
                            taken_out += usize::from(bytes != now);
                            pairs.push((now, bytes, header));
                        }
                        None => left += 1,
                    }
                }
            }
        }
    }
    let files: Vec<Vec<u8>> = pairs.iter().flat_map(|(before, after, _)| [before.clone(), after.clone()]).collect();
    let read = botocore(&files);
    let mut judged = 0;
    for ((before, after, header), read) in pairs.iter().zip(read.chunks(2)) {
        let shown = format!("{:?}\n{:?}", String::from_utf8_lossy(before), String::from_utf8_lossy(after));
        // What somebody else made unreadable is not ours to judge; it is not made so by us.
        if read[0].is_null() {
            continue;
        }
        assert!(!read[1].is_null(), "botocore cannot read it any more:\n{shown}");
        assert_eq!(others(&read[0], header), others(&read[1], header), "{shown}");
        judged += 1;
    }
    assert!(back > 400 && taken_out > 400 && judged > 1500, "{back} {taken_out} {left} {judged}");
}

#[test]
fn a_value_of_two_lines_survives_a_change_and_its_undo() {
    let before =
        "[dev]\naws_access_key_id = A\naws_secret_access_key = S\naws_session_token = ONE\n    TWO\n[b]\nx = 1\n";
    let after = with_access_key(b"", before.as_bytes(), &new_key(false)).unwrap().credentials;
    let (record, lines) = record(before.as_bytes(), &after, AwsFile::Credentials);
    let now = [after.as_slice(), b"[c]\ny = 2\n"].concat();
    let bytes = undone(&record, Some(&lines), &now).unwrap();
    let read = botocore(&[bytes.clone(), before.as_bytes().to_vec()]);
    assert_eq!(read[0]["dev"], read[1]["dev"], "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(read[0]["b"]["x"], "1");
}
