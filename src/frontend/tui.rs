//! The walk full screen.
//!
//! Deliberately absent: decisions, and a clock while nothing moves.

pub mod draw;
pub mod keys;
pub mod look;
mod signals;
mod terminal;

use std::io::{self, Write};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{Event as Input, EventStream};
use crossterm::execute;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use futures_util::StreamExt;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::time::Instant;

use super::{Frontend, Happened};
use crate::wizard::effect::Ending;
use crate::wizard::event::{Event, Key};
use crate::wizard::screen::{Block, Mark, Screen};
use keys::Pressed;
use look::Look;
use signals::{Called, Signals};
use terminal::{Frames, TerminalGuard, give_back};

/// How long each picture of what turns is seen.
const TURN: Duration = Duration::from_millis(120);

/// The full-screen face.
pub struct Tui {
    // Dropped in this order: the terminal is given back before ratatui cleans up, which then writes nothing.
    guard: TerminalGuard,
    terminal: Terminal<CrosstermBackend<Frames>>,
    input: EventStream,
    signals: Signals,
    look: Look,
    /// When something on the screen moves next; `None` while nothing does.
    moves: Option<Instant>,
    /// Whether there is a terminal to write to.
    gone: bool,
}

impl Tui {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When there is no terminal, or the signals of the process cannot be heard.
    pub fn new(look: Look) -> io::Result<Self> {
        // Whether there are colours is the look's decision alone; without this, crossterm drops the reversed style of
        // the row under the cursor when NO_COLOR is set.
        crossterm::style::force_color_output(true);
        let signals = Signals::new()?;
        let guard = TerminalGuard::take()?;
        let terminal = Terminal::new(CrosstermBackend::new(Frames::default()))?;
        Ok(Self { guard, terminal, input: EventStream::new(), signals, look, moves: None, gone: false })
    }

    /// Everything is drawn anew the next time.
    fn forget(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    async fn suspend(&mut self) -> io::Result<()> {
        give_back();
        self.signals.suspend().await?;
        self.guard.enter()?;
        self.forget()
    }

    /// What an input of the terminal comes to; `None` for nothing.
    async fn hear(&mut self, input: Input) -> io::Result<Option<Happened>> {
        let happened = match input {
            Input::Key(key) => match keys::pressed(key) {
                Pressed::Key(key) => Happened::Event(Event::Key(key)),
                Pressed::Redraw => {
                    self.forget()?;
                    Happened::Again
                }
                Pressed::Suspend => {
                    self.suspend().await?;
                    Happened::Again
                }
                Pressed::Nothing => return Ok(None),
            },
            Input::Paste(text) => Happened::Event(Event::Paste(text)),
            Input::Resize(..) => Happened::Again,
            Input::FocusGained | Input::FocusLost | Input::Mouse(_) => return Ok(None),
        };
        Ok(Some(happened))
    }

    fn end(&mut self, code: u8) -> Happened {
        self.gone = code == 129;
        give_back();
        Happened::Ended(code)
    }
}

impl Frontend for Tui {
    fn show(&mut self, screen: &Screen<'_>) -> io::Result<u16> {
        let look = self.look;
        let mut drawn = draw::Drawn::default();
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            drawn = draw::draw(screen, frame.area(), frame.buffer_mut(), look);
            if let Some(cursor) = drawn.cursor {
                frame.set_cursor_position(cursor);
            }
        })?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.terminal.backend_mut().flush()?;
        self.moves = is_moving(screen).then(|| self.moves.unwrap_or_else(|| Instant::now() + TURN));
        if self.moves.is_none() {
            self.look.rest();
        }
        Ok(drawn.overflow)
    }

    async fn next(&mut self) -> io::Result<Happened> {
        loop {
            let moves = self.moves;
            let turned = async {
                match moves {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                input = self.input.next() => match input {
                    Some(Ok(input)) => {
                        if let Some(happened) = self.hear(input).await? {
                            return Ok(happened);
                        }
                    }
                    // The terminal was closed.
                    Some(Err(_)) | None => return Ok(self.end(129)),
                },
                called = self.signals.next() => return Ok(match called {
                    Called::Interrupt => Happened::Event(Event::Key(Key::Ctrl('c'))),
                    Called::End(code) => self.end(code),
                }),
                () = turned => {
                    self.look.turn();
                    self.moves = Some(Instant::now() + TURN);
                    return Ok(Happened::Again);
                }
            }
        }
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    fn finish(&mut self, _ending: Ending, summary: &[String]) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        give_back();
        let mut out = io::stdout().lock();
        for line in summary {
            writeln!(out, "{line}")?;
        }
        out.flush()
    }
}

/// Whether something on the screen turns; only then is there a clock.
fn is_moving(screen: &Screen<'_>) -> bool {
    let marked = screen.status.as_ref().is_some_and(|status| status.mark == Some(Mark::Working));
    let checked = screen.body.iter().any(|block| match block {
        Block::Checks(checks) => checks.iter().any(|check| check.mark == Mark::Working),
        _ => false,
    });
    screen.busy && (marked || checked)
}
