//! The files of the user: read as they are, written all or none, and only while they are what was shown.
//!
//! What will be changed is written into the journal before the first file is. Deliberately absent: what stands in the
//! files (`profiles`, `gitconfig`).

mod case;
mod key_file;
mod lock;
mod sheet;
mod staged;
mod unwritable;
mod whose;

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::child;
use super::environment::Environment;
use super::folders::Made;
use super::journal::{Book, Journal};
use super::reading;
use crate::journal::{self, Deed, FileRecord};
use crate::ports::{self, Task};
use crate::profiles::{self, AwsFile};
use crate::wizard::effect::{AccessKey, FileBytes, FileChange, FileText, Ours};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secret::Secret;
pub(crate) use staged::Replacement;
use staged::{Staged, Undo};
use unwritable::cannot_write;

/// How many names are tried for a text that is saved.
const NAMES: u32 = 1000;

/// Is called, with its name, at each point of a write at which a crash must do no harm.
pub type Checkpoint = Arc<dyn Fn(&'static str) + Send + Sync>;

/// The files that an environment leads to.
#[derive(Clone)]
pub struct Files {
    environment: Environment,
    journal: Journal,
    checkpoint: Checkpoint,
}

impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Files").field("journal", &self.journal).finish_non_exhaustive()
    }
}

impl Files {
    /// The files that this environment leads to, with a journal of their own.
    pub fn new(environment: Environment) -> Self {
        let journal = Journal::new(&environment);
        Self::with(environment, journal)
    }

    /// The same, with the journal of this run.
    pub fn with(environment: Environment, journal: Journal) -> Self {
        Self { environment, journal, checkpoint: Arc::new(|_| ()) }
    }

    /// The same, with something that is called at each checkpoint.
    #[must_use]
    pub fn watched(self, checkpoint: Checkpoint) -> Self {
        Self { checkpoint, ..self }
    }

    /// Replaces or removes a file, under the journal that is open.
    pub(crate) fn replace(&self, change: Replacement, book: &Book) -> Result<(), Problem> {
        let staged = Staged::prepare(change, book)?;
        (self.checkpoint)("laid out");
        staged.commit()?.keep();
        (self.checkpoint)("in place");
        Ok(())
    }

    fn write_all(&self, changes: &[FileChange]) -> Result<(), Problem> {
        let mut book = self.journal.open()?;
        (self.checkpoint)("journal open");
        // All is laid out and synced before the first file is replaced: what can fail fails here, with nothing changed.
        for change in changes {
            clear(&change.path, &book);
        }
        let mut staged = Vec::new();
        for change in changes {
            staged.push(Staged::prepare(Replacement::of(change), &book)?);
            (self.checkpoint)("laid out");
        }
        let mut deeds = Vec::new();
        for (change, staged) in changes.iter().zip(&staged) {
            deeds.push(Deed::File(Box::new(self.record(change, staged, &mut book)?)));
            (self.checkpoint)("copied");
        }
        book.append(deeds)?;
        (self.checkpoint)("written down");
        let mut done: Vec<Undo> = Vec::new();
        for stage in staged {
            match stage.commit() {
                Ok(undo) => done.push(undo),
                Err(problem) => return Err(put_back(done, problem)),
            }
            (self.checkpoint)("in place");
        }
        done.into_iter().for_each(Undo::keep);
        Ok(())
    }

    fn record(&self, change: &FileChange, staged: &Staged, book: &mut Book) -> Result<FileRecord, Problem> {
        let before = change.before.as_deref();
        let ours = self.ours(change)?;
        let replaced = before.map(|before| book.replaced(&change.path, (before, &change.after), &ours)).transpose()?;
        Ok(FileRecord {
            path: change.path.clone(),
            target: staged.target().to_owned(),
            mode: staged.mode(),
            before: before.map(journal::hash),
            after: journal::hash(&change.after),
            backup: None,
            replaced,
            folders: staged.folders().to_vec(),
            ours,
        })
    }

