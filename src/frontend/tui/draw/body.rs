//! What is between the rule and the status: the purpose and the blocks; a list keeps its rows in view, everything else flows.
//!
//! Deliberately absent: moving; how far the body is scrolled comes with the screen.

#![expect(clippy::wildcard_enum_match_arm, reason = "every block but the list flows")]

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::text::wrapped;
use super::{Drawn, Flow, Look, blocks, cells, list, put};
use crate::wizard::problem::Problem;
use crate::wizard::screen::{Block, Fit, List, Screen};

/// From this width of the body on, 130 columns with the rail, what a card has to say of a row stands beside the list.
const BESIDE: u16 = 106;
/// The width that the list keeps then, and the most that a card needs.
const LIST: u16 = 62;
const DETAILS: u16 = 78;

/// Draws the purpose and the body.
pub(super) fn draw(screen: &Screen<'_>, room: Rect, roomy: bool, buffer: &mut Buffer, look: &Look) -> Drawn {
    let purpose: Vec<Line<'static>> = wrapped(&look.text(&screen.purpose), usize::from(room.width).saturating_sub(2))
        .into_iter()
        .map(|line| Line::from(format!(" {line}")))
        .collect();
    let list = screen.body.iter().find_map(|block| match block {
        Block::List(list) => Some(list),
        _ => None,
    });
    // Where there is little room, the purpose is scrolled away with the rest; above a list it gives way.
    let fixed = match (roomy, list) {
        (true, _) => purpose.len().min(4),
        (false, Some(_)) => purpose.len().min(2).min(usize::from(room.height).saturating_sub(3)),
        (false, None) => 0,
    };
    put_lines(&purpose[..fixed], room, 0, buffer);
    let top = cells(fixed + usize::from(roomy)).min(room.height);
    let below = Rect { y: room.y + top, height: room.height - top, ..room };
    match list {
        Some(list) => around(list, screen, below, buffer, look),
        None => flowing(screen, if roomy { Vec::new() } else { purpose }, below, buffer, look),
    }
}

/// A body without a list: as much of it as fits, from where it is scrolled to.
fn flowing(screen: &Screen<'_>, purpose: Vec<Line<'static>>, room: Rect, buffer: &mut Buffer, look: &Look) -> Drawn {
    let mut flow = Flow { lines: purpose, caret: None };
    let mut problem = Flow::default();
    for block in &screen.body {
        let pinned = screen.typing && matches!(block, Block::Problem(_));
        blocks::add(block, if pinned { &mut problem } else { &mut flow }, room.width.into(), look);
    }
    let height = usize::from(room.height);
    if flow.lines.len() + problem.lines.len() <= height {
        flow.lines.append(&mut problem.lines);
    }
    // While a field has the focus nothing can be scrolled: the field and what is wrong with it are kept in view, and where
    // that is too much, what to do about it rather than why.
    let most = height.saturating_sub(1);
    if problem.lines.len() > most
        && let Some(Block::Problem(told)) = screen.body.iter().find(|block| matches!(block, Block::Problem(_)))
    {
        let short = Problem { why: String::new(), ..(*told).clone() };
        problem = Flow::default();
        blocks::add(&Block::Problem(&short), &mut problem, room.width.into(), look);
        problem.lines.truncate(most);
    }
    let height = height - problem.lines.len();
    let hidden = flow.lines.len().saturating_sub(height);
    let scroll = match flow.caret {
        Some((line, _)) if screen.typing => (line + 1).saturating_sub(height),
        Some(_) | None => usize::from(screen.scroll).min(hidden),
    };
    put_lines(&flow.lines[scroll..], Rect { height: cells(height), ..room }, 0, buffer);
    put_lines(&problem.lines, room, height, buffer);
    let caret = flow.caret.and_then(|(line, column)| Some((line.checked_sub(scroll)?, column)));
    let fit = if screen.typing { Fit::default() } else { Fit { hidden: cells(hidden), page: cells(height) } };
    Drawn { cursor: caret_in(caret, room), fit, too_small: false }
}

/// What is above the list, the list with the rows that remain, what is below it.
fn around(list: &List<'_>, screen: &Screen<'_>, room: Rect, buffer: &mut Buffer, look: &Look) -> Drawn {
    let beside = room.width >= BESIDE && screen.body.iter().any(|block| matches!(block, Block::Card { .. }));
    let details = room.width.saturating_sub(LIST).min(DETAILS);
    let side = Rect { x: room.right() - details, width: details, ..room };
    let columns = usize::from(room.width);
    let part_columns = usize::from(if beside { details } else { room.width });
    let (mut above, mut parts, mut passed): (Flow, Vec<(Part, Flow)>, bool) = Default::default();
    for block in &screen.body {
        if matches!(block, Block::List(_)) {
            passed = true;
        } else if passed {
            let mut flow = Flow::default();
            blocks::add(block, &mut flow, part_columns, look);
            parts.push((Part::of(block), flow));
        } else {
            blocks::add(block, &mut above, columns, look);
        }
    }
    let height = usize::from(room.height);
    let wanted = list::height(list);
    let for_field = usize::from(above.caret.is_some());
    let least = wanted.min(4).min(height.saturating_sub(for_field));
    let above_height = above.lines.len().min(height - least);
    give_way(&mut parts, height - above_height - if beside { 0 } else { least });
    let below: Vec<Line<'static>> = parts.into_iter().flat_map(|(_, flow)| flow.lines).collect();
    let taken = if beside { 0 } else { below.len() };
    let given = wanted.min((height - above_height).saturating_sub(taken).max(least));
    // The field with the focus stays in view.
    let scroll = above.caret.map_or(0, |(line, _)| (line + 1).saturating_sub(above_height));
    put_lines(&above.lines[scroll..scroll + above_height.min(above.lines.len() - scroll)], room, 0, buffer);
    let width = if beside { room.width - details } else { room.width };
    let list_room = Rect { y: room.y + cells(above_height), height: cells(given), width, ..room };
    let in_filter = list::draw(list, list_room, buffer, look);
    if beside {
        // The gap that parted it from the list is not needed here.
        let gap = below.iter().take_while(|line| line.width() == 0).count();
        put_lines(&below[gap..], side, above_height, buffer);
    } else {
        put_lines(&below, room, above_height + given, buffer);
    }
    let caret = above.caret.map(|(line, column)| (line - scroll, column));
    Drawn { cursor: in_filter.or_else(|| caret_in(caret, room)), ..Drawn::default() }
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
            Block::Text(_)
            | Block::Card { .. }
            | Block::Table { .. }
            | Block::Diff(_)
            | Block::Meter { .. }
            | Block::Commands(_)
            | Block::Keys(_) => Self::ToRead,
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

fn put_lines(lines: &[Line<'static>], room: Rect, from: usize, buffer: &mut Buffer) {
    for (row, line) in (from..usize::from(room.height)).zip(lines) {
        put(buffer, room, cells(row), line);
    }
}

fn caret_in(caret: Option<(usize, u16)>, room: Rect) -> Option<(u16, u16)> {
    let (line, column) = caret?;
    let row = u16::try_from(line).ok().filter(|row| *row < room.height)?;
    Some((room.x + column.min(room.width.saturating_sub(1)), room.y + row))
}
