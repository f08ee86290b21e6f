//! `clone`: repositories onto this computer without the walk, for scripts.
//!
//! The queue is the one of step 5. A line for each goes to standard output, tabs between its parts; everything else, and the
//! progress where somebody can see it, goes to standard error. Deliberately absent: setting git up.

mod ticker;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::unbounded_channel;

use crate::adapters::environment::Environment;
use crate::adapters::{child, surroundings, world};
use crate::cli;
use crate::gitconfig::{self, Helper, Wanted};
use crate::profiles::{self, Profile};
use crate::runner::Runner;
use crate::wizard::clone_url::{self, CloneUrl, Form};
use crate::wizard::cloning::{Asks, Clones, Ended, How, Wish, size, time};
use crate::wizard::effect::{Cloned, FileText, GitPlace, Reply, Request, RequestId};
use crate::wizard::event::Event;
use crate::wizard::names::{ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secrecy::shown;
use crate::{Failure, decided};
use ticker::Ticker;

/// What is to be done.
struct Plan {
    clones: Clones,
    /// What has to be said beforehand.
    remarks: Vec<String>,
}

/// Clones what is named; returns the exit code.
pub(crate) async fn run(
    options: &cli::Options,
    asked: &cli::Clone,
    environment: Arc<Environment>,
    program: &Path,
) -> Result<u8, Failure> {
    // From here on a signal must not leave half a clone behind.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Io)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Io)?;
    let (events, mut replies) = unbounded_channel();
    let mut runner = Runner::new(world(&environment), events);
    let Plan { mut clones, remarks } = plan(options, asked, &environment, program, &runner).await?;
    let mut ticker = Ticker::new(&environment);
    for remark in remarks {
        ticker.say(&remark).map_err(Failure::Io)?;
    }
    let mut asks = Numbered { runner: &mut runner, last: 0 };
    clones.start(&mut asks);
    let mut told = Told::default();
    let code = loop {
        told.tell(&clones, &mut ticker).map_err(Failure::Io)?;
        if clones.ended() {
            break u8::from(!clones.failed().is_empty());
        }
        tokio::select! {
            event = replies.recv() => match event {
                Some(Event::Reply(id, reply)) => clones.reply(id, reply, &mut asks),
                Some(Event::Progress(id, progress)) => clones.progress(id, &progress),
                Some(_) | None => {}
            },
            _ = interrupt.recv() => break 130,
            _ = terminate.recv() => break 143,
        }
    };
    ticker.clear().map_err(Failure::Io)?;
    runner.close().await;
    if code > 128 {
        ticker.say("Stopped. What was complete stays; nothing half is left.").map_err(Failure::Io)?;
    } else if let Some(Err(problem)) = clones.proof() {
        let text = format!("The clones are there, but Git as it is configured cannot log in by itself.\n  {problem}");
        ticker.say(&text).map_err(Failure::Io)?;
    }
    Ok(code)
}

/// Finds out with which profile and from which region, and what is to go where.
async fn plan(
    options: &cli::Options,
    asked: &cli::Clone,
    environment: &Environment,
    program: &Path,
    runner: &Runner,
) -> Result<Plan, Failure> {
    let failed = |problem| Failure::Told(problem, 1);
    let decided = decided(options)?;
    let variable = |name: &str| environment.get(name).and_then(|code| Region::parse(&code).ok());
    let of_environment =
        decided.region.clone().or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
    let present = present(asked, of_environment.as_ref(), runner).await;
    let profiles = read_profiles(runner).await.map_err(failed)?;
    let name = decided.profile.clone().or_else(|| ProfileName::parse(present.profile.as_deref()?).ok());
    let name = name.or_else(|| ProfileName::parse(&environment.get("AWS_PROFILE")?).ok());
    let name = name.map_or_else(|| ProfileName::parse("default").map_err(failed), Ok)?;
    let profile = profiles.iter().find(|profile| profile.name == name);
    if let (None, Some(name)) = (profile, &decided.profile) {
        let what = format!("There is no profile {} in the AWS files.", shown(name.as_str()));
        return Err(Failure::Told(Problem::input(what, "`aws configure list-profiles` lists them."), 2));
    }
    let of_profile = profile.and_then(|profile| Region::parse(profile.region.as_deref()?).ok());
    let region = decided.region.clone().or(of_profile).or(of_environment);
    let found = named(&asked.repositories, region.as_ref()).map_err(|problem| Failure::Told(problem, 2))?;
    let mut remarks = Vec::new();
    for url in &found {
        if let Some(other) = url.profile.as_ref().filter(|other| other.as_str() != name.as_str()) {
            let other = printable(other);
            remarks.push(format!(
                "The URL of {} names the profile {other}; {name} is used. --profile changes that.",
                url.name
            ));
        }
    }
    let surroundings = surroundings::surroundings(environment, program, false);
    let for_clones = |helper| {
        let region = region.clone().or_else(|| found.first().map(|url| url.region.clone()));
        region.map(|region| Wanted::for_clones(helper, name.clone(), region))
    };
    let own = surroundings.own_path.to_string_lossy().into_owned();
    let serves = profile.is_some_and(|profile| !profile.needs_code(&profiles));
    let pin = if present.built_in || child::on_path(environment, "aws").is_empty() {
        Helper::BuiltIn { program: surroundings.own_program }
    } else {
        Helper::AwsCli { program: "aws".to_owned() }
    };
    let how = How {
        side_by_side: decided.jobs.unwrap_or(0),
        helper: if serves { for_clones(Helper::BuiltIn { program: own }) } else { None },
        pin: if asked.pin { for_clones(pin) } else { None },
    };
    let into = environment.folder().join(environment.expanded(asked.into.as_deref().unwrap_or(Path::new("."))));
    let wish = |url: CloneUrl| Wish { directory: place(&into, url.name.as_str()), url: url.https(), name: url.name };
    Ok(Plan { clones: Clones::new(found.into_iter().map(wish).collect(), how), remarks })
}

/// A folder in another, without the dot of the folder stood in.
fn place(into: &Path, name: &str) -> PathBuf {
    let into: PathBuf = into.components().filter(|part| *part != std::path::Component::CurDir).collect();
    into.join(name)
}

/// How git logs in now.
#[derive(Default)]
struct Present {
    profile: Option<String>,
    built_in: bool,
}

/// How git would log in to the first that is named; a configuration that cannot be read says nothing.
async fn present(asked: &cli::Clone, region: Option<&Region>, runner: &Runner) -> Present {
    let anywhere = region.cloned().or_else(|| Region::parse("us-east-1").ok());
    let first = anywhere.and_then(|region| clone_url::read(asked.repositories.first()?, &region).ok());
    let sources = runner.alone(Request::ReadGitConfig(GitPlace::default())).await;
    let (Some(first), Ok(Reply::GitConfig(sources))) = (first, sources) else { return Present::default() };
    let present = sources.entries().ok().and_then(|entries| gitconfig::present(&entries, &first.https()));
    present.map(|present| Present { profile: present.profile, built_in: present.built_in }).unwrap_or_default()
}

async fn read_profiles(runner: &Runner) -> Result<Vec<Profile>, Problem> {
    let reply = runner.alone(Request::ReadAwsFiles).await?;
    let Reply::AwsFiles { config, credentials } = reply else { return Ok(Vec::new()) };
    let file = |text: &FileText| printable(&text.path.to_string_lossy());
    profiles::read(config.content(), credentials.content()).map_err(|broken| {
        let shown = match broken.file {
            profiles::AwsFile::Config => file(&config),
            profiles::AwsFile::Credentials => file(&credentials),
        };
        broken.problem(&shown)
    })
}

/// What is named, all of it before anything is cloned.
fn named(texts: &[String], region: Option<&Region>) -> Result<Vec<CloneUrl>, Problem> {
    let anywhere = Region::parse("us-east-1")?;
    let read = |text: &String| {
        let found = clone_url::read(text, region.unwrap_or(&anywhere))?;
        // An URL of git-remote-codecommit may leave the region out as well.
        let names_region = match found.form {
            Form::Name => false,
            Form::Grc => text.contains("codecommit::"),
            Form::Https | Form::Http | Form::Ssh | Form::Console | Form::Arn => true,
        };
        if region.is_none() && !names_region {
            let what = format!("In which region is {}? Neither the profile nor the command line says.", found.name);
            return Err(Problem::new(
                ProblemKind::MissingAnswer,
                what,
                "",
                "Name it with --region, such as us-east-2.",
            ));
        }
        Ok(found)
    };
    texts.iter().map(read).collect()
}

/// Requests with numbers, carried out by the runner.
struct Numbered<'a> {
    runner: &'a mut Runner,
    last: u64,
}

