//! All files of git's configuration as they are, and what git reads from them together.
//!
//! Deliberately absent: finding and reading the files (`adapters`), and what the entries mean (`chain`).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::chain::Entry;
use super::edit::Unreadable;
use super::include::Walk;
use crate::wizard::effect::FileText;

/// What git reads its configuration from.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The files that git reads by itself, in its order, whether they exist or not.
    pub files: Vec<Source>,
    /// The bytes of these and of those that they include, by absolute path; `None` where there is no such file.
    pub contents: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// What comes last, from the command line and the environment (`GIT_CONFIG_COUNT`, `GIT_CONFIG_PARAMETERS`).
    pub command: Vec<Entry>,
    /// The file that `git config --global` writes; it is one of `files`.
    pub global: PathBuf,
    /// The home folder.
    pub home: PathBuf,
    /// The repository that the program stands in.
    pub repository: Option<RepositoryPlace>,
    /// The repository that git does not read, as it belongs to somebody else.
    pub refused: Option<RefusedRepository>,
    /// Where paths really lead, for those that a symbolic link leads elsewhere.
    pub real: BTreeMap<PathBuf, PathBuf>,
    /// The program that git would run for each value of a credential helper; `None` where there is no such program.
    pub programs: BTreeMap<String, Option<PathBuf>>,
}

/// A file that git reads by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `system`, `global`, `local` or `worktree`.
    pub scope: String,
    /// Its absolute path.
    pub path: PathBuf,
}

/// A repository, as far as conditions of includes ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryPlace {
    /// Its `.git` folder, with no symbolic link in the path.
    pub git_dir: PathBuf,
    /// The same folder by the name that leads to it.
    pub named_git_dir: PathBuf,
    /// The folder with its `config`: another one in a linked working tree.
    pub common_dir: PathBuf,
    /// The root of its working tree; `None` for a bare repository.
    pub work_tree: Option<PathBuf>,
    /// The branch that is checked out, even without a commit.
    pub branch: Option<String>,
}

/// A repository of somebody else, in which git does nothing (`safe.directory`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRepository {
    /// Its folder, as git wants it to be named.
    pub folder: PathBuf,
    /// The number of the user that it belongs to, where there are such numbers.
    pub owner: Option<u32>,
}

/// A file that git could not read either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", .path.display())]
pub struct UnreadableFile {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub cause: Unreadable,
}

impl Sources {
    /// The entries in the order in which git reads them; a file that is not among the contents counts as one that does not exist.
    ///
    /// # Errors
    /// A file at which git would stop.
    pub fn entries(&self) -> Result<Vec<Entry>, UnreadableFile> {
        let mut walk = Walk::new(self);
        walk.all()?;
        Ok(walk.entries)
    }

    /// The same sources with other bytes in one file.
    #[must_use]
    pub fn with(&self, path: &Path, bytes: &[u8]) -> Self {
        let mut sources = self.clone();
        sources.contents.insert(path.to_owned(), Some(bytes.to_vec()));
        sources
    }

    /// The files that git would read next and that are not among the contents; empty when all is there.
    pub fn missing(&self) -> Vec<PathBuf> {
        let mut walk = Walk::new(self);
        // A broken file ends the walk; `entries` tells of it.
        let _ = walk.all();
        walk.missing.into_iter().collect()
    }

    /// The entries that git could come to, those behind every condition of the repository's own files among them; and the files that
    /// have to be read for that.
    ///
    /// # Errors
    /// A file at which git would stop.
    pub fn possible(&self) -> Result<(Vec<Entry>, Vec<PathBuf>), UnreadableFile> {
        let mut walk = Walk::of_all(self);
        walk.all()?;
        Ok((walk.entries, walk.missing.into_iter().collect()))
    }

    /// The same sources as git sees them where there is no repository.
    #[must_use]
    pub fn outside(&self) -> Self {
        let mut sources = Self { repository: None, ..self.clone() };
        sources.files.retain(|file| !matches!(file.scope.as_str(), "local" | "worktree"));
        sources
    }

    /// The URLs of the remotes of the repository that the program stands in.
    pub fn remotes(&self) -> Vec<String> {
        let own = self
            .entries()
            .unwrap_or_default()
            .into_iter()
            .filter(|entry| entry.scope == "local" || entry.scope == "worktree");
        let urls = own.filter(|entry| entry.key.starts_with(b"remote.") && entry.key.ends_with(b".url"));
        urls.map(|entry| entry.text().into_owned()).collect()
    }

    /// The bytes of a file, where there is such a file.
    pub fn content(&self, path: &Path) -> Option<&[u8]> {
        self.contents.get(path)?.as_deref()
    }

    /// The file that `git config --global` writes, as it is.
    pub fn global_file(&self) -> FileText {
        FileText { path: self.global.clone(), bytes: self.content(&self.global).map(Into::into) }
    }

