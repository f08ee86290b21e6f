//! What stands in the way of the wanted helper, or comes after it, and what would mend it.
//!
//! Deliberately absent: the words for people (the step has those), reading files, and acting on anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::chain::{Chain, Entry, Fate, Setting, chain, is_true, settings};
use super::edit::Placement;
use super::pattern::{Url, holds, same};
use super::program::helper_program;
use super::recognise::{Store, is_codecommit_helper, profile_of, store, with_bang, with_quoted_profile};
use super::wanted::{Scope, Wanted};
use crate::wizard::versions::is_versioned;

/// Something in git's configuration that keeps the wanted helper from its work, or works against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What it is.
    pub kind: ConflictKind,
    /// The value that it is about.
    pub entry: Entry,
    /// What would mend it; `None` where that cannot be done from here.
    pub repair: Option<Repair>,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictKind {
    /// A reset that is read later clears the wanted helper.
    Silenced,
    /// Git stops there: a bare key, or a truth value that is none.
    Stops,
    /// Another helper is asked first: a store of passwords where it is known as one.
    AskedBefore(Option<Store>),
    /// Another helper is told of each password, and asked where ours is silent.
    AskedAfter(Option<Store>),
    /// A helper for CodeCommit of another profile, or of none.
    OtherProfile(Option<String>),
    /// The wanted section is read after one for a part of its hosts, and silences it; this is that one's pattern.
    SilencesNarrower(String),
    /// A command line without the `!` that it needs.
    NoBang,
    /// A profile's name with a blank in it that is not quoted.
    UnquotedProfile,
    /// `UserHttpPath` and the like.
    MisspeltPath,
    /// Git does not send the path.
    PathOff,
    /// The helper's program is not on PATH.
    NoProgram(String),
    /// The helper's program is in a folder that an upgrade renames.
    VersionedProgram(String),
}

/// What would mend a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// Lines of a file go, by their numbers from 1.
    Remove {
        /// The file.
        path: PathBuf,
        /// The lines, in order.
        lines: Vec<usize>,
    },
    /// A value is written anew.
    Rewrite {
        /// The file.
        path: PathBuf,
        /// The line of the variable, from 1.
        line: usize,
        /// The variable and its value, as they are to stand there.
        text: String,
    },
    /// The wanted section goes to another place of its file.
    Move(Placement),
    /// The sections for CodeCommit's hosts, which shut other helpers out, are the better choice.
    CodeCommitOnly,
    /// Variables of the environment, or options of the command line, that only the person can take back.
    Unset,
}

impl Conflict {
    /// Whether git would not come to the wanted helper, or not with what it needs.
    pub fn is_fatal(&self) -> bool {
        match self.kind {
            ConflictKind::Silenced
            | ConflictKind::Stops
            | ConflictKind::AskedBefore(_)
            | ConflictKind::PathOff
            | ConflictKind::NoProgram(_) => true,
            ConflictKind::AskedAfter(_)
            | ConflictKind::OtherProfile(_)
            | ConflictKind::SilencesNarrower(_)
            | ConflictKind::NoBang
            | ConflictKind::UnquotedProfile
            | ConflictKind::MisspeltPath
            | ConflictKind::VersionedProgram(_) => false,
        }
    }
}

/// Finds what stands in the way of the wanted helper in what git reads, `target` being the file in which it stands.
///
/// `programs` says for each value of a helper where its program is found; what it does not hold is taken to be there.
pub fn conflicts(
    entries: &[Entry],
    wanted: &Wanted,
    target: &Path,
    programs: &BTreeMap<String, Option<PathBuf>>,
) -> Vec<Conflict> {
    let url = wanted.example_url();
    let search = Search { wanted, target, ours: wanted.helper_value() };
    let mut found = search.helpers(entries, &url);
    found.extend(search.path(entries, &url));
    found.extend(search.narrower(entries));
    found.extend(programs_of(entries, &url, programs));
    found
}

struct Search<'a> {
    wanted: &'a Wanted,
    target: &'a Path,
    ours: String,
}

