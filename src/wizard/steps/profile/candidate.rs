//! The profile that is being looked at: who would sign, and what would be written for it.
//!
//! Deliberately absent: asking AWS about it, and writing.

#![expect(clippy::wildcard_enum_match_arm, reason = "every other kind can be tried")]

use std::path::Path;

use super::form;
use crate::profiles::{self, AwsFile, BrokenFile, Kind, NewProfile};
use crate::wizard::change;
use crate::wizard::effect::{Caller, Credentials, FileChange, FileText, Ours};
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{FileDiff, Mark, Row};

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
    /// Whether it comes from the form; else it stood in the files.
    pub(super) from_form: bool,
    pub(super) changes: Vec<FileChange>,
    pub(super) diffs: Vec<FileDiff>,
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
            from_form: false,
            changes: Vec::new(),
            diffs: Vec::new(),
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
    pub(super) fn new(new: &NewProfile, files: &Files, home: &Path) -> Result<Self, Problem> {
        Self {
            name: new.name.clone(),
            region: new.region.clone(),
            credentials: Credentials::Keys(form::access_key(new)),
            access_key: true,
            from_form: true,
            changes: Vec::new(),
            diffs: Vec::new(),
        }
        .planned(new, files, home)
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
                after,
                private: true,
                ours: Ours::Profile(new.name.clone()),
            })
            .collect();
        self.diffs = self.changes.iter().map(|file| change::diff(file, home)).collect();
        Ok(self)
    }
}

/// A profile as a row of the list.
pub(super) fn row(profile: &profiles::Profile) -> Row {
    let mark = unusable(profile).map(|_| Mark::Look);
    let region = profile.region.as_deref().unwrap_or("no region");
    Row {
        mark,
        checked: false,
        cells: vec![printable(profile.name.as_str()), profile.kind.label().to_owned(), printable(region)],
    }
}

/// What to say of a profile that an answers file names and that does not exist.
pub(super) fn no_such_profile(name: &ProfileName) -> Problem {
    Problem::new(
        ProblemKind::MissingAnswer,
        format!("There is no profile “{}” in the AWS files.", printable(name.as_str())),
        "Nor does the answers file say from which access key to make it.",
        "Add profile.access_key_id and profile.secret_access_key to the answers file, or name another profile.",
    )
}

/// Why a profile cannot be used as it is.
pub(super) fn unusable(profile: &profiles::Profile) -> Option<Problem> {
    let name = printable(profile.name.as_str());
    match profile.kind {
        Kind::HalfAKey => Some(Problem::input(
            format!("Profile {name} holds half an access key."),
            "Complete it with n (new), under the same name, or choose another profile.",
        )),
        Kind::Nothing => Some(Problem::input(
            format!("Profile {name} holds no credentials."),
            "Give it an access key with n (new), under the same name, or choose another profile.",
        )),
        _ => None,
    }
}
