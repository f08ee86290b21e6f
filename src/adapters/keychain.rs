//! The macOS keychain, through `security(1)`: whose passwords for CodeCommit are there, and deleting one that is dead.
//!
//! `find-internet-password` shows the first entry of a host only, so a dead password behind static Git credentials would stay
//! hidden. `dump-keychain` without `-d` prints what both print of an entry, of all entries, with no password and no question to
//! the person. Where it is refused, the first entry of each host is looked at, and those of the access keys in the AWS files.
//!
//! The account of a temporary key holds its session token, so it is kept as a secret, and handed to `security -i` by standard
//! input: arguments can be read by everybody on the computer.
//!
//! Deliberately absent: reading a password (no `-g`, no `-w`, no `-d`), and deleting by anything but host and account.

mod entries;

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::child;
use super::environment::Environment;
use super::files::in_background;
use super::reading;
use crate::ports::{self, Task};
use crate::profiles;
use crate::wizard::effect::Deletion;
use crate::wizard::git_user::{DyingPassword, KeptPassword};
use crate::wizard::problem::{Problem, ProblemKind};

/// The program that comes with macOS.
pub(super) const PROGRAM: &str = "security";

/// Its exit code when there is no such entry: `errSecItemNotFound`, -25300, of which a byte is left.
const NO_ENTRY: i32 = 44;

/// The longest line that `security -i` reads, in bytes (its source, `MAX_LINE_LEN`).
const LONGEST_LINE: usize = 4095;

/// The keychain of the user of an environment.
#[derive(Debug, Clone)]
pub struct Keychain {
    environment: Environment,
}

/// What `security` came to.
enum Answer {
    /// It did it, and printed this, in which there may be session tokens.
    Done(Zeroizing<Vec<u8>>),
    NoEntry,
    Refused(String),
}

impl Keychain {
    /// The keychain of the user of this environment.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }

    async fn find(&self, hosts: &[String]) -> Result<Vec<KeptPassword>, Problem> {
        let found = match self.ask(&["dump-keychain"], None).await? {
            Answer::Done(printed) => entries::of_dump(&printed),
            Answer::NoEntry => Vec::new(),
            Answer::Refused(_) => self.find_first_ones(hosts).await?,
        };
        let of_host = |host: &String| {
            let mut of_host: Vec<KeptPassword> = Vec::new();
            for entry in found.iter().filter(|entry| entry.host.eq_ignore_ascii_case(host)) {
                // One for each path of a host is usual.
                if !of_host.iter().any(|known| known.user == entry.user) {
                    of_host.push(entry.clone());
                }
            }
            of_host
        };
        Ok(hosts.iter().flat_map(of_host).collect())
    }

    /// The first entry of each host, and behind it those of the access keys that the AWS files hold.
    async fn find_first_ones(&self, hosts: &[String]) -> Result<Vec<KeptPassword>, Problem> {
        let environment = self.environment.clone();
        let keys = in_background(move || Ok(known_keys(&environment))).await?;
        let mut found = Vec::new();
        for host in hosts {
            let Some(first) = self.find_one(host, None).await? else { continue };
            found.push(first);
            for key in &keys {
                found.extend(self.find_one(host, Some(key)).await?);
            }
        }
        Ok(found)
    }

    async fn find_one(&self, host: &str, account: Option<&str>) -> Result<Option<KeptPassword>, Problem> {
        let mut arguments = vec!["find-internet-password", "-s", host];
        arguments.extend(account.into_iter().flat_map(|account| ["-a", account]));
        match self.ask(&arguments, None).await? {
            Answer::Done(printed) => Ok(Some(entries::of_find(&printed, host))),
            Answer::NoEntry => Ok(None),
            Answer::Refused(why) => {
                let hint = "Unlock it in Keychain Access, then look again.";
                Err(Problem::new(ProblemKind::AccessDenied, "The keychain cannot be searched.", why, hint))
            }
        }
    }

    async fn delete(&self, password: &DyingPassword) -> Result<Deletion, Problem> {
        let (host, key) = (password.host(), password.user());
        let answer = match key.session_token() {
            None => self.ask(&["delete-internet-password", "-s", host, "-a", key.id()], None).await?,
            Some(token) => {
                let account = Zeroizing::new(format!("{}%{}", key.id(), token.expose()));
                let line = Zeroizing::new(format!("delete-internet-password -s {host} -a \"{}\"\n", *account));
                if line.len() > LONGEST_LINE {
                    return Ok(Deletion::Refused("its account is longer than `security` can read".to_owned()));
                }
                self.ask(&["-q", "-i"], Some(line.as_bytes())).await?
            }
        };
        Ok(match answer {
            Answer::Done(_) => Deletion::Deleted,
            Answer::NoEntry => Deletion::NoneLeft,
            Answer::Refused(why) => Deletion::Refused(why),
        })
    }

    async fn ask(&self, arguments: &[&str], input: Option<&[u8]>) -> Result<Answer, Problem> {
        let mut command = child::command(&self.environment, &self.program()?);
        command.args(arguments);
        let output = child::output(command, input).await.map_err(|error| {
            Problem::new(ProblemKind::MissingTool, "`security` could not be run.", error.to_string(), BY_HAND)
        })?;
        Ok(match output.status.code() {
            Some(0) => Answer::Done(output.stdout),
            Some(NO_ENTRY) => Answer::NoEntry,
            Some(_) | None => {
                let said = child::lines(&output.stderr);
                Answer::Refused(said.last().cloned().unwrap_or_else(|| output.status.to_string()))
            }
        })
    }

    fn program(&self) -> Result<PathBuf, Problem> {
        child::on_path(&self.environment, PROGRAM)
            .into_iter()
            .next()
            .ok_or_else(|| Problem::new(ProblemKind::MissingTool, "There is no `security` on PATH.", "", BY_HAND))
    }
}

const BY_HAND: &str = "Delete the entries whose account begins with AKIA or ASIA in Keychain Access.";

/// The IDs of the access keys in the AWS files.
fn known_keys(environment: &Environment) -> Vec<String> {
    let read = |path: PathBuf| reading::whole(&path, reading::SETTINGS).unwrap_or_default();
    let (config, credentials) = (read(environment.aws_config_file()), read(environment.aws_credentials_file()));
    let profiles = profiles::read(&config, &credentials).unwrap_or_default();
    let mut keys: Vec<String> =
        profiles.into_iter().filter_map(|profile| Some(profile.keys?.access_key_id.clone())).collect();
    keys.sort();
    keys.dedup();
    keys
}

impl ports::Keychain for Keychain {
    fn stored<'a>(&'a self, hosts: &'a [String]) -> Task<'a, Vec<KeptPassword>> {
        Box::pin(self.find(hosts))
    }

    fn delete_one<'a>(&'a self, password: &'a DyingPassword) -> Task<'a, Deletion> {
        Box::pin(self.delete(password))
    }
}
