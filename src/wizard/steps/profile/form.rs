//! The form of a profile made from an access key: its fields, the focus, and what is missing.
//!
//! Deliberately absent: whether AWS accepts the key; STS says that.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

mod sorting;

use crate::profiles::NewProfile;
use crate::wizard::answers::Answers;
use crate::wizard::effect::AccessKey;
use crate::wizard::event::{Event, Key};
use crate::wizard::field::Field;
use crate::wizard::names::ProfileName;
use crate::wizard::pasted;
use crate::wizard::problem::Problem;
use crate::wizard::regions::RegionField;
use crate::wizard::screen::{Block, Column, Form, Hint, List};
use crate::wizard::secrecy::refuse_secret;

/// The fields of a new profile.
#[derive(Debug, Clone)]
pub(super) struct KeyForm {
    name: Field,
    id: Field,
    secret: Field,
    token: Field,
    region: RegionField,
    output: Field,
    focus: Part,
    /// Whether the token is asked for. Fields filled by their places mean the form as it was shown: only what happens after
    /// them changes this.
    asks_token: bool,
    /// The name that was suggested, until another one is typed.
    suggested: String,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    Id,
    Secret,
    Token,
    Region,
    Output,
}

/// The fields from top to bottom.
const PARTS: [Part; 6] = [Part::Name, Part::Id, Part::Secret, Part::Token, Part::Region, Part::Output];

impl KeyForm {
    /// A form that starts from what was decided beforehand.
    pub(super) fn new(answers: &Answers) -> Self {
        let mut form = Self {
            name: Field::with(answers.profile.as_ref().map_or("", ProfileName::as_str)),
            id: Field::id(),
            secret: Field::secret(),
            token: Field::secret(),
            region: RegionField::with(answers.region.as_ref().map_or("", |region| region.as_str())),
            output: Field::with(answers.output.as_deref().unwrap_or("json")),
            focus: Part::Name,
            asks_token: false,
            suggested: String::new(),
        };
        if let Some(key) = &answers.key {
            form.id.set(&key.id);
            form.secret.set(key.secret.expose());
            form.token.set(key.session_token.as_ref().map_or("", |token| token.expose()));
            form.asks_token = form.wants_token();
        }
        form
    }

    /// Fills the name and the region, where nothing is typed yet.
    pub(super) fn suggest(&mut self, name: &str, region: &str) {
        if self.name.is_empty() {
            self.name.set(name);
            name.clone_into(&mut self.suggested);
            self.focus = Part::Id;
        }
        if self.region.field.is_empty() {
            self.region.set(region);
        }
    }

