//! Rows of styled text of a known width: what blocks are turned into before they get a place.
//!
//! Deliberately absent: places on the screen, and what the texts mean.

use ratatui::text::{Line, Span};
use textwrap::{Options, WordSplitter, WrapAlgorithm};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::frontend::tui::look::{Look, Role};

/// How things look, and how wide the place for them is.
#[derive(Clone, Copy)]
pub(super) struct Paper {
    pub(super) look: Look,
    pub(super) width: u16,
}

/// A row of the screen.
#[derive(Default)]
pub(super) struct Row {
    pub(super) line: Line<'static>,
    /// The column of the terminal's cursor, when it is in this row.
    pub(super) caret: Option<u16>,
    /// Whether this row has to be in view.
    pub(super) focus: bool,
}

impl Row {
    pub(super) fn of(spans: Vec<Span<'static>>) -> Self {
        Self { line: Line::from(spans), caret: None, focus: false }
    }
}

impl Paper {
    /// A piece of text; everything that is drawn goes through here or through [`Paper::wrap`].
    pub(super) fn ink(self, text: &str, role: Role) -> Span<'static> {
        Span::styled(self.look.fit(text), self.look.style(role))
    }

    /// A text in lines of at most `width`, with the indentation of each of its own lines kept.
    pub(super) fn wrap(self, text: &str, width: u16) -> Vec<String> {
        let width = usize::from(width.max(1));
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let line = self.look.fit(line.trim_end());
            let words = line.trim_start_matches(' ');
            let indent = " ".repeat((line.len() - words.len()).min(width / 2));
            let options = Options::new(width)
                .initial_indent(&indent)
                .subsequent_indent(&indent)
                .word_splitter(WordSplitter::NoHyphenation)
                .wrap_algorithm(WrapAlgorithm::FirstFit)
                .break_words(true);
            lines.extend(textwrap::wrap(words, options).into_iter().map(std::borrow::Cow::into_owned));
        }
        lines
    }

    /// A text cut to `width`, with a sign that it was cut.
    pub(super) fn cut(self, text: &str, width: u16) -> String {
        let (text, width) = (self.look.fit(text), usize::from(width));
        if text.width() <= width {
            return text;
        }
        let sign = self.look.ellipsis();
        let room = width.saturating_sub(sign.width());
        let mut cut = String::new();
        let mut used = 0;
        for grapheme in text.graphemes(true) {
            used += grapheme.width();
            if used > room {
                break;
            }
            cut.push_str(grapheme);
        }
        if width >= sign.width() {
            cut.push_str(sign);
        }
        cut
    }

    /// A text cut or filled up to `width`.
    pub(super) fn pad(self, text: &str, width: u16) -> String {
        let mut text = self.cut(text, width);
        text.push_str(&blank(width.saturating_sub(columns(&text))));
        text
    }

    /// Cells in columns, the last of a row wrapped in the room that is left; cells with no room left go below.
    pub(super) fn columns(self, rows: &[Vec<(String, Role)>], indent: u16, room: u16) -> Vec<Row> {
        let mut widths: Vec<u16> = Vec::new();
        for cells in rows {
            let cells = trimmed(cells);
            for (place, (text, _)) in cells.iter().enumerate().take(cells.len().saturating_sub(1)) {
                if widths.len() <= place {
                    widths.push(0);
                }
                widths[place] = widths[place].max(columns(&self.look.fit(text)).min(room / 2));
            }
        }
        rows.iter().flat_map(|cells| self.cells(trimmed(cells), &widths, indent, room)).collect()
    }

    fn cells(self, cells: &[(String, Role)], widths: &[u16], indent: u16, room: u16) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut spans = vec![Span::raw(blank(indent))];
        let mut at = indent;
        for (place, (text, role)) in cells.iter().enumerate() {
            let last = place + 1 == cells.len();
            let wanted = columns(&self.look.fit(text));
            let left = room.saturating_sub(at);
            let fits = if last { wanted <= left || left >= (room / 3).max(8) } else { widths[place] + 2 <= left };
            if !fits && place > 0 {
                rows.push(Row::of(std::mem::replace(&mut spans, vec![Span::raw(blank(indent + 4))])));
                at = indent + 4;
            }
            if last {
                let lines = self.wrap(text, room.saturating_sub(at));
                for (number, line) in lines.iter().enumerate() {
                    if number > 0 {
                        rows.push(Row::of(std::mem::replace(&mut spans, vec![Span::raw(blank(at))])));
                    }
                    spans.push(self.ink(line, *role));
                }
            } else {
                let width = widths[place].min(room.saturating_sub(at));
                // Padding is not styled: an underline or a colour ends with its word.
                let text = self.cut(text, width);
                at += width + 2;
                let gap = blank(width.saturating_sub(columns(&text)) + 2);
                spans.push(self.ink(&text, *role));
                spans.push(Span::raw(gap));
            }
        }
        rows.push(Row::of(spans));
        rows
    }
}

/// How many columns of the terminal a text takes.
pub(super) fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

pub(super) fn blank(width: u16) -> String {
    " ".repeat(usize::from(width))
}

/// The cells without empty ones at the end.
fn trimmed(cells: &[(String, Role)]) -> &[(String, Role)] {
    let end = cells.iter().rposition(|(text, _)| !text.is_empty()).map_or(0, |last| last + 1);
    &cells[..end]
}