impl Search<'_> {
    /// Helpers that git would ask besides ours, or instead.
    fn helpers(&self, entries: &[Entry], url: &str) -> Vec<Conflict> {
        let mut live: Vec<&Entry> = Vec::new();
        let mut silenced: Option<&Entry> = None;
        for Setting { entry, value, .. } in
            settings(entries, url).into_iter().filter(|setting| setting.variable == b"helper")
        {
            let Some(value) = value else { continue };
            if !value.is_empty() {
                live.push(entry);
                continue;
            }
            if live.iter().any(|entry| self.is_ours(entry)) {
                silenced = Some(entry);
            }
            live.clear();
        }
        let at = live.iter().rposition(|entry| self.is_ours(entry));
        let mut found = Vec::new();
        if let (None, Some(reset)) = (at, silenced) {
            let with = live.iter().copied().filter(|entry| entry.origin == reset.origin);
            let gone = removed(std::iter::once(reset).chain(with));
            let repair = if self.is_target(reset) { Some(Repair::Move(Placement::AtTheEnd)) } else { gone };
            found.push(Conflict { kind: ConflictKind::Silenced, entry: reset.clone(), repair });
            // What came with that reset goes with it, and where only the person can take it back, it goes together.
            live.retain(|entry| entry.origin != reset.origin);
        }
        for (place, entry) in live.iter().enumerate().filter(|(_, entry)| !self.is_ours(entry)) {
            found.push(self.other(entry, at.is_none_or(|at| place < at)));
        }
        found
    }

    /// Another helper that git would ask, before ours or after it.
    fn other(&self, entry: &Entry, before: bool) -> Conflict {
        let value = &*entry.text();
        let rewritten = |value: &str| rewritten(entry, &format!("helper = {}", super::quote::config_value(value)));
        let (kind, repair) = if let Some(value) = with_bang(value) {
            (ConflictKind::NoBang, rewritten(&value))
        } else if let Some(value) = with_quoted_profile(value) {
            (ConflictKind::UnquotedProfile, rewritten(&value))
        } else if is_codecommit_helper(value) {
            (ConflictKind::OtherProfile(profile_of(value)), removed([entry]))
        } else {
            let store = store(value);
            let kind = if before { ConflictKind::AskedBefore(store) } else { ConflictKind::AskedAfter(store) };
            let repair = match self.wanted.scope {
                Scope::EveryHost if self.wanted.resets => Some(Repair::CodeCommitOnly),
                // The reset of our section clears what is read before it.
                Scope::CodeCommit | Scope::OneRepository(_) if self.wanted.resets && self.is_target(entry) => {
                    Some(Repair::Move(Placement::AtTheEnd))
                }
                Scope::CodeCommit | Scope::OneRepository(_) | Scope::EveryHost => removed([entry]),
            };
            (kind, repair)
        };
        Conflict { kind, entry: entry.clone(), repair }
    }

    /// Whether git would not send the path, or a line was meant to say so and does not.
    fn path(&self, entries: &[Entry], url: &str) -> Vec<Conflict> {
        let mut found: Vec<Conflict> = chain(entries, url).stop.into_iter().map(stop).collect();
        let mut last = None;
        for setting in settings(entries, url) {
            if setting.variable == b"usehttppath" {
                last = Some(setting);
            } else if is_misspelt_path(setting.variable) {
                let repair = rewritten(setting.entry, "UseHttpPath = true");
                found.push(Conflict { kind: ConflictKind::MisspeltPath, entry: setting.entry.clone(), repair });
            }
        }
        let stopped = |setting: &Setting<'_>| found.iter().any(|conflict| conflict.entry == *setting.entry);
        if let Some(Setting { entry, .. }) =
            last.filter(|setting| !stopped(setting)).filter(|setting| !is_true(&setting.entry.text()))
        {
            let repair = if self.is_target(entry) { Some(Repair::Move(Placement::AtTheEnd)) } else { removed([entry]) };
            found.push(Conflict { kind: ConflictKind::PathOff, entry: entry.clone(), repair });
        }
        found
    }

    /// Sections for a part of our hosts that ours silences.
    fn narrower(&self, entries: &[Entry]) -> Vec<Conflict> {
        let mut found: Vec<Conflict> = Vec::new();
        for (ours, example) in
            self.wanted.targets().into_iter().filter_map(|target| Some((target.url?, target.example)))
        {
            let example = Url::parse(&example);
            for setting in entries.iter().filter_map(Setting::of).filter(|setting| setting.variable == b"helper") {
                let Some(pattern) = setting.pattern.and_then(|pattern| str::from_utf8(pattern).ok()) else { continue };
                let Some(part) = Url::parse(pattern) else { continue };
                let holds_too = example.as_ref().is_some_and(|url| holds(pattern, url));
                if same(pattern, &ours) || holds_too || !holds(&ours, &part) {
                    continue;
                }
                let Chain { links, .. } = chain(entries, pattern);
                let of_entry = |line| line == setting.entry.line;
                let cleared = links.iter().any(|link| {
                    link.fate == Fate::Cleared && of_entry(link.line) && link.origin == setting.entry.origin
                });
                let by_ours = links.iter().any(|link| link.fate == Fate::Answers && link.helper == self.ours);
                let kind = ConflictKind::SilencesNarrower(pattern.to_owned());
                if cleared && by_ours && found.iter().all(|conflict| conflict.kind != kind) {
                    let repair = self.is_target(setting.entry).then_some(Repair::Move(Placement::BeforeNarrower));
                    found.push(Conflict { kind, entry: setting.entry.clone(), repair });
                }
            }
        }
        found
    }

    fn is_ours(&self, entry: &Entry) -> bool {
        entry.value.as_deref() == Some(self.ours.as_bytes())
    }

    fn is_target(&self, entry: &Entry) -> bool {
        entry.file() == Some(self.target)
    }
}

