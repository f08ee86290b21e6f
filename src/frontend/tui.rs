//! The full screen: draws screens, reads keys, and takes care of the terminal.
//!
//! Deliberately absent: decisions, and any tick while nothing on the screen moves.

pub mod draw;
pub mod keys;
pub mod look;
mod terminal;

use std::io::{self, Stdout, Write};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{Event as TerminalEvent, EventStream};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use futures_util::StreamExt;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Frontend, Happened};
use crate::wizard::effect::Ending;
use crate::wizard::event::{Event, Key};
use crate::wizard::screen::Screen;
use look::Look;
use terminal::Guard;

/// How long a frame of the spinner stands.
const FRAME: Duration = Duration::from_millis(120);

/// The full screen.
pub struct Tui {
    guard: Guard,
    terminal: Terminal<CrosstermBackend<Stdout>>,
    events: EventStream,
    terminate: Signal,
    hang_up: Signal,
    look: Look,
    busy: bool,
}

impl Tui {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When there is no terminal, or signals cannot be heard.
    pub fn new(look: Look) -> io::Result<Self> {
        let guard = Guard::take()?;
        Ok(Self {
            guard,
            terminal: Terminal::new(CrosstermBackend::new(io::stdout()))?,
            events: EventStream::new(),
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            look,
            busy: false,
        })
    }

    /// Gives the terminal to the shell until the program is continued.
    fn suspend(&mut self) -> io::Result<()> {
        self.guard.leave()?;
        // The whole group stops, as it does for Ctrl-Z in any other program.
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        self.guard.enter()?;
        self.terminal.clear()
    }

    fn heard(&mut self, event: TerminalEvent) -> io::Result<Option<Happened>> {
        Ok(match event {
            TerminalEvent::Key(event) => match keys::key(event) {
                Some(Key::Ctrl('z')) => {
                    self.suspend()?;
                    Some(Happened::Again)
                }
                Some(Key::Ctrl('l')) => {
                    self.terminal.clear()?;
                    Some(Happened::Again)
                }
                Some(key) => Some(Happened::Event(Event::Key(key))),
                None => None,
            },
            TerminalEvent::Paste(text) => Some(Happened::Event(Event::Paste(text))),
            TerminalEvent::Resize(..) => Some(Happened::Again),
            TerminalEvent::FocusGained | TerminalEvent::FocusLost | TerminalEvent::Mouse(_) => None,
        })
    }
}

impl Frontend for Tui {
    fn show(&mut self, screen: &Screen<'_>) -> io::Result<u16> {
        self.busy = screen.busy;
        let mut overflow = 0;
        queue!(io::stdout(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            let area = frame.area();
            let drawn = draw::draw(screen, area, frame.buffer_mut(), &self.look);
            overflow = drawn.overflow;
            if let Some(cursor) = drawn.cursor {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(io::stdout(), EndSynchronizedUpdate)?;
        Ok(overflow)
    }

    async fn next(&mut self) -> io::Result<Happened> {
        loop {
            tokio::select! {
                event = self.events.next() => match event {
                    Some(event) => {
                        if let Some(happened) = self.heard(event?)? {
                            return Ok(happened);
                        }
                    }
                    None => return Ok(Happened::Ended(129)),
                },
                _ = self.terminate.recv() => return Ok(Happened::Ended(143)),
                _ = self.hang_up.recv() => return Ok(Happened::Ended(129)),
                () = tokio::time::sleep(FRAME), if self.busy => {
                    self.look.tick = self.look.tick.wrapping_add(1);
                    return Ok(Happened::Again);
                }
            }
        }
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn finish(&mut self, _ending: Ending, summary: &[String]) -> io::Result<()> {
        self.guard.leave()?;
        let mut out = io::stdout();
        for line in summary {
            writeln!(out, "{}", self.look.text(line))?;
        }
        out.flush()
    }
}
