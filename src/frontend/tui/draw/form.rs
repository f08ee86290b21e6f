//! Fields to fill and choices to take.
//!
//! Deliberately absent: what a key does in them; the text shown is what the wizard says, masked already.

use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::paper::{Paper, Row, blank, columns};
use crate::frontend::tui::look::Role;
use crate::wizard::screen::{Choice, Form, FormField};

/// A field is never narrower than this while there is room.
const NARROWEST: u16 = 16;
/// Nor wider than this: an access key's secret and its cursor fit.
const WIDEST: u16 = 44;

impl Paper {
    pub(super) fn form(self, form: &Form) -> Vec<Row> {
        let labels = form.fields.iter().map(|field| columns(field.label)).max().unwrap_or(0).min(self.width / 2);
        let notes = form.fields.iter().map(|field| columns(&self.look.fit(&field.note))).max().unwrap_or(0);
        form.fields
            .iter()
            .enumerate()
            .flat_map(|(place, field)| self.field(field, labels, notes, place == form.focus))
            .collect()
    }

    fn field(self, field: &FormField, labels: u16, notes: u16, focused: bool) -> Vec<Row> {
        let at = 2 + labels + 3;
        let room = self.width.saturating_sub(at).max(1);
        let note = self.look.fit(&field.note);
        let beside = !note.is_empty() && notes.saturating_add(3 + NARROWEST) <= room;
        let taken = if beside { notes + 3 } else { 0 };
        let width = (room - taken).min(WIDEST);
        let (text, caret) = self.window(&field.text, field.cursor, width, focused);
        let pointer = if focused { format!("{} ", self.look.cursor()) } else { blank(2) };
        let shown = if focused { self.pad(&text, width) } else { text };
        let mut row = Row::of(vec![
            Span::styled(pointer, self.look.style(Role::Strong)),
            self.ink(&self.pad(field.label, labels + 3), if focused { Role::Strong } else { Role::Plain }),
            self.ink(&shown, if focused { Role::Focus } else { Role::Plain }),
        ]);
        row.focus = focused;
        row.caret = focused.then_some(at + caret);
        if beside {
            let gap = width.saturating_sub(columns(&shown)) + 3;
            row.line.push_span(Span::raw(blank(gap)));
            row.line.push_span(self.ink(&note, Role::Plain));
        }
        let mut rows = vec![row];
        if !beside && !note.is_empty() {
            let below = self.wrap(&note, room);
            rows.extend(
                below.iter().map(|line| Row::of(vec![Span::raw(blank(at)), self.ink(line, Role::Plain)])),
            );
        }
        rows
    }

    /// The part of a line being typed that fits, the cursor in it, and the column of the cursor.
    pub(super) fn window(self, text: &str, cursor: usize, width: u16, focused: bool) -> (String, u16) {
        let before: String = text.chars().take(cursor).collect();
        let caret = columns(&self.look.fit(&before));
        let text = self.look.fit(text);
        // The cursor behind the last character needs a column as well.
        let skipped = if focused { (caret + 1).saturating_sub(width) } else { 0 };
        let (mut shown, mut used, mut column) = (String::new(), 0, 0);
        for grapheme in text.graphemes(true) {
            let wide = u16::try_from(grapheme.width()).unwrap_or(0);
            if column >= skipped {
                if used + wide > width {
                    break;
                }
                shown.push_str(grapheme);
                used += wide;
            } else if column + wide > skipped {
                // The left half of a wide character is out of view.
                shown.push_str(&blank(column + wide - skipped));
                used += column + wide - skipped;
            }
            column += wide;
        }
        (shown, (caret - skipped).min(width.saturating_sub(1)))
    }

    pub(super) fn choices(self, choices: &[Choice]) -> Vec<Row> {
        let labels = choices.iter().map(|choice| columns(choice.label)).max().unwrap_or(0).min(self.width / 2);
        choices.iter().flat_map(|choice| self.choice(choice, labels)).collect()
    }

    fn choice(self, choice: &Choice, labels: u16) -> Vec<Row> {
        let start = 2 + labels + 3;
        let strong = if choice.focused { Role::Strong } else { Role::Plain };
        let mut rows = Vec::new();
        let mut spans = vec![
            Span::raw(blank(2)),
            self.ink(&self.pad(choice.label, labels + 3), strong),
        ];
        let mut at = start;
        for (place, option) in choice.options.iter().enumerate() {
            let taken = place == choice.taken;
            let role = match (taken, choice.focused) {
                (true, true) => Role::Selected,
                (true, false) => Role::Strong,
                (false, _) => Role::Plain,
            };
            let glyph = if taken { self.look.cursor() } else { " " };
            let option = self.cut(option, self.width.saturating_sub(start + 2));
            if at > start && at + 2 + columns(&option) > self.width {
                rows.push(Row::of(std::mem::replace(&mut spans, vec![Span::raw(blank(start))])));
                at = start;
            }
            at += columns(&option) + 5;
            spans.push(Span::styled(format!("{glyph} "), self.look.style(role)));
            spans.push(self.ink(&option, role));
            spans.push(Span::raw(blank(3)));
        }
        rows.push(Row::of(spans));
        for row in &mut rows {
            row.focus = choice.focused;
        }
        rows
    }
}
