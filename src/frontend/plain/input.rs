//! Lines of standard input, read by a thread when they are asked for; secret ones without echo.
//!
//! Deliberately absent: reading ahead, so that nothing typed is lost to a program that runs in between.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::sync::mpsc;

use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use zeroize::Zeroizing;

/// The most that a line may have, in bytes.
const LIMIT: usize = 64 * 1024;

/// Standard input, line by line.
pub(super) struct Input {
    asks: mpsc::Sender<()>,
    lines: UnboundedReceiver<io::Result<Option<Zeroizing<String>>>>,
    /// How the terminal was before its echo was turned off.
    echoing: Option<Termios>,
}

impl Input {
    pub(super) fn start() -> Self {
        let (asks, asked) = mpsc::channel::<()>();
        let (found, lines) = unbounded_channel();
        // Not by `Stdin`, whose buffer would keep what it read.
        let mut stdin = io::stdin().as_fd().try_clone_to_owned().map(File::from);
        std::thread::spawn(move || {
            while asked.recv().is_ok() {
                let line = stdin.as_mut().map_err(|error| io::Error::other(error.to_string())).and_then(read_line);
                if found.send(line).is_err() {
                    return;
                }
            }
        });
        Self { asks, lines, echoing: None }
    }

    /// Asks for a line; a secret one is not echoed by the terminal.
    pub(super) fn ask(&mut self, secret: bool) {
        if secret {
            self.hide();
        }
        // The thread ends only when nobody listens any more.
        _ = self.asks.send(());
    }

    /// The line asked for; `None` at the end of the input.
    pub(super) async fn line(&mut self) -> io::Result<Option<Zeroizing<String>>> {
        let line = self.lines.recv().await;
        self.stop();
        line.unwrap_or(Ok(None))
    }

    /// Gives the terminal its echo back.
    pub(super) fn stop(&mut self) {
        if let Some(before) = self.echoing.take() {
            // A terminal that is gone needs no echo.
            _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }

    fn hide(&mut self) {
        if !io::stdin().is_terminal() {
            return;
        }
        if let Ok(before) = termios::tcgetattr(io::stdin()) {
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO);
            if termios::tcsetattr(io::stdin(), OptionalActions::Now, &silent).is_ok() {
                self.echoing = Some(before);
            }
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Byte by byte: what comes after the line is not for this program, or not yet.
fn read_line(stdin: &mut File) -> io::Result<Option<Zeroizing<String>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    let mut byte = [0_u8];
    loop {
        match stdin.read(&mut byte)? {
            0 if bytes.is_empty() => return Ok(None),
            0 => break,
            _ if byte[0] == b'\n' => break,
            _ if bytes.len() < LIMIT => bytes.push(byte[0]),
            _ => {}
        }
    }
    Ok(Some(Zeroizing::new(String::from_utf8_lossy(&bytes).trim_end_matches('\r').to_owned())))
}
