//! Git and the AWS CLI: whether they run, and whether they are new enough.
//!
//! Deliberately absent: how they are installed; the walk knows that.

use std::path::Path;

use super::{Copies, LOCAL, Seen, timed};
use crate::checkup::Check;
use crate::gitconfig::{Chain, Fate, is_codecommit_helper};
use crate::ports::{GitBuild, World};
use crate::wizard::effect::Installed;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::versions::{self, AWS_1_SOUND, AWS_2_SOUND, AWS_MINIMUM, GIT_MINIMUM, GIT_RESET, GIT_WILDCARDS};

/// The version of curl that is known to be bad (CodeCommit user guide, troubleshooting).
const BAD_CURL: &str = "7.41.0";
/// What is to be done about a git that works and is old.
const UPGRADE: &str = "Install a newer git when you can.";

/// Git, and what it is built with; whether it is silent, though a helper is configured for a host with `*`.
pub(super) fn git((found, time): &Copies, config: Option<&Problem>, build: &GitBuild, is_silent: bool) -> Vec<Check> {
    let copy = match found {
        Err(problem) => {
            return vec![Check::fail("git", "git-broken", &problem.what), Check::skip("git-curl", "git does not run")];
        }
        Ok(copies) => copies.first(),
    };
    let Some(copy) = copy else {
        return vec![
            Check::fail("git", "git-missing", "it is not on PATH"),
            Check::skip("git-curl", "there is no git"),
        ];
    };
    let check = match &copy.version {
        Err(problem) => {
            let broken = config.is_some_and(|problem| problem.kind == ProblemKind::BrokenFile);
            let check = Check::fail("git", "git-broken", &problem.what).why(&problem.why);
            if broken { check.fix("Correct git's configuration first.") } else { check }
        }
        Ok(text) => match versions::parse(text) {
            None => Check::warn("git", None, format!("its version cannot be read: {}", printable(text))),
            Some(version) if version < GIT_MINIMUM => {
                Check::fail("git", "git-too-old", format!("{version}, and CodeCommit needs {GIT_MINIMUM}"))
            }
            Some(version) if version < GIT_RESET => Check::warn("git", Some("git-too-old"), format!("{version}"))
                .why(format!("Below {GIT_RESET} it cannot keep other helpers away from CodeCommit."))
                .fix(UPGRADE),
            Some(version) if version < GIT_WILDCARDS && is_silent => {
                Check::fail("git", "git-too-old", format!("{version} passes over a section with * in its host")).why(
                    format!(
                        "{GIT_WILDCARDS} is the first that knows it; before, each region needs a section of its own."
                    ),
                )
            }
            Some(version) if version < GIT_WILDCARDS => Check::warn("git", Some("git-too-old"), format!("{version}"))
                .why(format!("Below {GIT_WILDCARDS} each region needs a section of its own."))
                .fix(UPGRADE),
            Some(version) => Check::pass("git", format!("{version} at {}", shown(&copy.path))),
        },
    };
    vec![check.took(*time), curl(build)]
}

fn curl(build: &GitBuild) -> Check {
    let tls = if build.gnutls { ", TLS by GnuTLS" } else { "" };
    match &build.curl {
        Some(version) if version == BAD_CURL => Check::fail("git-curl", "git-curl", format!("curl {version}"))
            .why("This version of curl is known to break HTTPS pushes to CodeCommit."),
        Some(version) => Check::pass("git-curl", format!("curl {}{tls}", printable(version))),
        None if build.gnutls => Check::pass("git-curl", "TLS by GnuTLS"),
        None => Check::skip("git-curl", "git does not tell which it is built with"),
    }
}

/// Whether the AWS CLI has the CodeCommit commands, where git needs them and they have not shown themselves.
pub(super) async fn commands(
    world: &World,
    (found, _): &Copies,
    chain: &Chain,
    seen: &Seen,
) -> Option<Result<bool, Problem>> {
    let copy = found.as_ref().ok()?.first().filter(|copy| copy.version.is_ok())?;
    if !needs_cli(chain) || seen.tried().is_some_and(|tried| tried.age.is_some()) {
        return None;
    }
    Some(timed(LOCAL, world.programs.check_codecommit_commands(&copy.path)).await.0)
}

/// The AWS CLI and its CodeCommit commands.
pub(super) fn aws((found, time): &Copies, chain: &Chain, commands: Option<Result<bool, Problem>>) -> Vec<Check> {
    let needed = needs_cli(chain);
    let copies: &[Installed] = found.as_deref().unwrap_or_default();
    let id = "codecommit-commands";
    let Some(copy) = copies.first() else {
        let skip = Check::skip(id, "there is no AWS CLI");
        // A helper that names the AWS CLI by its path is looked for there.
        let by_path = chain.links.iter().any(|link| link.fate != Fate::Cleared && link.helper.contains("/aws"));
        if needed && !by_path {
            return vec![
                Check::fail("aws-cli", "aws-cli-missing", "it is not on PATH, and git's helper needs it"),
                skip,
            ];
        }
        return vec![Check::pass("aws-cli", "not on PATH, and not needed"), skip];
    };
    let check = match &copy.version {
        Err(problem) if needed => Check::fail("aws-cli", "aws-cli-broken", &problem.what).why(&problem.why),
        Err(problem) => Check::warn("aws-cli", Some("aws-cli-broken"), &problem.what).why(&problem.why),
        Ok(text) => match versions::parse(text) {
            None => Check::warn("aws-cli", None, format!("its version cannot be read: {}", printable(text))),
            Some(version) if version < AWS_MINIMUM => Check::warn(
                "aws-cli",
                Some("aws-cli-without-codecommit"),
                format!("{version}, and CodeCommit needs {AWS_MINIMUM}"),
            ),
            Some(version)
                if (version.major == 1 && version < AWS_1_SOUND) || (version.major == 2 && version < AWS_2_SOUND) =>
            {
                Check::warn("aws-cli", None, format!("{version}"))
                    .why("Its helper does not end its answer as newer versions of git expect.")
            }
            Some(version) => Check::pass("aws-cli", format!("{version} at {}", shown(&copy.path))),
        },
    };
    let commands = match commands {
        None if needed => Check::pass(id, "they answered git"),
        None => Check::skip(id, "git's helper does not need them"),
        Some(Ok(true)) => Check::pass(id, "they are there"),
        Some(Ok(false)) => Check::fail(id, "aws-cli-without-codecommit", "they are missing"),
        Some(Err(problem)) => Check::warn(id, None, &problem.what).why(&problem.why),
    };
    vec![check.took(*time), commands]
}

/// Whether git would call the AWS CLI.
fn needs_cli(chain: &Chain) -> bool {
    let live = chain.links.iter().filter(|link| link.fate != Fate::Cleared);
    live.into_iter()
        .any(|link| is_codecommit_helper(&link.helper) && link.helper.contains("codecommit credential-helper"))
}

fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}
