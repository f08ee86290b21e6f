//! A sandbox in which something is broken, and the programs that run in it.
//!
//! Deliberately absent: what is expected of them.
#![allow(unreachable_pub, reason = "the module is a part of one program")]

use std::ffi::OsString;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use codecommit_setup::sandbox::{Fault, Options, Sandbox, faults};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::Semaphore;

/// Nothing in here takes longer, unless it hangs.
const ENOUGH: Duration = Duration::from_mins(1);
/// How long git is waited for where the helper never ends.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many sandboxes there are at a time.
const AT_A_TIME: usize = 4;

pub struct Place {
    pub sandbox: Sandbox,
    path: OsString,
    hangs: bool,
    _parent: TempDir,
}

pub struct Said {
    pub succeeded: bool,
    pub out: String,
    pub err: String,
}

impl Place {
    pub async fn broken(fault: &'static Fault, path: OsString) -> Self {
        let parent = TempDir::new().unwrap();
        let options = Options {
            fault: Some(fault),
            program: Some(PathBuf::from(PROGRAM)),
            path: Some(path.clone()),
            parent: Some(parent.path().to_owned()),
            ..Options::default()
        };
        let sandbox = Sandbox::start(&options).await.unwrap_or_else(|error| panic!("{}: {error}", fault.name));
        Self { sandbox, path, hangs: fault.verdict == "helper-hangs", _parent: parent }
    }

    /// The set-up that faults start from.
    pub async fn whole(path: OsString) -> Self {
        Self::broken(Fault::none(), path).await
    }

    /// Every secret that is in a file of the home folder.
    pub fn secrets(&self) -> Vec<String> {
        let home = self.sandbox.home();
        let mut secrets = Vec::new();
        for file in [".aws/credentials", ".git-credentials", ".netrc", "src/MyDemoRepo/.git/config"] {
            // Some faults take one of them away.
            let text = std::fs::read_to_string(home.join(file)).unwrap_or_default();
            for line in text.lines() {
                let value =
                    line.split_once(" = ").filter(|(name, _)| name.contains("secret") || name.contains("token"));
                secrets.extend(value.map(|(_, value)| value.to_owned()));
                let password =
                    line.split_once("https://").and_then(|(_, rest)| rest.split_once('@')?.0.split_once(':'));
                secrets.extend(password.map(|(_, password)| password.to_owned()));
                secrets.extend(line.split_once("password ").map(|(_, password)| password.to_owned()));
            }
        }
        secrets
    }

    /// The lines that hold static Git credentials; git writes the digits of an escape in its own way.
    pub fn static_credentials(&self) -> Vec<String> {
        let read = |file: &str| std::fs::read_to_string(self.sandbox.home().join(file)).unwrap_or_default();
        let text = read(".git-credentials") + &read(".netrc");
        text.lines().filter(|line| line.contains("-at-")).map(str::to_lowercase).collect()
    }

    pub async fn run(&self, program: &str, arguments: &[&str]) -> Said {
        self.run_for(ENOUGH, program, arguments).await
    }

    pub async fn ls_remote(&self) -> Said {
        let patience = if self.hangs { PATIENCE } else { ENOUGH };
        self.run_for(patience, "git", &["ls-remote", "--exit-code", "origin", "HEAD"]).await
    }

    /// Walks line by line as somebody would who mends what stands in the way, otherwise presses Enter, and ends when the
    /// overview is there again.
    pub async fn walk(&self) -> Said {
        let mut command = self.command(PROGRAM, &["--plain"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut said = String::new();
        let (mut mended, mut overviews) = (false, 0);
        let talk = async {
            let mut piece = [0; 4096];
            loop {
                let length = stdout.read(&mut piece).await.unwrap_or_default();
                said.push_str(&String::from_utf8_lossy(&piece[..length]));
                let question = said.lines().last().filter(|line| line.starts_with("Type ") && said.ends_with(": "));
                let answer = match question {
                    _ if length == 0 => return,
                    Some(question) if question.contains("x what stands in the way") && !mended => {
                        mended = true;
                        "x\n"
                    }
                    Some(question) if question.contains("s skip") => "s\n",
                    Some(question) if question.contains("q end") => {
                        overviews += 1;
                        if overviews > 1 { "q\n" } else { "\n" }
                    }
                    Some(_) => "\n",
                    None => continue,
                };
                // A program that has ended is judged by what it said.
                _ = stdin.write_all(answer.as_bytes()).await;
            }
        };
        let ended = tokio::time::timeout(ENOUGH, talk).await.is_ok();
        let succeeded = ended && child.wait().await.unwrap().success();
        Said { succeeded, out: said.clone(), err: said }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let parent = [
            ("PATH".into(), self.path.clone()),
            ("GIT_TERMINAL_PROMPT".into(), "0".into()),
            ("LANG".into(), "C.UTF-8".into()),
        ];
        let mut command = Command::new("/usr/bin/env");
        command.arg(program).args(arguments).env_clear().envs(self.sandbox.environment(parent));
        command.current_dir(self.sandbox.start_folder()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn run_for(&self, limit: Duration, program: &str, arguments: &[&str]) -> Said {
        let mut command = self.command(program, arguments);
        let Ok(output) = tokio::time::timeout(limit, command.output()).await else {
            return Said { succeeded: false, out: String::new(), err: "it does not end".to_owned() };
        };
        let output = output.unwrap();
        Said {
            succeeded: output.status.success(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The program as it was built.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_codecommit-setup");

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Does something with every fault, a few at a time, and gives back what came of each, in their order.
pub fn side_by_side<T, F>(what: impl Fn(&'static Fault) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    runtime().block_on(async {
        let places = Arc::new(Semaphore::new(AT_A_TIME));
        // Those that wait for what never comes begin first.
        let (slow, quick): (Vec<_>, Vec<_>) = faults().enumerate().partition(|(_, fault)| is_slow(fault));
        let tasks: Vec<_> = slow
            .into_iter()
            .chain(quick)
            .map(|(place, fault)| {
                let (places, task) = (Arc::clone(&places), what(fault));
                let task = tokio::spawn(async move {
                    let _place = places.acquire().await.unwrap();
                    task.await
                });
                (place, task)
            })
            .collect();
        let mut results = Vec::new();
        for (place, task) in tasks {
            results.push((place, task.await.unwrap()));
        }
        results.sort_by_key(|(place, _)| *place);
        results.into_iter().map(|(_, result)| result).collect()
    })
}

fn is_slow(fault: &Fault) -> bool {
    matches!(fault.verdict, "helper-hangs" | "throttled")
}

/// PATH with the AWS CLI of the tests first.
pub fn with_aws_cli() -> OsString {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin");
    assert!(tools.join("aws").exists(), "tests/run installs the AWS CLI");
    let mut folders = vec![tools];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    std::env::join_paths(folders).unwrap()
}

/// PATH without any AWS CLI: links to all other programs.
pub fn without_aws_cli() -> OsString {
    static LINKS: LazyLock<TempDir> = LazyLock::new(|| {
        let links = TempDir::new().unwrap();
        for folder in std::env::split_paths(&std::env::var_os("PATH").unwrap()) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
                let link = links.path().join(entry.file_name());
                if !entry.file_name().to_string_lossy().starts_with("aws") && !link.exists() {
                    std::os::unix::fs::symlink(entry.path(), link).unwrap();
                }
            }
        }
        links
    });
    LINKS.path().into()
}
