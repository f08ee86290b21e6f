//! Every block but the list, as lines of a width.
//!
//! Deliberately absent: positions; the lines flow from top to bottom.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::text::{clipped, padded, taken, width, wrapped, wrapped_with};
use super::{Flow, Look, Role};
use crate::wizard::problem::Problem;
use crate::wizard::screen::{Block, Check, Choice, FileDiff, Form, Hint, Mark, Sign};

/// Adds a block to the flow.
pub(super) fn add(block: &Block<'_>, flow: &mut Flow, columns: usize, look: &Look) {
    match block {
        Block::Text(text) => paragraph(text, flow, columns, look),
        Block::Gap => flow.lines.push(Line::default()),
        Block::Checks(checks) => add_checks(checks, flow, columns, look),
        Block::List(_) => {}
        Block::Form(form) => add_form(form, flow, columns, look),
        Block::Choices(choices) => add_choices(choices, flow, columns, look),
        Block::Diff(diff) => add_diff(diff, flow, columns, look),
        Block::Card { title, lines } => add_card(title, lines, flow, columns, look),
        Block::Table { head, rows } => add_table(head, rows, flow, columns, look),
        Block::Meter { of, done } => add_meter(*of, *done, flow, columns, look),
        Block::Problem(problem) => add_problem(problem, flow, columns, look),
        Block::Commands(commands) => add_commands(commands, flow, columns, look),
        Block::Keys(hints) => add_keys(hints, flow, columns, look),
    }
}

fn paragraph(text: &str, flow: &mut Flow, columns: usize, look: &Look) {
    let text = look.text(text);
    let indent = 3 + text.len() - text.trim_start().len();
    for line in wrapped(text.trim_start(), columns.saturating_sub(indent + 1)) {
        flow.lines.push(Line::from(format!("{}{line}", " ".repeat(indent))));
    }
}

fn add_checks(checks: &[Check], flow: &mut Flow, columns: usize, look: &Look) {
    let word = |check: &Check| look.text(check.word.as_deref().unwrap_or_else(|| check.mark.word()));
    let word_width = checks.iter().map(|check| width(&word(check))).max().unwrap_or(0).max(7);
    let names = checks.iter().filter(|check| !check.found.is_empty()).map(|check| width(&look.text(&check.name)));
    let name_width = names.max().unwrap_or(0).min(columns / 2);
    let firsts = checks.iter().filter(|check| check.found.len() > 1).map(|check| width(&look.text(&check.found[0])));
    let first_width = firsts.max().unwrap_or(0).min(columns / 3);
    for check in checks {
        let style = look.style(Look::role(check.mark));
        let mut spans = vec![
            Span::styled(format!("   {} {}", look.glyph(check.mark), padded(&word(check), word_width, look)), style),
            Span::raw("  "),
        ];
        let mut used = 7 + word_width;
        let name = look.text(&check.name);
        let Some((last, firsts)) = check.found.split_last() else {
            spans.push(Span::raw(clipped(&name, columns.saturating_sub(used), look)));
            flow.lines.push(Line::from(spans));
            continue;
        };
        let mut text = format!("{}  ", padded(&name, name_width, look));
        for found in firsts {
            text.push_str(&padded(&look.text(found), first_width + 2, look));
        }
        used += width(&text);
        spans.push(Span::raw(text));
        let room = columns.saturating_sub(used + 1);
        let last = look.text(last);
        // What does not fit goes on in its own column where there is room for one, else below as a whole.
        let longest = last.split(' ').map(width).max().unwrap_or(0);
        let beside = width(&last) <= room || (room >= 24 && longest <= room);
        let hanging = if beside { used } else { 7 };
        for (place, line) in wrapped(&last, columns.saturating_sub(hanging + 1)).into_iter().enumerate() {
            if place > 0 || !beside {
                flow.lines.push(Line::from(std::mem::take(&mut spans)));
                spans.push(Span::raw(" ".repeat(hanging)));
            }
            spans.push(Span::raw(line));
        }
        flow.lines.push(Line::from(spans));
    }
}

