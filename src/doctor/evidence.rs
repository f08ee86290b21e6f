//! What a report tells besides the checks: versions, helpers, settings of git, programs that were run, and the environment.
//!
//! Deliberately absent: the value of a setting that could hold a secret.

use super::subject::entries;
use super::{Config, Copies};
use crate::checkup::{Address, Evidence, Ran};
use crate::gitconfig::{Chain, Entry, Fate, shown_helper, shown_value};
use crate::ports::{Computer, GitBuild};
use crate::redact::{name_of_git, subsection_of_git};
use crate::wizard::change::tilde;
use crate::wizard::names::printable;

/// The grounds of a check-up, but for the AWS files.
pub(super) fn of(
    computer: &Computer,
    build: &GitBuild,
    [git, aws]: [&Copies; 2],
    config: Config<'_>,
    chain: &Chain,
    commands: Vec<Ran>,
) -> Evidence {
    let version = |(found, _): &Copies| {
        let first = found.as_ref().ok().and_then(|copies| copies.first());
        match first.map(|copy| copy.version.as_ref()) {
            None => "none on PATH".to_owned(),
            Some(Ok(version)) => printable(version),
            Some(Err(problem)) => problem.what.clone(),
        }
    };
    let own = ("codecommit-setup".to_owned(), computer.version.clone());
    let curl = build.curl.clone().unwrap_or_else(|| "not known".to_owned());
    let tls = if build.gnutls { ", TLS by GnuTLS" } else { "" };
    Evidence {
        when: computer.now.clone(),
        versions: vec![
            own,
            ("git".to_owned(), version(git)),
            ("git's curl".to_owned(), format!("{curl}{tls}")),
            ("AWS CLI".to_owned(), version(aws)),
            ("system".to_owned(), computer.system.clone()),
        ],
        helpers: helpers(chain, config),
        files: settings(config),
        commands,
        environment: computer
            .variables
            .iter()
            .map(|variable| {
                let value = if variable.empty { Some("(empty)".to_owned()) } else { variable.value.clone() };
                (variable.name.clone(), value)
            })
            .collect(),
    }
}

fn helpers(chain: &Chain, config: Config<'_>) -> Vec<String> {
    let mut lines: Vec<String> = chain
        .links
        .iter()
        .map(|link| {
            let fate = match link.fate {
                Fate::Cleared => "cleared",
                Fate::Answers => "asked first",
                Fate::AskedAfter => "asked after",
            };
            let entry = config.map(|sources| sources.home.clone()).unwrap_or_default();
            let file =
                link.origin.strip_prefix("file:").map_or("environment".to_owned(), |file| tilde(file.as_ref(), &entry));
            let line = link.line.map_or_else(String::new, |line| format!(":{line}"));
            format!("{fate:<13}{} at {}{line}", printable(&shown_helper(&link.helper)), printable(&file))
        })
        .collect();
    if lines.is_empty() {
        lines.push("none".to_owned());
    }
    lines.push(format!("useHttpPath: {}", if chain.use_http_path { "on" } else { "off" }));
    lines
}

/// The settings of git that matter, by file, each with its line.
fn settings(config: Config<'_>) -> Vec<(String, Vec<String>)> {
    let Some(sources) = config else { return Vec::new() };
    let mut files: Vec<(String, Vec<String>)> = Vec::new();
    for entry in entries(config).iter().filter(|entry| matters(entry)) {
        let name =
            entry.file().map_or("git's settings in the environment".to_owned(), |file| tilde(file, &sources.home));
        let number = entry.line.map_or_else(String::new, |line| format!("{line:>4}  "));
        let line = format!("{number}{} = {}", printable(&key(entry)), value(entry));
        match files.iter_mut().find(|(known, _)| *known == name) {
            Some((_, lines)) => lines.push(line),
            None => files.push((name, vec![line])),
        }
    }
    files
}

fn matters(entry: &Entry) -> bool {
    let key = &entry.key;
    let starts = |word: &str| key.starts_with(word.as_bytes());
    let is_remote = starts("remote.") && (key.ends_with(b".url") || key.ends_with(b".pushurl"));
    starts("credential.")
        || starts("http.")
        || starts("https.")
        || starts("url.")
        || starts("include")
        || is_remote
        || key == b"core.askpass"
}

/// The section and the variable of a setting, with what may be shown of what stands between them.
fn key(entry: &Entry) -> String {
    let (section, between, variable) = parts(entry);
    let between = between.map(|between| format!("{}.", subsection_of_git(&section, &between))).unwrap_or_default();
    format!("{}.{between}{}", name_of_git(&section), name_of_git(&variable))
}

fn value(entry: &Entry) -> String {
    let text = entry.text();
    let (section, _, variable) = parts(entry);
    let shown = match &*variable {
        "url" | "pushurl" => Address::parse(&text).map_or_else(|| "(another host)".to_owned(), |address| address.shown),
        "proxy" => super::network::host_of(&text),
        _ => shown_value(&section, &variable, &text).unwrap_or_else(|| "(left out)".to_owned()),
    };
    printable(&shown)
}

/// Section, subsection and variable of a setting.
fn parts(entry: &Entry) -> (String, Option<String>, String) {
    let key = String::from_utf8_lossy(&entry.key).into_owned();
    let (section, rest) = key.split_once('.').unwrap_or(("", &key));
    match rest.rsplit_once('.') {
        Some((between, variable)) => (section.to_owned(), Some(between.to_owned()), variable.to_owned()),
        None => (section.to_owned(), None, rest.to_owned()),
    }
}
