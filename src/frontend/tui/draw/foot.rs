//! The foot: the keys that work now.
//!
//! Deliberately absent: half a hint; one that does not fit is left out as a whole, the least telling first.

use ratatui::text::Span;

use super::paper::{Paper, Row, blank, columns};
use crate::frontend::tui::look::{Look, Role};
use crate::wizard::event::Key;
use crate::wizard::screen::Hint;

impl Paper {
    /// The hints in at most so many lines.
    pub(super) fn foot(self, hints: &[Hint], most: usize) -> Vec<Row> {
        let mut hints: Vec<Shown> = hints.iter().map(|hint| self.shown(hint)).collect();
        loop {
            for (allowed, gap) in (1..=most).flat_map(|allowed| [(allowed, 3), (allowed, 2)]) {
                let lines = fill(&hints, gap, self.width);
                if lines.len() <= allowed {
                    return lines.iter().map(|line| self.line(line, gap)).collect();
                }
            }
            let Some(least) = hints.iter().rposition(|hint| hint.rank == Rank::Extra).or_else(|| {
                hints.iter().rposition(|hint| hint.rank == Rank::Help)
            }) else {
                // Only what always stays is left: the keys without what they do.
                for hint in &mut hints {
                    hint.does.clear();
                }
                let lines = fill(&hints, 2, self.width);
                return lines.iter().take(most).map(|line| self.line(line, 2)).collect();
            };
            hints.remove(least);
        }
    }

    fn shown(self, hint: &Hint) -> Shown {
        let arrows = hint.keys.iter().all(|key| matches!(key, Key::Up | Key::Down | Key::Left | Key::Right));
        let names: Vec<String> = hint.keys.iter().map(|key| name(*key, self.look)).collect();
        // ↑↓ need nothing between them, words do.
        let keys = names.join(if arrows && names.iter().all(|name| !name.is_ascii()) { "" } else { "/" });
        let has = |key| hint.keys.contains(&key);
        let rank = if has(Key::Enter) || has(Key::Esc) || has(Key::Ctrl('c')) {
            Rank::Stays
        } else if has(Key::Char('?')) || has(Key::F1) {
            Rank::Help
        } else {
            Rank::Extra
        };
        // What Ctrl-C does is known.
        let does = if has(Key::Ctrl('c')) { String::new() } else { self.look.fit(&hint.does) };
        Shown { keys, does, rank }
    }

    fn line(self, hints: &[&Shown], gap: u16) -> Row {
        let mut spans = Vec::new();
        for (place, hint) in hints.iter().enumerate() {
            if place > 0 {
                spans.push(Span::raw(blank(gap)));
            }
            spans.push(Span::styled(hint.keys.clone(), self.look.style(Role::Strong)));
            if !hint.does.is_empty() {
                spans.push(self.ink(&format!(" {}", hint.does), Role::Plain));
            }
        }
        Row::of(spans)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Stays,
    Help,
    Extra,
}

struct Shown {
    keys: String,
    does: String,
    rank: Rank,
}

impl Shown {
    fn width(&self) -> u16 {
        let does = if self.does.is_empty() { 0 } else { columns(&self.does).saturating_add(1) };
        columns(&self.keys).saturating_add(does)
    }
}

fn fill(hints: &[Shown], gap: u16, width: u16) -> Vec<Vec<&Shown>> {
    let mut lines: Vec<Vec<&Shown>> = vec![Vec::new()];
    let mut used = 0_u16;
    for hint in hints {
        let wanted = hint.width();
        let line = lines.last_mut().filter(|line| line.is_empty() || used.saturating_add(gap + wanted) <= width);
        if let Some(line) = line {
            used = used.saturating_add(if line.is_empty() { wanted } else { gap + wanted });
            line.push(hint);
        } else {
            used = wanted;
            lines.push(vec![hint]);
        }
    }
    // A hint wider than the whole line counts as one line more, so that it gives way.
    if lines.iter().flatten().any(|hint| hint.width() > width) {
        lines.extend(std::iter::repeat_n(Vec::new(), hints.len() + 3));
    }
    lines
}

fn name(key: Key, look: Look) -> String {
    let [up, down, left, right] = look.arrows();
    let name = match key {
        Key::Enter => "Enter",
        Key::Esc => "Esc",
        Key::Up => up,
        Key::Down => down,
        Key::Left => left,
        Key::Right => right,
        Key::PageUp => "PgUp",
        Key::PageDown => "PgDn",
        Key::Home => "Home",
        Key::End => "End",
        Key::Tab => "Tab",
        Key::BackTab => "Shift-Tab",
        Key::Backspace => "Backspace",
        Key::Delete => "Del",
        Key::F1 => "F1",
        Key::Char(' ') => "Space",
        Key::Char(c) => return look.fit(&c.to_string()),
        Key::Ctrl(c) => return look.fit(&format!("Ctrl-{}", c.to_ascii_uppercase())),
    };
    name.to_owned()
}
