//! `undo`: takes back what a run of this program changed, as the journal has it.
//!
//! - `files`: each file of a run comes back exactly, or loses what is ours, or stays with a reason;
//! - `kept`: what is kept for that is shown, or thrown away;
//! - `policies`: those of the account are named, and detached when that is asked for;
//! - `repositories`: those that were made in the account are named; they stay.
//!
//! Deliberately absent: undoing an older run unasked, and a way back from here other than a new run.

mod files;
mod kept;
mod policies;
mod repositories;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::adapters::aws::Aws;
use crate::adapters::environment::Environment;
use crate::adapters::files::{Checkpoint, Files};
use crate::adapters::git::global_file;
use crate::adapters::journal::Journal;
use crate::cli;
use crate::journal::{Deed, Intent, PasswordRecord, Run, UndoneRecord};
use crate::ports::{self, Task};
use crate::wizard::change::tilde;
use crate::wizard::effect::{History, TakenBack};
use crate::wizard::facts::Tidied;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secrecy::shown;
use crate::wizard::words::shortened;

/// Why undoing stopped.
#[derive(Debug)]
pub enum Stop {
    /// Something to tell, and the exit code.
    Told(Problem, u8),
    /// A stream is gone.
    Io(io::Error),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Told(problem, 1)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What undoing works with.
pub struct Undoing {
    journal: Journal,
    files: Files,
    aws: Arc<dyn ports::Aws>,
    home: PathBuf,
    /// The files that this program writes as a rule.
    known: [PathBuf; 3],
}

impl Undoing {
    /// The journal and the files that an environment leads to.
    pub fn new(environment: &Environment) -> Self {
        Self::with(environment, Journal::new(environment))
    }

    /// The same, with the journal of a run that is under way.
    pub fn with(environment: &Environment, journal: Journal) -> Self {
        Self {
            files: Files::with(environment.clone(), journal.clone()),
            journal,
            aws: Arc::new(Aws::new(Arc::new(environment.clone()))),
            home: environment.home(),
            known: [global_file(environment), environment.aws_config_file(), environment.aws_credentials_file()],
        }
    }

    /// The same, with something that is called at each checkpoint of a write.
    #[must_use]
    pub fn watched(self, checkpoint: Checkpoint) -> Self {
        Self { files: self.files.watched(checkpoint), ..self }
    }

    /// Does what is asked; returns the exit code: 0 done, 1 something could not be taken back.
    ///
    /// # Errors
    /// A run that is not known, and a journal that cannot be read or written.
    pub async fn run(&self, asked: &cli::Undo, out: Out<'_>, err: Out<'_>) -> Result<u8, Stop> {
        let changes = !asked.list && !asked.dry_run;
        if changes {
            // What a program left behind that was killed before it wrote down what it would change.
            self.journal.sweep(&self.known);
            say(self.journal.tidy_before_undo(), out)?;
        }
        let journal = self.journal.read()?;
        for line in &journal.broken {
            writeln!(err, "Line {line} of the journal cannot be read and was passed over.")?;
        }
        for (line, version) in &journal.foreign {
            writeln!(err, "Line {line} of the journal was written by another version ({version}); it is left alone.")?;
        }
        let runs = journal.runs();
        let code = self.run_one(&journal, &runs, asked, out, err).await?;
        if changes {
            say(self.journal.tidy(), out)?;
        }
        Ok(code)
    }

