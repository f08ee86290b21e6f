//! A screen as plain lines: for a screen reader, a dumb terminal and unattended runs.
//!
//! Deliberately absent: escape codes, frames, glyphs and columns.

use crate::wizard::names::printable;
use crate::wizard::screen::{Block, Check, Choice, FileDiff, Form, List, Row, Screen, Sign, Status};

/// How many rows of a list are written out.
const ROWS: usize = 30;

/// Everything that a screen says but its keys, line by line.
pub fn lines(screen: &Screen<'_>) -> Vec<String> {
    let mut lines = vec![screen.purpose.clone()];
    for block in &screen.body {
        add(block, &mut lines);
    }
    lines.extend(screen.status.iter().map(status));
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.iter().map(|line| printable(line)).collect()
}

/// A status line with its word.
pub fn status(status: &Status) -> String {
    match status.mark {
        Some(mark) => format!("{}: {}", mark.word(), status.text),
        None => status.text.clone(),
    }
}

fn add(block: &Block<'_>, lines: &mut Vec<String>) {
    match block {
        Block::Text(text) => lines.push(text.clone()),
        Block::Gap => lines.push(String::new()),
        Block::Checks(checks) => lines.extend(checks.iter().map(check)),
        Block::List(list) => add_list(list, lines),
        Block::Form(form) => add_form(form, lines),
        Block::Choices(choices) => lines.extend(choices.iter().map(choice)),
        Block::Diff(change) => lines.extend(diff(change)),
        Block::Card { title, lines: card } => {
            lines.push(format!("{title}:"));
            lines.extend(card.iter().map(|line| format!("  {line}").trim_end().to_owned()));
        }
        Block::Table { head, rows } => {
            let titles: Vec<&str> = head.iter().copied().filter(|title| !title.is_empty()).collect();
            if !titles.is_empty() {
                lines.push(format!("{}:", titles.join(", ")));
            }
            lines.extend(rows.iter().map(|cells| format!("  {}", filled(cells))));
        }
        Block::Commands(commands) => lines.extend(commands.iter().cloned()),
        // What can be typed is said by the prompt.
        Block::Keys(_) => {}
        Block::Meter { of, done } => lines.push(format!("{done} of {of}")),
        Block::Problem(problem) => {
            lines.push(format!("failed: {}", problem.what));
            lines.extend([&problem.why, &problem.hint].into_iter().flat_map(|text| text.lines()).map(str::to_owned));
        }
    }
}

fn check(check: &Check) -> String {
    let word = check.word.as_deref().unwrap_or_else(|| check.mark.word());
    let found = filled(&check.found);
    if found.is_empty() { format!("{word}: {}", check.name) } else { format!("{word}: {}, {found}", check.name) }
}

fn add_list(list: &List<'_>, lines: &mut Vec<String>) {
    let count = list.rows.count();
    if count == 0 {
        lines.push(list.empty.clone());
    }
    // A long list starts at the page of the cursor, so that the row that Enter takes is among those written.
    let from = list.cursor / ROWS * ROWS;
    for index in from..count.min(from + ROWS) {
        lines.push(format!("{}. {}", index + 1, row(&list.rows.row(index))));
    }
    if count > ROWS {
        lines.push(format!("{} to {} of {count} are written here.", from + 1, count.min(from + ROWS)));
    }
    if let Some(filter) = &list.filter {
        let text = if filter.text.is_empty() { String::new() } else { format!("Filter: {}, ", filter.text) };
        lines.push(format!("{text}{}", filter.note));
    }
}

fn row(row: &Row) -> String {
    let mark = row.mark.map(|mark| format!("{}: ", mark.word())).unwrap_or_default();
    let checked = if row.checked { "marked, " } else { "" };
    format!("{mark}{checked}{}", filled(&row.cells))
}

fn add_form(form: &Form, lines: &mut Vec<String>) {
    for field in &form.fields {
        let text = if field.secret && !field.text.is_empty() { "(typed, hidden)" } else { &field.text };
        let note = if field.note.is_empty() { String::new() } else { format!(" ({})", field.note) };
        lines.push(format!("{}: {text}{note}", field.label));
    }
}

fn choice(choice: &Choice) -> String {
    let options = choice.options.iter().enumerate().map(|(place, option)| {
        let now = if place == choice.taken { " (now)" } else { "" };
        format!("{} {option}{now}", place + 1)
    });
    format!("{}: {}", choice.label, options.collect::<Vec<_>>().join(", "))
}

/// The change of a file, line by line.
pub fn diff(diff: &FileDiff) -> Vec<String> {
    let note = if diff.note.is_empty() { String::new() } else { format!(" ({})", diff.note) };
    let mut lines = vec![format!("Change of {}{note}:", diff.path)];
    lines.extend(diff.lines.iter().map(|line| match line.sign {
        Sign::Added => format!("  + {}", line.text),
        Sign::Removed => format!("  - {}", line.text),
        Sign::Kept => format!("    {}", line.text).trim_end().to_owned(),
        Sign::Elided => "    ...".to_owned(),
    }));
    lines
}

fn filled(cells: &[String]) -> String {
    let cells: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    cells.join(", ")
}
