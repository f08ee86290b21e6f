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
    if run.repositories.is_empty() {
        return Ok(());
    }
    writeln!(out, "This stays in AWS; the command would delete it for everybody, with all that was pushed to it:")?;
    for repository in &run.repositories {
        writeln!(out, "  {}", described(repository))?;
        writeln!(out, "    {}", command(repository))?;
    }
    Ok(())
}
