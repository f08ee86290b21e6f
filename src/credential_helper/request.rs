//! What git asks for: `key=value` lines up to an empty one (git's `git-credential(1)`, "Input/output format").
//!
//! All of it is read before anything is answered: a git before 2.18 dies of writing to somebody who is gone. Deliberately absent:
//! everything that is not needed for a signature. Keys that are not known, those of later gits among them, are passed over, as the
//! protocol has it.

use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

/// No request of git's comes near it, in bytes.
const LONGEST: usize = 64 * 1024;
/// How much is read for the sake of whoever writes it, in bytes.
const PATIENCE: usize = 16 * 64 * 1024;

/// A request of git's; its texts are UTF-8 on one line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The protocol, such as `https`; empty where git did not send it.
    pub protocol: String,
    /// The host, with its port where the URL has one; never empty.
    pub host: String,
    /// The path of the repository; empty where git did not send it.
    pub path: String,
}

impl Request {
    /// Reads up to the empty line or the end, also when it is wrong before.
    ///
    /// # Errors
    /// Says in a sentence what is wrong with the request.
    pub fn read(input: &mut dyn Read) -> Result<Self, String> {
        let mut request = Self::default();
        let mut wrong = None;
        let mut total = 0;
        each_line(input, |line| {
            total += line.len() + 1;
            let taken = if total < LONGEST { request.take(line) } else { Err("Git's request is too long.") };
            wrong = wrong.or(taken.err());
        })
        .map_err(|error| format!("Git's request could not be read: {error}."))?;
        match wrong {
            Some(what) => Err(what.to_owned()),
            None if request.host.is_empty() => Err("Git sent no host.".to_owned()),
            None => Ok(request),
        }
    }

    fn take(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let equals = line.iter().position(|byte| *byte == b'=').ok_or("Git sent a line that is not key=value.")?;
        let (key, value) = (&line[..equals], &line[equals + 1..]);
        let target = match key {
            b"protocol" => &mut self.protocol,
            b"host" => &mut self.host,
            b"path" => &mut self.path,
            _ => return Ok(()),
        };
        let value = std::str::from_utf8(value).map_err(|_| "Git sent a host or a path that is not UTF-8.")?;
        if value.chars().any(char::is_control) {
            return Err("Git sent a host or a path with a control character in it.");
        }
        value.clone_into(target);
        Ok(())
    }
}

/// Takes what git sends and forgets it.
pub fn pass_over(input: &mut dyn Read) {
    // Nobody is left to be served where it cannot be read.
    let _ = each_line(input, |_| {});
}

/// Hands out the lines up to an empty one or the end, without their endings. A password may be among them.
fn each_line(input: &mut dyn Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = Zeroizing::new([0; 4096]);
    let mut line = Zeroizing::new(Vec::with_capacity(8 * 1024));
    let mut total = 0;
    loop {
        let length = match input.read(&mut *buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        total += length;
        for byte in &buffer[..length] {
            if *byte != b'\n' {
                line.push(*byte);
                continue;
            }
            match line.strip_suffix(b"\r").unwrap_or(&line) {
                b"" => return Ok(()),
                text => take(text),
            }
            line.clear();
        }
        if length == 0 || total >= PATIENCE {
            if !line.is_empty() {
                take(&line);
            }
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Request, pass_over};

    #[test]
    fn keys_that_are_not_known_are_passed_over() {
        let text = "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=h:8443\nstate[]=x\nwwwauth[]=Basic realm=\"a=b\"\n\
                    request_url=https://h/p?q=1\nfuture=?\npath=a=b c\n\npath=behind the end\n";
        let request = Request::read(&mut text.as_bytes()).expect("a request");
        assert_eq!([request.protocol, request.host, request.path], ["https", "h:8443", "a=b c"]);
        let bytes: &[u8] = b"host=h\r\nother=\xff\xfe\r\n\r\n";
        assert_eq!(Request::read(&mut &*bytes).expect("a request").path, "");
        for (bytes, words) in [(&b"host=\xff\n"[..], "UTF-8"), (b"x\n", "key=value"), (b"", "no host")] {
            assert!(Request::read(&mut &*bytes).expect_err(words).contains(words));
        }
    }

    #[test]
    fn all_that_git_writes_is_read_whatever_is_wrong_with_it() {
        let long = format!("path={}\nhost=h\n", "a".repeat(200_000));
        let many = "wwwauth[]=x\n".repeat(20_000);
        for text in ["nonsense\nhost=h\n", "host=\u{1}\npath=a\n", "=\nhost=h\n", "", "\n", &long, &many, "host=h"] {
            let mut input = text.as_bytes();
            let _ = Request::read(&mut input);
            assert!(input.is_empty(), "{} bytes are left", input.len());
            let mut input = text.as_bytes();
            pass_over(&mut input);
            assert!(input.is_empty(), "{} bytes are left", input.len());
        }
    }

    #[test]
    fn nobody_is_waited_for_behind_the_empty_line() {
        struct Open<'a>(&'a [u8]);
        impl std::io::Read for Open<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                assert!(!self.0.is_empty(), "whoever waits for the answer does not close the pipe before");
                self.0.read(buffer)
            }
        }
        assert_eq!(Request::read(&mut Open(b"host=h\n\n")).expect("a request").host, "h");
        assert_eq!(Request::read(&mut Open(b"host=h\r\n\r\n")).expect("a request").host, "h");
        pass_over(&mut Open(b"host=h\npassword=p\n\n"));
    }

    #[test]
    fn blanks_around_a_host_are_a_part_of_it() {
        assert_eq!(Request::read(&mut &b"host= h \n"[..]).expect("a request").host, " h ");
    }
}
