//! The files of the user: read as they are, written all or none, and only while they are what was shown.
//!
//! Deliberately absent: what stands in them (`profiles`, `gitconfig`), and backups: a change is either whole or not there.

mod staged;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::child;
use super::environment::Environment;
use super::folders::Made;
use crate::ports::{self, Task};
use crate::wizard::effect::{FileChange, FileText};
use crate::wizard::problem::{Problem, ProblemKind};
use staged::{Staged, Undo};

/// How many names are tried for a text that is saved.
const NAMES: u32 = 1000;

/// The files that an environment leads to.
#[derive(Debug, Clone)]
pub struct Files {
    environment: Environment,
}

impl Files {
    /// The files that this environment leads to.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }
}

impl ports::Files for Files {
    fn read_aws_files(&self) -> Task<'_, (FileText, FileText)> {
        let (config, credentials) = (self.environment.aws_config_file(), self.environment.aws_credentials_file());
        in_background(move || Ok((read(config)?, read(credentials)?)))
    }

    fn write(&self, changes: Vec<FileChange>) -> Task<'_, ()> {
        in_background(move || write_all(&changes))
    }

    fn save_text(&self, path: PathBuf, text: String) -> Task<'_, PathBuf> {
        let path = child::expand(&self.environment, &path);
        in_background(move || save_new(&path, text.as_bytes()))
    }
}

/// Disks may be slow: their work is done where it keeps nobody waiting.
pub(crate) fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Task<'static, T> {
    Box::pin(async move {
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => Err(Problem::new(ProblemKind::Cancelled, error.to_string(), "", "")),
            },
        }
    })
}

/// Reads a file; one that is not there is no failure.
pub(crate) fn read(path: PathBuf) -> Result<FileText, Problem> {
    let bytes = content(&path).map_err(|error| {
        let what = format!("{} cannot be read.", path.display());
        Problem::new(ProblemKind::BrokenFile, what, error.to_string(), "Check what it is and who may read it.")
    })?;
    Ok(FileText { path, bytes })
}

fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write_all(changes: &[FileChange]) -> Result<(), Problem> {
    // All is laid out and synced before the first file is replaced: what can fail fails here, with nothing changed.
    let staged = changes.iter().map(Staged::prepare).collect::<Result<Vec<_>, _>>()?;
    let mut done: Vec<Undo> = Vec::new();
    for stage in staged {
        match stage.commit() {
            Ok(undo) => done.push(undo),
            Err(mut problem) => {
                for undo in done.into_iter().rev() {
                    let path = undo.path().to_owned();
                    if let Err(error) = undo.put_back() {
                        problem.why = format!("{} {} could not be put back: {error}.", problem.why, path.display());
                    }
                }
                return Err(problem);
            }
        }
    }
    done.into_iter().for_each(Undo::keep);
    Ok(())
}

/// Saves a text under the first free name: `name.txt`, `name-2.txt`, `name-3.txt` …
fn save_new(path: &Path, text: &[u8]) -> Result<PathBuf, Problem> {
    let failed = |path: &Path, error: &io::Error| {
        let what = format!("{} could not be saved.", path.display());
        Problem::new(ProblemKind::Other, what, error.to_string(), "Choose another place, or make room.")
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let made = Made::all(folder, false).map_err(|error| failed(path, &error))?;
    for number in 1..=NAMES {
        let name = numbered(path, number);
        let mut file = match fs::File::create_new(&name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(failed(&name, &error)),
        };
        if let Err(error) = file.write_all(text).and_then(|()| file.sync_all()) {
            // Half a text is worse than none; this very file was made a moment ago.
            let _ = fs::remove_file(&name);
            return Err(failed(&name, &error));
        }
        made.keep();
        return Ok(name);
    }
    Err(failed(path, &io::Error::from(io::ErrorKind::AlreadyExists)))
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}
