//! Signals of the process: those that end it, and the way into the background and back.
//!
//! Deliberately absent: the terminal; whoever hears of a signal gives it back first.

use std::io;
use std::time::Duration;

use rustix::process::{Signal as Sent, getpid, kill_current_process_group, kill_process};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code when the terminal was closed.
pub(super) const HUNG_UP: u8 = 129;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    /// The same as Ctrl-C.
    Interrupt,
    /// The program has to go into the background, with [`Signals::stop`].
    Stop,
    /// The program was stopped by a signal that cannot be heard, and goes on.
    GoOn,
    /// The program has to end with this exit code.
    End(u8),
}

/// The signals that are heard.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    quit: Signal,
    go_on: Signal,
    /// Ctrl-Z, where the terminal is not in raw mode.
    stop: Option<Signal>,
    /// What was heard while something else was waited for.
    heard: Option<Called>,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            go_on: signal(SignalKind::from_raw(Sent::CONT.as_raw()))?,
            stop: None,
            heard: None,
        })
    }

    /// The same with Ctrl-Z, which does nothing by itself from then on.
    pub(super) fn with_stop() -> io::Result<Self> {
        Ok(Self { stop: Some(signal(SignalKind::from_raw(Sent::TSTP.as_raw()))?), ..Self::new()? })
    }

    /// Waits for a signal; nothing is lost when the wait is given up.
    pub(super) async fn next(&mut self) -> Called {
        if let Some(called) = self.heard.take() {
            return called;
        }
        let stop = &mut self.stop;
        let stopped = async {
            match stop {
                Some(stop) => _ = stop.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Called::Interrupt,
            _ = self.terminate.recv() => Called::End(143),
            _ = self.hang_up.recv() => Called::End(HUNG_UP),
            _ = self.quit.recv() => Called::End(131),
            _ = self.go_on.recv() => Called::GoOn,
            () = stopped => Called::Stop,
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
                called = self.next() => if matches!(called, Called::End(_)) {
                    self.heard = Some(called);
                    return;
                },
            }
        }
    }

    /// Stops the whole job, as the shell would, and returns when it goes on.
    pub(super) async fn suspend(&mut self) -> io::Result<()> {
        kill_current_process_group(Sent::TSTP)?;
        self.wait_to_go_on().await;
        Ok(())
    }

    /// Stops this process after it heard that it has to, and returns when it goes on.
    pub(super) async fn stop(&mut self) -> io::Result<()> {
        // A signal that is heard stops nothing any more. This one is not, does the same, and is ignored as well where no shell
        // could continue the job.
        kill_process(getpid(), Sent::TTOU)?;
        self.wait_to_go_on().await;
        Ok(())
    }

    async fn wait_to_go_on(&mut self) {
        // The signal may stop the process a moment later, and it is ignored where no shell could continue the job.
        // Time that passes while the process is stopped does not count against whoever continues it.
        _ = tokio::time::timeout(Duration::from_millis(300), self.go_on.recv()).await;
    }
}
