//! Child processes: in a group of their own that ends with them, with nothing inherited but the snapshot of the environment.
//!
//! Deliberately absent: a shell, and limits of time, which whoever waits has.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use zeroize::Zeroizing;

use super::environment::Environment;
use crate::checkup::Ran;
use crate::gitconfig;
use crate::redact::masked_but_keys;
use crate::wizard::names::printable;

/// What a child printed until it ended.
pub(crate) struct Output {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Its standard output, which may hold a secret.
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    /// Its standard error.
    pub(crate) stderr: Vec<u8>,
}

/// Why a child was ended: the terminal is not its own, so the kernel stops it when it wants to ask there.
#[derive(Debug, thiserror::Error)]
#[error("it asked for something at the terminal, where nobody can answer it now")]
struct AskedAtTerminal;

/// The most that is taken of what a child prints, on each of its two streams, in bytes.
const MOST: usize = 32 * 1024 * 1024;

/// Why a child was ended: there is no end to what it prints.
#[derive(Debug, thiserror::Error)]
#[error("it printed more than {} MB, and was stopped", .0 / 1024 / 1024)]
struct PrintedTooMuch(usize);

/// Whether a child was ended for that.
pub(crate) fn asked_at_terminal(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<AskedAtTerminal>())
}

/// Every copy of a program on PATH, the one that is chosen first.
pub(crate) fn on_path(environment: &Environment, name: &str) -> Vec<PathBuf> {
    which::which_in_all(name, environment.get("PATH"), working_folder(environment))
        .map(Iterator::collect)
        .unwrap_or_default()
}

/// A command that inherits the snapshot of the environment and nothing else, and speaks English.
pub(crate) fn command(environment: &Environment, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment.all()).env("LC_ALL", "C").env_remove("LANGUAGE");
    command.current_dir(working_folder(environment)).stdin(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// Runs a program to its end that has the terminal to itself, as the shell would: in the group of processes that the
/// terminal listens to, and in the language of the person.
pub(crate) async fn in_terminal(
    environment: &Environment,
    program: &Path,
    arguments: &[String],
) -> io::Result<ExitStatus> {
    let mut command = Command::new(program);
    command.env_clear().envs(environment.all()).args(arguments).current_dir(working_folder(environment));
    command.kill_on_drop(true).spawn()?.wait().await
}

/// The same, with the most that it may print, in bytes, which is taken here: it asks at the terminal itself.
pub(crate) async fn output_in_terminal(
    environment: &Environment,
    program: &Path,
    arguments: &[String],
    most: usize,
) -> io::Result<Output> {
    let mut command = Command::new(program);
    command.env_clear().envs(environment.all()).args(arguments).current_dir(working_folder(environment));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let said = tokio::try_join!(read_all(child.stdout.take(), most), read_all(child.stderr.take(), MOST));
    let (stdout, stderr) = said?;
    Ok(Output { status: child.wait().await?, stdout, stderr: stderr.to_vec() })
}

/// What was run in this process, for a report: the last ones, the first of them first.
pub(crate) fn ran() -> Vec<Ran> {
    RAN.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
}

/// Programs that were run; no secret is ever among their arguments.
static RAN: Mutex<VecDeque<Ran>> = Mutex::new(VecDeque::new());

/// How many of them are remembered.
const REMEMBERED: usize = 40;
/// How many characters of an argument are.
const ARGUMENT: usize = 100;

/// A program under way; dropping it, however it comes about, writes it down.
struct Note {
    command: String,
    start: Instant,
    code: Option<i32>,
}

impl Note {
    fn of(command: &Command) -> Self {
        let command = command.as_std();
        let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
        let mut words = vec![program.into_owned()];
        for argument in command.get_args() {
            let text = argument.to_string_lossy();
            let short: String = text.chars().take(ARGUMENT).collect();
            let dots = if short.len() < text.len() { "…" } else { "" };
            words.push(gitconfig::shell_quoted(&format!("{short}{dots}")));
        }
        Self { command: printable(&words.join(" ")), start: Instant::now(), code: None }
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        let milliseconds = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut ran = RAN.lock().unwrap_or_else(PoisonError::into_inner);
        if ran.len() == REMEMBERED {
            ran.pop_front();
        }
        ran.push_back(Ran { command: std::mem::take(&mut self.command), code: self.code, milliseconds });
    }
}

/// Runs a command to its end; dropping the future ends the child and all that it started, and so do a question at the terminal
/// and a flood of output.
pub(crate) async fn output(command: Command, input: Option<&[u8]>) -> io::Result<Output> {
    // Whoever awaits several of them holds one pointer each.
    Box::pin(output_of(command, input, MOST)).await
}

/// The same, with the most that it may print, in bytes.
pub(crate) async fn output_of(mut command: Command, input: Option<&[u8]>, most: usize) -> io::Result<Output> {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut note = Note::of(&command);
    let mut group = Group::spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (stdin, stdout, stderr) = (group.child.stdin.take(), group.child.stdout.take(), group.child.stderr.take());
    let feed = async {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            // A child that does not read its input says so in its exit code.
            let _ = stdin.write_all(input).await;
        }
        Ok(())
    };
    let said = async { tokio::try_join!(feed, read_all(stdout, most), read_all(stderr, MOST)) };
    let ((), stdout, stderr) = tokio::select! {
        said = said => said?,
        () = stopped(group.number) => return Err(asked()),
    };
    let status = group.wait().await?;
    note.code = status.code();
    Ok(Output { status, stdout, stderr: stderr.to_vec() })
}

