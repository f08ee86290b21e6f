//! Walks the wizard through the world in memory: keys in, screens as text out.
//!
//! Deliberately absent: a terminal; the pictures of `walks.rs` have one.

use std::collections::VecDeque;

use codecommit_setup::wizard::Wizard;
use codecommit_setup::wizard::answers::Answers;
use codecommit_setup::wizard::effect::{Effect, Ending, Request, RequestId};
use codecommit_setup::wizard::event::{Event, Key};
use codecommit_setup::wizard::facts::{InstallHint, Surroundings};
use codecommit_setup::wizard::screen::{Block, FormField, Screen};

use crate::support::world::{HOME, World};

/// A walk.
pub struct Walker {
    pub wizard: Wizard,
    pub world: World,
    pub copied: Vec<String>,
    pub ending: Option<Ending>,
    /// Requests not answered yet, while the world is held.
    pub open: VecDeque<(RequestId, Request)>,
    pub cancelled: Vec<RequestId>,
    /// While true, requests wait in `open`.
    pub held: bool,
}

pub fn surroundings() -> Surroundings {
    Surroundings {
        home: HOME.into(),
        install: InstallHint::Apt,
        aws_variables: Vec::new(),
        own_program: "codecommit-setup".to_owned(),
        own_path: "/usr/local/bin/codecommit-setup".into(),
        keychain: false,
        remote: false,
        dry_run: false,
        seems_set_up: true,
        kept: Some(format!("{HOME}/.local/state/codecommit-setup/kept").into()),
        ..Surroundings::default()
    }
}

impl Walker {
    pub fn new(world: World) -> Self {
        Self::with(world, surroundings(), Answers::default())
    }

    /// The whole walk, also where there is something to come back to.
    pub fn with(world: World, surroundings: Surroundings, answers: Answers) -> Self {
        let mut walker = Self::opened(world, surroundings, answers);
        if walker.at() == "Overview" {
            walker.press("c");
        }
        walker
    }

    /// The walk as it opens.
    pub fn opened(world: World, surroundings: Surroundings, answers: Answers) -> Self {
        let mut walker = Self {
            wizard: Wizard::new(surroundings, answers),
            world,
            copied: Vec::new(),
            ending: None,
            open: VecDeque::new(),
            cancelled: Vec::new(),
            held: false,
        };
        let effects = walker.wizard.start();
        walker.carry_out(effects);
        walker
    }

    /// Presses keys: words in brackets are keys, everything else is typed ("[enter][down]abc").
    pub fn press(&mut self, script: &str) -> &mut Self {
        let mut rest = script;
        while let Some(c) = rest.chars().next() {
            let (key, taken) = match rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
                Some((word, _)) => (named(word), word.len() + 2),
                None => (Key::Char(c), c.len_utf8()),
            };
            rest = &rest[taken..];
            self.event(Event::Key(key));
        }
        self
    }

    pub fn event(&mut self, event: Event) {
        let effects = self.wizard.update(event);
        self.carry_out(effects);
    }

    /// Answers the requests that wait.
    pub fn release(&mut self) -> &mut Self {
        self.held = false;
        self.carry_out(Vec::new());
        self
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(id, request) => self.open.push_back((id, request)),
                Effect::Refuse(id, problem) => {
                    let effects = self.wizard.update(Event::Reply(id, Err(problem)));
                    self.carry_out(effects);
                }
                Effect::Cancel(id) => {
                    self.open.retain(|(open, _)| *open != id);
                    self.cancelled.push(id);
                }
                Effect::Copy(text) => self.copied.push(text),
                Effect::Leave(ending) => self.ending = Some(ending),
            }
        }
        while !self.held
            && let Some((id, request)) = self.open.pop_front()
        {
            let reply = self.world.answer(&request);
            let effects = self.wizard.update(Event::Reply(id, reply));
            self.carry_out(effects);
        }
    }

    pub fn text(&self) -> String {
        text(&self.wizard.screen())
    }

    /// The title of the step shown.
    pub fn at(&self) -> &'static str {
        self.wizard.screen().name
    }

    #[track_caller]
    pub fn sees(&mut self, expected: &str) -> &mut Self {
        let text = self.text();
        assert!(text.contains(expected), "“{expected}” is not on this screen:\n{text}");
        self
    }
}

