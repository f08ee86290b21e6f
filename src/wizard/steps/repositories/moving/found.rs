//! Which remotes of the clones that were found are CodeCommit's and not HTTPS, and what their files would be with HTTPS.
//!
//! Deliberately absent: keys but those of the list, and asking anybody.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::gitconfig::{self, RemoteUrl, Rewrite, shell_quoted};
use crate::redact::address;
use crate::wizard::change;
use crate::wizard::clone_url::{self, CloneUrl, Form};
use crate::wizard::effect::{FileChange, FileText, FoundClones, Ours};
use crate::wizard::event::{Event, Key};
use crate::wizard::names::{Region, printable};
use crate::wizard::screen::{Mark, Row, Rows};

/// Remotes that can be moved, and what else was found.
#[derive(Default)]
pub(super) struct OldClones {
    all: Vec<Old>,
    marked: BTreeSet<usize>,
    pub(super) cursor: usize,
    configs: Vec<FileText>,
    /// How many clones were looked at.
    pub(super) clones: usize,
    /// How many could not be read, and the first of them with its reason.
    pub(super) unread: (usize, Option<String>),
    pub(super) cut: bool,
}

/// A URL of a remote that is not HTTPS.
pub(super) struct Old {
    /// The clone.
    pub(super) folder: PathBuf,
    /// The same as a person reads it.
    pub(super) shown: String,
    pub(super) remote: RemoteUrl,
    /// What git really uses, where it is another URL.
    pub(super) used: Option<String>,
    pub(super) form: Form,
    /// The profile that the URL names.
    pub(super) profile: Option<String>,
    /// Whether the region is a guess.
    pub(super) guessed: bool,
    to: CloneUrl,
    /// Why it cannot be moved by another URL: git would rewrite that.
    pub(super) stuck: Option<String>,
    config: usize,
}

impl Old {
    /// The HTTPS URL.
    pub(super) fn url(&self) -> String {
        self.to.https()
    }

    /// The command that would do the same.
    pub(super) fn command(&self) -> String {
        let push = if self.remote.push_only { "--push " } else { "" };
        let (folder, remote) = (change::shell_path(&self.shown), shell_quoted(&printable(&self.remote.remote)));
        format!("git -C {folder} remote set-url {push}{remote} {}", self.url())
    }
}

impl OldClones {
    /// Looks through what was found.
    pub(super) fn of(found: &FoundClones, region: &Region, home: &Path) -> Self {
        let everywhere = gitconfig::rewrites(&found.entries);
        let mut old = Self { clones: found.configs.len(), cut: found.cut, ..Self::default() };
        let mut unread: Vec<String> = found
            .unread
            .iter()
            .map(|(path, why)| format!("{}: {}", change::tilde(path, home), printable(why)))
            .collect();
        for config in &found.configs {
            let text = config.content();
            let read = gitconfig::remote_urls(text).and_then(|urls| Ok((urls, gitconfig::rewrites_of_file(text)?)));
            match read {
                Ok((urls, own)) => old.take(config, urls, &[everywhere.clone(), own].concat(), region, home),
                Err(error) => {
                    unread.push(format!("{}: {}", change::tilde(&config.path, home), printable(&error.to_string())));
                }
            }
        }
        old.marked = (0..old.all.len()).filter(|place| old.all[*place].stuck.is_none()).collect();
        old.unread = (unread.len(), unread.into_iter().next());
        old
    }

