//! The files of the user are written all or none, only while they are what was shown, and keep their modes and links.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::files::Files;
use codecommit_setup::ports::Files as _;
use codecommit_setup::wizard::effect::{FileChange, Ours};
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use tempfile::TempDir;

struct Home {
    folder: TempDir,
    /// Where the journal is: beside the home folder, so that nothing else turns up there.
    _state: TempDir,
    files: Files,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = tempfile::tempdir().unwrap();
        let variables = [("HOME", &folder), ("XDG_STATE_HOME", &state)];
        let variables = variables.map(|(name, folder)| (name.into(), folder.path().into()));
        Self { files: Files::new(Environment::of(variables)), folder, _state: state }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    async fn write(&self, changes: &[FileChange]) -> Result<(), Problem> {
        self.files.write(changes.to_vec()).await
    }

    /// Everything in the home folder, to see that nothing is left behind.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn change(path: &Path, before: Option<&str>, after: &str, private: bool) -> FileChange {
    FileChange {
        path: path.to_owned(),
        before: before.map(Into::into),
        after: after.into(),
        private,
        ours: Ours::Whole,
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn a_new_private_file_and_its_folder_are_for_their_owner_alone() {
    let home = Home::new();
    let path = home.path(".aws/credentials");
    home.write(&[change(&path, None, "[a]\n", true)]).await.unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(fs::read_dir(home.path(".aws")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_private_file_that_others_could_read_is_tightened() {
    let home = Home::new();
    let path = home.put("credentials", "old", 0o644);
    home.write(&[change(&path, Some("old"), "new", true)]).await.unwrap();
    assert_eq!((text(&path).as_str(), mode(&path)), ("new", 0o600));
}

#[tokio::test]
async fn a_gitconfig_keeps_its_mode_and_its_line_ends() {
    let home = Home::new();
    let path = home.put(".gitconfig", "[user]\r\n", 0o640);
    home.write(&[change(&path, Some("[user]\r\n"), "[user]\r\n\tname = a\r\n", false)]).await.unwrap();
    assert_eq!((text(&path).as_str(), mode(&path)), ("[user]\r\n\tname = a\r\n", 0o640));
    assert_eq!(home.names(), [".gitconfig"]);
}

#[tokio::test]
async fn a_link_stays_a_link() {
    let home = Home::new();
    for private in [true, false] {
        let real = home.put("dotfile", "old", 0o600);
        let link = home.path("link");
        symlink("dotfile", &link).unwrap();
        home.write(&[change(&link, Some("old"), "new", private)]).await.unwrap();
        assert!(link.is_symlink());
        assert_eq!(text(&real), "new");
        fs::remove_file(link).unwrap();
    }
    let dangling = home.path("dangling");
    symlink("later", &dangling).unwrap();
    home.write(&[change(&dangling, None, "new", false)]).await.unwrap();
    assert!(dangling.is_symlink());
    assert_eq!(text(&home.path("later")), "new");
}

#[tokio::test]
async fn a_file_that_changed_meanwhile_is_left_alone_and_so_are_the_others() {
    let home = Home::new();
    let first = home.put("first", "1", 0o600);
    let second = home.put("second", "something else", 0o644);
    let new = home.path("folder/new");
    let changes = [
        change(&first, Some("1"), "one", true),
        change(&new, None, "n", true),
        change(&second, Some("2"), "two", false),
    ];
    let problem = home.write(&changes).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert!(problem.what.contains("second"), "{}", problem.what);
    assert_eq!((text(&first).as_str(), text(&second).as_str()), ("1", "something else"));
    assert_eq!(home.names(), ["first", "second"]);
}

#[tokio::test]
async fn a_failure_after_the_first_file_was_replaced_puts_it_back() {
    let home = Home::new();
    let path = home.put("credentials", "before", 0o644);
    let new = home.path("folder/new");
    // The third finds what the first wrote, after the first two are in their places.
    let changes = [
        change(&path, Some("before"), "after", true),
        change(&new, None, "new", true),
        change(&path, Some("before"), "third", true),
    ];
    assert_eq!(home.write(&changes).await.unwrap_err().kind, ProblemKind::Conflict);
    assert_eq!((text(&path).as_str(), mode(&path)), ("before", 0o644));
    assert_eq!(home.names(), ["credentials"]);
}

#[tokio::test]
async fn the_lock_of_another_git_is_respected_and_named() {
    let home = Home::new();
    let path = home.put(".gitconfig", "old", 0o644);
    let lock = home.put(".gitconfig.lock", "theirs", 0o644);
    let problem = home.write(&[change(&path, Some("old"), "new", false)]).await.unwrap_err();
    assert!(problem.what.contains(".gitconfig.lock") && problem.hint.contains(".gitconfig.lock"), "{problem}");
    assert_eq!((text(&path).as_str(), text(&lock).as_str()), ("old", "theirs"));
}

#[tokio::test]
async fn a_saved_text_overwrites_nothing() {
    let home = Home::new();
    let save = async |text: &str| home.files.save_text("~/notes/ask.md".into(), text.into()).await.unwrap();
    assert_eq!(save("a").await, home.path("notes/ask.md"));
    assert_eq!(save("b").await, home.path("notes/ask-2.md"));
    assert_eq!(save("c").await, home.path("notes/ask-3.md"));
    assert_eq!(text(&home.path("notes/ask.md")), "a");
}

#[tokio::test]
async fn the_aws_files_are_read_as_they_are() {
    let home = Home::new();
    fs::create_dir(home.path(".aws")).unwrap();
    home.put(".aws/config", "[default]\r\n", 0o600);
    let (config, credentials) = home.files.read_aws_files().await.unwrap();
    assert_eq!(config.bytes.as_deref(), Some(b"[default]\r\n".as_slice()));
    assert_eq!((credentials.path, credentials.bytes), (home.path(".aws/credentials"), None));
}
