//! The command line, pure: arguments become [`Options`].
//!
//! Deliberately absent: what any of it does.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::wizard::secrecy::shown;

/// Reads a command line, the program's name first.
///
/// # Errors
/// The mistake, or the help that was asked for; what may be a secret is not repeated.
pub fn parse(line: &[OsString]) -> Result<Options, clap::Error> {
    Options::try_parse_from(line).map_err(without_secrets)
}

/// A mistake on the command line, without what may be a secret in it.
fn without_secrets(mut error: clap::Error) -> clap::Error {
    let hidden = |value: &ContextValue| {
        if let ContextValue::String(text) = value {
            return is_hidden(text).then(|| ContextValue::String(shown(text)));
        }
        if let ContextValue::Strings(texts) = value {
            let is_any = texts.iter().any(|text| is_hidden(text));
            return is_any.then(|| ContextValue::Strings(texts.iter().map(|text| shown(text)).collect()));
        }
        // Advice that repeats what was typed.
        let said = value.to_string();
        said.lines().any(is_hidden).then_some(ContextValue::None)
    };
    let context: Vec<_> = error.context().filter_map(|(kind, value)| Some((kind, hidden(value)?))).collect();
    let is_address = |value: &ContextValue| matches!(value, ContextValue::String(text) if text.contains("://"));
    let is_bare = error.kind() == ErrorKind::InvalidSubcommand && error.context().any(|(_, value)| is_address(value));
    for (kind, value) in context {
        error.insert(kind, value);
    }
    if is_bare {
        let tip = StyledStr::from("`codecommit-setup clone ADDRESS` clones a repository");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// Whether a text is not repeated as it is.
fn is_hidden(text: &str) -> bool {
    shown(text) != text
}

/// Sets up Git for AWS CodeCommit over HTTPS, from a bare machine to a working clone.
///
/// Without a command it walks through six steps: tools, profile, permissions, git configuration, repositories, finish.
/// Every change is shown before it is made.
#[derive(Debug, Parser)]
#[command(name = "codecommit-setup", version, max_term_width = 100, args_conflicts_with_subcommands = false)]
#[command(after_help = "Examples:
  codecommit-setup                            the walk, full screen
  codecommit-setup --plain                    the same, line by line, for a screen reader
  codecommit-setup --sandbox                  the same against an AWS on this computer only
  codecommit-setup apply --answers FILE       the same, unattended
  codecommit-setup doctor                     names the cause when something does not work
  codecommit-setup clone NAME --into ~/src    clones repositories
  codecommit-setup repos --json               the repositories, for scripts
  codecommit-setup undo                       takes back what the last run changed on this computer

Environment: AWS_PROFILE, AWS_REGION, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_ENDPOINT_URL,
HTTPS_PROXY, NO_PROXY, GIT_CONFIG_GLOBAL, NO_COLOR, ACCESSIBLE and TERM are honoured.

Exit codes: 0 done, 1 failed, 2 usage or an answer is missing, 130 cancelled.")]
pub struct Options {
    /// What to do; the walk when nothing is named.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Line by line instead of full screen (also when ACCESSIBLE is set or TERM is dumb).
    #[arg(long)]
    pub plain: bool,
    /// When the walk ends well, save what was chosen for `apply --answers` on the next computer (never secrets).
    #[arg(long, value_name = "FILE")]
    pub save_answers: Option<PathBuf>,
    /// The profile to use.
    #[arg(long, value_name = "NAME", global = true)]
    pub profile: Option<String>,
    /// The region to use, such as us-east-2.
    #[arg(long, value_name = "CODE", global = true)]
    pub region: Option<String>,
    /// When to use colours.
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: Color,
    /// How many repositories are cloned at a time; 4 when left out.
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: Option<u8>,
    /// Write what is done into a file (never secrets).
    #[arg(long, value_name = "FILE", global = true)]
    pub log: Option<PathBuf>,
    /// The sandbox.
    #[command(flatten)]
    pub sandbox: Sandbox,
}

/// Options of the sandbox.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Use an AWS on this computer only: no account is needed, nothing leaves it, nothing of yours is touched.
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// Keep the sandbox's folder at the end.
    #[arg(long, requires = "sandbox", global = true)]
    pub keep: bool,
    /// Let the sandbox misbehave: throttle=3, throttle-git=3, refuse-git, proxy-asks, delay=200ms,
    /// deny=iam:*, skew=1200, expire-tokens, lifetime=30s, late-iam=3s, repositories=0.
    #[arg(long = "sandbox-trouble", value_name = "TROUBLE", requires = "sandbox", global = true)]
    pub trouble: Vec<String>,
    /// Begin with a set-up that worked until one thing broke, for training; `list` names what can break. Which
    /// one it was is told at the end.
    #[arg(long = "break", value_name = "NAME", requires = "sandbox", global = true)]
    pub fault: Option<String>,
    /// Give the sandbox a profile of every kind: SSO, roles, external programs, other partitions.
    #[arg(long = "sandbox-identities", requires = "sandbox", global = true)]
    pub identities: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Go through the same steps unattended, from an answers file.
    Apply(Apply),
    /// Look at every part of the set-up, name the cause of what does not work, and change nothing.
    Doctor(Doctor),
    /// List the repositories of a region, or of all, as a table or as JSON.
    Repos(Repos),
    /// Take back what a run changed on this computer.
    Undo(Undo),
    /// Clone repositories by name or URL, side by side.
    Clone(Clone),
    /// Answer git as its credential helper (git calls this).
    CredentialHelper(CredentialHelper),
}

/// Options of `apply`.
#[derive(Debug, Args)]
#[command(after_help = "The answers file; what it leaves out takes the default that Enter would take:
  [profile]
  name = \"CodeCommitProfile\"             # exists, or is made from the keys below
  access_key_id = \"AKIA...\"
  secret_access_key = { env = \"NAME\" }   # or { file = \"PATH\" } or { stdin = true }; session_token likewise
  region = \"us-east-2\"
  output = \"json\"
  replace = false                        # true: the keys replace another one that the profile holds
  [permissions]
  policy = \"AWSCodeCommitPowerUser\"      # or AWSCodeCommitFullAccess, AWSCodeCommitReadOnly, none
  with_profile = \"admin\"                 # who attaches it
  [git]
  helper = \"aws-cli\"                     # or built-in
  scope = \"codecommit\"                   # or \"every-host\", \"each-clone\", { repository = \"PATH\" }, { only = \"NAME\" }
  hosts = [\"fips\", \"vpc-endpoints\"]      # host names besides the usual ones
  program = \"name\"                       # or path, for editors with a poor PATH
  [repositories]
  clone = [\"MyDemoRepo\"]                 # names, URLs or ARNs; [] for none
  jobs = 4                               # how many at a time
  pin = false                            # true: each clone is pinned to the profile
  into = \"~/src\"")]
pub struct Apply {
    /// The answers file (TOML; the README lists its keys).
    #[arg(long, value_name = "FILE")]
    pub answers: PathBuf,
    /// Show every change and make none.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the result as JSON on standard output.
    #[arg(long)]
    pub json: bool,
}

/// Options of `doctor`.
#[derive(Debug, Default, Args)]
#[command(
    after_help = "Without options it looks at the remote of the repository that it stands in, else at what Git is set to.
A program that this repository's own configuration names is not run: it is named with its line, and the verdict says
so. A helper of the AWS CLI's or of this program is known, and runs.
The verdict comes first, with a code to say over the telephone; `codecommit-setup doctor --explain CODE`
tells what a code means and what to do, without CODE it lists all.

Exit codes: 0 nothing failed (what is only worth knowing is no failure), 1 something failed, 2 usage."
)]
pub struct Doctor {
    /// Print the result as JSON on standard output.
    #[arg(long)]
    pub json: bool,
    /// The repository to try, by its name or its URL.
    #[arg(long, value_name = "NAME")]
    pub repository: Option<String>,
    /// Run programs that the configuration of this repository names itself, such as a credential helper of its own.
    #[arg(long)]
    pub run_repository_programs: bool,
    /// Write a text for a ticket into a new file, `-` for standard output (never secrets).
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Leave the numbers of accounts out of the report.
    #[arg(long, requires = "report")]
    pub hide_accounts: bool,
    /// Say what the code of a verdict means; all codes without CODE.
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "")]
    pub explain: Option<String>,
}

