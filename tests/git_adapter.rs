//! The adapter for git against the real git: credential helpers that answer or fail, broken configuration, and clones that leave
//! nothing half.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use codecommit_setup::adapters::aws::Aws;
use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::git::Git;
use codecommit_setup::adapters::inspection::Inspection;
use codecommit_setup::adapters::programs::Programs;
use codecommit_setup::gitconfig::{Entry, Sources, parse_listing};
use codecommit_setup::ports::{Filled, Git as _, Inspection as _, Programs as _};
use codecommit_setup::sandbox::{Options, Sandbox};
use codecommit_setup::wizard::effect::{CloneSettings, Cloned, GitPlace, Program, Progress, SearchPath};
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use tempfile::TempDir;

const URL: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/site";

/// A home folder with a git of its own configuration.
struct Home {
    folder: TempDir,
    more: Vec<(&'static str, String)>,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), more: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn variables(&self) -> Vec<(String, String)> {
        let mut variables = vec![
            ("HOME".to_owned(), self.folder.path().display().to_string()),
            ("PATH".to_owned(), format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap())),
            ("GIT_CONFIG_NOSYSTEM".to_owned(), "1".to_owned()),
        ];
        variables.extend(self.more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        variables
    }

    fn environment(&self) -> Environment {
        Environment::of(self.variables().into_iter().map(|(name, value)| (name.into(), value.into())))
    }

    fn adapter(&self) -> Git {
        Git::new(self.environment())
    }

    fn script(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let draft = path.with_extension("draft");
        fs::write(&draft, format!("#!/bin/sh\n{lines}\n")).unwrap();
        // A program that this process has open for writing, if only in a child just forked, cannot be run.
        assert!(Command::new("install").args(["-m", "755"]).args([&draft, &path]).status().unwrap().success());
        path
    }

    async fn fill_with(&self, helper: &str) -> Result<Filled, Problem> {
        let script = self.script("helper", helper);
        fs::write(self.path(".gitconfig"), format!("[credential]\n\thelper = {}\n", script.display())).unwrap();
        self.adapter().fill_credential(URL, SearchPath::Own, &GitPlace::default()).await
    }

    fn git(&self, folder: &Path, arguments: &[&str]) {
        let status =
            Command::new("git").args(arguments).current_dir(folder).env_clear().envs(self.variables()).output();
        let output = status.unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A bare repository, with a commit or without.
    fn repository(&self, name: &str, commit: bool) -> String {
        let bare = self.path(name);
        self.git(self.folder.path(), &["init", "--bare", "-b", "main", name]);
        if commit {
            let work = self.path("work");
            self.git(self.folder.path(), &["clone", name, "work"]);
            fs::write(work.join("README"), "hello\n").unwrap();
            self.git(&work, &["add", "."]);
            self.git(&work, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-m", "first"]);
            self.git(&work, &["push", "origin", "HEAD:main"]);
            fs::remove_dir_all(work).unwrap();
        }
        // A file:// URL makes git transfer objects, with progress, instead of linking them.
        format!("file://{}", bare.display())
    }

    async fn clone(&self, url: &str, directory: &str) -> Result<Cloned, Problem> {
        self.adapter().clone_repository(url, Path::new(directory), &CloneSettings::default(), &|_| {}).await
    }
}

/// A server that refuses one request, and the URL of a repository there.
fn refusing(status: u16) -> (String, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/repos/site", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head = format!("HTTP/1.1 {status} No\r\nWWW-Authenticate: Basic realm=\"a\"\r\n");
        let rest = "Content-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(format!("{head}{rest}").as_bytes()).unwrap();
    });
    (url, server)
}

#[tokio::test]
async fn a_helper_that_answers_fills_the_credential_without_its_token_or_password() {
    let home = Home::new();
    let filled =
        home.fill_with("echo username=ASIAEXAMPLE%token%more; echo password=20260102T030405Zff").await.unwrap();
    assert_eq!((filled.access_key_id.as_str(), filled.password), ("ASIAEXAMPLE", true));
}

