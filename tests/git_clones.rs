//! Clones with the real git: what is handed over for one run, what is in the way, and what AWS, the disk and the network do to them.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use codecommit_setup::adapters::environment::Environment;
use codecommit_setup::adapters::git::Git;
use codecommit_setup::ports::Git as _;
use codecommit_setup::wizard::cloning::{Asks, Clones, How, Wish};
use codecommit_setup::wizard::effect::{CloneSettings, Cloned, Progress, Request, RequestId};
use codecommit_setup::wizard::problem::{Problem, ProblemKind};
use tempfile::TempDir;

/// A home folder, and a git without any other configuration.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn variables(&self) -> [(String, String); 4] {
        [
            ("HOME", self.0.path().display().to_string()),
            ("PATH", std::env::var("PATH").unwrap()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("LC_ALL", "C".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    }

    fn adapter(&self) -> Git {
        Git::new(Environment::of(self.variables().into_iter().map(|(name, value)| (name.into(), value.into()))))
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.path(folder)).env_clear().envs(self.variables());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A bare repository with a commit on the branch `main`.
    fn repository(&self, name: &str) -> String {
        self.git("", &["init", "--quiet", "--bare", "-b", "main", name]);
        self.git("", &["clone", "--quiet", name, "work"]);
        fs::write(self.path("work/README"), "hello\n").unwrap();
        self.git("work", &["add", "."]);
        self.git("work", &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "first"]);
        self.git("work", &["push", "--quiet", "origin", "HEAD:main"]);
        fs::remove_dir_all(self.path("work")).unwrap();
        format!("file://{}", self.path(name).display())
    }

    async fn clone(&self, url: &str, directory: &str) -> Result<Cloned, Problem> {
        self.adapter().clone_repository(url, Path::new(directory), &CloneSettings::default(), &|_| {}).await
    }
}

#[track_caller]
fn says(problem: &Problem, words: &[&str]) {
    for word in words {
        assert!(problem.to_string().contains(word), "“{word}” is not in: {problem}");
    }
}

/// Notes how long it waits, and lets the clock stand still meanwhile, so that it jumps to the end.
fn skip_pauses(step: &Progress, pauses: &Mutex<Vec<u64>>) {
    if let Progress::AskedToSlowDown(seconds) = step {
        pauses.lock().unwrap().push(*seconds);
        tokio::time::pause();
    }
    if let Progress::Cloning { phase, .. } = step
        && phase == "starting"
        && !pauses.lock().unwrap().is_empty()
    {
        tokio::time::resume();
    }
}

/// A server of git over HTTP that answers each request with the next of these codes, and the URL of a repository there.
fn answering(codes: &'static [u16]) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/repos/site", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut heads = Vec::new();
        for code in codes {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            let count = stream.read(&mut head).unwrap();
            heads.push(String::from_utf8_lossy(&head[..count]).into_owned());
            let answer = format!("HTTP/1.1 {code} No\r\nWWW-Authenticate: Basic realm=\"a\"\r\n");
            stream.write_all(format!("{answer}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        }
        heads
    });
    (url, server)
}

#[tokio::test]
async fn a_helper_for_one_run_answers_and_is_written_nowhere() {
    let home = Home::new();
    let (url, server) = answering(&[401, 403]);
    let host = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    // The configured helper would leave a mark.
    let mark = home.path("mark");
    fs::write(home.path(".gitconfig"), format!("[credential]\n\thelper = \"!touch {} #\"\n", mark.display())).unwrap();
    let key = |name: &str| format!("credential.{host}.{name}");
    let helper = "!echo username=AKIA; echo password=pw; true".to_owned();
    let now = vec![(key("helper"), String::new()), (key("helper"), helper), (key("UseHttpPath"), "true".to_owned())];
    let settings = CloneSettings { now: now.clone(), pin: Vec::new() };
    let problem = home.adapter().clone_repository(&url, &home.path("site"), &settings, &|_| {}).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::AccessDenied, "{problem}");
    let heads = server.join().unwrap();
    assert!(heads[1].contains("Authorization: Basic QUtJQTpwdw=="), "{heads:?}");
    assert!(!mark.exists(), "the configured helper was not asked");

    let url = home.repository("other.git");
    let settings = CloneSettings { now, pin: vec![("core.autocrlf".to_owned(), "input".to_owned())] };
    home.adapter().clone_repository(&url, &home.path("other"), &settings, &|_| {}).await.unwrap();
    let config = fs::read_to_string(home.path("other/.git/config")).unwrap();
    assert!(config.contains("autocrlf = input") && !config.contains("credential"), "{config}");
}