    /// Where a path really leads.
    pub(super) fn real_path<'a>(&'a self, path: &'a Path) -> &'a Path {
        self.real.get(path).map_or(path, PathBuf::as_path)
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may hold secrets.
        let contents: Vec<_> = self.contents.iter().map(|(path, bytes)| (path, bytes.as_ref().map(Vec::len))).collect();
        formatter
            .debug_struct("Sources")
            .field("files", &self.files)
            .field("contents", &contents)
            .field("global", &self.global)
            .field("repository", &self.repository)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{RepositoryPlace, Source, Sources};

    /// Two global files and one of a repository, with what is given in them.
    fn sources(files: &[(&str, &str)]) -> Sources {
        let source = |scope: &str, path: &str| Source { scope: scope.to_owned(), path: path.into() };
        Sources {
            files: vec![
                source("global", "/h/.config/git/config"),
                source("global", "/h/.gitconfig"),
                source("local", "/h/work/a/.git/config"),
            ],
            contents: files.iter().map(|(path, text)| (PathBuf::from(path), Some(text.as_bytes().to_vec()))).collect(),
            global: "/h/.gitconfig".into(),
            home: "/h".into(),
            repository: Some(RepositoryPlace {
                git_dir: "/h/work/a/.git".into(),
                named_git_dir: "/link/a/.git".into(),
                common_dir: "/h/work/a/.git".into(),
                work_tree: Some("/h/work/a".into()),
                branch: Some("topic/x".into()),
            }),
            ..Sources::default()
        }
    }

    fn values(sources: &Sources) -> Vec<String> {
        let entries = sources.entries().expect("readable").into_iter();
        let entries = entries.filter(|entry| entry.key == b"a.b");
        entries.map(|entry| String::from_utf8(entry.value.expect("a value")).expect("UTF-8")).collect()
    }

    #[test]
    fn an_include_is_read_where_it_stands() {
        let sources = sources(&[
            ("/h/.gitconfig", "[a]\nb=1\n[include]\npath=sub/more\npath=~/sub/more\n[a]b=3\n"),
            ("/h/sub/more", "[a]\nb=2\n[include]\npath=../last\n"),
            ("/h/sub/../last", "[a]\n\n b=last\n"),
        ]);
        assert_eq!(values(&sources), ["1", "2", "last", "2", "last", "3"]);
        let entries = sources.entries().expect("readable");
        let last = entries.iter().find(|entry| entry.value.as_deref() == Some(b"last")).expect("it is there");
        assert_eq!((last.scope.as_str(), last.origin.as_str(), last.line), ("global", "file:/h/sub/../last", Some(3)));
    }

    #[test]
    fn conditions_are_judged_as_git_judges_them() {
        for (condition, holds) in [
            ("gitdir:~/work/", true),
            ("gitdir:/h/work/*/.git", true),
            ("gitdir:a/", true),
            ("gitdir:work", false),
            ("gitdir:./work/", true),
            ("gitdir:./other/", false),
            ("gitdir:/H/Work/", false),
            ("gitdir/i:/H/Work/", true),
            ("gitdir:/link/", true),
            ("onbranch:topic/", true),
            ("onbranch:topic", false),
            ("onbranch:**/x", true),
            ("hasconfig:remote.*.url:https://*.example/**", true),
            ("hasconfig:remote.*.url:https://*.example/*", false),
            ("unheard-of:x", false),
        ] {
            let including = format!("[includeIf \"{condition}\"]\npath = more\n");
            let sources = sources(&[
                ("/h/.gitconfig", &including),
                ("/h/more", "[a]\nb=yes\n"),
                ("/h/work/a/.git/config", "[remote \"o\"]\nurl = https://git.example/x/y\n"),
            ]);
            assert_eq!(!values(&sources).is_empty(), holds, "{condition}");
        }
    }

    #[test]
    fn outside_of_a_repository_no_condition_on_one_holds() {
        let text = "[includeIf \"gitdir:**\"]\npath=m\n[includeIf \"onbranch:**\"]\npath=m\n[a]b=1";
        let sources = Sources { repository: None, ..sources(&[("/h/.gitconfig", text), ("/h/m", "[a]b=2")]) };
        assert_eq!(values(&sources), ["1"]);
    }

    #[test]
    fn what_git_stops_at_is_named_with_its_file() {
        for (text, more, path, line) in [
            ("[include]path=more", "[a\n", "/h/more", Some(1)),
            ("[include]path=more", "[include]\npath=more", "/h/more", Some(2)),
            ("\n[include]path", "", "/h/.gitconfig", Some(2)),
            ("[includeIf \"hasconfig:remote.*.url:x\"]path=more", "\n\n[remote \"o\"]url=x", "/h/more", Some(3)),
        ] {
            let error = sources(&[("/h/.gitconfig", text), ("/h/more", more)]).entries().expect_err("broken");
            assert_eq!((error.path.to_str(), error.cause.line), (Some(path), line), "{error}");
        }
    }

    #[test]
    fn files_that_are_not_read_yet_are_named_until_all_are_there() {
        let mut sources = sources(&[]);
        sources.files.truncate(2);
        assert_eq!(sources.missing(), ["/h/.config/git/config", "/h/.gitconfig"].map(PathBuf::from));
        sources.contents.insert("/h/.config/git/config".into(), None);
        let sources = sources.with(Path::new("/h/.gitconfig"), b"[includeIf \"hasconfig:remote.*.url:x\"]path=m");
        assert_eq!(sources.missing(), [PathBuf::from("/h/m")]);
        assert!(sources.with(Path::new("/h/m"), b"").missing().is_empty());
    }

    #[test]
    fn values_are_not_seen_in_debug() {
        let mut sources = sources(&[("/h/.gitconfig", "[http]\nextraHeader = hidden")]);
        sources.command = sources.entries().expect("readable");
        let shown = format!("{sources:?} {:?}", sources.command);
        assert!(shown.contains("http.extraheader") && !shown.contains("hidden"), "{shown}");
    }
}
