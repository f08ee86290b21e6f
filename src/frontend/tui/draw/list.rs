//! A list: filter line, titles, and the rows in view; no other row is asked for.
//!
//! Deliberately absent: moving; the cursor comes with the list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::text::{clipped, padded, width};
use super::{Look, Role, put};
use crate::wizard::filtered::grouped;
use crate::wizard::screen::{Column, Filter, List, Row};

/// How many lines the list would like to have.
pub(super) fn height(list: &List<'_>) -> usize {
    let extra = usize::from(list.filter.is_some()) + usize::from(has_titles(list));
    list.rows.count().max(1) + extra
}

/// Draws the list and returns where the cursor of the terminal belongs, when the filter has it.
pub(super) fn draw(list: &List<'_>, mut room: Rect, buffer: &mut Buffer, look: &Look) -> Option<(u16, u16)> {
    let mut top = 0;
    let mut caret = None;
    if let Some(filter) = &list.filter {
        caret = draw_filter(filter, room, buffer, look);
        top += 1;
    }
    let count = list.rows.count();
    if count == 0 {
        put(buffer, room, top, &Line::from(format!("   {}", look.text(&list.empty))));
        return caret;
    }
    let extra = u16::from(has_titles(list)) + u16::from(says_place(list, count, room.height));
    let view = usize::from(room.height.saturating_sub(top + extra)).max(1);
    // The cursor stays in the middle of a long list, so that both neighbours can be seen.
    let first = list.cursor.saturating_sub(view / 2).min(count.saturating_sub(view));
    let rows: Vec<Row> = (first..count.min(first + view)).map(|index| list.rows.row(index)).collect();
    let lead = Lead { boxes: list.marks, glyphs: rows.iter().any(|row| row.mark.is_some()) };
    let widths = widths(list, lead.width(), usize::from(room.width));
    if has_titles(list) && room.height > top + 1 {
        let titles: Vec<String> = list.columns.iter().map(|column| column.title.to_owned()).collect();
        let text = format!("{}{}", " ".repeat(lead.width()), cells(&titles, &widths, look));
        // Where not all rows are in view, the titles also say how many there are.
        let place = if count > view { place(list) } else { String::new() };
        let text = if place.is_empty() {
            text
        } else {
            padded(&text, usize::from(room.width).saturating_sub(width(&place)), look)
        };
        put(buffer, room, top, &Line::from(vec![Span::styled(text, look.style(Role::Strong)), Span::raw(place)]));
        top += 1;
    }
    let last = room.height.saturating_sub(1);
    if says_place(list, count, room.height) {
        put(buffer, room, last, &Line::from(format!("{}{}", " ".repeat(lead.width()), place(list).trim())));
        room.height = last;
    }
    for (line, (index, row)) in (top..room.height).zip((first..).zip(&rows)) {
        put(buffer, room, line, &drawn(lead, row, index == list.cursor, &widths, room.width.into(), look));
    }
    caret
}

fn drawn(lead: Lead, row: &Row, current: bool, widths: &[usize], columns: usize, look: &Look) -> Line<'static> {
    let cursor = if current { look.cursor() } else { " " };
    let style = if current { look.style(Role::Selected) } else { Style::new() };
    let mut text = format!(" {cursor} ");
    if lead.boxes {
        text.push_str(if row.checked { "[x] " } else { "[ ] " });
    }
    let glyph = row.mark.map_or(" ", |mark| look.glyph(mark));
    let mark = if lead.glyphs { format!("{glyph} ") } else { String::new() };
    let rest = columns.saturating_sub(lead.width());
    let mark_style = row.mark.filter(|_| !current).map_or(style, |mark| look.style(Look::role(mark)));
    let mut spans = vec![Span::styled(text, style), Span::styled(mark, mark_style)];
    let text = padded(&cells(&row.cells, widths, look), rest, look);
    spans.extend(parts(&text, &found(row, widths, look), style, look));
    Line::from(spans)
}

/// The letters of a row that a filter found, counted in the characters of the whole row.
fn found(row: &Row, widths: &[usize], look: &Look) -> Vec<usize> {
    let mut before = 0;
    let mut places = Vec::new();
    for (cell, (text, cells)) in row.cells.iter().zip(widths).enumerate() {
        let in_cell = row.found.iter().filter(|(of, _)| *of == cell);
        // Where letters take more than one character, or the text is cut off, they are counted as they are drawn.
        let drawn = |place: usize| look.text(&text.chars().take(place).collect::<String>()).chars().count();
        let shown = clipped(&look.text(text), *cells, look).chars().count();
        let last = cell + 1 == row.cells.len();
        places.extend(
            in_cell.map(|(_, place)| drawn(*place)).filter(|place| last || *place < shown).map(|it| before + it),
        );
        before += padded(&look.text(text), *cells, look).chars().count() + 1;
    }
    places
}

