//! Clones under a folder: found without following links, not too deep and not too many, and their configuration read.
//!
//! Deliberately absent: bare repositories, and working trees whose configuration lies elsewhere (submodules, `git worktree`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Git;
use crate::adapters::{child, files, reading};
use crate::ports::HowFar;
use crate::wizard::effect::{FoundClones, GitPlace, Progress};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// How many folders deep is looked, and how many folders and clones are looked at.
const DEEP: usize = 5;
const FOLDERS: usize = 50_000;
const CLONES: usize = 1000;
/// The largest configuration that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Tells a walk to end when nobody waits for it any more.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Git {
    pub(super) async fn clones_under(&self, folder: &Path, progress: HowFar<'_>) -> Result<FoundClones, Problem> {
        let folder = child::expand(&self.environment, folder);
        let stop = StopOnDrop(Arc::new(AtomicBool::new(false)));
        let looked = Arc::new(AtomicUsize::new(0));
        let (stopped, count, start) = (stop.0.clone(), looked.clone(), folder.clone());
        let mut walk = files::in_background(move || walk(start, &stopped, &count));
        let mut tick = tokio::time::interval(std::time::Duration::from_millis(200));
        let mut found = loop {
            tokio::select! {
                found = &mut walk => break found?,
                _ = tick.tick() => progress(Progress::Looked(looked.load(Ordering::Relaxed))),
            }
        };
        let sources = self.at(&GitPlace::in_folder(folder)).configuration().await?;
        // A configuration that git cannot read rewrites nothing; step 4 says what is wrong with it.
        found.entries = sources.entries().unwrap_or_default();
        drop(stop);
        Ok(found)
    }
}

fn walk(folder: PathBuf, stop: &AtomicBool, looked: &AtomicUsize) -> Result<FoundClones, Problem> {
    if !folder.is_dir() {
        let what = format!("There is no folder {}.", printable(&folder.display().to_string()));
        return Err(Problem::new(ProblemKind::NotFound, what, "", "Name another folder."));
    }
    let mut found = FoundClones { folder: folder.clone(), ..FoundClones::default() };
    let mut open = vec![(folder, 0)];
    while let Some((folder, depth)) = open.pop() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        if looked.fetch_add(1, Ordering::Relaxed) >= FOLDERS || found.configs.len() >= CLONES {
            found.cut = true;
            break;
        }
        let config = folder.join(".git").join("config");
        if is_real(&folder.join(".git"), fs::FileType::is_dir) && is_real(&config, fs::FileType::is_file) {
            match read(&config) {
                Ok(text) => found.configs.push(text),
                Err(error) => found.unread.push((config, error.to_string())),
            }
            continue;
        }
        if depth == DEEP {
            continue;
        }
        match folders_in(&folder) {
            Ok(inner) => open.extend(inner.into_iter().map(|folder| (folder, depth + 1))),
            Err(error) => found.unread.push((folder, error.to_string())),
        }
    }
    found.configs.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// Whether something is there itself, and not by a link.
fn is_real(path: &Path, kind: impl Fn(&fs::FileType) -> bool) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| kind(&about.file_type()))
}

fn read(config: &Path) -> io::Result<crate::wizard::effect::FileText> {
    let bytes = std::mem::take(&mut *reading::whole(config, LARGEST)?);
    Ok(crate::wizard::effect::FileText { path: config.to_owned(), bytes: Some(bytes.into()) })
}

/// The folders in a folder, links and what programs keep for themselves left out.
fn folders_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.flatten();
    let inner = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let kept = inner.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        !name.starts_with('.') && !["node_modules", "target", "venv"].contains(&&*name)
    });
    Ok(kept.map(|entry| entry.path()).collect())
}
