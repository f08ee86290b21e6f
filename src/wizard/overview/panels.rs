//! What the overview looks like.
//!
//! Deliberately absent: keys and replies; the overview's own file hears those.

use super::rows::{headline, told};
use super::{Asked, Overview};
use crate::checkup::Verdict;
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::names::printable;
use crate::wizard::screen::{Block, Hint, Mark, Status};
use crate::wizard::step::{Back, Panel};
use crate::wizard::working;

/// How many clones are shown among the rows.
const CLONES: usize = 4;

impl Overview {
    pub(super) fn shown_panel(&self, facts: &Facts) -> Panel<'_> {
        let mut body = Vec::new();
        if let Some(verdict) = self.exam.verdict().filter(|verdict| !verdict.why.is_empty()) {
            body.extend([Block::Text(printable(&verdict.why)), Block::Gap]);
        }
        body.push(Block::Checks(self.rows(facts)));
        let mut clones = self.clone_rows(&facts.surroundings.home);
        let more = clones.len().saturating_sub(CLONES);
        clones.truncate(CLONES);
        if !clones.is_empty() {
            body.extend([Block::Gap, Block::Checks(clones)]);
        }
        if more > 0 {
            body.push(Block::Text(format!("and {more} more clones; v shows all")));
        }
        if let Some(tidied) = facts.surroundings.tidied.described() {
            body.extend([Block::Gap, Block::Text(tidied)]);
        }
        let problem = self.problem.as_ref().or(self.exam.problem.as_ref());
        let panel = Panel {
            purpose: self.purpose(facts),
            body,
            status: Some(self.status(facts)),
            keys: self.keys(facts),
            busy: self.exam.is_open() || self.identity.open().is_some() || facts.tools.is_none(),
            passes: true,
            commands: vec!["codecommit-setup doctor".to_owned()],
            back: if self.exam.is_open() { Back::Within } else { Back::No },
            ..Panel::default()
        };
        panel.with_problem(problem)
    }

    fn purpose(&self, facts: &Facts) -> String {
        match self.exam.verdict() {
            Some(verdict) => told(verdict),
            None if self.exam.is_open() => {
                "This computer was set up for CodeCommit before. How does it stand?".to_owned()
            }
            None if self.exam.checkup().is_none() => "This computer was set up for CodeCommit before.".to_owned(),
            None if self.exam.warns() => format!("{} What to know is marked.", headline(facts)),
            None => headline(facts),
        }
    }

    fn status(&self, facts: &Facts) -> Status {
        if self.exam.is_open() || self.identity.open().is_some() {
            return working("Checking; the keys work already.");
        }
        if let Some(remark) = &self.remark {
            return remark.clone();
        }
        match self.exam.verdict() {
            Some(Verdict { step: Some(step), id, .. }) => {
                let does = match id.as_str() {
                    "boundary" | "denied" | "kms-denied" => "which writes to an administrator what is to be done",
                    _ if step == "Tools" => "which says how that is installed",
                    _ => "which mends it",
                };
                Status::marked(Mark::Failed, format!("Enter opens “{step}”, {does}."))
            }
            Some(_) if self.exam.names_programs() => {
                Status::marked(Mark::Failed, "Press R to run this repository’s programs and check again.")
            }
            Some(verdict) => {
                let fix = verdict.fix.first().map(|fix| format!(" To do: {}", printable(fix))).unwrap_or_default();
                Status::marked(Mark::Failed, format!("No step fixes this.{fix}"))
            }
            None if self.exam.was_stopped() => Status::plain("The check was stopped; r checks again."),
            None if facts.profile.is_none() && matches!(self.identity, Asked::Failed(_)) => {
                Status::marked(Mark::Look, "AWS did not say who this is; p chooses a profile.")
            }
            None => match self.exam.warning() {
                Some(Verdict { step: Some(step), .. }) => {
                    let text = format!("It works all the same; m opens “{step}”, which mends what is marked.");
                    Status::marked(Mark::Look, text)
                }
                _ => Status::plain("Nothing has been changed."),
            },
        }
    }

    fn keys(&self, facts: &Facts) -> Vec<Hint> {
        let mut keys = Vec::new();
        let can_clone = facts.profile.is_some();
        match self.exam.verdict() {
            Some(verdict) if verdict.step.is_some() => keys.push(Hint::new(Key::Enter, "mend it")),
            Some(_) => keys.push(Hint::new(Key::Enter, "see why")),
            None if can_clone => keys.push(Hint::new(Key::Enter, "clone more")),
            None => {}
        }
        if self.exam.names_programs() {
            keys.push(Hint::new(Key::Char('R'), "run its programs"));
        }
        if self.exam.warning().is_some() {
            keys.push(Hint::new(Key::Char('m'), "mend"));
        }
        if self.can_switch_region() {
            keys.push(Hint::new(Key::Char('g'), "region"));
        }
        keys.push(Hint::new(Key::Char('p'), "profile"));
        if can_clone && self.exam.verdict().is_some() {
            keys.push(Hint::new(Key::Char('n'), "clone more"));
        }
        keys.push(Hint::new(Key::Char('v'), "all checks"));
        if !self.exam.is_open() {
            keys.push(Hint::new(Key::Char('r'), "check again"));
        }
        if self.can_undo() {
            keys.push(Hint::new(Key::Char('u'), "undo"));
        }
        if self.can_report() {
            keys.push(Hint::new(Key::Char('w'), "report"));
        }
        keys.push(Hint::new(Key::Char('c'), "whole walk"));
        keys.push(Hint::new(Key::Char('q'), "end"));
        keys
    }

    pub(super) fn all_panel(&self, facts: &Facts) -> Panel<'_> {
        let mut body = Vec::new();
        if let Some(verdict) = self.exam.verdict() {
            body.push(Block::Text(told(verdict)));
            body.extend(verdict.fix.iter().map(|fix| Block::Text(format!("  {}", printable(fix)))));
            body.push(Block::Gap);
        }
        body.extend(self.all_checks());
        let clones = self.clone_rows(&facts.surroundings.home);
        if !clones.is_empty() {
            body.extend([Block::Gap, Block::Checks(clones)]);
        }
        if body.is_empty() {
            body.push(Block::Text("Nothing is known yet.".to_owned()));
        }
        Panel {
            purpose: "Every check, and every clone that this program made.".to_owned(),
            body,
            status: self.exam.is_open().then(|| working("Checking.")),
            keys: vec![Hint::new(Key::Enter, "close")],
            busy: self.exam.is_open(),
            back: Back::Within,
            ..Panel::default()
        }
    }
}
