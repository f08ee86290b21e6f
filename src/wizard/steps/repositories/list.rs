//! The repositories of a region as a list: order, filter, marks, cursor, and the rows in view.
//!
//! Deliberately absent: clones; `repositories` keeps those.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::wizard::effect::{Catalogue, Repository};
use crate::wizard::event::{Event, Key};
use crate::wizard::filtered::{Filtered, Heard, grouped};
use crate::wizard::fuzzy::Pattern;
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::screen::{Filter, Row, Rows};

/// How many rows around the cursor can be in view at most.
const IN_VIEW: usize = 60;

/// The list, and how far it is narrowed.
#[derive(Default)]
pub(super) struct RepositoryList {
    catalogue: Catalogue,
    /// The places of all repositories in the order in which they are shown.
    order: Vec<usize>,
    sort: Sort,
    /// The descriptions in lower case, for the filter, by the place of the repository.
    searched: Vec<String>,
    pattern: Pattern,
    rows: Filtered,
    marked: BTreeSet<RepositoryName>,
    /// Whether nothing more will be known.
    complete: bool,
    /// Whom the cursor goes to as soon as it is there.
    returning: Option<RepositoryName>,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sort {
    #[default]
    Name,
    /// The last change, the newest first.
    Change,
}

impl RepositoryList {
    /// Takes in what is new; marks, filter and the row under the cursor stay.
    pub(super) fn add(&mut self, news: Vec<Repository>) {
        let names: Vec<RepositoryName> = news.iter().map(|repository| repository.name.clone()).collect();
        let grown = self.catalogue.add(news);
        self.searched.resize(self.catalogue.all().len(), String::new());
        for place in names.iter().filter_map(|name| self.catalogue.place(name)) {
            if let Some(details) = &self.catalogue.all()[place].details {
                self.searched[place] = details.description.to_lowercase();
            }
        }
        self.order.extend(self.order.len()..self.catalogue.all().len());
        if grown || self.sort == Sort::Change {
            self.put_in_order();
        }
        if grown || self.sort == Sort::Change || self.rows.is_narrowed() {
            let back = self.returning.as_ref().and_then(|name| self.catalogue.place(name));
            if back.is_some() {
                self.returning = None;
            }
            self.narrow(back.or(self.rows.current()));
        }
    }

    /// Hears that nothing more will be known.
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    /// Begins with an empty list; order, filter and marks stay, and so will the row under the cursor.
    pub(super) fn anew(&mut self) {
        self.returning = self.current().map(|repository| repository.name.clone());
        (self.catalogue, self.complete) = (Catalogue::default(), false);
        self.order.clear();
        self.searched.clear();
        self.narrow(None);
    }

    /// What it is sorted by.
    pub(super) fn sort(&self) -> Sort {
        self.sort
    }

    /// Sorts by the other thing; the cursor stays on its row.
    pub(super) fn turn_sort(&mut self) {
        self.sort = match self.sort {
            Sort::Name => Sort::Change,
            Sort::Change => Sort::Name,
        };
        self.put_in_order();
        self.narrow(self.rows.current());
    }

    /// Marks a repository by its name, listed or not.
    pub(super) fn mark(&mut self, name: &str) {
        self.marked.extend(RepositoryName::parse(name).ok());
    }

    /// What is marked, listed or not.
    pub(super) fn marks(&self) -> &BTreeSet<RepositoryName> {
        &self.marked
    }

    /// Marks these and no others.
    pub(super) fn set_marks(&mut self, marked: BTreeSet<RepositoryName>) {
        self.marked = marked;
    }

    /// Takes the marks of these away.
    pub(super) fn unmark(&mut self, names: &[&str]) {
        self.marked.retain(|name| !names.contains(&name.as_str()));
    }

    /// Puts the cursor on a repository; a filter that hides it is lifted.
    pub(super) fn select(&mut self, name: &RepositoryName) {
        let Some(place) = self.catalogue.place(name) else { return };
        if !self.rows.places().contains(&place) {
            self.rows.widen();
        }
        self.narrow(Some(place));
    }

    /// Whether there is one of this name.
    pub(super) fn has(&self, name: &RepositoryName) -> bool {
        self.catalogue.place(name).is_some()
    }

    /// How many there are.
    pub(super) fn total(&self) -> usize {
        self.catalogue.all().len()
    }

    /// How many of them are known in full.
    pub(super) fn described(&self) -> usize {
        self.catalogue.described()
    }

    /// How many of the marked ones the filter hides.
    pub(super) fn hidden(&self) -> usize {
        if !self.rows.is_narrowed() {
            return 0;
        }
        self.marked_places().filter(|place| self.score(*place).is_none()).count()
    }

    /// Whether only what fits the filter is shown.
    pub(super) fn is_narrowed(&self) -> bool {
        self.rows.is_narrowed()
    }

    /// Whether the filter has the focus.
    pub(super) fn filtering(&self) -> bool {
        self.rows.filtering()
    }

    /// Gives the focus back to the list.
    pub(super) fn leave_filter(&mut self) {
        self.rows.leave_filter();
    }

    /// The row under the cursor.
    pub(super) fn cursor(&self) -> usize {
        self.rows.cursor()
    }

