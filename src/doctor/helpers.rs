//! Git's configuration, the helpers in it, and what they answer.
//!
//! Deliberately absent: mending any of it.

use std::time::Duration;

use super::stored::Shelf;
use super::subject::{From, Subject, entries};
use super::{Config, Seen};
use crate::checkup::Check;
use crate::gitconfig::{
    Chain, Entry, Fate, Link, Sources, helper_program, is_codecommit_helper, misspelt_path, mistake, profile_of,
    shown_helper, store_of,
};
use crate::ports::{Computer, Tried};
use crate::wizard::facts::IdentityKind;
use crate::wizard::git_user::{GitUser, StaticUser};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::words::{self, shortened};

/// How old a password may be that was made for the question; a slow helper makes it a while before it answers.
const FRESH: i64 = 60;

/// Whether git reads its configuration.
pub(super) fn configuration(config: &Result<Sources, Problem>, time: Duration, subject: &Subject) -> Check {
    match config {
        Ok(sources) => {
            let count = sources.contents.values().flatten().count();
            let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
            let chain = subject.chain(Some(sources));
            let check = match &chain.stop {
                Some(entry) => Check::fail("gitconfig", "gitconfig-broken", format!("git stops at {}", place(entry)))
                    .why("A setting of credentials there has no value, or one that is neither true nor false."),
                None => Check::pass("gitconfig", format!("git reads it: {files}")),
            };
            check.took(time)
        }
        Err(problem) if problem.kind == ProblemKind::MissingTool => {
            Check::skip("gitconfig", "there is no git to read it")
        }
        Err(problem) => {
            Check::fail("gitconfig", "gitconfig-broken", &problem.what).why(&problem.why).fix(&problem.hint)
        }
    }
}

/// Whom git would ask, and whether that is a helper for CodeCommit.
fn whom(chain: &Chain, sources: &Sources, seen: &Seen, subject: &Subject, shelf: &Shelf<'_>) -> Check {
    let id = "helper-chain";
    if !subject.is_https() {
        return Check::skip(id, "git asks no helper for an address that is not HTTPS");
    }
    let live: Vec<&Link> = chain.links.iter().filter(|link| link.fate != Fate::Cleared).collect();
    let ours = live.iter().position(|link| is_codecommit_helper(&link.helper));
    let all = entries(Some(sources));
    let Some(at) = ours else { return missing(chain, &live, &all, seen, subject, shelf) };
    let link = live[at];
    if let Some(right) = mistake(&link.helper) {
        let cause =
            if right.starts_with('!') && !link.helper.starts_with('!') { "no-bang" } else { "profile-unquoted" };
        return Check::fail(id, cause, format!("{} at {}", shown(&link.helper), where_(link)));
    }
    if !chain.use_http_path {
        let misspelt =
            misspelt_path(&all).map(|entry| format!("{} stands at {}.", printable(&entry.variable()), place(entry)));
        return Check::fail(id, "path-off", "useHttpPath is not on, so the helper is not told the repository")
            .why(misspelt.unwrap_or_default());
    }
    if let Some(first) = live[..at].first() {
        let replays = seen.tried().is_some_and(is_old);
        return match store_of(&first.helper) {
            Some(name) if seen.lasting().is_some() => {
                Check::warn(id, None, format!("{name} is asked before the helper, at {}", where_(first)))
                    .why("It answers with static Git credentials, so Git does not ask the helper.")
            }
            // The answer itself tells of it.
            Some(name) if replays => {
                Check::warn(id, Some("asked-before"), format!("{name} is asked before the helper, at {}", where_(first)))
            }
            Some(name) => Check::fail(id, "asked-before", format!("{name} is asked before the helper, at {}", where_(first)))
                .why("It works until a password is kept there; from then on, that one is answered, which AWS refuses after 15 minutes."),
            None => Check::warn(id, None, format!("{} is asked before the helper", shown(&first.helper))),
        };
    }
    let named = profile_of(&link.helper);
    let other =
        live[at + 1..].iter().find(|other| is_codecommit_helper(&other.helper) && profile_of(&other.helper) != named);
    if let Some(other) = other {
        let whose = |profile: Option<String>| profile.map_or_else(|| "no profile".to_owned(), |name| printable(&name));
        let text = format!("the helper for {} at {} answers", whose(named), where_(link));
        let why = format!("The one for {} at {} is never asked.", whose(profile_of(&other.helper)), where_(other));
        let check = if seen.reads() {
            Check::warn(id, Some("other-profile"), text)
        } else {
            Check::fail(id, "other-profile", text)
        };
        return check.why(why);
    }
    if let Some((name, store)) = live[at + 1..].iter().find_map(|link| Some((store_of(&link.helper)?, link))) {
        return Check::warn(id, None, format!("{name} is told of each password as well, at {}", where_(store)))
            .why("It keeps passwords that die after 15 minutes, and answers when the helper cannot.")
            .fix("codecommit-setup");
    }
    Check::pass(id, format!("{} at {}", shown(&link.helper), where_(link)))
}

