//! What a run changed comes back byte for byte; where somebody edited it since, only what is ours is taken out.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use codecommit_setup::adapters::aws::Aws;
use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::files::Files;
use codecommit_setup::adapters::git::Git;
use codecommit_setup::adapters::journal::Journal;
use codecommit_setup::cli::Undo;
use codecommit_setup::journal::{Intent, PolicyRecord, RepositoryRecord};
use codecommit_setup::ports::{Files as _, Git as _, Journal as _};
use codecommit_setup::sandbox::{Options, Sandbox};
use codecommit_setup::undo::{Stop, Undoing};
use codecommit_setup::wizard::effect::{Caller, CloneSettings, Credentials, FileChange, Ours};
use codecommit_setup::wizard::facts::Profile;
use codecommit_setup::wizard::names::{ProfileName, Region};
use codecommit_setup::wizard::rights::Holder;
use proptest::prelude::*;
use tempfile::TempDir;

const URL: &str = "https://git-codecommit.*.amazonaws.com";
const HELPER: &str = "!aws --profile dev codecommit credential-helper $@";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A home folder, and runs of the program in it.
struct Home(TempDir);

/// What an undo said and how it ended.
struct Said {
    code: u8,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn environment(&self) -> Environment {
        Environment::of(
            [("HOME", self.0.path().as_os_str()), ("PATH", &std::env::var_os("PATH").unwrap())]
                .map(|(name, value)| (name.into(), value.into())),
        )
    }

    fn put(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A change of a file from what it is now.
    fn change(&self, name: &str, after: &str, ours: Ours) -> FileChange {
        let path = self.path(name);
        let private = matches!(ours, Ours::Profile(_));
        FileChange { before: fs::read(&path).ok().map(Into::into), path, after: after.into(), private, ours }
    }

    /// One run of the program, which makes changes one after the other.
    async fn run(&self, changes: Vec<FileChange>) -> String {
        let journal = Journal::new(&self.environment());
        let files = Files::with(self.environment(), journal.clone());
        files.write(changes).await.unwrap();
        journal.run().to_owned()
    }

    async fn undo(&self, asked: Undo) -> Said {
        self.try_undo(asked).await.unwrap()
    }

    async fn try_undo(&self, asked: Undo) -> Result<Said, Stop> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = Undoing::new(&self.environment()).run(&asked, &mut out, &mut err).await?;
        Ok(Said { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() })
    }

    /// Everything in the home folder but the journal: links, modes and bytes.
    fn tree(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let metadata = fs::symlink_metadata(&path).unwrap();
                if path.ends_with(".local") {
                    continue;
                }
                let content = if metadata.is_symlink() {
                    format!("→ {}", fs::read_link(&path).unwrap().display())
                } else if metadata.is_dir() {
                    folders.push(path.clone());
                    String::new()
                } else {
                    format!("{:?}", fs::read(&path).unwrap())
                };
                found.insert(path, format!("{:o} {content}", metadata.mode()));
            }
        }
        found
    }

    fn journal(&self) -> String {
        self.text(".local/state/codecommit-setup/journal.jsonl")
    }

    /// What is kept for undo, file by file.
    fn kept(&self) -> Vec<String> {
        let folder = self.path(".local/state/codecommit-setup/kept");
        let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    }

    /// Lets every run have been so many days ago.
    fn age(&self, days: i64) {
        let then = time::OffsetDateTime::now_utc() - time::Duration::days(days);
        let then = then.format(&time::format_description::well_known::Rfc3339).unwrap();
        let aged = |line: &str| {
            let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
            record["time"] = then.clone().into();
            format!("{record}\n")
        };
        let aged: String = self.journal().lines().map(aged).collect();
        fs::write(self.path(".local/state/codecommit-setup/journal.jsonl"), aged).unwrap();
    }

    /// What a walk or an `apply` removes when it begins, in words.
    fn tidy(&self) -> Option<String> {
        Journal::new(&self.environment()).tidy().described()
    }

    /// A run that replaces the key of a profile, among other secrets.
    async fn replace_key(&self) -> (String, String) {
        let before = format!("[old]\naws_secret_access_key = {SECRET}OTHER\n{}region = a\n", our_profile());
        self.put(".aws/credentials", &before, 0o600);
        let after = before.replace(&format!("{SECRET}\n"), "NEW\n").replace("AKIAIOSFODNN7EXAMPLE", "AKIANEW");
        self.run(vec![self.change(".aws/credentials", &after, dev())]).await;
        (before, after)
    }
}

