//! A screen drawn into a buffer, for any size; pure.
//!
//! The frame is here: header, rule, purpose, body, status, keys, and the rail from 100 columns on. Deliberately absent: the
//! terminal, and anything about what a step means.

#![expect(clippy::wildcard_enum_match_arm, reason = "every block but the list flows")]

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
/// Columns and lines below which a change could not be read before it is made.
const SMALLEST: (u16, u16) = (36, 10);
/// The width of the rail.
const RAIL: u16 = 24;

/// What a face has to know of what was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Where the cursor of the terminal belongs.
    pub cursor: Option<(u16, u16)>,
    /// How many lines of the body do not fit.
    pub overflow: u16,
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
    put(buffer, area, 0, &header(screen, area.width.into(), look));
    let rule = look.frame().across.repeat(area.width.into());
    put(buffer, area, 1, &Line::styled(rule, look.style(Role::Frame)));
    let main = if area.width >= WIDE {
        rail(screen, area, buffer, look);
        Rect { x: area.x + RAIL, width: area.width - RAIL, ..area }
    } else {
        area
    };
    let foot = foot::lines(&screen.keys, area.width.into(), if area.height >= 12 { 2 } else { 1 }, look);
    let foot_height = u16::try_from(foot.len()).unwrap_or(1);
    for (row, line) in (area.height - foot_height..).zip(&foot) {
        put(buffer, area, row, line);
    }
    let roomy = area.height >= 16;
    let status = status(screen, main.width.into(), if roomy { 3 } else { 2 }, look);
    let status_height = u16::try_from(status.len().max(1)).unwrap_or(1);
    let status_row = area.height.saturating_sub(foot_height + status_height);
    for (row, line) in (status_row..area.height - foot_height).zip(&status) {
        put(buffer, main, row, line);
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

/// How readily a block below a list makes way where there is no room for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Gap,
    ToRead,
    Needed,
}

impl Part {
    fn of(block: &Block<'_>) -> Self {
        match block {
            Block::Gap => Self::Gap,
            Block::Text(_) | Block::Card { .. } | Block::Table { .. } | Block::Diff(_) | Block::Meter { .. } => {
                Self::ToRead
            }
            Block::Checks(_) | Block::List(_) | Block::Form(_) | Block::Choices(_) | Block::Problem(_) => Self::Needed,
        }
    }
}

/// Leaves out whole blocks, the least needed first, until the rest fits; half a card tells nothing.
fn give_way(parts: &mut Vec<(Part, Flow)>, room: usize) {
    for giving in [Part::Gap, Part::ToRead] {
        while parts.iter().map(|(_, flow)| flow.lines.len()).sum::<usize>() > room
            && let Some(last) = parts.iter().rposition(|(part, _)| *part == giving)
        {
            parts.remove(last);
        }
    }
}

/// Draws the body: what is above the list, the list with the rows that remain, what is below it.
fn body(screen: &Screen<'_>, room: Rect, buffer: &mut Buffer, look: &Look) -> Drawn {
    let columns = usize::from(room.width);
    let (mut above, mut parts, mut found): (Flow, Vec<(Part, Flow)>, Option<&List<'_>>) = Default::default();
    for block in &screen.body {
        match block {
            Block::List(list) if found.is_none() => found = Some(list),
            block if found.is_none() => blocks::add(block, &mut above, columns, look),
            block => {
                let mut flow = Flow::default();
                blocks::add(block, &mut flow, columns, look);
                parts.push((Part::of(block), flow));
            }
        }
    }
    let height = usize::from(room.height);
    let Some(list) = found else {
        let overflow = above.lines.len().saturating_sub(height);
        let scroll = usize::from(screen.scroll).min(overflow);
        flow(&above.lines[scroll..], room, 0, buffer);
        let caret = above.caret.and_then(|(line, column)| Some((line.checked_sub(scroll)?, column)));
        return Drawn {
            cursor: caret_in(caret, room),
            overflow: u16::try_from(overflow).unwrap_or(u16::MAX),
            too_small: false,
        };
    };
    let wanted = list::height(list);
    let least = wanted.min(4).min(height);
    let above_height = above.lines.len().min(height - least);
    give_way(&mut parts, height - above_height - least);
    let below: Vec<Line<'static>> = parts.into_iter().flat_map(|(_, flow)| flow.lines).collect();
    let given = wanted.min((height - above_height).saturating_sub(below.len()).max(least));
    flow(&above.lines[..above_height], room, 0, buffer);
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let list_room = Rect { y: room.y + cells(above_height), height: cells(given), ..room };
    let in_filter = list::draw(list, list_room, buffer, look);
    flow(&below, room, above_height + given, buffer);
    Drawn { cursor: in_filter.or_else(|| caret_in(above.caret, room)), overflow: 0, too_small: false }
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
