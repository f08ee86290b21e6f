//! Running a program inside a sandbox: start, run, wait, say where everything was, remove.
//!
//! Deliberately absent: knowing which program it is. The program cannot tell that it is in a sandbox.

use std::{ffi::OsString, io::Write, path::Path, process::ExitStatus};

use tokio::process::{Child, Command};

use super::terminal::Terminal;
use super::{Options, Sandbox, SandboxError};
use crate::wizard::change::shell_path;

/// Runs a program in a sandbox of its own and gives back its exit code; 128 and the number of the signal when one
/// ended it.
///
/// Ctrl-C is the program's to judge, and is ignored here until it ends. A request to terminate is passed on to it.
///
/// # Errors
/// Says why there is no sandbox, or why the program did not run. Whatever was made is removed then, too.
pub async fn run(
    options: &Options,
    program: &Path,
    args: &[OsString],
    parent_env: impl Iterator<Item = (OsString, OsString)>,
    out: &mut dyn Write,
) -> Result<u8, SandboxError> {
    // Before the sandbox is made: from here on, a signal must not end this process and leave the folder behind.
    let mut signals = Signals::new().map_err(SandboxError::Program)?;
    let sandbox = Sandbox::start(options).await?;
    sandbox.describe(out).and_then(|()| out.flush()).map_err(SandboxError::Program)?;
    let terminal = Terminal::remember();
    let child = Command::new(program)
        .args(args)
        .env_clear()
        .envs(sandbox.environment(parent_env))
        .current_dir(sandbox.start_folder())
        .spawn();
    let status = match child {
        Ok(mut child) => wait(&mut child, &mut signals).await,
        Err(error) => Err(error),
    };
    if status.as_ref().is_ok_and(|status| was_killed(*status)) {
        terminal.give_back();
    }
    let (root, home) = (sandbox.root().display().to_string(), shell_path(&sandbox.home().to_string_lossy()));
    let farewell = match sandbox.close().await {
        Ok(Some(_)) => format!(
            "The sandbox was kept in {root}. A shell in it: cd {home} && HOME=$PWD sh\n\
             Its AWS has ended: the files are there, but nothing answers any more."
        ),
        Ok(None) => format!(
            "The sandbox is gone, and with it all that was made in it; it was in {root}.\n\
             Without --sandbox, the same is done on this computer."
        ),
        Err(error) => format!("{error}; remove by hand what is left in {root}"),
    };
    // Neither this nor a terminal that went away is a reason to lose the exit code.
    let _ = writeln!(out, "\n{farewell}");
    status.map(exit_code).map_err(SandboxError::Program)
}

async fn wait(child: &mut Child, signals: &mut Signals) -> std::io::Result<ExitStatus> {
    let id = child.id();
    loop {
        tokio::select! {
            status = child.wait() => return status,
            () = signals.pass_on(id) => {}
        }
    }
}

#[cfg(unix)]
fn exit_code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

/// Whether it had no chance to clean up after itself.
#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status).is_some()
}

#[cfg(not(unix))]
fn was_killed(_: ExitStatus) -> bool {
    false
}

#[cfg(not(unix))]
fn exit_code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// The signals that this process must not die of while it has something to clean up.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
        })
    }

    /// Waits for one signal, and passes it on if the terminal has not sent it to the child as well.
    async fn pass_on(&mut self, child: Option<u32>) {
        use rustix::process::{Pid, Signal, kill_process};
        let signal = tokio::select! {
            _ = self.terminate.recv() => Signal::TERM,
            _ = self.hang_up.recv() => Signal::HUP,
            _ = self.interrupt.recv() => return,
            _ = self.quit.recv() => return,
            _ = self.stop.recv() => return stop_after(child.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)).await,
        };
        if let Some(pid) = child.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
            // A child that has just ended needs no signal.
            let _ = kill_process(pid, signal);
        }
    }
}

/// Stops this process once the child has stopped: the shell takes the terminal as soon as this one does, and the child has to
/// give it back before.
#[cfg(unix)]
async fn stop_after(child: Option<rustix::process::Pid>) {
    use rustix::process::{Signal, WaitId, WaitIdOptions, getpid, kill_process, waitid};
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    for _ in 0..50 {
        if child.is_none_or(|pid| !matches!(waitid(WaitId::Pid(pid), options), Ok(None))) {
            break;
        }
        tokio::time::sleep(super::BREATH).await;
    }
    // A signal that is heard stops nothing any more. This one is not heard, and does the same.
    let _ = kill_process(getpid(), Signal::TTOU);
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn pass_on(&mut self, _child: Option<u32>) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
