//! The profile that is being looked at: who would sign, and what would be written for it.
//!
//! Deliberately absent: asking AWS about it, and writing.

#![expect(clippy::wildcard_enum_match_arm, reason = "every other kind can be tried")]

use std::path::Path;

use super::{form, kinds};
use crate::profiles::{self, AwsFile, BrokenFile, Kind, NewProfile};
use crate::wizard::change;
use crate::wizard::effect::{Caller, Credentials, FileChange, FileText, Ours};
use crate::wizard::facts::Identity;
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{FileDiff, Mark, Row};
use crate::wizard::words::shortened;

/// Both AWS files as they were read.
#[derive(Default)]
pub(super) struct Files {
    pub(super) config: FileText,
    pub(super) credentials: FileText,
}

/// The profile that is being looked at.
pub(super) struct Candidate {
    pub(super) name: ProfileName,
    pub(super) region: Region,
    pub(super) credentials: Credentials,
    pub(super) access_key: bool,
    pub(super) built_in: bool,
    /// Whether it comes from the form; else it stood in the files.
    pub(super) from_form: bool,
    /// What is to be written for it, until that is done.
    pub(super) changes: Vec<FileChange>,
    pub(super) diffs: Vec<FileDiff>,
    /// The key of the files that it takes the place of.
    pub(super) replaced: Option<Replaced>,
    /// What came in between each time that it was to be written.
    pub(super) conflicts: Vec<Problem>,
}

/// An access key that would be gone.
pub(super) struct Replaced {
    pub(super) id: String,
    /// Whose it is, where AWS knows it.
    pub(super) owner: Option<String>,
}

impl Files {
    /// What to say of the file that cannot be read, and of the line.
    pub(super) fn broken(&self, broken: &BrokenFile, home: &Path) -> Problem {
        let file = match broken.file {
            AwsFile::Config => &self.config,
            AwsFile::Credentials => &self.credentials,
        };
        broken.problem(&change::tilde(&file.path, home))
    }
}

impl Candidate {
    /// A profile of the files; a region that an access-key profile lacks is to be written.
    pub(super) fn existing(
        profile: &profiles::Profile,
        region: Region,
        files: &Files,
        home: &Path,
    ) -> Result<Self, Problem> {
        let access_key = matches!(profile.kind, Kind::AccessKey | Kind::TemporaryKey);
        let candidate = Self {
            name: profile.name.clone(),
            region: region.clone(),
            credentials: Credentials::Profile(profile.name.clone()),
            access_key,
            built_in: true,
            from_form: false,
            changes: Vec::new(),
            diffs: Vec::new(),
            replaced: None,
            conflicts: Vec::new(),
        };
        match (&profile.keys, &profile.region) {
            (Some(keys), None) if access_key => candidate.planned(
                &NewProfile {
                    name: profile.name.clone(),
                    access_key_id: keys.access_key_id.clone(),
                    secret: keys.secret.clone(),
                    session_token: keys.session_token.clone(),
                    region,
                    output: profile.output.clone().unwrap_or_else(|| "json".to_owned()),
                },
                files,
                home,
            ),
            _ => Ok(candidate),
        }
    }

    /// A profile from the form; one of the same name but another kind is refused.
    pub(super) fn new(
        new: &NewProfile,
        old: Option<&profiles::Profile>,
        files: &Files,
        home: &Path,
    ) -> Result<Self, Problem> {
        let old = old.and_then(|profile| profile.keys.as_ref()).map(|keys| keys.access_key_id.clone());
        let replaced = old.filter(|id| *id != new.access_key_id).map(|id| Replaced { id, owner: None });
        Self {
            name: new.name.clone(),
            region: new.region.clone(),
            credentials: Credentials::Keys(form::access_key(new)),
            access_key: true,
            built_in: true,
            from_form: true,
            changes: Vec::new(),
            diffs: Vec::new(),
            replaced,
            conflicts: Vec::new(),
        }
        .planned(new, files, home)
    }

    /// Whether files have to be changed for it, or were.
    pub(super) fn writes(&self) -> bool {
        !self.diffs.is_empty()
    }

