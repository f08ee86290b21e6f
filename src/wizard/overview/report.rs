//! The report of the check-up: read first, then saved where that is wanted.
//!
//! Deliberately absent: its words (`checkup`), and sending it anywhere.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::{Overview, State};
use crate::checkup;
use crate::wizard::effect::RequestId;
use crate::wizard::event::{Event, Key};
use crate::wizard::names::printable;
use crate::wizard::saving::{Saving, Turn};
use crate::wizard::screen::{Block, Hint, Status};
use crate::wizard::step::{Back, Context, Flow, Panel};

/// A report that is read or saved.
pub(super) struct Report {
    text: String,
    /// Whether the numbers of accounts are left out.
    hidden: bool,
    saving: Option<Saving>,
    remark: Option<Status>,
}

impl Report {
    pub(super) fn open(&self) -> Option<RequestId> {
        self.saving.as_ref().and_then(Saving::open)
    }
}

impl Overview {
    pub(super) fn can_report(&self) -> bool {
        self.exam.checkup().is_some()
    }

    pub(super) fn start_report(&mut self, hidden: bool) {
        if let Some(checkup) = self.exam.checkup() {
            let text = checkup::report(checkup, hidden);
            self.state = State::Report(Box::new(Report { text, hidden, saving: None, remark: None }));
        }
    }

    pub(super) fn reporting(&mut self, event: &Event, context: &mut Context<'_>) -> Flow {
        let State::Report(report) = &mut self.state else { return Flow::Stay };
        if let Some(saving) = &mut report.saving {
            match saving.hear(event, context) {
                Turn::Stay => return Flow::Stay,
                Turn::Back => {}
                Turn::Saved(status) => report.remark = Some(status),
            }
            report.saving = None;
            return Flow::Stay;
        }
        match event {
            Event::Key(Key::Enter) => {
                let purpose = "In which file is the report to be saved?";
                report.remark = None;
                report.saving = Some(Saving::new(purpose, "~/codecommit-report.txt", report.text.clone()));
            }
            Event::Key(Key::Char('h')) => {
                let hidden = !report.hidden;
                self.start_report(hidden);
            }
            Event::Key(Key::Esc) => self.state = State::Shown,
            _ => {}
        }
        Flow::Stay
    }

    pub(super) fn report_panel(report: &Report) -> Panel<'_> {
        if let Some(saving) = &report.saving {
            return saving.panel();
        }
        let accounts = if report.hidden { "name accounts" } else { "hide accounts" };
        let plain = "This is all that would be saved. Read it; it is sent nowhere.";
        Panel {
            purpose: "The report, for whoever helps you. It holds no secret.".to_owned(),
            body: report.text.lines().map(|line| Block::Text(printable(line))).collect(),
            status: Some(report.remark.clone().unwrap_or_else(|| Status::plain(plain))),
            keys: vec![Hint::new(Key::Enter, "save"), Hint::new(Key::Char('h'), accounts)],
            back: Back::Within,
            ..Panel::default()
        }
    }
}
