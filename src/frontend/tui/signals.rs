//! Signals of the process: those that end it, and the way into the background and back.
//!
//! Deliberately absent: the terminal; whoever hears of a signal gives it back.

use std::io;
use std::time::Duration;

use rustix::process::{Signal as Sent, kill_current_process_group};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::signals::Endings;

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
    endings: Endings,
    go_on: Signal,
    /// What was heard while something else was waited for.
    heard: Option<Called>,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            endings: Endings::but_interrupt()?,
            go_on: signal(SignalKind::from_raw(Sent::CONT.as_raw()))?,
            heard: None,
        })
    }

    /// Waits for a signal; nothing is lost when the wait is given up.
    pub(super) async fn next(&mut self) -> Called {
        if let Some(called) = self.heard.take() {
            return called;
        }
        tokio::select! {
            _ = self.interrupt.recv() => Called::Interrupt,
            code = self.endings.next() => Called::End(code),
        }
    }

    /// Forgets a Ctrl-C that was meant for a program in the terminal.
    pub(super) fn forget_interrupt(&mut self) -> io::Result<()> {
        self.interrupt = signal(SignalKind::interrupt())?;
        Ok(())
    }

    /// Waits for a line at the terminal, whatever Ctrl-C is pressed before it: a thread that still waited for one would take
    /// keys from the screen. Only what ends the program ends the wait, and is heard again.
    pub(super) async fn line(&mut self) {
        let (read, mut line) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            // At the end of the input there is nothing to wait for either.
            _ = io::stdin().read_line(&mut String::new());
            _ = read.send(());
        });
        loop {
            tokio::select! {
                _ = &mut line => return,
                called = self.next() => if called != Called::Interrupt {
                    self.heard = Some(called);
                    return;
                },
            }
        }
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