#[tokio::test]
async fn the_helper_gets_protocol_host_and_path() {
    let home = Home::new();
    let seen = home.path("seen");
    let script = home.script("helper", &format!("cat > {}; echo username=a; echo password=b", seen.display()));
    let config = format!("[credential]\n\thelper = {}\n\tuseHttpPath = true\n", script.display());
    fs::write(home.path(".gitconfig"), config).unwrap();
    home.adapter().fill_credential(URL, SearchPath::Own, &GitPlace::default()).await.unwrap();
    let seen = fs::read_to_string(seen).unwrap();
    for line in ["protocol=https", "host=git-codecommit.us-east-1.amazonaws.com", "path=v1/repos/site"] {
        assert!(seen.lines().any(|seen| seen == line), "{line} in {seen}");
    }
}

#[tokio::test]
async fn a_failing_helper_is_quoted_and_understood() {
    let home = Home::new();
    let says = async |text: &str| home.fill_with(&format!("echo >&2 \"{text}\"; exit 255")).await.unwrap_err();
    let problem = says("aws: [ERROR]: The config profile (work) could not be found").await;
    assert_eq!(problem.kind, ProblemKind::NotFound);
    assert_eq!(problem.why, "The config profile (work) could not be found");
    assert!(says("'path'").await.hint.contains("useHttpPath"));
    assert_eq!(says("something new").await.why, "something new");
    let secret = home.fill_with("echo >&2 sent password=hidden; echo >&2 broken; exit 1").await.unwrap_err();
    assert!(!secret.to_string().contains("hidden"), "{secret}");
}

#[tokio::test]
async fn a_helper_whose_program_is_missing_is_said_to_be_missing() {
    let home = Home::new();
    fs::write(home.path(".gitconfig"), "[credential]\n\thelper = !no-such-aws codecommit credential-helper\n").unwrap();
    let problem = home.adapter().fill_credential(URL, SearchPath::Own, &GitPlace::default()).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::MissingTool, "{problem}");
}

#[tokio::test]
async fn a_helper_on_our_path_alone_is_missed_by_programs_from_the_desktop() {
    let home = Home::new();
    home.script("bin/my-helper", "echo username=AKIAEXAMPLE; echo password=x");
    fs::write(home.path(".gitconfig"), "[credential]\n\thelper = !my-helper\n").unwrap();
    assert!(home.adapter().fill_credential(URL, SearchPath::Own, &GitPlace::default()).await.unwrap().password);
    let problem = home.adapter().fill_credential(URL, SearchPath::Desktop, &GitPlace::default()).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::MissingTool, "{problem}");

    let whole = format!("[credential]\n\thelper = !{}\n", home.path("bin/my-helper").display());
    fs::write(home.path(".gitconfig"), whole).unwrap();
    assert!(home.adapter().fill_credential(URL, SearchPath::Desktop, &GitPlace::default()).await.unwrap().password);
}

#[tokio::test]
async fn git_itself_is_found_on_our_path_whatever_path_its_helpers_get() {
    let home = Home::new();
    let seen = home.path("seen");
    let git = which::which("git").unwrap();
    home.script("bin/git", &format!("echo \"$PATH\" > {}; exec {} \"$@\"", seen.display(), git.display()));
    home.adapter().fill_credential(URL, SearchPath::Desktop, &GitPlace::default()).await.unwrap_err();
    let path = fs::read_to_string(seen).unwrap();
    assert!(path.contains("/usr/bin:") && !path.contains(&home.path("bin").display().to_string()), "{path}");
}

#[tokio::test]
async fn the_branches_of_a_repository_are_counted_and_none_is_no_failure() {
    let home = Home::new();
    let (full, empty) = (home.repository("site.git", true), home.repository("new.git", false));
    home.git(&home.path("site.git"), &["branch", "other"]);
    home.git(&home.path("site.git"), &["tag", "v1"]);
    assert_eq!(home.adapter().list_remote(&full, &GitPlace::default()).await.unwrap().branches, 2);
    assert_eq!(home.adapter().list_remote(&empty, &GitPlace::default()).await.unwrap().branches, 0);
}

