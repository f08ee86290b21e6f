//! Reading the sources in git's order, `include` and `includeIf` followed where they stand (git's `config.c`).
//!
//! Deliberately absent: homes of other users (`~ann/x`) and `%(prefix)/`, which only git itself can find: such includes are not
//! followed. Conditions that are not known do not hold, as in git.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gix_glob::wildmatch::Mode;

use super::chain::Entry;
use super::edit::Unreadable;
use super::layout::Layout;
use super::own_programs::is_of_repository;
use super::sources::{Sources, UnreadableFile};

/// How deep git follows includes in included files.
const DEPTH: usize = 10;

/// How many includes are followed at all; git knows no limit, and would be busy for hours.
const LIMIT: usize = 10_000;

/// One walk through all sources.
pub(super) struct Walk<'a> {
    sources: &'a Sources,
    /// What was read.
    pub(super) entries: Vec<Entry>,
    /// Files that are not among the contents.
    pub(super) missing: BTreeSet<PathBuf>,
    /// The URLs of all remotes, once a condition asked for them.
    remotes: Option<Vec<Vec<u8>>>,
    /// Whether the remotes are being looked for: what hangs on them is read, and no file behind a condition may name any.
    looks_for_remotes: bool,
    /// Whether every condition of a repository's own files counts as one that holds.
    follows_all: bool,
    followed: usize,
}

/// Where an entry stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// `None` for the command line.
    file: Option<&'a Path>,
    /// How many includes lead there.
    depth: usize,
    /// Whether one of them has a condition.
    no_remotes: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self {
            sources,
            entries: Vec::new(),
            missing: BTreeSet::new(),
            remotes: None,
            looks_for_remotes: false,
            follows_all: false,
            followed: 0,
        }
    }

    /// A walk that reads what is behind a condition whether it holds or not.
    pub(super) fn of_all(sources: &'a Sources) -> Self {
        Self { follows_all: true, ..Self::new(sources) }
    }

    pub(super) fn all(&mut self) -> Result<(), UnreadableFile> {
        let sources = self.sources;
        for source in &sources.files {
            self.file(&source.scope, Place { file: Some(&source.path), depth: 0, no_remotes: false }, &source.path)?;
        }
        for entry in &sources.command {
            self.take(entry.clone(), Place { file: None, depth: 0, no_remotes: false })?;
        }
        Ok(())
    }

    fn file(&mut self, scope: &str, place: Place<'_>, path: &Path) -> Result<(), UnreadableFile> {
        let sources = self.sources;
        let Some(content) = sources.contents.get(path) else {
            self.missing.insert(path.to_owned());
            return Ok(());
        };
        let Some(bytes) = content else { return Ok(()) };
        let layout = Layout::read(bytes).map_err(|cause| UnreadableFile { path: path.to_owned(), cause })?;
        let origin = format!("file:{}", path.display());
        for section in &layout.sections {
            for variable in &section.variables {
                let entry = Entry { scope: scope.to_owned(), origin: origin.clone(), ..variable.entry(section) };
                self.take(entry, place)?;
            }
        }
        Ok(())
    }

    /// Takes an entry over, and what it includes right behind it.
    fn take(&mut self, entry: Entry, place: Place<'_>) -> Result<(), UnreadableFile> {
        if place.no_remotes && self.looks_for_remotes && is_remote_url(&entry.key) {
            return Err(stop(place, entry.line, "it names a remote, which may not stand in a file behind a condition"));
        }
        let condition = middle(&entry.key, b"includeif.", b".path").map(<[u8]>::to_vec);
        // Git asks whether the remotes could change what it is reading them from, for any condition.
        let no_remotes = place.no_remotes || condition.is_some();
        let included = entry.key == b"include.path"
            || match condition {
                Some(_) if self.follows_all && is_of_repository(&entry) => true,
                Some(condition) => self.holds(&condition, place.file)?,
                None => false,
            };
        let (scope, line, value) = (entry.scope.clone(), entry.line, entry.value.clone().filter(|_| included));
        let bare = included && entry.value.is_none();
        self.entries.push(entry);
        if bare {
            return Err(stop(place, line, "an include needs a path"));
        }
        let Some(path) = value.and_then(|value| self.named(&value)) else { return Ok(()) };
        let path = match place.file {
            _ if path.is_absolute() => path,
            Some(file) => beside(file, &path),
            None => return Err(stop(place, line, "an include on the command line needs an absolute path")),
        };
        self.followed += 1;
        if place.depth == DEPTH && self.sources.content(&path).is_some() {
            return Err(stop(place, line, "more than 10 files include each other; perhaps it includes itself"));
        }
        if self.followed > LIMIT {
            return Err(stop(place, line, "too much is included"));
        }
        let depth = place.depth + 1;
        self.file(&scope, Place { file: Some(&path), depth, no_remotes }, &path)
    }

    /// The path that an include names, still relative where it is; `None` where only git can tell.
    fn named(&self, value: &[u8]) -> Option<PathBuf> {
        match value.strip_prefix(b"~") {
            Some(rest) if rest.is_empty() || rest.starts_with(b"/") => {
                Some(path(&[bytes(&self.sources.home), rest].concat()))
            }
            Some(_) => None,
            None if value.starts_with(b"%(prefix)/") => None,
            None => Some(path(value)),
        }
    }

    fn holds(&mut self, condition: &[u8], file: Option<&Path>) -> Result<bool, UnreadableFile> {
        let plain = Mode::NO_MATCH_SLASH_LITERAL;
        if let Some(pattern) = condition.strip_prefix(b"gitdir:") {
            return Ok(self.is_git_dir(pattern, file, plain));
        }
        if let Some(pattern) = condition.strip_prefix(b"gitdir/i:") {
            return Ok(self.is_git_dir(pattern, file, plain | Mode::IGNORE_CASE));
        }
        if let Some(pattern) = condition.strip_prefix(b"onbranch:") {
            let branch = self.sources.repository.as_ref().and_then(|repository| repository.branch.as_ref());
            return Ok(branch.is_some_and(|branch| matches(&below(pattern.to_vec()), branch.as_bytes(), plain)));
        }
        let Some(pattern) = condition.strip_prefix(HAS_REMOTE) else { return Ok(false) };
        if self.looks_for_remotes {
            return Ok(true);
        }
        if self.remotes.is_none() {
            self.remotes = Some(self.look_for_remotes()?);
        }
        Ok(self.remotes.iter().flatten().any(|url| matches(pattern, url, plain)))
    }

    fn look_for_remotes(&mut self) -> Result<Vec<Vec<u8>>, UnreadableFile> {
        let mut walk = Walk { looks_for_remotes: true, ..Walk::new(self.sources) };
        let result = walk.all();
        self.missing.append(&mut walk.missing);
        result?;
        Ok(walk.entries.into_iter().filter(|entry| is_remote_url(&entry.key)).filter_map(|entry| entry.value).collect())
    }

    fn is_git_dir(&self, pattern: &[u8], file: Option<&Path>, mode: Mode) -> bool {
        let Some(repository) = &self.sources.repository else { return false };
        // What stands for itself, before the pattern.
        let mut literal = Vec::new();
        let mut pattern = pattern.to_vec();
        if pattern.first() == Some(&b'~') && matches!(pattern.get(1), None | Some(b'/')) {
            pattern.splice(..1, bytes(self.sources.real_path(&self.sources.home)).iter().copied());
        }
        if pattern.starts_with(b"./") {
            let Some(folder) = file.and_then(|file| self.sources.real_path(file).parent()) else { return false };
            literal = bytes(folder).to_vec();
            if !literal.ends_with(b"/") {
                literal.push(b'/');
            }
            pattern.drain(..2);
        } else if !path(&pattern).is_absolute() {
            pattern.splice(..0, *b"**/");
        }
        // `./` alone is a folder as well.
        let pattern = if pattern.is_empty() { b"**".to_vec() } else { below(pattern) };
        for git_dir in [&repository.git_dir, &repository.named_git_dir] {
            let Some((start, rest)) = bytes(git_dir).split_at_checked(literal.len()) else { return false };
            if start != literal && !(mode.contains(Mode::IGNORE_CASE) && start.eq_ignore_ascii_case(&literal)) {
                return false;
            }
            if matches(&pattern, rest, mode) {
                return true;
            }
        }
        false
    }
}

