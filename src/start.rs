//! What a command needs before it begins, and how it ends: enough file handles, a runtime, the log.
//!
//! Deliberately absent: what a command does.

use std::future::Future;
use std::time::Duration;

use crate::cli::Options;
use crate::signals::Endings;
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;
use crate::{Failure, adapters};

/// How many files this program has open at most, with room to spare: connections, and pipes to the programs that it runs.
const HANDLES: u64 = 64;
/// How many it asks for where there are fewer.
const MORE_HANDLES: u64 = 1024;
/// How long what is still under way may take to end. A disk that does not answer is not waited for.
const FAREWELL: Duration = Duration::from_secs(1);

/// Runs a command that hears of signals itself to its end.
pub(crate) fn to_its_end<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    enough_handles()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| match adapters::handles::too_few(&error) {
        Some(problem) => Failure::Told(problem, 1),
        None => Failure::Io(error),
    })?;
    let ended = runtime.block_on(work);
    runtime.shutdown_timeout(FAREWELL);
    Ok(ended)
}

/// Runs a command to its end, or until a signal ends it; the programs that it runs end with it.
pub(crate) fn unless_ended(work: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    to_its_end(async {
        let mut endings = Endings::new().map_err(Failure::Io)?;
        tokio::select! {
            ended = work => ended,
            code = endings.next() => Ok(code),
        }
    })?
}

/// Sends what is traced to the file of `--log`.
pub(crate) fn log_to(options: &Options) -> Result<(), Failure> {
    let Some(path) = &options.log else { return Ok(()) };
    let log = adapters::log::Log::open(path).map_err(|error| {
        let what = format!("The log file {} cannot be written.", printable(&path.to_string_lossy()));
        Failure::Told(Problem { why: error.to_string(), ..Problem::input(what, "Name another file with --log.") }, 2)
    })?;
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::sync::Mutex::new(log)).init();
    Ok(())
}

/// Sees to it that enough files can be open, or says that they cannot.
#[cfg(unix)]
fn enough_handles() -> Result<(), Failure> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let Some(most) = limit.current else { return Ok(()) };
    let open = std::fs::read_dir("/dev/fd").map(Iterator::count);
    let needed = HANDLES + open.map_or(most, |open| open as u64);
    if most >= needed {
        return Ok(());
    }
    let more = limit.maximum.map_or(MORE_HANDLES, |maximum| maximum.min(MORE_HANDLES));
    if more >= needed && setrlimit(Resource::Nofile, Rlimit { current: Some(more), ..limit }).is_ok() {
        return Ok(());
    }
    let why = format!("It allows {most}, and {needed} are needed.");
    Err(Failure::Told(adapters::handles::problem(&why), 1))
}

#[cfg(not(unix))]
fn enough_handles() -> Result<(), Failure> {
    Ok(())
}
