//! Why a repository does not let git in, asked one question after the other: is it there, in this region, by this name; what
//! did git log in with; what is allowed.
//!
//! Deliberately absent: guessing. What no question answers is called refused, with all that was ruled out.

use super::subject::Subject;
use super::{Book, REMOTE, Seen, stored, timed};
use crate::checkup::{Check, Status};
use crate::gitconfig::shell_quoted;
use crate::ports::{Refused, RepositoryFound, World};
use crate::wizard::effect::{Caller, Credentials};
use crate::wizard::names::{Region, RepositoryName, printable};
use crate::wizard::problem::ProblemKind;
use crate::wizard::regions;
use crate::wizard::rights::{Answer, Deed};

/// Whether the repository is there, and whether git reads it.
pub(super) async fn explain(world: &World, seen: &Seen, subject: &Subject, book: &Book<'_>) -> (Check, Check) {
    let repository = repository(world, seen, subject).await;
    let endpoint = endpoint(seen, &repository, book);
    (repository, endpoint)
}

/// Whether AWS has the repository in this region.
async fn repository(world: &World, seen: &Seen, subject: &Subject) -> Check {
    let id = "repository";
    let Some(name) = &subject.repository else { return Check::skip(id, "none is meant") };
    if seen.reads() {
        return Check::pass(id, format!("{name} is there: git read it"));
    }
    let Some(caller) = &subject.caller else { return Check::skip(id, "nobody can ask") };
    let known = seen.aws.as_ref().is_some_and(|aws| aws.identity.is_ok());
    if !known {
        return Check::skip(id, "AWS does not know who asks");
    }
    let (found, time) = timed(REMOTE, world.inspection.find_repository(caller, name)).await;
    let check = match found {
        Err(problem) => Check::skip(id, &problem.what),
        Ok(RepositoryFound::There(_)) => Check::pass(id, format!("{name} is in {}", subject.region)),
        Ok(RepositoryFound::KeyTrouble(why)) => {
            Check::fail(id, "kms-denied", format!("the key that {name} is encrypted with cannot be used")).why(why)
        }
        Ok(RepositoryFound::NotTold(problem)) => Check::skip(id, &problem.what),
        Ok(RepositoryFound::NotThere) => missing(world, seen, subject, caller, name).await,
    };
    check.took(time)
}

/// Where a repository is that is not here: under another spelling, or in another region.
async fn missing(world: &World, seen: &Seen, subject: &Subject, caller: &Caller, name: &RepositoryName) -> Check {
    let id = "repository";
    let listed = seen.aws.as_ref().and_then(|aws| aws.repositories.as_ref()?.as_ref().ok());
    let near = listed.into_iter().flatten().find(|other| other.as_str().eq_ignore_ascii_case(name.as_str()));
    let what = format!("there is no {name} in {}", subject.region);
    if let Some(near) = near {
        return Check::fail(id, "repository-missing", what)
            .why(format!("There is {near}: names tell upper from lower case."))
            .fix(subject.use_of(&subject.url_of(near)));
    }
    let others = regions::known().filter_map(|(code, _)| Region::parse(code).ok());
    let others: Vec<Region> =
        others.filter(|region| *region != subject.region && region.partition() == subject.region.partition()).collect();
    let looks = others.into_iter().map(|region| async move {
        let caller = Caller { region: region.clone(), ..caller.clone() };
        let (found, _) = timed(REMOTE, world.inspection.find_repository(&caller, name)).await;
        matches!(found, Ok(RepositoryFound::There(_))).then_some(region)
    });
    let found: Vec<Region> = futures_util::future::join_all(looks).await.into_iter().flatten().collect();
    if let Some(region) = found.first() {
        let names: Vec<String> = found.iter().map(regions::described).collect();
        let what = format!("{name} is in {}, not in {}", names.join(", "), subject.region);
        return Check::fail(id, "other-region", what).fix(subject.use_of(&region.clone_url(name)));
    }
    elsewhere(world, subject, caller, name, what).await
}

/// Another profile that sees the repository, in an account of its own.
async fn elsewhere(world: &World, subject: &Subject, caller: &Caller, name: &RepositoryName, what: String) -> Check {
    let id = "repository";
    let looks = subject.others.iter().map(|profile| async move {
        let caller = Caller { credentials: Credentials::Profile(profile.clone()), ..caller.clone() };
        let (found, _) = timed(REMOTE, world.inspection.find_repository(&caller, name)).await;
        if !matches!(found, Ok(RepositoryFound::There(_))) {
            return None;
        }
        Some((profile, timed(REMOTE, world.aws.identify(&caller)).await.0.ok()?.account))
    });
    let found = futures_util::future::join_all(looks).await.into_iter().flatten().next();
    let Some((profile, account)) = found else {
        return Check::fail(id, "repository-missing", what)
            .why("No other region and no other profile of this computer has it either, as far as they may see.");
    };
    let shown = printable(profile.as_str());
    Check::fail(id, "other-account", format!("{what}; the profile {shown} has it, in account {}", printable(&account)))
        .fix(format!("codecommit-setup --profile {}", shell_quoted(profile.as_str())))
}

