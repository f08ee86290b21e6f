//! The folder that a clone is put into: made here, and taken back whole when it comes to nothing.
//!
//! Deliberately absent: touching a folder that was there before with something in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::adapters::folders::Made;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// The folder of a clone, and its parents; dropping it removes them as far as they were made here, and what is in them.
pub(super) struct Target {
    directory: Option<PathBuf>,
    /// Whether the folder was there before, empty: then it stays.
    found: bool,
    parents: Made,
}

/// Why there is no folder for a clone.
pub(super) enum Refused {
    /// Something is there already.
    Occupied,
    /// It could not be made.
    Failed(Problem),
}

impl Target {
    /// Makes the folder, and its parents where they are missing.
    pub(super) fn make(directory: &Path) -> Result<Self, Refused> {
        let parent = directory.parent().unwrap_or(Path::new("/"));
        let parents = Made::all(parent, false).map_err(|error| Refused::Failed(cannot_make(parent, &error)))?;
        let found = match fs::create_dir(directory) {
            Ok(()) => false,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_empty(directory) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(Refused::Occupied),
            Err(error) => return Err(Refused::Failed(cannot_make(directory, &error))),
        };
        Ok(Self { directory: Some(directory.to_owned()), found, parents })
    }

    /// Leaves it all there.
    pub(super) fn keep(mut self) {
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
