//! A screen drawn into a buffer, for any size; pure.
//!
//! The frame is here: header, rule, status, keys, and the rail from 100 columns on. Deliberately absent: the
//! terminal, and anything about what a step means.

mod blocks;
mod body;
mod command;
mod foot;
mod list;
mod text;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::look::{Look, Role};
use crate::wizard::screen::{Fit, Mark, RailState, Screen};
use text::{clipped, width, wrapped};

/// From this width on, the steps stand in a rail at the left.
const WIDE: u16 = 100;
/// Columns and lines below which nothing can be shown.
const SMALLEST: (u16, u16) = (20, 5);
/// Below so many lines the rule is left out; from so many on there is air.
const LOW: u16 = 10;
const ROOMY: u16 = 16;
/// The width of the rail.
const RAIL: u16 = 24;

/// What a face has to know of what was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Where the cursor of the terminal belongs.
    pub cursor: Option<(u16, u16)>,
    /// How much of the body is in view.
    pub fit: Fit,
    /// Whether the screen could not be shown at all, so that its keys must not act.
    pub too_small: bool,
}

/// Lines, and the place of the caret among them.
#[derive(Default)]
struct Flow {
    lines: Vec<Line<'static>>,
    caret: Option<(usize, u16)>,
}

/// Draws a screen.
pub fn draw(screen: &Screen<'_>, area: Rect, buffer: &mut Buffer, look: &Look) -> Drawn {
    let area = area.intersection(buffer.area);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let text = format!(
            "This window is too small: {} columns and {} lines at least. Ctrl-C leaves.",
            SMALLEST.0, SMALLEST.1
        );
        for (row, line) in (0..area.height).zip(wrapped(&text, area.width.into())) {
            put(buffer, area, row, &Line::from(line));
        }
        return Drawn { too_small: true, ..Drawn::default() };
    }
    let (low, roomy) = (area.height < LOW, area.height >= ROOMY);
    put(buffer, area, 0, &header(screen, area.width.into(), look));
    if !low {
        let rule = look.frame().across.repeat(area.width.into());
        put(buffer, area, 1, &Line::styled(rule, look.style(Role::Frame)));
    }
    let main = if area.width >= WIDE {
        rail(screen, area, buffer, look);
        Rect { x: area.x + RAIL, width: area.width - RAIL, ..area }
    } else {
        area
    };
    let foot = foot::lines(&screen.keys, area.width.into(), if area.height >= 12 { 2 } else { 1 }, look);
    let foot_row = area.height - cells(foot.len()).min(area.height);
    for (row, line) in (foot_row..area.height).zip(&foot) {
        put(buffer, area, row, line);
    }
    let most = if roomy { 3 } else { 2 - usize::from(low) };
    let status = status(screen, main.width.into(), most, look);
    let status_row = foot_row.saturating_sub(cells(status.len().max(usize::from(!low))));
    for (row, line) in (status_row..foot_row).zip(&status) {
        put(buffer, main, row, line);
    }
    let top = if low { 1 } else { 2 };
    let bottom = status_row.saturating_sub(u16::from(roomy));
    let room = Rect { y: main.y + top, height: bottom.saturating_sub(top), ..main };
    body::draw(screen, room, roomy, buffer, look)
}

fn header(screen: &Screen<'_>, columns: usize, look: &Look) -> Line<'static> {
    let mut name = match screen.number {
        0 => format!(" {}", screen.name),
        number => format!(" Step {number} of {}{}{}", screen.rail.len(), look.dot(), screen.name),
    };
    let mut parts: Vec<String> = screen.identity.iter().map(|part| look.text(part)).collect();
    if parts.is_empty() {
        parts.push("CodeCommit setup".to_owned());
    } else if screen.number > 0 && width(&name) + width(&parts[0]) + 3 > columns {
        // Who this is about is worth more than a few words.
        name = format!(" {}/{}{}{}", screen.number, screen.rail.len(), look.dot(), screen.name);
    }
    let left = columns.saturating_sub(width(&name) + 3);
    while width(&parts.join(look.dot())) > left && parts.pop().is_some() {}
    let who = parts.join(look.dot());
    let gap = " ".repeat(columns.saturating_sub(width(&name) + width(&who) + 1));
    let style = look.style(Role::Strong);
    Line::from(vec![Span::styled(clipped(&name, columns, look), style), Span::raw(gap), Span::raw(who)])
}

fn rail(screen: &Screen<'_>, area: Rect, buffer: &mut Buffer, look: &Look) {
    let room = Rect { width: RAIL, ..area };
    for (row, entry) in (3..area.height.saturating_sub(3)).zip(&screen.rail) {
        let (glyph, role) = match entry.state {
            RailState::Done => (look.glyph(Mark::Ok), Some(Role::Good)),
            RailState::Here => (look.cursor(), Some(Role::Strong)),
            RailState::ToCome => (look.dot().trim(), None),
            RailState::PassedOver => (look.glyph(Mark::Skipped), None),
        };
        let style = role.map(|role| look.style(role)).unwrap_or_default();
        let line = Line::from(vec![Span::styled(format!(" {glyph} "), style), Span::styled(entry.name, style)]);
        put(buffer, room, row, &line);
    }
    let down = look.frame().down;
    for row in 2..area.height.saturating_sub(2) {
        put(buffer, Rect { x: area.x + RAIL - 2, width: 1, ..area }, row, &Line::styled(down, look.style(Role::Frame)));
    }
}

/// The status in at most so many lines; the last of them says when there is more.
fn status(screen: &Screen<'_>, columns: usize, most: usize, look: &Look) -> Vec<Line<'static>> {
    let Some(status) = &screen.status else { return Vec::new() };
    let room = columns.saturating_sub(4);
    let mut lines = wrapped(&look.text(&status.text), room);
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(clipped(&rest, room, look));
    }
    let line = |(place, line): (usize, String)| {
        let lead = match status.mark {
            Some(mark) if place == 0 => Span::styled(format!(" {} ", look.glyph(mark)), look.style(Look::role(mark))),
            Some(_) | None => Span::raw("   "),
        };
        Line::from(vec![lead, Span::raw(line)])
    };
    lines.into_iter().enumerate().map(line).collect()
}

/// A count as cells of a terminal.
fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Puts a line into a row of an area; what does not fit is cut off.
fn put(buffer: &mut Buffer, area: Rect, row: u16, line: &Line<'_>) {
    let place = Rect { y: area.y.saturating_add(row), height: 1, ..area };
    if row < area.height && area.width > 0 && buffer.area.contains(place.as_position()) {
        let width = area.width.min(buffer.area.right() - place.x);
        buffer.set_line(place.x, place.y, line, width);
    }
}
