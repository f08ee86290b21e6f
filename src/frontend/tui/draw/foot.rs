//! The keys at the foot of the screen; none is ever cut in half.
//!
//! Deliberately absent: keys that do not work now; the screen holds only those that do.

use ratatui::text::{Line, Span};

use super::text::width;
use super::{Look, Role};
use crate::wizard::event::Key;
use crate::wizard::screen::Hint;

/// The hints as at most so many lines; when they do not fit, those in the middle go first.
pub(super) fn lines(hints: &[Hint], columns: usize, most: usize, look: &Look) -> Vec<Line<'static>> {
    let mut shown: Vec<(String, String)> =
        hints.iter().map(|hint| (look.text(&names(hint)), look.text(&hint.does))).collect();
    loop {
        for gap in [3, 2] {
            let rows = rows(&shown, columns.saturating_sub(1), gap);
            if rows.len() <= most {
                return rows.into_iter().map(|row| line(&shown[row], gap, look)).collect();
            }
        }
        // What Enter does, what leads back and what leads out stay to the last.
        let stays = |(key, _): &(String, String)| matches!(key.as_str(), "Enter" | "Esc" | "Ctrl-C");
        if let Some(goes) = shown.iter().rposition(|hint| !stays(hint)) {
            shown.remove(goes);
        } else if let Some((_, does)) = shown.iter_mut().skip(1).rfind(|(_, does)| !does.is_empty()) {
            // Esc and Ctrl-C are known by their names.
            does.clear();
        } else {
            shown.pop();
        }
    }
}

/// The ranges of hints that fit on a line each.
fn rows(shown: &[(String, String)], columns: usize, gap: usize) -> Vec<std::ops::Range<usize>> {
    let mut rows = Vec::new();
    let (mut from, mut used) = (0, 0);
    for (place, (key, does)) in shown.iter().enumerate() {
        let cells = width(key) + usize::from(!does.is_empty()) + width(does);
        let needed = if used == 0 { cells } else { used + gap + cells };
        if needed > columns && used > 0 {
            rows.push(from..place);
            (from, used) = (place, cells);
        } else {
            used = needed;
        }
        if cells > columns {
            // Alone on its line and still too long: it counts as a line too many.
            rows.push(place..place);
        }
    }
    rows.push(from..shown.len());
    rows
}

fn line(shown: &[(String, String)], gap: usize, look: &Look) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for (place, (key, does)) in shown.iter().enumerate() {
        if place > 0 {
            spans.push(Span::raw(" ".repeat(gap)));
        }
        spans.push(Span::styled(key.clone(), look.style(Role::Strong)));
        if !does.is_empty() {
            spans.push(Span::raw(format!(" {does}")));
        }
    }
    Line::from(spans)
}

/// The names of a hint's keys: arrows together, else the first.
fn names(hint: &Hint) -> String {
    match hint.keys.as_slice() {
        [Key::Up, Key::Down] => "↑↓".to_owned(),
        [Key::Left, Key::Right] => "←→".to_owned(),
        [first, ..] => name(*first),
        [] => String::new(),
    }
}

fn name(key: Key) -> String {
    match key {
        Key::Enter => "Enter".to_owned(),
        Key::Esc => "Esc".to_owned(),
        Key::Up => "↑".to_owned(),
        Key::Down => "↓".to_owned(),
        Key::Left => "←".to_owned(),
        Key::Right => "→".to_owned(),
        Key::PageUp => "PgUp".to_owned(),
        Key::PageDown => "PgDn".to_owned(),
        Key::Home => "Home".to_owned(),
        Key::End => "End".to_owned(),
        Key::Tab => "Tab".to_owned(),
        Key::BackTab => "Shift-Tab".to_owned(),
        Key::Backspace => "Backspace".to_owned(),
        Key::Delete => "Del".to_owned(),
        Key::Char(' ') => "Space".to_owned(),
        Key::Char(letter) => letter.to_string(),
        Key::Ctrl(letter) => format!("Ctrl-{}", letter.to_ascii_uppercase()),
        Key::F1 => "F1".to_owned(),
    }
}
