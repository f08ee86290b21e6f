//! Git's lock of a configuration file: while `<file>.lock` is there, no git writes the file, and neither do we.
//!
//! A lock of ours is a link that names the journal: it is there, with its mark, in one step. Who holds the journal knows
//! that such a lock was left behind by a program that was killed. Deliberately absent: the new content.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{cannot_write, whose};
use crate::wizard::problem::{Problem, ProblemKind};

/// How long the lock of another git is waited for, as git itself does.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is tried meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

/// A lock that is held; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Lock(PathBuf);

impl Lock {
    /// Takes the lock of a file, which is `shown` to the person, and leaves a mark in it.
    pub(super) fn take(target: &Path, shown: &Path, mark: &Path) -> Result<Self, Problem> {
        let path = lock_of(target);
        let start = Instant::now();
        loop {
            match create(&path, mark) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(cannot_write(shown, &error));
                }
                Err(_) if start.elapsed() >= PATIENCE => return Err(taken(&path, shown)),
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Removes the lock of a file when it has this mark; nobody whose mark it is may be at work.
pub(super) fn clear(target: &Path, mark: &Path) {
    let path = lock_of(target);
    if fs::read_link(&path).is_ok_and(|found| found == mark) {
        let _ = fs::remove_file(path);
    }
}

fn create(path: &Path, mark: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match std::os::unix::fs::symlink(mark, path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // A file system without links, or one that refuses everything: the next line tells.
        Err(_) => {}
    }
    #[cfg(not(unix))]
    let _ = mark;
    File::create_new(path).map(drop)
}

fn lock_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".lock");
    name.into()
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
    Problem::new(ProblemKind::Locked, what, why, hint)
}
