//! A repository that git does not read, as it belongs to somebody else (`safe.directory`, git 2.35.2 and what was mended like it).
//!
//! Deliberately absent: what git says of it: that is a sentence, and of another length in each version.

use std::path::{Path, PathBuf};

use super::Git;
use crate::adapters::child;
use crate::gitconfig::RefusedRepository;

impl Git {
    /// The repository of somebody else that the working folder is in; to be asked where git sees none.
    pub(super) async fn refused_repository(&self) -> Option<RefusedRepository> {
        let folder = child::working_folder(&self.environment);
        // Since 2.37 git heeds this on its command line; it only looks.
        let trusting = self.said("-c", &["safe.directory=*", "rev-parse", "--git-dir"]).await;
        if let Some(git_dir) = trusting {
            let git_dir = folder.join(git_dir);
            let top = self.said("-c", &["safe.directory=*", "rev-parse", "--show-toplevel"]).await;
            let owner = foreign(&git_dir, &self.trusted()).or_else(|| foreign(top.as_deref()?, &self.trusted()));
            return Some(RefusedRepository { folder: top.unwrap_or(git_dir), owner });
        }
        let real = folder.canonicalize().ok()?;
        let found = real.ancestors().find(|folder| folder.join(".git").exists())?;
        let owner = [found.to_owned(), found.join(".git")].iter().find_map(|path| foreign(path, &self.trusted()));
        owner.map(|owner| RefusedRepository { folder: PathBuf::from(found), owner: Some(owner) })
    }

    /// The users whose repositories git reads: this one, and for root the one that called `sudo`.
    #[cfg(unix)]
    fn trusted(&self) -> Vec<u32> {
        let own = rustix::process::geteuid().as_raw();
        let sudo = self.environment.get("SUDO_UID").and_then(|number| number.parse().ok());
        std::iter::once(own).chain(sudo.filter(|_| own == 0)).collect()
    }

    #[cfg(not(unix))]
    fn trusted(&self) -> Vec<u32> {
        Vec::new()
    }
}

/// The owner of a path, when it is none of these.
#[cfg(unix)]
fn foreign(path: &Path, trusted: &[u32]) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let owner = std::fs::symlink_metadata(path).ok()?.uid();
    (!trusted.contains(&owner)).then_some(owner)
}

#[cfg(not(unix))]
fn foreign(_: &Path, _: &[u32]) -> Option<u32> {
    None
}
