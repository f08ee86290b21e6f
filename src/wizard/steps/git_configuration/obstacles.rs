//! What stands in the way of the helper, in words, each with its repair at one key.
//!
//! Deliberately absent: finding it (`gitconfig`).

use std::path::Path;

use super::choices::{Pick, Reach};
use super::{GitConfiguration, State};
use crate::gitconfig::{Conflict, ConflictKind, Entry, Placement, Repair, Store, shown_value};
use crate::redact::{HIDDEN, name_of_git};
use crate::wizard::change;
use crate::wizard::event::Key;
use crate::wizard::facts::Facts;
use crate::wizard::names::printable;
use crate::wizard::screen::{Block, Column, Hint, List, Mark, Row, Rows, Status};
use crate::wizard::step::{Back, Context, Panel};

/// The obstacles as rows: what the keychain holds comes first.
impl Rows for GitConfiguration {
    fn count(&self) -> usize {
        self.obstacles()
    }

    fn row(&self, index: usize) -> Row {
        let Some(conflict) = self.conflict(index) else {
            let dead = match self.keychain.left() {
                1 => "the macOS keychain holds 1 password of an access key".to_owned(),
                count => format!("the macOS keychain holds {count} passwords of access keys"),
            };
            return Row { mark: Some(Mark::Look), cells: vec![dead, String::new()], ..Row::default() };
        };
        let mark = if conflict.is_fatal() { Mark::Failed } else { Mark::Look };
        Row { mark: Some(mark), cells: vec![short(conflict), self.place(&conflict.entry)], ..Row::default() }
    }
}

impl GitConfiguration {
    /// How many things stand in the way.
    pub(super) fn obstacles(&self) -> usize {
        usize::from(self.keychain.left() > 0) + self.conflicts().len()
    }

    /// Whether git would not come to the helper.
    pub(super) fn is_blocked(&self) -> bool {
        self.conflicts().iter().any(Conflict::is_fatal)
    }

    /// Moves among the obstacles, and mends one.
    pub(super) fn at_obstacles(&mut self, key: Key, context: &mut Context<'_>) {
        let count = self.obstacles();
        let State::Obstacles(cursor) = &mut self.state else { return };
        let row = *cursor;
        match key {
            Key::Up => *cursor = cursor.saturating_sub(1),
            Key::Down => *cursor = (row + 1).min(count.saturating_sub(1)),
            Key::Home | Key::PageUp => *cursor = 0,
            Key::End | Key::PageDown => *cursor = count.saturating_sub(1),
            Key::Esc => self.state = State::Choosing,
            Key::Char('c') => {
                let conflict = self.conflict(row);
                if conflict.is_some_and(|conflict| conflict.repair == Some(Repair::Unset)) {
                    context.copy(UNSET.to_owned());
                }
            }
            Key::Enter => self.mend(row, context.facts),
            _ => {}
        }
    }

    /// Chooses the repair of what a check-up found: what keeps git from the helper, one after the other, and what the verdict names.
    pub(super) fn choose_repairs(&mut self, verdict: &str, facts: &Facts) {
        // Mending one thing may bring another to light, but not for ever.
        for _ in 0..MOST {
            let matters = |conflict: &&Conflict| {
                let kept = matches!(conflict.kind, ConflictKind::AskedAfter(_)) && verdict != "stored-dead";
                let can =
                    matches!(conflict.repair, Some(Repair::Remove { .. } | Repair::Rewrite { .. } | Repair::Move(_)));
                can && !kept && !conflict.repair.as_ref().is_some_and(|repair| self.repairs.contains(repair))
            };
            let Some(repair) = self.conflicts().iter().find(matters).and_then(|conflict| conflict.repair.clone())
            else {
                break;
            };
            self.repairs.push(repair);
            self.make_plan(facts);
        }
        let gone = |conflict: &Conflict| {
            matches!(conflict.kind, ConflictKind::NoProgram(_) | ConflictKind::VersionedProgram(_))
        };
        if verdict == "helper-poor-path" {
            self.choices.take(Pick::ByPath(true));
            self.make_plan(facts);
        } else if self.conflicts().iter().any(gone) {
            self.choices.take(Pick::BuiltIn(true));
            self.make_plan(facts);
        }
    }

