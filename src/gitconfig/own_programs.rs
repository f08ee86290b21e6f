//! Programs that stand in a repository's own configuration, and where an address leads: what is known before git is run there.
//!
//! Only what git can come to by `credential fill` and `ls-remote` is named: neither runs hooks, `core.fsmonitor`, filters or a pager.
//! Deliberately absent: running anything, and programs in the files of the person or the computer: they are theirs.

use shlex::split;

use super::chain::{Entry, Fate, chain, is_true};
use super::recognise::{is_codecommit_helper, store};
use super::shown::shown_helper;
use crate::wizard::names::printable;

/// Settings of credentials that are no program and lead to none.
const PLAIN: [&str; 7] =
    ["username", "usehttppath", "userhttppath", "httppath", "sanitizeprompt", "protectprotocol", "interactive"];

/// How git goes to an address (git's `transport.c` and `connect.c`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// `https://`.
    Https,
    /// `http://`.
    Http,
    /// `ssh://`, or `host:path`.
    Ssh,
    /// `git://`.
    Git,
    /// `file://`, or a path.
    File,
    /// `codecommit://` or `codecommit::`.
    CodeCommit,
    /// Another one, for which git looks for a program `git-remote-NAME`.
    Other(String),
}

impl Transport {
    /// How git goes to an address that is rewritten already.
    pub fn of(address: &str) -> Self {
        let is_name = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_alphanumeric())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        };
        if let Some((name, _)) = address.split_once("::").filter(|(name, _)| name.is_empty() || is_name(name)) {
            return if name == "codecommit" { Self::CodeCommit } else { Self::Other(name.to_owned()) };
        }
        if let Some((scheme, _)) = address.split_once("://").filter(|(scheme, _)| is_name(scheme)) {
            return match scheme {
                "https" => Self::Https,
                "http" => Self::Http,
                "ssh" | "git+ssh" | "ssh+git" => Self::Ssh,
                "git" => Self::Git,
                "file" => Self::File,
                "codecommit" => Self::CodeCommit,
                other => Self::Other(other.to_owned()),
            };
        }
        // A colon before the first slash is that of a host.
        let before = address.split('/').next().unwrap_or_default();
        if before.contains(':') { Self::Ssh } else { Self::File }
    }

    /// Its name in git's `protocol.NAME.allow`.
    pub fn name(&self) -> &str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
            Self::Git => "git",
            Self::File => "file",
            Self::CodeCommit => "codecommit",
            Self::Other(name) => name,
        }
    }

    /// Whether it is one for which git needs no program that could do anything.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

/// Whether an entry stands in a repository's own configuration, or in a file that is included there.
pub fn is_of_repository(entry: &Entry) -> bool {
    matches!(entry.scope.as_str(), "local" | "worktree")
}

/// The entries of a repository's own configuration by which git could come to run a program, or hand its password to somebody else,
/// when it is asked for the credentials of a URL or reads it; `is_own` says of a path whether it is that of the AWS CLI or of this
/// program as PATH has them.
pub fn own_programs<'a>(
    entries: &'a [Entry],
    url: &str,
    transport: &Transport,
    is_own: &dyn Fn(&str) -> bool,
) -> Vec<&'a Entry> {
    let own: Vec<&Entry> = entries.iter().filter(|entry| is_of_repository(entry)).collect();
    let names = |section: &str, variable: &str| {
        own.iter().any(|entry| parts(entry).is_some_and(|(name, _, key)| name == section && key == variable))
    };
    // Whoever sets both the way and whom to trust on it can listen.
    let has_way = names("http", "proxy") || names("http", "curloptresolve") || names("remote", "proxy");
    let scripts = chain(entries, url).links.iter().any(|link| link.fate != Fate::Cleared && calls_git(&link.helper));
    let is_program = |entry: &&Entry| {
        let Some((section, middle, variable)) = parts(entry) else { return false };
        match (section.as_str(), variable.as_str()) {
            ("credential", "helper") => !is_harmless(entry, is_own),
            ("credential", variable) => !PLAIN.contains(&variable),
            ("core", "sshcommand") => *transport == Transport::Ssh,
            ("core", "gitproxy") => *transport == Transport::Git,
            ("remote", "vcs" | "uploadpack") => middle.as_deref() == Some(url),
            // The variable of `[alias]` is its name; of `[alias "name"] command`, the name stands between.
            ("alias", variable) => {
                let names = [middle.as_deref().unwrap_or_default(), variable];
                let is_of_git = |name: &str| name.starts_with("credential-") || name.starts_with("remote-");
                names.into_iter().any(is_of_git) || (scripts && entry.text().starts_with('!'))
            }
            ("http", "savecookies") => is_true(&entry.text()),
            ("http", "sslverify") => has_way && !is_true(&entry.text()),
            ("http", "sslcainfo" | "sslcapath") => has_way,
            // What only git can find is read by nobody here.
            ("include" | "includeif", "path") => {
                let path = entry.text();
                path.starts_with("%(prefix)/") || (path.starts_with('~') && !path.starts_with("~/"))
            }
            _ => false,
        }
    };
    own.iter().copied().filter(is_program).collect()
}

