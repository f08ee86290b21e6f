//! The new content of a file, laid out beside it under a name of ours until it takes its place in one step.
//!
//! Deliberately absent: whether it still may (`staged`).

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What stands between the name of the file and the run that lays it out.
const MARK: &str = ".codecommit-setup-";

/// New content that is whole and synced; dropping it removes it.
pub(super) struct Sheet {
    path: PathBuf,
    target: PathBuf,
    in_place: bool,
}

impl Sheet {
    /// Lays bytes out beside a file, for a run; without permissions it gets those of any new file.
    pub(super) fn lay_out(target: &Path, bytes: &[u8], mode: Option<Permissions>, run: &str) -> io::Result<Self> {
        let (mut file, path) = create(target, mode.is_some(), run)?;
        let sheet = Self { path, target: target.to_owned(), in_place: false };
        file.write_all(bytes)?;
        keep_owner(target, &file);
        if let Some(mode) = mode {
            file.set_permissions(mode)?;
        }
        file.sync_all()?;
        Ok(sheet)
    }

    /// Puts it in the place of the file.
    pub(super) fn put(mut self) -> io::Result<()> {
        fs::rename(&self.path, &self.target)?;
        self.in_place = true;
        // The new name outlives a loss of power from here on; where folders cannot be synced, a moment later.
        let _ = File::open(folder(&self.target)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        if !self.in_place {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what programs that were killed had laid out beside a file; none may be at work.
pub(super) fn clear(target: &Path) {
    let ours = beginning(target);
    for entry in fs::read_dir(folder(target)).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(ours.as_encoded_bytes()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn create(target: &Path, private: bool, run: &str) -> io::Result<(File, PathBuf)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // From its first byte on nobody else may read it; another mode that it is to have comes when it is whole.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if private { 0o600 } else { 0o666 });
    #[cfg(not(unix))]
    let _ = private;
    let mut number = 1;
    loop {
        let mut name = beginning(target);
        name.push(format!("{run}-{number}"));
        let path = target.with_file_name(name);
        match options.open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

fn beginning(target: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(MARK);
    name
}

fn folder(target: &Path) -> &Path {
    target.parent().unwrap_or(Path::new("/"))
}

/// Gives the new file to the owner of the old one, which root can and others need not.
fn keep_owner(target: &Path, file: &File) {
    #[cfg(unix)]
    if let Ok(old) = fs::metadata(target) {
        use std::os::unix::fs::MetadataExt;
        let _ = std::os::unix::fs::fchown(file, Some(old.uid()), Some(old.gid()));
    }
    #[cfg(not(unix))]
    let _ = (target, file);
}
