//! What things look like: roles as styles of the 16 colours of the terminal, and two sets of glyphs.
//!
//! Deliberately absent: RGB colours, white, black and anything dim; a look says nothing that the words do not say.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::wizard::names::printable;
use crate::wizard::screen::{Mark, RailState, Sign};

/// How everything is drawn: with colours or without, with Unicode or in pure ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    colour: bool,
    unicode: bool,
    /// The picture of everything that turns while something is under way.
    turn: usize,
}

/// What a piece of text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Just to be read.
    Plain,
    /// Titles, keys, labels with the focus.
    Strong,
    /// The field with the focus.
    Focus,
    /// The row or option under the cursor.
    Selected,
    /// The frame and the rules.
    Frame,
    /// The word and the glyph of a mark.
    Mark(Mark),
    /// A line of a change.
    Sign(Sign),
}

const TURNING: [&str; 11] = ["…", "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const TURNING_ASCII: [&str; 4] = ["-", "\\", "|", "/"];

const FRAME_ASCII: border::Set<'_> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl Look {
    /// A look with or without colours, with Unicode or in pure ASCII.
    pub fn new(colour: bool, unicode: bool) -> Self {
        Self { colour, unicode, turn: 0 }
    }

    /// The next picture of what turns.
    pub(super) fn turn(&mut self) {
        // The first picture stands for “not turning yet” and does not come again.
        self.turn = self.turn % (if self.unicode { TURNING.len() } else { TURNING_ASCII.len() } - 1) + 1;
    }

    /// Back to the first picture.
    pub(super) fn rest(&mut self) {
        self.turn = 0;
    }

    pub(super) fn style(self, role: Role) -> Style {
        let style = Style::new();
        match role {
            Role::Plain | Role::Frame | Role::Sign(Sign::Kept | Sign::Elided) | Role::Mark(Mark::Skipped) => style,
            Role::Strong => style.add_modifier(Modifier::BOLD),
            Role::Focus => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Role::Selected => style.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            Role::Mark(Mark::Ok) => self.coloured(Color::Green),
            Role::Mark(Mark::Look) => self.coloured(Color::Yellow).add_modifier(Modifier::BOLD),
            Role::Mark(Mark::Failed) => self.coloured(Color::Red).add_modifier(Modifier::BOLD),
            Role::Mark(Mark::Working) => self.coloured(Color::Cyan),
            Role::Sign(Sign::Added) => self.coloured(Color::Green),
            Role::Sign(Sign::Removed) => self.coloured(Color::Red),
        }
    }

    fn coloured(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    /// A text as it can be drawn here: nothing in it moves the cursor, and in ASCII nothing in it is anything else.
    pub(super) fn fit(self, text: &str) -> String {
        let text = printable(&text.replace('\t', "    "));
        if self.unicode || text.is_ascii() {
            return text;
        }
        let mut ascii = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                c if c.is_ascii() => ascii.push(c),
                '·' | '–' | '—' | '−' => ascii.push('-'),
                '…' => ascii.push_str("..."),
                '“' | '”' | '„' => ascii.push('"'),
                '‘' | '’' => ascii.push('\''),
                '•' => ascii.push('*'),
                '→' => ascii.push_str("->"),
                '←' => ascii.push_str("<-"),
                '×' => ascii.push('x'),
                '\u{a0}' => ascii.push(' '),
                _ => ascii.push('?'),
            }
        }
        ascii
    }

    pub(super) fn mark(self, mark: Mark) -> &'static str {
        match (mark, self.unicode) {
            (Mark::Ok, true) => "✓",
            (Mark::Ok, false) => "+",
            (Mark::Look, _) => "!",
            (Mark::Failed, true) => "✗",
            (Mark::Failed, false) => "x",
            (Mark::Working, true) => TURNING[self.turn % TURNING.len()],
            (Mark::Working, false) => TURNING_ASCII[self.turn % TURNING_ASCII.len()],
            (Mark::Skipped, true) => "–",
            (Mark::Skipped, false) => "-",
        }
    }

    pub(super) fn rail(self, state: RailState) -> &'static str {
        match (state, self.unicode) {
            (RailState::Done, _) => self.mark(Mark::Ok),
            (RailState::Here, _) => self.cursor(),
            (RailState::ToCome, true) => "·",
            (RailState::ToCome, false) => ".",
            (RailState::PassedOver, _) => self.mark(Mark::Skipped),
        }
    }

    /// What points at the row, the field or the option taken.
    pub(super) fn cursor(self) -> &'static str {
        if self.unicode { "▸" } else { ">" }
    }

    pub(super) fn frame(self) -> border::Set<'static> {
        if self.unicode { border::PLAIN } else { FRAME_ASCII }
    }

    /// What parts names on one line.
    pub(super) fn dot(self) -> &'static str {
        if self.unicode { " · " } else { " - " }
    }

    /// What stands for the rest of a text that is cut.
    pub(super) fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "~" }
    }

    /// The full and the empty part of a bar.
    pub(super) fn bar(self) -> [&'static str; 2] {
        if self.unicode { ["█", "░"] } else { ["#", "."] }
    }

    /// The names of the keys ↑, ↓, ← and →.
    pub(super) fn arrows(self) -> [&'static str; 4] {
        if self.unicode { ["↑", "↓", "←", "→"] } else { ["Up", "Down", "Left", "Right"] }
    }
}