#[tokio::test]
async fn a_repository_that_does_not_answer_fails_in_the_words_of_a_clone() {
    let home = Home::new();
    let nowhere = format!("file://{}", home.path("nowhere.git").display());
    let problem = home.adapter().list_remote(&nowhere, &GitPlace::default()).await.unwrap_err();
    assert_eq!(problem, home.clone(&nowhere, "~/site").await.unwrap_err());
    let (url, server) = refusing(403);
    let problem = home.adapter().list_remote(&url, &GitPlace::default()).await.unwrap_err();
    server.join().unwrap();
    assert_eq!(problem.kind, ProblemKind::AccessDenied, "{problem}");
    // An option is no URL.
    assert!(home.adapter().list_remote("--upload-pack=touch pwned", &GitPlace::default()).await.is_err());
    assert!(!home.path("pwned").exists());
}

#[tokio::test]
async fn nobody_is_asked_for_the_password_of_a_remote() {
    let mut home = Home::new();
    let asked = home.path("asked");
    let askpass = home.script("askpass", &format!("touch {}; echo typed", asked.display()));
    home.more = ["GIT_ASKPASS", "SSH_ASKPASS"].map(|name| (name, askpass.display().to_string())).to_vec();
    let (url, server) = refusing(401);
    let problem = home.adapter().list_remote(&url, &GitPlace::default()).await.unwrap_err();
    server.join().unwrap();
    assert_eq!(problem.kind, ProblemKind::BadCredentials, "{problem}");
    assert!(!asked.exists());
}

#[tokio::test]
async fn a_helper_that_asks_at_the_terminal_is_stopped_at_once() {
    let home = Home::new();
    // What the kernel does to a program in the background that wants the terminal for itself.
    let problem = home.fill_with("kill -s TTOU 0; echo username=a; echo password=b").await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::BadCredentials, "{problem}");
    assert!(problem.what.contains("at the terminal") && problem.why.contains("MFA"), "{problem}");
}

#[tokio::test]
async fn when_nothing_answers_nobody_is_asked() {
    let mut home = Home::new();
    let asked = home.path("asked");
    let askpass = home.script("askpass", &format!("touch {}; echo typed", asked.display()));
    home.more = ["GIT_ASKPASS", "SSH_ASKPASS"].map(|name| (name, askpass.display().to_string())).to_vec();
    fs::write(home.path(".gitconfig"), format!("[core]\n\taskPass = {}\n", askpass.display())).unwrap();
    let problem = home.adapter().fill_credential(URL, SearchPath::Own, &GitPlace::default()).await.unwrap_err();
    assert!(problem.what.starts_with("No credential helper answered for git-codecommit.us-east-1"), "{problem}");
    assert!(!asked.exists());
    assert_eq!(
        home.adapter()
            .fill_credential("https://a\nhost=b/c", SearchPath::Own, &GitPlace::default())
            .await
            .unwrap_err()
            .kind,
        ProblemKind::BadInput
    );
}

#[tokio::test]
async fn a_broken_gitconfig_is_named_with_its_line() {
    let home = Home::new();
    fs::write(home.path(".gitconfig"), "[user]\n\tname = \"half\n").unwrap();
    let problem = home.adapter().read_config(&GitPlace::default()).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::BrokenFile);
    let expected = format!("Line 2 of {}", home.path(".gitconfig").display());
    assert!(problem.what.starts_with(&expected), "{problem}");
}

