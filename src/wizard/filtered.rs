//! A list that can be narrowed: its filter line, its cursor, and the keys of both.
//!
//! Deliberately absent: the rows, and which of them fit; whoever has them says so.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::event::{Event, Key};
use super::field::Field;
use super::screen::Filter;

/// How many rows a page is for the keys.
const PAGE: usize = 10;

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It was none of the list's.
    No,
    /// The cursor or the focus may have moved.
    Yes,
    /// Another filter stands there: whoever has the rows says anew which fit.
    Narrowed,
}

/// The filter, the cursor, and the places of the rows that fit.
#[derive(Debug, Default)]
pub struct Filtered {
    /// Places in the whole list, in the order in which they are shown.
    visible: Vec<usize>,
    total: usize,
    filter: Field,
    filtering: bool,
    cursor: usize,
}

impl Filtered {
    /// Hears which rows fit, of how many; the cursor goes to the row named, or to the first.
    pub fn show(&mut self, visible: Vec<usize>, total: usize, current: Option<usize>) {
        self.visible = visible;
        self.total = total;
        self.cursor = self.visible.iter().position(|place| Some(*place) == current).unwrap_or(0);
    }

    /// The places that are shown, in their order.
    pub fn places(&self) -> &[usize] {
        &self.visible
    }

    /// The place of the row under the cursor.
    pub fn current(&self) -> Option<usize> {
        self.visible.get(self.cursor).copied()
    }

    /// The row under the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// What is looked for.
    pub fn wanted(&self) -> &str {
        self.filter.text()
    }

    /// Whether the filter has the focus.
    pub fn filtering(&self) -> bool {
        self.filtering
    }

    /// Whether only what fits the filter is shown.
    pub fn is_narrowed(&self) -> bool {
        !self.filter.is_empty()
    }

    /// Takes the filter away; whoever has the rows shows all of them again.
    pub fn widen(&mut self) {
        self.filtering = false;
        self.filter.set("");
    }

    /// Gives the focus back to the list.
    pub fn leave_filter(&mut self) {
        self.filtering = false;
    }

    /// The filter line, while there is something to see in it; a remark follows the counts.
    pub fn line(&self, remark: Option<String>) -> Option<Filter> {
        if !self.filtering && !self.is_narrowed() && remark.is_none() {
            return None;
        }
        let (shown, total) = (self.visible.len(), grouped(self.total));
        let counts = if shown == self.total { total } else { format!("{} of {total}", grouped(shown)) };
        Some(Filter {
            text: self.filter.shown(),
            cursor: self.filtering.then(|| self.filter.cursor_shown()),
            note: std::iter::once(counts).chain(remark).collect::<Vec<_>>().join(" · "),
        })
    }

    /// Hears an event.
    pub fn hear(&mut self, event: &Event) -> Heard {
        match event {
            Event::Key(key) => self.key(*key),
            Event::Paste(text) if self.filtering => {
                self.filter.insert(text.expose());
                Heard::Narrowed
            }
            Event::Pick(row) => {
                self.cursor = (*row).min(self.last());
                Heard::Yes
            }
            _ => Heard::No,
        }
    }

    fn key(&mut self, key: Key) -> Heard {
        let last = self.last();
        match key {
            Key::Up => self.cursor = self.cursor.checked_sub(1).unwrap_or(last),
            Key::Down => self.cursor = if self.cursor >= last { 0 } else { self.cursor + 1 },
            Key::PageUp => self.cursor = self.cursor.saturating_sub(PAGE),
            Key::PageDown => self.cursor = (self.cursor + PAGE).min(last),
            Key::Home if !self.filtering => self.cursor = 0,
            Key::End if !self.filtering => self.cursor = last,
            Key::Esc if self.filtering || self.is_narrowed() => {
                self.widen();
                return Heard::Narrowed;
            }
            Key::Tab if self.filtering => self.filtering = false,
            Key::Char('/') if !self.filtering && self.total > 0 => self.filtering = true,
            _ if self.filtering => {
                let before = self.filter.text().to_owned();
                return match self.filter.key(key) {
                    false => Heard::No,
                    true if self.filter.text() == before => Heard::Yes,
                    true => Heard::Narrowed,
                };
            }
            _ => return Heard::No,
        }
        Heard::Yes
    }

    fn last(&self) -> usize {
        self.visible.len().saturating_sub(1)
    }
}

/// A count as people read it: `10,000`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(
            [0, 12, 999, 1000, 10_003, 1_234_567].map(grouped),
            ["0", "12", "999", "1,000", "10,003", "1,234,567"]
        );
    }
}