/// The failure of a child that was stopped since it asked at the terminal.
pub(crate) fn asked() -> io::Error {
    io::Error::other(AskedAtTerminal)
}

async fn read_all(pipe: Option<impl AsyncRead + Unpin>, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    if let Some(pipe) = pipe {
        pipe.take(most as u64 + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() > most { Err(io::Error::other(PrintedTooMuch(most))) } else { Ok(bytes) }
}

/// Waits until a child is stopped by a signal, which it may never be.
#[cfg(all(unix, not(target_os = "openbsd")))]
pub(crate) async fn stopped(number: Option<u32>) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    use tokio::signal::unix::{SignalKind, signal};
    // Its end is left to whoever waits for it.
    let look = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let child = number.and_then(|number| i32::try_from(number).ok()).and_then(Pid::from_raw);
    if let (Some(child), Ok(mut changes)) = (child, signal(SignalKind::child())) {
        loop {
            if matches!(waitid(WaitId::Pid(child), look), Ok(Some(_))) {
                return;
            }
            changes.recv().await;
        }
    }
    std::future::pending::<()>().await;
}

/// Nobody is told here that a child was stopped.
#[cfg(not(all(unix, not(target_os = "openbsd"))))]
pub(crate) async fn stopped(_: Option<u32>) {
    std::future::pending::<()>().await;
}

/// A child and all that it started; dropping it kills what is left of them.
#[derive(Debug)]
pub(crate) struct Group {
    /// The child that leads the group.
    pub(crate) child: Child,
    /// The number of the group while its leader is not waited for: after that another process may bear it.
    number: Option<u32>,
}

/// How a group is told to end.
#[derive(Debug, Clone, Copy)]
enum End {
    /// It may clean up.
    Gently,
    /// At once.
    Hard,
}

impl Group {
    /// Starts a command as the leader of a group.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        let child = command.spawn()?;
        Ok(Self { number: child.id(), child })
    }

    /// The number of the group, while its leader runs.
    pub(crate) fn number(&self) -> Option<u32> {
        self.number
    }

    /// Waits for the leader; what it left running on purpose, such as a cache of passwords, stays.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        self.number = None;
        status
    }

    /// Asks the group to end, and gives it time to clean up before it is killed.
    pub(crate) async fn end(mut self, patience: Duration) {
        self.signal(End::Gently);
        if tokio::time::timeout(patience, self.child.wait()).await.is_err() {
            self.signal(End::Hard);
            let _ = self.child.wait().await;
        }
        // Its leader is gone, and the rest must not write any more either.
        self.signal(End::Hard);
        self.number = None;
    }

    #[cfg(unix)]
    fn signal(&mut self, end: End) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = self.number.and_then(|number| i32::try_from(number).ok()).and_then(Pid::from_raw);
        if let Some(group) = group {
            let signal = match end {
                End::Gently => Signal::TERM,
                End::Hard => Signal::KILL,
            };
            // A group that is gone already is what was wanted.
            let _ = kill_process_group(group, signal);
        }
    }

    #[cfg(not(unix))]
    fn signal(&mut self, end: End) {
        // There is nothing gentle here.
        match end {
            End::Gently | End::Hard => drop(self.child.start_kill()),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(End::Hard);
    }
}

pub(crate) fn working_folder(environment: &Environment) -> PathBuf {
    let folder = environment.folder();
    if folder.is_dir() { folder } else { PathBuf::from(std::path::MAIN_SEPARATOR_STR) }
}

/// The lines of what a child printed that say something, fit to be shown and without what looks like a secret.
pub(crate) fn lines(bytes: &[u8]) -> Vec<String> {
    let text = masked_but_keys(&String::from_utf8_lossy(bytes));
    text.split(['\r', '\n']).map(|line| printable(line.trim())).filter(|line| !line.is_empty()).collect()
}

/// The path that a program printed.
pub(crate) fn path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).into();
    #[cfg(not(unix))]
    return String::from_utf8_lossy(bytes).into_owned().into();
}

/// A path with `~/` at its start made absolute.
pub(crate) fn expand(environment: &Environment, path: &Path) -> PathBuf {
    let path = environment.expanded(path);
    std::path::absolute(&path).unwrap_or(path)
}
