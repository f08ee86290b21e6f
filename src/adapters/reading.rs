//! Files that others may have put in a place: read only where they are files, up to a size, and without waiting for anybody.
//!
//! A pipe in the place of a file has no end, and opening one waits for whoever writes into it; a disk may not answer at all.
//! Deliberately absent: what stands in a file, and writing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

/// A megabyte, in bytes.
pub(crate) const MEGABYTE: u64 = 1024 * 1024;
/// The most that a file of settings may hold, in bytes: the AWS files, those of git, and copies of them.
pub(crate) const SETTINGS: u64 = 10 * MEGABYTE;
/// How long a disk may take to answer whoever can do nothing else meanwhile.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// How often it is tried to open a file that a file server has lent to somebody, and how long each time.
#[cfg(unix)]
const LENT: (u32, Duration) = (40, Duration::from_millis(50));

/// Why something is not read.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("It is {0}, not a file")]
    NotAFile(&'static str),
    #[error("It holds {}, and at most {} are read", size(*.0), size(*.1))]
    TooLarge(u64, u64),
    #[error("It holds more than {}, which is the most that is read", size(*.0))]
    Endless(u64),
    #[error("It is no text in UTF-8")]
    NotText,
    #[error("The disk did not answer within {} seconds", .0.as_secs())]
    Silent(Duration),
    #[error("Nobody wrote into it within {} seconds", .0.as_secs())]
    Unwritten(Duration),
}

/// Reads a whole file of at most so many bytes.
///
/// # Errors
/// Those of the system, and for what is no file or holds more.
pub(crate) fn whole(path: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = open(path)?;
    let length = file.metadata()?.len();
    if length > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, Refusal::TooLarge(length, most)));
    }
    take(file, length, most)
}

/// The same for a file that need not be there.
///
/// # Errors
/// As [`whole`].
pub(crate) fn whole_if_there(path: &Path, most: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    match whole(path, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Fails where a file that somebody else will read is none, or holds more than so many bytes; it need not be there.
///
/// # Errors
/// As [`whole`].
pub(crate) fn must_be_small(path: &Path, most: u64) -> io::Result<()> {
    match open(path).and_then(|file| file.metadata()) {
        Ok(about) if about.len() > most => {
            Err(io::Error::new(io::ErrorKind::FileTooLarge, Refusal::TooLarge(about.len(), most)))
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Reads what may come through a pipe as well, such as `/dev/stdin` or `<(command)`, as a text.
///
/// # Errors
/// As [`whole`], and when nothing came for too long.
pub(crate) fn stream(path: &Path, most: u64, patience: Duration) -> io::Result<Zeroizing<String>> {
    let owned = path.to_owned();
    let read = within(patience, move || take(File::open(owned)?, 16 * 1024, most));
    let bytes = read.map_err(|error| match fs::metadata(path) {
        Ok(about) if error.kind() == io::ErrorKind::TimedOut && !about.is_file() => {
            io::Error::new(io::ErrorKind::TimedOut, Refusal::Unwritten(patience))
        }
        Ok(_) | Err(_) => error,
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, Refusal::NotText))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Opens a file to read it; the null device is an empty file.
///
/// # Errors
/// Those of the system, and for what is no file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let file = at_once(path).map_err(|error| match fs::metadata(path).ok().and_then(|about| other_kind(&about)) {
        // Nothing else can be done with a socket: the system says that there is no such device.
        Some(kind @ "a socket") => not_a_file(kind),
        Some(_) | None => error,
    })?;
    let about = file.metadata()?;
    match other_kind(&about) {
        Some(_) if is_null(&about) => Ok(file),
        Some(kind) => Err(not_a_file(kind)),
        None => Ok(file),
    }
}

/// Whether something is there, of whatever kind, and may be read.
pub(crate) fn is_readable(path: &Path) -> bool {
    at_once(path).is_ok()
}

/// Fails where something that was opened is no file.
///
/// # Errors
/// Says what it is.
pub(crate) fn must_be_file(file: &File) -> io::Result<()> {
    other_kind(&file.metadata()?).map_or(Ok(()), |kind| Err(not_a_file(kind)))
}

/// Does work that a disk may keep waiting for ever on a thread of its own, which is left to itself when it takes too long.
///
/// # Errors
/// Those of the work, and when it takes too long.
pub(crate) fn within<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, done) = mpsc::channel();
    std::thread::Builder::new().spawn(move || {
        // Nobody waits for it any more when that fails.
        let _ = sender.send(work());
    })?;
    match done.recv_timeout(patience) {
        Ok(result) => result,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, Refusal::Silent(patience))),
    }
}

