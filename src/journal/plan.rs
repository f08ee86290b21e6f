//! How the changes that a run made to one file are undone, from its records and the bytes that are there now.
//!
//! The records are followed backwards. Where the bytes are what a change left, they become what it found; where somebody
//! edited them since, only what is ours is taken out. Deliberately absent: reading and writing.

use zeroize::Zeroizing;

use super::replaced::{Lines, former};
use super::{FileRecord, Ours, hash};
use crate::gitconfig;
use crate::profiles::{self, Former};
use crate::wizard::names::ProfileName;

/// What is to be done with a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Planned {
    /// How that is told.
    pub outcome: Outcome,
    /// The bytes that will be there; `None` for no file.
    pub bytes: Option<Zeroizing<Vec<u8>>>,
    /// The permissions that the file will have; `None` keeps them.
    pub mode: Option<u32>,
    /// Whether lines that a change took the place of would have to come back, and are not kept any more.
    pub lines_are_gone: bool,
}

/// Where bytes of before are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Store<'a> {
    /// The lines that a change took the place of.
    Lines(&'a str),
    /// A copy of the whole file, as earlier versions of this program made them.
    Copy(&'a str),
}

/// Why bytes of before cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// They are not kept any more.
    Gone,
    /// They cannot be read, or are not what they were: the end of a sentence.
    Unusable(String),
}

/// Finds bytes of before.
pub type Find<'a> = &'a dyn Fn(Store<'_>) -> Result<Zeroizing<Vec<u8>>, Missing>;

/// How a file comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is what it was before the run: nothing has to be done.
    AsBefore,
    /// It becomes what it was before the run, byte for byte.
    Restored,
    /// Somebody edited it since: only what is ours is taken out.
    TakenOut,
    /// Somebody edited or removed it since, and nothing of ours is in it any more.
    NothingLeft,
    /// It cannot be told what is ours, so it stays as it is.
    Left(Left),
}

/// Why a file stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The reason, the end of a sentence.
    pub why: String,
    /// The name of the copy of its bytes before the run, where an earlier version made one.
    pub copy: Option<String>,
}

/// Plans how the records of one file, oldest first, are undone; `find` has the bytes of before.
pub fn plan(records: &[&FileRecord], now: Option<&[u8]>, find: Find<'_>) -> Planned {
    let mut bytes = now.map(copied);
    let (mut edited, mut mode, mut lines_are_gone) = (false, None, false);
    for record in records.iter().rev() {
        let here = bytes.as_ref().map(|bytes| hash(bytes));
        if here == record.before {
            continue;
        }
        match undo(record, bytes.as_ref().map(|bytes| bytes.as_slice()), here.as_ref() == Some(&record.after), find) {
            Ok(Undone::Exactly(before)) => {
                bytes = before;
                mode = record.mode;
            }
            Ok(Undone::TakenOut { left, lines_are_gone: gone }) => {
                bytes = left;
                (edited, mode, lines_are_gone) = (true, None, lines_are_gone || gone);
            }
            Err(why) => {
                let copy = records.first().and_then(|first| first.backup.clone());
                let outcome = Outcome::Left(Left { why, copy });
                return Planned { outcome, bytes: now.map(copied), mode: None, lines_are_gone: false };
            }
        }
    }
    let outcome = match (edited, bytes.as_ref().map(|bytes| bytes.as_slice()) == now) {
        (false, true) => Outcome::AsBefore,
        (false, false) => Outcome::Restored,
        (true, true) => Outcome::NothingLeft,
        (true, false) => Outcome::TakenOut,
    };
    // Where nothing of ours is left, nothing has to come back either.
    let lines_are_gone = lines_are_gone && outcome == Outcome::TakenOut;
    Planned { outcome, bytes, mode, lines_are_gone }
}

enum Undone {
    Exactly(Option<Zeroizing<Vec<u8>>>),
    TakenOut { left: Option<Zeroizing<Vec<u8>>>, lines_are_gone: bool },
}

