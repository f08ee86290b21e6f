//! `git ls-remote`: whether a repository lets this identity in, asked as a clone would ask.
//!
//! Deliberately absent: what the branches are called.

use std::time::Instant;

use super::{Git, cannot_run, said};
use crate::adapters::child;
use crate::ports::Listed;
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;

impl Git {
    pub(super) async fn list_branches(&self, url: &str) -> Result<Listed, Problem> {
        let mut command = self.unasking_command()?;
        command.args(["ls-remote", "--heads", "--", url]);
        let start = Instant::now();
        let output = child::output(command, None).await.map_err(|error| cannot_run(&error))?;
        let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        if !output.status.success() {
            let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or(url);
            return Err(said::of_clone(&printable(name), &child::lines(&output.stderr)));
        }
        // One line for each branch; an empty repository has none.
        let branches = child::lines(&output.stdout).iter().filter(|line| line.contains("refs/heads/")).count();
        Ok(Listed { branches, milliseconds })
    }
}
