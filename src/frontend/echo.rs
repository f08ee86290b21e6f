//! The terminal while questions are asked line by line: it shows nothing by itself and hands on each key at once, so that the
//! program decides what is shown. It is given back in every way a question can end.
//!
//! Deliberately absent: raw mode; Ctrl-C, Ctrl-\ and Ctrl-Z stay signals, and lines end as ever.

use std::io::{self, IsTerminal};

use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios};

/// The terminal on standard input without its echo; nothing where standard input is none.
pub(super) struct Echo {
    before: Option<Termios>,
}

impl Echo {
    /// Turns the echo off.
    pub(super) fn off() -> Self {
        let mut echo = Self { before: None };
        echo.take();
        echo
    }

    /// Turns the echo off again, also where somebody else turned it on meanwhile.
    pub(super) fn take(&mut self) {
        if self.before.is_none() && io::stdin().is_terminal() {
            self.before = termios::tcgetattr(io::stdin()).ok();
        }
        if let Some(before) = &self.before {
            let mut modes = before.clone();
            modes.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            // A terminal that is gone shows nothing.
            _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &modes);
        }
    }

    /// Whether there is a terminal whose echo is turned off.
    pub(super) fn is_off(&self) -> bool {
        self.before.is_some()
    }

    /// Gives the terminal back as it was; what was typed and not read is forgotten, so that no shell shows or runs it.
    pub(super) fn give_back(&mut self) {
        if let Some(before) = self.before.take() {
            _ = termios::tcsetattr(io::stdin(), OptionalActions::Flush, &before);
        }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.give_back();
    }
}
