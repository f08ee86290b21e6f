//! codecommit-setup takes a developer from a bare machine to a working `git clone` of an AWS CodeCommit repository.
//!
//! # The map
//!
//! A pure core asks, everything else carries out:
//!
//! - [`wizard`]: the six steps, and before them the overview of a computer that was set up, as a state machine. Events go in,
//!   effects and screens come out. Nothing in it can fail, wait, or touch the machine.
//! - [`gitconfig`], [`profiles`], [`signature`]: what the wizard knows of files and passwords, from bytes to bytes.
//! - [`failures`]: what git and its helpers print when they fail, and what it means.
//! - [`redact`]: what of others' texts may be shown: the harmless settings, and the net under whatever is said.
//! - [`checkup`]: what can be wrong with a set-up, and which cause explains the rest; [`doctor`] looks, [`diagnosis`] prints.
//! - [`ports`] and [`adapters`]: the world in our words, and the real one: AWS, git, files, programs. Types of the AWS SDK
//!   stop there.
//! - [`runner`]: an effect becomes a task, its end becomes an event; limits and cancelling are here.
//! - [`frontend`]: full screen, line by line, unattended. Each shows the same screens.
//! - [`mod@drive`]: the one loop between them.
//! - [`cloning`]: `clone`, with the queue of step 5.
//! - `repos`: the list of repositories for scripts.
//! - [`journal`] and [`undo`]: what was changed, and how it is taken back.
//! - [`credential_helper`]: what git calls; for an access key it starts none of the above, for other kinds only the adapters.
//! - `start` and `signals`: what a command needs, and what ends it.
//! - [`sandbox`]: an AWS of its own on this machine. The program runs in it as a child that does not know.
//!
//! Imports run one way: `main` → [`cli`] and [`run`] → `drive` → `runner` → `ports` → the pure rooms. A step knows no
//! other step; their order is the table in [`wizard::steps`].
//!
//! Deliberately absent: a configuration file of our own, telemetry, and any secret on a command line.

pub mod adapters;
pub mod checkup;
pub mod cli;
pub mod cloning;
pub mod credential_helper;
pub mod diagnosis;
pub mod doctor;
pub mod drive;
pub mod failures;
pub mod frontend;
pub mod gitconfig;
pub mod journal;
pub mod ports;
pub mod profiles;
pub mod redact;
mod repos;
pub mod runner;
pub mod sandbox;
mod signals;
pub mod signature;
mod start;
pub mod unattended;
pub mod undo;
pub mod wizard;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use adapters::environment::Environment;
use cli::{Color, Command, Options};
use drive::drive;
use frontend::Frontend;
use frontend::plain::Plain;
use frontend::tui::Tui;
use runner::Runner;
use start::{log_to, to_its_end, unless_ended};
use wizard::Wizard;
use wizard::answers::Answers;
use wizard::names::{ProfileName, Region};
use wizard::problem::Problem;
use wizard::secrecy::{refuse_secret, shown};

/// What the process was started with.
pub struct Process {
    /// The arguments, the name of the program first.
    pub arguments: Vec<OsString>,
    /// The environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Where this program is.
    pub program: PathBuf,
    /// The folder that it was started in; empty when that is gone.
    pub folder: PathBuf,
    /// Whether somebody can type.
    pub stdin_is_terminal: bool,
    /// Whether somebody can see.
    pub stdout_is_terminal: bool,
}

/// Why the program ends before or without a walk.
enum Failure {
    /// Something to tell, and the exit code.
    Told(Problem, u8),
    /// A stream or the terminal is gone.
    Io(io::Error),
}

/// Runs the program and returns its exit code: 0 done, 1 failed, 2 usage or an answer is missing, 130 cancelled.
pub fn run(process: Process) -> u8 {
    let process = Process { arguments: credential_helper::with_command(process.arguments), ..process };
    if let Some(arguments) = credential_helper::Arguments::read(&process.arguments) {
        return answer_git(&arguments, &Environment::of(process.environment));
    }
    let options = match cli::parse(&process.arguments) {
        Ok(options) => options,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            // Help goes to standard output, mistakes to standard error.
            let printed = error.print().and_then(|()| io::stdout().flush());
            if !process.stdin_is_terminal {
                credential_helper::pass_over_for(&process.arguments, &mut io::stdin().lock());
            }
            return written(printed, code);
        }
    };
    match run_with(&options, process) {
        Ok(code) => written(io::stdout().flush(), code),
        Err(Failure::Told(problem, code)) => {
            _ = writeln!(io::stderr(), "codecommit-setup: {problem}");
            code
        }
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => 1,
        Err(Failure::Io(error)) => {
            _ = writeln!(io::stderr(), "codecommit-setup: the terminal or a stream cannot be used: {error}");
            1
        }
    }
}

