//! The terminal taken over and given back: raw mode, the other screen, bracketed paste, the cursor.
//!
//! It is given back in every way the program can end: at the end, by a signal, by a panic, while suspended. Deliberately
//! absent: what is drawn.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{execute, queue};

/// Whether the terminal is ours now; a panic in any thread has to know.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal, as long as it is taken over.
#[derive(Debug)]
pub(super) struct Guard(());

impl Guard {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When there is no terminal, or it does not answer.
    pub(super) fn take() -> io::Result<Self> {
        // The screens that are drawn do without colour by themselves where NO_COLOR is set; the library's own way of leaving
        // colours out takes the reversed rows with them.
        crossterm::style::force_color_output(true);
        give_back_on_panic();
        let guard = Self(());
        guard.enter()?;
        Ok(guard)
    }

    /// Takes the terminal over again after [`Guard::leave`].
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn enter(&self) -> io::Result<()> {
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide)
    }

    /// Gives the terminal back; doing it twice does no harm.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn leave(&self) -> io::Result<()> {
        give_back()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        _ = give_back();
    }
}

fn give_back() -> io::Result<()> {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let mut out = io::stdout();
    queue!(out, DisableBracketedPaste, Show, LeaveAlternateScreen)?;
    out.flush()?;
    disable_raw_mode()
}

/// Before the words of a panic are printed, the terminal is one that shows them.
fn give_back_on_panic() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Tasks are caught and told as a problem on the screen; only the thread that draws takes the terminal with it.
            if std::thread::current().name() == Some("main") {
                _ = give_back();
                before(panic);
            } else {
                tracing::error!("{panic}");
            }
        }));
    });
}
