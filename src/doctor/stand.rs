//! The repository that the program stands in: whether it matters, whose it is, and whether it names programs of its own.
//!
//! Deliberately absent: running any of them.

use super::Config;
use super::subject::{entries, remotes};
use crate::checkup::{Address, Check, Examination};
use crate::gitconfig::{Entry, Sources, has_helper, is_of_repository, named, shell_quoted};
use crate::wizard::effect::Hears;
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;

/// Whether the repository stood in is the one that is asked about, or would change how git logs in for the one that it is.
pub(super) fn concerns(of: &Examination, sources: &Sources) -> bool {
    let entries = entries(Some(sources));
    let remotes = remotes(&entries);
    let Some(asked) = &of.repository else {
        let own: Vec<Entry> = entries.into_iter().filter(is_of_repository).collect();
        return !remotes.is_empty() || has_helper(&own);
    };
    let name = |address: &Address| address.repository.as_ref().map(ToString::to_string);
    let asked = Address::parse(asked).as_ref().map_or_else(|| Some(asked.clone()), name);
    remotes.iter().any(|(_, address)| asked.is_some() && name(address) == asked)
}

/// How much that repository has to say when git is run.
pub(super) fn hears(concerned: bool, programs: bool) -> Hears {
    match (concerned, programs) {
        (false, _) => Hears::GlobalOnly,
        (true, false) => Hears::Repository,
        (true, true) => Hears::RepositoryAndPrograms,
    }
}

/// Whether git takes the repository for one of this user's.
pub(super) fn ownership(config: Config<'_>) -> Check {
    let id = "ownership";
    let Some(sources) = config else { return Check::skip(id, "there is no git to say") };
    if let Some(refused) = &sources.refused {
        let folder = printable(&refused.folder.to_string_lossy());
        let owner = refused.owner.map_or_else(|| "another user".to_owned(), |owner| format!("user ID {owner}"));
        let add =
            format!("git config --global --add safe.directory {}", shell_quoted(&refused.folder.to_string_lossy()));
        return Check::fail(id, "other-owner", format!("{folder} belongs to {owner}"))
            .why("Git refuses it (safe.directory): its settings could run programs as you.")
            .fix("Change its owner, or clone it again as yourself.")
            .fix(add)
            .fix("Add it only if you trust everybody who may write there.");
    }
    match &sources.repository {
        Some(_) => Check::pass(id, "git reads this repository"),
        None => Check::skip(id, "you are not in a repository"),
    }
}

/// Whether the repository would run programs of its own; `found` is `None` where it was not asked for them.
pub(super) fn programs(config: Config<'_>, found: Option<&Result<Vec<Entry>, Problem>>, allowed: bool) -> Check {
    let id = "repository-programs";
    let found = match found {
        None if config.is_some_and(|sources| sources.repository.is_some()) => {
            return Check::skip(id, "git is asked outside of this repository");
        }
        None => return Check::skip(id, "you are not in a repository"),
        Some(Err(problem)) => return Check::skip(id, &problem.what).why(&problem.why),
        Some(Ok(found)) => found,
    };
    let Some(first) = found.first() else { return Check::pass(id, "none that git would run here") };
    let more = match found.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let what = format!("{}{more}", named(first));
    if allowed {
        return Check::warn(id, None, format!("{what}: it may run, as you asked"));
    }
    Check::fail(id, "repository-programs", what)
        .why("Whoever made this repository chose that program. It was not run, so Git could not be tried here.")
        .fix("Remove the line if you do not know it.")
        .fix("codecommit-setup doctor --run-repository-programs")
}
