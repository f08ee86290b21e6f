//! The git that serves the repositories: found once, run with an environment of its own.
//!
//! Deliberately absent: libraries that re-implement git. What the real git accepts is what counts.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{io::AsyncWriteExt, process::Command};

use super::SandboxError;

/// The branch that new repositories begin with.
pub(super) const MAIN: &str = "main";

/// Where git and its HTTP server are.
#[derive(Debug, Clone)]
pub(super) struct GitPrograms {
    git: PathBuf,
    http_backend: PathBuf,
}

impl GitPrograms {
    /// Finds git on PATH and the server that comes with it.
    pub(super) async fn find() -> Result<Self, SandboxError> {
        let git = git_on_path()?;
        let output = hermetic(&git).arg("--exec-path").output().await.map_err(SandboxError::Git)?;
        let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\r', '\n']));
        let http_backend = folder.join(format!("git-http-backend{}", std::env::consts::EXE_SUFFIX));
        if http_backend.is_file() { Ok(Self { git, http_backend }) } else { Err(SandboxError::NoHttpBackend(folder)) }
    }

    /// The CGI program that serves repositories over HTTP.
    pub(super) fn http_backend(&self) -> Command {
        hermetic(&self.http_backend)
    }

    /// Makes a bare repository with a history, given as a stream for `git fast-import`.
    pub(super) async fn import(&self, folder: &Path, history: &str) -> io::Result<()> {
        init(folder)?;
        let mut child = hermetic(&self.git)
            .arg("--git-dir")
            .arg(folder)
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let written = match child.stdin.take() {
            Some(mut stdin) => stdin.write_all(history.as_bytes()).await,
            None => Ok(()),
        };
        let output = child.wait_with_output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            written
        } else {
            Err(io::Error::other(format!("git fast-import: {}", said.trim())))
        }
    }

    /// Clones a repository from its folder, as a user would have.
    pub(super) async fn clone_into(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut command = hermetic(&self.git);
        let output = command.args(["clone", "--quiet", "--no-hardlinks"]).arg(from).arg(to).output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        output.status.success().then_some(()).ok_or_else(|| io::Error::other(format!("git clone: {}", said.trim())))
    }
}

/// Makes an empty bare repository, as `git init --bare` would, without running it.
pub(super) fn init(folder: &Path) -> io::Result<()> {
    for part in ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info"] {
        fs::create_dir_all(folder.join(part))?;
    }
    // No clean-up in the background: it could still be writing when the folder is removed.
    fs::write(
        folder.join("config"),
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n",
    )?;
    fs::write(folder.join("HEAD"), format!("ref: refs/heads/{MAIN}\n"))
}

/// The branch that becomes the default one after the first push: `main`, else the first by name, to which `HEAD`
/// is then moved.
pub(super) fn first_branch(folder: &Path) -> Option<String> {
    let heads = folder.join("refs/heads");
    let names = fs::read_dir(&heads).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| heads.join(name).is_file()).collect();
    names.sort();
    let branch = names.iter().find(|name| *name == MAIN).or(names.first())?.clone();
    if branch != MAIN {
        fs::write(folder.join("HEAD"), format!("ref: refs/heads/{branch}\n")).ok()?;
    }
    Some(branch)
}

/// Finds git on PATH.
///
/// # Errors
/// Says that git is missing.
pub fn git_on_path() -> Result<PathBuf, SandboxError> {
    // A folder of PATH that depends on where somebody stands may be one of a repository.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    let mut found = folders.filter_map(|folder| which::which_in("git", Some(folder), "/").ok());
    found.next().ok_or(SandboxError::GitMissing)
}

/// A command that reads no configuration of the user's or of the machine's, and dies when it is no longer wanted.
fn hermetic(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in ["PATH", "SYSTEMROOT"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("HOME", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}