fn undo(record: &FileRecord, now: Option<&[u8]>, untouched: bool, find: Find<'_>) -> Result<Undone, String> {
    let (Some(now), true) = (now, untouched) else { return taken_out(record, now, find) };
    let Some(before) = &record.before else { return Ok(Undone::Exactly(None)) };
    let missing = match exactly(record, now, find) {
        Ok(bytes) if hash(&bytes) == *before => return Ok(Undone::Exactly(Some(bytes))),
        Ok(_) => Missing::Unusable("what is kept of it for undo is damaged".to_owned()),
        Err(missing) => missing,
    };
    let without = taken_out(record, Some(now), &|_| Err(Missing::Gone));
    // What was only added needs nothing of before; the hash tells. A last line may have got its end for it.
    if let Ok(Undone::TakenOut { left: Some(left), .. }) = &without {
        let cut = |end: &[u8]| left.strip_suffix(end);
        let mut ways = [Some(left.as_slice()), cut(b"\n"), cut(b"\r\n")].into_iter().flatten();
        if let Some(bytes) = ways.find(|bytes| hash(bytes) == *before) {
            return Ok(Undone::Exactly(Some(copied(bytes))));
        }
    }
    match (without, missing) {
        (_, Missing::Unusable(why)) => Err(why),
        (Err(_), Missing::Gone) => Err("the lines that stood there before are not kept any more".to_owned()),
        (Ok(Undone::TakenOut { left, .. }), Missing::Gone) => Ok(Undone::TakenOut { left, lines_are_gone: true }),
        (Ok(Undone::Exactly(before)), Missing::Gone) => Ok(Undone::Exactly(before)),
    }
}

/// The bytes before a change, from those that it left.
fn exactly(record: &FileRecord, now: &[u8], find: Find<'_>) -> Result<Zeroizing<Vec<u8>>, Missing> {
    match (&record.replaced, &record.backup) {
        (Some(replaced), _) => {
            let lines = lines(&replaced.lines, find)?;
            let damaged = || Missing::Unusable("what is kept of it for undo is damaged".to_owned());
            replaced.reversed(now, &lines).ok_or_else(damaged)
        }
        (None, Some(copy)) => find(Store::Copy(copy)),
        (None, None) => Err(Missing::Gone),
    }
}

fn lines(lines: &Lines, find: Find<'_>) -> Result<Zeroizing<Vec<u8>>, Missing> {
    match lines {
        Lines::Here(lines) => Ok(copied(lines)),
        Lines::Kept(name) => find(Store::Lines(name)),
    }
}

/// What is left when only ours is taken out of a file that somebody edited since.
fn taken_out(record: &FileRecord, now: Option<&[u8]>, find: Find<'_>) -> Result<Undone, String> {
    let Some(now) = now else { return Ok(Undone::TakenOut { left: None, lines_are_gone: false }) };
    let mut lines_are_gone = false;
    let left = match &record.ours {
        Ours::Whole => return Err("it was edited since, and what is ours in it cannot be told apart".to_owned()),
        Ours::GitSections { sections, helper } => {
            Zeroizing::new(gitconfig::take_out(now, sections, helper).map_err(|error| refused(&error))?)
        }
        Ours::Profile { file, name, keys } => {
            let name = ProfileName::parse(name).map_err(|_| "the journal names no profile that could be".to_owned())?;
            let former = match former_of(record, find) {
                Ok(former) => former,
                Err(Missing::Gone) => {
                    lines_are_gone = true;
                    Former { was_there: record.replaced.is_some(), ..Former::default() }
                }
                Err(Missing::Unusable(why)) => return Err(why),
            };
            profiles::take_out(now, *file, &name, keys, &former).map_err(|error| refused(&error))?
        }
    };
    // A file that was made for what is taken out of it goes with it.
    let made_for_it = record.before.is_none() && left.trim_ascii().is_empty() && left.as_slice() != now;
    Ok(Undone::TakenOut { left: (!made_for_it).then_some(left), lines_are_gone })
}

/// What of a profile a change took the place of.
fn former_of(record: &FileRecord, find: Find<'_>) -> Result<Former, Missing> {
    let damaged = || Missing::Unusable("what is kept of it for undo is damaged".to_owned());
    match (&record.replaced, &record.backup) {
        (Some(replaced), _) if replaced.has_settings() => {
            replaced.former(Some(&lines(&replaced.lines, find)?)).ok_or_else(damaged)
        }
        (Some(replaced), _) => replaced.former(None).ok_or_else(damaged),
        (None, Some(copy)) => {
            let former = former(&find(Store::Copy(copy))?, &record.ours).map_err(|_| damaged())?;
            Ok(former.unwrap_or_default())
        }
        (None, None) if record.before.is_some() => Err(Missing::Gone),
        (None, None) => Ok(Former::default()),
    }
}

fn copied(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(bytes.to_vec())
}

fn refused(error: &dyn std::fmt::Display) -> String {
    format!("it was edited since, and what is ours cannot be taken out of it ({error})")
}
