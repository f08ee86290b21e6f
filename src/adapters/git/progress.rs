//! What git says while it clones: progress goes on at once, the rest is kept.
//!
//! Deliberately absent: what the rest means (`said`).

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::adapters::child;
use crate::ports::HowFar;
use crate::wizard::effect::Progress;
use crate::wizard::problem::{Problem, ProblemKind};

/// How long git may say nothing at all before it is given up.
const SILENCE: Duration = Duration::from_mins(5);
/// How many bytes of a line are kept, and how many lines.
const LINE: usize = 4096;
const LINES: usize = 100;
/// The most that a git may say in all, in bytes: that of a large clone is some hundred kilobytes.
const MOST: usize = 32 * 1024 * 1024;

/// Reads what git says to its end.
pub(super) async fn follow(pipe: Option<impl AsyncRead + Unpin>, progress: HowFar<'_>) -> Result<Vec<String>, Problem> {
    let (mut said, mut line, mut buffer) = (Vec::new(), Vec::new(), [0; 4096]);
    let Some(mut pipe) = pipe else { return Ok(said) };
    let silent = |_| {
        let what = format!("Git made no progress for {} minutes, and was stopped.", SILENCE.as_secs() / 60);
        Problem::new(ProblemKind::TimedOut, what, "", "Check the network and the proxy settings, then try again.")
    };
    let mut total = 0;
    while let Ok(count @ 1..) = tokio::time::timeout(SILENCE, pipe.read(&mut buffer)).await.map_err(silent)? {
        total += count;
        if total > MOST {
            let what = format!("Git printed more than {} MB, and was stopped.", MOST / 1024 / 1024);
            let hint = "Run `git --version` and `which git` yourself: this may be another program.";
            return Err(Problem::new(ProblemKind::Other, what, "", hint));
        }
        for byte in &buffer[..count] {
            match byte {
                b'\r' | b'\n' => take_line(&mut line, &mut said, progress),
                _ if line.len() < LINE => line.push(*byte),
                _ => {}
            }
        }
    }
    take_line(&mut line, &mut said, progress);
    Ok(said)
}

fn take_line(line: &mut Vec<u8>, said: &mut Vec<String>, progress: HowFar<'_>) {
    for text in child::lines(&std::mem::take(line)) {
        if let Some(step) = how_far(&text) {
            progress(step);
        } else {
            if said.len() == LINES {
                said.remove(0);
            }
            said.push(text);
        }
    }
}

/// `Receiving objects:  45% (9/20), 8.10 MiB | 3.20 MiB/s` or `remote: Counting objects: 20, done.`
fn how_far(line: &str) -> Option<Progress> {
    let (phase, rest) = line.strip_prefix("remote: ").unwrap_or(line).split_once(": ")?;
    let number: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let behind = rest.trim_start().strip_prefix(&number)?;
    let known = ["objects", "deltas", "files", "content"].iter().any(|last| phase.ends_with(last));
    if number.is_empty() || !known {
        return None;
    }
    let percent = if behind.starts_with('%') { number.parse().ok() } else { None };
    let amount = behind.split_once("), ").map_or("", |(_, amount)| amount);
    let amount = amount.trim_end_matches('.').trim_end_matches("done").trim_end_matches(", ");
    Some(Progress::Cloning { phase: phase.to_owned(), percent, amount: amount.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::how_far;
    use crate::wizard::effect::Progress;

    fn told(line: &str) -> Option<(String, Option<u8>, String)> {
        match how_far(line) {
            Some(Progress::Cloning { phase, percent, amount }) => Some((phase, percent, amount)),
            _ => None,
        }
    }

    #[test]
    fn progress_is_told_from_words() {
        let of = |phase: &str, percent, amount: &str| Some((phase.to_owned(), percent, amount.to_owned()));
        let receiving = |percent, amount| of("Receiving objects", Some(percent), amount);
        assert_eq!(told("Receiving objects:  45% (9/20), 1.00 KiB"), receiving(45, "1.00 KiB"));
        let line = "Receiving objects:  62% (9/20), 8.10 MiB | 3.20 MiB/s";
        assert_eq!(told(line), receiving(62, "8.10 MiB | 3.20 MiB/s"));
        let line = "remote: Receiving objects: 100% (20/20), 8.10 MiB | 3.20 MiB/s, done.";
        assert_eq!(told(line), receiving(100, "8.10 MiB | 3.20 MiB/s"));
        assert_eq!(told("Receiving objects: 100% (20/20), done."), receiving(100, ""));
        assert_eq!(told("Resolving deltas:  50% (1/2)"), of("Resolving deltas", Some(50), ""));
        assert_eq!(told("remote: Enumerating objects: 20, done."), of("Enumerating objects", None, ""));
        assert_eq!(told("fatal: unable to access 'https://x/': error: 403"), None);
        assert_eq!(told("warning: You appear to have cloned an empty repository."), None);
    }
}
