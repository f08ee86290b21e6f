//! Git's lock of a configuration file: while `<file>.lock` is there, no git writes the file, and neither do we.
//!
//! In a lock of ours stands whose it is, and its file is locked for the operating system as well, so that one that was
//! left behind by a program that was killed can be told from one in use. Deliberately absent: the new content.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{cannot_write, whose};
use crate::wizard::problem::{Problem, ProblemKind};

/// How long the lock of another git is waited for, as git itself does.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is tried meanwhile.
const PAUSE: Duration = Duration::from_millis(50);
/// What a lock of ours begins with.
const MARK: &str = "codecommit-setup";

/// A lock that is held; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    /// Open, and so locked, as long as this program lives.
    _file: File,
}

impl Lock {
    /// Takes the lock of a file, which is `shown` to the person.
    pub(super) fn take(target: &Path, shown: &Path) -> Result<Self, Problem> {
        let path = lock_of(target);
        let start = Instant::now();
        loop {
            match Self::create(&path) {
                Ok(lock) => return Ok(lock),
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(cannot_write(shown, &error));
                }
                Err(_) if remove_dead(target) => {}
                Err(_) if start.elapsed() >= PATIENCE => return Err(taken(&path, shown)),
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    fn create(path: &Path) -> io::Result<Self> {
        let mut file = File::create_new(path)?;
        // The mark comes last: who reads it can rely on the lock. Some network drives have none.
        let locked = file.try_lock().is_ok();
        let marked = if locked { writeln!(file, "{MARK} {}", std::process::id()) } else { Ok(()) };
        let lock = Self { path: path.to_owned(), _file: file };
        marked.map(|()| lock)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes the lock of a file when it is one of ours whose program has ended; `true` when it did.
pub(crate) fn remove_dead(target: &Path) -> bool {
    let path = lock_of(target);
    let Ok(file) = File::open(&path) else { return false };
    let mut text = String::new();
    let ours = (&file).take(64).read_to_string(&mut text).is_ok() && text.starts_with(MARK);
    // Held while it is removed, so that nobody takes a new lock of the same name for the dead one.
    ours && file.try_lock().is_ok() && is_at(&file, &path) && fs::remove_file(&path).is_ok()
}

fn lock_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Whether a path still leads to this file.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
        (open.dev(), open.ino()) == (there.dev(), there.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        false
    }
}

fn taken(path: &Path, shown: &Path) -> Problem {
    let what = format!("{} is locked: {} is there.", shown.display(), path.display());
    let whose = whose::whose(path);
    let hint = if whose.in_use {
        "Let that program end, then try again.".to_owned()
    } else {
        format!("If no git is running, remove {}, then try again.", path.display())
    };
    let why = format!("Another git is writing it, or one ended before it could remove its lock. {}", whose.text);
    Problem::new(ProblemKind::Conflict, what, why, hint)
}
