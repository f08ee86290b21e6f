//! The folder that a clone is put into: git works in one of ours beside it, and what is whole is moved to its place in one step.
//!
//! So nothing half is ever in the place of a clone. The folder beside it holds a lock as long as this program or its git lives;
//! one without is what a run that was killed left, and the next one deletes it.
//! Deliberately absent: touching a folder that was there before with something in it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::adapters::folders::Made;
use crate::adapters::reading;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// How the names of our folders begin.
const PREFIX: &str = ".codecommit-setup-clone-";
/// The file in such a folder that is locked while it is in use.
const LOCK: &str = "lock";
/// How often a folder of ours is made that somebody took for one that was left.
const TRIES: u32 = 5;
/// How often, and how far apart, a folder is deleted in which a program that was ended may still have written.
const DELETING: (u32, Duration) = (20, Duration::from_millis(10));

/// The folder of a clone, and its parents; dropping it removes what git made and the parents as far as they were made here.
pub(super) struct Target {
    directory: PathBuf,
    place: Place,
    /// Goes last: fields are dropped in their order.
    parents: Made,
    /// Whether what a run that was killed had left was deleted.
    pub(super) cleared: bool,
}

/// Why there is no folder for a clone.
pub(super) enum Refused {
    /// Something is there already; whether what a run that was killed had left was deleted.
    Occupied { cleared: bool },
    /// It could not be made.
    Failed(Problem),
}

/// Where git works.
enum Place {
    /// In a folder of ours, which lies beside.
    Beside(Workshop),
    /// In the empty folder that was there, where nothing can be moved to its place.
    Within(Found),
}

/// A folder for git to work in; dropping it deletes it.
struct Workshop {
    folder: PathBuf,
    clone: PathBuf,
    lock: File,
}

/// A folder that was there, empty; dropping it makes it empty again unless it is to be kept.
struct Found {
    folder: PathBuf,
    keep: bool,
}

impl Target {
    /// Makes a folder to work in, and the parents where they are missing.
    pub(super) fn make(directory: &Path) -> Result<Self, Refused> {
        let failed = |folder: &Path, error: &io::Error| Refused::Failed(cannot_make(folder, error));
        let parent = directory.parent().unwrap_or(Path::new("/"));
        let parents = Made::all(parent, false).map_err(|error| failed(parent, &error))?;
        let cleared = clear(parent);
        let found = match fs::symlink_metadata(directory) {
            Ok(_) if is_empty(directory) => true,
            Ok(_) => return Err(Refused::Occupied { cleared }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(failed(directory, &error)),
        };
        let within = || Place::Within(Found { folder: directory.to_owned(), keep: false });
        let place = if found && !can_be_replaced(directory, parent) {
            within()
        } else {
            let name = directory.file_name().unwrap_or_default().as_ref();
            match Workshop::make(parent, name) {
                Ok(workshop) => Place::Beside(workshop),
                // It may be that all is ours to write but the folder around it.
                Err(_) if found => within(),
                Err(error) => return Err(failed(directory, &error)),
            }
        };
        Ok(Self { directory: directory.to_owned(), place, parents, cleared })
    }

    /// Where git is to clone to.
    pub(super) fn path(&self) -> &Path {
        match &self.place {
            Place::Beside(workshop) => &workshop.clone,
            Place::Within(_) => &self.directory,
        }
    }

    /// What git has for its standard input: nothing to read, and the lock, which is held as long as git lives.
    pub(super) fn held(&self) -> io::Result<Stdio> {
        match &self.place {
            Place::Beside(workshop) => workshop.lock.try_clone().map(Stdio::from),
            Place::Within(_) => Ok(Stdio::null()),
        }
    }

    /// Puts what git made in its place.
    pub(super) fn keep(self) -> Result<(), Refused> {
        let Self { directory, place, parents, cleared } = self;
        match place {
            Place::Beside(workshop) => {
                if let Ok(found) = fs::metadata(&directory) {
                    // As whoever made the empty folder wanted it.
                    let _ = fs::set_permissions(&workshop.clone, found.permissions());
                }
                fs::rename(&workshop.clone, &directory).map_err(|error| {
                    let taken = fs::symlink_metadata(&directory).is_ok() && !is_empty(&directory);
                    if taken { Refused::Occupied { cleared } } else { Refused::Failed(cannot_make(&directory, &error)) }
                })?;
            }
            Place::Within(mut found) => found.keep = true,
        }
        parents.keep();
        Ok(())
    }
}

impl Workshop {
    fn make(parent: &Path, name: &Path) -> io::Result<Self> {
        let mut tries = 0;
        loop {
            let random = RandomState::new().hash_one(tries);
            let folder = parent.join(format!("{PREFIX}{random:016x}"));
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&folder)?;
            let path = folder.join(LOCK);
            let lock = OpenOptions::new().create_new(true).read(true).write(true).open(&path);
            // Where there are no locks nobody takes it for one that was left either.
            let is_ours = |lock: &File| !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) && path.exists();
            match lock {
                Ok(lock) if is_ours(&lock) => return Ok(Self { clone: folder.join(name), folder, lock }),
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let _ = fs::remove_dir(&folder);
                    return Err(error);
                }
                // Another run looked at it before it was locked, and deleted it.
                Ok(_) | Err(_) if tries < TRIES => tries += 1,
                Ok(_) | Err(_) => return Err(io::Error::from(io::ErrorKind::ResourceBusy)),
            }
        }
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        delete(&self.folder);
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        // Git removes what it wrote when it can; what is left is ours to remove.
        for path in fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let is_folder = path.is_dir() && !path.is_symlink();
            let _ = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

