//! A screen drawn into a buffer, for any size; pure.
//!
//! The frame is here: header, rule, purpose, body, status, keys, and the rail from 100 columns on. Deliberately absent: the
//! terminal, and anything about what a step means.

mod blocks;
mod foot;
mod list;
mod text;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::look::{Look, Role};
use crate::wizard::screen::{Block, List, Mark, RailState, Screen};
use text::{clipped, width, wrapped};

/// From this width on, the steps stand in a rail at the left.
const WIDE: u16 = 100;
/// The width of the rail.
const RAIL: u16 = 24;

/// What a face has to know of what was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Where the cursor of the terminal belongs.
    pub cursor: Option<(u16, u16)>,
    /// How many lines of the body do not fit.
    pub overflow: u16,
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
    if area.width < 12 || area.height < 4 {
        put(buffer, area, 0, &Line::from(clipped(&look.text(&screen.purpose), area.width.into(), look)));
        return Drawn::default();
    }
    put(buffer, area, 0, &header(screen, area.width.into(), look));
    let rule = look.frame().across.repeat(area.width.into());
    put(buffer, area, 1, &Line::styled(rule, look.style(Role::Frame)));
    let main = if area.width >= WIDE {
        rail(screen, area, buffer, look);
        Rect { x: area.x + RAIL, width: area.width - RAIL, ..area }
    } else {
        area
    };
    let foot = foot::lines(&screen.keys, area.width.into(), if area.height >= 16 { 2 } else { 1 }, look);
    let foot_height = u16::try_from(foot.len()).unwrap_or(1);
    for (row, line) in (area.height - foot_height..).zip(&foot) {
        put(buffer, area, row, line);
    }
    let roomy = area.height >= 16;
    let status_row = area.height - foot_height - 1;
    if let Some(line) = status(screen, main.width.into(), look) {
        put(buffer, main, status_row, &line);
    }
    let mut top = 2;
    let purpose_room = if roomy { 4 } else { 2 };
    for line in wrapped(&look.text(&screen.purpose), usize::from(main.width) - 2).iter().take(purpose_room) {
        if top < status_row {
            put(buffer, main, top, &Line::from(format!(" {line}")));
            top += 1;
        }
    }
    top += u16::from(roomy);
    let bottom = status_row.saturating_sub(u16::from(roomy));
    let room = Rect { y: main.y + top, height: bottom.saturating_sub(top), ..main };
    body(screen, room, buffer, look)
}

fn header(screen: &Screen<'_>, columns: usize, look: &Look) -> Line<'static> {
    let name = format!(" Step {} of {}{}{}", screen.number, screen.rail.len(), look.dot(), screen.name);
    let mut parts: Vec<String> = screen.identity.iter().map(|part| look.text(part)).collect();
    if parts.is_empty() {
        parts.push("CodeCommit setup".to_owned());
    }
    let left = columns.saturating_sub(width(&name) + 3);
    while parts.len() > 1 && width(&parts.join(look.dot())) > left {
        parts.pop();
    }
    let who = clipped(&parts.join(look.dot()), left, look);
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

fn status(screen: &Screen<'_>, columns: usize, look: &Look) -> Option<Line<'static>> {
    let status = screen.status.as_ref()?;
    let text = look.text(&status.text);
    Some(match status.mark {
        None => Line::from(clipped(&format!("   {text}"), columns, look)),
        Some(mark) => Line::from(vec![
            Span::styled(format!(" {} ", look.glyph(mark)), look.style(Look::role(mark))),
            Span::raw(clipped(&text, columns.saturating_sub(3), look)),
        ]),
    })
}

/// Draws the body: what is above the list, the list with the rows that remain, what is below it.
fn body(screen: &Screen<'_>, room: Rect, buffer: &mut Buffer, look: &Look) -> Drawn {
    let columns = usize::from(room.width);
    let (mut above, mut below, mut found): (Flow, Flow, Option<&List<'_>>) = Default::default();
    for block in &screen.body {
        match block {
            Block::List(list) if found.is_none() => found = Some(list),
            block => blocks::add(block, if found.is_none() { &mut above } else { &mut below }, columns, look),
        }
    }
    let height = usize::from(room.height);
    let Some(list) = found else {
        let overflow = above.lines.len().saturating_sub(height);
        let scroll = usize::from(screen.scroll).min(overflow);
        flow(&above.lines[scroll..], room, 0, buffer);
        let caret = above.caret.and_then(|(line, column)| Some((line.checked_sub(scroll)?, column)));
        return Drawn { cursor: caret_in(caret, room), overflow: u16::try_from(overflow).unwrap_or(u16::MAX) };
    };
    let wanted = list::height(list);
    let least = wanted.min(4).min(height);
    let above_height = above.lines.len().min(height - least);
    let given = wanted.min((height - above_height).saturating_sub(below.lines.len()).max(least));
    flow(&above.lines[..above_height], room, 0, buffer);
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let list_room = Rect { y: room.y + cells(above_height), height: cells(given), ..room };
    let in_filter = list::draw(list, list_room, buffer, look);
    flow(&below.lines, room, above_height + given, buffer);
    Drawn { cursor: in_filter.or_else(|| caret_in(above.caret, room)), overflow: 0 }
}

fn flow(lines: &[Line<'static>], room: Rect, from: usize, buffer: &mut Buffer) {
    for (row, line) in (from..usize::from(room.height)).zip(lines) {
        put(buffer, room, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}

fn caret_in(caret: Option<(usize, u16)>, room: Rect) -> Option<(u16, u16)> {
    let (line, column) = caret?;
    let row = u16::try_from(line).ok().filter(|row| *row < room.height)?;
    Some((room.x + column.min(room.width.saturating_sub(1)), room.y + row))
}

/// Puts a line into a row of an area; what does not fit is cut off.
fn put(buffer: &mut Buffer, area: Rect, row: u16, line: &Line<'_>) {
    let place = Rect { y: area.y.saturating_add(row), height: 1, ..area };
    if row < area.height && area.width > 0 && buffer.area.contains(place.as_position()) {
        let width = area.width.min(buffer.area.right() - place.x);
        buffer.set_line(place.x, place.y, line, width);
    }
}