    /// Who would ask AWS as the key that is replaced.
    pub(super) fn replaced_caller(&self) -> Option<Caller> {
        self.replaced.as_ref()?;
        Some(Caller { credentials: Credentials::Profile(self.name.clone()), region: self.region.clone() })
    }

    /// Notes whose key is replaced.
    pub(super) fn owned_by(&mut self, owner: &Identity) {
        if let Some(replaced) = &mut self.replaced {
            replaced.owner = Some(format!("{} in account {}", owner.described(), owner.account));
        }
    }

    /// Who asks AWS as this profile.
    pub(super) fn caller(&self) -> Caller {
        Caller { credentials: self.credentials.clone(), region: self.region.clone() }
    }

    fn planned(mut self, new: &NewProfile, files: &Files, home: &Path) -> Result<Self, Problem> {
        let Files { config, credentials } = files;
        let after = profiles::with_access_key(config.content(), credentials.content(), new)?;
        self.changes = [(credentials, after.credentials), (config, after.config)]
            .into_iter()
            .filter(|(file, after)| file.content() != after.as_slice())
            .map(|(file, after)| FileChange {
                path: file.path.clone(),
                before: file.bytes.clone(),
                after: after.into(),
                private: true,
                ours: Ours::Profile(new.name.clone()),
            })
            .collect();
        self.diffs = self.changes.iter().map(|file| change::diff(file, home)).collect();
        Ok(self)
    }
}

impl Replaced {
    /// Which key it is, as a sentence can hold it.
    pub(super) fn described(&self) -> String {
        match &self.owner {
            Some(owner) => printable(&format!("the access key {} of {owner}", shortened(&self.id))),
            None => format!("the access key {} (AWS did not say whose it is)", shortened(&self.id)),
        }
    }
}

/// A profile as a row of the list.
pub(super) fn row(profile: &profiles::Profile, profiles: &[profiles::Profile]) -> Row {
    let mark = unusable(profile, false).or_else(|| kinds::needs_code(profile, profiles)).map(|_| Mark::Look);
    let region = profile.region.as_deref().unwrap_or("no region");
    Row {
        mark,
        cells: vec![printable(profile.name.as_str()), profile.kind.label().to_owned(), printable(region)],
        ..Row::default()
    }
}

/// What to say of a profile that was named beforehand and does not exist.
pub(super) fn no_such_profile(name: &ProfileName, unattended: bool) -> Problem {
    let what = format!("There is no profile “{}” in the AWS files.", printable(name.as_str()));
    if unattended {
        Problem::new(
            ProblemKind::MissingAnswer,
            what,
            "Nor does the answers file say from which access key to make it.",
            "Add profile.access_key_id and profile.secret_access_key to the answers file, or name another profile.",
        )
    } else {
        Problem::new(
            ProblemKind::NotFound,
            what,
            "",
            "Choose one of these, or make it from an access key with n (new).",
        )
    }
}

/// What to say when an answers file would replace a key without saying so.
pub(super) fn holds_another_key(name: &str, id: &str) -> Problem {
    Problem::new(
        ProblemKind::BadInput,
        format!("profile.access_key_id in the answers file is not the key that profile {} holds.", printable(name)),
        format!("It holds {}; AWS does not show the secret of a key a second time.", shortened(id)),
        "Name another profile, or write replace = true below [profile] to replace that key.",
    )
}

/// Why a profile cannot be used as it is.
pub(super) fn unusable(profile: &profiles::Profile, unattended: bool) -> Option<Problem> {
    let name = printable(profile.name.as_str());
    let (what, by_hand) = match profile.kind {
        Kind::HalfAKey => (format!("Profile {name} holds half an access key."), "Complete it with n (new)"),
        Kind::Nothing => (format!("Profile {name} holds no credentials."), "Give it an access key with n (new)"),
        _ => return None,
    };
    Some(Problem::input(
        what,
        if unattended {
            "Add profile.access_key_id and profile.secret_access_key to the answers file, or name another profile."
                .to_owned()
        } else {
            format!("{by_hand}, under the same name, or choose another profile.")
        },
    ))
}
