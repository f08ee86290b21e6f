//! A screen drawn into a buffer: a pure function of the screen, the size and the look.
//!
//! Header, rule, purpose, body, status, foot; from 100 columns on, the steps in a rail at the left. Deliberately absent:
//! the terminal, and any memory of what was drawn before.

mod blocks;
mod body;
mod foot;
mod form;
mod list;
mod paper;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::look::{Look, Role};
use crate::wizard::screen::{RailState, Screen};
use paper::{Paper, Row, blank, columns};

/// The smallest window in which a screen is drawn, in columns and rows.
const SMALLEST: (u16, u16) = (40, 10);

/// From so many columns on there is a rail.
const RAIL_FROM: u16 = 100;

/// The width of the rail.
const RAIL: u16 = 22;

/// Texts wider than this are hard to read.
const WIDEST: u16 = 110;

/// What drawing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Where the terminal's cursor belongs: column and row; `None` while nothing is typed.
    pub cursor: Option<(u16, u16)>,
    /// How many lines of the body do not fit.
    pub overflow: u16,
}

/// Draws a screen.
pub fn draw(screen: &Screen<'_>, area: Rect, buffer: &mut Buffer, look: Look) -> Drawn {
    let area = area.intersection(*buffer.area());
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(area, buffer, look);
        return Drawn::default();
    }
    let mut sheet = Sheet { buffer, left: area.x, top: area.y };
    let all = Paper { look, width: area.width - 2 };
    sheet.put(1, 0, &header(screen, all));
    let rule = look.frame().horizontal_top.repeat(usize::from(area.width));
    sheet.put(0, 1, &Row::of(vec![Span::styled(rule, look.style(Role::Frame))]));

    // A low window leaves one line to the keys.
    let foot = all.foot(&screen.keys, if area.height < 16 { 1 } else { 2 });
    let bottom = area.height - height(&foot);
    sheet.put_all(1, bottom, &foot);

    let left = if area.width >= RAIL_FROM { RAIL } else { 0 };
    if left > 0 {
        rail(screen, bottom, &mut sheet, look);
    }
    let paper = Paper { look, width: (area.width - left - 2).min(WIDEST) };
    let mut top = 2;
    for line in paper.wrap(&screen.purpose, paper.width).iter().take(3) {
        sheet.put(left + 1, top, &Row::of(vec![paper.ink(line, Role::Plain)]));
        top += 1;
    }
    // An empty line above the body and one below the status, where there is room for air.
    top += u16::from(area.height >= 16);
    let mut status = screen.status.as_ref().map(|status| paper.status(status)).unwrap_or_default();
    status.truncate(if area.height < 16 { 2 } else { 4 });
    let air = u16::from(area.height >= 16 && !status.is_empty());
    let low = bottom.saturating_sub(air + height(&status));
    sheet.put_all(left + 1, low, &status);

    let body = paper.body(&screen.body, low.saturating_sub(top), screen.scroll);
    let mut drawn = Drawn { cursor: None, overflow: body.overflow };
    for (row, y) in body.rows.iter().zip(top..) {
        sheet.put(left + 1, y, row);
        if let Some(caret) = row.caret {
            drawn.cursor = Some((area.x + left + 1 + caret.min(paper.width - 1), area.y + y));
        }
    }
    if body.overflow > 0 {
        let x = left + paper.width + 1;
        scrollbar(&mut sheet, x, top, height(&body.rows), &body, look);
    }
    drawn
}

/// A buffer with places counted from the corner of the area.
struct Sheet<'a> {
    buffer: &'a mut Buffer,
    left: u16,
    top: u16,
}

impl Sheet<'_> {
    fn put(&mut self, x: u16, y: u16, row: &Row) {
        let (x, y) = (self.left + x, self.top + y);
        let area = *self.buffer.area();
        if x < area.right() && y < area.bottom() {
            self.buffer.set_line(x, y, &row.line, area.right() - x);
        }
    }

    fn put_all(&mut self, x: u16, y: u16, rows: &[Row]) {
        for (row, y) in rows.iter().zip(y..) {
            self.put(x, y, row);
        }
    }
}

fn height(rows: &[Row]) -> u16 {
    u16::try_from(rows.len()).unwrap_or(u16::MAX)
}

/// Where in the walk this is, and whom it is about; the least telling parts of that give way first.
fn header(screen: &Screen<'_>, paper: Paper) -> Row {
    let title = format!("Step {} of {} · {}", screen.number, screen.rail.len(), screen.name);
    let title = paper.cut(&title, paper.width);
    let room = paper.width.saturating_sub(columns(&title) + 2);
    let named = ["CodeCommit setup".to_owned()];
    let parts = if screen.identity.is_empty() { &named[..] } else { &screen.identity[..] };
    let parts: Vec<String> = parts.iter().map(|part| paper.look.fit(part)).collect();
    let fitting = (1..=parts.len())
        .rev()
        .map(|count| parts[..count].join(paper.look.dot()))
        .find(|joined| columns(joined) <= room)
        .unwrap_or_default();
    let gap = paper.width.saturating_sub(columns(&title) + columns(&fitting));
    Row::of(vec![paper.ink(&title, Role::Strong), Span::raw(blank(gap)), paper.ink(&fitting, Role::Plain)])
}

fn rail(screen: &Screen<'_>, bottom: u16, sheet: &mut Sheet<'_>, look: Look) {
    let paper = Paper { look, width: RAIL - 3 };
    for (entry, y) in screen.rail.iter().zip(2..bottom) {
        let role = if entry.state == RailState::Here { Role::Strong } else { Role::Plain };
        let glyph = Span::styled(look.rail(entry.state), look.style(role));
        let name = paper.ink(&paper.cut(entry.name, paper.width - 2), role);
        sheet.put(1, y, &Row::of(vec![glyph, Span::raw(" "), name]));
    }
    for y in 2..bottom {
        let edge = Span::styled(look.frame().vertical_left, look.style(Role::Frame));
        sheet.put(RAIL - 1, y, &Row::of(vec![edge]));
    }
}

/// A mark at the right edge of a body that is longer than its place.
fn scrollbar(sheet: &mut Sheet<'_>, x: u16, top: u16, room: u16, body: &body::Body, look: Look) {
    let total = u32::from(room) + u32::from(body.overflow);
    let room = u32::from(room);
    let long = (room * room / total.max(1)).max(1);
    let from = (room - long.min(room)) * u32::from(body.from) / u32::from(body.overflow.max(1));
    for offset in from..(from + long).min(room) {
        let y = top + u16::try_from(offset).unwrap_or(0);
        sheet.put(x, y, &Row::of(vec![Span::styled(look.bar()[0], look.style(Role::Frame))]));
    }
}

fn too_small(area: Rect, buffer: &mut Buffer, look: Look) {
    let paper = Paper { look, width: area.width };
    let (columns, rows) = SMALLEST;
    let text = format!("The window is too small ({columns}×{rows} at least).");
    let mut sheet = Sheet { buffer, left: area.x, top: area.y };
    let lines = paper.wrap(&text, area.width);
    for (line, y) in lines.iter().zip(0..area.height) {
        sheet.put(0, y, &Row::of(vec![paper.ink(line, Role::Plain)]));
    }
}