fn last() -> Undo {
    Undo::default()
}

fn dev() -> Ours {
    Ours::Profile(ProfileName::parse("dev").unwrap())
}

fn sections() -> Ours {
    Ours::GitSections { sections: vec![Some(URL.to_owned())], helper: HELPER.to_owned() }
}

fn our_section() -> String {
    format!("[credential \"{URL}\"]\n\thelper =\n\thelper = {HELPER}\n\tUseHttpPath = true\n")
}

fn our_profile() -> String {
    format!("[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n")
}

#[tokio::test]
async fn a_run_is_undone_byte_for_byte_with_modes_links_and_folders() {
    let home = Home::new();
    home.put("dotfiles/gitconfig", "[user]\r\n\tname = Ann\r\n# no end", 0o640);
    symlink("dotfiles/gitconfig", home.path(".gitconfig")).unwrap();
    symlink("later", home.path("dangling")).unwrap();
    home.put("open", "[old]\n", 0o644);
    let before = home.tree();
    let run = home
        .run(vec![
            home.change("open", &our_profile(), dev()),
            home.change(".aws/credentials", &our_profile(), dev()),
            home.change(".aws/config", "[profile dev]\nregion = us-east-2\n", dev()),
            home.change(".gitconfig", &format!("[user]\r\n{}", our_section()), sections()),
            home.change("dangling", "new", Ours::Whole),
        ])
        .await;
    assert_ne!(home.tree(), before);
    let said = home.undo(last()).await;
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!(home.tree(), before);
    assert!(said.out.contains(&run) && said.out.contains("~/.aws/credentials: removed"), "{}", said.out);
}

#[tokio::test]
async fn several_changes_of_a_file_in_one_run_come_back_to_the_first() {
    let home = Home::new();
    home.put(".gitconfig", "1", 0o600);
    let before = home.tree();
    let journal = Journal::new(&home.environment());
    let files = Files::with(home.environment(), journal);
    for text in ["2", "3", "4"] {
        files.write(vec![home.change(".gitconfig", text, Ours::Whole)]).await.unwrap();
    }
    assert_eq!(home.undo(last()).await.code, 0);
    assert_eq!(home.tree(), before);
}

#[tokio::test]
async fn of_a_file_that_was_edited_since_only_ours_is_taken_out() {
    let home = Home::new();
    home.put(".gitconfig", "[user]\n\tname = Ann\n", 0o644);
    home.put(".aws/credentials", "[a]\nx = 1\n", 0o600);
    let git = format!("[user]\n\tname = Ann\n{}", our_section());
    let aws = format!("[a]\nx = 1\n{}", our_profile());
    home.run(vec![home.change(".aws/credentials", &aws, dev()), home.change(".gitconfig", &git, sections())]).await;
    home.put(".gitconfig", &format!("{git}[alias]\n\tst = status\n"), 0o644);
    home.put(".aws/credentials", &format!("# mine\n{aws}[b]\ny = 2"), 0o600);
    let said = home.undo(last()).await;
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(said.out.matches("edited since; only what this program wrote was taken out").count(), 2, "{}", said.out);
    assert_eq!(home.text(".gitconfig"), "[user]\n\tname = Ann\n[alias]\n\tst = status\n");
    assert_eq!(home.text(".aws/credentials"), "# mine\n[a]\nx = 1\n[b]\ny = 2");
}

#[tokio::test]
async fn what_cannot_be_told_apart_is_left_until_it_is_as_it_was() {
    let home = Home::new();
    home.put("file", "old", 0o644);
    home.put("other", "old", 0o644);
    home.run(vec![home.change("other", "new", Ours::Whole), home.change("file", "new", Ours::Whole)]).await;
    home.put("file", "edited", 0o644);
    let said = home.undo(last()).await;
    assert_eq!((said.code, home.text("file").as_str(), home.text("other").as_str()), (1, "edited", "old"));
    assert!(said.err.contains("Undo works again when the file is as this program left it"), "{}", said.err);
    home.put("file", "new", 0o644);
    assert_eq!(home.undo(last()).await.code, 0);
    assert_eq!(home.text("file"), "old");
}

#[tokio::test]
async fn a_file_that_somebody_removed_since_stays_so() {
    let home = Home::new();
    let path = home.put(".gitconfig", "", 0o644);
    home.run(vec![home.change(".gitconfig", &our_section(), sections())]).await;
    fs::remove_file(&path).unwrap();
    let said = home.undo(last()).await;
    assert_eq!(said.code, 0);
    assert!(said.out.contains("removed it since") && !path.exists(), "{}", said.out);
}

