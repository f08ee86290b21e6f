//! The last run taken back: what that would do is shown first.
//!
//! Deliberately absent: taking back an older run; the command can.

use super::{Overview, State};
use crate::wizard::effect::{Reply, Request, RequestId, TakenBack};
use crate::wizard::event::{Event, Key};
use crate::wizard::problem::Problem;
use crate::wizard::screen::{Block, Hint, Mark, Status};
use crate::wizard::step::{Back, Context, Flow, Panel};

/// How far undoing is.
pub(super) enum Undo {
    /// What it would do is being found out.
    Planning(RequestId),
    /// What it would do.
    Planned(TakenBack),
    /// It is being done.
    Running(RequestId),
    /// What it did.
    Done(TakenBack),
}

impl Undo {
    pub(super) fn open(&self) -> Option<RequestId> {
        match self {
            Self::Planning(id) | Self::Running(id) => Some(*id),
            Self::Planned(_) | Self::Done(_) => None,
        }
    }
}

impl Overview {
    pub(super) fn plan_undo(&mut self, context: &mut Context<'_>) {
        self.state = State::Undo(Undo::Planning(context.ask(Request::TakeBack { dry_run: true })));
    }

    pub(super) fn undoing(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        let State::Undo(undo) = &mut self.state else { return Flow::Stay };
        match (&*undo, event) {
            (Undo::Planning(id), Event::Key(Key::Esc)) => {
                context.cancel(*id);
                self.state = State::Shown;
            }
            (Undo::Planned(_), Event::Key(Key::Esc)) => self.state = State::Shown,
            (Undo::Planned(_), Event::Key(Key::Enter)) => {
                *undo = Undo::Running(context.ask(Request::TakeBack { dry_run: false }));
            }
            (Undo::Done(_), Event::Key(Key::Enter | Key::Esc)) => return self.back_to_shown(context),
            _ => {}
        }
        Flow::Stay
    }

    pub(super) fn undo_reply(&mut self, reply: &Result<Reply, Problem>, context: &mut Context<'_>) -> Flow {
        let State::Undo(undo) = &mut self.state else { return Flow::Stay };
        match (&*undo, reply) {
            (Undo::Planning(_), Ok(Reply::TakenBack(taken))) => *undo = Undo::Planned(taken.clone()),
            (Undo::Running(_), Ok(Reply::TakenBack(taken))) => {
                context.facts.changed = true;
                *undo = Undo::Done(taken.clone());
            }
            (_, Err(problem)) => {
                let problem = problem.clone();
                let flow = self.back_to_shown(context);
                self.problem = Some(problem);
                return flow;
            }
            _ => {}
        }
        Flow::Stay
    }

    pub(super) fn undo_panel(undo: &Undo) -> Panel<'_> {
        let body = |taken: &TakenBack| taken.lines.iter().cloned().map(Block::Text).collect();
        match undo {
            Undo::Planning(_) => {
                Panel { back: Back::Within, ..Panel::waiting("What would undo the last run?", "Reading the journal.") }
            }
            Undo::Planned(taken) => Panel {
                purpose: "This would be done to undo the last run that changed something.".to_owned(),
                body: body(taken),
                status: Some(Status::plain("Nothing has been changed. Clones stay, and so does an attached policy.")),
                keys: vec![Hint::new(Key::Enter, "undo it")],
                commands: vec!["codecommit-setup undo".to_owned()],
                changes: true,
                back: Back::Within,
                ..Panel::default()
            },
            Undo::Running(_) => Panel { back: Back::No, ..Panel::waiting("Undoing the last run.", "Undoing.") },
            Undo::Done(taken) => Panel {
                purpose: "The last run is undone.".to_owned(),
                body: body(taken),
                status: Some(if taken.complete {
                    Status::marked(Mark::Ok, "Nothing of it is left on this computer.")
                } else {
                    Status::marked(Mark::Look, "Something could not be taken back; it is named above.")
                }),
                keys: vec![Hint::new(Key::Enter, "check again")],
                back: Back::Within,
                ..Panel::default()
            },
        }
    }
}