/// The exit code after something was written to standard output: where that did not work, it is not that of success.
fn written(result: io::Result<()>, code: u8) -> u8 {
    match result {
        // Whoever reads has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            _ = writeln!(io::stderr(), "codecommit-setup: the output cannot be written: {error}");
            code.max(1)
        }
        Ok(()) | Err(_) => code,
    }
}

fn run_with(options: &Options, process: Process) -> Result<u8, Failure> {
    if options.sandbox.sandbox {
        return in_sandbox(options, process);
    }
    let environment = Environment::of(process.environment).standing_in(process.folder.clone());
    let environment = Arc::new(environment);
    match &options.command {
        Some(Command::CredentialHelper(helper)) => {
            let arguments = credential_helper::Arguments {
                operation: helper.operation.clone(),
                profile: options.profile.clone(),
                region: options.region.clone(),
                ignore_host_check: helper.ignore_host_check,
                no_cache: helper.no_cache,
            };
            Ok(answer_git(&arguments, &environment))
        }
        Some(Command::Apply(apply)) => {
            log_to(options)?;
            to_its_end(unattended::apply(options, apply, environment, &process.program))?
        }
        Some(Command::Doctor(doctor)) => {
            log_to(options)?;
            let terminal = process.stdout_is_terminal;
            let look = diagnosis::Look {
                terminal,
                unicode: has_unicode(&environment),
                colour: has_colour(options, &environment, terminal),
            };
            unless_ended(diagnosis::run(options, doctor, environment, look))
        }
        Some(Command::Clone(asked)) => {
            log_to(options)?;
            to_its_end(cloning::run(options, asked, environment, &process.program))?
        }
        Some(Command::Repos(asked)) => {
            log_to(options)?;
            unless_ended(repos::run(options, asked, &environment))
        }
        Some(Command::Undo(asked)) => {
            log_to(options)?;
            let undoing = undo::Undoing::new(&environment);
            let ended = to_its_end(undoing.run(asked, &mut io::stdout(), &mut io::stderr()))?;
            ended.map_err(|stop| match stop {
                undo::Stop::Told(problem, code) => Failure::Told(problem, code),
                undo::Stop::Io(error) => Failure::Io(error),
            })
        }
        None => {
            let plain = options.plain || is_plain(&environment);
            let terminal = process.stdin_is_terminal && process.stdout_is_terminal;
            if !plain && !terminal {
                return Err(Failure::Told(
                    Problem::input(
                        "There is no terminal to draw on.",
                        "Use --plain to go line by line, or `codecommit-setup apply --answers FILE` to run unattended.",
                    ),
                    2,
                ));
            }
            if let Some(path) = options.save_answers.as_ref().filter(|path| process.folder.join(path).exists()) {
                let what = format!("{} is there already.", shown(&path.to_string_lossy()));
                return Err(Failure::Told(Problem::input(what, "Name another file with --save-answers."), 2));
            }
            log_to(options)?;
            let answers = decided(options)?;
            to_its_end(walk(options, answers, plain, environment, &process.program))?
        }
    }
}

async fn walk(
    options: &Options,
    answers: Answers,
    plain: bool,
    environment: Arc<Environment>,
    program: &Path,
) -> Result<u8, Failure> {
    let mut surroundings = adapters::surroundings::surroundings(&environment, program, false);
    surroundings.tidied = adapters::journal::Journal::new(&environment).tidy();
    let mut wizard = Wizard::new(surroundings, answers);
    let around = Arc::clone(&environment);
    let code = if plain {
        let mut face = Plain::new(io::stdout()).map_err(Failure::Io)?;
        drive_with(&mut wizard, environment, &mut face).await?
    } else {
        let mut face = Tui::new(look(options, &environment)).map_err(Failure::Io)?;
        match drive_with(&mut wizard, environment, &mut face).await {
            // Nothing can be shown on it any more, however that came to be known.
            Err(Failure::Io(_)) => signals::HUNG_UP,
            ended => ended?,
        }
    };
    if let (Some(path), Some(text), 0) = (&options.save_answers, wizard.answers_file(), code) {
        let files = adapters::files::Files::new((*around).clone());
        let saved = ports::Files::save_text(&files, path.clone(), text).await;
        let saved = saved.map_err(|problem| Failure::Told(problem, 1))?;
        _ = writeln!(io::stderr(), "The answers are in {}.", wizard::names::printable(&saved.to_string_lossy()));
    }
    Ok(code)
}

async fn drive_with(
    wizard: &mut Wizard,
    environment: Arc<Environment>,
    face: &mut impl Frontend,
) -> Result<u8, Failure> {
    let (events, replies) = tokio::sync::mpsc::unbounded_channel();
    let journal = adapters::journal::Journal::new(&environment);
    let undoing = undo::Undoing::with(&environment, journal.clone());
    let world = ports::World { journal: Arc::new(undoing), ..adapters::world_with(&environment, journal) };
    let runner = Runner::new(world, events);
    drive(wizard, runner, replies, face).await.map_err(Failure::Io)
}

