//! The repositories of a region as a list: filter, marks, cursor, and the rows in view.
//!
//! Deliberately absent: clones; `repositories` keeps those.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use std::collections::BTreeSet;

use crate::wizard::effect::Repository;
use crate::wizard::event::{Event, Key};
use crate::wizard::field::Field;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::screen::{Filter, Row, Rows};

/// The list, and how far it is narrowed.
#[derive(Default)]
pub(super) struct RepositoryList {
    all: Vec<Repository>,
    /// Places in `all` that fit the filter.
    visible: Vec<usize>,
    marked: BTreeSet<String>,
    filter: Field,
    filtering: bool,
    cursor: usize,
}

impl RepositoryList {
    /// Takes in what is known now; marks, filter and the row under the cursor stay.
    pub(super) fn set(&mut self, all: Vec<Repository>) {
        let current = self.current().map(|repository| repository.name.clone());
        self.all = all;
        self.all.sort_by_cached_key(|repository| repository.name.as_str().to_lowercase());
        self.narrow(current.as_ref());
    }

    /// Marks a repository by its name.
    pub(super) fn mark(&mut self, name: &str) {
        self.marked.insert(name.to_owned());
    }

    /// Takes the marks of these away.
    pub(super) fn unmark(&mut self, names: &[&str]) {
        self.marked.retain(|name| !names.contains(&name.as_str()));
    }

    /// How many there are.
    pub(super) fn total(&self) -> usize {
        self.all.len()
    }

    /// How many of the marked ones the filter hides.
    pub(super) fn hidden(&self) -> usize {
        let is_marked = |repository: &Repository| self.marked.contains(repository.name.as_str());
        let shown = self.visible.iter().filter(|place| is_marked(&self.all[**place])).count();
        self.all.iter().filter(|repository| is_marked(repository)).count() - shown
    }

    /// Whether only what fits the filter is shown.
    pub(super) fn is_narrowed(&self) -> bool {
        !self.filter.is_empty()
    }

    /// Shows all again; the cursor stays on its row.
    pub(super) fn widen(&mut self) {
        let current = self.current().map(|repository| repository.name.clone());
        self.filter.set("");
        self.narrow(current.as_ref());
    }

    /// Whether the filter has the focus.
    pub(super) fn filtering(&self) -> bool {
        self.filtering
    }

    /// The row under the cursor.
    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    /// The repository under the cursor.
    pub(super) fn current(&self) -> Option<&Repository> {
        self.visible.get(self.cursor).and_then(|place| self.all.get(*place))
    }

    /// What Enter would clone: the marked ones, or the one under the cursor.
    pub(super) fn chosen(&self) -> Vec<&Repository> {
        if self.marked.is_empty() {
            return self.current().into_iter().collect();
        }
        self.all.iter().filter(|repository| self.marked.contains(repository.name.as_str())).collect()
    }

    /// The filter line.
    pub(super) fn filter(&self) -> Option<Filter> {
        let (shown, total, marked) = (self.visible.len(), self.all.len(), self.marked.len());
        let mut note = if shown == total { format!("{total}") } else { format!("{shown} of {total}") };
        if marked > 0 {
            note = format!("{note} · {marked} marked");
        }
        (self.filtering || !self.filter.is_empty() || marked > 0).then(|| Filter {
            text: printable(self.filter.text()),
            cursor: self.filtering.then(|| self.filter.cursor()),
            note,
        })
    }

    /// Hears an event; `false` when it is none of its own.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        match event {
            Event::Key(key) => return self.key(*key),
            Event::Paste(text) if self.filtering => {
                self.filter.insert(text);
                self.narrow(None);
            }
            Event::Pick(row) => self.cursor = (*row).min(self.visible.len().saturating_sub(1)),
            Event::Mark(rows) => {
                self.marked = rows
                    .iter()
                    .filter_map(|row| self.visible.get(*row))
                    .map(|place| self.all[*place].name.to_string())
                    .collect();
            }
            Event::Paste(_) | Event::Fill(..) | Event::Turn(..) | Event::Reply(..) | Event::Progress(..) => {
                return false;
            }
        }
        true
    }

    fn key(&mut self, key: Key) -> bool {
        let last = self.visible.len().saturating_sub(1);
        match key {
            Key::Up => self.cursor = self.cursor.checked_sub(1).unwrap_or(last),
            Key::Down => self.cursor = if self.cursor >= last { 0 } else { self.cursor + 1 },
            Key::PageUp => self.cursor = self.cursor.saturating_sub(10),
            Key::PageDown => self.cursor = (self.cursor + 10).min(last),
            Key::Home if !self.filtering => self.cursor = 0,
            Key::End if !self.filtering => self.cursor = last,
            Key::Esc if self.filtering => {
                self.filtering = false;
                self.widen();
            }
            Key::Tab | Key::Enter if self.filtering => self.filtering = false,
            Key::Char('/') if !self.filtering && !self.all.is_empty() => self.filtering = true,
            Key::Char(' ') => self.toggle(),
            _ if self.filtering => {
                let before = self.filter.text().to_owned();
                let own = self.filter.key(key);
                if self.filter.text() != before {
                    self.narrow(None);
                }
                return own;
            }
            _ => return false,
        }
        true
    }

    fn toggle(&mut self) {
        let Some(name) = self.current().map(|repository| repository.name.to_string()) else { return };
        if !self.marked.remove(&name) {
            self.marked.insert(name);
        }
    }

    /// Finds the rows that fit; the cursor goes to the first of them, or stays on the one named.
    fn narrow(&mut self, current: Option<&RepositoryName>) {
        let wanted = self.filter.text().to_lowercase();
        let fits = |repository: &Repository| {
            let description = repository.details.as_ref().map_or("", |details| details.description.as_str());
            repository.name.as_str().to_lowercase().contains(&wanted) || description.to_lowercase().contains(&wanted)
        };
        self.visible = (0..self.all.len()).filter(|place| wanted.is_empty() || fits(&self.all[*place])).collect();
        self.cursor = self.visible.iter().position(|place| Some(&self.all[*place].name) == current).unwrap_or(0);
    }
}

