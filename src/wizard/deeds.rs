//! What was changed, as it is done: read off the requests that are answered, so that no step has to keep count.
//!
//! Deliberately absent: the journal; that is for undo, this is for telling.

#![expect(clippy::wildcard_enum_match_arm, reason = "every other request changes nothing")]

use std::path::PathBuf;

use super::effect::{Credentials, Deletion, Effect, Reply, Request, RequestId};
use super::event::Event;
use super::names::ProfileName;

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
        /// The profile that attached it; `None` when it was a key that is in no file.
        with: Option<ProfileName>,
    },
    /// A repository is cloned.
    Clone {
        /// The URL.
        url: String,
        /// The folder.
        folder: PathBuf,
        /// Whether the clone was there before.
        was_there: bool,
    },
    /// A repository was made in the account.
    Repository {
        /// Its name.
        name: String,
        /// The region.
        region: String,
        /// The account.
        account: String,
    },
    /// A password was deleted from the keychain.
    Password {
        /// The host that it was for.
        host: String,
    },
    /// The last run was undone.
    Undone,
}

/// What is asked for and would change something, each with the place of the step that asked.
#[derive(Debug, Default)]
pub(super) struct Deeds {
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

    /// Takes in what came of it: what is done now.
    pub(super) fn hear(&mut self, event: &Event) -> Vec<(usize, Deed)> {
        let Event::Reply(id, reply) = event else { return Vec::new() };
        let Some(at) = self.open.iter().position(|(open, ..)| open == id) else { return Vec::new() };
        let (_, place, deeds) = self.open.swap_remove(at);
        let deeds = deeds.into_iter();
        match reply {
            Ok(Reply::Cloned(cloned)) => deeds
                .map(|deed| match deed {
                    Deed::Clone { url, .. } => {
                        (place, Deed::Clone { url, folder: cloned.directory.clone(), was_there: cloned.was_there })
                    }
                    other => (place, other),
                })
                .collect(),
            Ok(Reply::Deletion(Deletion::NoneLeft | Deletion::Refused(_))) | Err(_) => Vec::new(),
            Ok(_) => deeds.map(|deed| (place, deed)).collect(),
        }
    }
}

fn deeds(request: &Request) -> Vec<Deed> {
    match request {
        Request::WriteFiles(changes) => changes.iter().map(|change| Deed::File(change.path.clone())).collect(),
        Request::AttachPolicy { caller, holder, policy_arn, account } => vec![Deed::Policy {
            arn: policy_arn.clone(),
            kind: holder.kind(),
            holder: holder.name().to_owned(),
            account: account.clone(),
            with: match &caller.credentials {
                Credentials::Profile(name) => Some(name.clone()),
                Credentials::Keys(_) => None,
            },
        }],
        Request::Clone { url, directory, .. } => {
            vec![Deed::Clone { url: url.clone(), folder: directory.clone(), was_there: false }]
        }
        Request::CreateRepository { caller, name, account, .. } => vec![Deed::Repository {
            name: name.to_string(),
            region: caller.region.to_string(),
            account: account.clone(),
        }],
        Request::DeleteStoredPassword(host) => vec![Deed::Password { host: host.clone() }],
        Request::TakeBack { dry_run: false } => vec![Deed::Undone],
        _ => Vec::new(),
    }
}