#[tokio::test]
async fn undoing_twice_is_harmless_and_an_older_run_is_undone_only_by_name() {
    let home = Home::new();
    home.put("first", "1", 0o644);
    home.put("second", "1", 0o644);
    let older = home.run(vec![home.change("first", "2", Ours::Whole)]).await;
    home.run(vec![home.change("second", "2", Ours::Whole)]).await;
    assert_eq!(home.undo(last()).await.code, 0);
    let journal = home.journal();
    let again = home.undo(last()).await;
    assert_eq!((again.code, home.text("first").as_str(), home.journal()), (0, "2", journal));
    assert!(again.out.contains("undone already") && again.out.contains("undo --list"), "{}", again.out);
    let list = home.undo(Undo { list: true, ..last() }).await.out;
    assert!(list.find("~/second").unwrap() < list.find("~/first").unwrap() && list.contains("undone"), "{list}");
    assert_eq!(home.undo(Undo { run: Some(older), ..last() }).await.code, 0);
    assert_eq!(home.text("first"), "1");
    match home.try_undo(Undo { run: Some("20200101".to_owned()), ..last() }).await {
        Err(Stop::Told(problem, 2)) => assert!(problem.hint.contains("--list"), "{problem}"),
        _ => panic!("a run that is not there"),
    }
}

#[tokio::test]
async fn without_a_journal_there_is_nothing_to_undo() {
    let home = Home::new();
    assert!(home.undo(last()).await.out.contains("nothing to undo"));
    assert!(home.undo(Undo { list: true, ..last() }).await.out.contains("changed nothing"));
    assert!(!home.path(".local").exists());
}

#[tokio::test]
async fn a_dry_run_shows_the_difference_without_secrets_and_changes_nothing() {
    let home = Home::new();
    home.put(".aws/credentials", &our_profile().replace("[dev]", "[old]"), 0o600);
    let after = home.text(".aws/credentials") + &our_profile();
    home.run(vec![
        home.change(".aws/credentials", &after, dev()),
        home.change(".gitconfig", &our_section(), sections()),
    ])
    .await;
    let (tree, journal) = (home.tree(), home.journal());
    let said = home.undo(Undo { dry_run: true, ..last() }).await;
    assert_eq!((said.code, home.tree(), home.journal()), (0, tree, journal));
    assert!(said.out.contains("- [dev]") && said.out.contains("-     UseHttpPath = true"), "{}", said.out);
    assert!(said.out.contains("would be removed") && !said.out.contains(SECRET), "{}", said.out);
}

#[tokio::test]
async fn the_journal_is_private_and_holds_no_secret() {
    let home = Home::new();
    home.put(".aws/credentials", &our_profile().replace("[dev]", "[old]"), 0o644);
    let after = home.text(".aws/credentials") + &our_profile();
    home.run(vec![home.change(".aws/credentials", &after, dev())]).await;
    assert!(!home.journal().contains(SECRET) && home.journal().contains("aws_secret_access_key"));
    let folder = home.path(".local/state/codecommit-setup");
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!([mode(&folder), mode(&folder.join("kept")), mode(&folder.join("journal.jsonl"))], [0o700, 0o700, 0o600]);
    assert_eq!(home.kept(), [] as [String; 0], "a section that is added needs nothing of before");
    assert!(!folder.join("backups").exists());
}

#[tokio::test]
async fn of_a_replaced_key_its_lines_alone_are_kept_and_go_with_the_undo() {
    let home = Home::new();
    let (before, _) = home.replace_key().await;
    let kept = home.kept();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].contains(SECRET) && !kept[0].contains(&format!("{SECRET}OTHER")) && !kept[0].contains("NEW"));
    let folder = home.path(".local/state/codecommit-setup/kept");
    let file = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::metadata(file).unwrap().mode() & 0o777, 0o600);
    assert!(!home.journal().contains(SECRET), "{}", home.journal());
    let list = home.undo(Undo { list: true, ..last() }).await.out;
    assert!(list.contains("kept     replaced lines of ~/.aws/credentials, until 20"), "{list}");
    assert_eq!(home.tidy(), None, "its time is not over");
    let said = home.undo(last()).await;
    assert_eq!((said.code, home.text(".aws/credentials")), (0, before), "{}", said.err);
    assert!(home.kept().is_empty() && !said.out.contains("Removed"), "{}", said.out);
}

