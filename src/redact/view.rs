//! A text as the searches read it: a byte a character, each with its place in the original.
//!
//! Deliberately absent: finding anything.

use super::{DOTS, MASK, TOLD};

/// What stands for something that is left out already.
pub(super) const OUT: u8 = 0x80;
/// What stands for a character that no secret is made of.
pub(super) const OTHER: u8 = 0x81;
/// How a letter stands in a JSON text, behind the backslash: `u` and four digits.
const UNICODE: usize = 5;

/// A text of which each byte knows where it comes from.
#[derive(Default)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// Where each byte begins and ends in the original.
    pub(super) places: Vec<(usize, usize)>,
}

impl View {
    /// The text as it is.
    pub(super) fn plain(text: &str) -> Self {
        let mut view = Self::default();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let (byte, length) = match told(&text[at..]) {
                Some(length) => (OUT, length),
                None => (byte_of(c), c.len_utf8()),
            };
            view.push(byte, (at, at + length));
            at += length;
        }
        view
    }

    /// The same without what hides a text from a search: percent-encoding, also of percent-encoding, escapes of JSON and XML,
    /// colours, and characters that have no width.
    pub(super) fn decoded(&self, text: &str) -> Self {
        let mut view = Self::default();
        let mut at = 0;
        while at < self.bytes.len() {
            let (byte, length) = self.escape(at).unwrap_or((self.bytes[at], 1));
            let place = (self.places[at].0, self.places[at + length - 1].1);
            if length == 1 && is_invisible(&text[place.0..place.1]) {
                view.stretch(place.1);
            } else if let Some(length) = self.colour(at) {
                at += length;
                view.stretch(self.places[at - 1].1);
                continue;
            } else {
                view.push(byte, place);
            }
            at += length;
        }
        view
    }

    /// The same with lines that were wrapped put together: without line ends and the blanks and marks of a quotation around them.
    pub(super) fn joined(&self) -> Self {
        let mut view = Self::default();
        let mut at = 0;
        while at < self.bytes.len() {
            if self.bytes[at] != b'\n' {
                view.push(self.bytes[at], self.places[at]);
                at += 1;
                continue;
            }
            while view.bytes.last().is_some_and(|byte| matches!(byte, b' ' | b'\\')) {
                view.bytes.pop();
                view.places.pop();
            }
            let is_margin = |byte: &&u8| matches!(byte, b'\n' | b' ' | b'>' | b'|' | b'#');
            at += self.bytes[at..].iter().take_while(is_margin).count();
        }
        view
    }

    /// The parts of the original that some of these bytes come from.
    pub(super) fn origins(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut parts: Vec<(usize, usize)> = Vec::new();
        for place in &self.places[from..to] {
            match parts.last_mut() {
                Some(last) if last.1 == place.0 => last.1 = place.1,
                _ => parts.push(*place),
            }
        }
        parts
    }

    fn push(&mut self, byte: u8, place: (usize, usize)) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    /// Lets the last byte stand for what follows it as well.
    fn stretch(&mut self, to: usize) {
        if let Some(last) = self.places.last_mut() {
            last.1 = to;
        }
    }

    /// What an escape stands for, and how many bytes it takes.
    fn escape(&self, at: usize) -> Option<(u8, usize)> {
        let rest = &self.bytes[at..];
        match rest {
            [b'%', ..] => {
                let mut start = 1;
                while rest[start..].starts_with(b"25") {
                    start += 2;
                }
                match rest.get(start..start + 2).and_then(hexadecimal) {
                    Some(byte) => is_text(byte).then_some((byte, start + 2)),
                    None => (start > 1).then_some((b'%', start)),
                }
            }
            [b'\\', b'/' | b'"' | b'\'', ..] => Some((rest[1], 2)),
            [b'\\', b'n' | b'r', ..] => Some((b'\n', 2)),
            [b'\\', b'u', ..] => {
                let digits = rest.get(2..=UNICODE)?;
                let byte = hexadecimal(&digits[2..]).filter(|_| digits.starts_with(b"00"))?;
                is_text(byte).then_some((byte, 1 + UNICODE))
            }
            [b'&', b'#', digits @ ..] => {
                let is_hexadecimal = digits.first().is_some_and(|byte| matches!(byte, b'x' | b'X'));
                let digits = &digits[usize::from(is_hexadecimal)..];
                let length = digits.iter().take(4).position(|byte| *byte == b';')?;
                let digits = std::str::from_utf8(&digits[..length]).ok()?;
                let byte = u8::from_str_radix(digits, if is_hexadecimal { 16 } else { 10 }).ok()?;
                is_text(byte).then_some((byte, 3 + usize::from(is_hexadecimal) + length))
            }
            [b'&', ..] => {
                let named = [("&quot;", b'"'), ("&apos;", b'\''), ("&amp;", b'&'), ("&lt;", b'<'), ("&gt;", b'>')];
                named.into_iter().find(|(name, _)| rest.starts_with(name.as_bytes())).map(|(name, c)| (c, name.len()))
            }
            _ => None,
        }
    }

    /// How long the escape sequence for a colour is that stands here.
    fn colour(&self, at: usize) -> Option<usize> {
        let rest = self.bytes[at..].strip_prefix(b"\x1b[")?;
        let length = rest.iter().take(16).position(u8::is_ascii_alphabetic)?;
        Some(length + 3)
    }
}

/// How long a mark is that says that something was left out.
fn told(text: &str) -> Option<usize> {
    [MASK, DOTS].iter().chain(&TOLD).find(|told| text.starts_with(**told)).map(|told| told.len())
}

fn byte_of(c: char) -> u8 {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => b'\n',
        c if c.is_whitespace() => b' ',
        c => u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(OTHER),
    }
}

/// Whether a character is nothing to the eye; what takes the place of one when it is drawn is as good as that.
fn is_invisible(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}' | '\u{7f}' | '\u{ad}' | '\u{fffd}' | '\u{feff}')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    })
}

fn is_text(byte: u8) -> bool {
    byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n')
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}
