//! A buffer as text: the grid as a person sees it, and below it what is styled.
//!
//! Deliberately absent: cells in the plain style; what is not named there looks like any text.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test program uses a part of it")]

use std::fmt::Write;

use codecommit_setup::frontend::tui::draw::{Drawn, draw};
use codecommit_setup::frontend::tui::look::Look;
use codecommit_setup::wizard::screen::Screen;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Draws a screen at a size and returns its picture.
pub fn picture_of(screen: &Screen<'_>, columns: u16, rows: u16, look: Look) -> String {
    let (buffer, drawn) = drawn(screen, columns, rows, look);
    picture(&buffer, drawn)
}

/// Draws a screen at a size.
pub fn drawn(screen: &Screen<'_>, columns: u16, rows: u16, look: Look) -> (Buffer, Drawn) {
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    let drawn = draw(screen, area, &mut buffer, look);
    (buffer, drawn)
}

/// The grid, then the styled runs of each line, then the cursor and what did not fit.
pub fn picture(buffer: &Buffer, drawn: Drawn) -> String {
    let area = *buffer.area();
    let mut text = String::new();
    for y in area.top()..area.bottom() {
        writeln!(text, "{}", line(buffer, y).trim_end()).unwrap();
    }
    text.push_str("--\n");
    for y in area.top()..area.bottom() {
        let runs = runs(buffer, y);
        if !runs.is_empty() {
            writeln!(text, "{y:>2}: {}", runs.join(", ")).unwrap();
        }
    }
    if let Some((x, y)) = drawn.cursor {
        writeln!(text, "cursor {x},{y}").unwrap();
    }
    if drawn.overflow > 0 {
        writeln!(text, "{} lines do not fit", drawn.overflow).unwrap();
    }
    text
}

/// A line of the grid; the cell behind a wide character is a part of it.
pub fn line(buffer: &Buffer, y: u16) -> String {
    let mut text = String::new();
    let mut x = buffer.area().left();
    while x < buffer.area().right() {
        let symbol = buffer[(x, y)].symbol();
        text.push_str(symbol);
        x += u16::try_from(symbol.width().max(1)).unwrap();
    }
    text
}

fn runs(buffer: &Buffer, y: u16) -> Vec<String> {
    let mut runs: Vec<(u16, u16, String)> = Vec::new();
    for x in buffer.area().left()..buffer.area().right() {
        let style = style(&buffer[(x, y)]);
        match runs.last_mut() {
            Some((_, to, before)) if *before == style && *to + 1 == x => *to = x,
            _ => runs.push((x, x, style)),
        }
    }
    let styled = runs.into_iter().filter(|(_, _, style)| !style.is_empty());
    styled.map(|(from, to, style)| format!("{from}-{to} {style}")).collect()
}

fn style(cell: &Cell) -> String {
    let mut words = Vec::new();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg.to_string().to_lowercase()));
    }
    let names = [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
    ];
    words.extend(names.iter().filter(|(modifier, _)| cell.modifier.contains(*modifier)).map(|(_, name)| (*name).into()));
    words.join(" ")
}
