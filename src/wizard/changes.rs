//! What was changed, as it is done: noted at the gate where it is asked for, so that no step has to keep count.
//!
//! Deliberately absent: the journal; that is for undo, this is for the summary.

use super::effect::{Change, Deletion, Reply, RequestId};
use super::event::Event;

/// The changes that are asked for and not answered yet, each with the place of the step that asked.
#[derive(Debug, Default)]
pub(super) struct Changes {
    open: Vec<(RequestId, usize, Change)>,
}

impl Changes {
    /// Notes a change that the step at a place asked for.
    pub(super) fn begin(&mut self, id: RequestId, place: usize, change: Change) {
        self.open.push((id, place, change));
    }

    /// Takes in what came of it: what is done now.
    pub(super) fn end(&mut self, event: &Event) -> Option<(usize, Change)> {
        let Event::Reply(id, reply) = event else { return None };
        let at = self.open.iter().position(|(open, ..)| open == id)?;
        let (_, place, change) = self.open.swap_remove(at);
        match (change, reply) {
            (_, Ok(Reply::Deletion(Deletion::NoneLeft | Deletion::Refused(_))) | Err(_)) => None,
            (Change::Clone { url, .. }, Ok(Reply::Cloned(cloned))) => {
                let (folder, was_there) = (cloned.directory.clone(), cloned.was_there);
                Some((place, Change::Clone { url, folder, was_there }))
            }
            (change, Ok(_)) => Some((place, change)),
        }
    }
}
