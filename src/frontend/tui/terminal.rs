//! The terminal taken over and given back: raw mode, the other screen, bracketed paste, the cursor.
//!
//! It is given back in every way the program can end: at the end, by a signal, by a panic, while suspended. Deliberately
//! absent: what is drawn.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::ThreadId;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};

/// Whether the terminal is ours now; a panic in any thread has to know.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The thread that draws; only its panic takes the terminal with it.
static DRAWING: Mutex<Option<ThreadId>> = Mutex::new(None);

/// The terminal, as long as it is taken over.
#[derive(Debug)]
pub(super) struct Guard {
    out: Stdout,
}

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
        *DRAWING.lock().unwrap_or_else(PoisonError::into_inner) = Some(std::thread::current().id());
        let mut guard = Self { out: io::stdout() };
        guard.enter()?;
        Ok(guard)
    }

    /// Takes the terminal over again after [`Guard::leave`].
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn enter(&mut self) -> io::Result<()> {
        // First, so that what was begun is also undone when the rest of it fails.
        TAKEN.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        execute!(self.out, EnterAlternateScreen, EnableBracketedPaste, Hide)
    }

    /// Gives the terminal back; doing it twice does no harm.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn leave(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        give_back().and(flushed)
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
    // A panic in the middle of a frame leaves its bracket open.
    let shown = queue!(out, EndSynchronizedUpdate, DisableBracketedPaste, Show, LeaveAlternateScreen);
    // The line settings come back even when nothing can be written any more.
    disable_raw_mode()?;
    shown.and_then(|()| out.flush())
}

/// Before the words of a panic are printed, the terminal is one that shows them.
fn give_back_on_panic() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Tasks are caught and told as a problem on the screen; only the thread that draws takes the terminal with it.
            let drawing = *DRAWING.lock().unwrap_or_else(PoisonError::into_inner);
            if TAKEN.load(Ordering::SeqCst) && drawing != Some(std::thread::current().id()) {
                tracing::error!("{panic}");
            } else {
                _ = give_back();
                before(panic);
            }
        }));
    });
}
