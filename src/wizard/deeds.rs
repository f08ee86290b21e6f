//! What was changed, as it is done: read off the requests that are answered, so that no step has to keep count.
//!
//! Deliberately absent: the journal; that is for undo, this is for telling.

#![expect(clippy::wildcard_enum_match_arm, reason = "every other request changes nothing")]

use std::path::PathBuf;

use super::effect::{Effect, Reply, Request, RequestId};
use super::event::Event;

/// Something that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A file was written.
    File(PathBuf),
    /// A policy was attached.
    Policy {
        /// Its ARN.
        arn: String,
        /// `user` or `group`.
        kind: &'static str,
        /// The user or group.
        holder: String,
        /// The account.
        account: String,
    },
    /// A repository was cloned.
    Clone {
        /// The URL.
        url: String,
        /// The folder.
        folder: PathBuf,
    },
    /// A password was deleted from the keychain.
    Password {
        /// The host that it was for.
        host: String,
    },
    /// The last run was undone.
    Undone,
}

/// What was changed so far, each with the place of the step that did it; and what is under way.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    pub(super) done: Vec<(usize, Deed)>,
    open: Vec<(RequestId, usize, Vec<Deed>)>,
}

impl Deeds {
    /// Notes what was asked for by the step at a place.
    pub(super) fn asked(&mut self, place: usize, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Ask(id, request) = effect {
                let deeds = deeds(request);
                if !deeds.is_empty() {
                    self.open.push((*id, place, deeds));
                }
            }
        }
    }

    /// Takes in what came of it.
    pub(super) fn hear(&mut self, event: &Event) {
        let Event::Reply(id, reply) = event else { return };
        let Some(at) = self.open.iter().position(|(open, ..)| open == id) else { return };
        let (_, place, deeds) = self.open.swap_remove(at);
        match reply {
            Ok(Reply::Cloned(cloned)) if cloned.was_there => {}
            Ok(Reply::Cloned(cloned)) => {
                self.done.extend(deeds.into_iter().map(|deed| match deed {
                    Deed::Clone { url, .. } => (place, Deed::Clone { url, folder: cloned.directory.clone() }),
                    other => (place, other),
                }));
            }
            Ok(Reply::Deletion(super::effect::Deletion::NoneLeft | super::effect::Deletion::Refused(_))) | Err(_) => {}
            Ok(_) => self.done.extend(deeds.into_iter().map(|deed| (place, deed))),
        }
    }
}

fn deeds(request: &Request) -> Vec<Deed> {
    match request {
        Request::WriteFiles(changes) => changes.iter().map(|change| Deed::File(change.path.clone())).collect(),
        Request::AttachPolicy { holder, policy_arn, account, .. } => vec![Deed::Policy {
            arn: policy_arn.clone(),
            kind: holder.kind(),
            holder: holder.name().to_owned(),
            account: account.clone(),
        }],
        Request::Clone { url, directory, .. } => {
            vec![Deed::Clone { url: url.clone(), folder: directory.clone() }]
        }
        Request::DeleteStoredPassword(host) => vec![Deed::Password { host: host.clone() }],
        Request::TakeBack { dry_run: false } => vec![Deed::Undone],
        _ => Vec::new(),
    }
}