/// The line at which git stops.
fn stop(entry: Entry) -> Conflict {
    let repair = removed([&entry]);
    Conflict { kind: ConflictKind::Stops, entry, repair }
}

/// Helpers whose program is missing, or will be after the next upgrade.
fn programs_of(entries: &[Entry], url: &str, programs: &BTreeMap<String, Option<PathBuf>>) -> Vec<Conflict> {
    let chain = chain(entries, url);
    let mut found = Vec::new();
    for link in chain.links.iter().filter(|link| link.fate != Fate::Cleared && is_codecommit_helper(&link.helper)) {
        let Some(program) = helper_program(&link.helper) else { continue };
        let entry = entries.iter().rfind(|entry| entry.value.as_deref() == Some(link.helper.as_bytes()));
        let kind = match programs.get(&link.helper) {
            Some(None) => ConflictKind::NoProgram(program),
            Some(Some(_)) | None if is_versioned(&program) => ConflictKind::VersionedProgram(program),
            Some(Some(_)) | None => continue,
        };
        found.extend(entry.map(|entry| Conflict { kind, entry: entry.clone(), repair: None }));
    }
    found
}

/// The removal of entries of one file, when it is one of the person's own.
fn removed<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Option<Repair> {
    let mut lines = Vec::new();
    let mut path = None;
    for entry in entries {
        if entry.scope == "command" {
            return Some(Repair::Unset);
        }
        path = Some(entry.file().filter(|_| is_own(entry))?.to_owned());
        lines.push(entry.line?);
    }
    Some(Repair::Remove { path: path?, lines })
}

fn rewritten(entry: &Entry, text: &str) -> Option<Repair> {
    if entry.scope == "command" {
        return Some(Repair::Unset);
    }
    let path = entry.file().filter(|_| is_own(entry))?.to_owned();
    Some(Repair::Rewrite { path, line: entry.line?, text: text.to_owned() })
}

/// Whether it stands in a file that belongs to the person, not to the computer.
fn is_own(entry: &Entry) -> bool {
    matches!(entry.scope.as_str(), "global" | "local" | "worktree")
}

/// The first entry that was meant to be `useHttpPath` and is spelt otherwise.
pub fn misspelt_path(entries: &[Entry]) -> Option<&Entry> {
    entries.iter().find(|entry| Setting::of(entry).is_some_and(|setting| is_misspelt_path(setting.variable)))
}

/// Whether a variable's name is nearly `usehttppath`: one letter more, one less, or one other.
fn is_misspelt_path(variable: &[u8]) -> bool {
    const RIGHT: &[u8] = b"usehttppath";
    if variable == RIGHT {
        return false;
    }
    let start = variable.iter().zip(RIGHT).take_while(|(one, other)| one == other).count();
    let ends = |more: usize, right_more: usize| {
        variable.get(start + more..).is_some_and(|end| RIGHT.get(start + right_more..) == Some(end))
    };
    ends(1, 0) || ends(0, 1) || ends(1, 1)
}

#[cfg(test)]
mod tests {
    use super::is_misspelt_path;

    #[test]
    fn near_misses_of_the_path_are_seen() {
        for name in ["userhttppath", "usehttpath", "usehttppaths", "usehttppatj", "sehttppath"] {
            assert!(is_misspelt_path(name.as_bytes()), "{name}");
        }
        for name in ["usehttppath", "helper", "username", "usehttp", "useurlpath", "protectprotocol"] {
            assert!(!is_misspelt_path(name.as_bytes()), "{name}");
        }
    }
}
