//! Folders made on the way to a file or a clone, taken back when it comes to nothing.
//!
//! Deliberately absent: removing anything that is not empty.

use std::io;
use std::path::{Path, PathBuf};

/// Folders that were made; dropping it removes them again as far as they are empty.
#[derive(Debug, Default)]
pub(crate) struct Made(Vec<PathBuf>);

impl Made {
    /// Makes a folder and its parents; `private` ones are for their owner alone.
    pub(crate) fn all(folder: &Path, private: bool) -> io::Result<Self> {
        let mut made = Self::default();
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
            match builder(private).create(folder) {
                Ok(()) => made.0.push(folder.to_owned()),
                // Somebody else was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }

    /// The folders, the outermost first.
    pub(crate) fn folders(&self) -> &[PathBuf] {
        &self.0
    }

    /// Leaves the folders there.
    pub(crate) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        remove_empty(&self.0);
    }
}

/// Removes folders, given the outermost first, as far as they are empty.
pub(crate) fn remove_empty(folders: &[PathBuf]) {
    for folder in folders.iter().rev() {
        // A folder that is not empty by now is in use.
        let _ = std::fs::remove_dir(folder);
    }
}

fn builder(private: bool) -> std::fs::DirBuilder {
    let builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::DirBuilderExt;
        let mut builder = builder;
        builder.mode(0o700);
        return builder;
    }
    #[cfg(not(unix))]
    let _ = private;
    builder
}
