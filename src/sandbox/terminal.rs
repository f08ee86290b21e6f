//! The terminal as it was before a program took it over, for the case that the program was killed and cannot give it back.
//!
//! Deliberately absent: drawing; nothing is written as long as the program ends by itself.

/// How the terminal was.
#[cfg(unix)]
pub(super) struct Terminal(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Terminal {
    pub(super) fn remember() -> Self {
        Self(rustix::termios::tcgetattr(std::io::stdin()).ok())
    }

    /// Sets the terminal back: its line settings, the normal screen, the cursor.
    pub(super) fn give_back(&self) {
        use crossterm::cursor::Show;
        use crossterm::event::DisableBracketedPaste;
        use crossterm::terminal::{EndSynchronizedUpdate, LeaveAlternateScreen};
        use rustix::termios::{OptionalActions, tcsetattr};
        use std::io::{IsTerminal, stdin, stdout};

        // A terminal that is gone needs nothing back.
        if let Some(before) = &self.0 {
            let _ = tcsetattr(stdin(), OptionalActions::Flush, before);
        }
        if stdout().is_terminal() {
            let _ =
                crossterm::execute!(stdout(), EndSynchronizedUpdate, DisableBracketedPaste, Show, LeaveAlternateScreen);
        }
    }
}

/// Nothing is remembered where there are no such settings.
#[cfg(not(unix))]
pub(super) struct Terminal;

#[cfg(not(unix))]
impl Terminal {
    pub(super) fn remember() -> Self {
        Self
    }

    pub(super) fn give_back(&self) {}
}