#[tokio::test]
async fn a_password_that_is_there_anyway_is_sent_with_the_first_request() {
    let home = Home::new();
    let version = home.git("", &["--version"]);
    let numbers: Vec<u32> =
        version.split(' ').nth(2).unwrap().split('.').filter_map(|part| part.trim().parse().ok()).collect();
    if numbers < vec![2, 46] {
        return;
    }
    let (url, server) = answering(&[403]);
    let host = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let name = codecommit_setup::wizard::names::RepositoryName::parse("site").unwrap();
    // As the queue hands it over, with another program for the helper.
    let profile = codecommit_setup::wizard::names::ProfileName::parse("p").unwrap();
    let region = codecommit_setup::wizard::names::Region::parse("us-east-2").unwrap();
    let program = home.path("helper").display().to_string();
    fs::write(
        home.path("helper"),
        "#!/bin/sh\ngrep -q ^path=v1/repos/site || exit 1\necho username=AKIA; echo password=pw\n",
    )
    .unwrap();
    assert!(Command::new("chmod").args(["755", &program]).status().unwrap().success());
    let helper = codecommit_setup::gitconfig::Helper::BuiltIn { program };
    let wanted = codecommit_setup::gitconfig::Wanted::for_clones(helper, profile, region);
    let how = How { helper: Some(wanted), ..How::default() };
    let mut asked = Asked(Vec::new());
    Clones::new(vec![Wish { name, url: url.clone(), directory: "site".into() }], how).start(&mut asked);
    let Some(Request::Clone { settings, .. }) = asked.0.pop() else { panic!("no clone is asked for") };
    assert!(settings.now.iter().all(|(key, _)| key.contains(&host)), "{settings:?}");
    let problem = home.adapter().clone_repository(&url, &home.path("site"), &settings, &|_| {}).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::AccessDenied, "{problem}");
    assert!(server.join().unwrap()[0].contains("Authorization: Basic QUtJQTpwdw=="));
}

/// Requests that are only written down.
struct Asked(Vec<Request>);

impl Asks for Asked {
    fn request(&mut self, request: Request) -> RequestId {
        self.0.push(request);
        RequestId(self.0.len() as u64)
    }

    fn stop(&mut self, _: RequestId) {}
}

/// Pauses pass at once: the clock stands still while AWS is given time, and jumps to its end.
#[tokio::test]
async fn a_repository_that_asks_to_slow_down_is_asked_again_after_a_while() {
    let home = Home::new();
    let (url, server) = answering(&[429, 429, 403]);
    let seen = Mutex::new(Vec::new());
    let progress = |step: Progress| skip_pauses(&step, &seen);
    let start = std::time::Instant::now();
    let clone = home.adapter();
    let settings = CloneSettings::default();
    let problem = clone.clone_repository(&url, &home.path("a/site"), &settings, &progress).await.unwrap_err();
    assert_eq!(server.join().unwrap().len(), 3);
    assert_eq!(problem.kind, ProblemKind::AccessDenied, "{problem}");
    let seen = seen.into_inner().unwrap();
    assert!(seen.len() == 2 && (1..=2).contains(&seen[0]) && (2..=4).contains(&seen[1]), "{seen:?}");
    assert!(start.elapsed() < Duration::from_secs(30) && !home.path("a").exists());
}

#[tokio::test]
async fn a_repository_that_asks_to_slow_down_for_good_is_given_up() {
    let home = Home::new();
    let (url, server) = answering(&[429; 6]);
    let paused = Mutex::new(Vec::new());
    let progress = |step: Progress| skip_pauses(&step, &paused);
    let settings = CloneSettings::default();
    let problem = home.adapter().clone_repository(&url, &home.path("site"), &settings, &progress).await.unwrap_err();
    server.join().unwrap();
    assert_eq!((problem.kind, paused.lock().unwrap().len()), (ProblemKind::Throttled, 5), "{problem}");
    says(&problem, &["AWS asked to slow down with site."]);
}

#[tokio::test]
async fn what_is_in_the_way_is_named_and_left_alone() {
    let home = Home::new();
    let url = home.repository("site.git");
    fs::write(home.path("file"), "mine").unwrap();
    fs::create_dir(home.path("folder")).unwrap();
    for name in ["a", "b"] {
        fs::write(home.path("folder").join(name), "mine").unwrap();
    }
    std::os::unix::fs::symlink("folder", home.path("link")).unwrap();
    std::os::unix::fs::symlink("nowhere", home.path("lost")).unwrap();
    fs::create_dir(home.path("plain")).unwrap();
    home.git("plain", &["init", "--quiet"]);
    let other = home.repository("other.git");
    home.clone(&other, "~/clone").await.unwrap();
    for (place, words) in [
        ("file", "It is a file."),
        ("folder", "It is a folder with 2 files and folders in it, none of them Git's."),
        ("link", "It is a link to folder."),
        ("lost", "It is a link to nowhere, which is not there."),
        ("plain", "It is a git repository without a remote named origin."),
        ("clone", &format!("It is a clone of {other}.")),
    ] {
        let problem = home.clone(&url, &format!("~/{place}")).await.unwrap_err();
        assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::Conflict, words), "{place}");
    }
    let problem = home.clone(&url, "~/file/site").await.unwrap_err();
    says(&problem, &["a file, or a link that leads nowhere, is on its way"]);
    assert_eq!(fs::read_to_string(home.path("file")).unwrap(), "mine");
    assert_eq!(fs::read_dir(home.path("folder")).unwrap().count(), 2);
}

