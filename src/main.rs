//! The process: its arguments, environment, streams and exit code; the only place that knows there is one.
//!
//! Deliberately absent: everything else.

use std::io::IsTerminal;
use std::process::ExitCode;

use codecommit_setup::Process;
use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that is freed: libraries copy secrets, too, and leave what they copied behind.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    #[cfg(unix)]
    forbid_core_dumps();
    let process = Process {
        arguments: std::env::args_os().collect(),
        environment: std::env::vars_os().collect(),
        program: std::env::current_exe().unwrap_or_else(|_| "codecommit-setup".into()),
        folder: std::env::current_dir().unwrap_or_default(),
        stdin_is_terminal: std::io::stdin().is_terminal(),
        stdout_is_terminal: std::io::stdout().is_terminal(),
    };
    ExitCode::from(codecommit_setup::run(process))
}

/// What the kernel writes into a file when a program crashes, or on Ctrl-\, would hold what is being typed.
#[cfg(unix)]
fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Core);
    // A limit may always be lowered.
    _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..limit });
}