/// A text with some of its characters set off.
fn parts(text: &str, places: &[usize], style: Style, look: &Look) -> Vec<Span<'static>> {
    if places.is_empty() {
        return vec![Span::styled(text.to_owned(), style)];
    }
    let strong = style.patch(look.style(Role::Found));
    let mut spans: Vec<(bool, String)> = Vec::new();
    for (place, c) in text.chars().enumerate() {
        let is_found = places.contains(&place);
        match spans.last_mut() {
            Some((before, text)) if *before == is_found => text.push(c),
            _ => spans.push((is_found, c.to_string())),
        }
    }
    spans.into_iter().map(|(is_found, text)| Span::styled(text, if is_found { strong } else { style })).collect()
}

fn cells(texts: &[String], widths: &[usize], look: &Look) -> String {
    let last = texts.len().saturating_sub(1);
    let cell = |(place, (text, cells)): (usize, (&String, &usize))| {
        // Nothing comes after the last text of a row: it may run over the columns that stay empty.
        let cells =
            if place == last { widths[place..].iter().sum::<usize>() + widths.len() - place - 1 } else { *cells };
        padded(&look.text(text), cells, look)
    };
    texts.iter().zip(widths).enumerate().map(cell).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

/// The widths of the columns; where they do not fit, the wider ones give way.
fn widths(list: &List<'_>, lead: usize, columns: usize) -> Vec<usize> {
    let room = columns.saturating_sub(lead + list.columns.len());
    let mut widths: Vec<usize> = list.columns.iter().map(|column| usize::from(column.width)).collect();
    let fixed: usize = widths.iter().sum();
    let open = list.columns.iter().filter(|column| column.width == 0).count();
    let least = open * 12;
    if fixed + least <= room {
        let rest = (room - fixed).checked_div(open).unwrap_or(0);
        for (width, column) in widths.iter_mut().zip(&list.columns) {
            *width = if column.width == 0 { rest } else { *width };
        }
        return widths;
    }
    // The first column tells which row it is: it keeps its width, the others share what is left.
    let mut left = room;
    for (width, column) in widths.iter_mut().zip(&list.columns) {
        let wanted = if column.width == 0 { left } else { usize::from(column.width) };
        *width = wanted.min(left);
        left -= *width;
    }
    widths
}

/// What stands before the first column, besides the cursor.
#[derive(Clone, Copy)]
struct Lead {
    /// A box to mark the row.
    boxes: bool,
    /// A glyph, when a row in view has one.
    glyphs: bool,
}

impl Lead {
    fn width(self) -> usize {
        3 + if self.boxes { 4 } else { 0 } + if self.glyphs { 2 } else { 0 }
    }
}

/// Whether the last line says where the cursor is, since not all rows fit and there are no titles to say it.
fn says_place(list: &List<'_>, count: usize, height: u16) -> bool {
    !has_titles(list) && list.filter.is_none() && height > 2 && count > usize::from(height)
}

/// Where the cursor is in the whole list.
fn place(list: &List<'_>) -> String {
    let count = list.rows.count();
    format!("  {} of {} ", grouped(list.cursor.min(count.saturating_sub(1)) + 1), grouped(count))
}

fn has_titles(list: &List<'_>) -> bool {
    list.columns.iter().any(|Column { title, .. }| !title.is_empty())
}

fn draw_filter(filter: &Filter, room: Rect, buffer: &mut Buffer, look: &Look) -> Option<(u16, u16)> {
    let columns = usize::from(room.width);
    let note = look.text(&filter.note);
    let text_room = columns.saturating_sub(width(&note) + 6);
    let text = clipped(&look.text(&filter.text), text_room, look);
    let gap = " ".repeat(columns.saturating_sub(5 + width(&text) + width(&note)));
    let style = if filter.cursor.is_some() { look.style(Role::Focused) } else { Style::new() };
    let spans =
        vec![Span::styled(" / ", look.style(Role::Strong)), Span::styled(text, style), Span::raw(gap), Span::raw(note)];
    put(buffer, room, 0, &Line::from(spans));
    let before: String = filter.text.chars().take(filter.cursor?).collect();
    let column = u16::try_from(3 + width(&before).min(text_room)).unwrap_or(u16::MAX);
    (room.height > 0).then(|| (room.x + column.min(room.width.saturating_sub(1)), room.y))
}
