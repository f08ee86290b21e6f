//! What a screen asks, and what a typed line means to it.
//!
//! Deliberately absent: reading and writing.

#![expect(clippy::wildcard_enum_match_arm, reason = "keys that are not letters have no place in a line")]

use zeroize::Zeroizing;

use super::line::Shown;
use crate::wizard::event::{Event, Key};
use crate::wizard::screen::{Block, Form, Screen};

/// What is asked of the person.
pub(super) struct Question {
    fields: Vec<Field>,
    /// The field asked now.
    at: usize,
    filled: Vec<(usize, Zeroizing<String>)>,
    /// How many rows can be chosen from, and whether several can be.
    rows: usize,
    cursor: usize,
    marks: bool,
    /// Each choice: its name, and how many options it has.
    choices: Vec<(String, usize)>,
    /// Letters and what they do.
    letters: Vec<(char, String)>,
    back: Option<String>,
    enter: Option<String>,
}

struct Field {
    label: &'static str,
    default: String,
    secret: bool,
    /// Whether the terminal must not show what is typed.
    unechoed: bool,
    /// Whether its text can stay secret in the prompt.
    typed: bool,
}

const UNKNOWN: &str = "That cannot be typed here.";

/// What a line came to.
pub(super) enum Answer {
    /// Events for the wizard.
    Events(Vec<Event>),
    /// The next field is to be asked.
    More,
    /// Nothing; this is what can be typed.
    Unknown(&'static str),
}

impl Question {
    pub(super) fn of(screen: &Screen<'_>) -> Self {
        let mut question = Self {
            fields: Vec::new(),
            at: 0,
            filled: Vec::new(),
            rows: 0,
            cursor: 0,
            marks: false,
            choices: Vec::new(),
            letters: Vec::new(),
            back: None,
            enter: None,
        };
        for block in &screen.body {
            match block {
                Block::Form(form) => question.fields = fields(form),
                Block::List(list) => {
                    question.rows = list.rows.count();
                    question.cursor = list.cursor;
                    question.marks = list.marks;
                }
                Block::Choices(choices) => {
                    question.choices =
                        choices.iter().map(|choice| (choice.label.to_lowercase(), choice.options.len())).collect();
                }
                Block::Text(_)
                | Block::Gap
                | Block::Checks(_)
                | Block::Diff(_)
                | Block::Card { .. }
                | Block::Table { .. }
                | Block::Meter { .. }
                | Block::Problem(_)
                | Block::Commands(_)
                | Block::Keys(_) => {}
            }
        }
        for hint in &screen.keys {
            for key in &hint.keys {
                match key {
                    Key::Enter => question.enter = Some(hint.does.clone()),
                    Key::Esc => question.back = Some(hint.does.clone()),
                    Key::Char(' ') => {}
                    Key::Char(letter) => question.letters.push((*letter, hint.does.clone())),
                    _ => {}
                }
            }
        }
        question
    }

    /// When the answer is shown.
    pub(super) fn shown(&self) -> Shown {
        match self.fields.get(self.at) {
            Some(field) if field.secret => Shown::Never,
            Some(field) if field.unechoed => Shown::AtTheEnd,
            Some(_) | None => Shown::AsTyped,
        }
    }

    pub(super) fn prompt(&self) -> String {
        if let Some(field) = self.fields.get(self.at) {
            let hidden = match (field.secret, field.unechoed) {
                (true, _) => " (typing is hidden)",
                (false, true) => " (shown after Enter)",
                (false, false) => "",
            };
            let default = match (field.secret, field.typed) {
                (true, true) => " [as typed before]".to_owned(),
                (false, true) => format!(" [{}]", field.default),
                (true | false, false) => String::new(),
            };
            return format!("{}{hidden}{default}, < goes back:", field.label);
        }
        let mut ways = Vec::new();
        // The only row is the one that Enter takes.
        if self.rows > 1 && self.marks {
            ways.push(format!("numbers from 1 to {}, parted by commas, to take those at once", self.rows));
        } else if self.rows > 1 {
            ways.push(format!("a number from 1 to {} to take that one at once [{}]", self.rows, self.cursor + 1));
        }
        for (name, count) in &self.choices {
            ways.push(format!("{name} 1 to {count}"));
        }
        if let Some(does) = &self.enter {
            ways.push(format!("Enter to {does}"));
        }
        ways.extend(
            self.letters.iter().filter(|(letter, _)| *letter != '/').map(|(letter, does)| format!("{letter} {does}")),
        );
        if self.filters() {
            ways.push("/ and a text to filter".to_owned());
        }
        ways.extend(self.back.iter().map(|does| format!("b {does}")));
        if !self.offers('q') {
            ways.push("q leave".to_owned());
        }
        format!("Type {}:", ways.join(", "))
    }

