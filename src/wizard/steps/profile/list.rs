//! The profiles as a list that can be filtered, and below them the ways to have one more.
//!
//! Deliberately absent: what a row leads to.

use crate::wizard::event::Event;
use crate::wizard::filtered::{Filtered, Heard};
use crate::wizard::screen::{Filter, Row, Rows};

/// What a row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// A profile of the files, by its place.
    Profile(usize),
    /// The access key of the environment.
    Environment,
    /// A profile made from an access key.
    NewKey,
    /// A profile made with SSO sign-in.
    NewSso,
}

/// The list, and how far it is narrowed.
#[derive(Default)]
pub(super) struct ProfileList {
    all: Vec<(Entry, Row)>,
    rows: Filtered,
}

impl ProfileList {
    /// Takes in the rows; the filter stays.
    pub(super) fn set(&mut self, all: Vec<(Entry, Row)>) {
        self.all = all;
        self.narrow(None);
    }

    /// Puts the cursor on a row; a filter that hides it is lifted.
    pub(super) fn select(&mut self, entry: Entry) {
        let Some(place) = self.all.iter().position(|(known, _)| *known == entry) else { return };
        if !self.rows.places().contains(&place) {
            self.rows.widen();
        }
        self.narrow(Some(place));
    }

    /// What the row under the cursor stands for.
    pub(super) fn current(&self) -> Option<Entry> {
        self.rows.current().map(|place| self.all[place].0)
    }

    /// The profile under the cursor, by its place.
    pub(super) fn profile(&self) -> Option<usize> {
        match self.current() {
            Some(Entry::Profile(place)) => Some(place),
            Some(Entry::Environment | Entry::NewKey | Entry::NewSso) | None => None,
        }
    }

    pub(super) fn cursor(&self) -> usize {
        self.rows.cursor()
    }

    /// Whether the filter has the focus.
    pub(super) fn filtering(&self) -> bool {
        self.rows.filtering()
    }

    /// Whether rows are hidden.
    pub(super) fn is_narrowed(&self) -> bool {
        self.rows.is_narrowed()
    }

    /// The filter line.
    pub(super) fn filter(&self) -> Option<Filter> {
        self.rows.line(None)
    }

    /// Hears an event; `false` when it is none of its own.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        let heard = self.rows.hear(event);
        if heard == Heard::Narrowed {
            // The row under the cursor keeps it while it is shown.
            self.narrow(self.rows.current());
        }
        heard != Heard::No
    }

    fn narrow(&mut self, current: Option<usize>) {
        let wanted = self.rows.wanted().to_lowercase();
        let fits = |row: &Row| row.cells.iter().any(|cell| cell.to_lowercase().contains(&wanted));
        let visible = (0..self.all.len()).filter(|place| wanted.is_empty() || fits(&self.all[*place].1)).collect();
        self.rows.show(visible, self.all.len(), current);
    }
}

impl Rows for ProfileList {
    fn count(&self) -> usize {
        self.rows.places().len()
    }

    fn row(&self, index: usize) -> Row {
        self.rows.places().get(index).map(|place| self.all[*place].1.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, ProfileList};
    use crate::wizard::event::{Event, Key};
    use crate::wizard::screen::{Row, Rows};

    fn list(names: &[&str]) -> ProfileList {
        let row = |name: &str| Row { cells: vec![name.to_owned()], ..Row::default() };
        let profiles = names.iter().enumerate().map(|(place, name)| (Entry::Profile(place), row(name)));
        let mut list = ProfileList::default();
        list.set(profiles.chain([(Entry::NewKey, row("+ new"))]).collect());
        list
    }

    #[test]
    fn the_cursor_stays_on_its_row_when_the_filter_is_lifted() {
        let mut list = list(&["api", "web", "Web-2"]);
        for c in "/web".chars() {
            list.hear(&Event::Key(Key::Char(c)));
        }
        assert_eq!((list.count(), list.profile()), (2, Some(1)));
        list.hear(&Event::Key(Key::Down));
        list.hear(&Event::Key(Key::Esc));
        assert_eq!((list.count(), list.profile()), (4, Some(2)));
    }

    #[test]
    fn a_row_that_is_hidden_is_shown_when_it_is_selected() {
        let mut list = list(&["api", "web"]);
        for c in "/zzz".chars() {
            list.hear(&Event::Key(Key::Char(c)));
        }
        assert_eq!(list.current(), None);
        list.select(Entry::NewKey);
        assert_eq!(list.current(), Some(Entry::NewKey));
    }
}
