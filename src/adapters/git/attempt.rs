//! Trying a repository as git would, with what its helpers answer, so that none of them is told of it: git itself would have a
//! store keep the password. And knocking at the host without any.
//!
//! Deliberately absent: the password anywhere but here and in the environment of the git that uses it.

use std::time::{Instant, SystemTime};

use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};
use tokio::process::Command;
use zeroize::Zeroizing;

use super::fill::{Answer, parts};
use super::{Git, cannot_run, said};
use crate::adapters::child;
use crate::ports::{Attempt, Filled, Listed, Refused, Tried};
use crate::wizard::effect::{GitPlace, SearchPath};
use crate::wizard::git_user::GitUser;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// The variable in which the git that reads gets its password.
const ANSWER: &str = "CODECOMMIT_SETUP_ANSWER";
/// The helper that hands it on, and forgets what it is told.
const HELPER: &str = "!f() { test \"$1\" = get && printf '%s' \"$CODECOMMIT_SETUP_ANSWER\"; }; f";

impl Git {
    /// Fills and, when it is wanted, reads.
    pub(crate) async fn attempt(&self, url: &str, read: bool, place: &GitPlace) -> Attempt {
        let failed = |problem| Attempt { filled: Err(problem), listed: None };
        let git = match self.guarded(url, place).await {
            Ok(git) => git,
            Err(problem) => return failed(problem),
        };
        let answer = match git.answer(url, SearchPath::Own).await {
            Ok(answer) => answer,
            Err(problem) => {
                // Curl needs no helper where it has a login of its own.
                let reads = read && self.environment.home().join(".netrc").is_file();
                let listed = if reads { Some(git.try_reading(url, None).await) } else { None };
                // Without one it comes to no answer of its own.
                let tells =
                    |listed: &Result<Listed, Refused>| listed.as_ref().map_or_else(|no| no.status.is_some(), |_| true);
                return Attempt { filled: Err(problem), listed: listed.filter(tells) };
            }
        };
        let listed = if read { Some(git.try_reading(url, Some(&answer)).await) } else { None };
        Attempt { filled: Ok(tried(&answer)), listed }
    }

    /// Reads, where git's address leads to a transport that may be run.
    async fn try_reading(&self, url: &str, answer: Option<&Answer>) -> Result<Listed, Refused> {
        self.check_transport(url).await.map_err(|problem| Refused { status: None, problem })?;
        self.read(url, answer).await
    }

    /// Reads with what the helpers answered, or with what git has without them.
    async fn read(&self, url: &str, answer: Option<&Answer>) -> Result<Listed, Refused> {
        let failed = |problem| Refused { status: None, problem };
        let mut command = self.unasking_command().map_err(failed)?;
        command.args(["-c", "credential.helper="]);
        if let Some(answer) = answer {
            let told = Zeroizing::new(format!("username={}\npassword={}\n", &*answer.user, &*answer.password));
            command.env(ANSWER, &*told);
            // For this host alone: git may be led to another one by `insteadOf` or by an answer of the server's.
            let (protocol, host, _) = parts(url).map_err(failed)?;
            command.args(["-c", &format!("credential.{protocol}://{host}.helper={HELPER}")]);
        }
        let start = Instant::now();
        let output = list(command, url).await.map_err(failed)?;
        let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        if output.status.success() {
            let branches = child::lines(&output.stdout).iter().filter(|line| line.contains("refs/heads/")).count();
            return Ok(Listed { branches, milliseconds });
        }
        let lines = child::lines(&output.stderr);
        let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or(url);
        Err(Refused { status: status(&lines), problem: said::of_clone(&printable(name), &lines) })
    }

    /// Asks the host without a password: to be asked for one means that somebody is there.
    pub(crate) async fn knock(&self, url: &str, place: &GitPlace) -> Result<(), Problem> {
        let mut command = self.guarded_remote(url, place).await?.unasking_command()?;
        command.args(["-c", "credential.helper="]);
        let output = list(command, url).await?;
        let lines = child::lines(&output.stderr);
        let asked = ["could not read Username", "Authentication failed", "could not read Password"];
        if output.status.success() || lines.iter().any(|line| asked.iter().any(|words| line.contains(words))) {
            return Ok(());
        }
        // Any answer is an answer.
        if status(&lines).is_some_and(|status| matches!(status, 401 | 403 | 404 | 429))
            || lines.iter().any(|line| line.ends_with("not found"))
        {
            return Ok(());
        }
        let (_, host, _) = parts(url)?;
        Err(unreachable(host, &lines))
    }
}

async fn list(mut command: Command, url: &str) -> Result<child::Output, Problem> {
    command.args(["ls-remote", "--heads", "--", url]);
    child::output(command, None).await.map_err(|error| cannot_run(&error))
}

/// `The requested URL returned error: 403`
fn status(lines: &[String]) -> Option<u16> {
    lines.iter().find_map(|line| {
        let (_, rest) = line.rsplit_once("returned error: ")?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    })
}

fn unreachable(host: &str, lines: &[String]) -> Problem {
    let why = lines.iter().rev().find(|line| line.starts_with("fatal:")).or(lines.last()).cloned().unwrap_or_default();
    // `fatal: unable to access 'https://…/': Could not resolve host: …`
    let why = why.rsplit_once("/': ").map_or(why.clone(), |(_, why)| why.to_owned());
    Problem::new(ProblemKind::Unreachable, format!("Git cannot reach {host}."), why, "")
}

fn tried(answer: &Answer) -> Tried {
    let user = &*answer.user;
    let (id, token) = user.split_once('%').map_or((user.as_str(), None), |(id, token)| (id, Some(token)));
    let now = OffsetDateTime::from(SystemTime::now()).unix_timestamp();
    Tried {
        filled: Filled {
            access_key_id: id.to_owned(),
            password: !answer.password.is_empty(),
            milliseconds: answer.milliseconds,
        },
        age: made(&answer.password).and_then(|made| now.checked_sub(made)),
        temporary: token.is_some(),
        user: GitUser::parse(id),
    }
}

/// When a password of CodeCommit's was made, `YYYYMMDDTHHMMSSZ` and a signature.
fn made(password: &str) -> Option<i64> {
    let (moment, signature) = password.split_at_checked(16)?;
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let made = PrimitiveDateTime::parse(moment, format).ok()?;
    let is_hex = signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| made.assume_utc().unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::{made, status};

    #[test]
    fn the_age_of_a_password_stands_in_it() {
        let signature = "a".repeat(64);
        assert_eq!(made(&format!("20260102T030405Z{signature}")), Some(1_767_323_045));
        for other in ["", "secret", "20260102T030405Zshort", &format!("20261302T030405Z{signature}")] {
            assert_eq!(made(other), None);
        }
    }

    #[test]
    fn the_status_is_read_off_what_git_says() {
        let lines = ["fatal: unable to access 'https://h/x/': The requested URL returned error: 403".to_owned()];
        assert_eq!(status(&lines), Some(403));
        assert_eq!(status(&["fatal: something".to_owned()]), None);
    }
}
