//! Clones with a helper of their own that keep to the profile of before a switch: named, and told of the new one where that is wanted.
//!
//! Deliberately absent: clones of others, and clones that keep to a third profile.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::{Overview, State};
use crate::gitconfig;
use crate::wizard::change::{self, tilde};
use crate::wizard::effect::{FileChange, FileText, Ours, Reply, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::Facts;
use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Block, Column, FileDiff, Hint, List, Mark, Row, Rows, Status};
use crate::wizard::step::{Back, Context, Flow, Panel};

/// The clones, and which of them are to follow.
pub(super) struct Pins {
    from: ProfileName,
    to: ProfileName,
    clones: Vec<Pinned>,
    cursor: usize,
    phase: Phase,
    problem: Option<Problem>,
}

struct Pinned {
    shown: String,
    of: String,
    config: FileText,
    marked: bool,
}

enum Phase {
    Choosing,
    Reviewing(Review),
    Writing(RequestId, Review),
}

/// What will be written.
#[derive(Clone)]
struct Review {
    changes: Vec<FileChange>,
    diffs: Vec<FileDiff>,
}

impl Pins {
    pub(super) fn open(&self) -> Option<RequestId> {
        match &self.phase {
            Phase::Writing(id, _) => Some(*id),
            Phase::Choosing | Phase::Reviewing(_) => None,
        }
    }

    pub(super) fn is_writing(&self) -> bool {
        self.open().is_some()
    }

    /// What becomes of the marked ones.
    fn changes(&self) -> Vec<FileChange> {
        let marked = self.clones.iter().filter(|clone| clone.marked);
        let change = |clone: &Pinned| {
            let before = clone.config.content();
            let after = gitconfig::repinned(before, self.from.as_str(), &self.to).ok()?;
            let says = gitconfig::of_clone(&after).ok()?;
            Some(FileChange {
                path: clone.config.path.clone(),
                before: clone.config.bytes.clone(),
                ours: Ours::GitSections { sections: says.sections, helper: says.helper? },
                after: after.into(),
                private: false,
            })
        };
        marked.filter_map(change).filter(|change| change.before.as_ref() != Some(&change.after)).collect()
    }
}

impl Rows for Pins {
    fn count(&self) -> usize {
        self.clones.len()
    }

    fn row(&self, index: usize) -> Row {
        let Some(clone) = self.clones.get(index) else { return Row::default() };
        Row { mark: None, checked: clone.marked, cells: vec![clone.shown.clone(), clone.of.clone()], ..Row::default() }
    }
}

impl Overview {
    /// Shows the clones that keep to the profile of before, once after a switch.
    pub(super) fn offer_pins(&mut self, facts: &Facts) {
        let Some((from, to)) = self.switched.take() else { return };
        let pinned = self.clones.iter().filter(|clone| clone.profile() == Some(from.as_str()));
        let clones: Vec<Pinned> = pinned
            .map(|clone| Pinned {
                shown: tilde(&clone.folder, &facts.surroundings.home),
                of: printable(&clone.from),
                config: clone.config.clone(),
                marked: false,
            })
            .collect();
        if !clones.is_empty() {
            self.state =
                State::Pins(Box::new(Pins { from, to, clones, cursor: 0, phase: Phase::Choosing, problem: None }));
        }
    }

