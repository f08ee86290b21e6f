//! The full screen: draws screens, reads keys, and takes care of the terminal.
//!
//! Deliberately absent: decisions, and any tick while nothing on the screen moves.

pub mod draw;
pub mod keys;
pub mod look;
mod terminal;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, Stdout, Write};
use std::mem::ManuallyDrop;
use std::task::Poll;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{Event as TerminalEvent, EventStream};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use futures_util::StreamExt;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::time::Instant;

use super::signals::{Called, Signals};
use super::{Frontend, Happened};
use crate::signals::HUNG_UP;
use crate::wizard::effect::Ending;
use crate::wizard::event::{Event, Key};
use crate::wizard::pasted;
use crate::wizard::screen::{Fit, Screen};
use look::Look;
use terminal::Guard;

/// How long a frame of the spinner stands.
const FRAME: Duration = Duration::from_millis(120);

/// The fewest keys at once that can be a paste where no field has the focus: what people press there is short.
const BURST: usize = 16;

/// The most keys that are taken for one paste.
const AT_ONCE: usize = 16 * 1024;

/// The full screen.
pub struct Tui {
    guard: Guard,
    /// Never dropped: that would show the cursor, which the guard does, and panic where there is no terminal to say that it cannot.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<Stdout>>>,
    /// Not there while a program has the terminal.
    events: Option<EventStream>,
    /// What came at once with something that was heard, in its order.
    queue: VecDeque<Event>,
    ahead: Option<TerminalEvent>,
    signals: Signals,
    look: Look,
    /// Whether a field of the screen that is shown has the focus.
    typing: bool,
    /// Whether the window is too small to show anything; keys do nothing then.
    too_small: bool,
    /// When the spinner moves on; `None` while nothing is under way, so that there is no tick.
    tick: Option<Instant>,
    /// Whether the terminal was closed.
    gone: bool,
}

impl Tui {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When there is no terminal, or signals cannot be heard.
    pub fn new(look: Look) -> io::Result<Self> {
        let signals = Signals::new()?;
        let guard = Guard::take()?;
        let terminal = ManuallyDrop::new(Terminal::new(CrosstermBackend::new(io::stdout()))?);
        Ok(Self {
            guard,
            terminal,
            events: Some(EventStream::new()),
            queue: VecDeque::new(),
            ahead: None,
            signals,
            look,
            typing: false,
            too_small: false,
            tick: None,
            gone: false,
        })
    }

