//! A line being typed: its text, the cursor, and what keys do to them.
//!
//! Deliberately absent: what the text means; steps parse it when it is needed.

use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroizing;

use super::event::Key;
use super::screen::FormField;
use super::secret::Secret;

/// The most that a field takes, in bytes; session tokens are the longest that anybody types.
const LIMIT: usize = 16 * 1024;

/// A line being typed.
#[derive(Clone, Default)]
pub struct Field {
    text: Zeroizing<String>,
    /// In graphemes.
    cursor: usize,
    secret: bool,
    revealed: bool,
}

impl Field {
    /// A field that starts with a text.
    pub fn with(text: &str) -> Self {
        let mut field = Self::default();
        field.set(text);
        field
    }

    /// An empty field whose text is masked.
    pub fn secret() -> Self {
        Self { secret: true, ..Self::default() }
    }

    /// What is typed, without blanks at its ends.
    pub fn text(&self) -> &str {
        self.text.trim()
    }

    /// What is typed, as a secret.
    pub fn to_secret(&self) -> Secret {
        Secret::new(self.text())
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Puts a text in place of what is typed; line breaks and other control characters are left out.
    pub fn set(&mut self, text: &str) {
        self.text = Zeroizing::new(String::new());
        self.cursor = 0;
        self.insert(text);
    }

    /// Inserts at the cursor; line breaks and other control characters are left out.
    pub fn insert(&mut self, text: &str) {
        let clean: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !c.is_control()).collect());
        if self.text.len() + clean.len() > LIMIT {
            return;
        }
        // Room is made in a new string so that growing leaves no copy of a secret behind.
        let at = self.byte_of(self.cursor);
        let mut grown = Zeroizing::new(String::with_capacity(self.text.len() + clean.len()));
        grown.push_str(&self.text[..at]);
        grown.push_str(&clean);
        let before = grown.graphemes(true).count();
        grown.push_str(&self.text[at..]);
        self.text = grown;
        self.cursor = before.min(self.count());
    }

    /// Does what a key does in a line; `false` when the key is none of its own.
    pub fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Char(c) => self.insert(c.encode_utf8(&mut [0; 4])),
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.remove();
            }
            Key::Delete => self.remove(),
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(self.count()),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = self.count(),
            Key::Ctrl('u') => self.set(""),
            Key::Ctrl('r') if self.secret && !self.is_empty() => self.revealed = !self.revealed,
            Key::Backspace => {}
            Key::Enter
            | Key::Esc
            | Key::Up
            | Key::Down
            | Key::PageUp
            | Key::PageDown
            | Key::Tab
            | Key::BackTab
            | Key::Ctrl(_)
            | Key::F1 => return false,
        }
        true
    }

    /// Masks a secret again.
    pub fn conceal(&mut self) {
        self.revealed = false;
    }

    /// Whether a secret is shown as it was typed.
    pub fn is_revealed(&self) -> bool {
        self.revealed
    }

    /// The field as a screen shows it.
    pub fn view(&self, label: &'static str, note: impl Into<String>) -> FormField {
        let text = if self.secret && !self.revealed { self.mask() } else { super::names::printable(&self.text) };
        let cursor = self.text.graphemes(true).take(self.cursor).map(|g| g.chars().count()).sum();
        let cursor = if self.secret && !self.revealed { self.cursor } else { cursor };
        FormField { label, text, cursor, note: note.into(), secret: self.secret }
    }

    /// The place of the cursor, in characters.
    pub fn cursor(&self) -> usize {
        self.text.graphemes(true).take(self.cursor).map(|g| g.chars().count()).sum()
    }

    /// Dots, and the last four characters of a long text, as `aws configure` shows them.
    fn mask(&self) -> String {
        let count = self.count();
        let shown = if count >= 20 { 4 } else { 0 };
        let tail: String = self.text.graphemes(true).skip(count - shown).collect();
        format!("{}{}", "•".repeat(count - shown), super::names::printable(&tail))
    }

    fn remove(&mut self) {
        let (from, to) = (self.byte_of(self.cursor), self.byte_of(self.cursor + 1));
        self.text.replace_range(from..to, "");
    }

    fn count(&self) -> usize {
        self.text.graphemes(true).count()
    }

    fn byte_of(&self, grapheme: usize) -> usize {
        self.text.grapheme_indices(true).nth(grapheme).map_or(self.text.len(), |(byte, _)| byte)
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if self.secret { "…" } else { &**self.text };
        write!(formatter, "Field({text:?} at {})", self.cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::Field;
    use crate::wizard::event::Key;

    #[test]
    fn a_pasted_key_loses_its_line_ends_and_blanks() {
        let field = Field::with("  AKIAIOSFODNN7EXAMPLE\r\n");
        assert_eq!(field.text(), "AKIAIOSFODNN7EXAMPLE");
    }

    #[test]
    fn the_cursor_moves_over_what_a_person_sees_as_one_character() {
        let mut field = Field::with("ae\u{301}👩‍💻b");
        field.key(Key::Left);
        field.key(Key::Backspace);
        assert_eq!(field.text(), "ae\u{301}b");
        field.key(Key::Backspace);
        assert_eq!(field.text(), "ab");
        field.key(Key::Char('x'));
        assert_eq!(field.text(), "axb");
    }

    #[test]
    fn a_secret_is_masked_until_it_is_revealed_and_never_in_debug() {
        let mut field = Field::secret();
        field.insert("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assert_eq!(field.view("Secret", "").text, format!("{}EKEY", "•".repeat(36)));
        assert!(!format!("{field:?}").contains("wJal"));
        field.key(Key::Ctrl('r'));
        assert!(field.view("Secret", "").text.starts_with("wJal"));
    }

    #[test]
    fn keys_at_the_ends_do_no_harm() {
        let mut field = Field::default();
        for key in [Key::Backspace, Key::Delete, Key::Left, Key::Right, Key::Home, Key::End, Key::Ctrl('u')] {
            assert!(field.key(key));
        }
        assert!(field.is_empty());
    }
}
