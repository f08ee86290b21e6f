//! What happens to the wizard: keys, direct answers of faces without a cursor, and the world's replies.
//!
//! Deliberately absent: key codes of a terminal library; `frontend` translates those one to one.

use std::fmt;

use super::effect::{Progress, Reply, RequestId};
use super::problem::Problem;
use super::secret::Secret;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted; it may be a secret.
    Paste(Secret),
    /// The row of the screen's list was chosen by its number, counted from 0; Enter is not implied.
    Pick(usize),
    /// Rows of the screen's list were marked by number: exactly these.
    Mark(Vec<usize>),
    /// A field of the screen's form was filled, by its place in the form; the text may be a secret.
    Fill(usize, Secret),
    /// An option of one of the screen's choices was taken: choice, option.
    Turn(usize, usize),
    /// A request was answered.
    Reply(RequestId, Result<Reply, Problem>),
    /// Something is known before a request is answered.
    Progress(RequestId, Progress),
}

/// A key, as all faces know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// Does what the screen proposes.
    Enter,
    /// Goes back.
    Esc,
    /// Moves up.
    Up,
    /// Moves down.
    Down,
    /// Changes a choice, or moves in a field.
    Left,
    /// Changes a choice, or moves in a field.
    Right,
    /// Moves a page up.
    PageUp,
    /// Moves a page down.
    PageDown,
    /// Moves to the first.
    Home,
    /// Moves to the last.
    End,
    /// Moves to the next field or choice.
    Tab,
    /// Moves to the previous field or choice.
    BackTab,
    /// Deletes before the cursor.
    Backspace,
    /// Deletes at the cursor.
    Delete,
    /// A printable character, the space included.
    Char(char),
    /// A letter with Ctrl held.
    Ctrl(char),
    /// Opens the help, also while a field has the focus.
    F1,
}

/// The name on the key.
impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Enter => "Enter",
            Self::Esc => "Esc",
            Self::Up => "↑",
            Self::Down => "↓",
            Self::Left => "←",
            Self::Right => "→",
            Self::PageUp => "PgUp",
            Self::PageDown => "PgDn",
            Self::Home => "Home",
            Self::End => "End",
            Self::Tab => "Tab",
            Self::BackTab => "Shift-Tab",
            Self::Backspace => "Backspace",
            Self::Delete => "Del",
            Self::Char(' ') => "Space",
            Self::Char(letter) => return write!(formatter, "{letter}"),
            Self::Ctrl(letter) => return write!(formatter, "Ctrl-{}", letter.to_ascii_uppercase()),
            Self::F1 => "F1",
        })
    }
}