impl Asks for Numbered<'_> {
    fn request(&mut self, request: Request) -> RequestId {
        self.last += 1;
        let id = RequestId(self.last);
        self.runner.ask(id, request);
        id
    }

    fn stop(&mut self, id: RequestId) {
        self.runner.cancel(id);
    }
}

/// Which of them have been told, and which failures in full.
#[derive(Default)]
struct Told {
    names: Vec<PathBuf>,
    kinds: Vec<(ProblemKind, String)>,
}

impl Told {
    /// Tells how those ended that have ended since, and how far the rest is.
    fn tell(&mut self, clones: &Clones, ticker: &mut Ticker) -> io::Result<()> {
        for (wish, ended) in clones.all() {
            let Some(ended) = ended.filter(|_| !self.names.contains(&wish.directory)) else { continue };
            self.names.push(wish.directory.clone());
            ticker.clear()?;
            match ended {
                Ended::Cloned(cloned) => {
                    writeln!(io::stdout(), "{}", line(wish, cloned))?;
                    if let Some(remark) = remark(wish, cloned) {
                        ticker.say(&remark)?;
                    }
                }
                Ended::Failed(problem) => {
                    let word = if problem.kind == ProblemKind::Conflict { "skipped" } else { "failed" };
                    let why = printable(&format!("{} {}", problem.what, problem.why)).replace('\u{fffd}', " ");
                    writeln!(io::stdout(), "{word}\t{}\t{}", wish.name, why.trim())?;
                    let kind = (problem.kind, problem.hint.clone());
                    if !self.kinds.contains(&kind) && !problem.hint.is_empty() {
                        ticker.say(&format!("{}: {}", wish.name, problem.hint))?;
                        self.kinds.push(kind);
                    }
                }
            }
            io::stdout().flush()?;
        }
        ticker.show(&clones.status())
    }
}

fn line(wish: &Wish, cloned: &Cloned) -> String {
    let place = printable(&cloned.directory.to_string_lossy());
    if cloned.was_there {
        return format!("there\t{}\t{place}", wish.name);
    }
    format!("cloned\t{}\t{place}\t{}\t{}", wish.name, size(cloned.bytes), time(cloned.milliseconds))
}

fn remark(wish: &Wish, cloned: &Cloned) -> Option<String> {
    let name = &wish.name;
    if cloned.empty {
        return Some(format!("{name}: it has no commit yet."));
    }
    if let Some(form) = cloned.other_form {
        return Some(format!("{name}: the remote of the clone that is there is the {form} one, not HTTPS."));
    }
    let branches = cloned.branches.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    let folder = crate::wizard::change::shell_path(&printable(&cloned.directory.to_string_lossy()));
    cloned.branches.first().map(|first| {
        format!(
            "{name}: it names no default branch, so nothing is checked out. Its branches: {branches}.\n  \
             git -C {folder} switch {first}"
        )
    })
}
