//! Sign-ins: programs that are registered, devices and browsers that are about to be let in, and the tokens of those
//! who are.
//!
//! Deliberately absent: the person. Whoever asks is let in, after a moment.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::account::Principal;
use crate::wizard::secret::Secret;

/// Everything that is known of sign-ins.
#[derive(Debug, Default)]
pub(super) struct SignIns {
    /// The secrets of registered programs.
    pub(super) clients: BTreeMap<String, Secret>,
    /// Codes of devices, and whether they were asked after before.
    pub(super) devices: BTreeMap<String, bool>,
    /// Codes that browsers brought back, with the challenge that goes with each.
    pub(super) codes: BTreeMap<String, Vec<u8>>,
    /// Who is signed in at the SSO portal.
    pub(super) portal: Vec<SignIn>,
    /// Refresh tokens of `aws login`, with who signed in.
    pub(super) logins: Vec<(Secret, Principal)>,
    /// The token that the identity provider of web identities gave out.
    pub(super) web_token: Option<Secret>,
    /// The tokens with which the metadata service of a machine may be asked.
    pub(super) machine_tokens: Vec<Secret>,
}

/// A sign-in at the SSO portal.
#[derive(Debug, Clone)]
pub(super) struct SignIn {
    pub(super) access: Secret,
    pub(super) refresh: Secret,
    pub(super) expires: OffsetDateTime,
}

impl SignIns {
    pub(super) fn is_client(&self, id: &str, secret: &str) -> bool {
        self.clients.get(id).is_some_and(|expected| expected.expose() == secret)
    }

    pub(super) fn is_web_token(&self, token: &str) -> bool {
        self.web_token.as_ref().is_some_and(|expected| expected.expose() == token.trim())
    }
}