#[tokio::test]
async fn a_broken_file_that_is_included_is_named_with_its_line() {
    let home = Home::new();
    fs::write(home.path(".gitconfig"), "[include]\n\tpath = more\n").unwrap();
    fs::write(home.path("more"), "[user]\n\n name name\n").unwrap();
    let problem = home.adapter().read_config(&GitPlace::default()).await.unwrap_err();
    let expected = format!("Line 3 of {}", home.path("more").display());
    assert!(problem.what.starts_with(&expected), "{problem}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let home = Home::new();
    fs::create_dir(home.path("more")).unwrap();
    fs::write(home.path(".gitconfig"), "[include]\n\tpath = more\n").unwrap();
    let problem = home.adapter().read_config(&GitPlace::default()).await.unwrap_err();
    assert!(problem.why.contains(&home.path("more").display().to_string()), "git stops there: {problem}");
    fs::remove_dir(home.path("more")).unwrap();
    fs::write(home.path("more"), vec![b'\n'; 11 * 1024 * 1024]).unwrap();
    let problem = home.adapter().read_config(&GitPlace::default()).await.unwrap_err();
    assert_eq!(problem.what, format!("{} cannot be read.", home.path("more").display()), "only git reads this");
}

#[tokio::test]
async fn the_global_file_is_the_one_that_git_writes() {
    let mut home = Home::new();
    let global = async |home: &Home| home.adapter().read_config(&GitPlace::default()).await.unwrap().global_file();
    let file = global(&home).await;
    assert_eq!((file.path, file.bytes), (home.path(".gitconfig"), None));

    fs::create_dir_all(home.path(".config/git")).unwrap();
    fs::write(home.path(".config/git/config"), "[user]\n\tname = ann\n").unwrap();
    assert_eq!(global(&home).await.path, home.path(".config/git/config"));
    fs::write(home.path(".gitconfig"), "").unwrap();
    assert_eq!(global(&home).await.path, home.path(".gitconfig"));
    let files: Vec<_> = home
        .adapter()
        .read_config(&GitPlace::default())
        .await
        .unwrap()
        .files
        .into_iter()
        .map(|file| file.path)
        .collect();
    assert_eq!(files, [home.path(".config/git/config"), home.path(".gitconfig")], "git reads both");

    home.more = vec![("XDG_CONFIG_HOME", home.path("xdg").display().to_string())];
    let files = home.adapter().read_config(&GitPlace::default()).await.unwrap().files;
    assert_eq!(files[0].path, home.path("xdg/git/config"));
    home.more = vec![("GIT_CONFIG_GLOBAL", home.path("mine").display().to_string())];
    assert_eq!(global(&home).await.path, home.path("mine"));
}

/// What git lists, with its relative origins made absolute.
fn listed(home: &Home, folder: &Path, root: &Path) -> Vec<Entry> {
    let mut command = Command::new("git");
    command.args(["config", "--list", "-z", "--show-origin", "--show-scope"]).current_dir(folder);
    let output = command.env_clear().envs(home.variables()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let absolute = |entry: Entry| match entry.origin.strip_prefix("file:") {
        Some(path) => Entry { origin: format!("file:{}", root.join(path).display()), ..entry },
        None => entry,
    };
    parse_listing(&output.stdout).into_iter().map(absolute).collect()
}

fn read(sources: &Sources) -> Vec<Entry> {
    sources.entries().unwrap().into_iter().map(|entry| Entry { line: None, ..entry }).collect()
}

#[tokio::test]
async fn all_files_are_read_as_git_reads_them_where_the_user_stands() {
    let mut home = Home::new();
    home.more = vec![
        ("GIT_CONFIG_NOSYSTEM", "0".into()),
        ("GIT_CONFIG_SYSTEM", home.path("system").display().to_string()),
        ("GIT_CONFIG_COUNT", "2".into()),
        ("GIT_CONFIG_KEY_0", "Credential.helper".into()),
        ("GIT_CONFIG_VALUE_0", "counted".into()),
        ("GIT_CONFIG_KEY_1", "include.path".into()),
        ("GIT_CONFIG_VALUE_1", home.path("more").display().to_string()),
        ("GIT_CONFIG_PARAMETERS", "'credential.helper'='parameter' 'a.bare'".into()),
    ];
    fs::write(home.path("system"), "[credential]\nhelper = system\n[include]\npath = more\n").unwrap();
    fs::write(home.path("more"), "[credential]\nhelper = more\n").unwrap();
    fs::create_dir_all(home.path(".config/git")).unwrap();
    fs::write(home.path(".config/git/config"), "[credential]\nhelper = xdg\n").unwrap();
    let global =
        "[credential]\nhelper = own\n[includeIf \"gitdir:~/w/\"]\npath=more\n[includeIf \"onbranch:main\"]\npath=more";
    fs::write(home.path(".gitconfig"), global).unwrap();
    home.git(home.folder.path(), &["init", "-q", "-b", "main", "w/main"]);
    let main = home.path("w/main");
    home.git(&main, &["config", "extensions.worktreeConfig", "true"]);
    home.git(&main, &["config", "include.path", "../../../more"]);
    home.git(&main, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"]);
    home.git(&main, &["worktree", "add", "-q", "../second"]);
    let second = home.path("w/second");
    home.git(&second, &["config", "--worktree", "credential.helper", "worktree"]);
    home.git(home.folder.path(), &["init", "-q", "--bare", "bare.git"]);
    fs::create_dir(main.join("sub")).unwrap();
    std::os::unix::fs::symlink(home.path("w"), home.path("link")).unwrap();
    for (folder, root) in [
        (main.clone(), main.clone()),
        (main.join("sub"), main),
        (second.clone(), second),
        (home.path("bare.git"), home.path("bare.git")),
        (home.path("link/main"), home.path("w/main")),
        (home.folder.path().to_owned(), home.folder.path().to_owned()),
    ] {
        let git = Git::new(home.environment().standing_in(folder.clone()));
        let sources = git.read_config(&GitPlace::default()).await.unwrap();
        assert_eq!(read(&sources), listed(&home, &folder, &root), "{}", folder.display());
        assert!(sources.files.iter().any(|file| file.scope == "system" && file.path == home.path("system")));
    }
}

#[tokio::test]
async fn the_programs_behind_the_helpers_are_looked_for() {
    let home = Home::new();
    let tool = home.script("bin/my-tool", "exit 0");
    let text =
        "[credential]\nhelper = store\nhelper = !my-tool x\nhelper = nowhere --y\nhelper = !f() { :; }; f\nhelper =\n";
    fs::write(home.path(".gitconfig"), text).unwrap();
    let programs = home.adapter().read_config(&GitPlace::default()).await.unwrap().programs;
    assert!(programs["store"].is_some());
    assert_eq!((&programs["!my-tool x"], &programs["nowhere --y"]), (&Some(tool), &None));
    assert_eq!(programs.len(), 3, "what only a shell can tell is left out");
}

#[tokio::test]
async fn older_gits_that_cannot_say_where_entries_come_from_are_listed_without_it() {
    let home = Home::new();
    let git = which::which("git").unwrap();
    home.git(home.folder.path(), &["init", "-q", "-b", "main", "w"]);
    fs::write(home.path(".gitconfig"), "[user]\n\tname = ann\n").unwrap();
    let adapter = || Git::new(home.environment().standing_in(home.path("w")));
    let new = adapter().read_config(&GitPlace::default()).await.unwrap();
    assert_eq!(read(&new), listed(&home, &home.path("w"), &home.path("w")));
    for unknown in ["--show-scope", "--show-scope|--show-origin"] {
        let lines = format!("for a; do case $a in {unknown}) exit 129;; esac; done; exec {} \"$@\"", git.display());
        home.script("bin/git", &lines);
        assert_eq!(adapter().read_config(&GitPlace::default()).await.unwrap(), new, "{unknown}");
    }
}

#[tokio::test]
async fn a_repository_of_somebody_else_is_none() {
    let mut home = Home::new();
    home.git(home.folder.path(), &["init", "-q", "w"]);
    fs::write(home.path(".gitconfig"), "[includeIf \"gitdir:**\"]\npath = nowhere\n").unwrap();
    home.more = vec![("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1".into())];
    let sources =
        Git::new(home.environment().standing_in(home.path("w"))).read_config(&GitPlace::default()).await.unwrap();
    assert_eq!((&sources.repository, sources.files.len()), (&None, 2));
    assert_eq!(read(&sources), listed(&home, &home.path("w"), &home.path("w")));
}

#[tokio::test]
async fn a_repository_is_cloned_once_and_found_again() {
    let home = Home::new();
    let url = home.repository("site.git", true);
    let phases = Mutex::new(Vec::new());
    let progress = |step| {
        if let Progress::Cloning { phase, .. } = step {
            phases.lock().unwrap().push(phase);
        }
    };
    let cloned = home
        .adapter()
        .clone_repository(&url, Path::new("~/src/site"), &CloneSettings::default(), &progress)
        .await
        .unwrap();
    assert!(cloned.bytes > 100 && cloned.milliseconds > 0, "{cloned:?}");
    let fresh = Cloned { directory: home.path("src/site"), ..Cloned::default() };
    assert_eq!(Cloned { bytes: 0, milliseconds: 0, ..cloned }, fresh);
    assert!(home.path("src/site/README").exists());
    assert!(phases.lock().unwrap().iter().any(|phase| phase == "Receiving objects"), "{phases:?}");

    let again = home.clone(&url, "~/src/site").await.unwrap();
    assert_eq!(again, Cloned { was_there: true, ..fresh });
}

#[tokio::test]
async fn an_empty_repository_is_said_to_be_empty() {
    let home = Home::new();
    let url = home.repository("new.git", false);
    for was_there in [false, true] {
        let cloned = home.clone(&url, "~/new").await.unwrap();
        assert_eq!((cloned.was_there, cloned.empty), (was_there, true));
    }
}

#[tokio::test]
async fn a_folder_that_is_something_else_is_left_alone() {
    let home = Home::new();
    let url = home.repository("site.git", true);
    fs::create_dir(home.path("site")).unwrap();
    fs::write(home.path("site/notes"), "mine").unwrap();
    let problem = home.clone(&url, "~/site").await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert_eq!(fs::read_to_string(home.path("site/notes")).unwrap(), "mine");
    let other = home.repository("other.git", false);
    home.clone(&other, "~/other").await.unwrap();
    let problem = home.clone(&url, "~/other").await.unwrap_err();
    assert!(problem.kind == ProblemKind::Conflict && problem.why.contains(&other), "{problem}");
    fs::create_dir(home.path("bare-folder")).unwrap();
    assert!(!home.clone(&url, "~/bare-folder").await.unwrap().was_there);
}

#[tokio::test]
async fn a_clone_that_fails_leaves_nothing() {
    let home = Home::new();
    let nowhere = format!("file://{}", home.path("nowhere.git").display());
    let problem = home.clone(&nowhere, "~/a/b/site").await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NotFound, "{problem}");
    assert!(problem.why.contains("fatal:"), "{problem}");
    assert!(!home.path("a").exists());
}

#[tokio::test]
async fn an_empty_folder_that_was_there_stays_when_the_clone_fails() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let folder = home.path("mine");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
    let nowhere = format!("file://{}", home.path("nowhere.git").display());
    assert!(home.clone(&nowhere, "~/mine").await.is_err());
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o750);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

/// The paused clock jumps over the whole wait as soon as there is nothing else to do.
#[tokio::test(start_paused = true)]
async fn a_clone_that_says_nothing_for_minutes_is_given_up() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/repos/site", listener.local_addr().unwrap());
    let git = home.adapter();
    let problem =
        git.clone_repository(&url, &home.path("a/site"), &CloneSettings::default(), &|_| {}).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::TimedOut, "{problem}");
    git.settled().await.unwrap();
    assert!(!home.path("a").exists());
}