    /// What a line means.
    pub(super) fn answer(&mut self, line: &str) -> Answer {
        if self.at < self.fields.len() {
            return self.answer_field(line);
        }
        let line = line.trim();
        let mut letters = line.chars();
        if line.is_empty() {
            return match self.enter {
                Some(_) => Answer::Events(vec![Event::Key(Key::Enter)]),
                None => Answer::Unknown(UNKNOWN),
            };
        }
        if let Some(rows) = self.numbers(line) {
            let events = match (rows.as_slice(), self.marks) {
                (_, true) => Event::Mark(rows),
                ([row], false) => Event::Pick(*row),
                _ => return Answer::Unknown(UNKNOWN),
            };
            return Answer::Events(vec![events, Event::Key(Key::Enter)]);
        }
        if let Some(turn) = self.turn(line) {
            return Answer::Events(vec![turn]);
        }
        if let Some(wanted) = line.strip_prefix('/').filter(|_| self.filters()) {
            let keys = [Key::Char('/'), Key::Ctrl('u')].map(Event::Key);
            let mut events = keys.to_vec();
            events.extend([Event::Paste(wanted.into()), Event::Key(Key::Tab)]);
            return Answer::Events(events);
        }
        match (letters.next(), letters.next()) {
            (Some('b'), None) if self.back.is_some() => Answer::Events(vec![Event::Key(Key::Esc)]),
            (Some('q'), None) if !self.offers('q') => Answer::Events(vec![Event::Key(Key::Ctrl('c'))]),
            (Some(letter), None) if self.offers(letter) => Answer::Events(vec![Event::Key(Key::Char(letter))]),
            _ => Answer::Unknown(UNKNOWN),
        }
    }

    fn answer_field(&mut self, line: &str) -> Answer {
        if line.trim() == "<" {
            return Answer::Events(vec![Event::Key(Key::Esc)]);
        }
        if !line.trim().is_empty() {
            self.filled.push((self.at, Zeroizing::new(line.to_owned())));
        }
        self.at += 1;
        if self.at < self.fields.len() {
            return Answer::More;
        }
        let filled = std::mem::take(&mut self.filled);
        let mut events: Vec<Event> =
            filled.into_iter().map(|(place, text)| Event::Fill(place, text.as_str().into())).collect();
        events.push(Event::Key(Key::Enter));
        Answer::Events(events)
    }

    fn filters(&self) -> bool {
        self.offers('/')
    }

    fn offers(&self, letter: char) -> bool {
        self.letters.iter().any(|(offered, _)| *offered == letter)
    }

    /// Rows by their numbers, counted from 0; `None` when it is not all numbers of this list.
    fn numbers(&self, line: &str) -> Option<Vec<usize>> {
        let number = |word: &str| word.trim().parse::<usize>().ok().filter(|number| (1..=self.rows).contains(number));
        line.split(',').map(|word| number(word).map(|number| number - 1)).collect()
    }

    fn turn(&self, line: &str) -> Option<Event> {
        let (name, number) = line.rsplit_once(' ')?;
        let place = self.choices.iter().position(|(choice, _)| *choice == name.trim().to_lowercase())?;
        let number = number.parse::<usize>().ok().filter(|number| (1..=self.choices[place].1).contains(number))?;
        Some(Event::Turn(place, number - 1))
    }
}

fn fields(form: &Form) -> Vec<Field> {
    form.fields
        .iter()
        .map(|field| Field {
            label: field.label,
            default: if field.secret { String::new() } else { field.text.clone() },
            secret: field.secret,
            unechoed: field.unechoed,
            typed: !field.text.is_empty(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Answer, Question};
    use crate::wizard::event::{Event, Key};

    fn list() -> Question {
        Question {
            fields: Vec::new(),
            at: 0,
            filled: Vec::new(),
            rows: 3,
            cursor: 0,
            marks: false,
            choices: vec![("attach with".into(), 2)],
            letters: vec![('n', "new".into()), ('/', "filter".into())],
            back: Some("back".into()),
            enter: Some("use default".into()),
        }
    }

    fn events(question: &mut Question, line: &str) -> Vec<Event> {
        match question.answer(line) {
            Answer::Events(events) => events,
            Answer::More => panic!("more"),
            Answer::Unknown(text) => panic!("{text}"),
        }
    }

    #[test]
    fn an_empty_line_is_enter_and_a_number_is_a_row() {
        assert_eq!(events(&mut list(), ""), [Event::Key(Key::Enter)]);
        assert_eq!(events(&mut list(), " 2 "), [Event::Pick(1), Event::Key(Key::Enter)]);
        assert!(matches!(list().answer("4"), Answer::Unknown(_)));
    }

    #[test]
    fn marks_are_numbers_with_commas() {
        let mut question = Question { marks: true, ..list() };
        assert_eq!(events(&mut question, "1, 3"), [Event::Mark(vec![0, 2]), Event::Key(Key::Enter)]);
    }

    #[test]
    fn a_choice_is_turned_by_its_name() {
        assert_eq!(events(&mut list(), "Attach with 2"), [Event::Turn(0, 1)]);
        assert!(matches!(list().answer("attach with 3"), Answer::Unknown(_)));
    }

    #[test]
    fn letters_work_only_where_they_are_offered() {
        assert_eq!(events(&mut list(), "n"), [Event::Key(Key::Char('n'))]);
        assert_eq!(events(&mut list(), "b"), [Event::Key(Key::Esc)]);
        assert_eq!(events(&mut list(), "q"), [Event::Key(Key::Ctrl('c'))]);
        assert!(matches!(list().answer("x"), Answer::Unknown(_)));
    }
}