/// Options of `repos`.
#[derive(Debug, Default, Args)]
#[command(
    after_help = "Without --profile it asks as the profile that Git uses now, else as default. Without --region it asks the region of
AWS_REGION or AWS_DEFAULT_REGION, else that of the profile.

JSON: an array of objects with name, description, default_branch, last_modified (RFC 3339), clone_url_https,
clone_url_grc, clone_url_ssh, arn and region; what is not known is null. With --all-regions, a region that cannot be
asked is named on standard error; the exit code is 1 when it could have had repositories (it is not 1 for a region
that is not switched on for the account)."
)]
pub struct Repos {
    /// Print JSON on standard output.
    #[arg(long)]
    pub json: bool,
    /// Look in all regions, not only in one.
    #[arg(long)]
    pub all_regions: bool,
    /// Only those with this text in the name or the description; several words may stand apart.
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
}

/// Options of `undo`.
#[derive(Debug, Default, Args)]
#[command(
    after_help = "Files come back byte for byte. Where somebody edited one since, only what this program wrote is taken out
of it. Clones stay. Doing it twice is harmless.

Replaced lines that may hold a secret, such as those of an old access key, are kept in
$XDG_STATE_HOME/codecommit-setup/kept (~/.local/state/codecommit-setup/kept). Undo brings them back for 30 days. The first
setup, apply, clone or undo after that deletes them; undoing their run and --forget do so at once. The other commands, --list
and --dry-run delete nothing. `undo --forget --list` shows what is kept and until when.

