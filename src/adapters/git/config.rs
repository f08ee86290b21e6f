//! Reading the configuration of git: the global file as it is, and every entry as git sees it.
//!
//! Deliberately absent: what the entries mean (`gitconfig`).

use std::path::PathBuf;

use super::{Git, cannot_run};
use crate::adapters::environment::Environment;
use crate::adapters::{child, files};
use crate::gitconfig::{Entry, parse_listing, parse_listing_without_scope};
use crate::wizard::effect::FileText;
use crate::wizard::problem::{Problem, ProblemKind};

/// The exit code of git for an option that it does not know.
const USAGE: i32 = 129;

impl Git {
    pub(super) async fn configuration(&self) -> Result<(FileText, Vec<Entry>), Problem> {
        let global = global_file(&self.environment);
        // Git would fail on it when it has to write, and the person could not tell why.
        self.journal.sweep(std::slice::from_ref(&global));
        let global = files::read(global)?;
        let mut output = self.list(true).await?;
        let mut parse: fn(&[u8]) -> Vec<Entry> = parse_listing;
        if output.status.code() == Some(USAGE) {
            // Git before 2.26 cannot say the scope.
            output = self.list(false).await?;
            parse = parse_listing_without_scope;
        }
        if !output.status.success() {
            return Err(refused(&child::lines(&output.stderr), &output.status.to_string()));
        }
        Ok((global, parse(&output.stdout)))
    }

    async fn list(&self, scope: bool) -> Result<child::Output, Problem> {
        let mut command = self.command()?;
        command.args(["config", "--list", "-z", "--show-origin"]).args(scope.then_some("--show-scope"));
        child::output(command, None).await.map_err(|error| cannot_run(&error))
    }
}

/// The file that `git config --global` writes, chosen as git chooses it.
pub(crate) fn global_file(environment: &Environment) -> PathBuf {
    let home = environment.home();
    if let Some(path) = environment.get("GIT_CONFIG_GLOBAL") {
        return home.join(path);
    }
    let own = home.join(".gitconfig");
    let folder = environment.get("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let other = folder.join("git").join("config");
    if !own.exists() && other.exists() { other } else { own }
}

/// What git said instead of its configuration.
fn refused(said: &[String], status: &str) -> Problem {
    let why = said.last().map_or(status, String::as_str);
    // `fatal: bad config line 2 in file /home/ann/.gitconfig`
    let place = said.iter().find_map(|line| line.split_once("bad config line ")?.1.split_once(" in file "));
    if let Some((line, file)) = place {
        let what = format!("Line {line} of {file} is broken: git reads nothing of its configuration.");
        let hint = format!("Correct or remove line {line} of {file}; then every git command works again.");
        return Problem::new(ProblemKind::BrokenFile, what, why, hint);
    }
    let hint = "Run `git config --list --show-origin` yourself, and correct what it names.";
    Problem::new(ProblemKind::BrokenFile, "git cannot read its configuration.", why, hint)
}

#[cfg(test)]
mod tests {
    use super::refused;

    #[test]
    fn a_broken_line_is_named_with_its_file() {
        let problem = refused(&["fatal: bad config line 2 in file /home/ann/my config".to_owned()], "128");
        assert!(problem.what.starts_with("Line 2 of /home/ann/my config is broken"), "{}", problem.what);
    }
}