    async fn run_one(
        &self,
        journal: &crate::journal::Journal,
        runs: &[Run<'_>],
        asked: &cli::Undo,
        out: Out<'_>,
        err: Out<'_>,
    ) -> Result<u8, Stop> {
        let all: Vec<&Run<'_>> = runs.iter().collect();
        if asked.list {
            if asked.forget {
                self.list_kept(&all, out)?;
            } else {
                self.list(runs, out)?;
            }
            return Ok(0);
        }
        if asked.forget && asked.all {
            return self.forget(&all, (true, asked.dry_run), out, err);
        }
        let run = match &asked.run {
            Some(id) => runs.iter().rfind(|run| run.id == id).ok_or_else(|| unknown(id))?,
            None if !journal.foreign.is_empty() => return Err(newer().into()),
            None => {
                let Some(run) = runs.iter().rfind(|run| run.can_be_undone()) else {
                    if asked.forget {
                        writeln!(out, "Nothing is kept for undo.")?;
                        return Ok(0);
                    }
                    writeln!(out, "There is nothing to undo: this program changed nothing on this computer.")?;
                    return Ok(0);
                };
                run
            }
        };
        if asked.forget {
            let name = format!("{} ({})", printable(run.id), when(run));
            writeln!(out, "What is kept to undo the run {name}:")?;
            return self.forget(&[run], (false, asked.dry_run), out, err);
        }
        self.undo(run, asked, out, err).await
    }

    async fn undo(&self, run: &Run<'_>, asked: &cli::Undo, out: Out<'_>, err: Out<'_>) -> Result<u8, Stop> {
        let name = format!("{} ({})", printable(run.id), when(run));
        let has_policies = !run.policies.is_empty() || run.perhaps_attached().next().is_some();
        let detach = asked.detach && !run.detached && has_policies;
        if run.undone && !detach {
            writeln!(out, "The run {name} is undone already; nothing was changed.")?;
            policies::name(run, out)?;
            repositories::name(run, out)?;
            writeln!(out, "`codecommit-setup undo --list` shows the other runs.")?;
            return Ok(0);
        }
        let doing = if asked.dry_run { "A dry run: this would be done to undo" } else { "Undoing" };
        writeln!(out, "{doing} the run {name}:")?;
        let files = run.undone || self.take_back_files(run, asked.dry_run, out, err)?;
        let policies = if detach {
            self.detach_policies(run, asked.dry_run, out, err).await?
        } else {
            policies::name(run, out)?;
            true
        };
        repositories::name(run, out)?;
        if files && !asked.dry_run {
            let policies = !has_policies || (detach && policies);
            let undone = UndoneRecord { of: run.id.to_owned(), policies };
            self.journal.open()?.append(vec![Deed::Undone(undone)])?;
        }
        Ok(u8::from(!(files && policies)))
    }

    fn list(&self, runs: &[Run<'_>], out: Out<'_>) -> io::Result<()> {
        if runs.is_empty() {
            writeln!(out, "This program changed nothing on this computer.")?;
        }
        for run in runs.iter().rev() {
            let undone = if run.undone { "   undone" } else { "" };
            writeln!(out, "{}   {}{undone}", printable(run.id), when(run))?;
            for records in files::by_file(run) {
                let Some(first) = records.first() else { continue };
                let verb = if first.before.is_some() { "changed" } else { "made" };
                writeln!(out, "  {verb:<9}{}", tilde(&first.path, &self.home))?;
            }
            for policy in &run.policies {
                let detached = if run.detached { " (detached)" } else { "" };
                let name = policies::described(policy);
                writeln!(out, "  attached {name}{detached}")?;
            }
            for policy in run.perhaps_attached() {
                writeln!(
                    out,
                    "  attached {} (not known: the program ended before AWS answered)",
                    policies::described(policy)
                )?;
            }
            for repository in &run.repositories {
                writeln!(out, "  created  {} (stays)", repositories::described(repository))?;
            }
            for repository in run.perhaps_made() {
                let name = repositories::described(repository);
                writeln!(out, "  created  {name} (not known: the program ended before AWS answered)")?;
            }
            for password in &run.passwords {
                let PasswordRecord { host, access_key_id } = password;
                let id = shortened(access_key_id);
                writeln!(
                    out,
                    "  deleted  {}",
                    printable(&format!("the password of {id} for {host} (does not come back)"))
                )?;
            }
            for clone in &run.clones {
                writeln!(out, "  cloned   {} (stays)", tilde(&clone.folder, &self.home))?;
            }
            self.name_kept(run, out)?;
        }
        Ok(())
    }
}

/// Where lines go.
pub(crate) type Out<'a> = &'a mut (dyn Write + Send);

impl ports::Journal for Undoing {
    fn begin(&self, intent: Intent) -> Task<'_, ()> {
        ports::Journal::begin(&self.journal, intent)
    }

    fn end(&self, intent: Intent, done: bool) -> Task<'_, ()> {
        ports::Journal::end(&self.journal, intent, done)
    }

    fn history(&self) -> Task<'_, History> {
        ports::Journal::history(&self.journal)
    }

    fn take_back(&self, dry_run: bool) -> Task<'_, TakenBack> {
        Box::pin(async move {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let asked = cli::Undo { dry_run, ..cli::Undo::default() };
            match self.run(&asked, &mut out, &mut err).await {
                Ok(code) => {
                    // What went wrong stands at the end, where it is read last.
                    out.append(&mut err);
                    let lines = String::from_utf8_lossy(&out).lines().map(printable).collect();
                    Ok(TakenBack { lines, complete: code == 0 })
                }
                Err(Stop::Told(problem, _)) => Err(problem),
                Err(Stop::Io(error)) => {
                    Err(Problem::new(ProblemKind::Other, "Undoing stopped.", error.to_string(), "Try again."))
                }
            }
        })
    }
}

/// Says what was removed of what was kept for undo.
fn say(tidied: Tidied, out: Out<'_>) -> io::Result<()> {
    tidied.described().map_or(Ok(()), |line| writeln!(out, "{line}"))
}

/// Tells a problem, line by line.
fn tell(problem: &Problem, err: Out<'_>) -> io::Result<()> {
    problem.to_string().lines().try_for_each(|line| writeln!(err, "{}", printable(line)))
}

fn when(run: &Run<'_>) -> String {
    printable(&run.time.replacen('T', " ", 1).replace('Z', " UTC"))
}

fn unknown(run: &str) -> Stop {
    let what = format!("There is no run {} in the journal.", shown(run));
    Stop::Told(Problem::input(what, "`codecommit-setup undo --list` shows the runs."), 2)
}

fn newer() -> Problem {
    Problem::new(
        ProblemKind::Other,
        "Another version of this program has changed something as well, so the last run cannot be told.",
        "",
        "Undo it with that version, or name a run of `codecommit-setup undo --list`.",
    )
}
