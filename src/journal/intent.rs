//! Changes that no file shows: what is about to be done to an account or a keychain, written down before it is.
//!
//! Whether it was done is written down after it; where that is missing, the program ended before it knew. Deliberately absent:
//! changes of files and clones, which are told by what is there.

use serde::{Deserialize, Serialize};

use super::{PolicyRecord, RepositoryRecord};
use crate::wizard::effect::Change;

/// Something that is about to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// A policy is attached.
    Policy(PolicyRecord),
    /// A policy is detached.
    Detachment(PolicyRecord),
    /// A repository is made in the account.
    Repository(RepositoryRecord),
    /// A password is deleted from the keychain.
    Password(PasswordRecord),
}

/// A password that was deleted from the keychain; nothing brings it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordRecord {
    /// The host that it was for.
    pub host: String,
    /// The access key that it was made with.
    pub access_key_id: String,
}

impl Intent {
    /// What has to be written down before a change is made; `None` for changes that are found again by what is there.
    pub fn of(change: &Change) -> Option<Self> {
        match change {
            Change::Policy { arn, kind, holder, account, with, region } => {
                let (user, group) = match *kind {
                    "group" => (String::new(), Some(holder.clone())),
                    _ => (holder.clone(), None),
                };
                Some(Self::Policy(PolicyRecord {
                    account: account.clone(),
                    user,
                    group,
                    policy_arn: arn.clone(),
                    profile: with.as_ref().map(ToString::to_string),
                    region: region.clone(),
                }))
            }
            Change::Repository { name, region, account, with } => Some(Self::Repository(RepositoryRecord {
                account: account.clone(),
                region: region.clone(),
                name: name.clone(),
                profile: with.as_ref().map(ToString::to_string),
            })),
            Change::Password { host, access_key_id } => {
                Some(Self::Password(PasswordRecord { host: host.clone(), access_key_id: access_key_id.clone() }))
            }
            // Files are written down by whoever writes them, each with its bytes; clones lie in their folders.
            Change::Files(_) | Change::Clone { .. } | Change::NewFile(_) | Change::Undo => None,
            // Another program's changes are that program's.
            Change::Program(_) => None,
        }
    }
}