#[tokio::test]
async fn a_helper_that_hangs_ends_with_the_request() {
    let home = Home::new();
    let pipe = home.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let helper = format!("exec 3>{}; echo asked >&3; exec sleep 600", pipe.display());
    let fill = home.fill_with(&helper);
    let asked = tokio::task::spawn_blocking(move || {
        let mut pipe = fs::File::open(pipe).unwrap();
        pipe.read_exact(&mut [0; 6]).unwrap();
        pipe
    });
    let mut pipe = tokio::select! {
        _ = fill => panic!("the helper hangs"),
        pipe = asked => pipe.unwrap(),
    };
    // The end is read when the last process that could write into the pipe is gone.
    assert_eq!(pipe.read_to_end(&mut Vec::new()).unwrap(), 0);
}

#[tokio::test]
async fn a_refused_clone_says_that_it_was_refused() {
    let home = Home::new();
    let (url, server) = refusing(403);
    let problem = home.clone(&url, "~/a/site").await.unwrap_err();
    server.join().unwrap();
    assert_eq!(problem.kind, ProblemKind::AccessDenied, "{problem}");
    assert_eq!(problem.what, "AWS did not let this identity read site.");
    assert!(!home.path("a").exists());
}

/// Git may be led away by `insteadOf`, as by an answer of the server's.
#[tokio::test]
async fn the_password_for_one_host_is_handed_to_no_other() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let elsewhere = format!("http://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut seen = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap();
            let text = String::from_utf8_lossy(&head[..length]).to_lowercase();
            if text.starts_with("bye") {
                break;
            }
            seen.push(text);
            let refusal = "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(refusal.as_bytes()).unwrap();
        }
        seen
    });
    let home = Home::new();
    let script = home.script("helper", "cat > /dev/null; echo username=ASIAEXAMPLE%token; echo password=hidden");
    let host = "https://git-codecommit.us-east-1.amazonaws.com";
    let config = format!(
        "[credential \"{host}\"]\n\thelper = {}\n[url \"{elsewhere}\"]\n\tinsteadOf = {host}/\n",
        script.display()
    );
    fs::write(home.path(".gitconfig"), config).unwrap();
    let environment = home.environment();
    let aws = Arc::new(Aws::new(Arc::new(environment.clone())));
    let inspection = Inspection::new(environment, aws, Arc::new(home.adapter()));
    let attempt = inspection.try_repository(URL, true, &GitPlace::default()).await.unwrap();
    assert!(attempt.filled.unwrap().filled.password && attempt.listed.unwrap().is_err());
    std::net::TcpStream::connect(elsewhere.trim_start_matches("http://").trim_end_matches('/'))
        .unwrap()
        .write_all(b"bye")
        .unwrap();
    let seen = server.join().unwrap();
    assert!(!seen.is_empty() && !seen.iter().any(|head| head.contains("authorization")), "{seen:?}");
}

