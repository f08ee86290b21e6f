//! The file of `--log`: readable by its owner only, and without what looks like a secret, whoever traced it.
//!
//! Deliberately absent: what is traced.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::redact::masked;

/// A log that is written a line at a time.
#[derive(Debug)]
pub(crate) struct Log(File);

impl Log {
    /// Opens a log, or makes it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut open = OpenOptions::new();
        open.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // A pipe that nobody reads is not waited for.
            let flags = (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY).bits();
            open.mode(0o600).custom_flags(i32::try_from(flags).unwrap_or_default());
        }
        let file = open.open(path)?;
        #[cfg(unix)]
        rustix::fs::fcntl_setfl(&file, rustix::fs::fcntl_getfl(&file)? - rustix::fs::OFlags::NONBLOCK)?;
        Ok(Self(file))
    }
}

impl Write for Log {
    /// Takes a whole line, as it is traced.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(masked(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
