//! Reading all files of git's configuration, and finding the programs behind the credential helpers in them.
//!
//! Deliberately absent: which files git begins with (`config`).

use std::io;
use std::path::{Path, PathBuf};

use crate::adapters::environment::Environment;
use crate::adapters::{child, reading};
use crate::gitconfig::{Entry, Sources, UnreadableFile, helper_program};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// Reads the files of these sources and all that they include.
pub(super) fn load(mut sources: Sources, environment: &Environment, exec_path: &Path) -> Result<Sources, Problem> {
    note_real_path(&mut sources, environment.home());
    loop {
        let missing = sources.missing();
        if missing.is_empty() {
            break;
        }
        read(&mut sources, missing)?;
    }
    let entries = sources.entries().map_err(|error| stopped(&error))?;
    let is_helper = |key: &[u8]| key.starts_with(b"credential.") && key.ends_with(b".helper");
    let helpers = entries.into_iter().filter(|entry| is_helper(&entry.key)).filter_map(|entry| entry.value);
    for helper in helpers.map(|value| String::from_utf8_lossy(&value).into_owned()) {
        if let Some(program) = helper_program(&helper) {
            sources.programs.insert(helper, found(&program, environment, exec_path));
        }
    }
    Ok(sources)
}

/// Every entry that git could come to, whatever the conditions in the repository's own files come to.
pub(super) fn possible(mut sources: Sources) -> Result<Vec<Entry>, Problem> {
    loop {
        let (entries, missing) = sources.possible().map_err(|error| stopped(&error))?;
        if missing.is_empty() {
            return Ok(entries);
        }
        read(&mut sources, missing)?;
    }
}

fn read(sources: &mut Sources, paths: Vec<PathBuf>) -> Result<(), Problem> {
    for path in paths {
        let content = content(&path).map_err(|error| unreadable(&path, &error))?;
        sources.contents.insert(path.clone(), content);
        note_real_path(sources, path);
    }
    Ok(())
}

fn note_real_path(sources: &mut Sources, path: PathBuf) {
    if let Some(real) = path.canonicalize().ok().filter(|real| *real != path) {
        sources.real.insert(path, real);
    }
}

/// The bytes of a file; none when it is not there, in git's eyes.
fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match reading::whole_if_there(path, reading::SETTINGS) {
        Ok(bytes) => Ok(bytes.map(|mut bytes| std::mem::take(&mut *bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let what = format!("{} cannot be read.", printable(&path.to_string_lossy()));
    let why = format!("It belongs to the configuration of Git. {error}.");
    Problem::new(ProblemKind::BrokenFile, what, why, "Check what it is and who may read it.")
}

fn stopped(error: &UnreadableFile) -> Problem {
    let file = printable(&error.path.to_string_lossy());
    match error.cause.line {
        Some(line) => broken(&line.to_string(), &file, &error.cause.reason),
        None => unreadable(&error.path, &io::Error::other(error.cause.reason.clone())),
    }
}

/// Where git would find a program: its own folder comes before PATH.
fn found(program: &str, environment: &Environment, exec_path: &Path) -> Option<PathBuf> {
    let folder = child::working_folder(environment);
    let name = environment.expanded(Path::new(program));
    let own = which::which_in(&name, Some(exec_path), &folder).ok();
    let found = own.or_else(|| which::which_in(&name, environment.get("PATH"), &folder).ok());
    // These two are a part of git, with or without files of their own.
    let built_in = matches!(program, "git-credential-cache" | "git-credential-store");
    found.or_else(|| child::on_path(environment, "git").into_iter().next().filter(|_| built_in))
}

/// A line at which git stops.
pub(super) fn broken(line: &str, file: &str, why: &str) -> Problem {
    let what = format!("Line {line} of {file} is broken: git reads nothing of its configuration.");
    let hint = format!("Correct or remove line {line} of {file}; then every git command works again.");
    Problem::new(ProblemKind::BrokenFile, what, why, hint)
}