fn add_form(form: &Form, flow: &mut Flow, columns: usize, look: &Look) {
    let label_width = form.fields.iter().map(|field| width(field.label)).max().unwrap_or(0) + 3;
    for (place, field) in form.fields.iter().enumerate() {
        let focused = place == form.focus;
        let lead = format!("   {}", padded(field.label, label_width, look));
        let note = look.text(&field.note);
        let note_cells = if note.is_empty() { 0 } else { width(&note) + 3 };
        let room = columns.saturating_sub(width(&lead) + 2).max(1);
        let text_room = if room > note_cells + 12 { room - note_cells } else { room };
        let text = look.text(&field.text);
        let before: String = text.chars().take(field.cursor).collect();
        // A long text is moved so far to the left that the caret can be seen.
        let hidden = if focused { (width(&before) + 1).saturating_sub(text_room) } else { 0 };
        let skipped = width(&taken(&text, hidden));
        let visible: String = text.chars().skip(taken(&text, hidden).chars().count()).collect();
        let visible = taken(&visible, text_room);
        if focused {
            let column = width(&lead) + width(&before).saturating_sub(skipped);
            flow.caret = Some((flow.lines.len(), u16::try_from(column).unwrap_or(u16::MAX)));
        }
        let label_style = if focused { look.style(Role::Strong) } else { Style::new() };
        let text_style = if focused { look.style(Role::Focused) } else { Style::new() };
        let shown = if focused { padded(&visible, text_room.min(44).max(width(&visible)), look) } else { visible };
        let mut spans = vec![Span::styled(lead, label_style), Span::styled(shown, text_style)];
        if note_cells > 0 && text_room < room {
            spans.push(Span::raw(format!("   {note}")));
        }
        flow.lines.push(Line::from(spans));
    }
}

fn add_choices(choices: &[Choice], flow: &mut Flow, columns: usize, look: &Look) {
    let label_width = choices.iter().map(|choice| width(choice.label)).max().unwrap_or(0) + 3;
    for choice in choices {
        let label_style = if choice.focused { look.style(Role::Strong) } else { Style::new() };
        let mut spans = vec![Span::styled(format!("   {}", padded(choice.label, label_width, look)), label_style)];
        let mut used = 3 + label_width;
        for (place, option) in choice.options.iter().enumerate() {
            let taken = place == choice.taken;
            let text = format!("{} {} ", if taken { look.cursor() } else { " " }, look.text(option));
            if used + width(&text) + 2 > columns && used > 3 + label_width {
                flow.lines.push(Line::from(std::mem::take(&mut spans)));
                spans.push(Span::raw(" ".repeat(3 + label_width)));
                used = 3 + label_width;
            }
            used += width(&text) + 2;
            let style = match (taken, choice.focused) {
                (true, true) => look.style(Role::Selected),
                (true, false) => look.style(Role::Strong),
                (false, _) => Style::new(),
            };
            spans.push(Span::styled(text, style));
            spans.push(Span::raw("  "));
        }
        flow.lines.push(Line::from(spans));
    }
}

fn add_diff(diff: &FileDiff, flow: &mut Flow, columns: usize, look: &Look) {
    let mut title = vec![Span::styled(format!(" {}", look.text(&diff.path)), look.style(Role::Strong))];
    if !diff.note.is_empty() {
        title.push(Span::raw(format!("   ({})", look.text(&diff.note))));
    }
    flow.lines.push(Line::from(title));
    for line in &diff.lines {
        let (sign, style) = match line.sign {
            Sign::Added => ("+ ", look.style(Role::Good)),
            Sign::Removed => ("- ", look.style(Role::Bad)),
            Sign::Kept => ("  ", Style::new()),
            Sign::Elided => (look.ellipsis(), Style::new()),
        };
        for (place, text) in pieces(&look.text(&line.text), columns.saturating_sub(8)).into_iter().enumerate() {
            let lead = if place == 0 { format!("   {sign}") } else { "       ".to_owned() };
            flow.lines.push(Line::styled(format!("{lead}{text}"), style));
        }
    }
}

fn add_card(title: &str, lines: &[String], flow: &mut Flow, columns: usize, look: &Look) {
    let frame = look.frame();
    let inner = columns.saturating_sub(6).max(4);
    let style = look.style(Role::Frame);
    let title = clipped(&look.text(title), inner.saturating_sub(1), look);
    let rest = frame.across.repeat((inner + 1).saturating_sub(width(&title) + 1));
    flow.lines.push(Line::from(vec![
        Span::styled(format!(" {} ", frame.corners[0]), style),
        Span::styled(title, look.style(Role::Strong)),
        Span::styled(format!(" {rest}{}", frame.corners[1]), style),
    ]));
    for text in lines.iter().flat_map(|line| pieces(&look.text(line), inner)) {
        flow.lines.push(Line::from(vec![
            Span::styled(format!(" {} ", frame.down), style),
            Span::raw(padded(&text, inner, look)),
            Span::styled(format!(" {}", frame.down), style),
        ]));
    }
    let bottom = format!(" {}{}{}", frame.corners[2], frame.across.repeat(inner + 2), frame.corners[3]);
    flow.lines.push(Line::styled(bottom, style));
}