    fn mend(&mut self, row: usize, facts: &Facts) {
        let Some(conflict) = self.conflict(row) else {
            self.keychain.open();
            self.state = State::Stored;
            return;
        };
        match conflict.repair.clone() {
            Some(Repair::CodeCommitOnly) => self.take(Some(Pick::Reach(Reach::CodeCommit)), facts),
            Some(repair @ (Repair::Remove { .. } | Repair::Rewrite { .. } | Repair::Move(_))) => {
                self.repairs.push(repair);
                self.make_plan(facts);
            }
            None if matches!(conflict.kind, ConflictKind::NoProgram(_) | ConflictKind::VersionedProgram(_)) => {
                self.take(Some(Pick::BuiltIn(true)), facts);
            }
            Some(Repair::Unset) | None => {}
        }
    }

    /// The list of what stands in the way, with the one under the cursor explained.
    pub(super) fn obstacles_panel(&self, cursor: usize, facts: &Facts) -> Panel<'_> {
        let columns = vec![Column::new("What stands in the way", 0), Column::new("Where", 28)];
        let list =
            List { columns, rows: self, cursor, marks: false, filter: None, empty: "Nothing any more.".to_owned() };
        let mut keys = vec![Hint::of(&[Key::Up, Key::Down], "choose")];
        let mut lines = Vec::new();
        let mut mends = None;
        if let Some(conflict) = self.conflict(cursor) {
            lines.push(printable(&shown(&conflict.entry.variable(), &conflict.entry.text())));
            lines.push(why(conflict).to_owned());
            mends = mending(conflict, &facts.surroundings.home);
            lines.push(
                mends.clone().unwrap_or_else(|| {
                    "It stands where only an administrator of this computer may change it.".to_owned()
                }),
            );
            if conflict.repair == Some(Repair::Unset) {
                lines.push(format!("  {UNSET}"));
                keys.push(Hint::new(Key::Char('c'), "copy command"));
                mends = None;
            }
        } else if self.keychain.left() > 0 {
            lines.push(
                "A helper made them, and each works for 15 minutes only. Git may still get them from there.".to_owned(),
            );
            mends = Some("Press Enter to see them, and to delete them one by one.".to_owned());
            lines.extend(mends.clone());
        }
        if mends.is_some() {
            keys.insert(0, Hint::new(Key::Enter, "mend it"));
        }
        let mut body = vec![Block::List(list)];
        if !lines.is_empty() {
            body.push(Block::Card { title: "Why, and what mends it".to_owned(), lines });
        }
        Panel {
            purpose: "These lines of git's configuration get in the way of the helper.".to_owned(),
            body,
            status: Some(Status::plain("What is mended is shown as a change before anything is written.")),
            keys,
            back: Back::Within,
            ..Panel::default()
        }
    }

    fn conflicts(&self) -> &[Conflict] {
        self.plan.as_ref().map_or(&[], |plan| &plan.conflicts)
    }

    /// The conflict at a row; `None` is the keychain's.
    fn conflict(&self, row: usize) -> Option<&Conflict> {
        self.conflicts().get(row.checked_sub(usize::from(self.keychain.left() > 0))?)
    }

    fn place(&self, entry: &Entry) -> String {
        let home = &self.sources.home;
        match (entry.file(), entry.line) {
            (Some(file), Some(line)) => format!("{}:{line}", change::tilde(file, home)),
            (Some(file), None) => change::tilde(file, home),
            (None, _) => "environment".to_owned(),
        }
    }
}

/// A setting of credentials with its value as far as that may be shown.
fn shown(variable: &str, text: &str) -> String {
    let value = shown_value("credential", &variable.to_lowercase(), text);
    format!("{} = {}", name_of_git(variable), value.as_deref().unwrap_or(HIDDEN))
}

/// How many repairs are chosen at most.
const MOST: usize = 16;

/// What takes settings of git out of a shell's environment.
const UNSET: &str = "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS";

fn called(store: Option<Store>) -> &'static str {
    store.map_or("another helper", |store| store.name)
}