#[tokio::test]
async fn after_thirty_days_the_old_key_is_gone_at_the_next_run_and_undo_says_so() {
    for tidied in [false, true] {
        let home = Home::new();
        let (_, after) = home.replace_key().await;
        home.age(29);
        assert_eq!((home.tidy(), home.kept().len()), (None, 1));
        let list = async || {
            let listed = home.undo(Undo { list: true, ..last() }).await.out;
            assert_eq!(listed, home.undo(Undo { list: true, ..last() }).await.out, "a list deletes nothing");
            listed
        };
        let overdue = "overdue: will be deleted by the next setup, apply, clone or undo";
        assert!(!list().await.contains("overdue"));
        home.age(31);
        assert!(list().await.contains(overdue), "{}", list().await);
        if tidied {
            let said = home.tidy().unwrap();
            assert!(said.contains("the replaced lines of 1 change"), "{said}");
            assert!(home.kept().is_empty());
        }
        // A dry run says what would come, and removes nothing.
        let kept = home.kept().len();
        let said = home.undo(Undo { dry_run: true, ..last() }).await;
        assert_eq!((said.code, home.kept().len(), home.text(".aws/credentials")), (1, kept, after.clone()));
        assert!(said.err.contains("do not come back") && said.err.contains("30 days"), "{}", said.err);
        let said = home.undo(last()).await;
        assert_eq!(said.code, 1, "{}", said.out);
        assert!(said.err.contains("do not come back"), "{}", said.err);
        let left = format!("[old]\naws_secret_access_key = {SECRET}OTHER\n[dev]\nregion = a\n");
        assert_eq!(home.text(".aws/credentials"), left);
        assert!(home.kept().is_empty());
        assert_eq!(home.undo(last()).await.code, 0, "there is nothing left to take back");
        assert_eq!(home.text(".aws/credentials"), left);
    }
}

#[tokio::test]
async fn what_is_kept_is_shown_and_thrown_away_when_that_is_asked_for() {
    let forget = || Undo { forget: true, ..last() };
    let home = Home::new();
    assert!(home.undo(forget()).await.out.contains("Nothing is kept"));
    let (_, after) = home.replace_key().await;
    let older = Journal::new(&home.environment()).read().unwrap().records[0].run.clone();
    home.put("first", "1", 0o644);
    home.run(vec![home.change("first", "2", Ours::Whole)]).await;
    assert_eq!(home.kept().len(), 2);
    let list = home.undo(Undo { list: true, ..forget() }).await.out;
    assert!(list.contains("replaced lines of ~/.aws/credentials, until 20") && list.contains("~/first"), "{list}");
    for (asked, left) in [
        (Undo { dry_run: true, all: true, ..forget() }, 2),
        (Undo { run: Some(older.clone()), dry_run: true, ..forget() }, 2),
        (Undo { run: Some(older), ..forget() }, 1),
    ] {
        let said = home.undo(asked).await;
        assert_eq!((said.code, home.kept().len()), (0, left), "{}{}", said.out, said.err);
        assert!(said.out.contains("bring these lines back"), "{}", said.out);
        assert_eq!(home.text(".aws/credentials"), after);
    }
    assert_eq!(home.kept(), ["1"]);
    // What another version keeps goes as well.
    home.put(".local/state/codecommit-setup/backups/other", SECRET, 0o600);
    let journal = home.path(".local/state/codecommit-setup/journal.jsonl");
    fs::write(&journal, home.journal() + "{\"version\":7}\n").unwrap();
    let said = home.undo(Undo { all: true, ..forget() }).await;
    assert!(said.code == 0 && said.out.contains("1 more"), "{}", said.out);
    assert!(home.kept().is_empty() && !home.path(".local/state/codecommit-setup/backups").exists());
    fs::write(&journal, home.journal().replace("{\"version\":7}\n", "")).unwrap();
    assert!(home.undo(forget()).await.out.contains("Nothing is kept for it"));
    match home.try_undo(Undo { run: Some("20200101".to_owned()), ..forget() }).await {
        Err(Stop::Told(_, 2)) => {}
        _ => panic!("a run that is not there"),
    }
}

