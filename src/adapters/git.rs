//! The git of this computer, which nothing here lets prompt: its configuration, its credential helpers, and clones.
//!
//! Whoever runs it for what a repository could answer goes through `guard`; the rest only looks, and gets nothing over the network.
//!
//! Deliberately absent: writing the configuration (`files` does, under git's own lock), and the meaning of entries (`gitconfig`).

mod attempt;
mod clone;
mod config;
mod fill;
mod guard;
mod occupied;
mod owner;
mod patience;
mod pinned;
mod progress;
mod remote;
mod remotes;
mod said;
mod sources;
mod target;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::process::Command;
use tokio::sync::watch;

use super::environment::Environment;
use super::journal::Journal;
use super::{child, handles};
use crate::gitconfig::Sources;
use crate::ports::{self, Filled, HowFar, Listed, Task};
use crate::wizard::effect::{CloneSettings, Cloned, FoundClones, GitPlace, Hears, SearchPath};
use crate::wizard::problem::{Problem, ProblemKind};
pub(crate) use config::{global_file, refused, speaks_of_codecommit};
pub(crate) use fill::DESKTOP_PATH;

/// The git that an environment finds.
#[derive(Debug, Clone)]
pub struct Git {
    environment: Environment,
    journal: Journal,
    /// Settings that stand on the command line (`-c`).
    settings: Vec<(String, String)>,
    unsettled: Unsettled,
}

/// How many dropped clones are still being cleaned up.
#[derive(Debug, Clone)]
struct Unsettled(Arc<watch::Sender<usize>>);

/// One of them; dropping it says that it is done.
#[derive(Debug)]
struct Cleaning(Unsettled);

impl Unsettled {
    fn begin(&self) -> Cleaning {
        self.0.send_modify(|count| *count += 1);
        Cleaning(self.clone())
    }
}

impl Drop for Cleaning {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}

impl Git {
    /// The git that this environment finds, with a journal of its own.
    pub fn new(environment: Environment) -> Self {
        let journal = Journal::new(&environment);
        Self::with(environment, journal)
    }

    /// The same, with the journal of this run.
    pub fn with(environment: Environment, journal: Journal) -> Self {
        Self { environment, journal, settings: Vec::new(), unsettled: Unsettled(Arc::new(watch::Sender::new(0))) }
    }

    /// The same git, asked at a place.
    fn at(&self, place: &GitPlace) -> Self {
        let mut git = Self { settings: place.settings.clone(), ..self.clone() };
        if place.hears == Hears::GlobalOnly {
            return git.outside();
        }
        if let Some(folder) = &place.folder {
            git.environment = git.environment.standing_in(child::expand(&self.environment, folder));
        }
        git
    }

    /// A `git` that asks nobody for anything.
    fn command(&self) -> Result<Command, Problem> {
        let mut command = child::command(&self.environment, &self.program()?);
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_ASKPASS", "").env("SSH_ASKPASS", "");
        Ok(command)
    }

    /// The same for commands that only look: nothing is fetched that a repository left out, and no file of it is refreshed.
    fn looking_command(&self) -> Result<Command, Problem> {
        let mut command = self.command()?;
        command.env("GIT_ALLOW_PROTOCOL", "none").env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0");
        Ok(command)
    }

    /// The same for commands that may need a password.
    fn unasking_command(&self) -> Result<Command, Problem> {
        let mut command = self.command()?;
        command.args(["-c", "core.askPass="]);
        for (key, value) in &self.settings {
            command.arg("-c").arg(format!("{key}={value}"));
        }
        Ok(command)
    }

    pub(crate) fn program(&self) -> Result<PathBuf, Problem> {
        child::on_path(&self.environment, "git").into_iter().next().ok_or_else(|| {
            Problem::new(ProblemKind::MissingTool, "There is no git on PATH.", "", "Install git, then try again.")
        })
    }
}

impl ports::Git for Git {
    fn read_config<'a>(&'a self, place: &'a GitPlace) -> Task<'a, Sources> {
        Box::pin(async move { self.at(place).configuration().await })
    }

    fn fill_credential<'a>(&'a self, url: &'a str, path: SearchPath, place: &'a GitPlace) -> Task<'a, Filled> {
        Box::pin(async move { self.guarded(url, place).await?.fill(url, path).await })
    }

    fn list_remote<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, Listed> {
        Box::pin(async move { self.guarded_remote(url, place).await?.list_branches(url).await })
    }

    fn clone_repository<'a>(
        &'a self,
        url: &'a str,
        directory: &'a Path,
        settings: &'a CloneSettings,
        progress: HowFar<'a>,
    ) -> Task<'a, Cloned> {
        Box::pin(self.clone_patiently(url, directory, settings, progress))
    }

    fn find_clones<'a>(&'a self, folder: &'a Path, progress: HowFar<'a>) -> Task<'a, FoundClones> {
        Box::pin(self.clones_under(folder, progress))
    }

    fn settled(&self) -> Task<'_, ()> {
        let mut count = self.unsettled.0.subscribe();
        Box::pin(async move {
            // The sender lives as long as this git: it cannot be gone.
            let _ = count.wait_for(|count| *count == 0).await;
            Ok(())
        })
    }
}

/// A git that could not be run to its end.
fn cannot_run(error: &std::io::Error) -> Problem {
    if let Some(problem) = handles::too_few(error) {
        return problem;
    }
    if child::asked_at_terminal(error) {
        let what = "A credential helper asked for something at the terminal, and was stopped.";
        let why = "Nobody can answer it while git asks; an MFA code of the profile's role is the usual question.";
        let hint = "Get temporary keys with the code (`aws sts get-session-token`, or `aws configure mfa-login`), store them as a \
                    profile, and set git up with that.";
        return Problem::new(ProblemKind::BadCredentials, what, why, hint);
    }
    Problem::new(ProblemKind::MissingTool, "git could not be run.", error.to_string(), "Run `git --version` yourself.")
}
