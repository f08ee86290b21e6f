//! What git asks for: `key=value` lines up to an empty one (git's `git-credential(1)`, "Input/output format").
//!
//! Deliberately absent: everything that is not needed for a signature. Keys that are not known, those of later gits among
//! them, are passed over, as the protocol has it.

use std::io::{BufRead, BufReader, Read};

/// No request of git's comes near it, in bytes.
const LONGEST: u64 = 64 * 1024;

/// A request of git's; both texts are UTF-8 on one line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The host, with its port where the URL has one; never empty.
    pub host: String,
    /// The path of the repository; empty where git did not send it.
    pub path: String,
}

impl Request {
    /// Reads up to the empty line or the end.
    ///
    /// # Errors
    /// Says in a sentence what is wrong with the request.
    pub fn read(input: &mut dyn Read) -> Result<Self, String> {
        let mut request = Self::default();
        let mut input = BufReader::new(input.take(LONGEST));
        let mut total = 0;
        loop {
            let mut line = Vec::new();
            let length = input
                .read_until(b'\n', &mut line)
                .map_err(|error| format!("Git's request could not be read: {error}."))?;
            total += length as u64;
            if total >= LONGEST {
                return Err("Git's request is too long.".to_owned());
            }
            let line = line.trim_ascii();
            if line.is_empty() {
                break;
            }
            let equals = line.iter().position(|byte| *byte == b'=').ok_or("Git sent a line that is not key=value.")?;
            let (key, value) = (&line[..equals], &line[equals + 1..]);
            let target = match key {
                b"host" => &mut request.host,
                b"path" => &mut request.path,
                _ => continue,
            };
            let value = std::str::from_utf8(value).map_err(|_| "Git sent a host or a path that is not UTF-8.")?;
            if value.chars().any(char::is_control) {
                return Err("Git sent a host or a path with a control character in it.".to_owned());
            }
            value.clone_into(target);
        }
        if request.host.is_empty() { Err("Git sent no host.".to_owned()) } else { Ok(request) }
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn keys_that_are_not_known_are_passed_over() {
        let text = "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=h:8443\nstate[]=x\nwwwauth[]=Basic realm=\"a=b\"\n\
                    request_url=https://h/p?q=1\nfuture=?\npath=a=b c\n\npath=behind the end\n";
        let request = Request::read(&mut text.as_bytes()).expect("a request");
        assert_eq!((request.host.as_str(), request.path.as_str()), ("h:8443", "a=b c"));
        let bytes: &[u8] = b"host=h\r\nother=\xff\xfe\r\n\r\n";
        assert_eq!(Request::read(&mut &*bytes).expect("a request").path, "");
        for (bytes, words) in [(&b"host=\xff\n"[..], "UTF-8"), (b"x\n", "key=value"), (b"", "no host")] {
            assert!(Request::read(&mut &*bytes).expect_err(words).contains(words));
        }
    }
}