    /// Hears a key or a text; `false` when it is none of its own.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        match event {
            Event::Key(key) if !self.key(*key) => return false,
            Event::Key(_) => {}
            Event::Paste(text) => self.paste(text.expose()),
            Event::Fill(place, text) => {
                if let Some(part) = self.parts().get(*place).copied() {
                    self.fill(part, text.expose());
                }
                return true;
            }
            Event::Pick(row) => {
                self.region.cursor = *row;
                self.region.take();
            }
            Event::Mark(_) | Event::Turn(..) | Event::Reply(..) | Event::Progress(..) => return false,
        }
        self.asks_token = self.wants_token();
        true
    }

    /// Whether the name is being typed.
    pub(super) fn is_at_name(&self) -> bool {
        self.focus == Part::Name
    }

    /// The name that stands there.
    pub(super) fn name(&self) -> &str {
        self.name.text()
    }

    /// Lets go of the key that was typed.
    pub(super) fn forget(&mut self) {
        self.conceal();
        for field in [&mut self.id, &mut self.secret, &mut self.token] {
            field.set("");
        }
        self.asks_token = false;
    }

    /// Masks what was shown.
    pub(super) fn conceal(&mut self) {
        self.secret.conceal();
        self.token.conceal();
    }

    /// What is typed, as a profile.
    ///
    /// # Errors
    /// Names the first field that is missing or cannot be used, and puts the focus on it.
    pub(super) fn read(&mut self, unattended: bool) -> Result<NewProfile, Problem> {
        self.conceal();
        self.sort_out();
        self.region.take();
        let missing = |key: &str, label: &str, why: &str| {
            if unattended {
                crate::wizard::answers::missing(key, why)
            } else {
                Problem::input(format!("{label} is still missing."), why)
            }
        };
        for (part, text) in [(Part::Name, self.name.text()), (Part::Output, self.output.text())] {
            refuse_secret(text).inspect_err(|_| self.focus = part)?;
        }
        let name = ProfileName::parse(self.name.text()).inspect_err(|_| self.focus = Part::Name)?;
        if self.id.is_empty() {
            self.focus = Part::Id;
            return Err(missing(
                "profile.access_key_id",
                "The access key ID",
                "It starts with AKIA and comes from the IAM console; the help shows where.",
            ));
        }
        if !self.id.text().chars().all(|c| c.is_ascii_alphanumeric()) || self.id.text().len() > 128 {
            self.focus = Part::Id;
            // Not repeated here: it may be the secret, typed into the wrong field.
            return Err(Problem::input(
                "That is not an access key ID.",
                "It has letters and digits only, usually AKIA and 16 more. The longer one is the secret access key.",
            ));
        }
        if self.secret.is_empty() {
            self.focus = Part::Secret;
            return Err(missing(
                "profile.secret_access_key",
                "The secret access key",
                "It is shown once, when the access key is made.",
            ));
        }
        if self.is_temporary() && self.token.is_empty() {
            self.focus = Part::Token;
            return Err(missing(
                "profile.session_token",
                "The session token",
                "A key that starts with ASIA is temporary and works only with its session token.",
            ));
        }
        let region = self.region.region().map_err(|problem| {
            self.focus = Part::Region;
            if unattended && self.region.field.is_empty() {
                missing("profile.region", "", &problem.hint)
            } else {
                problem
            }
        })?;
        Ok(NewProfile {
            name,
            access_key_id: self.id.text().to_owned(),
            secret: self.secret.to_secret(),
            session_token: self.is_temporary().then(|| self.token.to_secret()),
            region,
            output: self.output().to_owned(),
        })
    }

    /// The output format.
    pub(super) fn output(&self) -> &str {
        if self.output.is_empty() { "json" } else { self.output.text() }
    }

    /// The fields, and the regions while that field has the focus.
    pub(super) fn blocks(&self) -> Vec<Block<'_>> {
        let view = |part: &Part| match part {
            Part::Name => self.name.view("Name", ""),
            Part::Id => self.id.view("Access key ID", self.id_note()),
            Part::Secret => self.secret.view("Secret access key", self.secret_note()),
            Part::Token => self.token.view("Session token", ""),
            Part::Region => self.region.field.view("Region", self.region.note()),
            Part::Output => self.output.view("Output", ""),
        };
        let parts = self.parts();
        let focus = parts.iter().position(|part| *part == self.focus).unwrap_or_default();
        let fields = parts.iter().map(view).collect();
        let mut blocks = vec![Block::Form(Form { fields, focus })];
        if self.focus == Part::Region {
            blocks.push(Block::Gap);
            blocks.push(region_list(&self.region));
        }
        blocks
    }

    /// The keys of the form's own.
    pub(super) fn hints(&self) -> Vec<Hint> {
        let mut hints = vec![Hint::of(&[Key::Tab, Key::BackTab], "next field")];
        if self.focus == Part::Region && self.region.matches().len() > 1 {
            hints.push(Hint::of(&[Key::Up, Key::Down], "choose"));
        }
        let focused = match self.focus {
            Part::Name => &self.name,
            Part::Id => &self.id,
            Part::Secret => &self.secret,
            Part::Token => &self.token,
            Part::Region => &self.region.field,
            Part::Output => &self.output,
        };
        if focused.can_be_revealed() {
            hints.push(Hint::new(Key::Ctrl('r'), if focused.is_revealed() { "hide" } else { "show" }));
        }
        hints
    }

    fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Tab => self.step(1),
            Key::BackTab => self.step(self.parts().len() - 1),
            _ if self.focus == Part::Region => return self.region.key(key),
            Key::Down => self.step(1),
            Key::Up => self.step(self.parts().len() - 1),
            // `ID,secret`, typed or pasted key by key: the secret must not stand in the open.
            Key::Char(',' | ';' | ' ') if self.is_id_in_the_open() => self.leave_typed_id(),
            _ => return self.field(self.focus).is_some_and(|field| field.key(key)),
        }
        true
    }

    fn step(&mut self, by: usize) {
        self.conceal();
        let parts = self.parts();
        let place = parts.iter().position(|part| *part == self.focus).unwrap_or_default();
        self.focus = parts[(place + by) % parts.len()];
        self.sort_out();
        self.region.take();
    }

    /// The fields that are shown.
    fn parts(&self) -> Vec<Part> {
        PARTS.into_iter().filter(|part| *part != Part::Token || self.asks_token).collect()
    }

    fn field(&mut self, part: Part) -> Option<&mut Field> {
        match part {
            Part::Name => Some(&mut self.name),
            Part::Id => Some(&mut self.id),
            Part::Secret => Some(&mut self.secret),
            Part::Token => Some(&mut self.token),
            Part::Region => None,
            Part::Output => Some(&mut self.output),
        }
    }

    fn is_temporary(&self) -> bool {
        self.id.text().starts_with("ASIA")
    }

    /// Whether the token is asked for; one that came before its ID is there to be seen.
    fn wants_token(&self) -> bool {
        self.is_temporary() || !self.token.is_empty()
    }

    fn id_note(&self) -> &'static str {
        let text = self.id.text();
        if text.is_empty() || pasted::is_access_key_id(text) { "" } else { "usually AKIA or ASIA and 16 more" }
    }

    fn secret_note(&self) -> &'static str {
        let text = self.secret.text();
        if text.is_empty() || text.len() == 40 { "" } else { "usually 40 characters" }
    }
}

/// The list of regions below a region field.
pub(super) fn region_list(region: &RegionField) -> Block<'_> {
    Block::List(List {
        columns: vec![Column::new("", 16), Column::new("", 32), Column::new("", 0)],
        rows: region,
        cursor: region.cursor,
        marks: false,
        filter: None,
        empty: "No region known here fits. Another one is taken by its code, such as eu-west-1.".to_owned(),
    })
}

/// The key of a new profile, as a caller signs with it.
pub(super) fn access_key(new: &NewProfile) -> AccessKey {
    AccessKey { id: new.access_key_id.clone(), secret: new.secret.clone(), session_token: new.session_token.clone() }
}
