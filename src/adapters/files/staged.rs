//! One file about to be replaced: laid out beside it, put in its place in one step, and put back when another file fails.
//!
//! A gitconfig is written under git's own lock (`<file>.lock`), so that a `git config` at the same moment loses nothing.
//! Deliberately absent: the order of several files (`files`).

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atomic_write_file::AtomicWriteFile;

use super::super::folders::Made;
use super::content;
use crate::wizard::effect::FileChange;
use crate::wizard::problem::{Problem, ProblemKind};

/// How long the lock of another git is waited for, as git itself does.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
/// How often it is tried meanwhile.
const LOCK_PAUSE: Duration = Duration::from_millis(50);
/// How many links in a row are followed.
const LINKS: u32 = 40;

/// A file laid out beside the one that it will replace; dropping it removes it.
pub(super) struct Staged {
    /// What will be done.
    change: FileChange,
    /// The file itself, links followed.
    target: PathBuf,
    mode: Option<Permissions>,
    /// Goes before its folder: fields are dropped in their order.
    sheet: Sheet,
    folders: Made,
}

/// Where the new content lies until it counts.
enum Sheet {
    Atomic(AtomicWriteFile),
    Locked(Lock),
}

/// What puts a replaced file back.
pub(super) struct Undo {
    change: FileChange,
    target: PathBuf,
    mode: Option<Permissions>,
    folders: Made,
}

/// Git's lock of a file; dropping it gives it back.
struct Lock {
    path: PathBuf,
    held: bool,
}

impl Staged {
    /// Lays the new content of a file out.
    pub(super) fn prepare(change: &FileChange) -> Result<Self, Problem> {
        let failed = |error: io::Error| cannot_write(&change.path, &error);
        let target = real(&change.path).map_err(failed)?;
        let folders = Made::all(target.parent().unwrap_or(Path::new(".")), change.private).map_err(failed)?;
        let mode = match fs::metadata(&target) {
            Ok(metadata) => Some(metadata.permissions()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let sheet = if change.private {
            Sheet::Atomic(lay_out(&target, &change.after, None).map_err(failed)?)
        } else {
            let (lock, mut file) = Lock::take(&target, &change.path)?;
            let kept = mode.clone().map_or(Ok(()), |mode| file.set_permissions(mode));
            kept.and_then(|()| file.write_all(&change.after)).and_then(|()| file.sync_all()).map_err(failed)?;
            Sheet::Locked(lock)
        };
        let staged = Self { change: change.clone(), target, mode, folders, sheet };
        staged.unchanged()?;
        Ok(staged)
    }

    /// Puts the new content in its place, if the file still is what it was.
    pub(super) fn commit(self) -> Result<Undo, Problem> {
        self.unchanged()?;
        let path = self.change.path.clone();
        match self.sheet {
            Sheet::Atomic(file) => file.commit(),
            Sheet::Locked(lock) => lock.rename_to(&self.target),
        }
        .map_err(|error| cannot_write(&path, &error))?;
        Ok(Undo { change: self.change, target: self.target, mode: self.mode, folders: self.folders })
    }

    fn unchanged(&self) -> Result<(), Problem> {
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
        if content(&self.target)?.as_deref() != Some(&self.change.after) {
            return Err(io::Error::other("it was changed again"));
        }
        match (&self.change.before, self.mode) {
            (Some(before), mode) => lay_out(&self.target, before, mode)?.commit(),
            (None, _) => fs::remove_file(&self.target),
        }
    }
}

impl Lock {
    fn take(target: &Path, shown: &Path) -> Result<(Self, File), Problem> {
        let mut name = target.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let start = Instant::now();
        loop {
            match File::create_new(&path) {
                Ok(file) => return Ok((Self { path, held: true }, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if start.elapsed() >= LOCK_PATIENCE {
                        let what = format!("{} is locked: {} is there.", shown.display(), path.display());
                        let why = "Another git is writing it, or one ended before it could remove its lock.";
                        let hint = format!("If no git is running, remove {}, then try again.", path.display());
                        return Err(Problem::new(ProblemKind::Conflict, what, why, hint));
                    }
                    std::thread::sleep(LOCK_PAUSE);
                }
                Err(error) => return Err(cannot_write(shown, &error)),
            }
        }
    }

    fn rename_to(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        // From here on a file of this name is somebody else's lock.
        self.held = false;
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.held {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The file behind links, also when the last one leads to nothing yet.
fn real(path: &Path) -> io::Result<PathBuf> {
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

fn lay_out(target: &Path, bytes: &[u8], mode: Option<Permissions>) -> io::Result<AtomicWriteFile> {
    let mut options = AtomicWriteFile::options();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        use atomic_write_file::unix::OpenOptionsExt as _;
        // From its first byte on nobody else may read it; another mode that it is to have comes when it is whole.
        options.preserve_mode(false).mode(0o600);
    }
    let mut file = options.open(target)?;
    file.write_all(bytes)?;
    if let Some(mode) = mode {
        file.set_permissions(mode)?;
    }
    file.sync_all()?;
    Ok(file)
}

fn cannot_write(path: &Path, error: &io::Error) -> Problem {
    let what = format!("{} could not be written.", path.display());
    Problem::new(
        ProblemKind::Other,
        what,
        error.to_string(),
        "Nothing was changed. Check who may write there, then try again.",
    )
}
