//! The blocks of a body that only have to be read: texts, findings, tables, changes, cards, meters, problems.
//!
//! Deliberately absent: lists, forms and choices, which have rooms of their own.

use ratatui::text::Span;

use super::paper::{Paper, Row, blank, columns};
use crate::frontend::tui::look::Role;
use crate::wizard::problem::Problem;
use crate::wizard::screen::{Check, FileDiff, Mark, Sign, Status};

impl Paper {
    pub(super) fn text(self, text: &str) -> Vec<Row> {
        self.wrap(text, self.width).into_iter().map(|line| Row::of(vec![self.ink(&line, Role::Plain)])).collect()
    }

    pub(super) fn checks(self, checks: &[Check]) -> Vec<Row> {
        let cells = checks.iter().map(|check| {
            let word = check.word.as_deref().unwrap_or_else(|| check.mark.word());
            let glyph = self.look.mark(check.mark);
            let mut cells = vec![
                (format!("{glyph} {}", self.look.fit(word)), Role::Mark(check.mark)),
                (check.name.clone(), Role::Plain),
            ];
            cells.extend(check.found.iter().map(|found| (found.clone(), Role::Plain)));
            cells
        });
        self.columns(&cells.collect::<Vec<_>>(), 2, self.width)
    }

    pub(super) fn table(self, head: &[&str], rows: &[Vec<String>]) -> Vec<Row> {
        let mut cells: Vec<Vec<(String, Role)>> = Vec::new();
        if head.iter().any(|title| !title.is_empty()) {
            cells.push(head.iter().map(|title| ((*title).to_owned(), Role::Strong)).collect());
        }
        cells.extend(rows.iter().map(|row| row.iter().map(|cell| (cell.clone(), Role::Plain)).collect()));
        self.columns(&cells, 2, self.width)
    }

    pub(super) fn diff(self, diff: &FileDiff) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .wrap(&diff.path, self.width)
            .into_iter()
            .map(|line| Row::of(vec![self.ink(&line, Role::Strong)]))
            .collect();
        if !diff.note.is_empty() {
            let note = self.ink(&format!("   ({})", diff.note), Role::Plain);
            match rows.last_mut() {
                Some(last) if last.line.width() + note.width() <= usize::from(self.width) => last.line.push_span(note),
                _ => rows.push(Row::of(vec![note])),
            }
        }
        for line in &diff.lines {
            let (sign, text) = match line.sign {
                Sign::Added => ("+ ", line.text.as_str()),
                Sign::Removed => ("- ", line.text.as_str()),
                Sign::Kept => ("  ", line.text.as_str()),
                Sign::Elided => ("  ", "…"),
            };
            let role = Role::Sign(line.sign);
            for (number, part) in self.wrap(text, self.width.saturating_sub(4)).into_iter().enumerate() {
                let sign = if number == 0 { sign } else { "  " };
                rows.push(Row::of(vec![Span::raw(blank(2)), self.ink(sign, role), self.ink(&part, role)]));
            }
        }
        rows
    }

    pub(super) fn card(self, title: &str, lines: &[String]) -> Vec<Row> {
        let set = self.look.frame();
        let inner = self.width.saturating_sub(4);
        let edge = |text: &str| self.ink(text, Role::Frame);
        let title = self.cut(title, inner.saturating_sub(2));
        let title = if title.is_empty() { String::new() } else { format!(" {title} ") };
        let rule = set.horizontal_top.repeat(usize::from((inner + 2).saturating_sub(columns(&title))));
        let mut rows =
            vec![Row::of(vec![edge(set.top_left), self.ink(&title, Role::Strong), edge(&rule), edge(set.top_right)])];
        for line in lines {
            for part in self.wrap(line, inner) {
                let (left, right) = (format!("{} ", set.vertical_left), format!(" {}", set.vertical_right));
                rows.push(Row::of(vec![edge(&left), self.ink(&self.pad(&part, inner), Role::Plain), edge(&right)]));
            }
        }
        let rule = set.horizontal_bottom.repeat(usize::from(inner + 2));
        rows.push(Row::of(vec![edge(set.bottom_left), edge(&rule), edge(set.bottom_right)]));
        rows
    }

    pub(super) fn meter(self, done: u64, of: u64) -> Vec<Row> {
        let figures = format!("   {done} of {of}");
        let width = self.width.saturating_sub(2 + columns(&figures)).min(50);
        let full = u128::from(done.min(of)) * u128::from(width) / u128::from(of.max(1));
        let full = u16::try_from(full).unwrap_or(width);
        let [filled, empty] = self.look.bar();
        let bar = filled.repeat(usize::from(full)) + &empty.repeat(usize::from(width - full));
        // A glyph of the face itself is in its set already; it must not be made fit.
        let bar = Span::styled(bar, self.look.style(Role::Mark(Mark::Ok)));
        vec![Row::of(vec![Span::raw(blank(2)), bar, self.ink(&figures, Role::Plain)])]
    }

    pub(super) fn problem(self, problem: &Problem) -> Vec<Row> {
        let mut rows = self.marked(Mark::Failed, &problem.what, Role::Strong);
        for text in [&problem.why, &problem.hint] {
            if !text.is_empty() {
                rows.extend(self.indented(text));
            }
        }
        rows
    }

    pub(super) fn status(self, status: &Status) -> Vec<Row> {
        match status.mark {
            Some(mark) => self.marked(mark, &status.text, Role::Plain),
            None => self.indented(&status.text),
        }
    }

    fn marked(self, mark: Mark, text: &str, role: Role) -> Vec<Row> {
        let mut rows = Vec::new();
        for (number, line) in self.wrap(text, self.width.saturating_sub(2)).into_iter().enumerate() {
            let glyph = match number {
                0 => Span::styled(self.look.mark(mark), self.look.style(Role::Mark(mark))),
                _ => Span::raw(" "),
            };
            rows.push(Row::of(vec![glyph, Span::raw(" "), self.ink(&line, role)]));
        }
        rows
    }

    fn indented(self, text: &str) -> Vec<Row> {
        let lines = self.wrap(text, self.width.saturating_sub(2)).into_iter();
        lines.map(|line| Row::of(vec![Span::raw(blank(2)), self.ink(&line, Role::Plain)])).collect()
    }
}