/// Whether git reads the repository.
fn endpoint(seen: &Seen, repository: &Check, book: &Book<'_>) -> Check {
    let id = "git-endpoint";
    let listed = seen.attempt.as_ref().and_then(|attempt| attempt.listed.as_ref());
    let name = seen.repository.clone().unwrap_or_default();
    match listed {
        None => match &seen.attempt {
            Some(attempt) if attempt.filled.is_err() => {
                Check::fail(id, "helper-fails", "git has no password to try it with")
            }
            Some(_) if let Some(kept) = seen.kept => Check::skip(id, kept),
            Some(_) => Check::skip(id, "no repository is known to try it with; name one with --repository"),
            None => Check::skip(id, seen.kept.unwrap_or("git was not asked")),
        },
        Some(Ok(listed)) => {
            let branches = match listed.branches {
                0 => "it is empty".to_owned(),
                1 => "1 branch".to_owned(),
                count => format!("{count} branches"),
            };
            Check::pass(id, format!("git ls-remote read {name}: {branches}")).took(seen.time)
        }
        Some(Err(refused)) => refusal(refused, &name, seen, repository, book).took(seen.time),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what is not told apart here is all the rest")]
fn refusal(refused: &Refused, name: &str, seen: &Seen, repository: &Check, book: &Book<'_>) -> Check {
    let id = "git-endpoint";
    let problem = &refused.problem;
    let status = refused.status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
    match problem.kind {
        ProblemKind::Throttled => Check::fail(id, "throttled", format!("CodeCommit asks to slow down{status}")),
        ProblemKind::Unreachable => {
            Check::fail(id, "git-host-unreachable", format!("git does not get through to {name}")).why(&problem.why)
        }
        ProblemKind::TimedOut => Check::fail(id, "git-host-unreachable", &problem.what),
        ProblemKind::NotFound => {
            let cause = repository.cause.unwrap_or("repository-missing");
            Check::fail(id, cause, format!("git finds no {name} (HTTP 404)"))
        }
        _ => {
            let (cause, why) = concluded(&problem.why, seen, repository, book);
            let check = Check::fail(id, cause, format!("git may not read {name}{status}")).why(why);
            match seen.lasting().filter(|_| cause == "static-refused") {
                Some(user) => stored::renewed(check, user),
                None => check,
            }
        }
    }
}

/// What a refusal comes to: what CodeCommit says of it, else what is left when everything else is ruled out.
fn concluded(said: &str, seen: &Seen, repository: &Check, book: &Book<'_>) -> (&'static str, String) {
    if said.contains("explicit deny") {
        return ("denied", said.to_owned());
    }
    if said.contains("EncryptionKey") || said.contains("KMS") || said.contains("kms:") {
        return ("kms-denied", said.to_owned());
    }
    if said.contains("is not authorized to perform") {
        return ("not-allowed", said.to_owned());
    }
    if let Some(user) = seen.lasting() {
        let what = format!("CodeCommit does not accept {}.", user.described());
        let why = "Their password was reset, they are not active, or no policy lets that user read the repository.";
        return ("static-refused", format!("{what} {why}"));
    }
    let passed = |check: &str| book.status(check) == Some(Status::Pass);
    let ruled_out = ["clock", "identity", "helper-answer", "git-identity"].iter().all(|check| passed(check));
    let rights = seen.rights.as_ref().and_then(|rights| rights.as_ref().ok());
    let allowed = rights.is_some_and(|rights| matches!(rights.answer(Deed::Pull), Answer::Allowed { .. }));
    if !ruled_out || repository.status == Status::Fail || book.status("stored") == Some(Status::Fail) {
        return ("refused", said.to_owned());
    }
    let known = "The password is fresh, made at the right time, and by the right identity";
    if repository.status == Status::Pass {
        let left = if allowed { "a policy" } else { "codecommit:GitPull that is not allowed for it, or a policy" };
        let why = format!(
            "{known}, and the repository is there. What is left is {left} of a VPC endpoint or of the organization."
        );
        return ("refused", why);
    }
    // Whoever may not even ask for it is seldom allowed to read it.
    let why = format!(
        "{known}; what is left is codecommit:GitPull, and this profile may not ask AWS for the repository either."
    );
    ("not-allowed", why)
}
