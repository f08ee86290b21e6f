//! A text that is saved in a file whose name is typed.
//!
//! Deliberately absent: writing over a file that is there.

use super::change::tilde;
use super::effect::{Reply, Request, RequestId};
use super::event::{Event, Key};
use super::field::Field;
use super::problem::Problem;
use super::screen::{Block, Form, Hint, Mark, Status};
use super::step::{Back, Context, Panel};

/// A text on its way into a file.
pub(super) struct Saving {
    purpose: &'static str,
    text: String,
    field: Field,
    asked: Option<RequestId>,
    problem: Option<Problem>,
}

/// What an event came to.
pub(super) enum Turn {
    /// It goes on.
    Stay,
    /// The person went back.
    Back,
    /// It is saved; says where.
    Saved(Status),
}

impl Saving {
    /// Asks for the file, which is named beforehand.
    pub(super) fn new(purpose: &'static str, file: &str, text: String) -> Self {
        Self { purpose, text, field: Field::with(file), asked: None, problem: None }
    }

    /// The request that is waited for.
    pub(super) fn open(&self) -> Option<RequestId> {
        self.asked
    }

    /// Hears an event.
    pub(super) fn hear(&mut self, event: &Event, context: &mut Context<'_>) -> Turn {
        match (self.asked, event) {
            (None, Event::Key(Key::Esc)) => return Turn::Back,
            (None, Event::Key(Key::Enter)) if !self.field.is_empty() => {
                match self.field.without_secret().map(Into::into) {
                    Ok(path) => {
                        self.problem = None;
                        let request = Request::SaveText { path, text: self.text.clone() };
                        self.asked = Some(context.ask(request));
                    }
                    Err(problem) => self.problem = Some(problem),
                }
            }
            (None, Event::Key(Key::Enter)) => {}
            (None, Event::Key(key)) => _ = self.field.key(*key),
            (None, Event::Paste(text)) => self.field.insert(text.expose().trim()),
            (None, Event::Fill(_, text)) => self.field.set(text.expose()),
            (Some(asked), Event::Reply(id, reply)) if asked == *id => {
                self.asked = None;
                match reply {
                    Ok(Reply::Saved(path)) => {
                        let path = tilde(path, &context.facts.surroundings.home);
                        return Turn::Saved(Status::marked(Mark::Ok, format!("Saved in {path}.")));
                    }
                    Ok(_) => {}
                    Err(problem) => self.problem = Some(problem.clone()),
                }
            }
            _ => {}
        }
        Turn::Stay
    }

    /// What it looks like.
    pub(super) fn panel(&self) -> Panel<'_> {
        if self.asked.is_some() {
            return Panel { back: Back::No, ..Panel::waiting(self.purpose, "Saving.") };
        }
        Panel {
            purpose: self.purpose.to_owned(),
            body: vec![Block::Form(Form { fields: vec![self.field.view("File", "")], focus: 0 })],
            status: Some(Status::plain("A file that is there already is left as it is. No secret is saved.")),
            keys: if self.field.is_empty() { Vec::new() } else { vec![Hint::new(Key::Enter, "save")] },
            typing: true,
            back: Back::Within,
            ..Panel::default()
        }
        .with_problem(self.problem.as_ref())
    }
}
