//! What each state of the Repositories step looks like.
//!
//! Deliberately absent: keys and replies; the step's own file hears those.

use super::list::Sort;
use crate::wizard::change;
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::field::Field;
use crate::wizard::filtered::grouped;
use crate::wizard::names::printable;
use crate::wizard::problem::ProblemKind;
use crate::wizard::regions;
use crate::wizard::screen::{Block, Column, Form, FormField, Hint, List, Mark, Rows, Status};
use crate::wizard::step::{Back, Panel};
use crate::wizard::working;

/// How many characters of a description are shown below the list.
const LONGEST: usize = 140;

impl super::Repositories {
    pub(super) fn choosing_panel(&self, facts: &Facts) -> Panel<'_> {
        let region = self.region().map_or_else(String::new, regions::described);
        let (total, chosen) = (self.list.total(), self.list.chosen_count());
        let listing = self.listing.is_some();
        let purpose = match (total, listing) {
            (0, true) => format!("Looking for the repositories of {region}."),
            (0, false) if self.refused.is_some() => {
                format!("The repositories of {region} cannot be listed. With t, a typed name works all the same.")
            }
            (0, false) if self.unlisted => format!("The list of the repositories of {region} was not waited for."),
            (0, false) => format!("There are no repositories in {region}."),
            (_, false) if self.unlisted => {
                format!("{} repositories of {region} came before the list was left; there may be more.", grouped(total))
            }
            (1, _) => format!("1 repository in {region}. Enter puts it on this computer."),
            _ => format!("{} repositories in {region}. Mark what you want on this computer.", grouped(total)),
        };
        let mut body = Vec::new();
        if total > 0 {
            body.push(Block::List(List {
                columns: vec![
                    Column::new("Repository", 28),
                    Column::new("Branch", 8),
                    Column::new("Changed", 14),
                    Column::new("Description", 0),
                ],
                rows: &self.list,
                cursor: self.list.cursor(),
                marks: true,
                filter: self.list.filter(),
                empty: "Nothing fits the filter.".to_owned(),
            }));
        } else if !listing && !self.unlisted && self.refused.is_none() {
            body.extend([
                Block::Text("An account has repositories in each region of its own. If you expected some, look in the others with g.".to_owned()),
                Block::Gap,
                Block::Text("If this is a new start: n makes the first repository here.".to_owned()),
            ]);
        }
        if let (Some(repository), Some(url)) = (self.list.current(), self.current_url()) {
            // Always a line, so that the list does not jump while one goes through it.
            let described = match repository.details.as_ref().map(|details| printable(&details.description)) {
                Some(description) if !description.is_empty() => beginning(&description),
                Some(_) => "No description.".to_owned(),
                None if listing => "Its details have not come yet.".to_owned(),
                None => "Its details are not known.".to_owned(),
            };
            let lines = vec![described, url];
            body.push(Block::Gap);
            body.push(Block::Card { title: repository.name.to_string(), lines });
            body.push(Block::Text(format!("Into {}{}", self.into.shown(), self.pin_note())));
        }
        if let Some(waiting) = self.regions.waiting(self.region()) {
            body.push(Block::Text(format!("Marked in other regions (g leads there): {waiting}.")));
        }
        let status = match (self.copied_status(), listing) {
            (Some(status), _) => Some(status),
            (None, true) if self.list.described() > 0 => Some(working("Asking AWS for the details.")),
            (None, true) => Some(working("Asking AWS for the list.")),
            (None, false) => None,
        };
        Panel {
            purpose,
            body,
            status,
            keys: self.choosing_keys(chosen, facts),
            // The list can be used while the rest of it comes in.
            busy: listing,
            typing: self.list.filtering(),
            // A list that was refused does not stop the walk; an answer that cannot be used does.
            passes: self.problem.as_ref().is_none_or(|problem| problem.kind != ProblemKind::BadInput),
            commands: self.commands(),
            back: if self.list.filtering() { Back::Within } else { Back::ToStep },
            ..Panel::default()
        }
    }

    pub(super) fn choosing_keys(&self, chosen: usize, facts: &Facts) -> Vec<Hint> {
        if self.list.filtering() {
            return vec![Hint::of(&[Key::Enter, Key::Tab], "to the list")];
        }
        let (total, listing) = (self.list.total(), self.listing.is_some());
        let mut keys = Vec::new();
        match (chosen, self.list.hidden()) {
            (0, _) if listing || total > 0 => {}
            (0, _) => keys.push(Hint::new(Key::Enter, "go on without")),
            (_, 0) => keys.push(Hint::new(Key::Enter, format!("clone {}", grouped(chosen)))),
            (_, hidden) => {
                keys.push(Hint::new(Key::Enter, format!("clone {} ({} not shown)", grouped(chosen), grouped(hidden))));
            }
        }
        if self.list.count() > 0 {
            keys.push(Hint::new(Key::Char(' '), "mark"));
        }
        if self.list.count() > 1 {
            keys.push(Hint::of(&[Key::Up, Key::Down], "move"));
        }
        if total > 1 {
            keys.push(Hint::new(Key::Char('/'), "filter"));
        }
        if self.list.current().is_some() {
            keys.push(Hint::new(Key::Char('d'), "details"));
            keys.push(Hint::new(Key::Char('c'), "copy URL"));
        }
        keys.push(Hint::new(Key::Char('g'), "region"));
        keys.push(Hint::new(Key::Char('t'), "type a name"));
        keys.push(Hint::new(Key::Char('f'), "folder"));
        keys.push(Hint::new(Key::Char('s'), "skip"));
        if !listing {
            keys.push(Hint::new(Key::Char('n'), "new"));
        }
        if total > 1 {
            let by = if self.list.sort() == Sort::Name { "sort by change" } else { "sort by name" };
            keys.push(Hint::new(Key::Char('o'), by));
        }
        if !listing {
            keys.push(Hint::new(Key::Char('r'), "list again"));
        }
        if !listing {
            keys.push(Hint::new(Key::Char('v'), "move older clones"));
        }
        if self.may_pin(facts) {
            keys.push(Hint::new(Key::Char('p'), if self.pin { "do not pin" } else { "pin profile" }));
        }
        if self.list.is_narrowed() {
            keys.push(Hint::new(Key::Esc, "show all"));
        }
        keys
    }

    pub(super) fn cloning_panel(&self) -> Panel<'_> {
        let count = self.clones.count();
        let what = if count == 1 { "1 repository".to_owned() } else { format!("{count} repositories") };
        Panel {
            purpose: format!("Cloning {what} into {}.", self.into.shown()),
            body: self.clones.blocks(),
            status: Some(working(if self.clones.is_proving() {
                "Asking Git once more, as it is configured."
            } else {
                "A clone that is stopped before it is complete is removed."
            })),
            busy: true,
            back: Back::Within,
            ..Panel::default()
        }
    }

    pub(super) fn results_panel(&self, facts: &Facts) -> Panel<'_> {
        let failed = self.clones.failed().len();
        let (purpose, status) = match (facts.surroundings.dry_run, failed) {
            (true, _) => {
                ("Would be cloned.".to_owned(), Status::marked(Mark::Skipped, "A dry run: nothing was cloned."))
            }
            (false, 0) if matches!(self.clones.proof(), Some(Err(_))) => (
                format!("The clones are in {}, but Git by itself cannot log in.", self.into.shown()),
                Status::marked(
                    Mark::Look,
                    "Fetching and pushing will fail until Git is set up: Esc leads back to that.",
                ),
            ),
            (false, 0) => (
                format!("Done. The clones are in {}.", self.into.shown()),
                if self.clones.done().iter().all(|(_, cloned)| cloned.was_there) {
                    Status::marked(Mark::Ok, "Nothing had to be cloned.")
                } else {
                    Status::marked(Mark::Ok, "Git logged in to CodeCommit with the helper that was set up.")
                },
            ),
            (false, failed) => (
                format!("{failed} of {} could not be cloned.", self.clones.count()),
                Status::plain("What failed left nothing half-done behind."),
            ),
        };
        let mut keys = vec![Hint::new(Key::Enter, "continue")];
        if self.clones.is_to_retry() {
            keys.push(Hint::new(Key::Char('r'), "try again"));
        }
        if failed > 0 {
            keys.push(Hint::new(Key::Char('f'), "another folder"));
            if self.was_typed {
                keys.push(Hint::new(Key::Char('t'), "correct the name"));
            }
        }
        keys.push(Hint::new(Key::Char('m'), "clone more"));
        let mut body = if self.clones.count() == 0 { Vec::new() } else { self.clones.blocks() };
        if let Some(remark) = &self.remark {
            body.extend([Block::Gap, Block::Text(remark.clone())]);
        }
        if let Some(waiting) = self.regions.waiting(self.region()) {
            body.extend([Block::Gap, Block::Text(format!("Still marked in other regions: {waiting}."))]);
        }
        let done = self.clones.done();
        if let Some((_, cloned)) = done.iter().find(|(name, cloned)| cloned.empty && self.creating.has_made(name)) {
            let folder = change::tilde(&cloned.directory, &facts.surroundings.home);
            body.extend([
                Block::Gap,
                Block::Text("The first commit:".to_owned()),
                Block::Commands(self.creating.first_commit(&folder)),
            ]);
        }
        Panel { purpose, body, status: Some(status), keys, back: Back::Within, passes: true, ..Panel::default() }
    }
}

/// As much of a description as leaves room for the list; the details have all of it.
fn beginning(description: &str) -> String {
    match description.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &description[..end]),
        None => description.to_owned(),
    }
}

/// A panel with a folder to type; an empty line names none.
pub(super) fn folder_panel(purpose: &str, folder: &Field, does: &str) -> Panel<'static> {
    let panel = line_panel(purpose, folder.view("Folder", ""), does);
    if folder.is_empty() { Panel { keys: Vec::new(), ..panel } } else { panel }
}

/// A panel with one line to type.
pub(super) fn line_panel(purpose: &str, field: FormField, does: &str) -> Panel<'static> {
    Panel {
        purpose: purpose.to_owned(),
        body: vec![Block::Form(Form { fields: vec![field], focus: 0 })],
        keys: vec![Hint::new(Key::Enter, does)],
        typing: true,
        back: Back::Within,
        ..Panel::default()
    }
}