/// A journal of an earlier version: the records name whole copies.
fn of_an_earlier_version(home: &Home, files: &[(&str, &str, serde_json::Value)]) {
    let folder = ".local/state/codecommit-setup";
    let mut lines = String::new();
    for (number, (name, before, ours)) in files.iter().enumerate() {
        let path = home.path(name);
        let after = fs::read(&path).unwrap();
        home.put(&format!("{folder}/backups/1-{number}"), before, 0o600);
        let record = serde_json::json!({
            "version": 1, "run": "1", "time": "2026-11-01T00:00:00Z", "file": {
                "path": path, "target": path, "mode": 0o600, "before": codecommit_setup::journal::hash(before.as_bytes()),
                "after": codecommit_setup::journal::hash(&after), "backup": format!("1-{number}"), "folders": [], "ours": ours,
            },
        });
        lines = format!("{lines}{record}\n");
    }
    home.put(&format!("{folder}/journal.jsonl"), &lines, 0o600);
    home.age(1);
}

fn of_dev(before: &str, after: &str) -> serde_json::Value {
    let (file, name) = (codecommit_setup::profiles::AwsFile::Credentials, ProfileName::parse("dev").unwrap());
    let keys = codecommit_setup::profiles::written(before.as_bytes(), after.as_bytes(), file, &name).unwrap();
    serde_json::json!({ "profile": { "file": "credentials", "name": "dev", "keys": keys } })
}

#[tokio::test]
async fn copies_of_the_credentials_file_that_earlier_versions_made_are_removed_and_an_added_profile_is_still_undone() {
    let home = Home::new();
    let before = format!("[old]\naws_secret_access_key = {SECRET}\n");
    home.put(".aws/credentials", &(before.clone() + &our_profile()), 0o600);
    home.put(".gitconfig", &our_section(), 0o600);
    let ours = of_dev(&before, &home.text(".aws/credentials"));
    let sections = serde_json::json!({ "git_sections": { "sections": [URL], "helper": HELPER } });
    of_an_earlier_version(&home, &[(".aws/credentials", &before, ours), (".gitconfig", "# token\n", sections)]);
    let backups = home.path(".local/state/codecommit-setup/backups");
    let said = home.tidy().unwrap();
    assert!(said.contains("1 old copy of your configuration files"), "{said}");
    assert_eq!(fs::read_dir(&backups).unwrap().count(), 1, "that of git is needed still");
    let said = home.undo(last()).await;
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!((home.text(".aws/credentials"), home.text(".gitconfig")), (before, "# token\n".to_owned()));
    assert!(!backups.exists());
}

#[tokio::test]
async fn an_undo_may_use_the_old_copy_before_it_goes() {
    let home = Home::new();
    let before = our_profile();
    home.put(".aws/credentials", &before.replace(SECRET, "NEW"), 0o600);
    let ours = of_dev(&before, &home.text(".aws/credentials"));
    of_an_earlier_version(&home, &[(".aws/credentials", &before, ours)]);
    let said = home.undo(last()).await;
    assert_eq!((said.code, home.text(".aws/credentials")), (0, before), "{}", said.err);
    assert!(said.out.contains("Removed 1 old copy") && !home.path(".local/state/codecommit-setup/backups").exists());
}

#[tokio::test]
async fn what_a_program_that_was_killed_kept_and_never_named_goes_with_the_next_run() {
    let home = Home::new();
    home.put("file", "1", 0o644);
    home.run(vec![home.change("file", "2", Ours::Whole)]).await;
    home.put(".local/state/codecommit-setup/kept/20260101T000000Z-0-1-credentials", SECRET, 0o600);
    assert_eq!((home.tidy(), home.kept()), (None, vec!["1".to_owned()]));
    // Another version may need what it names in lines that are not understood here.
    home.put(".local/state/codecommit-setup/kept/other", "2", 0o600);
    let journal = home.path(".local/state/codecommit-setup/journal.jsonl");
    fs::write(&journal, home.journal() + "{\"version\":7,\"kept\":\"other\"}\n").unwrap();
    assert_eq!((home.tidy(), home.kept().len()), (None, 2));
}

#[tokio::test]
async fn a_run_that_looks_only_removes_nothing() {
    let home = Home::new();
    home.replace_key().await;
    home.age(40);
    for asked in [
        Undo { list: true, ..last() },
        Undo { dry_run: true, ..last() },
        Undo { forget: true, list: true, ..last() },
        Undo { forget: true, all: true, dry_run: true, ..last() },
    ] {
        home.undo(asked).await;
        assert_eq!(home.kept().len(), 1);
    }
}