fn missing(chain: &Chain, live: &[&Link], all: &[Entry], seen: &Seen, subject: &Subject, shelf: &Shelf<'_>) -> Check {
    let id = "helper-chain";
    if seen.logs_in_by_itself() {
        return Check::pass(id, "none is needed: Git has a login of its own");
    }
    // Where static Git credentials are kept, that is whom Git is to ask.
    let is_static = seen.lasting().is_some() || shelf.before_static().is_some();
    if let Some(link) = live.first().filter(|_| is_static) {
        let name = store_of(&link.helper).map_or_else(|| shown(&link.helper), str::to_owned);
        return Check::pass(id, format!("{name} at {}", where_(link)));
    }
    if let Some(link) = live.first().filter(|_| seen.reads()) {
        let name = store_of(&link.helper).map_or_else(|| shown(&link.helper), str::to_owned);
        return Check::warn(id, None, format!("{name} at {}, which is no helper for CodeCommit", where_(link)))
            .why("Git reads the repository with what it answers.");
    }
    let cleared = chain.links.iter().rev().find(|link| is_codecommit_helper(&link.helper));
    if let Some(link) = cleared {
        return Check::fail(
            id,
            "helper-silenced",
            format!("the helper at {} is taken away by a line that is read later", where_(link)),
        );
    }
    let elsewhere = all.iter().find(|entry| {
        entry.key.starts_with(b"credential.") && entry.variable() == "helper" && is_codecommit_helper(&entry.text())
    });
    if let Some(entry) = elsewhere {
        let pattern = String::from_utf8_lossy(&entry.key).into_owned();
        let pattern = pattern.trim_start_matches("credential.").trim_end_matches(".helper").to_owned();
        return Check::fail(
            id,
            "host-not-covered",
            format!("the section at {} is for {}, not for {}", place(entry), printable(&pattern), subject.host),
        );
    }
    let unknown = live.iter().find(|link| is_of_its_own(&link.helper));
    match live.first() {
        None => Check::fail(id, "no-helper", format!("git asks nobody for {}", subject.host)),
        Some(_) if let Some(link) = unknown => {
            Check::warn(id, None, format!("{} at {}", shown(&link.helper), where_(link)))
                .why("It is neither the AWS CLI's helper nor ours; what counts is what it answers.")
        }
        Some(link) => {
            let names: Vec<String> = live.iter().map(|link| shown(&link.helper)).collect();
            Check::fail(id, "no-helper", format!("git asks {}, and no helper for CodeCommit", names.join(", ")))
                .why(format!("It stands at {}.", where_(link)))
        }
    }
}

/// Whether a helper is neither one for CodeCommit nor a store of passwords, such as a script of the company's.
fn is_of_its_own(helper: &str) -> bool {
    !is_codecommit_helper(helper) && store_of(helper).is_none()
}

