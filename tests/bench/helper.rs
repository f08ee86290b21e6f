//! How long the built-in credential helper takes, beside a process that does nothing: medians of runs in turn, as ratios.
//!
//! `cargo bench --bench helper`; `tests/helper_speed` compares it with the helpers of others.

use std::error::Error;
use std::fs;
use std::io::{Write, stdout};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TURNS: usize = 200;
const REQUEST: &str = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\npath=v1/repos/MyDemoRepo\n\n";

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    fs::create_dir(home.path().join(".aws"))?;
    let keys = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    fs::write(home.path().join(".aws/credentials"), keys)?;
    let ours = env!("CARGO_BIN_EXE_codecommit-setup");
    let commands: [(&str, &str, &[&str]); 3] = [
        ("an empty process", "true", &[]),
        ("get", ours, &["credential-helper", "--profile", "default", "get"]),
        ("store", ours, &["credential-helper", "--profile", "default", "store"]),
    ];
    let mut times = commands.map(|_| Vec::with_capacity(TURNS));
    for _ in 0..TURNS {
        for ((_, program, arguments), times) in commands.iter().zip(&mut times) {
            let start = Instant::now();
            let mut child = Command::new(program)
                .args(*arguments)
                .env_clear()
                .env("HOME", home.path())
                .env("PATH", "/usr/bin:/bin")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()?;
            // The empty process may be gone already.
            _ = child.stdin.take().ok_or("no pipe")?.write_all(REQUEST.as_bytes());
            let output = child.wait_with_output()?;
            times.push(start.elapsed());
            assert!(output.status.success(), "{program}");
        }
    }
    let medians = times.map(median);
    for ((name, ..), time) in commands.iter().zip(medians) {
        let ratio = time.as_secs_f64() / medians[0].as_secs_f64();
        writeln!(stdout(), "{name:<18}{time:>10.2?}{ratio:>6.1} × an empty process")?;
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