#[tokio::test]
async fn a_torn_line_does_no_harm_and_another_version_is_left_alone() {
    let home = Home::new();
    home.put("file", "1", 0o644);
    let first = home.run(vec![home.change("file", "2", Ours::Whole)]).await;
    let path = home.path(".local/state/codecommit-setup/journal.jsonl");
    let torn = home.journal() + "{\"version\":1,\"run\":\"torn";
    fs::write(&path, &torn).unwrap();
    home.run(vec![home.change("file", "3", Ours::Whole)]).await;
    assert!(home.journal().starts_with(&format!("{torn}\n")), "{}", home.journal());
    let said = home.undo(last()).await;
    assert_eq!((said.code, home.text("file").as_str()), (0, "2"));
    assert!(said.err.contains("Line 2"), "{}", said.err);

    fs::write(&path, home.journal() + "{\"version\":7,\"new\":{}}\n").unwrap();
    match home.try_undo(last()).await {
        Err(Stop::Told(problem, 1)) => assert!(problem.what.contains("Another version"), "{problem}"),
        _ => panic!("the last run is not known"),
    }
    let said = home.undo(Undo { run: Some(first), ..last() }).await;
    assert!(said.code == 0 && said.err.contains("another version (7)"), "{}", said.err);
    assert_eq!(home.text("file"), "1");
}

#[tokio::test]
async fn a_journal_cannot_lead_out_of_its_copies() {
    let home = Home::new();
    home.put("file", "1", 0o644);
    home.run(vec![home.change("file", "2", Ours::Whole)]).await;
    let path = home.path(".local/state/codecommit-setup/journal.jsonl");
    let name = fs::read_dir(path.with_file_name("kept")).unwrap().next().unwrap().unwrap().file_name();
    fs::write(&path, home.journal().replace(name.to_str().unwrap(), "../journal.jsonl")).unwrap();
    let said = home.undo(last()).await;
    assert!(said.code == 1 && said.err.contains("cannot be one"), "{}", said.err);
    assert_eq!(home.text("file"), "2");
}

#[tokio::test]
async fn a_policy_is_named_with_its_command_and_detached_only_when_asked() {
    let parent = TempDir::new().unwrap();
    let options = Options { parent: Some(parent.path().to_owned()), ..Options::default() };
    let sandbox = Sandbox::start(&options).await.unwrap();
    let environment = Environment::of(sandbox.environment([]));
    let admin = Credentials::Profile(ProfileName::parse("admin").unwrap());
    let caller = Caller { credentials: admin, region: Region::parse("us-east-2").unwrap() };
    let aws = Aws::new(Arc::new(environment.clone()));
    let (user, policy_arn) = (Holder::User("new-developer".into()), "arn:aws:iam::aws:policy/AWSCodeCommitPowerUser");
    aws.attach_policy(&caller, &user, policy_arn).await.unwrap();
    let account = aws.identify(&caller).await.unwrap().account;
    let journal = Journal::new(&environment);
    let record = PolicyRecord::new(account.clone(), &user, policy_arn.into(), Some("admin".into()), "us-east-2".into());
    let attached_by = async |journal: &Journal, record: PolicyRecord| {
        journal.begin(Intent::Policy(record.clone())).await.unwrap();
        journal.end(Intent::Policy(record), true).await.unwrap();
    };
    attached_by(&journal, record.clone()).await;

    let undo = async |asked: Undo| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = Undoing::new(&environment).run(&asked, &mut out, &mut err).await.unwrap();
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    };
    let developer =
        Caller { credentials: Credentials::Profile(ProfileName::parse("default").unwrap()), ..caller.clone() };
    let subject = Profile {
        name: ProfileName::parse("default").unwrap(),
        region: caller.region.clone(),
        credentials: developer.credentials.clone(),
        access_key: true,
        built_in: true,
        identity: aws.identify(&developer).await.unwrap(),
    };
    let attached = async || aws.find_rights(&caller, &subject, &[]).await.unwrap().managed(&user).count();
    for _ in 0..2 {
        let (code, out, _) = undo(last()).await;
        assert!(out.contains("aws iam detach-user-policy --user-name new-developer"), "{out}");
        assert_eq!((code, attached().await), (0, 1));
    }
    let detach = || Undo { detach: true, ..last() };
    let (_, out, _) = undo(Undo { dry_run: true, ..detach() }).await;
    assert!(out.contains("would be detached") && attached().await == 1, "{out}");
    assert_eq!((undo(detach()).await.0, attached().await), (0, 0));
    assert!(undo(detach()).await.1.contains("undone already"));

    // A profile that belongs to another account by now detaches nothing there.
    attached_by(&Journal::new(&environment), PolicyRecord { account: "999999999999".into(), ..record }).await;
    aws.attach_policy(&caller, &user, policy_arn).await.unwrap();
    let (code, _, err) = undo(detach()).await;
    assert!(code == 1 && err.contains("another account") && attached().await == 1, "{err}");

    // What a group was given is named and detached as well.
    let staff = Holder::Group("Staff".into());
    aws.attach_policy(&caller, &staff, policy_arn).await.unwrap();
    let record = PolicyRecord::new(account, &staff, policy_arn.into(), Some("admin".into()), "us-east-2".into());
    // Of what was begun it may not be known whether it was done: it is named like that, and detached like any other.
    Journal::new(&environment).begin(Intent::Policy(record)).await.unwrap();
    let (_, out, _) = undo(Undo { list: true, ..last() }).await;
    assert!(
        out.contains("attached AWSCodeCommitPowerUser to group Staff of account") && out.contains("(not known:"),
        "{out}"
    );
    let (_, out, _) = undo(last()).await;
    assert!(out.contains("The program ended before AWS said whether this is attached"), "{out}");
    assert!(out.contains("AWSCodeCommitPowerUser to group Staff of account"), "{out}");
    assert!(out.contains("aws iam detach-group-policy --group-name Staff --policy-arn"), "{out}");
    let (code, out, _) = undo(detach()).await;
    assert!(code == 0 && out.contains("detached: AWSCodeCommitPowerUser to group Staff"), "{out}");
}

