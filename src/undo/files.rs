//! The files of a run, taken back one by one: what cannot be done to one does not keep the others.
//!
//! Deliberately absent: deciding what is ours (`journal`).

use std::io;
use std::path::Path;

use super::{Out, Stop, Undoing, tell};
use crate::adapters::files::{self, Replacement};
use crate::adapters::folders::remove_empty;
use crate::adapters::journal::{Book, Journal};
use crate::frontend::text;
use crate::journal::{FileRecord, KEPT_DAYS, Left, Missing, Ours, Outcome, Planned, Run, Store, plan};
use crate::wizard::change::{diff, tilde};
use crate::wizard::effect::{self, FileBytes, FileChange};
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::{Problem, ProblemKind};

/// The records of a run by the file that they changed, the file that was changed last first.
pub(super) fn by_file<'a>(run: &Run<'a>) -> Vec<Vec<&'a FileRecord>> {
    let mut files: Vec<Vec<&FileRecord>> = Vec::new();
    for record in run.files.iter().rev() {
        match files.iter_mut().find(|file| file.iter().any(|other| other.target == record.target)) {
            Some(file) => file.insert(0, record),
            None => files.push(vec![record]),
        }
    }
    files
}

impl Undoing {
    /// Takes back every file of a run; `true` when nothing of it is left.
    pub(super) fn take_back_files(
        &self,
        run: &Run<'_>,
        dry_run: bool,
        out: Out<'_>,
        err: Out<'_>,
    ) -> Result<bool, Stop> {
        let book = if dry_run { None } else { Some(self.journal.open()?) };
        let mut all = true;
        for records in by_file(run) {
            let Some(first) = records.first() else { continue };
            match self.take_back(run, &records, book.as_ref()) {
                Ok((now, planned)) => {
                    let path = tilde(&first.path, &self.home);
                    writeln!(out, "  {path}: {}", told(&planned, now.is_some(), dry_run))?;
                    if dry_run && !is_same(&planned, now.as_deref()) {
                        self.show(first, now, &planned, out)?;
                    }
                    if planned.lines_are_gone {
                        all = false;
                        tell(&self.gone(&first.path), err)?;
                    }
                }
                Err(problem) => {
                    all = false;
                    tell(&problem, err)?;
                }
            }
        }
        Ok(all)
    }

    /// Takes back one file, or only plans it when no journal is open; gives back what was there.
    fn take_back(
        &self,
        run: &Run<'_>,
        records: &[&FileRecord],
        book: Option<&Book>,
    ) -> Result<(Option<FileBytes>, Planned), Problem> {
        let Some(first) = records.first() else { return Err(Problem::input("There is no such file.", "")) };
        let now = files::read(first.target.clone())?.bytes;
        // What is due is removed before a run is undone, so a dry run may not count on it either.
        let due = run.is_due(Journal::time());
        let find = |store: Store<'_>| if due { Err(Missing::Gone) } else { self.journal.find(store) };
        let planned = plan(records, now.as_deref(), &find);
        if let Outcome::Left(left) = &planned.outcome {
            return Err(self.left(first, left));
        }
        let Some(book) = book else { return Ok((now, planned)) };
        if !is_same(&planned, now.as_deref()) {
            let replacement = Replacement {
                path: first.target.clone(),
                before: now.clone(),
                after: planned.bytes.as_ref().map(|bytes| bytes.as_slice().into()),
                mode: planned.mode,
                private: false,
                of_git: !matches!(first.ours, Ours::Profile { .. }),
            };
            files::clear(&first.target, book);
            self.files.replace(replacement, book)?;
        }
        // Also when an undo that was cut off has removed the file already.
        if planned.bytes.is_none() {
            for record in records {
                remove_empty(&record.folders);
            }
        }
        Ok((now, planned))
    }

    fn left(&self, first: &FileRecord, left: &Left) -> Problem {
        // One with the keys of every profile goes at once, so nobody is sent there.
        let of_aws = matches!(first.ours, Ours::Profile { .. });
        let copy = left.copy.as_deref().map(Store::Copy).filter(|copy| !of_aws && self.journal.has(*copy));
        let hint = match (copy.and_then(|copy| self.journal.place(copy)), &first.before) {
            (Some(copy), _) => format!("What it was before is in {}.", tilde(&copy, &self.home)),
            (None, Some(_)) => "Undo works again when the file is as this program left it.".to_owned(),
            (None, None) => "It was not there before: remove it yourself if it is not needed.".to_owned(),
        };
        let what = format!("{} was left as it is: {}.", tilde(&first.path, &self.home), left.why);
        Problem::new(ProblemKind::Conflict, what, "", hint)
    }

    /// Says that lines did not come back, because they are not kept any more.
    fn gone(&self, path: &Path) -> Problem {
        let path = tilde(path, &self.home);
        let what = format!("The lines that this program replaced in {path} do not come back.");
        let why = format!("They were removed after {KEPT_DAYS} days, or by `undo --forget`.");
        Problem::new(ProblemKind::Conflict, what, why, "Write them again in an editor if you need them.")
    }

    fn show(&self, record: &FileRecord, now: Option<FileBytes>, planned: &Planned, out: Out<'_>) -> io::Result<()> {
        let change = FileChange {
            path: record.path.clone(),
            before: now,
            after: planned.bytes.as_ref().map(|bytes| bytes.as_slice().into()).unwrap_or_default(),
            private: false,
            ours: match &record.ours {
                Ours::Profile { name, .. } => {
                    ProfileName::parse(name).map_or(effect::Ours::Whole, effect::Ours::Profile)
                }
                Ours::GitSections { .. } | Ours::Whole => effect::Ours::Whole,
            },
        };
        let mut diff = diff(&change, &self.home);
        diff.note = if planned.bytes.is_none() { "removed".to_owned() } else { String::new() };
        text::diff(&diff).iter().try_for_each(|line| writeln!(out, "    {}", printable(line)))
    }
}

fn is_same(planned: &Planned, now: Option<&[u8]>) -> bool {
    planned.bytes.as_ref().map(|bytes| bytes.as_slice()) == now
}

/// What becomes of a file, in words.
fn told(planned: &Planned, was_there: bool, dry_run: bool) -> &'static str {
    match (&planned.outcome, planned.bytes.is_some(), dry_run) {
        (Outcome::AsBefore, ..) => "it is what it was before; nothing has to be done.",
        (Outcome::Restored, true, false) => "put back as it was, byte for byte.",
        (Outcome::Restored, true, true) => "would be put back as it was, byte for byte.",
        (Outcome::Restored, false, false) => "removed; it was not there before.",
        (Outcome::Restored, false, true) => "would be removed; it was not there before.",
        (Outcome::TakenOut, true, false) if planned.lines_are_gone => "what this program wrote was taken out.",
        (Outcome::TakenOut, true, true) if planned.lines_are_gone => "what this program wrote would be taken out.",
        (Outcome::TakenOut, true, false) => "edited since; only what this program wrote was taken out.",
        (Outcome::TakenOut, true, true) => "edited since; only what this program wrote would be taken out.",
        (Outcome::TakenOut, false, false) => "edited since; nothing but what this program wrote was in it: removed.",
        (Outcome::TakenOut, false, true) => {
            "edited since; nothing but what this program wrote is in it: would be removed."
        }
        (Outcome::NothingLeft, ..) if was_there => "edited since; nothing that this program wrote is left in it.",
        (Outcome::NothingLeft, ..) => "somebody removed it since; it stays so.",
        (Outcome::Left(_), ..) => "left as it is.",
    }
}
