//! What was pasted, typed or fetched goes to the field that it belongs to, whichever had the focus.
//!
//! Deliberately absent: the shapes of keys (`pasted`).

use std::path::PathBuf;

use super::{KeyForm, PARTS, Part};
use crate::wizard::effect::AccessKey;
use crate::wizard::pasted::{self, Parts};
use crate::wizard::secret::Secret;

impl KeyForm {
    /// Takes a text that was pasted where the focus is.
    pub(super) fn paste(&mut self, text: &str) {
        let part = self.focus;
        if self.take_parts(pasted::parts(text), Some(part)) {
            return;
        }
        let is_key = matches!(part, Part::Id | Part::Secret | Part::Token);
        let clean = pasted::clean(text);
        match self.field(part) {
            Some(field) => field.insert(if is_key { &clean } else { text.trim() }),
            None => self.region.set(text.trim()),
        }
    }

    /// Takes a text that was given for a field.
    pub(super) fn fill(&mut self, part: Part, text: &str) {
        if self.take_parts(pasted::parts(text), Some(part)) {
            return;
        }
        if let Some(field) = self.field(part) {
            field.set(text);
        } else {
            self.region.set(text);
            self.region.take();
        }
    }

    /// Takes over a key that is kept somewhere else; only its name is still to be chosen.
    pub(in super::super) fn take_key(&mut self, key: &AccessKey) {
        self.conceal();
        self.id.set(&key.id);
        self.secret.set(key.secret.expose());
        self.token.set(key.session_token.as_ref().map_or("", Secret::expose));
        self.asks_token = self.wants_token();
        self.focus = Part::Name;
    }

    /// Puts a line of the console's CSV file into its fields, or what AWS tools print; `false` when the text is neither.
    pub(in super::super) fn take_record(&mut self, text: &str) -> bool {
        let parts = pasted::parts(text);
        let is_taken = parts.is_whole() && self.take_parts(parts, None);
        self.asks_token = self.wants_token();
        is_taken
    }

    /// The file that stands in the field of the access key ID once that is left, and is taken out of it.
    pub(in super::super) fn take_file(&mut self) -> Option<PathBuf> {
        let path = pasted::path(self.id.text()).filter(|_| self.focus != Part::Id)?;
        self.id.set("");
        self.focus = Part::Id;
        Some(path)
    }

    /// Goes on from the field of the access key ID, as Tab does, where a file stands in it.
    pub(in super::super) fn leave_id(&mut self) {
        self.sort_out();
        if self.focus == Part::Id && pasted::path(self.id.text()).is_some() {
            self.focus = Part::Secret;
        }
    }

    /// Whether the field with the focus shows an access key ID, so that what comes behind it is likely to be the secret.
    pub(super) fn is_id_in_the_open(&self) -> bool {
        match self.focus {
            Part::Name => pasted::is_access_key_id(self.name.text()) && self.id.is_empty(),
            Part::Id => pasted::is_access_key_id(self.id.text()),
            Part::Secret | Part::Token | Part::Region | Part::Output => false,
        }
    }

    /// Goes on to the secret behind an ID that was typed.
    pub(super) fn leave_typed_id(&mut self) {
        self.sort_out();
        self.focus = Part::Secret;
    }

    /// Cleans what was typed, and puts what stands in a wrong place where it belongs.
    pub(super) fn sort_out(&mut self) {
        for field in [&mut self.id, &mut self.secret, &mut self.token] {
            let clean = pasted::clean(field.text());
            // An ID and a secret with a blank between them are two.
            if *clean != *field.text() && !pasted::parts(field.text()).is_whole() {
                field.set(&clean);
            }
        }
        let id_is_secret = pasted::is_secret(self.id.text());
        let secret_is_id = pasted::is_access_key_id(self.secret.text());
        if (id_is_secret && (secret_is_id || self.secret.is_empty())) || (secret_is_id && self.id.is_empty()) {
            let (id, secret) = (self.id.to_secret(), self.secret.to_secret());
            self.id.set(secret.expose());
            self.secret.set(id.expose());
            if self.id.is_empty() {
                self.focus = Part::Id;
            }
        }
        for part in PARTS {
            self.empty_out(part);
        }
        self.asks_token = self.wants_token();
    }

    /// Takes out of a field what belongs to others.
    fn empty_out(&mut self, part: Part) {
        let text = match part {
            Part::Name => self.name.to_secret(),
            Part::Id => self.id.to_secret(),
            Part::Secret => self.secret.to_secret(),
            Part::Region => self.region.field.to_secret(),
            Part::Output => self.output.to_secret(),
            Part::Token => return,
        };
        let text = text.expose();
        let parts = pasted::parts(text);
        let is_alone = |half: &Option<Secret>| half.as_ref().is_some_and(|half| half.expose() == text);
        let is_in_place = match part {
            Part::Id => parts.id.as_deref() == Some(text),
            Part::Secret => is_alone(&parts.secret) || !parts.is_whole(),
            Part::Name => {
                parts.secret.is_none() && parts.token.is_none() && !(parts.id.is_some() && self.id.is_empty())
            }
            Part::Token | Part::Region | Part::Output => parts.secret.is_none() && parts.token.is_none(),
        };
        if parts.is_empty() || is_in_place {
            return;
        }
        let instead = if part == Part::Name { self.suggested.clone() } else { String::new() };
        if let Some(field) = self.field(part) {
            field.set(&instead);
        } else {
            self.region.set(&instead);
        }
        let focus = self.focus;
        self.take_parts(parts, None);
        self.focus = focus;
    }

    /// Puts what was found into its fields; `false` when it is to stand where it was put.
    fn take_parts(&mut self, parts: Parts, at: Option<Part>) -> bool {
        let is_whole = parts.is_whole();
        let id =
            parts.id.filter(|_| is_whole || at != Some(Part::Secret) && at != Some(Part::Name) || self.id.is_empty());
        let secret = parts.secret;
        // A secret that is put where the token belongs is hidden there as well.
        let secret = secret.filter(|_| is_whole || at != Some(Part::Token) || self.secret.is_empty());
        if id.is_none() && secret.is_none() && parts.token.is_none() {
            return false;
        }
        self.conceal();
        if is_whole {
            self.token.set("");
            self.focus = Part::Secret;
        }
        for (field, text) in [(&mut self.secret, &secret), (&mut self.token, &parts.token)] {
            if let Some(text) = text {
                field.set(text.expose());
            }
        }
        if let Some(id) = id {
            self.id.set(&id);
        }
        if let Some(user) = parts.user.filter(|_| self.name.is_empty() || self.name.text() == self.suggested) {
            self.name.set(&user);
        }
        true
    }
}