#[tokio::test]
async fn a_repository_that_was_made_stays_and_is_named_with_the_command_that_deletes_it() {
    let home = Home::new();
    let journal = Journal::new(&home.environment());
    let made = |name: &str, profile: Option<&str>| RepositoryRecord {
        account: "123456789012".into(),
        region: "us-east-2".into(),
        name: name.into(),
        profile: profile.map(str::to_owned),
    };
    for (record, done) in
        [(made("shop", Some("my admin")), true), (made("till", None), true), (made("no", None), false)]
    {
        journal.begin(Intent::Repository(record.clone())).await.unwrap();
        journal.end(Intent::Repository(record), done).await.unwrap();
    }
    journal.begin(Intent::Repository(made("perhaps", None))).await.unwrap();
    let list = home.undo(Undo { list: true, ..last() }).await.out;
    assert!(list.contains("created  repository shop in us-east-2 of account 123456789012 (stays)"), "{list}");
    assert!(list.contains("repository perhaps in us-east-2 of account 123456789012 (not known:"), "{list}");
    assert!(!list.contains("repository no "), "{list}");
    for asked in [Undo { dry_run: true, ..last() }, last(), last()] {
        let undone = home.undo(asked).await;
        assert_eq!(undone.code, 0);
        assert!(undone.out.contains("This stays in AWS"), "{}", undone.out);
        let delete = "aws codecommit delete-repository --repository-name";
        assert!(
            undone.out.contains(&format!("{delete} shop --region us-east-2 --profile 'my admin'\n")),
            "{}",
            undone.out
        );
        assert!(undone.out.contains(&format!("{delete} till --region us-east-2\n")), "{}", undone.out);
        assert!(undone.out.contains("before AWS said whether this was made"), "{}", undone.out);
    }
}

