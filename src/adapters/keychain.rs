//! The macOS keychain, through `security(1)`: which hosts have a password there, and deleting it.
//!
//! Deliberately absent: reading a password (no `-g`, no `-w`), and the other attributes of an entry, which `security` prints
//! unasked: the account of a temporary key holds its session token.

use std::path::PathBuf;

use super::child;
use super::environment::Environment;
use crate::ports::{self, Task};
use crate::wizard::effect::Deletion;
use crate::wizard::problem::{Problem, ProblemKind};

/// The program that comes with macOS.
pub(super) const PROGRAM: &str = "security";

/// Its exit code when there is no such entry: `errSecItemNotFound`, -25300, of which a byte is left.
const NO_ENTRY: i32 = 44;

/// The keychain of the user of an environment.
#[derive(Debug, Clone)]
pub struct Keychain {
    environment: Environment,
}

/// What `security` came to.
enum Answer {
    Done,
    NoEntry,
    Refused(String),
}

impl Keychain {
    /// The keychain of the user of this environment.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }

    async fn find(&self, hosts: &[String]) -> Result<Vec<String>, Problem> {
        let mut found = Vec::new();
        for host in hosts {
            match self.ask("find-internet-password", host).await? {
                Answer::Done => found.push(host.clone()),
                Answer::NoEntry => {}
                Answer::Refused(why) => {
                    let hint = "Unlock it in Keychain Access, then look again.";
                    return Err(Problem::new(ProblemKind::AccessDenied, "The keychain cannot be searched.", why, hint));
                }
            }
        }
        Ok(found)
    }

    async fn delete(&self, host: &str) -> Result<Deletion, Problem> {
        Ok(match self.ask("delete-internet-password", host).await? {
            Answer::Done => Deletion::Deleted,
            Answer::NoEntry => Deletion::NoneLeft,
            Answer::Refused(why) => Deletion::Refused(why),
        })
    }

    async fn ask(&self, what: &str, host: &str) -> Result<Answer, Problem> {
        let mut command = child::command(&self.environment, &self.program()?);
        command.args([what, "-s", host]);
        let output = child::output(command, None).await.map_err(|error| {
            let hint = "Delete the entries in Keychain Access.";
            Problem::new(ProblemKind::MissingTool, "`security` could not be run.", error.to_string(), hint)
        })?;
        Ok(match output.status.code() {
            Some(0) => Answer::Done,
            Some(NO_ENTRY) => Answer::NoEntry,
            Some(_) | None => {
                let said = child::lines(&output.stderr);
                Answer::Refused(said.last().cloned().unwrap_or_else(|| output.status.to_string()))
            }
        })
    }

    fn program(&self) -> Result<PathBuf, Problem> {
        child::on_path(&self.environment, PROGRAM).into_iter().next().ok_or_else(|| {
            let hint = "Delete the entries in Keychain Access.";
            Problem::new(ProblemKind::MissingTool, "There is no `security` on PATH.", "", hint)
        })
    }
}

impl ports::Keychain for Keychain {
    fn stored<'a>(&'a self, hosts: &'a [String]) -> Task<'a, Vec<String>> {
        Box::pin(self.find(hosts))
    }

    fn delete_one<'a>(&'a self, host: &'a str) -> Task<'a, Deletion> {
        Box::pin(self.delete(host))
    }
}
