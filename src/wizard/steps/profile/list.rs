//! The profiles as a list that can be filtered, and below them the ways to have one more.
//!
//! Deliberately absent: what a row leads to.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use crate::wizard::event::{Event, Key};
use crate::wizard::field::Field;
use crate::wizard::names::printable;
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
    /// Places in `all` that fit the filter.
    visible: Vec<usize>,
    filter: Field,
    filtering: bool,
    cursor: usize,
}

impl ProfileList {
    /// Takes in the rows; the filter stays.
    pub(super) fn set(&mut self, all: Vec<(Entry, Row)>) {
        self.all = all;
        self.visible.clear();
        self.narrow();
    }

    /// Puts the cursor on a row; a filter that hides it is lifted.
    pub(super) fn select(&mut self, entry: Entry) {
        let place = |list: &Self| list.visible.iter().position(|place| list.all[*place].0 == entry);
        if place(self).is_none() {
            self.filter.set("");
            self.narrow();
        }
        self.cursor = place(self).unwrap_or(self.cursor);
    }

    /// What the row under the cursor stands for.
    pub(super) fn current(&self) -> Option<Entry> {
        self.visible.get(self.cursor).map(|place| self.all[*place].0)
    }

    /// The profile under the cursor, by its place.
    pub(super) fn profile(&self) -> Option<usize> {
        match self.current() {
            Some(Entry::Profile(place)) => Some(place),
            Some(Entry::Environment | Entry::NewKey | Entry::NewSso) | None => None,
        }
    }

    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether the filter has the focus.
    pub(super) fn filtering(&self) -> bool {
        self.filtering
    }

    /// Whether rows are hidden.
    pub(super) fn is_narrowed(&self) -> bool {
        !self.filter.is_empty()
    }

    /// The filter line.
    pub(super) fn filter(&self) -> Option<Filter> {
        let (shown, total) = (self.visible.len(), self.all.len());
        (self.filtering || self.is_narrowed()).then(|| Filter {
            text: printable(self.filter.text()),
            cursor: self.filtering.then(|| self.filter.cursor()),
            note: if shown == total { format!("{total}") } else { format!("{shown} of {total}") },
        })
    }

    /// Hears an event; `false` when it is none of its own.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        match event {
            Event::Key(key) => self.key(*key),
            Event::Paste(text) if self.filtering => {
                self.filter.insert(text);
                self.narrow();
                true
            }
            Event::Pick(row) => {
                self.cursor = (*row).min(self.last());
                true
            }
            _ => false,
        }
    }

    fn key(&mut self, key: Key) -> bool {
        let last = self.last();
        match key {
            Key::Up => self.cursor = self.cursor.checked_sub(1).unwrap_or(last),
            Key::Down => self.cursor = if self.cursor >= last { 0 } else { self.cursor + 1 },
            Key::PageUp => self.cursor = self.cursor.saturating_sub(10),
            Key::PageDown => self.cursor = (self.cursor + 10).min(last),
            Key::Home if !self.filtering => self.cursor = 0,
            Key::End if !self.filtering => self.cursor = last,
            Key::Esc if self.filtering || self.is_narrowed() => {
                self.filtering = false;
                self.filter.set("");
                self.narrow();
            }
            Key::Tab if self.filtering => self.filtering = false,
            Key::Char('/') if !self.filtering => self.filtering = true,
            _ if self.filtering => {
                let own = self.filter.key(key);
                self.narrow();
                return own;
            }
            _ => return false,
        }
        true
    }

    fn last(&self) -> usize {
        self.visible.len().saturating_sub(1)
    }

    fn narrow(&mut self) {
        let current = self.current();
        let wanted = self.filter.text().to_lowercase();
        let fits = |row: &Row| row.cells.iter().any(|cell| cell.to_lowercase().contains(&wanted));
        self.visible = (0..self.all.len()).filter(|place| wanted.is_empty() || fits(&self.all[*place].1)).collect();
        // The row under the cursor keeps it while it is shown.
        let place = |place: &usize| Some(self.all[*place].0) == current;
        self.cursor = self.visible.iter().position(place).unwrap_or_default();
    }
}

impl Rows for ProfileList {
    fn count(&self) -> usize {
        self.visible.len()
    }

    fn row(&self, index: usize) -> Row {
        self.visible.get(index).map(|place| self.all[*place].1.clone()).unwrap_or_default()
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
