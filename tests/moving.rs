//! Clones that use SSH or git-remote-codecommit: found, moved to HTTPS, and brought back by undo, with the real git and real files.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::files::Files;
use codecommit_setup::adapters::git::Git;
use codecommit_setup::cli;
use codecommit_setup::gitconfig::{self, RemoteUrl};
use codecommit_setup::ports::{Files as _, Git as _};
use codecommit_setup::undo::Undoing;
use codecommit_setup::wizard::effect::{FileChange, FoundClones, Ours, Progress};
use codecommit_setup::wizard::problem::ProblemKind;
use tempfile::TempDir;

const SSH: &str = "ssh://KEY@git-codecommit.us-east-2.amazonaws.com/v1/repos/site";
const HTTPS: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/site";

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.path("src")).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn variables(&self) -> [(String, String); 3] {
        [
            ("HOME", self.0.path().display().to_string()),
            ("PATH", std::env::var("PATH").unwrap()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    }

    fn environment(&self) -> Environment {
        Environment::of(self.variables().into_iter().map(|(name, value)| (name.into(), value.into())))
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.path(folder)).env_clear().envs(self.variables());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// A repository with a remote.
    fn old(&self, name: &str, url: &str) -> PathBuf {
        fs::create_dir_all(self.path(name)).unwrap();
        self.git(name, &["init", "--quiet"]);
        self.git(name, &["remote", "add", "origin", url]);
        self.path(name).join(".git/config")
    }

    async fn find(&self, folder: &str) -> FoundClones {
        Git::new(self.environment()).find_clones(Path::new(folder), &|_| {}).await.unwrap()
    }
}

fn found(clones: &FoundClones) -> Vec<&Path> {
    clones.configs.iter().map(|config| config.path.as_path()).collect()
}

#[tokio::test]
async fn clones_are_found_however_deep_within_bounds_and_links_are_not_followed() {
    let home = Home::new();
    let expected = [home.old("src/a", SSH), home.old("src/team/b", HTTPS), home.old("src/w/x/y/z/c", "file:///x")];
    home.old("src/a/vendored", SSH);
    home.old("src/1/2/3/4/5/too-deep", SSH);
    home.old("src/node_modules/d", SSH);
    home.old("elsewhere", SSH);
    std::os::unix::fs::symlink(home.path("elsewhere"), home.path("src/link")).unwrap();
    std::os::unix::fs::symlink(home.path("src"), home.path("src/team/loop")).unwrap();
    fs::create_dir(home.path("src/worktree")).unwrap();
    fs::write(home.path("src/worktree/.git"), "gitdir: /nowhere\n").unwrap();
    let clones = home.find("~/src").await;
    assert_eq!(found(&clones), expected.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    assert!(clones.unread.is_empty() && !clones.cut, "{:?}", clones.unread);
    let problem = Git::new(home.environment()).find_clones(Path::new("~/nowhere"), &|_| {}).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NotFound, "{problem}");
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_the_rest_is_found() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let fine = home.old("src/a", SSH);
    fs::create_dir(home.path("src/locked")).unwrap();
    fs::set_permissions(home.path("src/locked"), fs::Permissions::from_mode(0o000)).unwrap();
    let large = home.old("src/large", SSH);
    fs::write(&large, vec![b'#'; 2 * 1024 * 1024]).unwrap();
    let clones = home.find("~/src").await;
    let superuser = fs::read_dir(home.path("src/locked")).is_ok();
    fs::set_permissions(home.path("src/locked"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(found(&clones), [fine.as_path()]);
    let unread: Vec<&Path> = clones.unread.iter().map(|(path, _)| path.as_path()).collect();
    assert!(unread.contains(&large.as_path()), "{unread:?}");
    assert!(superuser || unread.contains(&home.path("src/locked").as_path()), "{unread:?}");
}

#[tokio::test]
async fn a_search_that_is_not_waited_for_ends() {
    let home = Home::new();
    home.old("src/a", SSH);
    let progress = Mutex::new(0);
    let git = Git::new(home.environment());
    let folder = home.path("src");
    {
        let look = |step| {
            if let Progress::Looked(_) = step {
                *progress.lock().unwrap() += 1;
            }
        };
        let search = git.find_clones(&folder, &look);
        tokio::pin!(search);
        // One look at it starts the search; then it is dropped.
        let first = std::future::poll_fn(|context| std::task::Poll::Ready(search.as_mut().poll(context).is_ready()));
        let _ = first.await;
    }
    assert_eq!(found(&home.find("~/src").await).len(), 1);
}

#[tokio::test]
async fn a_remote_is_moved_as_git_would_and_undo_brings_the_file_back_byte_for_byte() {
    let home = Home::new();
    let config = home.old("src/site", SSH);
    home.git("src/site", &["remote", "set-url", "--push", "origin", "codecommit::us-east-2://work@site"]);
    fs::write(&config, format!("# mine\n{}\n[custom]\tx=1", fs::read_to_string(&config).unwrap())).unwrap();
    let before = fs::read(&config).unwrap();
    // What git itself would make of it.
    home.git("", &["config", "--file", config.to_str().unwrap(), "--list"]);
    fs::copy(&config, home.path("by-git")).unwrap();
    let by_git = home.path("by-git").display().to_string();
    home.git("", &["config", "--file", &by_git, "remote.origin.url", HTTPS]);
    home.git("", &["config", "--file", &by_git, "remote.origin.pushurl", HTTPS]);

    let clones = home.find("~/src").await;
    let urls = gitconfig::remote_urls(clones.configs[0].content()).unwrap();
    assert_eq!(urls.iter().map(RemoteUrl::key).collect::<Vec<_>>(), ["url", "pushurl"]);
    let changes: Vec<(RemoteUrl, String)> = urls.into_iter().map(|url| (url, HTTPS.to_owned())).collect();
    let after = gitconfig::with_urls(&before, &changes).unwrap();
    assert_eq!(String::from_utf8(after.clone()).unwrap(), fs::read_to_string(home.path("by-git")).unwrap());
    let change = FileChange {
        path: config.clone(),
        before: Some(before.clone().into()),
        after: after.into(),
        private: false,
        ours: Ours::Whole,
    };
    Files::new(home.environment()).write(vec![change]).await.unwrap();
    assert_eq!(home.git("src/site", &["remote", "get-url", "--push", "origin"]), HTTPS);
    assert_eq!(home.git("src/site", &["remote", "get-url", "origin"]), HTTPS);

    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = Undoing::new(&home.environment()).run(&cli::Undo::default(), &mut out, &mut err).await;
    assert!(matches!(code, Ok(0)), "{}{}", String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
    assert_eq!(fs::read(&config).unwrap(), before);
}

#[tokio::test]
async fn git_and_we_agree_on_what_is_rewritten() {
    let home = Home::new();
    let global = "[url \"ssh://KEY@git-codecommit.us-east-2.amazonaws.com/v1/repos/\"]\n\tinsteadOf = cc:\n\
        [url \"codecommit://work@\"]\n\tinsteadOf = cc:x\n[url \"https://never/\"]\n\tpushInsteadOf = ssh://\n";
    fs::write(home.path(".gitconfig"), global).unwrap();
    for (written, name) in [("cc:site", "a"), ("cc:xsite", "b"), (SSH, "c"), (HTTPS, "d")] {
        home.old(&format!("src/{name}"), written);
        let by_git = home.git(&format!("src/{name}"), &["remote", "get-url", "origin"]);
        let clones = home.find(&format!("~/src/{name}")).await;
        let url = gitconfig::remote_urls(clones.configs[0].content()).unwrap().remove(0);
        assert_eq!(gitconfig::rewritten(&url, &gitconfig::rewrites(&clones.entries)).0, by_git, "{written}");
    }
}
