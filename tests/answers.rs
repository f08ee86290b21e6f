//! What was chosen in a walk, saved as an answers file: read again it says the same, and applied elsewhere it does the same.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "support/all.rs"]
mod support;

#[path = "support/program.rs"]
mod program;

use codecommit_setup::gitconfig::Families;
use codecommit_setup::wizard::answers::{Answers, HelperAnswer, PolicyAnswer, ScopeAnswer};
use codecommit_setup::wizard::names::{ProfileName, Region, RepositoryName};
use codecommit_setup::wizard::saved::{placeholder, to_toml};
use codecommit_setup::wizard::secret::Secret;
use program::{Program, stderr};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use support::walker::Walker;
use support::world::{SECRET, SPARE_KEY, World};

fn read(text: &str) -> Answers {
    Answers::from_toml(text, &mut |_, _| Ok(Secret::new(""))).unwrap_or_else(|problem| panic!("{problem}\n{text}"))
}

fn answers() -> impl Strategy<Value = Answers> {
    let name = "[a-zA-Z0-9 '\"\\\\_.#=-]{1,12}".prop_filter_map("a name", |text| ProfileName::parse(&text).ok());
    let repository = "[a-zA-Z][a-zA-Z0-9_]{0,9}";
    let policy =
        select(vec![PolicyAnswer::PowerUser, PolicyAnswer::ReadOnly, PolicyAnswer::FullAccess, PolicyAnswer::None]);
    let scope = prop_oneof![
        select(vec![ScopeAnswer::CodeCommit, ScopeAnswer::EveryHost, ScopeAnswer::EachClone]),
        "[^\u{7f}-\u{9f}]{1,20}".prop_map(ScopeAnswer::Repository),
        repository.prop_map(|name| ScopeAnswer::Only(RepositoryName::parse(&name).unwrap())),
    ];
    let region = select(vec!["us-east-2", "cn-north-1"]).prop_map(|code| Region::parse(code).unwrap());
    let key = select(vec!["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"]).prop_map(placeholder);
    let first = (of(name.clone()), of(region), of(key), any::<bool>(), of("[a-z\"\\\\]{1,6}"));
    let second = (of(policy), of(name), of(select(vec![HelperAnswer::AwsCli, HelperAnswer::BuiltIn])), of(scope));
    let third =
        (any::<bool>(), any::<bool>(), of(any::<bool>()), of(prop::collection::vec(repository, 0..3)), of(".{1,20}"));
    let fourth = (of(1..=16_usize), any::<bool>());
    (first, second, third, fourth).prop_map(
        |(
            (profile, region, key, replace, output),
            (policy, with_profile, helper, scope),
            (fips, vpc, program_by_path, clone, into),
            (jobs, pin),
        )| Answers {
            unattended: true,
            profile,
            region,
            key,
            replace,
            output,
            policy,
            with_profile,
            helper,
            scope,
            families: Families { fips, vpc },
            program_by_path,
            clone,
            into,
            jobs,
            pin,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_saved_file_read_again_says_the_same(answers in answers()) {
        prop_assert_eq!(read(&to_toml(&answers)), answers);
    }
}

#[test]
fn a_walk_saves_what_was_chosen_and_never_over_a_file() {
    let mut walker = Walker::new(World::ready());
    while walker.at() != "Finish" {
        walker.press("[enter]");
    }
    walker.sees("save answers for the next computer").press("a").sees("~/codecommit-answers.toml").press("[enter]");
    walker.sees("Saved in ~/codecommit-answers.toml.");
    let saved = read(&walker.world.text("codecommit-answers.toml"));
    assert_eq!(saved.profile.unwrap().as_str(), "default");
    assert_eq!((saved.policy, saved.helper), (Some(PolicyAnswer::PowerUser), Some(HelperAnswer::AwsCli)));
    assert_eq!(saved.with_profile.unwrap().as_str(), "admin");
    assert_eq!(saved.scope, Some(ScopeAnswer::CodeCommit));
    assert_eq!((saved.clone.unwrap(), saved.into.unwrap()), (vec!["MyDemoRepo".to_owned()], "~/src".to_owned()));
    assert!(saved.key.is_none());
    walker
        .press("a[enter]")
        .sees("The file is there already.")
        .press("[ctrl-u]~/b.toml[enter]")
        .sees("Saved in ~/b.toml");
    walker.press("w").sees("~/codecommit-report.txt").press("[enter]").sees("Saved in ~/codecommit-report.txt");
    let report = walker.world.text("codecommit-report.txt");
    assert!(report.contains("Done. This computer can use CodeCommit as new-developer."), "{report}");
}

#[test]
fn a_profile_made_from_a_key_is_saved_without_its_secret() {
    let mut walker = Walker::new(World::ready());
    walker.press(&format!("[enter]n{SPARE_KEY}[tab]{SECRET}[enter][enter][enter]s"));
    while walker.at() != "Finish" {
        walker.press("[enter]");
    }
    walker.press("a[enter]").sees("Saved in");
    let text = walker.world.text("codecommit-answers.toml");
    assert!(!text.contains(SECRET) && text.contains("CODECOMMIT_SECRET_ACCESS_KEY"), "{text}");
    let saved = read(&text);
    assert_eq!((saved.key.unwrap().id.as_str(), saved.output.as_deref()), (SPARE_KEY, Some("json")));
    assert_eq!(saved.profile.unwrap().as_str(), "CodeCommitProfile");
}

#[test]
fn a_second_computer_gets_the_same_files() {
    let first = Program::new();
    let arguments = ["--sandbox", "--keep", "--plain", "--save-answers", "saved.toml"];
    let output = first.run(&arguments, &"\n".repeat(20));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = std::fs::read_to_string(first.folder.path().join("saved.toml")).unwrap();
    let second = Program::new();
    let path = second.write("answers.toml", &text);
    let output = second.run(&["--sandbox", "--keep", "apply", "--answers", &path], "");
    assert_eq!(output.status.code(), Some(0), "{text}{}", stderr(&output));
    for file in [".gitconfig", ".aws/config", "src/MyDemoRepo/.git/config"] {
        let of = |program: &Program| std::fs::read_to_string(program.sandbox_home().join(file)).unwrap();
        assert_eq!(of(&first), of(&second), "{file}");
    }
    let again = first.run(&arguments, "");
    assert_eq!(again.status.code(), Some(2), "{}", stderr(&again));
    assert!(stderr(&again).contains("saved.toml is there already."), "{}", stderr(&again));
}
