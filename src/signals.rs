//! The signals that end a program: Ctrl-C, a request to end, the terminal that goes away, and Ctrl-\.
//!
//! Deliberately absent: ending; whoever hears of one cleans up first.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code when the terminal was closed.
pub(crate) const HUNG_UP: u8 = 129;

/// What ends the program, heard from the moment that this is made.
pub(crate) struct Endings {
    interrupt: Option<Signal>,
    quit: Option<Signal>,
    terminate: Option<Signal>,
    hang_up: Option<Signal>,
}

impl Endings {
    /// Hears all four, but for those that whoever started the program wants ignored, as `nohup` does.
    pub(crate) fn new() -> io::Result<Self> {
        let heard = |kind: SignalKind| if is_ignored(kind) { Ok(None) } else { signal(kind).map(Some) };
        Ok(Self {
            interrupt: heard(SignalKind::interrupt())?,
            quit: heard(SignalKind::quit())?,
            terminate: heard(SignalKind::terminate())?,
            hang_up: heard(SignalKind::hangup())?,
        })
    }

    /// The same for whoever hears of Ctrl-C in another way.
    pub(crate) fn but_interrupt() -> io::Result<Self> {
        Ok(Self { interrupt: None, ..Self::new()? })
    }

    /// Waits for a signal, and gives the exit code that it asks for; nothing is lost when the wait is given up.
    pub(crate) async fn next(&mut self) -> u8 {
        tokio::select! {
            () = heard(&mut self.interrupt) => 130,
            () = heard(&mut self.quit) => 131,
            () = heard(&mut self.terminate) => 143,
            () = heard(&mut self.hang_up) => HUNG_UP,
        }
    }
}

async fn heard(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => _ = signal.recv().await,
        None => std::future::pending().await,
    }
}

/// Whether a signal was ignored when this program was started; only Linux tells.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or_default();
    let ignored = u64::from_str_radix(ignored.trim(), 16).unwrap_or_default();
    let place = u32::try_from(kind.as_raw_value()).unwrap_or_default().saturating_sub(1);
    ignored.checked_shr(place).unwrap_or_default() & 1 == 1
}
