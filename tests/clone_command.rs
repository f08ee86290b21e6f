//! `codecommit-setup clone`: the real program in the sandbox, with the real git.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use codecommit_setup::sandbox::{Options, Sandbox, Trouble};
use tempfile::TempDir;

/// A sandbox, and the program in it.
struct Inside {
    sandbox: Sandbox,
    _parent: TempDir,
}

impl Inside {
    async fn new(trouble: &[Trouble]) -> Self {
        let parent = TempDir::new().unwrap();
        let parent_path = Some(parent.path().to_owned());
        let options = Options { parent: parent_path, trouble: trouble.to_vec(), ..Options::default() };
        Self { sandbox: Sandbox::start(&options).await.unwrap(), _parent: parent }
    }

    fn home(&self, name: &str) -> PathBuf {
        self.sandbox.home().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codecommit-setup"));
        command.arg("clone").args(arguments).env_clear().envs(self.sandbox.environment([]));
        command.env("PATH", std::env::var("PATH").unwrap()).current_dir(self.sandbox.home());
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        said(&self.command(arguments).output().unwrap())
    }
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn lines(out: &str) -> Vec<Vec<&str>> {
    let mut lines: Vec<Vec<&str>> = out.lines().map(|line| line.split('\t').collect()).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_in_any_form_is_cloned_with_no_helper_configured() {
    let inside = Inside::new(&[]).await;
    let named = [
        "--profile",
        "admin",
        "MyDemoRepo",
        "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/web.front_end",
        "codecommit::eu-west-1://work@eu-billing",
        "--into",
        "src",
    ];
    let (code, out, err) = inside.run(&named);
    assert_eq!(code, 0, "{out}{err}");
    let lines = lines(&out);
    assert!(lines.iter().all(|line| line[0] == "cloned" && line.len() == 5), "{out}");
    assert_eq!(lines.iter().map(|line| line[1]).collect::<Vec<_>>(), ["MyDemoRepo", "eu-billing", "web.front_end"]);
    assert_eq!(Path::new(lines[0][2]), inside.home("src/MyDemoRepo"));
    assert!(err.contains("The URL of eu-billing names the profile work; admin is used."), "{err}");
    assert!(err.contains("Git as it is configured cannot log in by itself"), "nothing is configured: {err}");
    let config = fs::read_to_string(inside.home("src/eu-billing/.git/config")).unwrap();
    assert!(config.contains("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/eu-billing"), "{config}");
    assert!(!config.contains("credential"), "{config}");
    assert!(
        !inside.home(".gitconfig").exists()
            || !fs::read_to_string(inside.home(".gitconfig")).unwrap().contains("credential")
    );

    let (code, out, _) = inside.run(&named);
    assert_eq!(code, 0, "{out}");
    assert!(out.lines().count() == 3 && out.lines().all(|line| line.starts_with("there\t")), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_cloned_is_told_and_the_rest_is_cloned() {
    let inside = Inside::new(&[]).await;
    fs::create_dir(inside.home("payments-api")).unwrap();
    fs::write(inside.home("payments-api/notes"), "mine").unwrap();
    let (code, out, err) = inside.run(&["--profile", "admin", "--jobs", "2", "nowhere", "payments-api", "MyDemoRepo"]);
    assert_eq!(code, 1, "{out}{err}");
    let lines = lines(&out);
    assert_eq!(lines.iter().map(|line| line[0]).collect::<Vec<_>>(), ["cloned", "failed", "skipped"]);
    assert!(lines[1][2].starts_with("There is no repository nowhere."), "{out}");
    assert!(lines[2][2].contains("It is a folder with something in it that is not Git's."), "{out}");
    assert!(err.contains("nowhere: Check its name, capitals included, and the region."), "{err}");
    assert!(inside.home("MyDemoRepo/README.md").exists() && !inside.home("nowhere").exists());
    assert_eq!(fs::read_dir(inside.home("payments-api")).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_can_be_pinned_and_then_logs_in_by_itself() {
    let inside = Inside::new(&[]).await;
    // Without an AWS CLI the helper of this program is pinned.
    let mut command = inside.command(&["--profile", "admin", "--pin", "MyDemoRepo"]);
    let git = which_git();
    let bin = inside.home("bin");
    fs::create_dir(&bin).unwrap();
    for name in ["git", "sh"] {
        let real = if name == "git" { git.clone() } else { PathBuf::from("/bin/sh") };
        std::os::unix::fs::symlink(real, bin.join(name)).unwrap();
    }
    let (code, out, err) = said(&command.env("PATH", &bin).output().unwrap());
    assert_eq!(code, 0, "{out}{err}");
    assert!(!err.contains("cannot log in"), "{err}");
    let config = fs::read_to_string(inside.home("MyDemoRepo/.git/config")).unwrap();
    assert!(config.contains("credential-helper --profile admin"), "{config}");
}

fn which_git() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|folder| folder.join("git")).find(|git| git.exists()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_become_neither_paths_nor_options() {
    let inside = Inside::new(&[]).await;
    for bad in ["..", ".", "../x", "/etc", "a/b", "https://github.com/a/b", ""] {
        let (code, out, _) = inside.run(&["--profile", "admin", "MyDemoRepo", bad]);
        assert_eq!((code, out.as_str()), (2, ""), "{bad}");
        assert!(!inside.home("MyDemoRepo").exists(), "nothing is cloned before all is understood: {bad}");
    }
    let (code, _, err) = inside.run(&["--upload-pack=touch evil", "x"]);
    assert!(code == 2 && err.contains("unexpected argument"), "{err}");
    let (code, out, _) = inside.run(&["--profile", "admin", "--", "--bare", "-x"]);
    assert_eq!(code, 1, "{out}");
    assert!(
        lines(&out).iter().all(|line| line[0] == "failed" && line[2].starts_with("There is no repository -")),
        "{out}"
    );
    let (code, _, err) = inside.run(&[]);
    assert!(code == 2 && err.contains("NAME|URL"), "{err}");
    let (code, _, err) = inside.run(&["--profile", "nobody", "x"]);
    assert!(code == 2 && err.contains("There is no profile nobody in the AWS files."), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_region_a_bare_name_is_asked_about_and_a_url_is_not() {
    let inside = Inside::new(&[]).await;
    fs::write(inside.home(".aws/config"), "").unwrap();
    let run = |arguments: &[&str]| {
        let mut command = inside.command(arguments);
        said(&command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION").output().unwrap())
    };
    for name in ["MyDemoRepo", "codecommit://admin@MyDemoRepo"] {
        let (code, _, err) = run(&["--profile", "admin", name]);
        assert!(code == 2 && err.contains("In which region is MyDemoRepo?") && err.contains("--region"), "{err}");
    }
    let (code, out, err) = run(&["--profile", "admin", "codecommit::us-east-2://admin@MyDemoRepo"]);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, _) = run(&["--profile", "admin", "--region", "us-east-2", "web.front_end"]);
    assert_eq!(code, 0, "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn git_s_own_profile_is_taken_where_none_is_named() {
    let inside = Inside::new(&[]).await;
    // The default profile may not read anything; the one that git uses may.
    let helper = "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper = \"!aws --profile admin codecommit credential-helper $@\"\n";
    fs::write(inside.home(".gitconfig"), helper).unwrap();
    let (code, out, err) = inside.run(&["MyDemoRepo"]);
    assert_eq!(code, 0, "{out}{err}");
}

/// A git whose clones make a start and then hang, holding a pipe open; the PATH with it, and the pipe.
fn hanging_git(inside: &Inside) -> (String, PathBuf) {
    let (bin, pipe) = (inside.home("bin"), inside.home("pipe"));
    fs::create_dir(&bin).unwrap();
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in *' clone '*) ;; *) exec {} \"$@\" ;; esac\n\
         for last; do :; done\nmkdir -p \"$last/.git\"; echo half > \"$last/half\"\n\
         exec 3> {}; echo $$ >&3; sleep 600 & exec sleep 600\n",
        which_git().display(),
        pipe.display()
    );
    fs::write(inside.home("draft"), script).unwrap();
    let install = Command::new("install").args(["-m", "755"]).args([inside.home("draft"), bin.join("git")]).status();
    assert!(install.unwrap().success());
    (format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()), pipe)
}

fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0");
    u64::from_str_radix(ignored.trim(), 16).unwrap() >> (signal - 1) & 1 == 1
}

fn send(signal: &str, number: &str) {
    assert!(Command::new("kill").args([signal, number]).status().unwrap().success());
}

/// What is below a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_it_leaves_nothing_half_and_nobody_running() {
    let inside = Inside::new(&[]).await;
    let (path, pipe) = hanging_git(&inside);
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129), ("-QUIT", 131)] {
        // What is ignored here, as under nohup, is meant to be ignored there.
        if is_ignored(code - 128) {
            continue;
        }
        for streams in ["", ">/dev/full 2>&1"] {
            let command = format!("exec \"$0\" \"$@\" {streams}");
            let mut shell = Command::new("sh");
            shell.args(["-c", &command, env!("CARGO_BIN_EXE_codecommit-setup"), "clone", "--profile", "admin"]);
            shell.args(["MyDemoRepo", "--into", "deep/down"]).env_clear().envs(inside.sandbox.environment([]));
            shell.env("PATH", &path).current_dir(inside.sandbox.home());
            let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut held = BufReader::new(fs::File::open(&pipe).unwrap());
            held.read_line(&mut String::new()).unwrap();
            assert!(!inside.home("deep/down/MyDemoRepo").exists(), "nothing half is in the place of a clone");
            assert_eq!(names(&inside.home("deep/down")).len(), 1);
            send(signal, &child.id().to_string());
            let (ended, out, err) = said(&child.wait_with_output().unwrap());
            assert_eq!((ended, out.as_str()), (code, ""), "{signal}: {err}");
            assert!(!streams.is_empty() || err.contains("nothing half is left"), "{err}");
            assert!(!inside.home("deep").exists(), "{signal}");
            // It comes to an end when nobody holds it any more.
            held.read_to_end(&mut Vec::new()).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_is_deleted_by_the_next_as_soon_as_its_git_has_ended() {
    let inside = Inside::new(&[]).await;
    let (path, pipe) = hanging_git(&inside);
    let foreign = inside.home("src/.codecommit-setup-clone-of-somebody");
    fs::create_dir_all(&foreign).unwrap();
    fs::write(foreign.join("mine"), "").unwrap();
    let asked = ["--profile", "admin", "MyDemoRepo", "--into", "src"];
    let mut child = inside.command(&asked).env("PATH", path).stderr(Stdio::null()).spawn().unwrap();
    let mut held = BufReader::new(fs::File::open(&pipe).unwrap());
    let mut git = String::new();
    held.read_line(&mut git).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();

    let (code, out, err) = inside.run(&asked);
    assert!(code == 0 && out.starts_with("cloned\t"), "{out}{err}");
    assert!(!err.contains("half clone"), "its git is still at work: {err}");
    assert_eq!(names(&inside.home("src")).len(), 3);
    assert!(Command::new("kill").args(["-KILL", "--", &format!("-{}", git.trim())]).status().unwrap().success());
    held.read_to_end(&mut Vec::new()).unwrap();
    let (code, out, err) = inside.run(&asked);
    assert!(code == 0 && out.starts_with("there\t"), "{out}{err}");
    assert!(err.contains("MyDemoRepo: deleted the half clone that an interrupted run had left"), "{err}");
    assert_eq!(names(&inside.home("src")), [".codecommit-setup-clone-of-somebody", "MyDemoRepo"]);
    assert_eq!(names(&foreign), ["mine"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_is_filled_and_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let inside = Inside::new(&[]).await;
    let place = inside.home("MyDemoRepo");
    fs::create_dir(&place).unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o750)).unwrap();
    let (code, out, err) = inside.run(&["--profile", "admin", "MyDemoRepo"]);
    assert!(code == 0 && out.starts_with("cloned\t") && place.join("README.md").exists(), "{out}{err}");
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o750);
}
