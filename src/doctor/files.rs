//! The AWS files, and the profile in them.
//!
//! Deliberately absent: whether the credentials work.

use std::path::Path;

use super::subject::{From, Subject, find};
use crate::checkup::Check;
use crate::ports::{Computer, FileMode};
use crate::profiles::{self, AwsFile, Kind, Profile};
use crate::wizard::change::tilde;
use crate::wizard::effect::FileText;
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;

/// Permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;

/// What the AWS files hold.
pub(super) struct AwsFiles {
    config: FileText,
    credentials: FileText,
    pub(super) profiles: Result<Vec<Profile>, Problem>,
    /// How many of the two files are there.
    pub(super) count: usize,
}

impl AwsFiles {
    pub(super) fn of(read: Result<(FileText, FileText), Problem>) -> Self {
        let (config, credentials) = match read {
            Ok(files) => files,
            Err(problem) => {
                let none = FileText::default();
                return Self { config: none.clone(), credentials: none, profiles: Err(problem), count: 0 };
            }
        };
        let count = [&config, &credentials].iter().filter(|file| file.bytes.is_some()).count();
        let profiles = profiles::read(config.content(), credentials.content()).map_err(|broken| {
            let file = match broken.file {
                AwsFile::Config => &config.path,
                AwsFile::Credentials => &credentials.path,
            };
            broken.problem(&printable(&file.to_string_lossy()))
        });
        Self { config, credentials, profiles, count }
    }

    /// The sections that the profile rests on, without what could be a secret, by file.
    pub(super) fn excerpts(&self, subject: &Subject, home: &str) -> Vec<(String, Vec<String>)> {
        let all = self.all();
        let own = subject.profile.as_ref().and_then(|name| find(all, name.as_str()));
        let mut names = vec!["default"];
        names.extend(own.map(|own| own.chain(all)).unwrap_or_default().iter().map(|profile| profile.name.as_str()));
        let files = [(&self.config, AwsFile::Config), (&self.credentials, AwsFile::Credentials)];
        let there = files.into_iter().filter(|(file, _)| file.bytes.is_some());
        let told = there.map(|(file, kind)| {
            let lines = profiles::excerpt(kind, file.content(), &names);
            (tilde(&file.path, Path::new(home)), lines.unwrap_or_else(|broken| vec![printable(&broken.to_string())]))
        });
        told.collect()
    }

    pub(super) fn all(&self) -> &[Profile] {
        self.profiles.as_deref().unwrap_or_default()
    }

    pub(super) fn profile(&self, name: &str) -> Option<&Profile> {
        find(self.all(), name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.profile(name).is_some()
    }
}

/// Whether the files are sound, who may read them, and whether the profile is whole.
pub(super) fn checks(files: &AwsFiles, computer: &Computer, subject: &Subject) -> Vec<Check> {
    let mut checks = vec![sound(files), modes(&computer.files)];
    checks.push(match &files.profiles {
        Ok(profiles) => profile(profiles, subject),
        Err(_) => Check::skip("profile", "the AWS files cannot be read"),
    });
    checks
}

fn sound(files: &AwsFiles) -> Check {
    match &files.profiles {
        Ok(profiles) => match (files.count, profiles.len()) {
            (0, _) => Check::pass("aws-files", "there are none"),
            (_, 1) => Check::pass("aws-files", "sound, with 1 profile"),
            (_, count) => Check::pass("aws-files", format!("sound, with {count} profiles")),
        },
        Err(problem) => {
            let cause = if problem.what.starts_with("Line ") { "aws-files-broken" } else { "aws-files-unreadable" };
            Check::fail("aws-files", cause, &problem.what).why(&problem.why).fix(&problem.hint)
        }
    }
}

fn modes(files: &[FileMode]) -> Check {
    let shown = |path: &Path| printable(&path.to_string_lossy());
    let open = files.iter().find(|file| file.secret && file.mode & OTHERS != 0);
    match open {
        Some(file) => Check::warn(
            "aws-files-mode",
            Some("aws-files-open"),
            format!("{} has mode {:04o}: others on this computer may read it", shown(&file.path), file.mode),
        )
        .fix(format!("chmod 600 {}", crate::gitconfig::shell_quoted(&file.path.to_string_lossy()))),
        None if files.is_empty() => Check::skip("aws-files-mode", "there are no AWS files"),
        None => Check::pass("aws-files-mode", "their owner alone may read the secret keys"),
    }
}

fn profile(profiles: &[Profile], subject: &Subject) -> Check {
    let Some(name) = &subject.profile else {
        return Check::pass("profile", "none: the keys of the environment are used");
    };
    let shown = printable(name.as_str());
    let whose = match subject.profile_from {
        From::Asked => "as asked for",
        From::Helper => "named by git's helper",
        From::Variable => "named by AWS_PROFILE",
        From::Environment | From::Default => "used when none is named",
    };
    let Some(found) = find(profiles, name.as_str()) else {
        if profiles.is_empty() && subject.present.is_none() && subject.profile_from == From::Default {
            let what = "there is no profile, and git has no helper for CodeCommit";
            return Check::fail("profile", "not-set-up", what);
        }
        let names: Vec<String> = profiles.iter().take(8).map(|profile| printable(profile.name.as_str())).collect();
        let there = if names.is_empty() {
            "The AWS files hold none.".to_owned()
        } else {
            format!("The AWS files hold: {}.", names.join(", "))
        };
        let near = profiles.iter().find(|profile| profile.name.as_str().eq_ignore_ascii_case(name.as_str()));
        let why =
            near.map_or(there, |near| format!("There is {}, in another spelling.", printable(near.name.as_str())));
        return Check::fail("profile", "profile-missing", format!("there is no profile {shown}, {whose}")).why(why);
    };
    match &found.kind {
        Kind::HalfAKey => Check::fail("profile", "half-a-key", format!("{shown} holds only half an access key")),
        Kind::Nothing => {
            Check::fail("profile", "no-credentials", format!("{shown} holds settings, and no credentials"))
        }
        Kind::Role { mfa: true, .. } => {
            Check::fail("profile", "mfa-needed", format!("{shown} is a role with MFA, {whose}"))
                .why("Git's helper is asked without anybody there to type the code.")
        }
        Kind::Role { source: Some(source), .. } if find(profiles, source).is_none() => Check::fail(
            "profile",
            "profile-missing",
            format!("{shown} takes its credentials from {}, which is not there", printable(source)),
        ),
        Kind::AccessKey
        | Kind::TemporaryKey
        | Kind::Sso
        | Kind::Login
        | Kind::Role { .. }
        | Kind::Process
        | Kind::WebIdentity
        | Kind::InstanceRole => {
            let region = if subject.region_is_known { String::new() } else { ", without a region".to_owned() };
            let text = format!("{shown}, {whose}: {}{region}", found.kind.label());
            if subject.region_is_known {
                Check::pass("profile", text)
            } else {
                Check::warn("profile", Some("no-region"), text)
            }
        }
    }
}
