//! Step 6, Finish: what was done and proven, what was left, and what to type next.
//!
//! Deliberately absent: anything that changes the set-up; what is saved is a file of its own.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use crate::wizard::change;
use crate::wizard::effect::Ending;
use crate::wizard::event::{Event, Key};
use crate::wizard::facts::{CloneLine, Facts, Outcome};
use crate::wizard::names::printable;
use crate::wizard::saved;
use crate::wizard::saving::{Saving, Turn};
use crate::wizard::screen::{Block, Check, Hint, Mark, Status};
use crate::wizard::step::{Context, Flow, Panel, Step, View};

/// How many repositories the printed summary names.
const CLONES: usize = 30;

/// The last step.
#[derive(Default)]
pub struct Finish {
    /// What is being saved.
    saving: Option<Saving>,
    remark: Option<Status>,
}

impl Step for Finish {
    fn name(&self) -> &'static str {
        "Finish"
    }

    fn enter(&mut self, _context: &mut Context<'_>) {
        *self = Self::default();
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) -> Flow {
        if let Some(saving) = &mut self.saving {
            match saving.hear(&event, context) {
                Turn::Stay => return Flow::Stay,
                Turn::Back => {}
                Turn::Saved(status) => self.remark = Some(status),
            }
            self.saving = None;
            return Flow::Stay;
        }
        match event {
            Event::Key(Key::Esc) => return Flow::Back,
            Event::Key(Key::Enter) => {
                let failed = outcomes(context.facts).any(|outcome| outcome.mark == Mark::Look);
                context.leave(if failed { Ending::Failed } else { Ending::Done });
            }
            Event::Key(Key::Char('a')) => {
                let purpose = "In which file? codecommit-setup apply --answers FILE then does the same elsewhere.";
                let text = saved::text(context.facts);
                self.saving = text.map(|text| Saving::new(purpose, "~/codecommit-answers.toml", text));
                self.remark = None;
            }
            Event::Key(Key::Char('w')) => {
                let purpose = "In which file is what was done to be saved?";
                let text = report(context.facts);
                self.saving = text.map(|text| Saving::new(purpose, "~/codecommit-report.txt", text));
                self.remark = None;
            }
            _ => {}
        }
        Flow::Stay
    }

    fn panel<'a>(&'a self, view: &View<'a>) -> Panel<'a> {
        match &self.saving {
            Some(saving) => saving.panel(),
            None => self.shown_panel(view.facts),
        }
    }

    fn help(&self) -> &'static str {
        include_str!("../../../assets/help/finish.txt")
    }
}

impl Finish {
    fn shown_panel(&self, facts: &Facts) -> Panel<'_> {
        let checks = outcomes(facts)
            .map(|outcome| Check::new(outcome.mark, outcome.about, vec![printable(&outcome.text)]))
            .collect();
        let next: Vec<String> = next(facts).into_iter().map(|line| format!("  {line}")).collect();
        let mut body = vec![Block::Checks(checks)];
        if let Some(tidied) = facts.surroundings.tidied.described() {
            body.extend([Block::Gap, Block::Text(tidied)]);
        }
        if !next.is_empty() {
            body.push(Block::Gap);
            body.push(Block::Text("Next".to_owned()));
            body.extend(next.into_iter().map(Block::Text));
        }
        let mut keys = vec![Hint::new(Key::Enter, "leave")];
        if report(facts).is_some() {
            keys.push(Hint::new(Key::Char('w'), "save report"));
        }
        if saved::text(facts).is_some() {
            keys.push(Hint::new(Key::Char('a'), "save answers for the next computer"));
        }
        Panel { purpose: headline(facts), body, status: self.remark.clone(), keys, ..Panel::default() }
    }
}

/// The same, as a text to be kept.
fn report(facts: &Facts) -> Option<String> {
    let lines = summary(facts);
    (!lines.is_empty()).then(|| lines.join("\n") + "\n")
}

/// The same, as lines for the scroll-back of the terminal; empty before anything came about.
pub fn summary(facts: &Facts) -> Vec<String> {
    let mut lines: Vec<String> = outcomes(facts)
        .map(|outcome| format!("  {:<8} {:<13} {}", outcome.mark.word(), outcome.about, printable(&outcome.text)))
        .collect();
    let tidied = facts.surroundings.tidied.described();
    if lines.is_empty() {
        return tidied.into_iter().collect();
    }
    lines.insert(0, headline(facts));
    lines.extend(cloned(facts));
    lines.extend(tidied);
    let next = next(facts);
    if !next.is_empty() {
        lines.push("Next:".to_owned());
        lines.extend(next.into_iter().map(|line| format!("  {line}")));
    }
    lines
}

/// What came of each repository, one a line.
fn cloned(facts: &Facts) -> Vec<String> {
    let shown = &facts.cloned[..facts.cloned.len().min(CLONES)];
    let width = shown.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
    let line = |line: &CloneLine| {
        let CloneLine { name, word, size, time, place } = line;
        format!("  {word:<8} {name:<width$}  {size:>9}  {time:>6}  {place}")
    };
    let mut lines: Vec<String> = shown.iter().map(line).collect();
    if !lines.is_empty() {
        lines.insert(0, "Repositories:".to_owned());
    }
    let more = facts.cloned.len() - shown.len();
    lines.extend((more > 0).then(|| format!("  and {more} more")));
    lines
}

fn outcomes(facts: &Facts) -> impl Iterator<Item = &Outcome> {
    facts.outcomes.iter().flatten()
}

fn headline(facts: &Facts) -> String {
    let who = facts.profile.as_ref().map(|profile| printable(&profile.identity.short()));
    let settled = facts.outcomes.iter().rev().skip(1).all(Option::is_some);
    match (who, settled) {
        _ if facts.surroundings.dry_run => "A dry run: this is what would be done.".to_owned(),
        (Some(who), true) if outcomes(facts).all(|outcome| outcome.mark != Mark::Look) => {
            format!("Done. This computer can use CodeCommit as {who}.")
        }
        (Some(who), true) => format!("Set up for {who}, with something left to do."),
        _ => "Not finished. This much is known or done:".to_owned(),
    }
}

/// The commands to type next.
fn next(facts: &Facts) -> Vec<String> {
    let folder = facts.clones.first().map(|folder| format!("cd {}", change::shell_path(folder)));
    let undo = facts.changed.then(|| "codecommit-setup undo   takes back every change on this computer".to_owned());
    folder.into_iter().chain(undo).collect()
}
