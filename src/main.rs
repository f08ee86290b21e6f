//! The process: its arguments, environment, streams and exit code; the only place that knows there is one.
//!
//! Deliberately absent: everything else.

use std::io::IsTerminal;
use std::process::ExitCode;

use codecommit_setup::Process;

fn main() -> ExitCode {
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