fn named(word: &str) -> Key {
    match word {
        "enter" => Key::Enter,
        "esc" => Key::Esc,
        "up" => Key::Up,
        "down" => Key::Down,
        "left" => Key::Left,
        "right" => Key::Right,
        "pageup" => Key::PageUp,
        "pagedown" => Key::PageDown,
        "home" => Key::Home,
        "end" => Key::End,
        "tab" => Key::Tab,
        "backtab" => Key::BackTab,
        "backspace" => Key::Backspace,
        "delete" => Key::Delete,
        "f1" => Key::F1,
        "ctrl-c" => Key::Ctrl('c'),
        "ctrl-r" => Key::Ctrl('r'),
        "ctrl-u" => Key::Ctrl('u'),
        other => panic!("no key is called {other}"),
    }
}

/// Everything that a screen says, as lines.
pub fn text(screen: &Screen<'_>) -> String {
    let mut lines = vec![
        format!("Step {} · {} · {}", screen.number, screen.name, screen.identity.join(" · ")),
        screen.purpose.clone(),
    ];
    for block in &screen.body {
        match block {
            Block::Text(text) => lines.push(text.clone()),
            Block::Gap => lines.push(String::new()),
            Block::Checks(checks) => lines.extend(checks.iter().map(|check| {
                let word = check.word.as_deref().unwrap_or_else(|| check.mark.word());
                format!("{word}: {} {}", check.name, check.found.join(" "))
            })),
            Block::List(list) => {
                for index in 0..list.rows.count() {
                    let row = list.rows.row(index);
                    let cursor = if index == list.cursor { ">" } else { " " };
                    let mark = if row.checked { "[x]" } else { "" };
                    lines.push(format!("{cursor}{mark} {}", row.cells.join(" | ")));
                }
                lines.extend(list.filter.iter().map(|filter| format!("/{} {}", filter.text, filter.note)));
            }
            Block::Form(form) => {
                let field = |field: &FormField| format!("{}: {} {}", field.label, field.text, field.note);
                lines.extend(form.fields.iter().map(field));
                let focused = form.fields.get(form.focus);
                lines.extend(focused.map(|field| format!("(focus: {} at {})", field.label, field.cursor)));
            }
            Block::Choices(choices) => lines.extend(choices.iter().map(|choice| {
                let focus = if choice.focused { "*" } else { "" };
                format!("{}{focus}: {:?} of {:?}", choice.label, choice.options.get(choice.taken), choice.options)
            })),
            Block::Diff(diff) => {
                lines.push(format!("{} {}", diff.path, diff.note));
                lines.extend(diff.lines.iter().map(|line| format!("{:?} {}", line.sign, line.text)));
            }
            Block::Card { title, lines: card } => {
                lines.push(title.clone());
                lines.extend(card.iter().cloned());
            }
            Block::Table { head, rows } => {
                lines.push(head.join(" | "));
                lines.extend(rows.iter().map(|row| row.join(" | ")));
            }
            Block::Meter { of, done } => lines.push(format!("{done} of {of}")),
            Block::Problem(problem) => lines.push(problem.to_string()),
            Block::Commands(commands) => lines.extend(commands.iter().cloned()),
            Block::Keys(hints) => lines.extend(hints.iter().map(|hint| format!("{} {}", hint.names(), hint.does))),
        }
    }
    lines.extend(screen.status.iter().map(|status| status.text.clone()));
    lines.push(screen.keys.iter().map(|hint| format!("{:?} {}", hint.keys, hint.does)).collect::<Vec<_>>().join("  "));
    lines.extend(screen.commands.iter().cloned());
    lines.join("\n")
}