impl Rows for RepositoryList {
    fn count(&self) -> usize {
        self.visible.len()
    }

    fn row(&self, index: usize) -> Row {
        let Some(repository) = self.visible.get(index).and_then(|place| self.all.get(*place)) else {
            return Row::default();
        };
        let mut cells = vec![repository.name.to_string()];
        match &repository.details {
            Some(details) => cells.extend([
                printable(details.default_branch.as_deref().unwrap_or("empty")),
                printable(&details.last_change),
                printable(&details.description),
            ]),
            None => cells.push("…".to_owned()),
        }
        Row { mark: None, checked: self.marked.contains(repository.name.as_str()), cells }
    }
}

#[cfg(test)]
mod tests {
    use super::RepositoryList;
    use crate::wizard::effect::Repository;
    use crate::wizard::event::{Event, Key};
    use crate::wizard::names::RepositoryName;
    use crate::wizard::screen::Rows;

    fn list(names: &[&str]) -> RepositoryList {
        let mut list = RepositoryList::default();
        list.set(repositories(names));
        list
    }

    fn repositories(names: &[&str]) -> Vec<Repository> {
        let named = |name: &&str| Repository { name: RepositoryName::parse(name).unwrap(), details: None };
        names.iter().map(named).collect()
    }

    fn keys(list: &mut RepositoryList, text: &str) {
        for c in text.chars() {
            list.hear(&Event::Key(Key::Char(c)));
        }
    }

    #[test]
    fn marks_survive_the_filter() {
        let mut list = list(&["api", "web", "tools"]);
        keys(&mut list, " /web");
        assert_eq!(list.count(), 1);
        list.hear(&Event::Key(Key::Char(' ')));
        list.hear(&Event::Key(Key::Esc));
        let chosen: Vec<_> = list.chosen().iter().map(|repository| repository.name.to_string()).collect();
        assert_eq!(chosen, ["api", "web"]);
    }

    #[test]
    fn names_are_in_order_whatever_their_case() {
        let list = list(&["Web", "api", "Tools"]);
        let names: Vec<String> = (0..3).map(|index| list.row(index).cells[0].clone()).collect();
        assert_eq!(names, ["api", "Tools", "Web"]);
    }

    #[test]
    fn the_first_match_is_under_the_cursor_and_stays_there_when_all_are_shown_again() {
        let mut list = list(&["api", "web-a", "web-b", "web-c"]);
        list.hear(&Event::Key(Key::End));
        keys(&mut list, "/web");
        assert_eq!(list.current().unwrap().name.as_str(), "web-a");
        list.hear(&Event::Key(Key::Down));
        list.hear(&Event::Key(Key::Esc));
        assert_eq!((list.count(), list.current().unwrap().name.as_str()), (4, "web-b"));
    }

    #[test]
    fn marked_ones_that_the_filter_hides_are_counted() {
        let mut list = list(&["api", "tools", "web"]);
        assert_eq!(list.hidden(), 0);
        keys(&mut list, " ");
        list.hear(&Event::Key(Key::Down));
        keys(&mut list, " /tool");
        assert_eq!((list.chosen().len(), list.hidden()), (2, 1));
        keys(&mut list, "s-nowhere");
        assert_eq!((list.chosen().len(), list.hidden()), (2, 2));
    }

    #[test]
    fn the_cursor_stays_on_its_row_while_pages_come_in() {
        let mut list = list(&["m", "n"]);
        list.hear(&Event::Key(Key::Down));
        list.set(repositories(&["a", "b", "m", "n"]));
        assert_eq!(list.current().unwrap().name.as_str(), "n");
    }

    #[test]
    fn with_nothing_marked_the_one_under_the_cursor_is_chosen() {
        let mut list = list(&["a", "b"]);
        list.hear(&Event::Key(Key::Down));
        assert_eq!(list.chosen()[0].name.as_str(), "b");
    }

    #[test]
    fn an_empty_list_takes_every_key() {
        let mut list = RepositoryList::default();
        for key in [Key::Up, Key::Down, Key::PageDown, Key::Home, Key::End, Key::Char(' '), Key::Char('/'), Key::Esc] {
            list.hear(&Event::Key(key));
        }
        assert!(list.chosen().is_empty());
        keys(&mut list, "/a");
        assert!(!list.filtering(), "there is nothing to filter");
    }
}
