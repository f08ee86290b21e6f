//! What stands on the helper's command line, read without the parser of the wizard: git waits for each millisecond.
//!
//! Deliberately absent: help, and words about mistakes. What is not understood here is left to [`crate::cli`].

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::gitconfig::Helper;

/// The command that git calls.
pub(super) const COMMAND: &str = "credential-helper";

/// What stands on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `get`, `store` or `erase`, which git appends.
    pub operation: String,
    /// The profile whose keys sign.
    pub profile: Option<String>,
    /// The region for hosts that do not name one.
    pub region: Option<String>,
    /// Whether hosts that are not of AWS are answered, for proxies and names of one's own.
    pub ignore_host_check: bool,
    /// Whether temporary credentials are neither kept nor taken from where they are kept.
    pub no_cache: bool,
}

impl Arguments {
    /// Reads a command line, the program's name first; `None` for any other command, and for what is not plain.
    ///
    /// Options stand before or after the command and the operation, as they do for the AWS CLI.
    pub fn read(line: &[OsString]) -> Option<Self> {
        let mut arguments = Self::default();
        let (mut command, mut operation) = (false, None);
        let mut words = line.iter().skip(1).map(|word| word.to_str());
        while let Some(word) = words.next() {
            let word = word?;
            let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
            match (name, value) {
                ("--profile" | "--region", _) => {
                    let value = value.or_else(|| words.next()?.filter(|word| !word.starts_with('-')))?.to_owned();
                    *(if name == "--profile" { &mut arguments.profile } else { &mut arguments.region }) = Some(value);
                }
                ("--ignore-host-check", None) => arguments.ignore_host_check = true,
                ("--no-cache", None) => arguments.no_cache = true,
                _ if word.starts_with('-') => return None,
                _ if !command && word == COMMAND => command = true,
                _ if command && operation.is_none() => operation = Some(word.to_owned()),
                _ => return None,
            }
        }
        arguments.operation = operation?;
        Some(arguments)
    }
}

/// The command line of the wizard that means the same: a program by git's name for it is the helper and nothing else.
pub fn with_command(line: Vec<OsString>) -> Vec<OsString> {
    let name = line.first().and_then(|name| Path::new(name).file_stem());
    if name != Some(OsStr::new(Helper::NAME_FOR_GIT)) {
        return line;
    }
    let mut words = line.into_iter();
    words.next().into_iter().chain([COMMAND.into()]).chain(words).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::Parser;

    use super::{Arguments, with_command};
    use crate::cli::{Command, Options};

    fn line(text: &str) -> Vec<OsString> {
        with_command(text.split(' ').map(|word| word.replace('_', " ").into()).collect())
    }

    #[test]
    fn what_is_understood_is_what_the_whole_parser_understands() {
        for text in [
            "x credential-helper get",
            "x credential-helper --profile P get",
            "x credential-helper get --profile a_b --region=r --no-cache",
            "x --profile=P --region r credential-helper --ignore-host-check store",
            "/bin/git-credential-codecommit --profile P get",
            "git-credential-codecommit --ignore-host-check erase",
        ] {
            let quick = Arguments::read(&line(text)).expect(text);
            let options = Options::try_parse_from(line(text)).expect(text);
            let Some(Command::CredentialHelper(helper)) = options.command else { panic!("{text}") };
            let whole = Arguments {
                operation: helper.operation,
                profile: options.profile,
                region: options.region,
                ignore_host_check: helper.ignore_host_check,
                no_cache: helper.no_cache,
            };
            assert_eq!(quick, whole, "{text}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_whole_parser() {
        for text in [
            "x",
            "x undo",
            "x credential-helper",
            "x credential-helper --help",
            "x credential-helper get --profile",
            "x credential-helper get more",
            "x --sandbox credential-helper get",
            "x get credential-helper",
            "git-credential-codecommit",
            "git-credential-codecommit --no-cache=1 get",
            "x credential-helper --profile --region get",
        ] {
            assert_eq!(Arguments::read(&line(text)), None, "{text}");
        }
    }
}
