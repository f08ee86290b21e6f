//! A machine in a sandbox for the doctor: set up by `apply`, broken by a test, and examined.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "each test program uses a part of it"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use codecommit_setup::sandbox::Trouble;
use tokio::process::Command;

use crate::inside::{ENOUGH, Inside, Said, outside};

pub const HOST: &str = "git-codecommit.us-east-2.amazonaws.com";
pub const URL: &str = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo";

pub struct Patient {
    pub inside: Inside,
    /// Whether there is an AWS CLI on PATH.
    pub with_aws: bool,
    /// Variables besides those of the sandbox.
    pub variables: Vec<(String, String)>,
    /// The folder that programs run in, below the home folder.
    pub folder: PathBuf,
}

impl Patient {
    /// A machine with nothing set up but the profiles of the sandbox.
    pub async fn new(trouble: &[Trouble]) -> Self {
        Self { inside: Inside::start(trouble).await, with_aws: true, variables: Vec::new(), folder: PathBuf::new() }
    }

    /// The same with a profile of every kind.
    pub async fn with_identities() -> Self {
        let inside = Inside::with_identities(&[]).await;
        Self { inside, with_aws: true, variables: Vec::new(), folder: PathBuf::new() }
    }

    /// A healthy machine: all defaults of the walk, with this in the answers.
    pub async fn healthy(answers: &str) -> Self {
        let patient = Self::new(&[]).await;
        patient.apply(answers).await;
        patient
    }

    /// A healthy machine without an AWS CLI.
    pub async fn without_aws() -> Self {
        let mut patient = Self::new(&[]).await;
        patient.with_aws = false;
        patient.apply("").await;
        patient
    }

    pub async fn apply(&self, answers: &str) {
        self.write("answers.toml", answers);
        let said = self.run(&["apply", "--answers", "answers.toml"]).await;
        assert_eq!(said.code, 0, "{said:?}");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.inside.sandbox.home().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Changes a text in a file, which must be in it.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from:?} in {name}:\n{text}");
        fs::write(self.path(name), text.replace(from, to)).unwrap();
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        self.run_in(&self.folder, arguments).await
    }

    /// The same in another folder below the home folder.
    pub async fn run_in(&self, folder: &Path, arguments: &[&str]) -> Said {
        // A release build, when that is measured.
        let ours = std::env::var("CODECOMMIT_SETUP");
        let ours = ours.unwrap_or_else(|_| env!("CARGO_BIN_EXE_codecommit-setup").to_owned());
        self.program(ours.as_ref(), arguments, folder).await
    }

    pub async fn git(&self, arguments: &[&str]) -> Said {
        self.program("git".as_ref(), arguments, &self.folder).await
    }

    async fn program(&self, program: &Path, arguments: &[&str], folder: &Path) -> Said {
        let command = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(self.inside.sandbox.environment(outside()))
            .env("PATH", self.search_path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.inside.sandbox.home().join(folder))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        Said::of(&tokio::time::timeout(ENOUGH, command).await.unwrap().unwrap())
    }

    fn search_path(&self) -> String {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin");
        let usual = "/usr/local/bin:/usr/bin:/bin";
        if self.with_aws { format!("{}:{usual}", tools.display()) } else { without_aws(&self.path("bin"), usual) }
    }

    /// What the doctor says as JSON, and how long it took.
    pub async fn examined(&self, arguments: &[&str]) -> (serde_json::Value, Duration) {
        let start = Instant::now();
        let said = self.run(&[&["doctor", "--json"], arguments].concat()).await;
        let time = start.elapsed();
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
        assert_eq!(said.code == 0, json["ok"].as_bool().unwrap(), "{said:?}");
        (json, time)
    }

    /// The id of the verdict.
    pub async fn verdict(&self, arguments: &[&str]) -> String {
        let (json, _) = self.examined(arguments).await;
        let verdict = json["verdict"]["id"].as_str().unwrap().to_owned();
        // Seen when a test fails.
        println!("{verdict}\n{}", shown(&json));
        verdict
    }
}

/// A PATH with all that is on another one but an AWS CLI.
fn without_aws(folder: &Path, usual: &str) -> String {
    if !folder.exists() {
        fs::create_dir_all(folder).unwrap();
        for from in usual.split(':') {
            for entry in fs::read_dir(from).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if name != "aws" && !folder.join(&name).exists() {
                    _ = std::os::unix::fs::symlink(entry.path(), folder.join(&name));
                }
            }
        }
    }
    folder.display().to_string()
}

/// The checks, a line each.
pub fn shown(json: &serde_json::Value) -> String {
    let checks = json["checks"].as_array().unwrap().iter();
    let line = |check: &serde_json::Value| {
        format!(
            "{:<5} {:<20} {} | {}",
            check["status"].as_str().unwrap(),
            check["id"].as_str().unwrap(),
            check["found"].as_str().unwrap(),
            check["why"].as_str().unwrap()
        )
    };
    format!(
        "{}\n{}",
        json["verdict"]["why"].as_str().unwrap_or_default(),
        checks.map(line).collect::<Vec<_>>().join("\n")
    )
}
