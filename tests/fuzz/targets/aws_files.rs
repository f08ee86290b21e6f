//! Any bytes as an AWS file: a key or a region is written, taken back and taken out, and every other profile reads the same.
#![no_main]

use codecommit_setup_fuzz::journal::{FileRecord, Missing, Ours, Outcome, Replacing, Store, hash, plan};
use codecommit_setup_fuzz::profiles::{AwsFile, NewProfile, Profile, read, with_access_key, with_region, written};
use codecommit_setup_fuzz::wizard::names::{ProfileName, Region};
use codecommit_setup_fuzz::wizard::secret::Secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (choice, rest) = input.split_first().unwrap_or((&0, &[]));
    let (before, edit) = part(rest);
    let file = if choice & 1 == 0 { AwsFile::Credentials } else { AwsFile::Config };
    let name = ProfileName::parse(if choice & 2 == 0 { "dev" } else { "a 'b" }).expect("a name");
    let Some(after) = changed(before, file, &name, *choice) else { return };
    assert_eq!(others(before, file, &name), others(&after, file, &name), "it is read as before");
    assert!(changed(&after, file, &name, *choice).is_none_or(|again| again == after), "once is enough");

    let keys = written(before, &after, file, &name).expect("it was read");
    let ours = Ours::Profile { file, name: name.to_string(), keys };
    let replacing = Replacing::of(before, &after, &ours).expect("it was read");
    let lines = replacing.secret_lines().unwrap_or_default().to_vec();
    let kept = replacing.secret_lines().map(|_| "kept".to_owned());
    let record = FileRecord {
        path: "/f".into(),
        target: "/f".into(),
        mode: None,
        before: Some(hash(before)),
        after: hash(&after),
        backup: None,
        replaced: Some(replacing.record(kept)),
        folders: Vec::new(),
        ours,
    };
    let undo = |now: &[u8], with_lines: bool| {
        plan(&[&record], Some(now), &|store| match store {
            Store::Lines(_) if with_lines => Ok(lines.clone().into()),
            Store::Lines(_) | Store::Copy(_) => Err(Missing::Gone),
        })
    };
    let back = undo(&after, true);
    assert_eq!(back.bytes.as_ref().map(|bytes| bytes.as_slice()), Some(before), "undo brings the bytes back");
    // Somebody edits it in between, somewhere; or the old lines are gone.
    let mut edited = after.clone();
    let at = usize::from(*choice) * edited.len() / 256;
    edited.splice(at..at, edit.iter().copied());
    for (now, with_lines) in [(&edited, true), (&edited, false), (&after, false)] {
        let planned = undo(now, with_lines);
        let bytes = planned.bytes.expect("a file");
        if matches!(planned.outcome, Outcome::Left(_)) {
            assert_eq!(bytes.as_slice(), now.as_slice(), "it stays as it is");
        } else if planned.outcome == Outcome::TakenOut {
            assert_eq!(others(now, file, &name), others(&bytes, file, &name), "it is read as before");
        }
    }
});

/// The file with a key or a region in it; `None` where that is refused.
fn changed(before: &[u8], file: AwsFile, name: &ProfileName, choice: u8) -> Option<Vec<u8>> {
    let (config, credentials): (&[u8], &[u8]) = match file {
        AwsFile::Config => (before, b""),
        AwsFile::Credentials => (b"", before),
    };
    let region = Region::parse("us-east-2").expect("a region");
    let images = if choice & 4 == 0 {
        let new = NewProfile {
            name: name.clone(),
            access_key_id: "AKIANEW".to_owned(),
            secret: Secret::new("NEW/secret+="),
            session_token: (choice & 8 == 0).then(|| Secret::new("TOKEN")),
            region,
            output: "json".to_owned(),
        };
        with_access_key(config, credentials, &new).ok()?
    } else {
        with_region(config, credentials, name, &region).ok()?
    };
    Some(match file {
        AwsFile::Config => images.config,
        AwsFile::Credentials => images.credentials,
    })
}

/// The other profiles as they are read; `None` when the file cannot be.
fn others(bytes: &[u8], file: AwsFile, name: &ProfileName) -> Option<Vec<Profile>> {
    let profiles = match file {
        AwsFile::Config => read(bytes, b""),
        AwsFile::Credentials => read(b"", bytes),
    };
    Some(profiles.ok()?.into_iter().filter(|profile| profile.name != *name).collect())
}

fn part(input: &[u8]) -> (&[u8], &[u8]) {
    let mark = b"\n%%\n";
    match input.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&input[..at], &input[at + mark.len()..]),
        None => (input, b""),
    }
}