/// A conflict in a few words.
fn short(conflict: &Conflict) -> String {
    match &conflict.kind {
        ConflictKind::Stops => "git stops at this line".to_owned(),
        ConflictKind::Silenced => "a later reset takes our helper out".to_owned(),
        ConflictKind::AskedBefore(store) => format!("{} is asked before ours", called(*store)),
        ConflictKind::AskedAfter(store) => format!("{} is told every password", called(*store)),
        ConflictKind::OtherProfile(Some(profile)) => format!("a helper for profile {}", printable(profile)),
        ConflictKind::OtherProfile(None) => "a helper for the default profile".to_owned(),
        ConflictKind::SilencesNarrower(_) => "our section takes a narrower one out".to_owned(),
        ConflictKind::NoBang => "a helper lacks its “!”".to_owned(),
        ConflictKind::UnquotedProfile => "a profile's name is not quoted".to_owned(),
        ConflictKind::MisspeltPath => "UseHttpPath is misspelt".to_owned(),
        ConflictKind::PathOff => "UseHttpPath is off".to_owned(),
        ConflictKind::NoProgram(program) => format!("{} is not found", printable(program)),
        ConflictKind::VersionedProgram(_) => "the helper's path names a version".to_owned(),
    }
}

/// What comes of a conflict.
fn why(conflict: &Conflict) -> &'static str {
    match conflict.kind {
        ConflictKind::Stops => {
            "It has no value, or none that git understands there, so git ends with an error whenever it needs a password."
        }
        ConflictKind::Silenced => {
            "An empty “helper =” clears every helper that git has read before it, ours too. Git would not ask ours at all."
        }
        ConflictKind::AskedBefore(Some(_)) => {
            "It keeps the first password of CodeCommit and hands it out after it has died, 15 minutes later: clones then fail with 403."
        }
        ConflictKind::AskedBefore(None) => "When it has an answer for this host, git does not come to ours.",
        ConflictKind::AskedAfter(_) => {
            "Ours answers first. But git hands every password that worked to all helpers, so this one collects dead passwords."
        }
        ConflictKind::OtherProfile(_) => "Git may log in as somebody else where ours has no answer.",
        ConflictKind::SilencesNarrower(_) => {
            "Git reads ours later, and its “helper =” clears what came before, however exact that is. The remotes of that section would \
             get our profile."
        }
        ConflictKind::NoBang => "Without it git looks for a program git-credential-aws, which does not exist.",
        ConflictKind::UnquotedProfile => "The AWS CLI takes the second word of the name for a command, and fails.",
        ConflictKind::MisspeltPath => {
            "Git does not know this word and skips the line (an article of AWS prints it so). The helper then fails with 'path'."
        }
        ConflictKind::PathOff => {
            "Git does not say which repository the password is for, and the helper fails with 'path'."
        }
        ConflictKind::NoProgram(_) => "Git cannot start the helper, and would ask for a user name.",
        ConflictKind::VersionedProgram(_) => "The next upgrade removes that folder, and with it the helper.",
    }
}

/// What Enter does about a conflict, or what the person can do.
fn mending(conflict: &Conflict, home: &Path) -> Option<String> {
    Some(match conflict.repair.as_ref() {
        Some(Repair::Remove { path, lines }) => {
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            format!("Enter takes line {} out of {}.", lines.join(", "), change::tilde(path, home))
        }
        Some(Repair::Rewrite { path, line, text }) => {
            let (variable, value) = text.split_once('=').unwrap_or((text, ""));
            let text = shown(variable.trim(), value.trim());
            format!("Enter writes line {line} of {} as: {}", change::tilde(path, home), printable(&text))
        }
        Some(Repair::Move(Placement::BeforeNarrower)) => "Enter puts our section before that one.".to_owned(),
        Some(Repair::Move(Placement::AtTheEnd | Placement::InPlace)) => {
            "Enter puts our section at the end, where it has the last word.".to_owned()
        }
        Some(Repair::CodeCommitOnly) => {
            "Enter chooses “CodeCommit only”, whose section shuts all others out.".to_owned()
        }
        Some(Repair::Unset) => {
            "It comes from the environment or the command line of this shell. Only you can take it back there:"
                .to_owned()
        }
        None if matches!(conflict.kind, ConflictKind::NoProgram(_) | ConflictKind::VersionedProgram(_)) => {
            "Enter chooses the built-in helper.".to_owned()
        }
        None => return None,
    })
}
