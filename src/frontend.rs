//! The faces of the wizard: full screen, line by line, unattended. Each shows screens and hands on what happens.
//!
//! Deliberately absent: decisions; a face only draws, reads and translates.

pub mod answers;
mod echo;
pub mod plain;
mod signals;
pub mod text;
pub mod tui;

use std::io;

use crate::wizard::effect::Ending;
use crate::wizard::event::Event;
use crate::wizard::screen::{Fit, Screen};

/// What a face tells the loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// Something for the wizard.
    Event(Event),
    /// The screen is to be shown again.
    Again,
    /// The program has to end with this exit code.
    Ended(u8),
}

/// A face of the wizard.
pub trait Frontend {
    /// Shows a screen; returns how much of its body is in view.
    ///
    /// # Errors
    /// When the terminal or the stream is gone.
    fn show(&mut self, screen: &Screen<'_>) -> io::Result<Fit>;

    /// Waits for what happens next; nothing is lost when the wait is given up.
    ///
    /// # Errors
    /// When the terminal or the stream is gone.
    fn next(&mut self) -> impl Future<Output = io::Result<Happened>>;

    /// Lends the terminal to a program that is about to run, and says which; `false` where nobody could answer it.
    ///
    /// # Errors
    /// When the terminal or the stream is gone.
    fn lend(&mut self, command: &str) -> io::Result<bool>;

    /// Takes the terminal back after [`Frontend::lend`]; what a program said that failed can be read first.
    ///
    /// # Errors
    /// When the terminal or the stream is gone.
    fn take_back(&mut self, failed: bool) -> impl Future<Output = io::Result<()>>;

    /// Hands a text to the clipboard.
    ///
    /// # Errors
    /// When the terminal or the stream is gone.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Gives the terminal back and leaves the summary in its scroll-back.
    ///
    /// # Errors
    /// When the terminal or the stream is gone.
    fn finish(&mut self, ending: Ending, summary: &[String]) -> io::Result<()>;
}