#[tokio::test]
async fn a_clone_that_is_stopped_leaves_nothing_and_no_process() {
    let home = Home::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/repos/site", listener.local_addr().unwrap());
    let git = home.adapter();
    let cloning = tokio::spawn({
        let git = git.clone();
        let directory = home.path("a/site");
        async move { git.clone_repository(&url, &directory, &CloneSettings::default(), &|_| {}).await }
    });
    // The server never answers: git waits, with its folder half made.
    let (mut stream, _) = listener.accept().await.unwrap();
    assert!(home.path("a").exists());
    cloning.abort();
    assert!(cloning.await.unwrap_err().is_cancelled());
    git.settled().await.unwrap();
    assert!(!home.path("a").exists());
    // The end of the connection is the end of the last process that held it.
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut Vec::new()).await.unwrap();
}

#[tokio::test]
async fn every_copy_of_a_program_is_found_once_with_its_version() {
    let mut home = Home::new();
    home.script("bin/aws", "echo >&2 aws-cli/1.10.1 Python/2.7");
    home.script("second/aws", "echo aws-cli/2.36.7; echo more");
    home.script("third/aws", "echo >&2 no python; exit 127");
    std::os::unix::fs::symlink(home.path("bin"), home.path("linked")).unwrap();
    let path = ["bin", "linked", "second", "third"].map(|name| home.path(name).display().to_string()).join(":");
    home.more = vec![("PATH", path)];
    let found = Programs::new(home.environment()).find(Program::AwsCli).await.unwrap();
    let seen: Vec<_> = found.into_iter().map(|copy| (copy.path, copy.version.map_err(|problem| problem.why))).collect();
    let expected = [
        (home.path("bin/aws"), Ok("aws-cli/1.10.1 Python/2.7".to_owned())),
        (home.path("second/aws"), Ok("aws-cli/2.36.7".to_owned())),
        (home.path("third/aws"), Err("no python".to_owned())),
    ];
    assert_eq!(seen, expected);
    assert_eq!(Programs::new(home.environment()).find(Program::Git).await.unwrap(), []);
}

