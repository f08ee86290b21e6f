//! The terminal while it is ours: raw mode, alternate screen, pasted text in brackets; given back on every way out.
//!
//! Deliberately absent: what is drawn.

use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::ThreadId;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::execute;

/// Whether the terminal is ours now.
static OURS: AtomicBool = AtomicBool::new(false);

/// The thread that draws; a panic of another one must not take the terminal away from it.
static DRAWING: Mutex<Option<ThreadId>> = Mutex::new(None);

/// What other threads said when they panicked, kept until it can be read.
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The terminal as ours; dropping it gives the terminal back.
pub(super) struct TerminalGuard;

impl TerminalGuard {
    /// Takes the terminal over.
    pub(super) fn take() -> io::Result<Self> {
        hear_panics();
        *DRAWING.lock().unwrap_or_else(PoisonError::into_inner) = Some(std::thread::current().id());
        let guard = Self;
        guard.enter()?;
        Ok(guard)
    }

    /// Takes it over again after [`give_back`].
    pub(super) fn enter(&self) -> io::Result<()> {
        OURS.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide)
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        give_back();
        for said in SAID.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // Standard error may be closed; then nobody reads.
            _ = writeln!(io::stderr(), "{said}");
        }
    }
}

/// Gives the terminal back as it was; does nothing when that has been done.
pub(super) fn give_back() {
    if OURS.swap(false, Ordering::SeqCst) {
        // A terminal that is gone needs nothing back.
        _ = execute!(io::stdout(), EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show);
        _ = disable_raw_mode();
    }
}

/// From now on a panic of the drawing thread gives the terminal back before it is told.
fn hear_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let drawing = *DRAWING.lock().unwrap_or_else(PoisonError::into_inner);
            if OURS.load(Ordering::SeqCst) && drawing != Some(std::thread::current().id()) {
                keep(panic);
            } else {
                give_back();
                tell(panic);
            }
        }));
    });
}

fn keep(panic: &PanicHookInfo<'_>) {
    SAID.lock().unwrap_or_else(PoisonError::into_inner).push(panic.to_string());
}

/// Standard output, a whole frame at a time; what was not flushed is lost rather than drawn elsewhere.
#[derive(Default)]
pub(super) struct Frames(Vec<u8>);

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !OURS.load(Ordering::SeqCst) {
            self.0.clear();
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let written = out.write_all(&self.0).and_then(|()| out.flush());
        self.0.clear();
        written
    }
}
