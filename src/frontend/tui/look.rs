//! How things look: roles become styles of the 16 ANSI colours, marks become glyphs; both have a poorer form.
//!
//! Deliberately absent: RGB and indexed colours, and any meaning that only a colour carries.

use ratatui::style::{Color, Modifier, Style};

use crate::wizard::screen::Mark;

/// A theme and a set of glyphs.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    colour: bool,
    unicode: bool,
    /// The frame of the spinner.
    pub tick: usize,
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Titles, names of keys, and whatever is chosen.
    Strong,
    /// The row under the cursor, the choice with the focus.
    Selected,
    /// The text of the field with the focus.
    Focused,
    /// A letter that a filter found.
    Found,
    /// As it should be; added.
    Good,
    /// Something to know.
    Look,
    /// Does not work; removed.
    Bad,
    /// Under way.
    Working,
    /// Rules and frames.
    Frame,
}

/// The characters of a frame.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The corners: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// The line across.
    pub across: &'static str,
    /// The line down.
    pub down: &'static str,
}

impl Look {
    /// A look with or without colours, with or without characters beyond ASCII.
    pub fn new(colour: bool, unicode: bool) -> Self {
        Self { colour, unicode, tick: 0 }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        let (colour, modifier) = match role {
            Role::Strong => (None, Modifier::BOLD),
            Role::Selected => (None, Modifier::REVERSED),
            Role::Focused => (None, Modifier::UNDERLINED),
            Role::Found => (None, Modifier::BOLD.union(Modifier::UNDERLINED)),
            Role::Good => (Some(Color::Green), Modifier::empty()),
            Role::Look => (Some(Color::Yellow), Modifier::BOLD),
            Role::Bad => (Some(Color::Red), Modifier::BOLD),
            Role::Working => (Some(Color::Cyan), Modifier::empty()),
            Role::Frame => (Some(Color::Blue), Modifier::empty()),
        };
        let style = Style::new().add_modifier(modifier);
        match colour.filter(|_| self.colour) {
            Some(colour) => style.fg(colour),
            None => style,
        }
    }

    /// The role of a mark.
    pub fn role(mark: Mark) -> Role {
        match mark {
            Mark::Ok => Role::Good,
            Mark::Look => Role::Look,
            Mark::Failed => Role::Bad,
            Mark::Working => Role::Working,
            Mark::Skipped => Role::Frame,
        }
    }

    /// The glyph that repeats a mark's word.
    pub fn glyph(&self, mark: Mark) -> &'static str {
        const SPINNER: [&str; 8] = ["⣾", "⣽", "⣻", "⢿", "⡿", "⣟", "⣯", "⣷"];
        const ASCII_SPINNER: [&str; 4] = ["|", "/", "-", "\\"];
        match (mark, self.unicode) {
            (Mark::Ok, true) => "✓",
            (Mark::Ok, false) => "*",
            (Mark::Look, _) => "!",
            (Mark::Failed, true) => "✗",
            (Mark::Failed, false) => "x",
            (Mark::Working, true) => SPINNER[self.tick % SPINNER.len()],
            (Mark::Working, false) => ASCII_SPINNER[self.tick % ASCII_SPINNER.len()],
            (Mark::Skipped, true) => "–",
            (Mark::Skipped, false) => "-",
        }
    }

    /// The sign of what is chosen.
    pub fn cursor(&self) -> &'static str {
        if self.unicode { "▸" } else { ">" }
    }

    /// What stands for text left out.
    pub fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// What parts things of one kind on a line.
    pub fn dot(&self) -> &'static str {
        if self.unicode { " · " } else { " - " }
    }

    /// The full and the empty part of a meter.
    pub fn meter(&self) -> [&'static str; 2] {
        if self.unicode { ["█", "░"] } else { ["#", "."] }
    }

    /// The frame of a card.
    pub fn frame(&self) -> Frame {
        if self.unicode {
            Frame { corners: ["┌", "┐", "└", "┘"], across: "─", down: "│" }
        } else {
            Frame { corners: ["+", "+", "+", "+"], across: "-", down: "|" }
        }
    }

    /// A text that this terminal can show: made printable, and without characters beyond ASCII where those do not show.
    pub fn text(&self, text: &str) -> String {
        let text = crate::wizard::names::printable(text);
        if self.unicode || text.is_ascii() {
            return text;
        }
        let text = text.replace("↑↓", "Up/Down").replace("←→", "Left/Right");
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '•' => plain.push('*'),
                '…' => plain.push_str("..."),
                '·' | '–' | '—' => plain.push('-'),
                '“' | '”' => plain.push('"'),
                '↑' => plain.push_str("Up"),
                '↓' => plain.push_str("Down"),
                '←' => plain.push_str("Left"),
                '→' => plain.push_str("Right"),
                c if c.is_ascii() => plain.push(c),
                _ => plain.push('?'),
            }
        }
        plain
    }
}