    /// The repository under the cursor.
    pub(super) fn current(&self) -> Option<&Repository> {
        self.rows.current().and_then(|place| self.catalogue.all().get(place))
    }

    /// How many [`RepositoryList::chosen`] are.
    pub(super) fn chosen_count(&self) -> usize {
        if self.marked.is_empty() { usize::from(self.current().is_some()) } else { self.marked_places().count() }
    }

    /// What Enter would clone: the marked ones by their names, or the one under the cursor.
    pub(super) fn chosen(&self) -> Vec<&Repository> {
        if self.marked.is_empty() {
            return self.current().into_iter().collect();
        }
        self.marked_places().map(|place| &self.catalogue.all()[place]).collect()
    }

    /// The filter line.
    pub(super) fn filter(&self) -> Option<Filter> {
        let marked = self.marked.len();
        self.rows.line((marked > 0).then(|| format!("{} marked", grouped(marked))))
    }

    /// Those around the cursor whose details are not known yet, the nearest first.
    pub(super) fn wanted_first(&self) -> Vec<RepositoryName> {
        let (places, cursor) = (self.rows.places(), self.rows.cursor());
        let start = cursor.saturating_sub(IN_VIEW / 2);
        let mut rows: Vec<usize> = (start..places.len().min(start + IN_VIEW)).collect();
        rows.sort_by_key(|row| row.abs_diff(cursor));
        let near = rows.iter().map(|row| &self.catalogue.all()[places[*row]]);
        near.filter(|repository| repository.details.is_none()).map(|repository| repository.name.clone()).collect()
    }

    /// Hears an event; `false` when it is none of its own.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        self.returning = None;
        match event {
            Event::Key(Key::Char(' ')) => self.toggle(),
            Event::Mark(rows) => {
                let places = rows.iter().filter_map(|row| self.rows.places().get(*row));
                self.marked = places.map(|place| self.catalogue.all()[*place].name.clone()).collect();
            }
            event => {
                let before = self.rows.current();
                let heard = self.rows.hear(event);
                if heard == Heard::Narrowed {
                    // Whoever types looks for the best; whoever is done looking goes on from there.
                    let current = before.filter(|_| !self.rows.is_narrowed());
                    self.narrow(current);
                }
                return heard != Heard::No;
            }
        }
        true
    }

    fn toggle(&mut self) {
        let Some(name) = self.current().map(|repository| repository.name.clone()) else { return };
        if !self.marked.remove(&name) {
            self.marked.insert(name);
        }
    }

    /// The places of the marked ones that are listed.
    fn marked_places(&self) -> impl Iterator<Item = usize> {
        self.marked.iter().filter_map(|name| self.catalogue.place(name))
    }

    fn put_in_order(&mut self) {
        let (all, sort) = (self.catalogue.all(), self.sort);
        self.order.sort_by(|one, other| {
            let (one, other) = (&all[*one], &all[*other]);
            let changed = |repository: &Repository| repository.details.as_ref().and_then(|details| details.changed);
            let by_change = match sort {
                Sort::Name => Ordering::Equal,
                Sort::Change => changed(other).cmp(&changed(one)),
            };
            by_change.then_with(|| by_name(one, other))
        });
    }

    /// Finds the rows that fit, the best first; the cursor goes to the first of them, or stays on the one named.
    fn narrow(&mut self, current: Option<usize>) {
        if self.pattern != Pattern::new(self.rows.wanted()) {
            self.pattern = Pattern::new(self.rows.wanted());
        }
        let visible = if self.pattern.is_empty() {
            self.order.clone()
        } else {
            let fits =
                self.order.iter().enumerate().filter_map(|(rank, place)| Some((-self.score(*place)?, rank, *place)));
            let mut fits: Vec<(i32, usize, usize)> = fits.collect();
            fits.sort_unstable();
            fits.into_iter().map(|(_, _, place)| place).collect()
        };
        self.rows.show(visible, self.order.len(), current);
    }

    fn score(&self, place: usize) -> Option<i32> {
        self.pattern.score(self.catalogue.all()[place].name.as_str(), &self.searched[place])
    }
}

/// By name, whatever the case; names that differ in nothing else by their case.
fn by_name(one: &Repository, other: &Repository) -> Ordering {
    let (one, other) = (one.name.as_str(), other.name.as_str());
    let folded = one.bytes().map(|b| b.to_ascii_lowercase()).cmp(other.bytes().map(|b| b.to_ascii_lowercase()));
    folded.then_with(|| one.cmp(other))
}

impl Rows for RepositoryList {
    fn count(&self) -> usize {
        self.rows.places().len()
    }

    fn row(&self, index: usize) -> Row {
        let place = self.rows.places().get(index);
        let Some(repository) = place.and_then(|place| self.catalogue.all().get(*place)) else {
            return Row::default();
        };
        let mut cells = vec![repository.name.to_string()];
        match &repository.details {
            Some(details) => cells.extend([
                printable(details.default_branch.as_deref().unwrap_or("empty")),
                printable(&details.last_change),
                printable(&details.description),
            ]),
            None if self.complete => {}
            None => cells.push("…".to_owned()),
        }
        let letters = self.pattern.letters(repository.name.as_str());
        Row {
            mark: None,
            checked: self.marked.contains(&repository.name),
            cells,
            found: letters.into_iter().map(|letter| (0, letter)).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