#[tokio::test]
async fn a_clone_of_the_same_repository_by_ssh_or_grc_is_there_already() {
    let home = Home::new();
    let url = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/site";
    fs::create_dir(home.path("site")).unwrap();
    home.git("site", &["init", "--quiet"]);
    home.git("site", &["remote", "add", "origin", "x"]);
    for (remote, form) in [
        ("codecommit::us-east-2://work@site", Some("GRC")),
        ("ssh://K@git-codecommit.us-east-2.amazonaws.com/v1/repos/site", Some("SSH")),
        ("https://me@git-codecommit.us-east-2.amazonaws.com/v1/repos/site/", None),
    ] {
        home.git("site", &["remote", "set-url", "origin", remote]);
        let there = home.clone(url, "~/site").await.unwrap();
        assert_eq!((there.was_there, there.other_form), (true, form), "{remote}");
    }
}

#[tokio::test]
async fn without_a_default_branch_the_branches_are_named() {
    let home = Home::new();
    let url = home.repository("site.git");
    home.git("site.git", &["branch", "--quiet", "release", "main"]);
    home.git("site.git", &["symbolic-ref", "HEAD", "refs/heads/gone"]);
    for was_there in [false, true] {
        let cloned = home.clone(&url, "~/site").await.unwrap();
        let expected = vec!["main".to_owned(), "release".to_owned()];
        assert_eq!((cloned.was_there, cloned.branches, cloned.empty), (was_there, expected, false));
    }
}

#[tokio::test]
async fn a_path_that_is_too_long_says_so() {
    let home = Home::new();
    let url = home.repository("site.git");
    let problem = home.clone(&url, &format!("~/{}/site", "a".repeat(300))).await.unwrap_err();
    says(&problem, &["is too long for this disk", "Choose a folder with a shorter path."]);
}

#[tokio::test]
async fn a_folder_that_may_not_be_made_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let url = home.repository("site.git");
    fs::create_dir(home.path("locked")).unwrap();
    fs::set_permissions(home.path("locked"), fs::Permissions::from_mode(0o500)).unwrap();
    // The superuser may write everywhere, but not into the kernel's own tree.
    let superuser = fs::write(home.path("locked/probe"), "").is_ok();
    let folder = if superuser { "/proc/site".to_owned() } else { "~/locked/site".to_owned() };
    let problem = home.clone(&url, &folder).await.unwrap_err();
    let words = if superuser { "could not be made." } else { "you may not write there" };
    says(&problem, &["The folder", words]);
}

#[tokio::test]
async fn a_full_disk_says_so_and_leaves_nothing() {
    let home = Home::new();
    let url = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/site";
    for (said, kind, words) in [
        (
            "fatal: write error: No space left on device",
            ProblemKind::Other,
            "There is no room left on the disk for site.",
        ),
        ("fatal: fetch-pack: invalid index-pack output", ProblemKind::Unreachable, "broke off while site was cloned"),
        ("error: RPC failed; curl 18 transfer closed", ProblemKind::Unreachable, "broke off while site was cloned"),
        ("error: unable to create file x: File name too long", ProblemKind::Other, "too long for this disk"),
        ("fatal: cannot create directory at 'a': Permission denied", ProblemKind::Other, "may not write"),
    ] {
        // A git that makes a start and then dies.
        let script = format!(
            "#!/bin/sh\nfor last; do :; done\nmkdir -p \"$last/.git\" && echo half > \"$last/.git/half\"\necho '{}' >&2\nexit 128\n",
            said.replace('\'', "")
        );
        let git = home.path("bin/git");
        fs::create_dir_all(home.path("bin")).unwrap();
        fs::write(home.path("draft"), script).unwrap();
        assert!(
            Command::new("install").args(["-m", "755"]).args([home.path("draft"), git]).status().unwrap().success()
        );
        let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
        let variables = [("HOME", home.0.path().display().to_string()), ("PATH", path)];
        let adapter = Git::new(Environment::of(variables.map(|(name, value)| (name.into(), value.into()))));
        let settings = CloneSettings::default();
        let problem = adapter.clone_repository(url, Path::new("~/a/site"), &settings, &|_| {}).await.unwrap_err();
        assert_eq!(problem.kind, kind, "{problem}");
        says(&problem, &[words]);
        assert!(!home.path("a").exists(), "{said}");
    }
}
