//! The form of a profile made from an access key: its fields, the focus, and what is missing.
//!
//! Deliberately absent: whether AWS accepts the key; STS says that.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use crate::profiles::NewProfile;
use crate::wizard::answers::Answers;
use crate::wizard::effect::AccessKey;
use crate::wizard::event::{Event, Key};
use crate::wizard::field::Field;
use crate::wizard::names::ProfileName;
use crate::wizard::problem::Problem;
use crate::wizard::regions::RegionField;
use crate::wizard::screen::{Block, Column, Form, Hint, List};

/// The fields of a new profile.
#[derive(Debug, Clone)]
pub(super) struct KeyForm {
    name: Field,
    id: Field,
    secret: Field,
    region: RegionField,
    output: Field,
    token: Field,
    focus: usize,
}

const NAME: usize = 0;
const ID: usize = 1;
const SECRET: usize = 2;
const REGION: usize = 3;
const OUTPUT: usize = 4;
const TOKEN: usize = 5;

impl KeyForm {
    /// A form that starts from what was decided beforehand.
    pub(super) fn new(answers: &Answers) -> Self {
        let mut form = Self {
            name: Field::with(answers.profile.as_ref().map_or("", ProfileName::as_str)),
            id: Field::default(),
            secret: Field::secret(),
            region: RegionField::with(answers.region.as_ref().map_or("", |region| region.as_str())),
            output: Field::with(answers.output.as_deref().unwrap_or("json")),
            token: Field::secret(),
            focus: 0,
        };
        if let Some(key) = &answers.key {
            form.id.set(&key.id);
            form.secret.set(key.secret.expose());
            form.token.set(key.session_token.as_ref().map_or("", |token| token.expose()));
        }
        form
    }

    /// Fills the name and the region, where nothing is typed yet.
    pub(super) fn suggest(&mut self, name: &str, region: &str) {
        if self.name.is_empty() {
            self.name.set(name);
            self.focus = ID;
        }
        if self.region.field.is_empty() {
            self.region.set(region);
        }
    }

