//! `git clone` into a folder of our own making, so that a clone that fails or is stopped can be taken back whole.
//!
//! Deliberately absent: touching a folder that was there before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::runtime::Handle;

use super::{Cleaning, Git, Unsettled, cannot_run, said};
use crate::adapters::child::{self, Group};
use crate::adapters::folders::Made;
use crate::ports::HowFar;
use crate::wizard::effect::{Cloned, Progress};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// How long a stopped git may clean up after itself.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long git may say nothing at all before it is given up.
const SILENCE: Duration = Duration::from_mins(5);
/// How many bytes of a line are kept, and how many lines.
const LINE: usize = 4096;
const LINES: usize = 100;

impl Git {
    pub(super) async fn clone_into(
        &self,
        url: &str,
        directory: &Path,
        pin: &[(String, String)],
        progress: HowFar<'_>,
    ) -> Result<Cloned, Problem> {
        let directory = child::expand(&self.environment, directory);
        let target = match Target::make(&directory) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return self.there(url, directory).await,
            Err(error) => {
                let what = format!("{} could not be made.", directory.display());
                return Err(Problem::new(ProblemKind::Other, what, error.to_string(), "Choose another folder."));
            }
        };
        let mut command = self.unasking_command()?;
        command.args(["clone", "--progress"]);
        for (key, value) in pin {
            command.arg("--config").arg(format!("{key}={value}"));
        }
        command.args(["--", url]).arg(&directory);
        let group = Group::spawn(command.stdout(Stdio::null()).stderr(Stdio::piped()));
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
        let target = cloning.parts.take().map(|(_, target)| target);
        if !status.map_err(|error| cannot_run(&error))?.success() {
            drop(target);
            let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or(url);
            return Err(said::of_clone(&printable(name), &said));
        }
        if let Some(target) = target {
            target.keep();
        }
        self.note_cloned(&directory, url, pin).await;
        let empty = said.iter().any(|line| line.contains("cloned an empty repository"));
        Ok(Cloned { directory, was_there: false, empty })
    }

    /// A folder that is there: fine if it is a clone of the same repository.
    async fn there(&self, url: &str, directory: PathBuf) -> Result<Cloned, Problem> {
        let origin = if directory.join(".git").exists() {
            self.ask(&directory, &["config", "--local", "--get", "remote.origin.url"]).await?
        } else {
            None
        };
        if origin.as_deref().map(|origin| origin.trim_end_matches('/')) == Some(url.trim_end_matches('/')) {
            let empty = self.ask(&directory, &["rev-parse", "--quiet", "--verify", "HEAD"]).await?.is_none();
            return Ok(Cloned { directory, was_there: true, empty });
        }
        let what = format!("{} is there already, and is not a clone of this repository.", directory.display());
        let why = origin.map(|origin| format!("It is a clone of {}.", printable(&origin))).unwrap_or_default();
        Err(Problem::new(ProblemKind::Conflict, what, why, "It was left as it is. Choose another folder."))
    }

    /// What a git command in a folder prints, when it succeeds.
    async fn ask(&self, directory: &Path, arguments: &[&str]) -> Result<Option<String>, Problem> {
        let mut command = self.unasking_command()?;
        command.arg("-C").arg(directory).args(arguments);
        let output = child::output(command, None).await.map_err(|error| cannot_run(&error))?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim_end().to_owned()))
    }
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

/// The folder of a clone, and its parents; dropping it removes them as far as they were made here, and what is in them.
struct Target {
    directory: Option<PathBuf>,
    /// Whether the folder was there before, empty: then it stays.
    found: bool,
    parents: Made,
}

impl Target {
    fn make(directory: &Path) -> io::Result<Self> {
        let parents = Made::all(directory.parent().unwrap_or(Path::new("/")), false)?;
        let found = match fs::create_dir(directory) {
            Ok(()) => false,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_empty(directory) => true,
            Err(error) => return Err(error),
        };
        Ok(Self { directory: Some(directory.to_owned()), found, parents })
    }

    fn keep(mut self) {
        self.directory = None;
        std::mem::take(&mut self.parents).keep();
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let Some(directory) = &self.directory else { return };
        // Git removes what it wrote when it can; what is left is ours to remove.
        if !self.found {
            let _ = fs::remove_dir_all(directory);
            return;
        }
        for path in fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let folder = path.is_dir() && !path.is_symlink();
            let _ = if folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

fn is_empty(directory: &Path) -> bool {
    !directory.is_symlink() && fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none())
}

/// Reads what git says to its end: progress goes on at once, the rest is kept.
async fn follow(pipe: Option<impl AsyncRead + Unpin>, progress: HowFar<'_>) -> Result<Vec<String>, Problem> {
    let (mut said, mut line, mut buffer) = (Vec::new(), Vec::new(), [0; 4096]);
    let Some(mut pipe) = pipe else { return Ok(said) };
    let silent = |_| {
        let what = format!("Git made no progress for {} minutes, and was stopped.", SILENCE.as_secs() / 60);
        Problem::new(ProblemKind::TimedOut, what, "", "Check the network and the proxy settings, then try again.")
    };
    while let Ok(count @ 1..) = tokio::time::timeout(SILENCE, pipe.read(&mut buffer)).await.map_err(silent)? {
        for byte in &buffer[..count] {
            match byte {
                b'\r' | b'\n' => take_line(&mut line, &mut said, progress),
                _ if line.len() < LINE => line.push(*byte),
                _ => {}
            }
        }
    }
    take_line(&mut line, &mut said, progress);
    Ok(said)
}

fn take_line(line: &mut Vec<u8>, said: &mut Vec<String>, progress: HowFar<'_>) {
    for text in child::lines(&std::mem::take(line)) {
        if let Some((phase, percent)) = how_far(&text) {
            progress(Progress::Cloning { phase, percent });
        } else {
            if said.len() == LINES {
                said.remove(0);
            }
            said.push(text);
        }
    }
}

/// `Receiving objects:  45% (9/20), 1.00 KiB` or `remote: Counting objects: 20, done.`
fn how_far(line: &str) -> Option<(String, Option<u8>)> {
    let (phase, rest) = line.strip_prefix("remote: ").unwrap_or(line).split_once(": ")?;
    let number: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let behind = rest.trim_start().strip_prefix(&number)?;
    let known = ["objects", "deltas", "files", "content"].iter().any(|last| phase.ends_with(last));
    if number.is_empty() || !known {
        return None;
    }
    Some((phase.to_owned(), if behind.starts_with('%') { number.parse().ok() } else { None }))
}

#[cfg(test)]
mod tests {
    use super::how_far;

    #[test]
    fn progress_is_told_from_words() {
        let objects = |percent| Some(("Receiving objects".to_owned(), percent));
        assert_eq!(how_far("Receiving objects:  45% (9/20), 1.00 KiB"), objects(Some(45)));
        assert_eq!(how_far("remote: Receiving objects: 100% (20/20), done."), objects(Some(100)));
        assert_eq!(how_far("remote: Enumerating objects: 20, done."), Some(("Enumerating objects".to_owned(), None)));
        assert_eq!(how_far("fatal: unable to access 'https://x/': error: 403"), None);
        assert_eq!(how_far("warning: You appear to have cloned an empty repository."), None);
    }
}
