//! The repositories that a run made in the account: named with the command that deletes them.
//!
//! Deliberately absent: deleting one. What was pushed to it since, by whomever, would be gone for good.

use std::io;

use super::Out;
use crate::gitconfig::shell_quoted;
use crate::journal::{RepositoryRecord, Run};
use crate::wizard::names::printable;

/// A repository, its region and the account, as a part of a sentence.
pub(super) fn described(repository: &RepositoryRecord) -> String {
    let RepositoryRecord { account, region, name, .. } = repository;
    printable(&format!("repository {name} in {region} of account {account}"))
}

/// The command that deletes a repository.
fn command(repository: &RepositoryRecord) -> String {
    let (name, region) = (shell_quoted(&repository.name), shell_quoted(&repository.region));
    let profile = repository.profile.as_deref().map(|name| format!(" --profile {}", shell_quoted(name)));
    let profile = profile.unwrap_or_default();
    printable(&format!("aws codecommit delete-repository --repository-name {name} --region {region}{profile}"))
}

/// Names the repositories of a run, which stay.
pub(super) fn name(run: &Run<'_>, out: Out<'_>) -> io::Result<()> {
    let name = |heading: &str, repositories: &[&RepositoryRecord], out: Out<'_>| {
        if repositories.is_empty() {
            return Ok(());
        }
        writeln!(out, "{heading}")?;
        let line = |repository: &&RepositoryRecord| format!("  {}\n    {}", described(repository), command(repository));
        repositories.iter().try_for_each(|repository| writeln!(out, "{}", line(repository)))
    };
    let heading = "This stays in AWS; the command would delete it for everybody, with all that was pushed to it:";
    name(heading, &run.repositories, out)?;
    let perhaps: Vec<&RepositoryRecord> = run.perhaps_made().collect();
    name("The program ended before AWS said whether this was made; the command would delete it:", &perhaps, out)
}