/// Whom git asks, the helper's program, its answer, and whom git logs in as.
pub(super) fn answer(
    seen: &Seen,
    chain: &Chain,
    subject: &Subject,
    config: Config<'_>,
    computer: &Computer,
    shelf: &Shelf<'_>,
) -> Vec<Check> {
    let ours = chain.links.iter().find(|link| link.fate != Fate::Cleared && is_codecommit_helper(&link.helper));
    let whom = match config {
        Some(sources) => whom(chain, sources, seen, subject, shelf),
        None => Check::skip("helper-chain", "git's configuration cannot be read"),
    };
    let own = chain.first().filter(|link| is_of_its_own(&link.helper));
    let first = vec![whom, program(ours.or(own), config, computer)];
    let skip = |text: &str| vec![Check::skip("helper-answer", text), Check::skip("git-identity", text)];
    let Some(attempt) = &seen.attempt else {
        return [first, skip(seen.kept.unwrap_or("git asks no helper here"))].concat();
    };
    let tried = match &attempt.filled {
        Err(_) if seen.logs_in_by_itself() => return [first, skip("Git has a login of its own")].concat(),
        Err(problem) => {
            let mut live = chain.links.iter().filter(|link| link.fate != Fate::Cleared);
            let somebody = live.any(|link| is_codecommit_helper(&link.helper) || is_of_its_own(&link.helper));
            let check = failed(problem, somebody, subject).took(seen.time);
            return [first, vec![check, Check::skip("git-identity", "git got no answer")]].concat();
        }
        Ok(tried) => tried,
    };
    [first, answered(tried, seen, ours, subject, shelf)].concat()
}

