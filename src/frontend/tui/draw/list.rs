//! Rows to choose from: as many as there is room for, the one under the cursor among them.
//!
//! Deliberately absent: a scroll position of its own. It follows from the cursor, so that the same screen always looks
//! the same.

use ratatui::text::Span;

use super::paper::{Paper, Row, blank, columns};
use crate::frontend::tui::look::Role;
use crate::wizard::screen::{Column, Filter, List, Row as Entry};

/// The gap between columns.
const GAP: u16 = 2;

/// The fewest rows of a list that are shown, whatever else there is.
pub(super) const FEWEST: u16 = 3;

impl Paper {
    /// How many lines a list takes when there is room for all of it.
    pub(super) fn list_height(list: &List<'_>) -> u16 {
        let rows = u16::try_from(list.rows.count().max(1)).unwrap_or(u16::MAX);
        rows.saturating_add(Self::list_head(list))
    }

    /// How many of these lines are above the rows.
    pub(super) fn list_head(list: &List<'_>) -> u16 {
        u16::from(list.filter.is_some()) + u16::from(titled(list))
    }

    pub(super) fn list(self, list: &List<'_>, height: u16) -> Vec<Row> {
        let mut lines: Vec<Row> = list.filter.iter().map(|filter| self.filter(filter)).collect();
        let count = list.rows.count();
        let left = height.saturating_sub(u16::try_from(lines.len()).unwrap_or(0));
        // The titles make way when only the rows fit.
        let title = titled(list) && left > FEWEST;
        let room = usize::from(left - u16::from(title)).max(1);
        let from = list.cursor.saturating_sub(room / 2).min(count.saturating_sub(room));
        let entries: Vec<(usize, Entry)> =
            (from..count.min(from + room)).map(|index| (index, list.rows.row(index))).collect();
        let glyphs = entries.iter().any(|(_, entry)| entry.mark.is_some());
        let before = 2 + if list.marks { 4 } else { 0 } + if glyphs { 2 } else { 0 };
        let widths = allot(&list.columns, self.width.saturating_sub(before));
        if title {
            let place = (count > room).then(|| format!("{} of {count}", list.cursor.min(count - 1) + 1));
            lines.push(self.titles(&list.columns, &widths, before, place.as_deref()));
        }
        if entries.is_empty() {
            lines.extend(self.wrap(&list.empty, self.width.saturating_sub(2)).into_iter().take(room).map(|line| {
                Row::of(vec![Span::raw(blank(2)), self.ink(&line, Role::Plain)])
            }));
        }
        for (index, entry) in entries {
            lines.push(self.entry(list, &entry, index == list.cursor, &widths, glyphs));
        }
        lines
    }

    fn entry(self, list: &List<'_>, entry: &Entry, selected: bool, widths: &[u16], glyphs: bool) -> Row {
        let role = if selected { Role::Selected } else { Role::Plain };
        let style = self.look.style(role);
        let pointer = if selected { self.look.cursor() } else { " " };
        let mut spans = vec![Span::styled(format!("{pointer} "), style)];
        if list.marks {
            spans.push(Span::styled(if entry.checked { "[x] " } else { "[ ] " }, style));
        }
        if glyphs {
            let glyph = entry.mark.map_or(" ", |mark| self.look.mark(mark));
            let marked = entry.mark.map_or(style, |mark| style.patch(self.look.style(Role::Mark(mark))));
            spans.push(Span::styled(glyph, marked));
            spans.push(Span::styled(" ", style));
        }
        for (place, width) in widths.iter().enumerate() {
            let cell = entry.cells.get(place).map_or("", String::as_str);
            let gap = if place + 1 == widths.len() { 0 } else { GAP };
            spans.push(self.ink(&(self.pad(cell, *width) + &blank(gap)), role));
        }
        Row { focus: selected, ..Row::of(spans) }
    }

    fn titles(self, titles: &[Column], widths: &[u16], before: u16, place: Option<&str>) -> Row {
        let mut line = blank(before);
        for (title, width) in titles.iter().zip(widths) {
            line.push_str(&self.pad(title.title, *width));
            line.push_str(&blank(GAP));
        }
        let place = place.unwrap_or_default();
        let text = self.cut(line.trim_end(), self.width.saturating_sub(columns(place) + 1));
        let gap = self.width.saturating_sub(columns(&text) + columns(place));
        Row::of(vec![self.ink(&text, Role::Strong), Span::raw(blank(gap)), self.ink(place, Role::Plain)])
    }

    fn filter(self, filter: &Filter) -> Row {
        let note = self.cut(&filter.note, self.width / 2);
        let room = self.width.saturating_sub(2 + columns(&note) + 2).max(1);
        let focused = filter.cursor.is_some();
        let (text, caret) = self.window(&filter.text, filter.cursor.unwrap_or(0), room, focused);
        let shown = if focused { self.pad(&text, room) } else { text };
        let slash = if focused || !filter.text.is_empty() { "/ " } else { "  " };
        let gap = self.width.saturating_sub(2 + columns(&shown) + columns(&note));
        let mut row = Row::of(vec![
            self.ink(slash, Role::Strong),
            self.ink(&shown, if focused { Role::Focus } else { Role::Strong }),
            Span::raw(blank(gap)),
            self.ink(&note, Role::Plain),
        ]);
        row.caret = focused.then_some(2 + caret);
        row.focus = focused;
        row
    }
}

fn titled(list: &List<'_>) -> bool {
    list.columns.iter().any(|column| !column.title.is_empty())
}

/// The width of each column that is shown: all of them when there is room; else the first ones, made narrower.
fn allot(wanted: &[Column], room: u16) -> Vec<u16> {
    let fixed: u16 = wanted.iter().map(|column| column.width + GAP).sum();
    let open = u16::try_from(wanted.iter().filter(|column| column.width == 0).count()).unwrap_or(u16::MAX);
    if let Some(left) = room.checked_sub(fixed).filter(|left| open == 0 || *left / open >= 8) {
        // The last column needs no gap behind it.
        let share = (left + GAP).checked_div(open).unwrap_or(0);
        return wanted.iter().map(|column| if column.width == 0 { share } else { column.width }).collect();
    }
    let mut widths = Vec::new();
    let mut left = room;
    for (place, column) in wanted.iter().enumerate() {
        let width = if column.width == 0 { left } else { column.width };
        let most = if place == 0 && wanted.len() > 1 { left * 3 / 5 } else { left };
        if place > 0 && left < 6 {
            break;
        }
        let width = width.min(most).max(1);
        widths.push(width);
        left = left.saturating_sub(width + GAP);
    }
    if let Some(last) = widths.last_mut() {
        *last += left;
    }
    widths
}
