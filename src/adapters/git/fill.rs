//! `git credential fill`: what git's helpers answer for a URL, as a clone would get it.
//!
//! Deliberately absent: the password itself outside of this folder; of it is told that it is there, and how old it is.

use std::time::Instant;

use zeroize::Zeroizing;

use super::{Git, cannot_run};
use crate::adapters::child;
use crate::failures;
use crate::ports::Filled;
use crate::wizard::effect::SearchPath;
use crate::wizard::problem::{Problem, ProblemKind};

/// The PATH of a program started from the desktop: on macOS what launchd hands on (`launchctl(1)`; `_PATH_STDPATH` in its
/// `paths.h`), elsewhere what systemd gives to a service (`systemd.exec(5)`) with the older names of the same folders.
pub(crate) const DESKTOP_PATH: &str = if cfg!(target_os = "macos") {
    "/usr/bin:/bin:/usr/sbin:/sbin"
} else {
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
};

/// What git's helpers answered.
pub(super) struct Answer {
    /// The user name, in which a session token may stand.
    pub(super) user: Zeroizing<String>,
    /// The password; empty when there is none.
    pub(super) password: Zeroizing<String>,
    /// How long git took, in milliseconds.
    pub(super) milliseconds: u64,
}

impl Git {
    pub(super) async fn fill(&self, url: &str, search: SearchPath) -> Result<Filled, Problem> {
        let answer = self.answer(url, search).await?;
        // A session token stands behind the `%`.
        let access_key_id = answer.user.split('%').next().unwrap_or_default().to_owned();
        Ok(Filled { access_key_id, password: !answer.password.is_empty(), milliseconds: answer.milliseconds })
    }

    pub(super) async fn answer(&self, url: &str, search: SearchPath) -> Result<Answer, Problem> {
        let (protocol, host, path) = parts(url)?;
        let input = format!("protocol={protocol}\nhost={host}\npath={path}\n\n");
        let mut command = self.unasking_command()?;
        command.args(["credential", "fill"]);
        match search {
            SearchPath::Own => {}
            // git itself is called by its path: only its helpers have to be found.
            SearchPath::Desktop => _ = command.env("PATH", DESKTOP_PATH),
        }
        let start = Instant::now();
        let output = child::output(command, Some(input.as_bytes())).await.map_err(|error| cannot_run(&error))?;
        let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        if !output.status.success() {
            return Err(failed(host, &child::lines(&output.stderr)));
        }
        let value = |key: &[u8]| {
            let mut lines = output.stdout.split(|byte| *byte == b'\n');
            lines.find_map(|line| line.strip_prefix(key)).filter(|value| !value.is_empty())
        };
        let text = |key: &[u8]| Zeroizing::new(String::from_utf8_lossy(value(key).unwrap_or_default()).into_owned());
        Ok(Answer { user: text(b"username="), password: text(b"password="), milliseconds })
    }
}

fn failed(host: &str, stderr: &[String]) -> Problem {
    let lines = failures::meaningful(stderr);
    if let Some(problem) = failures::recognise(&lines) {
        return problem;
    }
    if lines.is_empty() {
        let what = format!("No credential helper answered for {host}.");
        let why = "git would ask for a user name and a password now.";
        return Problem::new(ProblemKind::NotFound, what, why, "Set git up for CodeCommit.");
    }
    let what = format!("The credential helper for {host} failed.");
    Problem::new(ProblemKind::Other, what, failures::shown(&lines), "Correct what it names, then test again.")
}

/// Protocol, host and path of a URL, none of which can smuggle a line in.
pub(super) fn parts(url: &str) -> Result<(&str, &str, &str), Problem> {
    let refused = || Problem::input("This is not a URL that git has credentials for.", "Use an https:// URL.");
    if url.contains(char::is_control) {
        return Err(refused());
    }
    let (protocol, rest) = url.split_once("://").ok_or_else(refused)?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    if host.is_empty() { Err(refused()) } else { Ok((protocol, host, path)) }
}
