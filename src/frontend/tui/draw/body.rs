//! The body: its blocks from top to bottom, in the room that there is.
//!
//! A list takes the rows that the other blocks leave it. Without a list the body is scrolled. Deliberately absent: what a
//! block looks like.

use super::list::FEWEST;
use super::paper::{Paper, Row};
use crate::wizard::screen::{Block, List};

/// The rows of a body that are in view.
pub(super) struct Body {
    pub(super) rows: Vec<Row>,
    /// How many rows there are besides.
    pub(super) overflow: u16,
    /// The first row in view.
    pub(super) from: u16,
}

/// How readily a block makes way when there is a list and too little room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Gap,
    ToRead,
    Needed,
}

impl Paper {
    pub(super) fn body(self, blocks: &[Block<'_>], room: u16, scroll: u16) -> Body {
        let place = blocks.iter().position(|block| matches!(block, Block::List(_)));
        match place.map(|place| (&blocks[..place], &blocks[place], &blocks[place + 1..])) {
            Some((above, Block::List(list), below)) => self.around(list, above, below, room),
            _ => {
                let rows = blocks.iter().flat_map(|block| self.block(block)).collect();
                scrolled(rows, room, scroll)
            }
        }
    }

    fn around(self, list: &List<'_>, above: &[Block<'_>], below: &[Block<'_>], room: u16) -> Body {
        let mut above: Vec<_> = above.iter().map(|block| (part(block), self.block(block))).collect();
        let mut below: Vec<_> = below.iter().map(|block| (part(block), self.block(block))).collect();
        let lines = |parts: &[(Part, Vec<Row>)]| parts.iter().map(|(_, rows)| rows.len()).sum::<usize>();
        let least = usize::from(Self::list_height(list).min(FEWEST + Self::list_head(list)));
        for giving in [Part::Gap, Part::ToRead] {
            for parts in [&mut below, &mut above] {
                while lines(parts) + least > usize::from(room)
                    && let Some(last) = parts.iter().rposition(|(part, _)| *part == giving)
                {
                    parts.remove(last);
                }
            }
        }
        let taken = u16::try_from(lines(&above) + lines(&below)).unwrap_or(u16::MAX);
        let height = room.saturating_sub(taken).max(FEWEST).min(Self::list_height(list));
        let mut rows: Vec<Row> = above.into_iter().flat_map(|(_, rows)| rows).collect();
        rows.extend(self.list(list, height));
        rows.extend(below.into_iter().flat_map(|(_, rows)| rows));
        rows.truncate(usize::from(room));
        Body { rows, overflow: 0, from: 0 }
    }

    fn block(self, block: &Block<'_>) -> Vec<Row> {
        match block {
            Block::Text(text) => self.text(text),
            Block::Gap => vec![Row::default()],
            Block::Checks(checks) => self.checks(checks),
            // A second list has no place of its own; it is shown as far as a page goes.
            Block::List(list) => self.list(list, Self::list_height(list).min(10)),
            Block::Form(form) => self.form(form),
            Block::Choices(choices) => self.choices(choices),
            Block::Diff(diff) => self.diff(diff),
            Block::Card { title, lines } => self.card(title, lines),
            Block::Table { head, rows } => self.table(head, rows),
            Block::Meter { of, done } => self.meter(*done, *of),
            Block::Problem(problem) => self.problem(problem),
        }
    }
}

fn part(block: &Block<'_>) -> Part {
    match block {
        Block::Gap => Part::Gap,
        Block::Text(_) | Block::Card { .. } | Block::Table { .. } | Block::Diff(_) | Block::Meter { .. } => {
            Part::ToRead
        }
        Block::Checks(_) | Block::List(_) | Block::Form(_) | Block::Choices(_) | Block::Problem(_) => Part::Needed,
    }
}

/// The rows from `scroll` on, moved so far that what has the focus is in view.
fn scrolled(mut rows: Vec<Row>, room: u16, scroll: u16) -> Body {
    let all = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let overflow = all.saturating_sub(room);
    let mut from = scroll.min(overflow);
    let focus = rows.iter().position(|row| row.caret.is_some()).or_else(|| rows.iter().position(|row| row.focus));
    // What is scrolled by hand stays where it is put.
    if let Some(focus) = focus.and_then(|focus| u16::try_from(focus).ok())
        && scroll == 0
        && focus >= room
    {
        from = (focus + 1 - room.min(focus + 1)).min(overflow);
    }
    rows.drain(..usize::from(from).min(rows.len()));
    rows.truncate(usize::from(room));
    Body { rows, overflow, from }
}
