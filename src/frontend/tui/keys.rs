//! Keys of a terminal as the wizard knows them, one to one.
//!
//! Deliberately absent: what a key does; only redrawing and suspending are the terminal's own business.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::wizard::event::Key;

/// What a key press means to a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// A key for the wizard.
    Key(Key),
    /// Draw everything anew.
    Redraw,
    /// Give the terminal to the shell until the job is continued.
    Suspend,
    /// Nothing that is known here.
    Nothing,
}

/// Translates a key event.
pub fn pressed(event: KeyEvent) -> Pressed {
    if event.kind == KeyEventKind::Release {
        return Pressed::Nothing;
    }
    let key = match event.code {
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::F(1) => Key::F1,
        KeyCode::Char(c) => return character(c, event.modifiers),
        _ => return Pressed::Nothing,
    };
    Pressed::Key(key)
}

fn character(c: char, modifiers: KeyModifiers) -> Pressed {
    let (ctrl, alt) = (modifiers.contains(KeyModifiers::CONTROL), modifiers.contains(KeyModifiers::ALT));
    if ctrl && !alt {
        return match c.to_ascii_lowercase() {
            'l' => Pressed::Redraw,
            'z' => Pressed::Suspend,
            // Terminals send these for keys with names of their own.
            'h' => Pressed::Key(Key::Backspace),
            'i' => Pressed::Key(Key::Tab),
            'j' | 'm' => Pressed::Key(Key::Enter),
            '[' => Pressed::Key(Key::Esc),
            letter if letter.is_ascii_lowercase() => Pressed::Key(Key::Ctrl(letter)),
            _ => Pressed::Nothing,
        };
    }
    // Ctrl and Alt together are AltGr, which types.
    if c.is_control() || (alt && !ctrl) { Pressed::Nothing } else { Pressed::Key(Key::Char(c)) }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::{Pressed, pressed};
    use crate::wizard::event::Key;

    fn with(code: KeyCode, modifiers: KeyModifiers) -> Pressed {
        pressed(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_are_translated_one_to_one() {
        let plain = |code| with(code, KeyModifiers::NONE);
        assert_eq!(plain(KeyCode::Enter), Pressed::Key(Key::Enter));
        assert_eq!(plain(KeyCode::Esc), Pressed::Key(Key::Esc));
        assert_eq!(plain(KeyCode::F(1)), Pressed::Key(Key::F1));
        assert_eq!(plain(KeyCode::Char('?')), Pressed::Key(Key::Char('?')));
        assert_eq!(plain(KeyCode::Char(' ')), Pressed::Key(Key::Char(' ')));
        assert_eq!(plain(KeyCode::BackTab), Pressed::Key(Key::BackTab));
        assert_eq!(with(KeyCode::Tab, KeyModifiers::SHIFT), Pressed::Key(Key::BackTab));
        assert_eq!(with(KeyCode::Char('Ä'), KeyModifiers::SHIFT), Pressed::Key(Key::Char('Ä')));
    }

    #[test]
    fn control_characters_are_the_keys_that_send_them() {
        let ctrl = |c| with(KeyCode::Char(c), KeyModifiers::CONTROL);
        assert_eq!(ctrl('c'), Pressed::Key(Key::Ctrl('c')));
        assert_eq!(ctrl('C'), Pressed::Key(Key::Ctrl('c')));
        assert_eq!(ctrl('h'), Pressed::Key(Key::Backspace));
        assert_eq!(ctrl('j'), Pressed::Key(Key::Enter));
        assert_eq!(ctrl('l'), Pressed::Redraw);
        assert_eq!(ctrl('z'), Pressed::Suspend);
    }

    #[test]
    fn a_key_counts_once_and_alt_types_nothing() {
        let released = KeyEvent::new_with_kind(KeyCode::Enter, KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(pressed(released), Pressed::Nothing);
        let repeated = KeyEvent::new_with_kind(KeyCode::Down, KeyModifiers::NONE, KeyEventKind::Repeat);
        assert_eq!(pressed(repeated), Pressed::Key(Key::Down));
        assert_eq!(with(KeyCode::Char('x'), KeyModifiers::ALT), Pressed::Nothing);
        assert_eq!(
            with(KeyCode::Char('@'), KeyModifiers::ALT | KeyModifiers::CONTROL),
            Pressed::Key(Key::Char('@'))
        );
    }
}
