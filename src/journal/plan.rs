//! How the changes that a run made to one file are undone, from its records and the bytes that are there now.
//!
//! The records are followed backwards. Where the bytes are what a change left, they become what it found; where somebody
//! edited them since, only what is ours is taken out. Deliberately absent: reading and writing.

use super::{FileRecord, Ours, hash};
use crate::gitconfig;
use crate::profiles;
use crate::wizard::names::ProfileName;

/// What is to be done with a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Planned {
    /// How that is told.
    pub outcome: Outcome,
    /// The bytes that will be there; `None` for no file.
    pub bytes: Option<Vec<u8>>,
    /// The permissions that the file will have; `None` keeps them.
    pub mode: Option<u32>,
}

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
    /// The name of the copy of its bytes before the run.
    pub backup: Option<String>,
}

/// Plans how the records of one file, oldest first, are undone; `backup` finds the bytes of a copy.
pub fn plan(records: &[&FileRecord], now: Option<&[u8]>, backup: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Planned {
    let mut bytes = now.map(<[u8]>::to_vec);
    let (mut edited, mut mode) = (false, None);
    for record in records.iter().rev() {
        let here = bytes.as_deref().map(hash);
        if here == record.before {
            continue;
        }
        match undo(record, bytes.as_deref(), here.as_ref() == Some(&record.after), backup) {
            Ok(Undone::Exactly(before)) => {
                bytes = before;
                mode = record.mode;
            }
            Ok(Undone::TakenOut(left)) => {
                bytes = left;
                (edited, mode) = (true, None);
            }
            Err(why) => {
                let backup = records.first().and_then(|first| first.backup.clone());
                let outcome = Outcome::Left(Left { why, backup });
                return Planned { outcome, bytes: now.map(<[u8]>::to_vec), mode: None };
            }
        }
    }
    let outcome = match (edited, bytes.as_deref() == now) {
        (false, true) => Outcome::AsBefore,
        (false, false) => Outcome::Restored,
        (true, true) => Outcome::NothingLeft,
        (true, false) => Outcome::TakenOut,
    };
    Planned { outcome, bytes, mode }
}

enum Undone {
    Exactly(Option<Vec<u8>>),
    TakenOut(Option<Vec<u8>>),
}

fn undo(
    record: &FileRecord,
    now: Option<&[u8]>,
    untouched: bool,
    backup: &dyn Fn(&str) -> Result<Vec<u8>, String>,
) -> Result<Undone, String> {
    let before = || match (&record.before, &record.backup) {
        (None, _) => Ok(None),
        (Some(before), Some(name)) => match backup(name)? {
            bytes if hash(&bytes) == *before => Ok(Some(bytes)),
            _ => Err("the copy of what it was is damaged".to_owned()),
        },
        (Some(_), None) => Err("no copy of what it was was kept".to_owned()),
    };
    if untouched {
        return before().map(Undone::Exactly);
    }
    let Some(now) = now else { return Ok(Undone::TakenOut(None)) };
    let left = match &record.ours {
        Ours::Whole => return Err("it was edited since, and what is ours in it cannot be told apart".to_owned()),
        Ours::GitSections { sections, helper } => {
            gitconfig::take_out(now, sections, helper).map_err(|error| unreadable(&error))?
        }
        Ours::Profile { file, name, keys } => {
            let name = ProfileName::parse(name).map_err(|_| "the journal names no profile that could be".to_owned())?;
            let before = before()?.unwrap_or_default();
            profiles::take_out(now, &before, *file, &name, keys).map_err(|error| unreadable(&error))?
        }
    };
    // A file that was made for what is taken out of it goes with it.
    let made_for_it = record.before.is_none() && left.trim_ascii().is_empty() && left != now;
    Ok(Undone::TakenOut((!made_for_it).then_some(left)))
}

fn unreadable(error: &dyn std::fmt::Display) -> String {
    format!("it was edited since, and cannot be read any more ({error})")
}
