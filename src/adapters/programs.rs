//! The programs on PATH: every copy, with its version.
//!
//! Deliberately absent: reading a version as a number (`wizard/versions`), and judging it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::JoinSet;

use super::environment::Environment;
use super::{child, git};
use crate::failures;
use crate::ports::{self, Task};
use crate::wizard::effect::{Installed, Program};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::versions::is_versioned;

/// How long a copy may take to print its version; a slow disk makes the AWS CLI take seconds.
const VERSION_LIMIT: Duration = Duration::from_secs(15);

/// The programs that an environment finds.
#[derive(Debug, Clone)]
pub struct Programs {
    environment: Environment,
}

impl Programs {
    /// The programs that this environment finds.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }

    async fn copies(&self, program: Program) -> Vec<Installed> {
        let name = match program {
            Program::Git => "git",
            Program::AwsCli => "aws",
        };
        let mut seen = HashSet::new();
        let all: Vec<(PathBuf, PathBuf)> =
            child::on_path(&self.environment, name).into_iter().map(|path| (real(&path), path)).collect();
        let copies: Vec<PathBuf> =
            all.iter().filter(|(real, _)| seen.insert(real)).map(|(_, path)| path.clone()).collect();
        let mut asked = JoinSet::new();
        for (place, path) in copies.iter().cloned().enumerate() {
            let environment = self.environment.clone();
            asked.spawn(async move { (place, version(&environment, program, &path).await) });
        }
        let mut versions = asked.join_all().await;
        versions.sort_by_key(|(place, _)| *place);
        let installed = copies.into_iter().zip(versions).map(|(path, (_, version))| {
            let stable = stable(&all, &path);
            Installed { path, stable, version }
        });
        installed.collect()
    }

    async fn knows_codecommit(&self, path: &Path) -> Result<bool, Problem> {
        let asked = format!("{} codecommit credential-helper erase", path.display());
        let failed = |why: String| {
            let what = "The AWS CLI did not say whether it has the CodeCommit commands.";
            Problem::new(ProblemKind::Other, what, why, format!("Run it yourself: {asked}"))
        };
        let mut command = child::command(&self.environment, path);
        // `erase` does nothing, and needs no credentials.
        command.args(["codecommit", "credential-helper", "erase"]);
        let output = child::output(command, None).await.map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            return Ok(true);
        }
        let said: Vec<String> = [&*output.stderr, &*output.stdout].into_iter().flat_map(child::lines).collect();
        if said.iter().any(|line| line.to_lowercase().contains("invalid choice")) {
            return Ok(false);
        }
        if let Some(problem) = failures::recognise(&said) {
            return Err(problem);
        }
        let code =
            || output.status.code().and_then(failures::exit_code).map(|what| format!("{}: {what}.", output.status));
        Err(failed(said.last().cloned().or_else(code).unwrap_or_else(|| output.status.to_string())))
    }
}

impl ports::Programs for Programs {
    fn find(&self, program: Program) -> Task<'_, Vec<Installed>> {
        Box::pin(async move { Ok(self.copies(program).await) })
    }

    fn check_codecommit_commands<'a>(&'a self, path: &'a Path) -> Task<'a, bool> {
        Box::pin(self.knows_codecommit(path))
    }

    fn run_in_terminal<'a>(&'a self, program: &'a Path, arguments: &'a [String]) -> Task<'a, ()> {
        Box::pin(async move {
            let name = program.file_name().unwrap_or_default().to_string_lossy();
            let shown = printable(&format!("{name} {}", arguments.join(" ")));
            let fails = |why: String| Problem::new(ProblemKind::Other, format!("`{shown}` failed."), why, "Try again.");
            let status = child::in_terminal(&self.environment, program, arguments).await;
            let status = status.map_err(|error| fails(format!("It could not be run: {error}.")))?;
            if status.success() { Ok(()) } else { Err(fails(format!("It ended with {status}."))) }
        })
    }
}

/// Where a path leads, links followed.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The first path on PATH that leads to the same file and through no folder of one version; else the path itself.
fn stable(all: &[(PathBuf, PathBuf)], path: &Path) -> PathBuf {
    let own = real(path);
    let same = all.iter().filter(|(real, _)| *real == own).map(|(_, path)| path);
    let mut lasting = same.filter(|path| !is_versioned(&path.to_string_lossy()));
    lasting.next().map_or_else(|| path.to_owned(), Clone::clone)
}

async fn version(environment: &Environment, program: Program, path: &Path) -> Result<String, Problem> {
    let mut command = child::command(environment, path);
    command.arg("--version");
    let output = match tokio::time::timeout(VERSION_LIMIT, child::output(command, None)).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(runs_not(path, format!("It cannot be run: {error}"))),
        Err(_) => {
            let why = format!("It did not print its version within {} seconds.", VERSION_LIMIT.as_secs());
            return Err(runs_not(path, why));
        }
    };
    let (stdout, stderr) = (child::lines(&output.stdout), child::lines(&output.stderr));
    if output.status.success() {
        // AWS CLI 1 on Python 2 prints its version on standard error.
        let line = stdout.into_iter().next().or_else(|| stderr.into_iter().next());
        return line.ok_or_else(|| runs_not(path, "It printed no version.".to_owned()));
    }
    let said = [stderr, stdout].concat();
    // Both programs read their configuration even for this.
    let known = match program {
        Program::Git => said.iter().any(|line| line.contains("config")).then(|| git::refused(&said, "")),
        Program::AwsCli => failures::recognise(&said),
    };
    // The last line of a traceback is the one that tells.
    let last = || failures::meaningful(&said).pop().unwrap_or_else(|| output.status.to_string());
    Err(known.unwrap_or_else(|| runs_not(path, last())))
}

/// A copy that is there and says no version.
fn runs_not(path: &Path, why: String) -> Problem {
    let path = printable(&path.to_string_lossy());
    let hint = format!("Run `{path} --version` yourself to see more.");
    Problem::new(ProblemKind::MissingTool, format!("{path} does not run as it should."), why, hint)
}
