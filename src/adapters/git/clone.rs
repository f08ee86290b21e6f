//! `git clone` into a folder of our own making (`target`), so that a clone that fails or is stopped can be taken back whole.
//!
//! Deliberately absent: how many run at a time, and touching a folder that was there before.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::progress::follow;
use super::target::{Refused, Target};
use super::{Cleaning, Git, Unsettled, cannot_run, patience, said};
use crate::adapters::child::{self, Group};
use crate::ports::HowFar;
use crate::wizard::effect::{CloneSettings, Cloned, Progress};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// How long a stopped git may clean up after itself.
const PATIENCE: Duration = Duration::from_secs(3);

impl Git {
    /// Clones, and waits and tries again where AWS asks to slow down.
    pub(super) async fn clone_patiently(
        &self,
        url: &str,
        directory: &Path,
        settings: &CloneSettings,
        progress: HowFar<'_>,
    ) -> Result<Cloned, Problem> {
        let mut refused = 0;
        loop {
            progress(Progress::Cloning { phase: "starting".to_owned(), percent: None, amount: String::new() });
            let problem = match self.clone_into(url, directory, settings, progress).await {
                Err(problem) if problem.kind == ProblemKind::Throttled => problem,
                other => return other,
            };
            refused += 1;
            let Some(pause) = patience::pause(refused, patience::chance()) else { return Err(problem) };
            progress(Progress::AskedToSlowDown(pause.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)));
            tokio::time::sleep(pause).await;
        }
    }

    async fn clone_into(
        &self,
        url: &str,
        directory: &Path,
        settings: &CloneSettings,
        progress: HowFar<'_>,
    ) -> Result<Cloned, Problem> {
        let directory = child::expand(&self.environment, directory);
        let target = match Target::make(&directory) {
            Ok(target) => target,
            Err(Refused::Occupied { cleared }) => {
                let there = self.there(url, directory).await?;
                return Ok(Cloned { cleared, ..there });
            }
            Err(Refused::Failed(problem)) => return Err(problem),
        };
        let start = Instant::now();
        let mut command = Self { settings: settings.now.clone(), ..self.outside() }.unasking_command()?;
        command.args(["clone", "--progress"]);
        for (key, value) in &settings.pin {
            command.arg("--config").arg(format!("{key}={value}"));
        }
        command.args(["--", url]).arg(target.path());
        command.stdin(target.held().map_err(|error| cannot_run(&error))?);
        let group = Group::spawn(command.stdout(Stdio::null()).stderr(Stdio::piped()));
        // The lock that git has as well must be let go of here when git ends.
        drop(command);
        let group = group.map_err(|error| cannot_run(&error))?;
        let mut cloning = Cloning { parts: Some((group, target)), unsettled: self.unsettled.clone() };
        let (said, status) = match cloning.parts.as_mut() {
            Some((group, _)) => {
                let stopped = child::stopped(group.number());
                let said = tokio::select! {
                    said = follow(group.child.stderr.take(), progress) => said?,
                    () = stopped => return Err(cannot_run(&child::asked())),
                };
                (said, group.wait().await)
            }
            None => return Err(cannot_run(&io::Error::other("it is gone"))),
        };
        // From here on there is no process left to stop, only a folder to keep or to take back.
        let Some((_, target)) = cloning.parts.take() else { return Err(cannot_run(&io::Error::other("it is gone"))) };
        if !status.map_err(|error| cannot_run(&error))?.success() {
            let [ours, theirs] = [target.path(), &*directory].map(|path| printable(&path.to_string_lossy()));
            let said: Vec<String> = said.iter().map(|line| line.replace(&ours, &theirs)).collect();
            drop(target);
            let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or(url);
            return Err(said::of_clone(&printable(name), &said));
        }
        let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let cleared = target.cleared;
        match target.keep() {
            Ok(()) => {}
            // Somebody was faster.
            Err(Refused::Occupied { cleared }) => {
                let there = self.there(url, directory).await?;
                return Ok(Cloned { cleared, ..there });
            }
            Err(Refused::Failed(problem)) => return Err(problem),
        }
        self.note_cloned(&directory, url, &settings.pin).await;
        let empty = said.iter().any(|line| line.contains("cloned an empty repository"));
        let unborn = said.iter().any(|line| line.contains("HEAD refers to nonexistent ref"));
        let branches = if unborn { self.unborn(&directory).await?.0 } else { Vec::new() };
        let bytes = packed(&directory);
        Ok(Cloned { directory, empty, branches, cleared, bytes, milliseconds, ..Cloned::default() })
    }
}

/// The size of the objects of a fresh clone: git keeps them packed as they came.
fn packed(directory: &Path) -> u64 {
    let packs = directory.join(".git").join("objects").join("pack");
    let entries = std::fs::read_dir(packs).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
}

/// A clone under way; dropping it stops git and takes the folder back, in a task that [`Git`] waits for.
struct Cloning {
    parts: Option<(Group, Target)>,
    unsettled: Unsettled,
}

impl Drop for Cloning {
    fn drop(&mut self) {
        let Some((group, target)) = self.parts.take() else { return };
        let cleaning = self.unsettled.begin();
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(take_back(group, target, cleaning))),
            // Nothing can wait here: git is killed, and its folder removed.
            Err(_) => drop((group, target)),
        }
    }
}

async fn take_back(group: Group, target: Target, cleaning: Cleaning) {
    group.end(PATIENCE).await;
    drop(target);
    drop(cleaning);
}
