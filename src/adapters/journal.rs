//! The journal on disk: `journal.jsonl` and `kept/` in `$XDG_STATE_HOME/codecommit-setup`, for their owner alone.
//!
//! Whoever changes a file holds the journal open, and locked, from the first record to the last change, so that two of
//! these programs never write at the same time. Deliberately absent: what the records mean (`journal`).

pub(crate) mod kept;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use super::environment::Environment;
use super::files::{self, clear, in_background};
use super::folders::Made;
use super::reading;
use crate::journal::{self, Deed, Intent, Ours, Record, Replaced, Replacing, VERSION};
use crate::ports::{self, Task};
use crate::wizard::effect::{FileText, History, KnownClone};
use crate::wizard::problem::{Problem, ProblemKind};

/// How long another run of this program is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is tried meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

/// The most that is read of a journal, in bytes: many tens of thousands of runs.
const LARGEST: u64 = 256 * reading::MEGABYTE;

/// Where changes are written down, by this run of the program.
#[derive(Debug, Clone)]
pub struct Journal {
    /// `None` when there is no home folder either.
    folder: Option<PathBuf>,
    run: String,
}

/// The journal open for writing; nobody else writes until it is dropped.
#[derive(Debug)]
pub(crate) struct Book {
    file: File,
    folder: PathBuf,
    run: String,
    /// Whether nobody else can have it open: some network drives have no locks.
    locked: bool,
    /// Kept lines that no record names yet; they go when none ever does.
    unnamed: Vec<PathBuf>,
}

impl Journal {
    /// The journal that an environment leads to, for a run that begins now.
    pub fn new(environment: &Environment) -> Self {
        // The specification of the XDG folders has relative paths ignored.
        let state = environment.path("XDG_STATE_HOME").filter(|path| path.is_absolute());
        let home = Some(environment.home()).filter(|home| home.is_absolute());
        let state = state.or_else(|| home.map(|home| home.join(".local").join("state")));
        let start = now().format(format_description!("[year][month][day]T[hour][minute][second]Z"));
        let random = RandomState::new().hash_one(()) & 0xff_ffff;
        Self {
            folder: state.map(|state| state.join("codecommit-setup")),
            run: format!("{}-{random:06x}", start.unwrap_or_default()),
        }
    }

    /// The name of this run.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Whether anything was ever written down.
    pub fn is_there(&self) -> bool {
        self.folder.as_ref().is_some_and(|folder| folder.join("journal.jsonl").exists())
    }

    /// Reads what was written down so far; nothing when there is no journal.
    ///
    /// # Errors
    /// A journal that cannot be read.
    pub fn read(&self) -> Result<journal::Journal, Problem> {
        let Some(folder) = &self.folder else { return Ok(journal::Journal::default()) };
        let path = folder.join("journal.jsonl");
        match reading::whole(&path, LARGEST) {
            Ok(bytes) => Ok(journal::Journal::read(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(journal::Journal::default()),
            Err(error) => {
                let what = format!("{} cannot be read.", path.display());
                Err(Problem::new(ProblemKind::BrokenFile, what, error.to_string(), "Check who may read it."))
            }
        }
    }

    /// Opens the journal for writing, and makes it when there is none.
    pub(crate) fn open(&self) -> Result<Book, Problem> {
        let Some(folder) = &self.folder else {
            let what = "There is no place for the journal that undo needs, so nothing was changed.";
            let why = "Neither HOME nor XDG_STATE_HOME is set.";
            return Err(Problem::new(ProblemKind::Other, what, why, "Set HOME to your home folder, then try again."));
        };
        let failed = |error: io::Error| cannot_write(folder, &error);
        let made = Made::all(&folder.join(kept::LINES), true).map_err(failed)?;
        private(folder, 0o700).map_err(failed)?;
        let path = folder.join("journal.jsonl");
        let file = new_file(OpenOptions::new().create(true).append(true).read(true), &path).map_err(failed)?;
        reading::must_be_file(&file).map_err(failed)?;
        private(&path, 0o600).map_err(failed)?;
        let locked = wait_for_lock(&file, folder)?;
        made.keep();
        Ok(Book { file, folder: folder.clone(), run: self.run.clone(), locked, unnamed: Vec::new() })
    }

    /// Removes what programs of ours that were killed left beside files; nothing while one is at work.
    pub(crate) fn sweep(&self, paths: &[PathBuf]) {
        let Some(folder) = &self.folder else { return };
        // Where there is no journal, nothing was ever written.
        let Ok(file) = reading::open(&folder.join("journal.jsonl")) else { return };
        if file.try_lock().is_ok() {
            let book = Book { file, folder: folder.clone(), run: self.run.clone(), locked: true, unnamed: Vec::new() };
            for path in paths {
                clear(path, &book);
            }
        }
    }
}

impl ports::Journal for Journal {
    fn begin(&self, intent: Intent) -> Task<'_, ()> {
        let journal = self.clone();
        in_background(move || journal.open()?.append(vec![Deed::Begun(intent)]))
    }

    fn end(&self, intent: Intent, done: bool) -> Task<'_, ()> {
        let journal = self.clone();
        let deed = if done { Deed::done(intent) } else { Deed::Refused(intent) };
        in_background(move || journal.open()?.append(vec![deed]))
    }

    fn history(&self) -> Task<'_, History> {
        let journal = self.clone();
        in_background(move || Ok(history(&journal.read()?)))
    }
}

