//! A line being typed at a terminal that does nothing by itself: its bytes, the keys that delete, and what of it is shown.
//!
//! Deliberately absent: moving the cursor; reading and writing.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use crate::wizard::names::printable;
use crate::wizard::secrecy::{may_hold_secret, shown};

/// The most that a line may have, in bytes.
const LIMIT: usize = 64 * 1024;

/// When an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// While it is typed.
    AsTyped,
    /// Once it is there.
    AtTheEnd,
    /// Never.
    Never,
}

/// What a byte did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// The line goes on.
    More,
    /// The line is there.
    Line,
    /// The input ends.
    End,
}

/// A line being typed.
pub(super) struct Line {
    bytes: Zeroizing<Vec<u8>>,
    how: Shown,
    /// What is on the screen of it.
    on_screen: String,
    /// How far an escape sequence, which no line has, has come.
    escape: Escape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    No,
    Begun,
    Within,
}

impl Line {
    pub(super) fn new(how: Shown) -> Self {
        // As long as a line may get: growing would leave a copy behind.
        Self { bytes: Zeroizing::new(Vec::with_capacity(LIMIT)), how, on_screen: String::new(), escape: Escape::No }
    }

    /// Takes a byte.
    pub(super) fn take(&mut self, byte: u8) -> Typed {
        match (self.escape, byte) {
            (Escape::No, 0x1b) => self.escape = Escape::Begun,
            (Escape::Begun, b'[' | b'O') => self.escape = Escape::Within,
            (Escape::Within, 0x20..=0x3f) => {}
            (Escape::Begun | Escape::Within, _) => self.escape = Escape::No,
            (Escape::No, b'\n' | b'\r') => return Typed::Line,
            (Escape::No, 0x04) if self.bytes.is_empty() => return Typed::End,
            (Escape::No, 0x08 | 0x7f) => self.delete(1),
            (Escape::No, 0x15) => self.delete(usize::MAX),
            (Escape::No, 0x17) => {
                let text = self.text();
                let kept = text.trim_end();
                let kept = kept.rfind(' ').map_or(0, |blank| blank + 1);
                self.delete(text[kept..].graphemes(true).count());
            }
            (Escape::No, b'\t' | 0x20..) if self.bytes.len() < LIMIT => self.bytes.push(byte),
            (Escape::No, _) => {}
        }
        Typed::More
    }

    /// What has to be written so that the screen shows what is typed by now; nothing of what may be a secret.
    pub(super) fn news(&mut self) -> String {
        // A character that is not there as a whole yet is waited for.
        if self.how != Shown::AsTyped || std::str::from_utf8(&self.bytes).is_err() {
            return String::new();
        }
        let text = self.text();
        let stays = self.on_screen.graphemes(true).zip(text.graphemes(true)).take_while(|(old, new)| old == new);
        let stays: usize = stays.map(|(one, _)| one.len()).sum();
        let gone: usize = self.on_screen[stays..].graphemes(true).map(|one| printable(one).width()).sum();
        let new = if may_hold_secret(&text) { "" } else { &text[stays..] };
        let written = format!("{}{}", "\u{8} \u{8}".repeat(gone), printable(new));
        self.on_screen.truncate(stays);
        self.on_screen.push_str(new);
        written
    }

    /// What has to be written at the end of the line.
    pub(super) fn end(&mut self) -> String {
        let news = match self.how {
            Shown::AsTyped => self.news(),
            Shown::AtTheEnd if !self.text().trim().is_empty() => shown(self.text().trim()),
            Shown::AtTheEnd | Shown::Never => String::new(),
        };
        format!("{news}\n")
    }

    /// The text.
    pub(super) fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(String::from_utf8_lossy(&self.bytes).into_owned())
    }

    fn delete(&mut self, count: usize) {
        let text = self.text();
        let all = text.graphemes(true).count();
        let kept: usize = text.graphemes(true).take(all.saturating_sub(count)).map(str::len).sum();
        // Of bytes that are no text more may stay, and can be deleted as well.
        let kept = kept.min(self.bytes.len().saturating_sub(1));
        self.bytes.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Shown, Typed};

    const SECRET: &str = "q3Zs8/KcT0vXyG1b5NfRjP7uLwE2hA9dMoS4iQ6x";

    /// Types a text and returns what is left of it, and all that was written.
    fn typed(how: Shown, text: &str, at_once: bool) -> (String, String) {
        let (mut line, mut written) = (Line::new(how), String::new());
        let bytes = text.as_bytes();
        for (place, byte) in bytes.iter().enumerate() {
            if line.take(*byte) == Typed::Line {
                written.push_str(&line.end());
                break;
            }
            if !at_once || place + 1 == bytes.len() {
                written.push_str(&line.news());
            }
        }
        (line.text().to_string(), written)
    }

    #[test]
    fn what_is_typed_is_shown_and_can_be_deleted() {
        assert_eq!(typed(Shown::AsTyped, "mine\n", false), ("mine".into(), "mine\n".into()));
        assert_eq!(typed(Shown::AsTyped, "ab\u{7f}c\n", false), ("ac".into(), "ab\u{8} \u{8}c\n".into()));
        assert_eq!(typed(Shown::AsTyped, "日\u{7f}é\n", false), ("é".into(), "日\u{8} \u{8}\u{8} \u{8}é\n".into()));
        assert_eq!(typed(Shown::AsTyped, "one two\u{17}x\u{15}y\n", false).0, "y");
        assert_eq!(typed(Shown::AsTyped, "one two \u{17}x\n", false).0, "one x");
        assert_eq!(typed(Shown::AsTyped, "a\u{1b}[A\u{1b}OPb\u{1}\n", false), ("ab".into(), "ab\n".into()));
        assert_eq!(typed(Shown::AsTyped, "\u{7f}\u{7f}a\n", false), ("a".into(), "a\n".into()));
        assert_eq!(Line::new(Shown::AsTyped).take(4), Typed::End);
    }

    #[test]
    fn no_secret_is_shown() {
        for how in [Shown::AsTyped, Shown::AtTheEnd, Shown::Never] {
            let (text, written) = typed(how, &format!("{SECRET}\n"), true);
            assert!(text == SECRET && !written.contains("q3Zs"), "{written}");
        }
        let (_, written) = typed(Shown::AsTyped, &format!("{SECRET}\n"), false);
        assert!(!SECRET.starts_with(written.trim()) || written.trim().len() < 32, "{written}");
        assert_eq!(typed(Shown::AtTheEnd, "mine\n", false).1, "mine\n");
        assert_eq!(typed(Shown::Never, "mine\n", false).1, "\n");
    }
}