fn take(file: File, length: u64, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    // As large as the file and a little more: it is not moved, so nothing of it is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length.min(most)).unwrap_or(0) + 64));
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, Refusal::Endless(most)));
    }
    Ok(bytes)
}

/// Opens without waiting for the other end of a pipe, and without taking over a terminal.
#[cfg(unix)]
fn at_once(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default();
    let mut tries = 0;
    loop {
        match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            // A file server has lent it to somebody, and now asks for it back.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && tries < LENT.0 => {
                tries += 1;
                std::thread::sleep(LENT.1);
            }
            opened => return opened,
        }
    }
}

#[cfg(not(unix))]
fn at_once(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// What something is that is no file.
fn other_kind(about: &fs::Metadata) -> Option<&'static str> {
    let kind = about.file_type();
    if kind.is_file() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    Some(if kind.is_dir() { "a folder" } else { "a device" })
}

#[cfg(unix)]
fn is_null(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let is_device = |about: &fs::Metadata| about.file_type().is_char_device();
    is_device(about) && fs::metadata("/dev/null").is_ok_and(|null| is_device(&null) && null.rdev() == about.rdev())
}

#[cfg(not(unix))]
fn is_null(_: &fs::Metadata) -> bool {
    false
}

fn not_a_file(kind: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, Refusal::NotAFile(kind))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9999 => format!("{bytes} bytes"),
        10_000..MEGABYTE => format!("{} KB", bytes.div_ceil(1024)),
        MEGABYTE.. => format!("{} MB", bytes.div_ceil(MEGABYTE)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::mpsc;
    use std::time::Duration;

    use super::{stream, whole, whole_if_there, within};

    fn refusal(path: &Path, most: u64) -> String {
        whole(path, most).expect_err(&path.display().to_string()).to_string()
    }

    fn pipe(folder: &Path) -> PathBuf {
        let path = folder.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(**whole(&path, 5).unwrap(), *b"12345");
        assert_eq!(refusal(&path, 4), "It holds 5 bytes, and at most 4 bytes are read");
        std::fs::File::create(&path).unwrap().set_len(300 * 1024 * 1024).unwrap();
        assert_eq!(refusal(&path, super::SETTINGS), "It holds 300 MB, and at most 10 MB are read");
        assert!(whole_if_there(&folder.path().join("none"), 5).unwrap().is_none());
    }

    #[test]
    fn what_is_no_file_is_named_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(refusal(folder.path(), 5), "It is a folder, not a file");
        assert_eq!(refusal(&pipe(folder.path()), 5), "It is a pipe, not a file");
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(refusal(&socket, 5), "It is a socket, not a file");
        assert_eq!(refusal(Path::new("/dev/zero"), 5), "It is a device, not a file");
        assert!(whole(Path::new("/dev/null"), 5).unwrap().is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_says_nothing_of_its_size_has_a_limit_as_well() {
        assert!(refusal(Path::new("/proc/self/maps"), 5).contains("more than 5 bytes"));
    }

    #[test]
    fn a_pipe_is_read_to_its_end_where_one_may_stand_and_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(folder.path());
        let writer = path.clone();
        let writing = std::thread::spawn(move || std::fs::write(writer, "hello").unwrap());
        assert_eq!(stream(&path, 5, Duration::from_mins(1)).unwrap().as_str(), "hello");
        writing.join().unwrap();
        let late = stream(&path, 5, Duration::from_millis(1)).unwrap_err().to_string();
        assert!(late.starts_with("Nobody wrote into it"), "{late}");
    }

    #[test]
    fn work_that_hangs_is_given_up() {
        let (_kept, never) = mpsc::channel::<()>();
        let error = within(Duration::from_millis(1), move || Ok(never.recv())).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        assert_eq!(within(Duration::from_mins(1), || Ok(3)).unwrap(), 3);
    }
}
