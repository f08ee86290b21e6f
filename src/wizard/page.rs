//! The pages that cover a step: its help, its commands, and the question whether to leave while work is under way.
//!
//! Deliberately absent: anything that a step decides.

use super::event::Key;
use super::screen::{Block, Hint, Mark, Screen, Status};
use super::step::Step;

/// A page over the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// What the step is about.
    Help,
    /// The commands that the screen stands for.
    Commands,
    /// Something is under way; leave all the same?
    LeaveAnyway(&'static str),
}

/// What a key did to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing but scrolling.
    Stay,
    /// The page is closed.
    Close,
    /// The commands go to the clipboard.
    Copy,
    /// The program is to end.
    Leave,
}

impl Page {
    /// Does what a key does here.
    pub fn key(self, key: Key) -> Turn {
        match (self, key) {
            (_, Key::Ctrl('c')) | (Self::LeaveAnyway(_), Key::Char('y')) => Turn::Leave,
            (_, Key::Enter | Key::Esc) => Turn::Close,
            (Self::Help, Key::Char('?')) | (Self::Commands, Key::Char('e')) => Turn::Close,
            (Self::Commands, Key::Char('c')) => Turn::Copy,
            (Self::Help | Self::Commands | Self::LeaveAnyway(_), _) => Turn::Stay,
        }
    }

    /// Puts the page in place of what the step shows.
    pub fn cover(self, screen: &mut Screen<'_>, step: &dyn Step) {
        screen.typing = false;
        screen.status = None;
        screen.busy = false;
        screen.changes = false;
        let keys = std::mem::take(&mut screen.keys);
        screen.keys = vec![Hint::new(Key::Enter, "close"), Hint::new(Key::Esc, "back")];
        match self {
            Self::Help => {
                screen.purpose = format!("Help: {}", step.name());
                screen.body = paragraphs(step.help());
                screen.body.extend([Block::Gap, Block::Keys(keys)]);
            }
            Self::Commands => {
                screen.purpose = String::from("The same by hand. These commands do what this screen does.");
                screen.body = vec![Block::Commands(std::mem::take(&mut screen.commands))];
                screen.keys.insert(1, Hint::new(Key::Char('c'), "copy"));
            }
            Self::LeaveAnyway(work) => {
                screen.purpose = String::from("Leave all the same?");
                screen.body = vec![Block::Text(work.to_owned())];
                screen.status = Some(Status::marked(Mark::Look, "Work is under way."));
                screen.keys = vec![
                    Hint::new(Key::Enter, "stay"),
                    Hint::new(Key::Char('y'), "leave now"),
                    Hint::new(Key::Esc, "stay"),
                ];
            }
        }
        screen.keys.push(Hint::new(Key::Ctrl('c'), "leave"));
        screen.commands = Vec::new();
    }
}

/// Paragraphs are parted by empty lines; a paragraph whose lines are indented is kept as it is.
fn paragraphs(text: &'static str) -> Vec<Block<'static>> {
    let mut blocks = Vec::new();
    for paragraph in text.trim_end().split("\n\n") {
        if !blocks.is_empty() {
            blocks.push(Block::Gap);
        }
        if paragraph.lines().all(|line| line.starts_with("  ")) {
            blocks.extend(paragraph.lines().map(|line| Block::Text(line.to_owned())));
        } else {
            blocks.push(Block::Text(paragraph.lines().collect::<Vec<_>>().join(" ")));
        }
    }
    blocks
}
