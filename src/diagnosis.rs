//! `doctor`: examines the set-up and prints what was found, the verdict first.
//!
//! Deliberately absent: looking (`doctor`), and what it means (`checkup`).

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::Failure;
use crate::adapters;
use crate::adapters::environment::Environment;
use crate::checkup::{self, Checkup, Examination};
use crate::cli::{self, Options};
use crate::doctor;
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;
use crate::wizard::secrecy::shown;

/// How wide lines are where there is no terminal.
const WIDTH: usize = 100;
/// How wide they are at most: longer ones are hard to read.
const MOST: usize = 120;
/// The marks of pass, warn, fail and skip, for terminals that have them.
const MARKS: [&str; 4] = ["✓", "!", "✗", "·"];
/// The same for others.
const PLAIN_MARKS: [&str; 4] = ["ok  ", "look", "FAIL", "-   "];
/// Their colours: green, yellow, red, and none.
const COLOURS: [&str; 4] = ["\u{1b}[32m", "\u{1b}[33m", "\u{1b}[31m", ""];
/// Back to the usual colour.
const USUAL: &str = "\u{1b}[0m";

/// What the place has that lines are printed to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Whether it is a terminal.
    pub(crate) terminal: bool,
    /// Whether it has more than ASCII.
    pub(crate) unicode: bool,
    /// Whether it is to have colours.
    pub(crate) colour: bool,
}

impl Look {
    fn width(self) -> usize {
        let size = if self.terminal { crossterm::terminal::size().ok() } else { None };
        size.map_or(WIDTH, |(columns, _)| usize::from(columns).clamp(40, MOST))
    }

    fn marks(self) -> [&'static str; 4] {
        if self.unicode { MARKS } else { PLAIN_MARKS }
    }

    /// A line with its mark in colour.
    fn painted(self, line: &str) -> String {
        let marked = self.marks().into_iter().zip(COLOURS).find_map(|(mark, colour)| {
            let rest =
                line.strip_prefix(mark).filter(|rest| self.colour && !colour.is_empty() && rest.starts_with(' '))?;
            Some(format!("{colour}{mark}{USUAL}{rest}"))
        });
        marked.unwrap_or_else(|| line.to_owned())
    }
}

/// Examines, prints, and returns the exit code: 0 when nothing failed.
pub(crate) async fn run(
    options: &Options,
    doctor: &cli::Doctor,
    environment: Arc<Environment>,
    look: Look,
) -> Result<u8, Failure> {
    let mut out = io::stdout();
    let told = |result: io::Result<()>| result.map_err(Failure::Io);
    if let Some(code) = &doctor.explain {
        return told(explain(code, look, &mut out)?).map(|()| 0);
    }
    let of = Examination {
        profile: options.profile.clone(),
        region: options.region.clone(),
        repository: doctor.repository.clone(),
        programs: doctor.run_repository_programs,
    };
    if let Some(path) = &doctor.report {
        has_folder(&environment.expanded(path))?;
    }
    if look.terminal && !doctor.json {
        told(writeln!(io::stderr(), "Looking at the tools, the profile, Git and CodeCommit; nothing is changed."))?;
    }
    let world = adapters::world(&environment);
    let examined = doctor::examine(&world, &of, &|_| {}).await;
    let checkup = examined.map_err(|problem| Failure::Told(problem, 2))?;
    if let Some(path) = &doctor.report {
        let text = checkup::report(&checkup, doctor.hide_accounts);
        if path.as_os_str() == "-" {
            told(out.write_all(text.as_bytes()))?;
            return Ok(u8::from(!checkup.is_ok()));
        }
        let saved = world.files.save_text(path.clone(), text).await.map_err(|problem| Failure::Told(problem, 2))?;
        let shown = printable(&saved.to_string_lossy());
        told(writeln!(io::stderr(), "The report is in {shown}; read it before you send it."))?;
    }
    told(show(&checkup, doctor.json, look, &mut out))?;
    Ok(u8::from(!checkup.is_ok()))
}

/// Refuses a place for the report in a folder that is not there.
fn has_folder(report: &Path) -> Result<(), Failure> {
    let folder = report.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    let Some(folder) = folder else { return Ok(()) };
    let what = format!("There is no folder {}.", shown(&folder.to_string_lossy()));
    Err(Failure::Told(Problem::input(what, "Make it first, or name a file in another one with --report."), 2))
}

fn show(checkup: &Checkup, json: bool, look: Look, out: &mut impl Write) -> io::Result<()> {
    if json {
        return writeln!(out, "{:#}", checkup::json(checkup));
    }
    for line in checkup::table(checkup, look.width(), look.marks()) {
        writeln!(out, "{}", look.painted(&line))?;
    }
    Ok(())
}

/// Says what a code means; all of them where none is named.
fn explain(code: &str, look: Look, out: &mut impl Write) -> Result<io::Result<()>, Failure> {
    let lines = if code.is_empty() {
        checkup::codes(look.width())
    } else {
        let verdict = checkup::find(code).ok_or_else(|| {
            let what = format!("There is no code {}.", shown(code));
            Failure::Told(Problem::input(what, "`codecommit-setup doctor --explain` lists all codes."), 2)
        })?;
        checkup::explained(verdict, look.width())
    };
    Ok(lines.iter().try_for_each(|line| writeln!(out, "{line}")))
}
