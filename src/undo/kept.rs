//! What is kept so that runs can be undone: shown, and thrown away when that is asked for.
//!
//! Deliberately absent: when it goes by itself (`journal`).

use std::io;

use time::OffsetDateTime;
use time::macros::format_description;

use super::{Out, Stop, Undoing, tell};
use crate::adapters::journal::kept::cannot_remove;
use crate::journal::{Run, Store, Stored};
use crate::wizard::change::tilde;
use crate::wizard::names::printable;

impl Undoing {
    /// What is still kept for a run.
    fn kept<'a>(&self, run: &Run<'a>) -> Vec<Stored<'a>> {
        run.stored().into_iter().filter(|stored| self.journal.has(stored.store)).collect()
    }

    /// Names what is kept for a run, and until when, below the run.
    pub(super) fn name_kept(&self, run: &Run<'_>, out: Out<'_>) -> io::Result<()> {
        for stored in self.kept(run) {
            writeln!(out, "  kept     {}", self.described(&stored))?;
        }
        Ok(())
    }

    /// Shows the runs for which something is kept, the last one first.
    pub(super) fn list_kept(&self, runs: &[&Run<'_>], out: Out<'_>) -> io::Result<()> {
        let mut any = false;
        for run in runs.iter().rev().filter(|run| !self.kept(run).is_empty()) {
            any = true;
            writeln!(out, "{}   {}", printable(run.id), super::when(run))?;
            self.name_kept(run, out)?;
        }
        if !any {
            writeln!(out, "Nothing is kept for undo.")?;
        }
        Ok(())
    }

    /// Removes what is kept for these runs, and with `everything` also what no run names, or says what that would be; returns the
    /// exit code.
    pub(super) fn forget(
        &self,
        runs: &[&Run<'_>],
        (everything, dry_run): (bool, bool),
        out: Out<'_>,
        err: Out<'_>,
    ) -> Result<u8, Stop> {
        // Whoever holds the journal may be about to need it.
        let book = if dry_run { None } else { Some(self.journal.open()?) };
        let (mut removed, mut failed) = (0, false);
        for stored in runs.iter().flat_map(|run| self.kept(run)) {
            match if dry_run { Ok(true) } else { self.journal.remove(stored.store) } {
                Ok(gone) => {
                    removed += usize::from(gone);
                    let doing = if dry_run { "would be removed" } else { "removed" };
                    writeln!(out, "  {doing}: {}", self.described(&stored))?;
                }
                Err(error) => {
                    failed = true;
                    let place = self.journal.place(stored.store).unwrap_or_default();
                    tell(&cannot_remove(&place, &error), err)?;
                }
            }
        }
        if everything && !dry_run && !failed {
            match self.journal.remove_all() {
                Ok(0) => {}
                Ok(more) => {
                    removed += more;
                    writeln!(out, "  removed: {more} more that no run needs")?;
                }
                Err(problem) => {
                    failed = true;
                    tell(&problem, err)?;
                }
            }
        }
        drop(book);
        match (removed, dry_run) {
            (0, _) if failed => {}
            (0, _) if everything => writeln!(out, "Nothing is kept for undo.")?,
            (0, _) => {
                writeln!(out, "Nothing is kept for it. `codecommit-setup undo --forget --list` shows what is kept.")?;
            }
            (_, true) => writeln!(out, "After that, undo cannot bring these lines back.")?,
            (_, false) => writeln!(out, "Undo can no longer bring these lines back.")?,
        }
        Ok(u8::from(failed))
    }

    fn described(&self, stored: &Stored<'_>) -> String {
        let file = tilde(stored.file, &self.home);
        let what = match stored.store {
            Store::Lines(_) => format!("replaced lines of {file}"),
            Store::Copy(_) => format!("a copy of {file}, made by an earlier version"),
        };
        format!("{what}, {}", until(stored, OffsetDateTime::now_utc()))
    }
}

/// "until 2026-12-30", or what deletes it where that day is over.
fn until(stored: &Stored<'_>, now: OffsetDateTime) -> String {
    let day = |until: OffsetDateTime| until.format(format_description!("[year]-[month]-[day]")).ok();
    // Keys of every profile go at once, whatever the day.
    match stored.until.filter(|_| !stored.holds_every_key && !stored.is_due(now)).and_then(day) {
        Some(day) => format!("until {day}"),
        None => "overdue: will be deleted by the next setup, apply, clone or undo".to_owned(),
    }
}
