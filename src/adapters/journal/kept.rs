//! What lies beside the journal for undo: lines that changes took the place of, and copies that earlier versions made.
//!
//! All of it may hold secrets, so it goes as soon as it may: by itself after some days or once its run is undone, or when
//! somebody asks. Deliberately absent: when that is (`journal`).

use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::super::reading;
use super::{Journal, is_plain, now, sync};
use crate::journal::{KEPT_DAYS, Missing, Store, Stored};
use crate::wizard::facts::Tidied;
use crate::wizard::problem::{Problem, ProblemKind};

/// The folder of the lines.
pub(super) const LINES: &str = "kept";
/// The folder of the copies.
const COPIES: &str = "backups";
/// The most that is read of one, in bytes; no file of settings is as large.
const LIMIT: u64 = 64 * 1024 * 1024;

impl Journal {
    /// The folder in which lines are kept for undo; `None` where there is no place for it.
    pub fn kept_folder(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(LINES))
    }

    /// Where something is kept; `None` when its name is not one that this program gives.
    pub fn place(&self, store: Store<'_>) -> Option<PathBuf> {
        let (folder, name) = match store {
            Store::Lines(name) => (LINES, name),
            Store::Copy(name) => (COPIES, name),
        };
        let plain = !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain);
        self.folder.as_ref().filter(|_| plain).map(|state| state.join(folder).join(name))
    }

    /// Whether something that is named is there.
    pub fn has(&self, store: Store<'_>) -> bool {
        self.place(store).is_some_and(|path| fs::symlink_metadata(path).is_ok())
    }

    /// Reads what is kept.
    ///
    /// # Errors
    /// Says whether it is gone, or why it cannot be read.
    pub fn find(&self, store: Store<'_>) -> Result<Zeroizing<Vec<u8>>, Missing> {
        let unusable = |why: &str| Missing::Unusable(format!("what is kept of it for undo cannot be read ({why})"));
        let path = self.place(store);
        let path = path.ok_or_else(|| Missing::Unusable("the journal names a copy that cannot be one".to_owned()))?;
        let failed = |error: io::Error| {
            if error.kind() == io::ErrorKind::NotFound { Missing::Gone } else { unusable(&error.to_string()) }
        };
        let about = fs::symlink_metadata(&path).map_err(failed)?;
        if !about.is_file() || about.len() > LIMIT {
            return Err(unusable("it is not a file that this program wrote"));
        }
        reading::whole(&path, LIMIT).map_err(failed)
    }

    /// Removes what has to go by now, and what no record names: programs that were killed left it. Nothing while another one of
    /// these programs is at work; that one, or the next, does it.
    pub fn tidy(&self) -> Tidied {
        let at = now();
        self.tidied(at, &|stored| stored.is_due(at) || stored.holds_every_key)
    }

    /// The same, but for copies that an undo may need that is about to begin.
    pub fn tidy_before_undo(&self) -> Tidied {
        let at = now();
        self.tidied(at, &|stored| stored.is_due(at))
    }

    fn tidied(&self, at: OffsetDateTime, goes: &dyn Fn(&Stored<'_>) -> bool) -> Tidied {
        let mut tidied = Tidied::default();
        let Some(folder) = &self.folder else { return tidied };
        let Ok(file) = reading::open(&folder.join("journal.jsonl")) else { return tidied };
        // Some network drives have no locks; what is due goes there as well.
        let locked = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return tidied,
            Err(TryLockError::Error(_)) => false,
        };
        let Ok(journal) = self.read() else { return tidied };
        let stored = journal.stored();
        for stored in stored.iter().filter(|stored| goes(stored)) {
            match (self.remove(stored.store), stored.store) {
                // Whoever undid the run knows that.
                (Ok(true), Store::Lines(_)) if stored.undone => {}
                (Ok(true), Store::Copy(_)) => tidied.copies += 1,
                (Ok(true), Store::Lines(_)) => tidied.lines += 1,
                (Ok(false), _) => {}
                (Err(error), store) => tracing::warn!(%error, ?store, "what was kept for undo cannot be removed"),
            }
        }
        // A line that is not understood may name what another version needs.
        let all_read = journal.foreign.is_empty() && journal.broken.is_empty();
        for (path, store) in self.there() {
            let named = stored.iter().any(|stored| stored.store == store.as_store());
            if !named && ((all_read && locked) || is_old(&path, at)) {
                _ = fs::remove_file(path);
            }
        }
        self.remove_folder_of_copies();
        tidied
    }

    /// Removes what is kept; whether there was anything.
    pub(crate) fn remove(&self, store: Store<'_>) -> io::Result<bool> {
        let Some(path) = self.place(store) else { return Ok(false) };
        match fs::remove_file(&path) {
            Ok(()) => {
                // What is removed stays so after a loss of power.
                sync(path.parent().unwrap_or(Path::new(".")))?;
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes all that is kept, named or not; how many files there were.
    pub(crate) fn remove_all(&self) -> Result<usize, Problem> {
        let mut removed = 0;
        for (path, _) in self.there() {
            fs::remove_file(&path).map_err(|error| cannot_remove(&path, &error))?;
            removed += 1;
        }
        self.remove_folder_of_copies();
        Ok(removed)
    }

    /// All that is there.
    fn there(&self) -> Vec<(PathBuf, Named)> {
        let mut found = Vec::new();
        for (folder, copy) in [(LINES, false), (COPIES, true)] {
            let Some(folder) = self.folder.as_ref().map(|state| state.join(folder)) else { continue };
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                found.push((entry.path(), Named { name, copy }));
            }
        }
        found
    }

    fn remove_folder_of_copies(&self) {
        if let Some(folder) = &self.folder {
            // It goes with the last of them; until then it is not empty.
            _ = fs::remove_dir(folder.join(COPIES));
        }
    }

    /// The time by which it is told whether something is due.
    pub(crate) fn time() -> OffsetDateTime {
        now()
    }
}

/// A file in one of the folders.
struct Named {
    name: String,
    copy: bool,
}

impl Named {
    fn as_store(&self) -> Store<'_> {
        if self.copy { Store::Copy(&self.name) } else { Store::Lines(&self.name) }
    }
}

/// Says that something that is kept could not be removed.
pub(crate) fn cannot_remove(path: &Path, error: &io::Error) -> Problem {
    let what = format!("{} could not be removed.", path.display());
    let hint = "It may hold secrets. Check who may write in its folder, then try again.";
    Problem::new(ProblemKind::Other, what, error.to_string(), hint)
}

fn is_old(path: &Path, at: OffsetDateTime) -> bool {
    let written = fs::symlink_metadata(path).and_then(|about| about.modified());
    written.is_ok_and(|written| at - OffsetDateTime::from(written) > Duration::days(KEPT_DAYS))
}