Exit codes: 0 done, 1 something could not be taken back or removed, 2 usage."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Undo {
    /// The run, as --list names it; the last one that changed something when none is named.
    pub run: Option<String>,
    /// Show the runs, the last one first, and change nothing.
    #[arg(long)]
    pub list: bool,
    /// Show what would be changed, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Detach the policies that the run attached, too.
    #[arg(long)]
    pub detach: bool,
    /// Remove what is kept to undo the run, and undo nothing.
    #[arg(long, conflicts_with = "detach")]
    pub forget: bool,
    /// With --forget: of every run.
    #[arg(long, requires = "forget", conflicts_with = "run")]
    pub all: bool,
}

/// Options of `clone`.
#[derive(Debug, Args)]
#[command(
    after_help = "A repository can be named by its name, by an HTTPS, SSH or git-remote-codecommit URL, by its ARN, or by the address
of its page in the AWS console. It is cloned over HTTPS with the credential helper of this program, which is written nowhere;
git's own configuration is asked once, afterwards. The profile is the one that git uses now, else default.

Standard output has a line for each, with tabs: cloned, there, skipped or failed; the name; the folder or the reason; size;
time. Exit codes: 0 each was cloned or there already, 1 one was not, 2 usage, 130 stopped.

Examples:
  codecommit-setup clone MyDemoRepo payments-api --into ~/src
  codecommit-setup clone https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/eu-billing"
)]
pub struct Clone {
    /// Names or URLs of repositories.
    #[arg(required = true, value_name = "NAME|URL")]
    pub repositories: Vec<String>,
    /// The folder in which each gets a folder of its own; the one stood in when left out.
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Pin each clone to the profile, in its own configuration.
    #[arg(long)]
    pub pin: bool,
}

/// Options of `credential-helper`.
#[derive(Debug, Args)]
pub struct CredentialHelper {
    /// What git asks for: get, store or erase.
    pub operation: String,
    /// Answer for hosts that are not Amazon's as well, such as a proxy of your own.
    #[arg(long)]
    pub ignore_host_check: bool,
    /// Get temporary credentials anew, and do not keep them for the next time.
    #[arg(long)]
    pub no_cache: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// When the terminal has them and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Command, Options};

    fn parse(line: &str) -> Result<Options, clap::Error> {
        Options::try_parse_from(format!("codecommit-setup {line}").split_whitespace())
    }

    #[test]
    fn the_definition_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn the_helper_takes_its_options_before_or_after_the_operation() {
        for line in [
            "credential-helper --profile P get",
            "credential-helper get --profile P",
            "--profile P credential-helper get --ignore-host-check",
        ] {
            let options = parse(line).unwrap();
            assert_eq!(options.profile.as_deref(), Some("P"), "{line}");
            assert!(matches!(options.command, Some(Command::CredentialHelper(helper)) if helper.operation == "get"));
        }
    }

    #[test]
    fn a_mistake_is_told_without_the_login_that_was_typed() {
        for line in [
            "https://me:plantb@github.com/a/b",
            "me:plantb@github.com/a/b",
            "--url=https://me:plantb@github.com/a/b",
            "--https://me:plantb@github.com/a/b",
            "doctor https://me:it'splantb@github.com/a/b",
            "clone a --jobs https://me:plantb@github.com/a/b",
            "--color me:plantb@github.com/a/b",
        ] {
            let words = format!("codecommit-setup {line}");
            let words: Vec<_> = words.split_whitespace().map(Into::into).collect();
            let said = super::parse(&words).unwrap_err().to_string();
            assert!(!said.contains("plantb"), "{said}");
            assert_eq!(said.contains("clone ADDRESS"), line.starts_with("https"), "{said}");
        }
    }

    #[test]
    fn apply_needs_an_answers_file() {
        assert!(parse("apply").is_err());
        assert!(parse("apply --answers f --dry-run --json").is_ok());
        assert!(parse("--sandbox --keep --sandbox-trouble throttle=3 apply --answers f").is_ok());
        assert!(parse("apply --sandbox --answers f").is_ok_and(|options| options.sandbox.sandbox));
        assert!(parse("--sandbox --sandbox-identities").is_ok_and(|options| options.sandbox.identities));
        assert!(parse("--sandbox --break no-bang apply --answers f").is_ok());
        assert!(parse("--sandbox-identities").is_err());
        assert!(parse("--break no-bang").is_err());
        assert!(parse("--keep").is_err());
    }
}