    /// Hears a key or a text; `false` when it is none of its own.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        match event {
            Event::Key(key) => return self.key(*key),
            Event::Paste(text) if self.focus == REGION => self.region.set(text),
            Event::Paste(text) => {
                if let Some(field) = self.field(self.focus) {
                    field.insert(text.trim());
                }
            }
            Event::Fill(REGION, text) => {
                self.region.set(text);
                self.region.take();
            }
            Event::Fill(place, text) => {
                if let Some(field) = self.field(*place) {
                    field.set(text);
                }
            }
            Event::Pick(row) => {
                self.region.cursor = *row;
                self.region.take();
            }
            Event::Mark(_) | Event::Turn(..) | Event::Reply(..) | Event::Progress(..) => return false,
        }
        true
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
        self.region.take();
        let missing = |key: &str, label: &str, why: &str| {
            if unattended {
                crate::wizard::answers::missing(key, why)
            } else {
                Problem::input(format!("{label} is still missing."), why)
            }
        };
        let name = ProfileName::parse(self.name.text()).inspect_err(|_| self.focus = NAME)?;
        if self.id.is_empty() {
            self.focus = ID;
            return Err(missing(
                "profile.access_key_id",
                "The access key ID",
                "It starts with AKIA and comes from the IAM console; the help shows where.",
            ));
        }
        if !self.id.text().chars().all(|c| c.is_ascii_alphanumeric()) || self.id.text().len() > 128 {
            self.focus = ID;
            // Not repeated here: it may be the secret, typed into the wrong field.
            return Err(Problem::input(
                "That is not an access key ID.",
                "It has letters and digits only, usually AKIA and 16 more. The longer one is the secret access key.",
            ));
        }
        if self.secret.is_empty() {
            self.focus = SECRET;
            return Err(missing(
                "profile.secret_access_key",
                "The secret access key",
                "It is shown once, when the access key is made.",
            ));
        }
        let region = self.region.region().map_err(|problem| {
            self.focus = REGION;
            if unattended && self.region.field.is_empty() {
                missing("profile.region", "", &problem.hint)
            } else {
                problem
            }
        })?;
        if self.is_temporary() && self.token.is_empty() {
            self.focus = TOKEN;
            return Err(missing(
                "profile.session_token",
                "The session token",
                "A key that starts with ASIA is temporary and works only with its session token.",
            ));
        }
        let output = if self.output.is_empty() { "json" } else { self.output.text() };
        Ok(NewProfile {
            name,
            access_key_id: self.id.text().to_owned(),
            secret: self.secret.to_secret(),
            session_token: self.is_temporary().then(|| self.token.to_secret()),
            region,
            output: output.to_owned(),
        })
    }

    /// The fields, and the regions while that field has the focus.
    pub(super) fn blocks(&self) -> Vec<Block<'_>> {
        let mut fields = vec![
            self.name.view("Name", ""),
            self.id.view("Access key ID", self.id_note()),
            self.secret.view("Secret access key", self.secret_note()),
            self.region.field.view("Region", self.region_note()),
            self.output.view("Output", ""),
        ];
        if self.is_temporary() {
            fields.push(self.token.view("Session token", ""));
        }
        let mut blocks = vec![Block::Form(Form { fields, focus: self.focus })];
        if self.focus == REGION {
            blocks.push(Block::Gap);
            blocks.push(region_list(&self.region));
        }
        blocks
    }

    /// The keys of the form's own.
    pub(super) fn hints(&self) -> Vec<Hint> {
        let mut hints = vec![Hint::of(&[Key::Tab, Key::BackTab], "next field")];
        if self.focus == REGION && self.region.matches().len() > 1 {
            hints.push(Hint::of(&[Key::Up, Key::Down], "choose"));
        }
        let secret =
            (self.focus == SECRET && !self.secret.is_empty()) || (self.focus == TOKEN && !self.token.is_empty());
        if secret {
            let shown = self.secret.is_revealed() || self.token.is_revealed();
            hints.push(Hint::new(Key::Ctrl('r'), if shown { "hide" } else { "show" }));
        }
        hints
    }

    fn key(&mut self, key: Key) -> bool {
        let count = if self.is_temporary() { TOKEN + 1 } else { TOKEN };
        match key {
            Key::Tab | Key::BackTab => {
                self.conceal();
                self.region.take();
                let step = if key == Key::Tab { 1 } else { count - 1 };
                self.focus = (self.focus + step) % count;
                true
            }
            _ if self.focus == REGION => self.region.key(key),
            Key::Down => self.key(Key::Tab),
            Key::Up => self.key(Key::BackTab),
            _ => self.field(self.focus).is_some_and(|field| field.key(key)),
        }
    }

    fn field(&mut self, place: usize) -> Option<&mut Field> {
        match place {
            NAME => Some(&mut self.name),
            ID => Some(&mut self.id),
            SECRET => Some(&mut self.secret),
            OUTPUT => Some(&mut self.output),
            TOKEN => Some(&mut self.token),
            _ => None,
        }
    }

    fn is_temporary(&self) -> bool {
        self.id.text().starts_with("ASIA")
    }

    fn id_note(&self) -> &'static str {
        let text = self.id.text();
        let usual = (text.starts_with("AKIA") || text.starts_with("ASIA")) && text.len() == 20;
        if text.is_empty() || usual { "" } else { "usually AKIA and 16 more" }
    }

    fn secret_note(&self) -> &'static str {
        let text = self.secret.text();
        if text.is_empty() || text.len() == 40 { "" } else { "usually 40 characters" }
    }

    fn region_note(&self) -> String {
        self.region
            .region()
            .ok()
            .and_then(|region| crate::wizard::regions::place(&region))
            .unwrap_or_default()
            .to_owned()
    }
}

/// The list of regions below a region field.
pub(super) fn region_list(region: &RegionField) -> Block<'_> {
    Block::List(List {
        columns: vec![Column::new("", 16), Column::new("", 0)],
        rows: region,
        cursor: region.cursor,
        marks: false,
        filter: None,
        empty: "No region known here fits. A code such as eu-west-1 is taken as it is.".to_owned(),
    })
}

/// The key of a new profile, as a caller signs with it.
pub(super) fn access_key(new: &NewProfile) -> AccessKey {
    AccessKey { id: new.access_key_id.clone(), secret: new.secret.clone(), session_token: new.session_token.clone() }
}
