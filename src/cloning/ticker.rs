//! One line on standard error that says how far things are, where somebody can see it.
//!
//! Deliberately absent: anything of it in a file or a pipe.

use std::io::{self, IsTerminal, Write};

use crate::adapters::environment::Environment;

/// The most that is written, so that it stays one line.
const COLUMNS: usize = 78;

/// The line that is written over.
pub(super) struct Ticker {
    is_seen: bool,
    shown: String,
}

impl Ticker {
    /// A line for this terminal, if it is one that can go back in a line.
    pub(super) fn new(environment: &Environment) -> Self {
        let dumb = environment.get("TERM").is_none_or(|term| term == "dumb");
        Self { is_seen: io::stderr().is_terminal() && !dumb, shown: String::new() }
    }

    /// Writes the line anew where it changed.
    pub(super) fn show(&mut self, text: &str) -> io::Result<()> {
        let text: String = text.chars().take(COLUMNS).collect();
        if !self.is_seen || text == self.shown {
            return Ok(());
        }
        let mut err = io::stderr();
        write!(err, "\r\x1b[K{text}")?;
        self.shown = text;
        err.flush()
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        if !self.shown.is_empty() {
            self.shown.clear();
            write!(io::stderr(), "\r\x1b[K")?;
        }
        Ok(())
    }

    /// Says something that stays.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        self.clear()?;
        writeln!(io::stderr(), "{text}")
    }
}