    fn take(&mut self, config: &FileText, urls: Vec<RemoteUrl>, rewrites: &[Rewrite], region: &Region, home: &Path) {
        let Some(folder) = config.path.parent().and_then(Path::parent) else { return };
        let place = self.configs.len();
        let before = self.all.len();
        for remote in urls {
            let (used, rewrite) = gitconfig::rewritten(&remote, rewrites);
            // A name alone, or a path, is no URL of CodeCommit.
            let Some(to) = clone_url::read(&used, region).ok().filter(|_| used.contains("://")) else { continue };
            let moves = match to.form {
                Form::Ssh | Form::Grc => true,
                // One with a password in it is not shown here.
                Form::Http => !used.contains('@'),
                Form::Name | Form::Https | Form::Console | Form::Arn => false,
            };
            if !moves {
                continue;
            }
            let wanted = RemoteUrl { url: to.https(), ..remote.clone() };
            let by = match gitconfig::rewritten(&wanted, rewrites) {
                (_, Some(again)) => Some(again),
                (_, None) => rewrite.filter(|_| remote.url == wanted.url),
            };
            let stuck = by.map(|rewrite| {
                let file = rewrite.origin.trim_start_matches("file:");
                let file = if file.is_empty() { "its own configuration".to_owned() } else { printable(file) };
                format!(
                    "Git rewrites {} to {} (insteadOf in {file}).",
                    printable(&address(&rewrite.instead_of)),
                    printable(&address(&rewrite.base))
                )
            });
            self.all.push(Old {
                folder: folder.to_owned(),
                shown: change::tilde(folder, home),
                guessed: to.form == Form::Grc && !used.contains("codecommit::"),
                used: (used != remote.url).then_some(used),
                remote,
                form: to.form,
                profile: to.profile.clone(),
                to,
                stuck,
                config: place,
            });
        }
        if self.all.len() > before {
            self.configs.push(config.clone());
        }
    }

    /// Those that are to be moved.
    pub(super) fn marked(&self) -> impl Iterator<Item = &Old> {
        self.marked.iter().filter_map(|place| self.all.get(*place))
    }

    /// How many these are.
    pub(super) fn count_marked(&self) -> usize {
        self.marked.len()
    }

    /// The one under the cursor.
    pub(super) fn current(&self) -> Option<&Old> {
        self.all.get(self.cursor)
    }

    /// The files as they would be.
    pub(super) fn changes(&self) -> Vec<FileChange> {
        let change = |(place, config): (usize, &FileText)| {
            let urls: Vec<(RemoteUrl, String)> =
                self.marked().filter(|old| old.config == place).map(|old| (old.remote.clone(), old.url())).collect();
            let after = gitconfig::with_urls(config.content(), &urls).ok()?.into();
            let before = config.bytes.clone();
            let changed = before.as_ref() != Some(&after);
            changed.then(|| FileChange { path: config.path.clone(), before, after, private: false, ours: Ours::Whole })
        };
        self.configs.iter().enumerate().filter_map(change).collect()
    }

    /// Hears an event of the list.
    pub(super) fn hear(&mut self, event: &Event) {
        let last = self.all.len().saturating_sub(1);
        match event {
            Event::Key(Key::Up) => self.cursor = self.cursor.checked_sub(1).unwrap_or(last),
            Event::Key(Key::Down) => self.cursor = if self.cursor >= last { 0 } else { self.cursor + 1 },
            Event::Key(Key::PageUp) => self.cursor = self.cursor.saturating_sub(10),
            Event::Key(Key::PageDown) => self.cursor = (self.cursor + 10).min(last),
            Event::Key(Key::Home) => self.cursor = 0,
            Event::Key(Key::End) => self.cursor = last,
            Event::Key(Key::Char(' ')) => self.mark(self.cursor),
            Event::Pick(row) => self.cursor = (*row).min(last),
            Event::Mark(rows) => {
                let free = |place: &&usize| self.all.get(**place).is_some_and(|old| old.stuck.is_none());
                self.marked = rows.iter().filter(free).copied().collect();
            }
            _ => {}
        }
    }

    fn mark(&mut self, place: usize) {
        let free = self.all.get(place).is_some_and(|old| old.stuck.is_none());
        if free && !self.marked.remove(&place) {
            self.marked.insert(place);
        }
    }
}

impl Rows for OldClones {
    fn count(&self) -> usize {
        self.all.len()
    }

    fn row(&self, index: usize) -> Row {
        let Some(old) = self.all.get(index) else { return Row::default() };
        let push = if old.remote.push_only { " (push)" } else { "" };
        let cells = vec![
            old.shown.clone(),
            format!("{}{push}", printable(&old.remote.remote)),
            old.form.label().to_owned(),
            printable(old.to.name.as_str()),
        ];
        let mark = old.stuck.is_some().then_some(Mark::Look);
        Row { mark, checked: self.marked.contains(&index), cells, ..Row::default() }
    }
}