/// What the options decide beforehand.
fn decided(options: &Options) -> Result<Answers, Failure> {
    let profile = options.profile.as_deref().map(|name| refuse_secret(name).and_then(|()| ProfileName::parse(name)));
    let profile = profile.transpose();
    let region = options.region.as_deref().map(Region::parse).transpose();
    let usage = |problem| Failure::Told(problem, 2);
    let jobs = options.jobs.map(usize::from);
    Ok(Answers { profile: profile.map_err(usage)?, region: region.map_err(usage)?, jobs, ..Answers::default() })
}

fn answer_git(arguments: &credential_helper::Arguments, environment: &Environment) -> u8 {
    credential_helper::run(
        arguments,
        environment,
        SystemTime::now(),
        &mut io::stdin().lock(),
        &mut io::stdout().lock(),
        &mut io::stderr().lock(),
    )
}

/// Runs this same program in a sandbox, with the arguments that are not the sandbox's own.
fn in_sandbox(options: &Options, process: Process) -> Result<u8, Failure> {
    let trouble = options.sandbox.trouble.iter().map(|text| text.parse()).collect::<Result<Vec<_>, _>>();
    let trouble = trouble.map_err(|error: sandbox::UnknownTrouble| {
        Failure::Told(Problem::input(error.to_string(), "codecommit-setup --help lists the forms."), 2)
    })?;
    if options.sandbox.fault.as_deref() == Some("list") {
        write!(io::stdout(), "{}", sandbox::list_of_faults()).map_err(Failure::Io)?;
        return Ok(0);
    }
    let fault = options.sandbox.fault.as_deref().map(sandbox::Fault::named).transpose();
    let fault = fault.map_err(|error| Failure::Told(Problem::input(error.to_string(), ""), 2))?;
    let sandbox = sandbox::Options {
        keep: options.sandbox.keep,
        identities: options.sandbox.identities,
        trouble,
        fault,
        program: Some(process.program.clone()),
        path: None,
        parent: None,
    };
    let arguments = without_sandbox(&process.arguments);
    let environment = process.environment.into_iter();
    let code =
        to_its_end(sandbox::launch::run(&sandbox, &process.program, &arguments, environment, &mut io::stderr()))?;
    if let Some(fault) = fault.filter(|_| code.is_ok()) {
        let verdict = checkup::known().iter().find(|verdict| verdict.id == fault.verdict);
        let number = verdict.map(|verdict| format!(" The doctor calls it {} ({}).", verdict.code, verdict.id));
        // A terminal that went away is no reason to lose the exit code.
        _ = writeln!(io::stderr(), "The fault was {}: {}{}", fault.name, fault.about, number.unwrap_or_default());
    }
    code.map_err(|error| Failure::Told(Problem::input(error.to_string(), ""), 1))
}

/// The arguments for the program inside: relative files become absolute, since it starts in the sandbox's home.
fn without_sandbox(arguments: &[OsString]) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut arguments = arguments.iter().skip(1);
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        match &*text {
            "--sandbox" | "--sandbox-identities" | "--keep" => {}
            "--sandbox-trouble" | "--break" => _ = arguments.next(),
            "--report" if arguments.clone().next().is_some_and(|path| path == "-") => kept.push(argument.clone()),
            "--answers" | "--log" | "--report" | "--save-answers" => {
                kept.push(argument.clone());
                kept.extend(arguments.next().map(|path| absolute(path)));
            }
            _ if text.starts_with("--sandbox-trouble=") || text.starts_with("--break=") => {}
            _ => match text.split_once('=') {
                Some((name @ ("--answers" | "--log" | "--report" | "--save-answers"), path)) if path != "-" => {
                    kept.extend([name.into(), absolute(OsStr::new(path))]);
                }
                _ => kept.push(argument.clone()),
            },
        }
    }
    kept
}

fn absolute(path: &OsStr) -> OsString {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), PathBuf::into_os_string)
}

/// Whether the environment asks for lines instead of drawings.
fn is_plain(environment: &Environment) -> bool {
    let accessible = environment.get("ACCESSIBLE").is_some_and(|value| value != "0" && value != "false");
    accessible || environment.get("TERM").as_deref() == Some("dumb")
}

fn look(options: &Options, environment: &Environment) -> frontend::tui::look::Look {
    let colour = match options.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => environment.get("NO_COLOR").is_none(),
    };
    frontend::tui::look::Look::new(colour, has_unicode(environment))
}

/// Whether lines may have colours.
fn has_colour(options: &Options, environment: &Environment, terminal: bool) -> bool {
    match options.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal && environment.get("NO_COLOR").is_none() && environment.get("TERM").as_deref() != Some("dumb")
        }
    }
}

/// Whether the locale says that the terminal has more than ASCII.
fn has_unicode(environment: &Environment) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| environment.get(name)).unwrap_or_default();
    locale.to_uppercase().replace('-', "").contains("UTF8")
}
