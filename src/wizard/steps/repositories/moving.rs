//! Clones that talk to CodeCommit by SSH or git-remote-codecommit, and their move to HTTPS, which the helper and editors understand.
//!
//! Deliberately absent: finding them (the world does), and URLs that git itself rewrites; those are only named.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod found;
mod shown;

use std::path::PathBuf;

use super::{Repositories, State, hear};
use crate::wizard::effect::{GitPlace, Progress, Reply, Request, RequestId};
use crate::wizard::event::{Event, Key};
use crate::wizard::field::Field;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::step::Context;
use found::{Old, OldClones};

/// The move of older clones.
pub(super) struct Moving {
    stage: Stage,
    /// The folder that is looked through.
    folder: Field,
    old: OldClones,
    /// Whether the move has been proven, and with which clone.
    proof: Option<(String, Result<u64, Problem>)>,
    /// How many remotes were moved in this walk.
    moved: usize,
}

/// How far it is.
enum Stage {
    /// The folder is typed.
    Folder,
    /// Clones are looked for; so many folders have been.
    Looking(RequestId, usize),
    /// They are shown.
    List,
    /// The changes are shown.
    Confirming,
    Writing(RequestId),
    Proving(RequestId, String),
    Moved,
}

impl Default for Moving {
    fn default() -> Self {
        let folder = Field::default();
        Self { stage: Stage::Folder, folder, old: OldClones::default(), proof: None, moved: 0 }
    }
}

impl Moving {
    /// Whether a request is one of this screen's.
    pub(super) fn is_asked_by(&self, id: RequestId) -> bool {
        match self.stage {
            Stage::Looking(asked, _) | Stage::Writing(asked) | Stage::Proving(asked, _) => asked == id,
            Stage::Folder | Stage::List | Stage::Confirming | Stage::Moved => false,
        }
    }

    /// Whether remotes were moved and an event goes on from there.
    pub(super) fn is_left_by(&self, event: &Event) -> bool {
        matches!((&self.stage, event), (Stage::Moved, Event::Key(Key::Enter)))
    }

    /// Takes in how far the search is.
    pub(super) fn progress(&mut self, id: RequestId, progress: &Progress) {
        if let (Stage::Looking(asked, looked), Progress::Looked(count)) = (&mut self.stage, progress)
            && *asked == id
        {
            *looked = *count;
        }
    }

    /// What was done, for the summary.
    pub(super) fn told(&self) -> Option<String> {
        match self.moved {
            0 => None,
            1 => Some("1 remote moved to HTTPS".to_owned()),
            moved => Some(format!("{moved} remotes moved to HTTPS")),
        }
    }
}

impl Repositories {
    /// Begins with the folder that clones go into.
    pub(super) fn open_moving(&mut self) {
        if self.moving.folder.is_empty() {
            self.moving.folder.set(self.into.text());
        }
        self.moving.stage = Stage::Folder;
        self.to(State::Moving);
    }

    /// What an event does here.
    pub(super) fn moving(&mut self, event: &Event, context: &mut Context<'_>) {
        match (&self.moving.stage, event) {
            (Stage::Folder, Event::Key(Key::Enter)) if !self.moving.folder.is_empty() => {
                match self.moving.folder.without_secret() {
                    Ok(_) => {
                        self.moving.stage = self.find_clones(context);
                        self.problem = None;
                    }
                    Err(problem) => self.problem = Some(problem),
                }
            }
            (Stage::Folder, Event::Key(Key::Esc)) => self.to(State::Choosing),
            (Stage::Folder, other) => {
                self.problem = None;
                hear(&mut self.moving.folder, other);
            }
            (Stage::Looking(id, _) | Stage::Proving(id, _), Event::Key(Key::Esc)) => {
                context.cancel(*id);
                let proving = matches!(self.moving.stage, Stage::Proving(..));
                self.moving.stage = if proving { Stage::Moved } else { Stage::Folder };
            }
            (Stage::List, Event::Key(Key::Esc)) | (Stage::Moved, Event::Key(Key::Char('f'))) => {
                self.problem = None;
                self.moving.stage = Stage::Folder;
            }
            (Stage::List, Event::Key(Key::Enter)) if !self.moving.old.changes().is_empty() => {
                self.moving.stage = Stage::Confirming;
            }
            (Stage::List, other) => self.moving.old.hear(other),
            (Stage::Confirming, Event::Key(Key::Esc)) => {
                self.problem = None;
                self.moving.stage = Stage::List;
            }
            (Stage::Confirming, Event::Key(Key::Enter)) => self.write_moved(context),
            (Stage::Moved, Event::Key(Key::Enter | Key::Esc)) => self.to(State::Choosing),
            _ => {}
        }
    }

    fn find_clones(&self, context: &mut Context<'_>) -> Stage {
        Stage::Looking(context.ask(Request::FindClones(PathBuf::from(self.moving.folder.text()))), 0)
    }

    fn write_moved(&mut self, context: &mut Context<'_>) {
        if context.facts.surroundings.dry_run {
            self.problem = Some(Problem::input("A dry run: nothing was written.", "Go back with Esc."));
            return;
        }
        let id = context.ask(Request::WriteFiles(self.moving.old.changes()));
        self.moving.stage = Stage::Writing(id);
        self.problem = None;
    }

    /// Takes in an answer.
    pub(super) fn take_moving(&mut self, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        let stage = std::mem::replace(&mut self.moving.stage, Stage::List);
        match (stage, reply) {
            (Stage::Looking(..), Ok(Reply::FoundClones(found))) => {
                if let Some(region) = self.region() {
                    self.moving.old = OldClones::of(&found, region, &context.facts.surroundings.home);
                }
            }
            (Stage::Looking(..), Err(problem)) => {
                self.problem = Some(problem);
                self.moving.stage = Stage::Folder;
            }
            (Stage::Writing(_), Ok(_)) => {
                context.facts.changed = true;
                self.moving.moved += self.moving.old.count_marked();
                context.outcome(self.outcome());
                self.moving.stage = Stage::Moved;
                self.moving.proof = None;
                let first =
                    self.moving.old.marked().next().map(|old: &Old| (old.url(), old.folder.clone(), old.shown.clone()));
                if let Some((url, folder, shown)) = first {
                    let place = GitPlace::in_folder(folder);
                    self.moving.stage = Stage::Proving(context.ask(Request::ListRemote { url, place }), shown);
                }
            }
            (Stage::Writing(_), Err(problem)) => {
                // What was shown does not fit any more: what is there now is looked at first.
                let again = problem.kind == ProblemKind::Conflict;
                self.problem = Some(problem);
                self.moving.stage = if again { self.find_clones(context) } else { Stage::Confirming };
            }
            (Stage::Proving(_, shown), reply) => {
                let proof = reply.map(|reply| match reply {
                    Reply::RemoteListed { milliseconds, .. } => milliseconds,
                    _ => 0,
                });
                self.moving.proof = Some((shown, proof));
                self.moving.stage = Stage::Moved;
            }
            (stage, _) => self.moving.stage = stage,
        }
    }
}