fn program(ours: Option<&Link>, config: Config<'_>, computer: &Computer) -> Check {
    let id = "helper-program";
    let Some(link) = ours else { return Check::skip(id, "git comes to no helper for CodeCommit") };
    let found = config.and_then(|sources| sources.programs.get(&link.helper).cloned());
    let name = helper_program(&link.helper).map_or_else(|| shown(&link.helper), |name| printable(&name));
    match found {
        Some(None) if name == "aws" => Check::fail(id, "aws-cli-missing", "aws is not on PATH"),
        Some(None) => Check::fail(id, "helper-missing", format!("{name} is not there")),
        Some(Some(path)) if computer.on_the_desktop.get(&link.helper) == Some(&false) => {
            let path = printable(&path.to_string_lossy());
            Check::warn(id, Some("helper-poor-path"), format!("{name} is at {path}, where the desktop does not look"))
                .why("It works in this terminal. An editor that the desktop starts has a shorter PATH, and could not log in.")
        }
        Some(Some(path)) => Check::pass(id, printable(&path.to_string_lossy())),
        None => Check::skip(id, "it is a command of the shell"),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what is not told apart here is all the rest")]
fn failed(problem: &Problem, somebody: bool, subject: &Subject) -> Check {
    let pinned = subject.present.as_ref().is_some_and(|present| present.profile.is_some());
    let has = |words: &str| problem.what.contains(words);
    let cause = match problem.kind {
        ProblemKind::TimedOut => "helper-hangs",
        _ if !somebody => "no-helper",
        _ if has("which repository it is about") => "path-off",
        _ if has("found no credentials") && !pinned => "helper-without-profile",
        _ if has("found no credentials") => "no-credentials",
        _ if has("does not exist") && has("profile") && problem.kind == ProblemKind::NotFound => "profile-missing",
        _ if has("half an access key") => "half-a-key",
        _ if has("MFA") || has("at the terminal") => "mfa-needed",
        _ if has("for a command of its own") => "no-bang",
        _ if has("does not understand how the helper calls it") => "profile-unquoted",
        _ if has("was not found") || has("may not be run") || has("does not start") => "helper-missing",
        ProblemKind::Expired => "not-signed-in",
        ProblemKind::BrokenFile if has("AWS CLI") => "aws-files-broken",
        _ => "helper-fails",
    };
    Check::fail("helper-answer", cause, &problem.what).why(&problem.why)
}

/// Whether a password was made long before it was asked for.
fn is_old(tried: &Tried) -> bool {
    !matches!(tried.user, GitUser::Static(_)) && tried.age.is_none_or(|age| age.abs() > FRESH)
}

fn answered(tried: &Tried, seen: &Seen, ours: Option<&Link>, subject: &Subject, shelf: &Shelf<'_>) -> Vec<Check> {
    let took = Duration::from_millis(tried.filled.milliseconds);
    if !tried.filled.password {
        let check = Check::fail("helper-answer", "helper-fails", "a user name came, and no password").took(took);
        return vec![check, Check::skip("git-identity", "git got no password")];
    }
    if let GitUser::Static(user) = &tried.user {
        let answer = Check::pass("helper-answer", user.described()).took(took);
        return vec![answer, whose(user, seen, ours, subject)];
    }
    let answer = match tried.age {
        Some(age) if age.abs() > FRESH => {
            let (count, unit) = if age < 3600 { (age / 60, "minute") } else { (age / 3600, "hour") };
            let ago = format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
            let text = format!("a password that was made {ago} ago");
            match shelf.before_static().filter(|_| ours.is_none()) {
                Some(fixes) => fixes
                    .iter()
                    .fold(Check::fail("helper-answer", "stored-dead", text), Check::fix)
                    .why("It stands before static Git credentials that are kept as well: Git does not come to those."),
                None => Check::fail("helper-answer", "helper-replays", text).why(
                    "The helper makes a new one for each question; this one was kept somewhere and answered first.",
                ),
            }
        }
        Some(_) => {
            Check::pass("helper-answer", format!("a fresh password in {}", words::took(tried.filled.milliseconds)))
        }
        None if ours.is_some() && !seen.reads() => {
            let text = format!("{}, which no helper for CodeCommit makes", tried.user.described());
            Check::fail("helper-answer", "helper-replays", text).why("Another program answers before the helper.")
        }
        None => {
            let text = format!("{}, which no helper for CodeCommit makes", tried.user.described());
            Check::warn("helper-answer", None, text)
        }
    };
    vec![answer.took(took), who(tried, seen, subject)]
}

/// Whose static Git credentials git logs in with, weighed against the profile.
fn whose(user: &StaticUser, seen: &Seen, ours: Option<&Link>, subject: &Subject) -> Check {
    let id = "git-identity";
    let own = seen.aws.as_ref().and_then(|aws| aws.identity.as_ref().ok());
    let same = own.is_some_and(|identity| {
        identity.account == user.account()
            && matches!(identity.kind(), IdentityKind::User(name) if user.user().starts_with(&name))
    });
    let text = format!("IAM user {}, account {}", printable(user.user()), user.account());
    if same || (ours.is_none() && subject.profile_from != From::Asked) {
        return Check::pass(id, text);
    }
    let profile = subject.shown_profile().unwrap_or_else(|| "the key of the environment".to_owned());
    Check::warn(id, None, text).why(format!("Git logs in with static Git credentials, not as {profile}."))
}

fn who(tried: &Tried, seen: &Seen, subject: &Subject) -> Check {
    let id = "git-identity";
    if let GitUser::Unknown(_) = &tried.user {
        let text = format!("Git logs in as {}", tried.user.shown());
        return if seen.reads() { Check::warn(id, None, text) } else { Check::fail(id, "other-profile", text) };
    }
    let own = seen.aws.as_ref().and_then(|aws| aws.identity.as_ref().ok());
    let key = shortened(&tried.filled.access_key_id);
    let profile = subject.shown_profile().unwrap_or_else(|| "the environment".to_owned());
    let of_helper = subject.present.as_ref().and_then(|present| present.profile.clone());
    let wanted = subject.profile.as_ref().map(|name| name.as_str().to_owned());
    if let (Some(of_helper), Some(wanted)) = (&of_helper, &wanted)
        && of_helper != wanted
    {
        return Check::fail(
            id,
            "other-profile",
            format!("git's helper is set to {}, not to {profile}", printable(of_helper)),
        );
    }
    match own {
        None => Check::skip(id, "AWS did not say who the profile is"),
        Some(identity) if identity.access_key_id == tried.filled.access_key_id => {
            Check::pass(id, format!("{}, with access key {key}", printable(&identity.short())))
        }
        // Temporary credentials are made anew for each caller, so their keys differ.
        Some(identity) if tried.temporary && identity.access_key_id.starts_with("ASIA") => {
            Check::pass(id, format!("temporary key {key}, by the profile {profile}"))
        }
        Some(identity) => Check::fail(id, "other-profile", format!("git logs in with access key {key}"))
            .why(format!("{profile} is access key {}.", shortened(&identity.access_key_id))),
    }
}

/// A helper as it may be shown.
fn shown(helper: &str) -> String {
    printable(&shown_helper(helper))
}

pub(super) fn where_(link: &Link) -> String {
    let file = printable(link.origin.strip_prefix("file:").unwrap_or("the environment"));
    link.line.map_or(file.clone(), |line| format!("{file}:{line}"))
}

fn place(entry: &Entry) -> String {
    let file = entry.file().map_or_else(|| "the environment".to_owned(), |file| printable(&file.to_string_lossy()));
    entry.line.map_or(file.clone(), |line| format!("{file}:{line}"))
}
