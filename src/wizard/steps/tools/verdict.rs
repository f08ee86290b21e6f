//! What the versions that were found mean, and what to do about them on this computer.
//!
//! Deliberately absent: asking for them; the step does that.

use std::path::Path;

use semver::Version;

use super::{Finding, Tools, version_of};
use crate::wizard::change::tilde;
use crate::wizard::effect::{Installed, Program};
use crate::wizard::facts::{Facts, InstallHint};
use crate::wizard::names::printable;
use crate::wizard::problem::ProblemKind;
use crate::wizard::screen::{Check, Mark};
use crate::wizard::versions::{self, AWS_1_SOUND, AWS_2_SOUND, AWS_MINIMUM, GIT_MINIMUM, GIT_RESET, GIT_WILDCARDS};

/// What there is to say of a program.
pub(super) struct Verdict {
    pub(super) mark: Mark,
    pub(super) found: Vec<String>,
    pub(super) advice: Vec<String>,
    pub(super) install: Option<String>,
}

impl Tools {
    pub(super) fn judge_git(&self, facts: &Facts) -> Verdict {
        let mut verdict = judge(&self.git, "Git", &facts.surroundings.home);
        if self.obstacle().is_some() {
            return verdict;
        }
        let version = version_of(&self.git);
        match &version {
            None => {}
            Some(version) if *version < GIT_MINIMUM => {
                verdict.mark = Mark::Failed;
                verdict.advice.push(format!("Git {version} is too old: CodeCommit needs {GIT_MINIMUM} or later."));
            }
            Some(version) if *version < GIT_RESET => {
                verdict.mark = Mark::Look;
                verdict.advice.push(format!(
                    "Git {version} works, but below {GIT_RESET} it cannot keep other credential helpers away from CodeCommit."
                ));
            }
            Some(version) if *version < GIT_WILDCARDS => {
                verdict.mark = Mark::Look;
                verdict.advice.push(format!(
                    "Git {version} works; below {GIT_WILDCARDS} each region needs a section of its own in the git configuration."
                ));
            }
            Some(_) => {}
        }
        if verdict.mark != Mark::Ok && wants_installing(&self.git) {
            verdict.remedy(&self.git, "Git", &GIT_MINIMUM, || install_command(facts, Program::Git));
        }
        verdict
    }

    pub(super) fn judge_aws(&self, facts: &Facts) -> Verdict {
        let mut verdict = judge(&self.aws, "AWS CLI", &facts.surroundings.home);
        if self.obstacle().is_some() {
            return verdict;
        }
        let built_in = "The walk can go on without it: the helper built into this program then answers git.";
        let Some(version) = version_of(&self.aws) else {
            if !matches!(self.aws, Finding::Asked(_) | Finding::NotAsked) {
                verdict.mark = Mark::Look;
                verdict.advice.push(built_in.to_owned());
                if wants_installing(&self.aws) {
                    verdict.remedy(&self.aws, "AWS CLI", &AWS_MINIMUM, || install_command(facts, Program::AwsCli));
                }
            }
            return verdict;
        };
        let unsound = (version < AWS_1_SOUND) || (version.major == 2 && version < AWS_2_SOUND);
        if version < AWS_MINIMUM {
            verdict.mark = Mark::Look;
            verdict
                .advice
                .push(format!("AWS CLI {version} is too old: CodeCommit needs {AWS_MINIMUM} or later. {built_in}"));
        } else if unsound {
            verdict.mark = Mark::Look;
            verdict.advice.push(format!(
                "AWS CLI {version} has a helper that git can misread; {AWS_1_SOUND} (or {AWS_2_SOUND}) repaired it."
            ));
        } else if version.major < 2 {
            verdict.advice.push(
                "AWS CLI version 1 works with access keys. It is in maintenance since July 2026; sign-in with SSO sessions and \
                 with `aws login` needs version 2."
                    .to_owned(),
            );
        }
        match &self.commands {
            Finding::Known(false) => {
                verdict.mark = Mark::Look;
                verdict.advice.push(format!("This AWS CLI has no CodeCommit commands. {built_in}"));
            }
            Finding::Failed(_) => verdict.advice.push(built_in.to_owned()),
            Finding::Known(true) | Finding::NotAsked | Finding::Asked(_) => {}
        }
        if verdict.mark != Mark::Ok {
            verdict.remedy(&self.aws, "AWS CLI", &AWS_MINIMUM, || install_command(facts, Program::AwsCli));
        }
        verdict
    }