    /// Everything is drawn anew the next time.
    fn forget(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: that asks the terminal where its cursor is, and the answer would be read as keys.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// The program ends with this code; the terminal is given back before anything else is closed.
    fn end(&mut self, code: u8) -> Happened {
        self.gone = code == HUNG_UP;
        // A terminal that is gone needs nothing back, and there is nobody to tell.
        _ = self.guard.leave();
        _ = self.terminal.show_cursor();
        Happened::Ended(code)
    }

    /// Gives the terminal to the shell until the program is continued.
    async fn suspend(&mut self) -> io::Result<()> {
        self.guard.leave()?;
        self.signals.suspend().await?;
        self.guard.enter()?;
        self.forget()
    }

    fn draw(&mut self, screen: &Screen<'_>) -> io::Result<Fit> {
        let mut fit = Fit::default();
        queue!(io::stdout(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            let area = frame.area();
            let drawn = draw::draw(screen, area, frame.buffer_mut(), &self.look);
            fit = drawn.fit;
            self.too_small = drawn.too_small;
            if let Some(cursor) = drawn.cursor {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(io::stdout(), EndSynchronizedUpdate)?;
        Ok(fit)
    }

    /// A key, and those behind it that are there already: a terminal without bracketed paste sends a paste like that.
    async fn at_once(&mut self, first: Key) -> Vec<Key> {
        let mut keys = vec![first];
        while keys.len() < AT_ONCE {
            let events = self.events.get_or_insert_with(EventStream::new);
            let ready = poll_fn(|task| match events.poll_next_unpin(task) {
                Poll::Ready(event) => Poll::Ready(event),
                Poll::Pending => Poll::Ready(None),
            });
            let Some(Ok(event)) = ready.await else { break };
            if let TerminalEvent::Key(pressed) = &event {
                match keys::key(*pressed) {
                    Some(key) if is_of_text(key) => {
                        keys.push(key);
                        continue;
                    }
                    None => continue,
                    Some(_) => {}
                }
            }
            self.ahead = Some(event);
            break;
        }
        keys
    }

    async fn heard(&mut self, event: TerminalEvent) -> io::Result<Option<Happened>> {
        Ok(match event {
            TerminalEvent::Key(event) => match keys::key(event) {
                Some(Key::Ctrl('z')) => {
                    self.suspend().await?;
                    Some(Happened::Again)
                }
                Some(Key::Ctrl('l')) => {
                    self.forget()?;
                    Some(Happened::Again)
                }
                Some(key) if self.too_small && key != Key::Ctrl('c') => None,
                Some(key) if is_of_text(key) => {
                    let keys = self.at_once(key).await;
                    if self.typing || keys.len() >= BURST {
                        // On a list letters are commands, one of which may open a field for the rest.
                        self.queue.extend(pasted::of_keys(&keys));
                    } else {
                        self.queue.extend(keys.into_iter().map(Event::Key));
                    }
                    self.queue.pop_front().map(Happened::Event)
                }
                Some(key) => Some(Happened::Event(Event::Key(key))),
                None => None,
            },
            TerminalEvent::Paste(_) if self.too_small => None,
            TerminalEvent::Paste(text) => Some(Happened::Event(Event::Paste(text.into()))),
            TerminalEvent::Resize(..) => Some(Happened::Again),
            TerminalEvent::FocusGained | TerminalEvent::FocusLost | TerminalEvent::Mouse(_) => None,
        })
    }
}

/// Whether a key can be a part of a text that is pasted.
fn is_of_text(key: Key) -> bool {
    matches!(key, Key::Char(_) | Key::Enter | Key::Tab)
}

impl Frontend for Tui {
    fn show(&mut self, screen: &Screen<'_>) -> io::Result<Fit> {
        self.typing = screen.typing;
        self.tick = screen.busy.then(|| self.tick.unwrap_or_else(|| Instant::now() + FRAME));
        // Without anything to show it on the next wait says so, and what is under way ends first.
        Ok(self.draw(screen).unwrap_or_else(|_| {
            self.gone = true;
            Fit::default()
        }))
    }

    async fn next(&mut self) -> io::Result<Happened> {
        if self.gone {
            return Ok(self.end(HUNG_UP));
        }
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Ok(Happened::Event(event));
            }
            if let Some(event) = self.ahead.take() {
                if let Some(happened) = self.heard(event).await? {
                    return Ok(happened);
                }
                continue;
            }
            let tick = self.tick;
            let ticked = async {
                match tick {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let events = self.events.get_or_insert_with(EventStream::new);
            tokio::select! {
                event = events.next() => match event {
                    Some(Ok(event)) => {
                        if let Some(happened) = self.heard(event).await? {
                            return Ok(happened);
                        }
                    }
                    Some(Err(_)) | None => return Ok(self.end(HUNG_UP)),
                },
                called = self.signals.next() => return Ok(match called {
                    Called::Interrupt => Happened::Event(Event::Key(Key::Ctrl('c'))),
                    // It is not asked for here: Ctrl-Z is a key in raw mode.
                    Called::Stop => Happened::Again,
                    Called::GoOn => {
                        self.guard.enter()?;
                        self.forget()?;
                        Happened::Again
                    }
                    Called::End(code) => self.end(code),
                }),
                () = ticked => {
                    self.look.tick = self.look.tick.wrapping_add(1);
                    self.tick = Some(Instant::now() + FRAME);
                    return Ok(Happened::Again);
                }
            }
        }
    }

    fn lend(&mut self, command: &str) -> io::Result<bool> {
        // Whoever reads keys now would take them from the program.
        self.events = None;
        // That wakes whoever waits for keys. Where nobody does, the call is answered here: left for the next stream, it would
        // come with the first key and swallow it.
        _ = crossterm::event::poll(Duration::ZERO);
        self.guard.leave()?;
        self.terminal.show_cursor()?;
        writeln!(io::stdout(), "\n{}\n", self.look.text(&format!("Running: {command}")))?;
        Ok(true)
    }

    async fn take_back(&mut self, failed: bool) -> io::Result<()> {
        if failed {
            writeln!(io::stdout(), "\nThat did not work. Enter goes back to the setup.")?;
            self.signals.line().await;
        }
        self.signals.forget_interrupt()?;
        self.guard.enter()?;
        self.events = Some(EventStream::new());
        self.forget()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn finish(&mut self, _ending: Ending, summary: &[String]) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        self.guard.leave()?;
        let mut out = io::stdout();
        for line in summary {
            writeln!(out, "{}", self.look.text(line))?;
        }
        out.flush()
    }
}