#[tokio::test]
async fn a_program_that_stops_at_a_file_of_the_person_says_which() {
    let mut home = Home::new();
    home.script("bin/aws", "echo 'Traceback (most recent call last):' >&2; echo 'botocore.exceptions.ConfigParseError: Unable to parse config file: /h/.aws/config' >&2; exit 1");
    home.script("bin/git", "echo 'fatal: bad config line 1 in file /h/.gitconfig' >&2; exit 128");
    home.more = vec![("PATH", home.path("bin").display().to_string())];
    let programs = Programs::new(home.environment());
    for (program, words) in
        [(Program::AwsCli, "cannot read one of its files"), (Program::Git, "Line 1 of /h/.gitconfig")]
    {
        let problem = programs.find(program).await.unwrap().remove(0).version.unwrap_err();
        assert!(problem.kind == ProblemKind::BrokenFile && problem.what.contains(words), "{problem}");
    }
}

#[tokio::test]
async fn a_path_that_an_update_leaves_valid_is_found_for_each_copy() {
    let mut home = Home::new();
    home.script("Cellar/awscli/2.15.0/bin/aws", "echo aws-cli/2.15.0");
    home.script("versions/3.11.7/bin/aws", "echo aws-cli/1.32.0");
    fs::create_dir(home.path("linked")).unwrap();
    std::os::unix::fs::symlink(home.path("Cellar/awscli/2.15.0/bin/aws"), home.path("linked/aws")).unwrap();
    let folders = ["Cellar/awscli/2.15.0/bin", "versions/3.11.7/bin", "linked"];
    home.more = vec![("PATH", folders.map(|name| home.path(name).display().to_string()).join(":"))];
    let found = Programs::new(home.environment()).find(Program::AwsCli).await.unwrap();
    let paths: Vec<_> = found.into_iter().map(|copy| (copy.path, copy.stable)).collect();
    let lonely = home.path("versions/3.11.7/bin/aws");
    let expected = [(home.path("Cellar/awscli/2.15.0/bin/aws"), home.path("linked/aws")), (lonely.clone(), lonely)];
    assert_eq!(paths, expected);
}