/// A line in pieces that fit, broken at blanks where there are some; further pieces are indented.
fn pieces(text: &str, cells: usize) -> Vec<String> {
    if width(text) <= cells {
        return vec![text.to_owned()];
    }
    let indent = " ".repeat((text.len() - text.trim_start().len() + 2).min(cells / 2));
    wrapped_with(text, cells, &indent)
}

fn add_table(head: &[&'static str], rows: &[Vec<String>], flow: &mut Flow, columns: usize, look: &Look) {
    let count = head.len();
    let mut widths: Vec<usize> = head.iter().map(|title| width(title)).collect();
    for row in rows {
        for (place, cell) in row.iter().enumerate().take(count) {
            widths[place] = widths[place].max(width(&look.text(cell)));
        }
    }
    let room = columns.saturating_sub(4 + 2 * count.saturating_sub(1));
    // The widest gives way until all fit.
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max() else { break };
        if *widest == 0 {
            break;
        }
        *widest -= 1;
    }
    if head.iter().any(|title| !title.is_empty()) {
        let titles: Vec<String> = head.iter().map(|title| (*title).to_owned()).collect();
        flow.lines.extend(
            table_row(&titles, &widths, look).into_iter().map(|line| Line::styled(line, look.style(Role::Strong))),
        );
    }
    flow.lines.extend(rows.iter().flat_map(|row| table_row(row, &widths, look)).map(Line::from));
}

/// A row of a table; a cell that does not fit goes on in its column, so that an ARN is read to its end.
fn table_row(cells: &[String], widths: &[usize], look: &Look) -> Vec<String> {
    let cells: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(cell, cells)| wrapped(&look.text(cell), *cells)).collect();
    let line = |place: usize| {
        let part =
            |(cell, cells): (&Vec<String>, &usize)| padded(cell.get(place).map_or("", String::as_str), *cells, look);
        format!("   {}", cells.iter().zip(widths).map(part).collect::<Vec<_>>().join("  ")).trim_end().to_owned()
    };
    (0..cells.iter().map(Vec::len).max().unwrap_or(0)).map(line).collect()
}

fn add_meter(of: u64, done: u64, flow: &mut Flow, columns: usize, look: &Look) {
    let note = format!("   {done} of {of}");
    let cells = columns.saturating_sub(6 + width(&note)).min(48);
    let part = usize::try_from(done.min(of)).unwrap_or(0) * cells;
    let filled = part.checked_div(usize::try_from(of).unwrap_or(0)).unwrap_or(cells);
    let [full, empty] = look.meter();
    flow.lines.push(Line::from(vec![
        Span::styled(format!("   {}{}", full.repeat(filled), empty.repeat(cells - filled)), look.style(Role::Working)),
        Span::raw(note),
    ]));
}

/// Commands stand without a frame, so that nothing but them is selected with the mouse.
fn add_commands(commands: &[String], flow: &mut Flow, columns: usize, look: &Look) {
    let lines = commands.iter().flat_map(|command| super::command::lines(&look.text(command), columns));
    flow.lines.extend(lines.map(Line::from));
}

fn add_keys(hints: &[Hint], flow: &mut Flow, columns: usize, look: &Look) {
    let names = hints.iter().map(|hint| width(&look.text(&hint.names()))).max().unwrap_or(0);
    flow.lines.push(Line::styled("   The keys of this screen", look.style(Role::Strong)));
    for hint in hints {
        let name = format!("   {}  ", padded(&look.text(&hint.names()), names, look));
        let indent = width(&name);
        let mut lead = Span::styled(name, look.style(Role::Strong));
        for line in wrapped(&look.text(&hint.does), columns.saturating_sub(indent + 1)) {
            flow.lines.push(Line::from(vec![lead, Span::raw(line)]));
            lead = Span::raw(" ".repeat(indent));
        }
    }
}

fn add_problem(problem: &Problem, flow: &mut Flow, columns: usize, look: &Look) {
    let room = columns.saturating_sub(5);
    for (place, line) in wrapped(&look.text(&problem.what), room).into_iter().enumerate() {
        let lead = if place == 0 { format!(" {} ", look.glyph(Mark::Failed)) } else { "   ".to_owned() };
        flow.lines.push(Line::styled(format!("{lead}{line}"), look.style(Role::Bad)));
    }
    for text in [&problem.why, &problem.hint].into_iter().flat_map(|text| text.lines()) {
        for line in wrapped(&look.text(text), room) {
            flow.lines.push(Line::from(format!("   {line}")));
        }
    }
}
