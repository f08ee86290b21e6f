//! What only the doctor looks at: this computer, AWS as a caller, and git at a repository.
//!
//! Deliberately absent: writing anything, and values of variables that may be secrets.

mod build;
mod kept;
mod variables;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::aws::Aws;
use super::environment::Environment;
use super::files::in_background;
use super::git::{DESKTOP_PATH, Git};
use crate::checkup::Ran;
use crate::gitconfig::{Entry, helper_program};
use crate::ports::{self, Attempt, AwsFound, Computer, FileMode, GitBuild, RepositoryFound, Task, Wondered};
use crate::wizard::effect::{Caller, GitPlace};
use crate::wizard::names::RepositoryName;

/// The looks that only the doctor takes, in one environment.
#[derive(Debug, Clone)]
pub struct Inspection {
    environment: Environment,
    aws: Arc<Aws>,
    git: Arc<Git>,
}

impl Inspection {
    /// The looks in this environment, with its AWS and its git.
    pub fn new(environment: Environment, aws: Arc<Aws>, git: Arc<Git>) -> Self {
        Self { environment, aws, git }
    }
}

impl ports::Inspection for Inspection {
    fn look_around<'a>(&'a self, wondered: &'a Wondered) -> Task<'a, Computer> {
        Box::pin(async move {
            let (environment, wondered) = (self.environment.clone(), wondered.clone());
            in_background(move || Ok(looked(&environment, &wondered))).await
        })
    }

    fn git_build(&self) -> Task<'_, GitBuild> {
        Box::pin(async move { Ok(build::of_git(&self.environment, self.git.program().ok().as_deref()).await) })
    }

    fn ran(&self) -> Vec<Ran> {
        super::child::ran()
    }

    fn sound_aws<'a>(&'a self, caller: &'a Caller) -> Task<'a, AwsFound> {
        Box::pin(async move { Ok(self.aws.sound(caller).await) })
    }

    fn find_repository<'a>(&'a self, caller: &'a Caller, name: &'a RepositoryName) -> Task<'a, RepositoryFound> {
        Box::pin(async move { Ok(self.aws.find_repository(caller, name).await) })
    }

    fn own_programs<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, Vec<Entry>> {
        Box::pin(self.git.own_programs(url, place))
    }

    fn address<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, String> {
        Box::pin(self.git.address(url, place))
    }

    fn knock<'a>(&'a self, url: &'a str, place: &'a GitPlace) -> Task<'a, ()> {
        Box::pin(self.git.knock(url, place))
    }

    fn try_repository<'a>(&'a self, url: &'a str, read: bool, place: &'a GitPlace) -> Task<'a, Attempt> {
        Box::pin(async move { Ok(self.git.attempt(url, read, place).await) })
    }
}

fn looked(environment: &Environment, wondered: &Wondered) -> Computer {
    let (stored, unseen) = kept::passwords(environment, wondered);
    let on_the_desktop = wondered.helpers.iter().filter_map(|helper| {
        let program = helper_program(helper)?;
        let own = matches!(program.as_str(), "git-credential-cache" | "git-credential-store");
        let program = environment.expanded(Path::new(&program));
        let found = which::which_in(program, Some(DESKTOP_PATH), super::child::working_folder(environment));
        Some((helper.clone(), own || found.is_ok()))
    });
    let named = wondered.files.iter().map(|path| (None, path.clone()));
    let of_variables = wondered.variables.iter().filter_map(|name| Some((Some(name.clone()), environment.path(name)?)));
    let is_there = |path: &PathBuf| super::reading::is_readable(&environment.expanded(path));
    Computer {
        variables: variables::of(environment),
        files: modes(environment),
        on_the_desktop: on_the_desktop.collect(),
        missing: named.chain(of_variables).filter(|(_, path)| !is_there(path)).collect(),
        stored,
        unseen,
        system: build::system(),
        now: now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The time in UTC, to the second.
fn now() -> String {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    time::OffsetDateTime::now_utc().format(format).unwrap_or_default()
}

#[cfg(unix)]
fn modes(environment: &Environment) -> Vec<FileMode> {
    use std::os::unix::fs::PermissionsExt;
    let files = [(environment.aws_config_file(), false), (environment.aws_credentials_file(), true)];
    let seen = files.into_iter().filter_map(|(path, secret)| {
        let mode = std::fs::metadata(&path).ok()?.permissions().mode() & 0o7777;
        Some(FileMode { path, mode, secret })
    });
    seen.collect()
}

#[cfg(not(unix))]
fn modes(_: &Environment) -> Vec<FileMode> {
    Vec::new()
}
