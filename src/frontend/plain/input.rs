//! Lines of standard input, read by a thread when they are asked for. At a terminal nothing is shown before it is asked for, so
//! that what is typed ahead and the further lines of a paste wait unseen; of an answer only what is no secret.
//!
//! Deliberately absent: reading ahead, so that nothing typed is lost to a program that runs in between.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use zeroize::Zeroizing;

use super::line::{Line, Shown, Typed};
use crate::frontend::echo::Echo;

/// The most that a line may have where nobody types it, in bytes.
const LIMIT: usize = 64 * 1024;

type Answer = io::Result<Option<Zeroizing<String>>>;

/// Standard input, line by line.
pub(super) struct Input {
    asks: mpsc::Sender<Shown>,
    lines: UnboundedReceiver<Answer>,
    echo: Echo,
    /// Whether what was typed of the line so far is to be forgotten.
    anew: Arc<AtomicBool>,
}

impl Input {
    pub(super) fn start() -> Self {
        let (asks, asked) = mpsc::channel::<Shown>();
        let (found, lines) = unbounded_channel();
        let (echo, anew) = (Echo::off(), Arc::new(AtomicBool::new(false)));
        let (typed, forget) = (echo.is_off(), Arc::clone(&anew));
        // Not by `Stdin`, whose buffer would keep what it read.
        let mut stdin = io::stdin().as_fd().try_clone_to_owned().map(File::from);
        std::thread::spawn(move || {
            while let Ok(how) = asked.recv() {
                let stdin = stdin.as_mut().map_err(|error| io::Error::other(error.to_string()));
                let line =
                    stdin.and_then(|stdin| if typed { typed_line(stdin, how, &forget) } else { read_line(stdin) });
                if found.send(line).is_err() {
                    return;
                }
            }
        });
        Self { asks, lines, echo, anew }
    }

    /// Asks for a line.
    pub(super) fn ask(&mut self, how: Shown) {
        // The thread ends only when nobody listens any more.
        _ = self.asks.send(how);
    }

    /// The line asked for; `None` at the end of the input.
    pub(super) async fn line(&mut self) -> Answer {
        self.lines.recv().await.unwrap_or(Ok(None))
    }

    /// Whether somebody types.
    pub(super) fn is_typed(&self) -> bool {
        self.echo.is_off()
    }

    /// Gives the terminal back as it was.
    pub(super) fn stop(&mut self) {
        self.anew.store(true, Ordering::SeqCst);
        self.echo.give_back();
    }

    /// Takes the terminal again after [`Input::stop`]; a line that was asked for is still waited for, from its beginning.
    pub(super) fn again(&mut self) {
        self.echo.take();
    }
}

/// A line as it is typed, which shows what may be seen of it.
fn typed_line(stdin: &mut File, how: Shown, anew: &AtomicBool) -> Answer {
    let mut line = Line::new(how);
    anew.store(false, Ordering::SeqCst);
    let mut byte = Zeroizing::new([0_u8]);
    loop {
        let count = stdin.read(&mut *byte)?;
        if anew.swap(false, Ordering::SeqCst) {
            line = Line::new(how);
        }
        let typed = if count == 0 { Typed::End } else { line.take(byte[0]) };
        let shown = match typed {
            Typed::Line => line.end(),
            Typed::End => return Ok(None),
            // What comes at once is judged as a whole.
            Typed::More if rustix::io::ioctl_fionread(io::stdin()).unwrap_or(0) > 0 => continue,
            Typed::More => line.news(),
        };
        let mut out = io::stdout();
        // A terminal that is gone shows nothing.
        _ = out.write_all(shown.as_bytes()).and_then(|()| out.flush());
        if typed == Typed::Line {
            return Ok(Some(line.text()));
        }
    }
}

/// Byte by byte: what comes after the line is not for this program, or not yet.
fn read_line(stdin: &mut File) -> Answer {
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
