//! A line being typed: its text, the cursor, what keys do to them, and what of it may be seen.
//!
//! Deliberately absent: what the text means; steps parse it when it is needed.

use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroizing;

use super::event::Key;
use super::problem::Problem;
use super::screen::FormField;
use super::secrecy::{may_hold_secret, refuse_secret};
use super::secret::Secret;

/// The most that a field takes, in bytes; session tokens are the longest that anybody types.
const LIMIT: usize = 16 * 1024;

/// A line being typed.
#[derive(Clone, Default)]
pub struct Field {
    text: Zeroizing<String>,
    /// In graphemes.
    cursor: usize,
    kind: Kind,
    /// Whether something stood there that looked like a secret, since the field was last empty.
    covered: bool,
    revealed: bool,
}

/// What a field is for, as far as it matters to who looks on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    /// Everybody may see it, unless it looks like a secret.
    #[default]
    Open,
    /// An access key ID: nothing else is shown, since the other half of the key is often put here.
    Id,
    /// Nobody may see it.
    Secret,
}

/// What is said beside a field whose text is hidden though it is not meant for a secret.
const COVERED: &str = "hidden: it may be a secret";

impl Field {
    /// A field that starts with a text.
    pub fn with(text: &str) -> Self {
        let mut field = Self::default();
        field.set(text);
        field
    }

    /// An empty field whose text is masked.
    pub fn secret() -> Self {
        Self { kind: Kind::Secret, ..Self::default() }
    }

    /// An empty field for an access key ID.
    pub fn id() -> Self {
        Self { kind: Kind::Id, ..Self::default() }
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
        self.covered = false;
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
        self.cover();
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
            Key::Ctrl('r') if self.can_be_revealed() => self.revealed = !self.revealed,
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

    /// Whether it holds something that is hidden until it is asked for.
    pub fn can_be_revealed(&self) -> bool {
        (self.kind == Kind::Secret || self.covered) && !self.is_empty()
    }

    /// What is typed, as a sentence of a screen can hold it.
    pub fn shown(&self) -> String {
        if self.kind == Kind::Secret || self.covered {
            "••••".to_owned()
        } else {
            super::names::printable(self.text())
        }
    }

    /// The field as a screen shows it.
    pub fn view(&self, label: &'static str, note: impl Into<String>) -> FormField {
        let is_hidden = (self.kind == Kind::Secret || self.covered) && !self.revealed;
        let text = match (is_hidden, self.kind) {
            (false, _) => super::names::printable(&self.text),
            (true, Kind::Secret) => self.mask(),
            (true, Kind::Open | Kind::Id) => "•".repeat(self.count()),
        };
        let cursor = if is_hidden { self.cursor } else { self.cursor() };
        let note = if self.covered && self.kind == Kind::Open { COVERED.to_owned() } else { note.into() };
        let secret = self.kind == Kind::Secret;
        FormField { label, text, cursor, note, secret, unechoed: secret || self.kind == Kind::Id }
    }

    /// What is typed, where a name, a folder or a text is asked for.
    ///
    /// # Errors
    /// It is a secret.
    pub fn without_secret(&self) -> Result<&str, Problem> {
        refuse_secret(self.text()).map(|()| self.text())
    }

    /// The place of the cursor in [`Field::shown`], in characters.
    pub fn cursor_shown(&self) -> usize {
        if self.kind == Kind::Secret || self.covered { self.shown().chars().count() } else { self.cursor() }
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
        self.cover();
    }

    /// Looks at what is typed: once hidden, it stays so until the field is empty, also while it is deleted letter by letter.
    fn cover(&mut self) {
        let looks_secret = match self.kind {
            Kind::Open => may_hold_secret(&self.text),
            Kind::Id => !may_be_id(&self.text),
            Kind::Secret => false,
        };
        self.covered = !self.text.is_empty() && (self.covered || looks_secret);
        self.revealed &= !self.text.is_empty();
    }

    fn count(&self) -> usize {
        self.text.graphemes(true).count()
    }

    fn byte_of(&self, grapheme: usize) -> usize {
        self.text.grapheme_indices(true).nth(grapheme).map_or(self.text.len(), |(byte, _)| byte)
    }
}

/// Whether a text is an access key ID, or the beginning of one, or a file that holds one.
fn may_be_id(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let is_usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let begins = |start: &str| start.starts_with(text) || text.starts_with(start);
    let usual = (begins("AKIA") || begins("ASIA")) && text.len() <= 20 && text.chars().all(is_usual);
    // IDs of other makes; a secret shows that it is one within a few characters.
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let other = text.len() <= 20 && (text.chars().all(is_usual) || text.chars().all(is_plain));
    usual || other || (super::pasted::path(text).is_some() && !may_hold_secret(text))
}

impl std::fmt::Debug for Field {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if self.kind == Kind::Secret || self.covered { "…" } else { &**self.text };
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
    fn what_looks_like_a_secret_is_hidden_in_a_field_that_is_not_meant_for_one() {
        const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let mut field = Field::default();
        field.insert("teamA/");
        assert_eq!(field.view("Name", "").text, "teamA/");
        field.insert(SECRET);
        assert_eq!(field.view("Name", "odd").text, "•".repeat(46));
        assert_eq!(
            (field.view("Name", "odd").note.as_str(), field.shown().as_str()),
            ("hidden: it may be a secret", "••••")
        );
        for _ in 0..45 {
            field.key(Key::Backspace);
            assert!(!field.view("Name", "").text.contains('t') && !format!("{field:?}").contains("team"));
        }
        field.key(Key::Backspace);
        field.key(Key::Char('x'));
        assert_eq!(field.view("Name", "").text, "x");
    }

    #[test]
    fn the_field_of_an_id_shows_nothing_else() {
        let mut field = Field::id();
        for c in "AKIAIOSFODNN7EXAMPLE".chars() {
            field.key(Key::Char(c));
        }
        assert_eq!(field.view("Access key ID", "").text, "AKIAIOSFODNN7EXAMPLE");
        assert!(field.view("Access key ID", "").unechoed && !field.view("Access key ID", "").secret);
        let mut field = Field::id();
        for c in "wJalrXUtnFEMI".chars() {
            field.key(Key::Char(c));
            assert!(!field.view("Access key ID", "").text.contains("wJ"));
        }
        for (text, is_shown) in [("test", true), ("~/My Keys/ann.csv", true), ("AKIAIOSFODNN7EXAMPLE,w", false)] {
            field.set(text);
            assert_eq!(field.view("Access key ID", "").text == text, is_shown, "{text}");
        }
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
