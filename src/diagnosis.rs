//! `doctor`: examines the set-up and prints what was found, the verdict first.
//!
//! Deliberately absent: looking (`doctor`), and what it means (`checkup`).

use std::io::{self, Write};
use std::sync::Arc;

use crate::Failure;
use crate::adapters;
use crate::adapters::environment::Environment;
use crate::checkup::{self, Checkup, Examination};
use crate::cli::{self, Options};
use crate::doctor;
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;

/// How wide lines are on standard output.
const WIDTH: usize = 100;
/// The marks of pass, warn, fail and skip, for terminals that have them.
const MARKS: [&str; 4] = ["✓", "!", "✗", "·"];
/// The same for others.
const PLAIN_MARKS: [&str; 4] = ["ok  ", "look", "FAIL", "-   "];

/// Examines, prints, and returns the exit code: 0 when nothing failed.
pub(crate) async fn run(
    options: &Options,
    doctor: &cli::Doctor,
    environment: Arc<Environment>,
    unicode: bool,
) -> Result<u8, Failure> {
    let mut out = io::stdout();
    let told = |result: io::Result<()>| result.map_err(Failure::Io);
    if let Some(code) = &doctor.explain {
        return told(explain(code, &mut out)?).map(|()| 0);
    }
    let of = Examination {
        profile: options.profile.clone(),
        region: options.region.clone(),
        repository: doctor.repository.clone(),
    };
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
    told(show(&checkup, doctor.json, unicode, &mut out))?;
    Ok(u8::from(!checkup.is_ok()))
}

fn show(checkup: &Checkup, json: bool, unicode: bool, out: &mut impl Write) -> io::Result<()> {
    if json {
        return writeln!(out, "{:#}", checkup::json(checkup));
    }
    for line in checkup::table(checkup, WIDTH, if unicode { MARKS } else { PLAIN_MARKS }) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Says what a code means; all of them where none is named.
fn explain(code: &str, out: &mut impl Write) -> Result<io::Result<()>, Failure> {
    let lines = if code.is_empty() {
        checkup::codes(WIDTH)
    } else {
        let verdict = checkup::find(code).ok_or_else(|| {
            let what = format!("There is no code {}.", printable(code));
            Failure::Told(Problem::input(what, "`codecommit-setup doctor --explain` lists all codes."), 2)
        })?;
        checkup::explained(verdict, WIDTH)
    };
    Ok(lines.iter().try_for_each(|line| writeln!(out, "{line}")))
}