/// An entry by its name and place, fit to be shown; the words of a helper that could be secret are left out.
pub fn named(entry: &Entry) -> String {
    let key = String::from_utf8_lossy(&entry.key).into_owned();
    let value = if key.ends_with(".helper") { format!(" = {}", shown_helper(&entry.text())) } else { String::new() };
    let file = entry.file().map_or_else(|| "git's command line".to_owned(), |file| file.display().to_string());
    let line = entry.line.map_or_else(String::new, |line| format!(":{line}"));
    printable(&format!("{file}{line}: {key}{value}"))
}

/// Section, what stands between, and variable; section and variable in lower case.
fn parts(entry: &Entry) -> Option<(String, Option<String>, String)> {
    let key = String::from_utf8_lossy(&entry.key).into_owned();
    let (section, rest) = key.split_once('.')?;
    let (middle, variable) = rest.rsplit_once('.').map_or((None, rest), |(middle, name)| (Some(middle), name));
    Some((section.to_lowercase(), middle.map(str::to_owned), variable.to_lowercase()))
}

/// Whether a helper that is neither known nor a store of passwords may call git, and with it an alias of the repository.
fn calls_git(value: &str) -> bool {
    !is_codecommit_helper(value) && store(value).is_none() && value.contains("git")
}

/// Whether a helper is none, or one that does what its name says: the AWS CLI's, this program's, or a store that comes with git.
fn is_harmless(entry: &Entry, is_own: &dyn Fn(&str) -> bool) -> bool {
    let Some(value) = entry.value.as_deref() else { return true };
    let Ok(value) = std::str::from_utf8(value) else { return false };
    if value.is_empty() {
        return true;
    }
    let (command, is_command) = value.strip_prefix('!').map_or((value, false), |command| (command, true));
    let Some(words) = plain_words(command) else { return false };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((program, rest)) = words.split_first() else { return false };
    let is_path = program.contains(['/', '\\']);
    if is_path && !is_own(program) {
        return false;
    }
    let name = program.rsplit('/').next().unwrap_or_default();
    match name {
        "aws" if is_command => {
            let Some((options, "codecommit")) = before_command(rest) else { return false };
            matches!(rest[options..], ["codecommit", "credential-helper"] | ["codecommit", "credential-helper", "$@"])
        }
        "codecommit-setup" if is_command => of_this_program(rest, true),
        _ if is_command && is_path => of_this_program(rest, true),
        "codecommit" if !is_command && !is_path => of_this_program(rest, false),
        "git-credential-codecommit" if is_path => of_this_program(rest, false),
        // `store --file=…` reads a file; its name runs nothing.
        _ => !is_path && !is_command && store(program).is_some(),
    }
}

/// Whether words are those of this program's own helper, with its command where one is needed.
fn of_this_program(words: &[&str], needs_command: bool) -> bool {
    let words: Vec<&str> =
        words.iter().copied().filter(|word| !matches!(*word, "--ignore-host-check" | "--no-cache" | "$@")).collect();
    let options = options(&words);
    match (&words[options..], needs_command) {
        ([], false) => true,
        ([command, rest @ ..], true) => *command == "credential-helper" && rest.len() == self::options(rest),
        _ => false,
    }
}

/// How many words are options that name a profile or a region, and the word behind them.
fn before_command<'a>(words: &[&'a str]) -> Option<(usize, &'a str)> {
    let count = options(words);
    Some((count, *words.get(count)?))
}

/// How many words at the beginning name a profile or a region.
fn options(words: &[&str]) -> usize {
    let mut count = 0;
    while let Some(word) = words.get(count) {
        count += match *word {
            "--profile" | "--region" if words.len() > count + 1 => 2,
            word if word.starts_with("--profile=") || word.starts_with("--region=") => 1,
            _ => break,
        };
    }
    count
}

/// The words of a command in which a shell finds nothing to do but take off quotes; `$@` stands for itself.
fn plain_words(command: &str) -> Option<Vec<String>> {
    let mut quote = None;
    let mut characters = command.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (_, c) if c.is_control() && c != '\t' => return None,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            // `'it'\''s'`
            (None, '\\') if characters.next_if_eq(&'\'').is_some() => {}
            (None | Some('"'), '$') if characters.next_if_eq(&'@').is_some() => {}
            (Some('"'), '$' | '`' | '\\') => return None,
            (Some(_), _) => {}
            (None, c) if c.is_alphanumeric() || " \t-_./=:@%+,~".contains(c) => {}
            (None, _) => return None,
        }
    }
    split(command)
}

#[cfg(test)]
mod tests;
