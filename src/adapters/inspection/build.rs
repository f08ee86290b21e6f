//! What git is built with, and what system this is.
//!
//! Deliberately absent: a linker's work. Where git does not say it, the name of the library in its file tells.

use std::path::{Path, PathBuf};

use crate::adapters::environment::Environment;
use crate::adapters::{child, reading};
use crate::ports::GitBuild;
use crate::wizard::names::printable;

/// The most of a program or a library that is looked through, in bytes.
const LIMIT: u64 = 16 * 1024 * 1024;
/// Where libraries are.
const FOLDERS: [&str; 6] =
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib"];

/// The curl of this git: `git version --build-options` says it since 2.49, else the library that it is linked to does.
pub(super) async fn of_git(environment: &Environment, git: Option<&Path>) -> GitBuild {
    let Some(git) = git else { return GitBuild::default() };
    let (options, exec_path) =
        tokio::join!(said(environment, git, &["version", "--build-options"]), said(environment, git, &["--exec-path"]));
    let gnutls = options.iter().any(|line| line.to_ascii_lowercase().contains("gnutls"));
    let curl = options.iter().find_map(|line| Some(line.strip_prefix("libcurl: ")?.trim().to_owned()));
    if curl.is_some() && gnutls {
        return GitBuild { curl, gnutls };
    }
    let folder = exec_path.into_iter().next().unwrap_or_default();
    let looked = tokio::task::spawn_blocking(move || linked(&PathBuf::from(folder))).await.unwrap_or_default();
    GitBuild { curl: curl.or(looked.curl), gnutls: gnutls || looked.gnutls }
}

async fn said(environment: &Environment, git: &Path, arguments: &[&str]) -> Vec<String> {
    let mut command = child::command(environment, git);
    command.args(arguments);
    child::output(command, None).await.map(|output| child::lines(&output.stdout)).unwrap_or_default()
}

fn linked(folder: &Path) -> GitBuild {
    let Some(program) = bytes(&folder.join("git-remote-http")) else { return GitBuild::default() };
    let has = |word: &str| find(&program, word.as_bytes()).is_some();
    let gnutls = has("libcurl-gnutls.so");
    let name = if gnutls { "libcurl-gnutls.so.4" } else { "libcurl.so.4" };
    if !has(name) {
        return GitBuild { curl: None, gnutls };
    }
    let library = FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find_map(|path| bytes(&path));
    GitBuild { curl: library.and_then(|library| version(&library)), gnutls }
}

/// The version in a libcurl: `libcurl/8.14.1`.
fn version(library: &[u8]) -> Option<String> {
    let mut rest = library;
    loop {
        let at = find(rest, b"libcurl/")?;
        rest = &rest[at + 8..];
        let version: Vec<u8> = rest.iter().copied().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').collect();
        if version.len() >= 5 {
            return String::from_utf8(version).ok();
        }
    }
}

fn bytes(path: &Path) -> Option<Vec<u8>> {
    Some(std::mem::take(&mut *reading::whole(path, LIMIT).ok()?))
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// The system, its version and the processor, as `uname` and `/etc/os-release` say.
pub(super) fn system() -> String {
    #[cfg(unix)]
    let kernel = {
        let name = rustix::system::uname();
        format!("{} {}", name.sysname().to_string_lossy(), name.release().to_string_lossy())
    };
    #[cfg(not(unix))]
    let kernel = std::env::consts::OS.to_owned();
    let release = reading::whole(Path::new("/etc/os-release"), reading::MEGABYTE).unwrap_or_default();
    let release = String::from_utf8_lossy(&release);
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).map(|name| name.trim_matches('"'));
    let name = name.map_or_else(String::new, |name| format!(" ({name})"));
    printable(&format!("{kernel} {}{name}", std::env::consts::ARCH))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_version_of_a_library_is_read_off_it() {
        assert_eq!(version(b"\0libcurl/%s\0x libcurl/8.14.1\0").as_deref(), Some("8.14.1"));
        assert_eq!(version(b"nothing"), None);
    }
}