    pub(super) fn at_pins(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        let State::Pins(pins) = &mut self.state else { return Flow::Stay };
        let last = pins.clones.len().saturating_sub(1);
        match (&pins.phase, event) {
            (Phase::Choosing, Event::Key(key)) => match key {
                Key::Up => pins.cursor = pins.cursor.saturating_sub(1),
                Key::Down => pins.cursor = (pins.cursor + 1).min(last),
                Key::Home | Key::PageUp => pins.cursor = 0,
                Key::End | Key::PageDown => pins.cursor = last,
                Key::Char(' ') => {
                    if let Some(clone) = pins.clones.get_mut(pins.cursor) {
                        clone.marked = !clone.marked;
                    }
                }
                Key::Char('a') => {
                    let all = pins.clones.iter().all(|clone| clone.marked);
                    pins.clones.iter_mut().for_each(|clone| clone.marked = !all);
                }
                Key::Esc => self.state = State::Shown,
                Key::Enter => {
                    let changes = pins.changes();
                    if changes.is_empty() {
                        self.state = State::Shown;
                    } else {
                        let home = &context.facts.surroundings.home;
                        let diffs = changes.iter().map(|file| change::diff(file, home)).collect();
                        pins.phase = Phase::Reviewing(Review { changes, diffs });
                    }
                }
                _ => {}
            },
            (Phase::Choosing, Event::Pick(row)) => pins.cursor = (*row).min(last),
            (Phase::Choosing, Event::Mark(rows)) => {
                for (place, clone) in pins.clones.iter_mut().enumerate() {
                    clone.marked = rows.contains(&place);
                }
            }
            (Phase::Reviewing(_), Event::Key(Key::Esc)) => (pins.phase, pins.problem) = (Phase::Choosing, None),
            (Phase::Reviewing(review), Event::Key(Key::Enter)) => {
                let id = context.ask(Request::WriteFiles(review.changes.clone()));
                (pins.phase, pins.problem) = (Phase::Writing(id, review.clone()), None);
            }
            _ => {}
        }
        Flow::Stay
    }

    pub(super) fn pins_reply(&mut self, reply: &Result<Reply, Problem>, context: &mut Context<'_>) -> Flow {
        // To try again; where a file changed meanwhile, what is there now is looked at first.
        if let (State::Pins(pins), Err(problem)) = (&mut self.state, reply)
            && problem.kind != ProblemKind::Conflict
            && let Phase::Writing(_, review) = &pins.phase
        {
            (pins.phase, pins.problem) = (Phase::Reviewing(review.clone()), Some(problem.clone()));
            return Flow::Stay;
        }
        let flow = self.back_to_shown(context);
        match reply {
            Ok(_) => {
                context.facts.changed = true;
                self.remark = Some(Status::marked(Mark::Ok, "The clones use the new profile from now on."));
            }
            Err(problem) => self.problem = Some(problem.clone()),
        }
        flow
    }

    pub(super) fn pins_panel(pins: &Pins) -> Panel<'_> {
        let (from, to) = (printable(pins.from.as_str()), printable(pins.to.as_str()));
        match &pins.phase {
            Phase::Choosing => {
                let count = pins.clones.iter().filter(|clone| clone.marked).count();
                let does = if count == 0 { "leave them" } else { "review" };
                let mut keys = vec![Hint::new(Key::Enter, does), Hint::new(Key::Char(' '), "mark")];
                keys.push(Hint::new(Key::Char('a'), "all or none"));
                if pins.clones.len() > 1 {
                    keys.insert(1, Hint::of(&[Key::Up, Key::Down], "choose"));
                }
                Panel {
                    purpose: format!(
                        "These clones have a helper of their own, for {from}. Mark those that {to} is to take over."
                    ),
                    body: vec![Block::List(List {
                        columns: vec![Column::new("Clone", 40), Column::new("Repository", 0)],
                        rows: pins,
                        cursor: pins.cursor,
                        marks: true,
                        filter: None,
                        empty: String::new(),
                    })],
                    status: Some(Status::plain(format!("What is not marked keeps to {from}."))),
                    keys,
                    back: Back::Within,
                    ..Panel::default()
                }
            }
            Phase::Reviewing(Review { diffs, .. }) => Panel {
                purpose: format!("{from} → {to} in the clones that are marked. This will be written:"),
                body: diffs.iter().cloned().map(Block::Diff).collect(),
                status: Some(Status::plain("Nothing has been written yet.")),
                keys: vec![Hint::new(Key::Enter, "write")],
                changes: true,
                back: Back::Within,
                ..Panel::default()
            }
            .with_problem(pins.problem.as_ref()),
            Phase::Writing(..) => Panel { back: Back::No, ..Panel::waiting("Telling the clones.", "Writing.") },
        }
    }
}
