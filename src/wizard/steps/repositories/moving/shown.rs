//! What the screens for older clones look like.
//!
//! Deliberately absent: keys and replies; `moving` hears those.

use super::found::Old;
use super::{Repositories, Stage};
use crate::redact::address;
use crate::wizard::change;
use crate::wizard::clone_url::Form;
use crate::wizard::cloning::time;
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::names::printable;
use crate::wizard::screen::{Block, Check, Column, Hint, List, Mark, Rows, Status};
use crate::wizard::step::{Back, Panel};
use crate::wizard::working;

impl Repositories {
    pub(in super::super) fn moving_panel(&self, facts: &Facts) -> Panel<'_> {
        match &self.moving.stage {
            Stage::Folder => super::super::panels::folder_panel(
                "Clones that use SSH, git-remote-codecommit or plain HTTP can be moved to HTTPS. Where are they?",
                &self.moving.folder,
                "look for them",
            ),
            Stage::Looking(_, looked) => Panel {
                purpose: format!("Looking for clones in {}.", self.moving.folder.shown()),
                status: Some(working(format!("{looked} folders so far; links are not followed."))),
                busy: true,
                back: Back::Within,
                ..Panel::default()
            },
            Stage::List => self.old_panel(),
            Stage::Confirming => self.confirm_moving_panel(facts),
            Stage::Writing(_) => Panel {
                status: Some(working("Writing.")),
                busy: true,
                back: Back::No,
                ..self.confirm_moving_panel(facts)
            },
            Stage::Proving(..) | Stage::Moved => self.moved_panel(),
        }
    }

    fn old_panel(&self) -> Panel<'_> {
        let old = &self.moving.old;
        let marked = old.count_marked();
        let (count, folder) = (old.count(), self.moving.folder.shown());
        let purpose = match count {
            0 => format!("None of the {} clones in {folder} uses SSH, git-remote-codecommit or HTTP.", old.clones),
            1 => format!("1 remote in {folder} uses CodeCommit without HTTPS. Mark what is to be moved."),
            count => format!("{count} remotes in {folder} use CodeCommit without HTTPS. Mark what is to be moved."),
        };
        let mut body = Vec::new();
        if count > 0 {
            body.push(Block::List(List {
                columns: vec![
                    Column::new("Clone", 34),
                    Column::new("Remote", 14),
                    Column::new("Uses", 5),
                    Column::new("Repository", 0),
                ],
                rows: old,
                cursor: old.cursor,
                marks: true,
                filter: None,
                empty: String::new(),
            }));
        }
        if let Some(current) = old.current() {
            body.push(Block::Gap);
            body.push(Block::Card { title: current.shown.clone(), lines: card(current) });
        }
        let mut keys = Vec::new();
        if marked > 0 {
            keys.push(Hint::new(Key::Enter, format!("show the changes of {marked}")));
        }
        if count > 0 {
            keys.push(Hint::new(Key::Char(' '), "mark"));
        }
        if count > 1 {
            keys.push(Hint::of(&[Key::Up, Key::Down], "move"));
        }
        let commands = old.marked().take(20).map(Old::command).collect();
        let status = self.unread_status();
        Panel { purpose, body, status, keys, commands, back: Back::Within, ..Panel::default() }
    }

    fn unread_status(&self) -> Option<Status> {
        let old = &self.moving.old;
        match (&old.unread, old.cut) {
            ((0, _) | (_, None), false) => None,
            ((0, _) | (_, None), true) => {
                Some(Status::marked(Mark::Look, "There is more than is looked at: name a smaller folder."))
            }
            ((1, Some(first)), _) => Some(Status::marked(Mark::Look, format!("Not read: {first}"))),
            ((count, Some(first)), _) => {
                Some(Status::marked(Mark::Look, format!("{count} places could not be read, the first: {first}")))
            }
        }
    }

    fn confirm_moving_panel(&self, facts: &Facts) -> Panel<'_> {
        let home = &facts.surroundings.home;
        let mut body = Vec::new();
        for change in self.moving.old.changes() {
            if !body.is_empty() {
                body.push(Block::Gap);
            }
            body.push(Block::Diff(change::diff(&change, home)));
        }
        Panel {
            purpose: format!("{} will fetch and push over HTTPS.", remotes(self.moving.old.count_marked())),
            body,
            status: Some(Status::plain("Nothing has been changed. `codecommit-setup undo` takes it back later.")),
            keys: vec![Hint::new(Key::Enter, "move to HTTPS")],
            commands: self.moving.old.marked().map(Old::command).collect(),
            changes: true,
            back: Back::Within,
            ..Panel::default()
        }
    }

    fn moved_panel(&self) -> Panel<'_> {
        let proving = matches!(self.moving.stage, Stage::Proving(..));
        let count = self.moving.old.count_marked();
        let mut checks = vec![Check::new(Mark::Ok, "written", vec![remotes(count)])];
        let mut body = Vec::new();
        match &self.moving.proof {
            Some((shown, Ok(milliseconds))) => {
                let found = format!("{shown} answers over HTTPS ({})", time(*milliseconds));
                checks.push(Check::new(Mark::Ok, "git asked", vec![found]));
            }
            Some((shown, Err(problem))) => {
                checks.push(Check::new(Mark::Look, "git asked", vec![format!("{shown} does not answer over HTTPS")]));
                body.extend([Block::Gap, Block::Problem(problem)]);
            }
            None if proving => checks.push(Check::new(Mark::Working, "git asked", Vec::new())),
            None => checks.push(Check::new(Mark::Skipped, "git asked", vec!["not waited for".to_owned()])),
        }
        body.insert(0, Block::Checks(checks));
        let keys = if proving {
            Vec::new()
        } else {
            vec![Hint::new(Key::Enter, "to the list"), Hint::new(Key::Char('f'), "another folder")]
        };
        Panel {
            purpose: "Moved. Git uses HTTPS and the credential helper there from now on.".to_owned(),
            body,
            status: proving.then(|| working("Asking one of them for its branches.")),
            keys,
            busy: proving,
            passes: true,
            back: Back::Within,
            ..Panel::default()
        }
    }
}

fn remotes(count: usize) -> String {
    if count == 1 { "1 remote".to_owned() } else { format!("{count} remotes") }
}

/// What is to be known of one.
fn card(old: &Old) -> Vec<String> {
    let mut lines = vec![format!("before  {}", printable(&address(&old.remote.url)))];
    if let Some(used) = &old.used {
        lines.push(format!("used    {}", printable(&address(used))));
    }
    lines.push(format!("after   {}", old.url()));
    if let Some(stuck) = &old.stuck {
        lines.push(format!("{stuck} Take that line out first."));
    } else if let Some(profile) = &old.profile {
        let profile = printable(profile);
        lines.push(format!("The URL names the profile {profile}; over HTTPS the helper decides who you are."));
    } else if old.form == Form::Ssh {
        lines.push("The SSH key stays where it is and is not used any more here.".to_owned());
    }
    if old.guessed {
        lines.push("It names no region: the one that is looked at is taken.".to_owned());
    }
    lines
}