#[tokio::test]
async fn what_was_pinned_in_a_clone_is_taken_out_and_the_clone_stays() {
    let home = Home::new();
    let git = |arguments: &[&str]| {
        let git = Command::new("git").args(arguments).env("HOME", home.0.path()).output().unwrap();
        assert!(git.status.success(), "{arguments:?}: {git:?}");
    };
    let origin = home.path("origin.git").display().to_string();
    git(&["init", "--quiet", "--bare", &origin]);
    let key = |name: &str| format!("credential.{URL}.{name}");
    let pin =
        [(key("helper"), String::new()), (key("helper"), HELPER.to_owned()), (key("UseHttpPath"), "true".to_owned())];
    let config = home.path("site/.git/config");
    let adapter = Git::new(home.environment());
    adapter
        .clone_repository(&origin, &home.path("site"), &CloneSettings { now: Vec::new(), pin: pin.to_vec() }, &|_| {})
        .await
        .unwrap();
    let pinned = fs::read_to_string(&config).unwrap();
    assert!(pinned.contains(HELPER) && pinned.contains("[remote \"origin\"]"), "{pinned}");
    assert_eq!(home.undo(last()).await.code, 0);
    let left = fs::read_to_string(&config).unwrap();
    assert!(!left.contains("credential") && left.contains("[remote \"origin\"]"), "{left}");
    git(&["-C", home.path("site").to_str().unwrap(), "status"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_real_program_is_undone_in_its_sandbox() {
    let parent = TempDir::new().unwrap();
    let options = Options { parent: Some(parent.path().to_owned()), ..Options::default() };
    let sandbox = Sandbox::start(&options).await.unwrap();
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin");
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let (id, secret) = sandbox.spare_key();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codecommit-setup"));
        command.args(arguments).env_clear().envs(sandbox.environment([]));
        let output = command.env("PATH", &path).env("THE_SECRET", secret.expose()).output().unwrap();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{out}{err}");
        assert!(!out.contains(secret.expose()) && !err.contains(secret.expose()), "{out}{err}");
        (out, err)
    };
    let files = || {
        [".gitconfig", ".aws/config", ".aws/credentials"].map(|name| {
            let path = sandbox.home().join(name);
            (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().mode())
        })
    };
    let answers = parent.path().join("answers.toml");
    let profile = format!("[profile]\nname = \"New\"\naccess_key_id = \"{id}\"\nregion = \"us-east-2\"\n");
    let secret_from = "secret_access_key = { env = \"THE_SECRET\" }\n";
    fs::write(&answers, format!("{profile}{secret_from}[repositories]\nclone = [\"MyDemoRepo\"]\n")).unwrap();
    let before = files();
    // An earlier version ran here: it kept a copy of every key.
    let state = sandbox.home().join(".local/state/codecommit-setup");
    fs::create_dir_all(state.join("backups")).unwrap();
    fs::write(state.join("backups/1-credentials"), secret.expose()).unwrap();
    let profile = serde_json::json!({ "profile": { "file": "credentials", "name": "x", "keys": {} } });
    let old = serde_json::json!({ "version": 1, "run": "1", "time": "2020-01-01T00:00:00Z", "file": {
        "path": "/nowhere", "target": "/nowhere", "mode": null, "before": "x", "after": "y", "backup": "1-credentials",
        "folders": [], "ours": profile,
    } });
    fs::write(state.join("journal.jsonl"), format!("{old}\n")).unwrap();
    let doctor = Command::new(env!("CARGO_BIN_EXE_codecommit-setup"))
        .arg("doctor")
        .env_clear()
        .envs(sandbox.environment([]))
        .output()
        .unwrap();
    assert!(
        doctor.status.code().is_some() && state.join("backups/1-credentials").exists(),
        "the doctor changes nothing"
    );

    let (_, err) = run(&["apply", "--answers", answers.to_str().unwrap()]);
    assert!(err.contains("codecommit-setup undo   takes back"), "{err}");
    assert!(err.contains("Removed 1 old copy of your configuration files"), "{err}");
    assert!(!state.join("backups").exists());
    let after = files();
    assert!(before.iter().zip(&after).all(|(before, after)| before.0 != after.0), "all three were changed");
    let (list, _) = run(&["undo", "--list"]);
    for expected in [
        "changed  ~/.gitconfig",
        "changed  ~/.aws/credentials",
        "changed  ~/.aws/config",
        "attached ",
        "cloned   ~/src/MyDemoRepo (stays)",
    ] {
        assert!(list.contains(expected), "{list}");
    }
    let (dry, _) = run(&["undo", "--dry-run"]);
    assert!(dry.contains("-     UseHttpPath = true") && dry.contains("- aws_secret_access_key = ••••"), "{dry}");
    assert_eq!(files(), after);
    let (said, _) = run(&["undo"]);
    assert!(said.contains("byte for byte") && said.contains("aws iam detach-user-policy"), "{said}");
    assert_eq!(files(), before);
    let (said, _) = run(&["undo", "--detach"]);
    assert!(said.contains("  detached: AWSCodeCommitPowerUser"), "{said}");
    assert!(run(&["undo"]).0.contains("undone already"));
    sandbox.close().await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn undo_restores_any_bytes(
        before in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..300)),
        after in proptest::collection::vec(any::<u8>(), 0..300),
        private in any::<bool>(),
        mode in 0o400_u32..=0o777,
    ) {
        prop_assume!(before.as_deref() != Some(&after));
        let home = Home::new();
        let path = home.path("folder/file");
        if let Some(bytes) = &before {
            fs::create_dir(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode | 0o400)).unwrap();
        }
        let tree = home.tree();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            home.run(vec![FileChange { path, before: before.map(Into::into), after: after.into(), private, ours: Ours::Whole }]).await;
            assert_eq!(home.undo(last()).await.code, 0);
        });
        prop_assert_eq!(home.tree(), tree);
    }
}
