//! Any bytes as a gitconfig: the helper is added once, what is not its own stays, and nothing panics.
#![no_main]

use std::path::PathBuf;

use codecommit_setup_fuzz::gitconfig::{Families, Helper, Scope, Source, Sources, Wanted, apply};
use codecommit_setup_fuzz::wizard::names::{ProfileName, Region, RepositoryName};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (choice, before) = input.split_first().unwrap_or((&0, &[]));
    let wanted = Wanted {
        helper: if choice & 1 == 0 {
            Helper::AwsCli { program: "aws".to_owned() }
        } else {
            Helper::BuiltIn { program: "/opt/it's/x".to_owned() }
        },
        scope: match choice & 34 {
            0 => Scope::CodeCommit,
            2 => Scope::EveryHost,
            _ => Scope::OneRepository(RepositoryName::parse("teamA").expect("a name")),
        },
        families: Families { fips: choice & 16 != 0, vpc: choice & 64 != 0 },
        profile: ProfileName::parse(if choice & 4 == 0 { "default" } else { "a'b $(c)" }).expect("a name"),
        region: Region::parse("us-east-2").expect("a region"),
        wildcards: choice & 8 == 0,
        resets: choice & 128 == 0 || choice & 8 == 0,
    };
    let Ok(after) = apply(before, &wanted) else { return };
    assert_eq!(apply(&after, &wanted).as_ref(), Ok(&after), "once is enough");
    assert_eq!(others(before), others(&after), "entries of others");
    // A comment may be all that is left of a line.
    let mut lines = before.split(|byte| *byte == b'\n');
    for line in not_ours(&after) {
        let kept = lines.any(|before| before.windows(line.len()).any(|part| part == line));
        assert!(kept, "{} is new or in another place", line.escape_ascii());
    }
});

/// The entries that are not about credentials.
fn others(file: &[u8]) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let path = PathBuf::from("/h/.gitconfig");
    let sources = Sources {
        files: vec![Source { scope: "global".to_owned(), path: path.clone() }],
        contents: [(path, Some(file.to_vec()))].into(),
        ..Sources::default()
    };
    let entries = sources.entries().unwrap_or_default().into_iter();
    entries.filter(|entry| !entry.key.starts_with(b"credential.")).map(|entry| (entry.key, entry.value)).collect()
}

/// The lines on which nothing of ours can stand.
fn not_ours(file: &[u8]) -> Vec<&[u8]> {
    let ours = |line: &&[u8]| {
        let line = line.to_ascii_lowercase();
        let has = |word: &[u8]| line.windows(word.len()).any(|window| window == word);
        line.trim_ascii().is_empty() || has(b"credential") || has(b"helper") || has(b"usehttppath")
    };
    file.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !ours(line)).collect()
}
