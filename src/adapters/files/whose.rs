//! Whose a lock file is, as far as the system tells: its owner, its age, and the programs that may have made it.
//!
//! Deliberately absent: command lines, in which a password may stand.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::adapters::reading;
use crate::wizard::names::printable;

/// How many of the programs that run are named.
const SHOWN: usize = 3;

/// What is known of a lock file.
pub(super) struct Whose {
    /// The same in sentences.
    pub(super) text: String,
    /// Whether a program has it open.
    pub(super) in_use: bool,
}

/// Finds out about a lock file.
pub(super) fn whose(path: &Path) -> Whose {
    let holders = processes(|process, _| has_open(process, path));
    let gits = processes(|_, name| name == "git" || name.starts_with("git-"));
    let by = match (holders.is_empty(), gits.is_empty()) {
        (false, _) => format!(" {} has it open.", holders.join(", ")),
        (true, false) => {
            let more = if gits.len() > SHOWN { " and others" } else { "" };
            let shown = gits[..gits.len().min(SHOWN)].join(", ");
            format!(" No program was seen to have it open; running: {shown}{more}.")
        }
        (true, true) if cfg!(target_os = "linux") => " No git was seen running.".to_owned(),
        (true, true) => String::new(),
    };
    Whose { text: format!("{}{by}", made(path)), in_use: !holders.is_empty() }
}

/// "It was made by ann 3 minutes ago."
fn made(path: &Path) -> String {
    let Ok(metadata) = fs::symlink_metadata(path) else { return "It is gone now.".to_owned() };
    let age = metadata.modified().ok().and_then(|then| SystemTime::now().duration_since(then).ok());
    let age = match age.map(|age| age.as_secs()) {
        None => "at a time to come".to_owned(),
        Some(seconds @ 0..120) => format!("{seconds} seconds ago"),
        Some(seconds @ 120..7200) => format!("{} minutes ago", seconds / 60),
        Some(seconds @ 7200..172_800) => format!("{} hours ago", seconds / 3600),
        Some(seconds) => format!("{} days ago", seconds / 86400),
    };
    format!("It was made by {} {age}.", owner(&metadata))
}

/// The name of a file's owner, or its number.
#[cfg(unix)]
pub(super) fn owner(metadata: &fs::Metadata) -> String {
    let id = std::os::unix::fs::MetadataExt::uid(metadata);
    let users = reading::whole(Path::new("/etc/passwd"), reading::SETTINGS).unwrap_or_default();
    let users = String::from_utf8_lossy(&users);
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id.to_string()).then(|| printable(name))
    });
    name.unwrap_or_else(|| format!("the user with the number {id}"))
}

#[cfg(not(unix))]
pub(super) fn owner(_: &fs::Metadata) -> String {
    "somebody".to_owned()
}

/// The running programs that fit, as "git (process 123)"; none where there is no `/proc`.
fn processes(fits: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut found = Vec::new();
    for process in entries.map(|entry| entry.path()) {
        let Some(id) = process.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()) else { continue };
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        if fits(&process, name.trim_end()) {
            found.push(format!("{} (process {id})", printable(name.trim_end())));
        }
    }
    found
}

fn has_open(process: &Path, path: &Path) -> bool {
    let open = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    open.filter_map(|entry| fs::read_link(entry.path()).ok()).any(|file| file == path)
}
