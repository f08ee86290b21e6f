//! The keys at the foot of the screen; none is ever cut in half.
//!
//! Deliberately absent: keys that do not work now; the screen holds only those that do.

use ratatui::text::{Line, Span};

use super::text::width;
use super::{Look, Role};
use crate::wizard::event::Key;
use crate::wizard::screen::Hint;

/// The hints as at most so many lines; when they do not fit, those in the middle go first, and the help names them.
pub(super) fn lines(hints: &[Hint], columns: usize, most: usize, look: &Look) -> Vec<Line<'static>> {
    // What Enter does, the help, what leads back and what leads out stay to the last.
    let stays = |hint: &Hint| STAY.iter().any(|key| hint.has(*key));
    let mut shown: Vec<(String, String, bool)> =
        hints.iter().map(|hint| (look.text(&hint.names()), look.text(&hint.does), stays(hint))).collect();
    loop {
        let crowded = shown.iter().all(|(_, _, stays)| *stays);
        for gap in if crowded { 1..=3 } else { 2..=3 }.rev() {
            let rows = rows(&shown, columns.saturating_sub(1), gap);
            if rows.len() <= most {
                return rows.into_iter().map(|row| line(&shown[row], gap, look)).collect();
            }
        }
        if let Some(goes) = shown.iter().rposition(|(_, _, stays)| !stays) {
            shown.remove(goes);
            for (name, does, _) in &mut shown {
                if matches!(name.as_str(), "?" | "F1") {
                    "more keys".clone_into(does);
                }
            }
        } else if let Some((_, does, _)) = shown.iter_mut().skip(1).rfind(|(_, does, _)| !does.is_empty()) {
            // These are known by their names.
            does.clear();
        } else if let Some((_, does, _)) = shown.iter_mut().find(|(_, does, _)| !does.is_empty()) {
            does.clear();
        } else {
            shown.pop();
        }
    }
}

const STAY: [Key; 5] = [Key::Enter, Key::Char('?'), Key::F1, Key::Esc, Key::Ctrl('c')];

/// The ranges of hints that fit on a line each.
fn rows(shown: &[(String, String, bool)], columns: usize, gap: usize) -> Vec<std::ops::Range<usize>> {
    let mut rows = Vec::new();
    let (mut from, mut used) = (0, 0);
    for (place, (key, does, _)) in shown.iter().enumerate() {
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

fn line(shown: &[(String, String, bool)], gap: usize, look: &Look) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for (place, (key, does, _)) in shown.iter().enumerate() {
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