    pub(super) fn commands_check(&self) -> Option<Check> {
        let name = "CodeCommit commands of the AWS CLI";
        match &self.commands {
            Finding::NotAsked => None,
            Finding::Asked(_) => Some(Check::new(Mark::Working, name, vec![])),
            Finding::Known(true) => Some(Check::new(Mark::Ok, name, vec![])),
            Finding::Known(false) => Some(Check::new(Mark::Look, name, vec!["missing".to_owned()])),
            Finding::Failed(problem) => Some(Check::new(Mark::Look, name, vec![printable(&problem.what)])),
        }
    }
}

impl Verdict {
    /// A copy that would do and that PATH does not choose needs no installing.
    fn remedy(
        &mut self,
        finding: &Finding<Vec<Installed>>,
        name: &str,
        minimum: &Version,
        install: impl FnOnce() -> Option<String>,
    ) {
        match better(finding, minimum).and_then(|copy| copy.path.parent()) {
            Some(folder) if version_of(finding).is_none_or(|version| version < *minimum) => {
                let folder = crate::gitconfig::shell_quoted(&printable(&folder.to_string_lossy()));
                self.advice.push(format!(
                    "The second {name} would do. To use it, leave, type export PATH={folder}:\"$PATH\", and start this program again."
                ));
            }
            Some(_) | None => self.install = install(),
        }
    }
}

/// Whether another copy of the program could help: not when it stopped at a file of the person's, and not while it is unknown.
fn wants_installing(finding: &Finding<Vec<Installed>>) -> bool {
    match finding {
        Finding::Known(found) => found
            .first()
            .is_none_or(|first| first.version.as_ref().err().is_none_or(|it| it.kind != ProblemKind::BrokenFile)),
        Finding::NotAsked | Finding::Asked(_) | Finding::Failed(_) => false,
    }
}

/// The first copy behind the one that PATH chooses that is new enough.
fn better<'a>(finding: &'a Finding<Vec<Installed>>, minimum: &Version) -> Option<&'a Installed> {
    let Finding::Known(found) = finding else { return None };
    found.iter().skip(1).find(|copy| version(copy).is_some_and(|version| version >= *minimum))
}

fn version(copy: &Installed) -> Option<Version> {
    copy.version.as_ref().ok().and_then(|text| versions::parse(text))
}

fn judge(finding: &Finding<Vec<Installed>>, name: &str, home: &Path) -> Verdict {
    let mut verdict = Verdict { mark: Mark::Working, found: Vec::new(), advice: Vec::new(), install: None };
    match finding {
        Finding::NotAsked | Finding::Asked(_) => {}
        Finding::Failed(problem) => {
            verdict.mark = Mark::Failed;
            verdict.found.push(printable(&problem.what));
        }
        Finding::Known(found) => {
            let Some(first) = found.first() else {
                verdict.mark = Mark::Failed;
                verdict.found.push("not found".to_owned());
                return verdict;
            };
            let path = tilde(&first.path, home);
            if let Some(version) = version(first) {
                verdict.mark = Mark::Ok;
                verdict.found = vec![version.to_string(), path];
            } else {
                verdict.mark = Mark::Failed;
                verdict.found = vec!["no version".to_owned(), path];
                let said = match &first.version {
                    Ok(said) => format!("{name} does not run as it should: {said}"),
                    Err(problem) => format!("{} {}", problem.what, problem.why),
                };
                verdict.advice.push(printable(&said));
            }
            for other in &found[1..] {
                let path = tilde(&other.path, home);
                let version = version(other).map_or_else(String::new, |version| format!(" ({version})"));
                verdict.advice.push(format!("A second {name} was found and is not used: {path}{version}"));
            }
        }
    }
    verdict
}

/// The command that installs or upgrades a program here; `None` where there is no single one.
fn install_command(facts: &Facts, program: Program) -> Option<String> {
    let aws = program == Program::AwsCli;
    let command = match facts.surroundings.install {
        InstallHint::Apt => format!("sudo apt-get install {}", if aws { "awscli" } else { "git" }),
        InstallHint::Dnf => format!("sudo dnf install {}", if aws { "awscli2" } else { "git" }),
        InstallHint::Zypper => format!("sudo zypper install {}", if aws { "aws-cli" } else { "git" }),
        InstallHint::Pacman => format!("sudo pacman -S {}", if aws { "aws-cli-v2" } else { "git" }),
        InstallHint::Apk => format!("sudo apk add {}", if aws { "aws-cli" } else { "git" }),
        InstallHint::Homebrew => format!("brew install {}", if aws { "awscli" } else { "git" }),
        InstallHint::MacOs if !aws => "xcode-select --install".to_owned(),
        InstallHint::MacOs | InstallHint::Unknown => return None,
    };
    Some(command)
}