    fn ours(&self, change: &FileChange) -> Result<journal::Ours, Problem> {
        Ok(match &change.ours {
            Ours::Whole => journal::Ours::Whole,
            Ours::GitSections { sections, helper } => {
                journal::Ours::GitSections { sections: sections.clone(), helper: helper.clone() }
            }
            Ours::Profile(name) => {
                let credentials = change.path == self.environment.aws_credentials_file();
                let file = if credentials { AwsFile::Credentials } else { AwsFile::Config };
                let before = change.before.as_deref().unwrap_or_default();
                let keys = profiles::written(before, &change.after, file, name).map_err(|broken| {
                    let what = format!("{} cannot be read, so nothing was changed.", change.path.display());
                    Problem::new(ProblemKind::BrokenFile, what, broken.to_string(), "Correct it in an editor.")
                })?;
                journal::Ours::Profile { file, name: name.to_string(), keys }
            }
        })
    }
}

impl ports::Files for Files {
    fn read_aws_files(&self) -> Task<'_, (FileText, FileText)> {
        let (config, credentials) = (self.environment.aws_config_file(), self.environment.aws_credentials_file());
        in_background(move || Ok((read(config)?, read(credentials)?)))
    }

    fn read_environment_key(&self) -> Task<'_, Option<AccessKey>> {
        let key = environment_key(&self.environment);
        Box::pin(async { Ok(key) })
    }

    fn read_key_file(&self, path: PathBuf) -> Task<'_, Secret> {
        let path = child::expand(&self.environment, &path);
        in_background(move || key_file::read(&path))
    }

    fn write(&self, changes: Vec<FileChange>) -> Task<'_, ()> {
        let files = self.clone();
        in_background(move || files.write_all(&changes))
    }

    fn folds_case(&self, folder: PathBuf) -> Task<'_, bool> {
        let folder = child::expand(&self.environment, &folder);
        in_background(move || Ok(case::folds(&folder, &case::is_same)))
    }

    fn save_text(&self, path: PathBuf, text: String) -> Task<'_, PathBuf> {
        let path = child::expand(&self.environment, &path);
        in_background(move || save_new(&path, text.as_bytes()))
    }
}

/// The access key that programs of AWS find in this environment.
fn environment_key(environment: &Environment) -> Option<AccessKey> {
    let token = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"].iter().find_map(|name| environment.get(name));
    Some(AccessKey {
        id: environment.get("AWS_ACCESS_KEY_ID")?,
        secret: Secret::new(environment.get("AWS_SECRET_ACCESS_KEY")?),
        session_token: token.map(Secret::new),
    })
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
    let bytes = content(&path).map_err(|error| unwritable::cannot_read(&path, &error))?;
    Ok(FileText { path, bytes })
}

fn content(path: &Path) -> io::Result<Option<FileBytes>> {
    let bytes = reading::whole_if_there(path, reading::SETTINGS)?;
    Ok(bytes.map(|mut bytes| std::mem::take(&mut *bytes).into()))
}

/// Removes what programs of ours that were killed left beside a file: their lock, and what they had laid out.
pub(crate) fn clear(path: &Path, book: &Book) {
    if let (true, Ok(target)) = (book.is_locked(), staged::real(path)) {
        lock::clear(&target, &book.mark());
        sheet::clear(&target);
    }
}

/// Puts files back after another one failed, and adds to its problem what could not be put back.
fn put_back(done: Vec<Undo>, mut problem: Problem) -> Problem {
    for undo in done.into_iter().rev() {
        let path = undo.path().to_owned();
        if let Err(error) = undo.put_back() {
            problem.why = format!("{} {} could not be put back: {error}.", problem.why, path.display());
        }
    }
    problem
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
        let mut file = match created(&name) {
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

/// A new file for its owner alone: what is saved may name people and accounts.
fn created(path: &Path) -> io::Result<fs::File> {
    let mut open = fs::OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.open(path)
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