const HAS_REMOTE: &[u8] = b"hasconfig:remote.*.url:";

fn stop(place: Place<'_>, line: Option<usize>, reason: &str) -> UnreadableFile {
    let path = place.file.unwrap_or(Path::new("the command line")).to_owned();
    UnreadableFile { path, cause: Unreadable { line, reason: reason.to_owned() } }
}

/// What stands between the beginning and the end of a key.
fn middle<'a>(key: &'a [u8], beginning: &[u8], end: &[u8]) -> Option<&'a [u8]> {
    key.strip_prefix(beginning)?.strip_suffix(end)
}

fn is_remote_url(key: &[u8]) -> bool {
    middle(key, b"remote.", b".url").is_some()
}

/// A pattern that ends with a slash is for all below it.
fn below(mut pattern: Vec<u8>) -> Vec<u8> {
    if pattern.ends_with(b"/") {
        pattern.extend(b"**");
    }
    pattern
}

fn matches(pattern: &[u8], text: &[u8], mode: Mode) -> bool {
    gix_glob::wildmatch(pattern.into(), text.into(), mode)
}

/// A relative path from the folder of a file, put together as git does it: nothing is left out, so that git calls it the same.
fn beside(file: &Path, relative: &Path) -> PathBuf {
    let file = bytes(file);
    let folder = file.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    path(&[&file[..folder], bytes(relative)].concat())
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}
