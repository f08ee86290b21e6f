//! One file about to be replaced: laid out beside it, put in its place in one step, and put back when another file fails.
//!
//! A gitconfig is written under git's own lock, so that a `git config` at the same moment loses nothing.
//! Deliberately absent: the order of several files, and the journal (`files`).

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::super::folders::Made;
use super::super::journal::Book;
use super::lock::Lock;
use super::sheet::Sheet;
use super::{cannot_write, content};
use crate::wizard::effect::{FileBytes, FileChange};
use crate::wizard::problem::{Problem, ProblemKind};

/// How many links in a row are followed.
const LINKS: u32 = 40;

/// New content for a file, to be put there only while it still is what it was.
pub(crate) struct Replacement {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The bytes that are there; `None` for no file.
    pub(crate) before: Option<FileBytes>,
    /// The bytes that will be there; `None` removes it.
    pub(crate) after: Option<FileBytes>,
    /// The permissions that it will have; `None` keeps them.
    pub(crate) mode: Option<u32>,
    /// Whether folders that have to be made are for their owner alone.
    pub(crate) private: bool,
    /// Whether git may write it at the same moment.
    pub(crate) of_git: bool,
}

/// A file laid out beside the one that it will replace; dropping it removes it.
pub(super) struct Staged {
    change: Replacement,
    /// The file itself, links followed.
    target: PathBuf,
    mode: Option<Permissions>,
    /// Goes before its folder: fields are dropped in their order. `None` when the file is to be removed.
    sheet: Option<Sheet>,
    lock: Option<Lock>,
    folders: Made,
    run: String,
}

/// What puts a replaced file back; the lock is held until then.
pub(super) struct Undo {
    change: Replacement,
    target: PathBuf,
    mode: Option<Permissions>,
    _lock: Option<Lock>,
    folders: Made,
    run: String,
}

impl Replacement {
    /// What a change that was shown comes to.
    pub(super) fn of(change: &FileChange) -> Self {
        Self {
            path: change.path.clone(),
            before: change.before.clone(),
            after: Some(change.after.clone()),
            mode: change.private.then_some(0o600),
            private: change.private,
            of_git: !change.private,
        }
    }
}

impl Staged {
    /// Lays the new content of a file out, under the journal that is open.
    pub(super) fn prepare(change: Replacement, book: &Book) -> Result<Self, Problem> {
        let failed = |error: io::Error| cannot_write(&change.path, &error);
        let target = real(&change.path).map_err(failed)?;
        let folders = Made::all(target.parent().unwrap_or(Path::new(".")), change.private).map_err(failed)?;
        let lock = change.of_git.then(|| Lock::take(&target, &change.path, &book.mark())).transpose()?;
        let mode = match fs::metadata(&target) {
            Ok(metadata) => Some(metadata.permissions()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let wanted = change.mode.map_or_else(|| mode.clone(), permissions);
        let sheet = change.after.as_ref().map(|after| Sheet::lay_out(&target, after, wanted, book.run()));
        let sheet = sheet.transpose().map_err(failed)?;
        let run = book.run().to_owned();
        let staged = Self { change, target, mode, sheet, lock, folders, run };
        staged.unchanged()?;
        Ok(staged)
    }

    /// The file itself, links followed.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// The permissions that the file has, if there is one.
    #[cfg(unix)]
    pub(super) fn mode(&self) -> Option<u32> {
        self.mode.as_ref().map(|mode| std::os::unix::fs::PermissionsExt::mode(mode) & 0o7777)
    }

    /// The permissions that the file has: there are none here.
    #[cfg(not(unix))]
    pub(super) fn mode(&self) -> Option<u32> {
        None
    }

    /// The folders that were made for it.
    pub(super) fn folders(&self) -> &[PathBuf] {
        self.folders.folders()
    }

    /// Puts the new content in its place, if the file still is what it was.
    pub(super) fn commit(self) -> Result<Undo, Problem> {
        self.unchanged()?;
        // The last is dropped first: a folder goes only when nothing is left in it.
        let Self { change, target, mode, folders, lock, sheet, run } = self;
        match sheet {
            Some(sheet) => sheet.put(),
            None => fs::remove_file(&target),
        }
        .map_err(|error| cannot_write(&change.path, &error))?;
        Ok(Undo { change, target, mode, _lock: lock, folders, run })
    }

    /// Fails when the file is not what it was any more.
    pub(super) fn unchanged(&self) -> Result<(), Problem> {
        let path = &self.change.path;
        let now = content(&self.target).map_err(|error| cannot_write(path, &error))?;
        if now == self.change.before {
            return Ok(());
        }
        let what = format!("{} was changed by something else in the meantime.", path.display());
        let why = "It is not what was shown any more, so nothing was written.";
        Err(Problem::new(ProblemKind::Conflict, what, why, "Look at the change again and accept it anew."))
    }
}

impl Undo {
    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.change.path
    }

    /// Leaves the file as it is now.
    pub(super) fn keep(self) {
        self.folders.keep();
    }

    /// Makes the file what it was, if nobody changed it since.
    pub(super) fn put_back(self) -> io::Result<()> {
        if content(&self.target)? != self.change.after {
            return Err(io::Error::other("it was changed again"));
        }
        match &self.change.before {
            Some(before) => Sheet::lay_out(&self.target, before, self.mode, &self.run)?.put(),
            None => fs::remove_file(&self.target),
        }
    }
}

/// The file behind links, also when the last one leads to nothing yet.
pub(super) fn real(path: &Path) -> io::Result<PathBuf> {
    let mut path = std::path::absolute(path)?;
    for _ in 0..LINKS {
        match fs::canonicalize(&path) {
            Ok(real) => return Ok(real),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("/")).join(target),
            // Not a link, and not there.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links in a row"))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a file has no mode")]
fn permissions(mode: u32) -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: u32) -> Option<Permissions> {
    None
}
