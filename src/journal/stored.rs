//! What is kept beside the journal so that runs can be undone, and when it goes.
//!
//! Deliberately absent: removing it (`adapters::journal`).

use std::path::Path;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::{FileRecord, Journal, KEPT_DAYS, Lines, Ours, Run, Store};

/// Something that is kept for undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<'a> {
    /// Where it is.
    pub store: Store<'a>,
    /// The file that it is of.
    pub file: &'a Path,
    /// When it goes; `None` when it is not known how old it is.
    pub until: Option<OffsetDateTime>,
    /// Whether the run is undone, and needs it no more.
    pub undone: bool,
    /// Whether it is a copy of a file of AWS, with the keys of every profile.
    pub holds_every_key: bool,
}

impl Stored<'_> {
    /// Whether it has to go by itself at this time.
    pub fn is_due(&self, now: OffsetDateTime) -> bool {
        self.undone || is_over(self.until, now)
    }
}

impl Run<'_> {
    /// Until when it is kept what the run took the place of; `None` when it is not known when it was.
    pub fn kept_until(&self) -> Option<OffsetDateTime> {
        let began = OffsetDateTime::parse(self.time, &Rfc3339).ok()?;
        began.checked_add(Duration::days(KEPT_DAYS))
    }

    /// Whether nothing is kept for it any more at this time.
    pub fn is_due(&self, now: OffsetDateTime) -> bool {
        self.undone || is_over(self.kept_until(), now)
    }
}

fn is_over(until: Option<OffsetDateTime>, now: OffsetDateTime) -> bool {
    // A clock that was far ahead when it was written must not keep it for years.
    until.is_none_or(|until| until < now || until - now > Duration::days(2 * KEPT_DAYS))
}

impl Journal {
    /// What is kept for the runs, oldest first.
    pub fn stored(&self) -> Vec<Stored<'_>> {
        let mut stored = Vec::new();
        for run in self.runs() {
            stored.extend(run.stored());
        }
        stored
    }
}

impl<'a> Run<'a> {
    /// What is kept for it, as far as nobody removed it.
    pub fn stored(&self) -> Vec<Stored<'a>> {
        let (until, undone) = (self.kept_until(), self.undone);
        let mut stored = Vec::new();
        for file in &self.files {
            let of_aws = matches!(file.ours, Ours::Profile { .. });
            stored.extend(file.stores().map(|store| Stored {
                store,
                file: &file.path,
                until,
                undone,
                holds_every_key: of_aws && matches!(store, Store::Copy(_)),
            }));
        }
        stored
    }
}

impl FileRecord {
    /// What is kept for it.
    fn stores(&self) -> impl Iterator<Item = Store<'_>> {
        let lines = self.replaced.as_ref().and_then(|replaced| match &replaced.lines {
            Lines::Kept(name) => Some(Store::Lines(name)),
            Lines::Here(_) => None,
        });
        lines.into_iter().chain(self.backup.as_deref().map(Store::Copy))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{Store, Stored};

    #[test]
    fn what_is_kept_goes_after_thirty_days_with_the_undo_and_when_its_age_is_not_known() {
        let stored = |until, undone| Stored {
            store: Store::Lines("x"),
            file: "/f".as_ref(),
            until,
            undone,
            holds_every_key: false,
        };
        let now = datetime!(2026-11-30 12:00 UTC);
        for (until, undone, due) in [
            (Some(datetime!(2026-11-30 12:00 UTC)), false, false),
            (Some(datetime!(2026-11-30 11:59 UTC)), false, true),
            (Some(datetime!(2026-12-30 12:00 UTC)), false, false),
            (Some(datetime!(2026-12-30 12:00 UTC)), true, true),
            (Some(datetime!(2036-12-30 12:00 UTC)), false, true),
            (None, false, true),
        ] {
            assert_eq!(stored(until, undone).is_due(now), due, "{until:?}");
        }
    }
}
