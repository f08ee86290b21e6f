//! What came of each repository in the whole walk, however often the step was gone through.
//!
//! Deliberately absent: how it came about; `clones` knows that while it goes on.

use crate::wizard::facts::Outcome;
use crate::wizard::names::printable;
use crate::wizard::screen::Mark;

/// Repositories by their names, in the order in which they were wanted.
#[derive(Default)]
pub(super) struct Record {
    entries: Vec<(String, Came)>,
}

/// What came of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    /// It was cloned into this folder.
    Cloned(String),
    /// It was there already.
    There,
    /// It was not cloned.
    Failed,
}

impl Record {
    /// Notes what came of one; what this walk has cloned stays cloned when it is found there, or fails elsewhere.
    pub(super) fn note(&mut self, name: &str, came: Came) {
        let is_cloned = |(known, before): &(String, Came)| known == name && matches!(before, Came::Cloned(_));
        if !matches!(came, Came::Cloned(_)) && self.entries.iter().any(is_cloned) {
            return;
        }
        let entry = (name.to_owned(), came);
        // A clone in one folder does not undo the clone in another.
        self.entries.retain(|known| known.0 != name || (is_cloned(known) && *known != entry));
        self.entries.push(entry);
    }

    /// Forgets what failed: somebody else is asked now.
    pub(super) fn forget_failures(&mut self) {
        self.entries.retain(|(_, came)| *came != Came::Failed);
    }

    /// Forgets that these failed: another name was meant.
    pub(super) fn forget(&mut self, names: &[&str]) {
        self.entries.retain(|(name, came)| *came != Came::Failed || !names.contains(&name.as_str()));
    }

    /// The line for the last screen; `None` when nothing came of anything.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        let mut groups: Vec<(&Came, Vec<&str>)> = Vec::new();
        for (name, came) in &self.entries {
            match groups.iter_mut().find(|(known, _)| *known == came) {
                Some((_, names)) => names.push(name),
                None => groups.push((came, vec![name])),
            }
        }
        let failed = groups.iter().any(|(came, _)| **came == Came::Failed);
        let parts: Vec<String> = groups
            .iter()
            .map(|(came, names)| match came {
                Came::Cloned(into) => format!("{} cloned into {into}", listed(names)),
                Came::There => format!("{} there already", listed(names)),
                Came::Failed => format!("{} not cloned", listed(names)),
            })
            .collect();
        let mark = if failed { Mark::Look } else { Mark::Ok };
        (!parts.is_empty()).then(|| Outcome { mark, about: "repositories", text: printable(&parts.join("; ")) })
    }
}

/// A few names, and how many more.
fn listed(names: &[&str]) -> String {
    match names {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        names => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::{Came, Record};

    fn text(notes: &[(&str, Came)]) -> String {
        let mut record = Record::default();
        for (name, came) in notes {
            record.note(name, came.clone());
        }
        record.outcome().map(|outcome| outcome.text).unwrap_or_default()
    }

    fn cloned(into: &str) -> Came {
        Came::Cloned(into.to_owned())
    }

    #[test]
    fn everything_that_was_cloned_is_told_with_its_folder() {
        let told = text(&[("a", cloned("~/src")), ("b", cloned("~/work")), ("c", cloned("~/src")), ("d", Came::There)]);
        assert_eq!(told, "a, c cloned into ~/src; b cloned into ~/work; d there already");
    }

    #[test]
    fn a_clone_of_this_walk_stays_one_and_a_failure_that_was_mended_is_none() {
        assert_eq!(text(&[("a", cloned("~/src")), ("a", Came::There)]), "a cloned into ~/src");
        assert_eq!(text(&[("a", cloned("~/src")), ("a", Came::Failed)]), "a cloned into ~/src");
        assert_eq!(text(&[("a", Came::Failed), ("a", cloned("~/src"))]), "a cloned into ~/src");
        assert_eq!(text(&[("a", cloned("~/x")), ("a", cloned("~/y"))]), "a cloned into ~/x; a cloned into ~/y");
        assert_eq!(text(&[]), "");
    }
}
