//! Why a file cannot be read or written, with the owner where that is why, and what to type about it.
//!
//! Deliberately absent: trying again, and another place; steps decide on the kind of the problem.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::staged::real;
use super::whose::owner;
use crate::gitconfig::shell_quoted;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// What stands in the way of a file: the kind of the problem, why, and what to do.
struct Reason {
    kind: ProblemKind,
    why: String,
    hint: String,
}

/// What to say of a file that could not be written; nothing of the write is left.
pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Problem {
    let target = real(path).unwrap_or_else(|_| path.to_owned());
    let reason = if error.kind() == io::ErrorKind::PermissionDenied {
        if is_immutable(&target) { immutable(&target) } else { not_allowed(&target) }
    } else {
        reason(&target, error)
    };
    let what = format!("{} could not be written.", printable(&path.display().to_string()));
    let link = if target == path { String::new() } else { format!("It is a link to {}. ", shown(&target)) };
    Problem::new(reason.kind, what, format!("{link}{}", reason.why), reason.hint)
}

/// What to say of a file that could not be read.
pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Problem {
    let what = format!("{} cannot be read.", printable(&path.display().to_string()));
    let Reason { why, hint, .. } = if error.kind() == io::ErrorKind::PermissionDenied {
        not_readable(path)
    } else {
        Reason {
            kind: ProblemKind::BrokenFile,
            why: error.to_string(),
            hint: "Check what it is and who may read it.".to_owned(),
        }
    };
    Problem::new(ProblemKind::BrokenFile, what, why, hint)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other error says itself what it is")]
fn reason(target: &Path, error: &io::Error) -> Reason {
    let folder = existing_folder(target);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Reason {
            kind: ProblemKind::Other,
            why: format!("There is no room left where {} is ({error}).", shown(target)),
            hint: format!("Make room there (`df -h {}` shows how much is left), then try again.", quoted(&folder)),
        },
        io::ErrorKind::ReadOnlyFilesystem => Reason {
            kind: ProblemKind::NotWritable,
            why: format!("{} is on a file system that may only be read.", shown(target)),
            hint: "Change it where it is made (a container's mounts, a dotfile manager), or use another file."
                .to_owned(),
        },
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => Reason {
            kind: ProblemKind::NotWritable,
            why: format!("Another file is mounted at {}, so it cannot be replaced ({error}).", shown(target)),
            hint: "Change the file that is mounted there, on the computer that it comes from, or use another file."
                .to_owned(),
        },
        _ => generic(error),
    }
}

fn generic(error: &io::Error) -> Reason {
    Reason {
        kind: ProblemKind::Other,
        why: format!("{error}."),
        hint: "Check who may write there and whether there is room, then try again.".to_owned(),
    }
}

/// The folder is somebody else's, or the file in a folder where only owners may replace theirs.
fn not_allowed(target: &Path) -> Reason {
    let folder = existing_folder(target);
    let other = [folder.as_path(), target].into_iter().find(|path| is_of_another(path));
    other.and_then(owned).unwrap_or_else(|| Reason {
        kind: ProblemKind::NotWritable,
        why: format!("You may not write in {}.", shown(&folder)),
        hint: format!("Type `chmod u+rwx {}`, then try again.", quoted(&folder)),
    })
}

fn not_readable(path: &Path) -> Reason {
    let target = real(path).unwrap_or_else(|_| path.to_owned());
    let folder = existing_folder(&target);
    let other = [target.as_path(), folder.as_path()].into_iter().find(|path| is_of_another(path));
    other.and_then(owned).unwrap_or_else(|| Reason {
        kind: ProblemKind::BrokenFile,
        why: format!("It is yours, but you may not read it ({}).", mode(&target)),
        hint: format!("Type `chmod u+rw {}`, then try again.", quoted(&target)),
    })
}

fn owned(path: &Path) -> Option<Reason> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some(Reason {
        kind: ProblemKind::NotWritable,
        why: format!("{} belongs to {}.", shown(path), owner(&metadata)),
        hint: format!("Type `sudo chown \"$(id -un)\" {}`, then try again.", quoted(path)),
    })
}

fn immutable(target: &Path) -> Reason {
    Reason {
        kind: ProblemKind::NotWritable,
        why: format!("{} is marked as immutable: nobody can change it.", shown(target)),
        hint: format!("Type `sudo chattr -i {}`, then try again.", quoted(target)),
    }
}

#[cfg(target_os = "linux")]
fn is_immutable(path: &Path) -> bool {
    let flags = fs::File::open(path).ok().and_then(|file| rustix::fs::ioctl_getflags(file).ok());
    flags.is_some_and(|flags| flags.contains(rustix::fs::IFlags::IMMUTABLE))
}

#[cfg(not(target_os = "linux"))]
fn is_immutable(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn is_of_another(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(path).is_ok_and(|about| about.uid() != rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_of_another(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn mode(path: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map(|about| about.permissions().mode() & 0o777);
    mode.map_or_else(|_| "its mode cannot be seen".to_owned(), |mode| format!("mode {mode:03o}"))
}

#[cfg(not(unix))]
fn mode(_: &Path) -> String {
    "its mode cannot be seen".to_owned()
}

/// The nearest folder above that is there.
fn existing_folder(target: &Path) -> PathBuf {
    target.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new("/")).to_owned()
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

fn quoted(path: &Path) -> String {
    shell_quoted(&shown(path))
}