#[tokio::test]
async fn the_codecommit_commands_are_there_or_not() {
    let home = Home::new();
    let check = async |name: &str, lines: &str| {
        let path = home.script(name, lines);
        Programs::new(home.environment()).check_codecommit_commands(&path).await
    };
    assert_eq!(check("a", "test \"$*\" = 'codecommit credential-helper erase'").await, Ok(true));
    let refusal = "echo >&2 \"aws: error: argument command: Invalid choice, valid choices are:\"; echo >&2 s3; exit 2";
    assert_eq!(check("b", refusal).await, Ok(false));
    let problem = check("c", "echo >&2 'no module named awscli'; exit 1").await.unwrap_err();
    assert_eq!(problem.why, "no module named awscli");
}

#[tokio::test]
async fn a_remote_of_codecommit_answers_or_says_why_not() {
    let parent = tempfile::tempdir().unwrap();
    let options = Options { parent: Some(parent.path().to_owned()), ..Options::default() };
    let sandbox = Sandbox::start(&options).await.unwrap();
    let outside = [("PATH", std::env::var_os("PATH").unwrap()), ("LANG", "C.UTF-8".into())];
    let inside = sandbox.environment(outside.into_iter().map(|(name, value)| (name.into(), value)));
    let git = Git::new(Environment::of(inside));
    let file = sandbox.home().join(".gitconfig");
    let config = fs::read_to_string(&file).unwrap_or_default();
    let aws = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/aws");
    let list = async |profile: &str, host: &str, name: &str| {
        let helper = format!("!'{}' --profile {profile} codecommit credential-helper $@", aws.display());
        let section = format!("{config}\n[credential]\n\thelper = {helper}\n\tuseHttpPath = true\n");
        fs::write(&file, section).unwrap();
        git.list_remote(&format!("https://{host}/v1/repos/{name}"), &GitPlace::default()).await
    };
    let ohio = "git-codecommit.us-east-2.amazonaws.com";
    let listed = list("admin", ohio, "MyDemoRepo").await.unwrap();
    assert!(listed.branches >= 2 && listed.milliseconds > 0, "{listed:?}");
    assert!(list("admin", "git-codecommit-fips.us-east-2.amazonaws.com", "MyDemoRepo").await.is_ok());
    let kind = async |profile, name| list(profile, ohio, name).await.unwrap_err().kind;
    assert_eq!(kind("default", "MyDemoRepo").await, ProblemKind::AccessDenied);
    assert_eq!(kind("admin", "mydemorepo").await, ProblemKind::NotFound);
    let missing = list("nobody", ohio, "MyDemoRepo").await.unwrap_err();
    assert_eq!(missing.what, "The helper names an AWS profile that does not exist.");
    sandbox.close().await.unwrap();
}