impl Book {
    /// The run that has it open.
    pub(crate) fn run(&self) -> &str {
        &self.run
    }

    /// Whether nobody else can have it open.
    pub(crate) fn is_locked(&self) -> bool {
        self.locked
    }

    /// What stands in a lock of whoever has it open: the name of no file, in the folder of the journal.
    pub(crate) fn mark(&self) -> PathBuf {
        self.folder.join("lock-of-codecommit-setup")
    }

    /// Finds what a change of a file is about to take the place of, and keeps those lines that the record may not hold.
    pub(crate) fn replaced(
        &mut self,
        path: &Path,
        (before, after): (&[u8], &[u8]),
        ours: &Ours,
    ) -> Result<Replaced, Problem> {
        let replacing = Replacing::of(before, after, ours).map_err(|broken| {
            let what = format!("{} cannot be read, so nothing was changed.", path.display());
            Problem::new(ProblemKind::BrokenFile, what, broken.to_string(), "Correct it in an editor.")
        })?;
        let kept = replacing.secret_lines().map(|lines| self.keep(path, lines)).transpose()?;
        Ok(replacing.record(kept))
    }

    /// Keeps lines of a file, and names them.
    fn keep(&mut self, path: &Path, lines: &[u8]) -> Result<String, Problem> {
        let failed = |error: io::Error| cannot_write(&self.folder, &error);
        let of = path.file_name().unwrap_or_default().to_string_lossy();
        let of: String = of.trim_start_matches('.').chars().filter(|c| is_plain(*c)).take(40).collect();
        let folder = self.folder.join(kept::LINES);
        let mut number = 1;
        loop {
            let name = format!("{}-{number}-{of}", self.run);
            let path = folder.join(&name);
            let mut file = match new_file(OpenOptions::new().create_new(true).write(true), &path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    number += 1;
                    continue;
                }
                Err(error) => return Err(failed(error)),
            };
            self.unnamed.push(path);
            file.write_all(lines).and_then(|()| file.sync_all()).and_then(|()| sync(&folder)).map_err(failed)?;
            return Ok(name);
        }
    }

    /// Writes records, all or none.
    pub(crate) fn append(&mut self, deeds: Vec<Deed>) -> Result<(), Problem> {
        let time = now().replace_nanosecond(0).unwrap_or_else(|_| now()).format(&Rfc3339).unwrap_or_default();
        let record = |deed| Record { version: VERSION, run: self.run.clone(), time: time.clone(), deed }.line();
        let lines: String = deeds.into_iter().map(record).collect();
        self.write(&lines).and_then(|()| sync(&self.folder)).map_err(|error| cannot_write(&self.folder, &error))?;
        self.unnamed.clear();
        Ok(())
    }

    fn write(&mut self, lines: &str) -> io::Result<()> {
        let length = self.file.seek(SeekFrom::End(0))?;
        let mut last = [b'\n'];
        if length > 0 {
            self.file.seek(SeekFrom::Start(length - 1))?;
            self.file.read_exact(&mut last)?;
        }
        // A line that a crash cut off must not swallow the next one.
        let start = if last == [b'\n'] { "" } else { "\n" };
        let written = self.file.write_all(format!("{start}{lines}").as_bytes()).and_then(|()| self.file.sync_all());
        if written.is_err() {
            // As it was, if that still can be had: half a record would be passed over anyway.
            let _ = self.file.set_len(length);
        }
        written
    }
}

impl Drop for Book {
    fn drop(&mut self) {
        for path in &self.unnamed {
            let _ = fs::remove_file(path);
        }
    }
}

/// What still matters of a journal: its last run, and its clones as they are now.
fn history(journal: &journal::Journal) -> History {
    let runs = journal.runs();
    let last = runs.iter().rfind(|run| run.can_be_undone()).filter(|run| !run.undone);
    let clones = journal.clones().into_iter().map(|(folder, url)| {
        let config = folder.join(".git").join("config");
        // What cannot be read is as good as gone for whoever looks for a clone.
        let config = files::read(config.clone()).unwrap_or(FileText { path: config, bytes: None });
        KnownClone { folder: folder.to_owned(), url: url.to_owned(), config }
    });
    History { last: last.map(|run| run.time.replacen('T', " ", 1).replace('Z', " UTC")), clones: clones.collect() }
}

/// Waits for the other runs of this program, not for ever: one of them may be suspended. `false` where there are no locks.
fn wait_for_lock(file: &File, folder: &Path) -> Result<bool, Problem> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                let what = "Another codecommit-setup is writing at this moment, so nothing was changed.";
                let why = format!("It holds the journal in {}.", folder.display());
                return Err(Problem::new(ProblemKind::Locked, what, why, "Let it end, then try again."));
            }
            Err(TryLockError::Error(error)) => {
                // Some network drives have no locks; that is no reason to do nothing there.
                tracing::warn!(%error, "the journal cannot be locked");
                return Ok(false);
            }
        }
    }
}

fn cannot_write(folder: &Path, error: &io::Error) -> Problem {
    let what = format!("The journal in {} could not be written, so nothing was changed.", folder.display());
    let hint = "Undo needs it. Make room or check who may write there, or set XDG_STATE_HOME to another folder.";
    Problem::new(ProblemKind::Other, what, error.to_string(), hint)
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Makes a name in a folder outlive a loss of power.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn new_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Takes from others what they could do with a file or folder of ours.
fn private(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path)?.permissions().mode() & 0o777 != mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}
