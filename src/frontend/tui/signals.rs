//! Signals of the process: those that end it, and the way into the background and back.
//!
//! Deliberately absent: the terminal; whoever hears of a signal gives it back.

use std::io;
use std::time::Duration;

use rustix::process::{Signal as Sent, kill_current_process_group};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code when the terminal was closed.
pub(super) const HUNG_UP: u8 = 129;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    /// The same as Ctrl-C.
    Interrupt,
    /// The program has to end with this exit code.
    End(u8),
}

/// The signals that are heard.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    go_on: Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            go_on: signal(SignalKind::from_raw(Sent::CONT.as_raw()))?,
        })
    }

    /// Waits for a signal; nothing is lost when the wait is given up.
    pub(super) async fn next(&mut self) -> Called {
        tokio::select! {
            _ = self.interrupt.recv() => Called::Interrupt,
            _ = self.terminate.recv() => Called::End(143),
            _ = self.hang_up.recv() => Called::End(HUNG_UP),
        }
    }

    /// Forgets a Ctrl-C that was meant for a program in the terminal.
    pub(super) fn forget_interrupt(&mut self) -> io::Result<()> {
        self.interrupt = signal(SignalKind::interrupt())?;
        Ok(())
    }

    /// Waits for a line at the terminal, or for anything that ends the wait.
    pub(super) async fn line(&mut self) -> io::Result<()> {
        let line = tokio::task::spawn_blocking(|| io::stdin().read_line(&mut String::new()));
        tokio::select! {
            _ = line => {}
            _ = self.next() => {}
        }
        Ok(())
    }

    /// Stops the whole job, as the shell would, and returns when it goes on.
    pub(super) async fn suspend(&mut self) -> io::Result<()> {
        kill_current_process_group(Sent::TSTP)?;
        // The signal may stop the process a moment later, and it is ignored where no shell could continue the job.
        // Time that passes while the process is stopped does not count against whoever continues it.
        _ = tokio::time::timeout(Duration::from_millis(300), self.go_on.recv()).await;
        Ok(())
    }
}