/// Deletes what runs of ours that were killed left in a folder; whether there was any.
fn clear(parent: &Path) -> bool {
    let mut cleared = false;
    for path in fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        if !name.starts_with(PREFIX.as_bytes()) || !fs::symlink_metadata(&path).is_ok_and(|about| is_mine(&about)) {
            continue;
        }
        match reading::open(&path.join(LOCK)) {
            // Nobody has it, and nobody who comes now can have it.
            Ok(lock) if lock.try_lock().is_ok() => cleared |= delete(&path),
            Ok(_) => {}
            // It may be so new that its lock is not there yet: only an empty one goes.
            Err(_) => _ = fs::remove_dir(&path),
        }
    }
    cleared
}

/// Whether it is a folder of whoever runs this program, and not a link to one.
fn is_mine(about: &fs::Metadata) -> bool {
    #[cfg(unix)]
    let mine = std::os::unix::fs::MetadataExt::uid(about) == rustix::process::geteuid().as_raw();
    #[cfg(not(unix))]
    let mine = true;
    about.is_dir() && mine
}

/// Whether a folder of our own can be moved to where this empty one is, and nobody would see a difference.
#[cfg(unix)]
fn can_be_replaced(directory: &Path, parent: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(found), Ok(around)) = (fs::metadata(directory), fs::metadata(parent)) else { return false };
    found.dev() == around.dev() && is_mine(&found)
}

#[cfg(not(unix))]
fn can_be_replaced(_: &Path, _: &Path) -> bool {
    false
}

/// Deletes a folder with all that is in it; whether it is gone.
fn delete(folder: &Path) -> bool {
    for _ in 0..DELETING.0 {
        if fs::remove_dir_all(folder).is_ok() || fs::symlink_metadata(folder).is_err() {
            return true;
        }
        std::thread::sleep(DELETING.1);
    }
    false
}

fn is_empty(directory: &Path) -> bool {
    !directory.is_symlink() && fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none())
}

/// Why a folder could not be made, each reason in its own words.
#[expect(clippy::wildcard_enum_match_arm, reason = "of the many reasons of the system a few have words of their own")]
fn cannot_make(folder: &Path, error: &io::Error) -> Problem {
    let shown = printable(&folder.display().to_string());
    let (what, hint) = match error.kind() {
        io::ErrorKind::PermissionDenied => (
            format!("The folder {shown} may not be made: you may not write there."),
            "Choose a folder of your own, such as ~/src.",
        ),
        io::ErrorKind::ReadOnlyFilesystem => {
            (format!("The folder {shown} cannot be made: the disk is read-only."), "Choose a folder on another disk.")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
            format!("There is no room left on the disk for {shown}."),
            "Make room, or choose a folder on another disk.",
        ),
        io::ErrorKind::InvalidFilename => {
            (format!("The path {shown} is too long for this disk."), "Choose a folder with a shorter path.")
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => (
            format!("The folder {shown} cannot be made: a file, or a link that leads nowhere, is on its way."),
            "Choose another folder.",
        ),
        _ => (format!("The folder {shown} could not be made."), "Choose another folder."),
    };
    Problem::new(ProblemKind::Other, what, format!("The system said: {error}."), hint)
}
