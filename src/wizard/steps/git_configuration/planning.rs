//! What the choices come to: the files as they will be, whom git will then ask, and what stands in the way.
//!
//! Deliberately absent: writing anything.

use std::path::{Path, PathBuf};

use crate::gitconfig::{self, Chain, Conflict, Fate, Repair, Sources, Wanted};
use crate::wizard::change;
use crate::wizard::effect::{FileChange, Ours};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::FileDiff;

/// What the present choices come to.
pub(super) struct Plan {
    pub(super) wanted: Wanted,
    pub(super) changes: Vec<FileChange>,
    pub(super) diffs: Vec<FileDiff>,
    /// The helpers that git will ask then.
    pub(super) chain: Chain,
    /// The profile that git has logged in with until now, when it is another one.
    pub(super) until_now: Option<String>,
    pub(super) conflicts: Vec<Conflict>,
    /// The file in which the helper stands; `None` where each clone gets its own.
    target: Option<PathBuf>,
}

impl Plan {
    /// Works out what happens when `wanted` is written into `target`, and what was chosen to be mended with it.
    pub(super) fn make(
        wanted: Wanted,
        target: Option<&Path>,
        repairs: &[Repair],
        sources: &Sources,
        url: &str,
        home: &Path,
    ) -> Result<Self, Problem> {
        let now = gitconfig::chain(&entries(sources, home)?, url);
        let until_now = now.first().filter(|link| gitconfig::is_codecommit_helper(&link.helper));
        let until_now =
            until_now.map(|link| gitconfig::profile_of(&link.helper).unwrap_or_else(|| "default".to_owned()));
        let future = match target {
            Some(target) => {
                gitconfig::future(sources, &wanted, target, repairs).map_err(|error| unreadable(&error, home))?
            }
            None => sources.clone(),
        };
        let entries = entries(&future, home)?;
        let conflicts = match target {
            Some(target) => gitconfig::conflicts(&entries, &wanted, target, &sources.programs),
            None => Vec::new(),
        };
        let changes = changes(sources, &future, target, &wanted);
        Ok(Self {
            diffs: changes.iter().map(|change| change::diff(change, home)).collect(),
            changes,
            chain: gitconfig::chain(&entries, url),
            until_now: until_now.filter(|profile| *profile != wanted.profile.as_str()),
            conflicts,
            target: target.map(Path::to_owned),
            wanted,
        })
    }

    /// The file that is written, as a person reads it.
    pub(super) fn target_shown(&self, home: &Path) -> String {
        self.target.as_deref().map_or_else(String::new, |target| change::tilde(target, home))
    }

    /// Whether git would ask the wanted helper first, and tell it what it needs.
    pub(super) fn answers(&self) -> bool {
        let first = self.chain.links.iter().find(|link| link.fate == Fate::Answers);
        self.chain.use_http_path && first.is_some_and(|link| link.helper == self.wanted.helper_value())
    }
}

/// The changes of files, the wanted helper's own first.
fn changes(now: &Sources, future: &Sources, target: Option<&Path>, wanted: &Wanted) -> Vec<FileChange> {
    let changed = future.contents.iter().filter(|(path, bytes)| now.content(path) != bytes.as_deref());
    let change = |(path, bytes): (&PathBuf, &Option<Vec<u8>>)| FileChange {
        path: path.clone(),
        before: now.content(path).map(Into::into),
        after: bytes.clone().unwrap_or_default().into(),
        private: false,
        ours: if Some(path.as_path()) == target {
            Ours::GitSections { sections: wanted.sections(), helper: wanted.helper_value() }
        } else {
            Ours::Whole
        },
    };
    let mut changes: Vec<FileChange> = changed.map(change).collect();
    changes.sort_by_key(|change| Some(change.path.as_path()) != target);
    changes
}

fn entries(sources: &Sources, home: &Path) -> Result<Vec<gitconfig::Entry>, Problem> {
    sources.entries().map_err(|error| unreadable(&error, home))
}

fn unreadable(error: &gitconfig::UnreadableFile, home: &Path) -> Problem {
    Problem::new(
        ProblemKind::BrokenFile,
        format!("{} cannot be read as a configuration of git.", change::tilde(&error.path, home)),
        printable(&error.cause.to_string()),
        "Correct it in an editor, then read again. It is not touched as it is.",
    )
}
