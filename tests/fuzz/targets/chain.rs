//! Any bytes as two files of git's configuration and a URL, with a line `%%` between them: nothing panics or takes for ever.
#![no_main]

use std::path::Path;

use codecommit_setup_fuzz::gitconfig::{Fate, RepositoryPlace, Source, Sources, chain, helper_program};
use libfuzzer_sys::fuzz_target;

const OWN: &str = "/h/.gitconfig";
const MORE: &str = "/h/more";

fuzz_target!(|input: &[u8]| {
    let (own, rest) = part(input);
    let (more, url) = part(rest);
    let sources = Sources {
        files: vec![Source { scope: "global".to_owned(), path: OWN.into() }],
        contents: [(OWN.into(), Some(own.to_vec())), (MORE.into(), Some(more.to_vec()))].into(),
        global: OWN.into(),
        home: "/h".into(),
        repository: Some(RepositoryPlace {
            git_dir: "/h/work/.git".into(),
            named_git_dir: "/link/work/.git".into(),
            common_dir: "/h/work/.git".into(),
            work_tree: Some("/h/work".into()),
            branch: Some("main".to_owned()),
        }),
        ..Sources::default()
    };
    assert!(!sources.missing().iter().any(|path| path == Path::new(OWN) || path == Path::new(MORE)));
    let Ok(entries) = sources.entries() else { return };
    assert!(entries.iter().all(|entry| entry.line.is_some_and(|line| line > 0)));
    let chain = chain(&entries, &String::from_utf8_lossy(url));
    assert!(chain.links.iter().filter(|link| link.fate == Fate::Answers).count() <= 1);
    for link in chain.links {
        helper_program(&link.helper);
    }
    assert_eq!(sources.with(Path::new(MORE), more), sources);
});

fn part(input: &[u8]) -> (&[u8], &[u8]) {
    let mark = b"\n%%\n";
    match input.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&input[..at], &input[at + mark.len()..]),
        None => (input, b""),
    }
}
