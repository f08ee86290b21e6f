//! `apply`: the same steps with nobody there, from an answers file.
//!
//! Deliberately absent: steps of its own; the walk is the one of every face.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::adapters::environment::Environment;
use crate::adapters::journal::Journal;
use crate::adapters::reading;
use crate::adapters::surroundings::surroundings;
use crate::cli::{self, Options};
use crate::frontend::answers::Unattended;
use crate::frontend::plain::hidden;
use crate::redact::masked_but_keys;
use crate::wizard::Wizard;
use crate::wizard::answers::{Answers, SecretSource};
use crate::wizard::effect::Change;
use crate::wizard::pasted;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secrecy::{may_hold_secret, shown};
use crate::wizard::secret::Secret;
use crate::{Failure, decided, drive_with};

/// The most that an answers file or a file with a secret may hold, in bytes.
const LIMIT: u64 = 1024 * 1024;
/// Room for a secret that comes through a pipe, which does not say how long it is, in bytes.
const ROOM: u64 = 16 * 1024;

/// Goes through the steps; returns the exit code.
pub(crate) async fn apply(
    options: &Options,
    apply: &cli::Apply,
    mut environment: Arc<Environment>,
    program: &Path,
) -> Result<u8, Failure> {
    let answers = match answers(options, apply, &environment) {
        Ok((answers, left)) => {
            environment = left;
            answers
        }
        Err(Failure::Told(problem, code)) if apply.json => {
            writeln!(io::stdout(), "{}", result(&[], Some(&problem), code)).map_err(Failure::Io)?;
            return Err(Failure::Told(problem, code));
        }
        Err(failure) => return Err(failure),
    };
    let mut surroundings = surroundings(&environment, program, apply.dry_run);
    if !apply.dry_run {
        surroundings.tidied = Journal::new(&environment).tidy();
    }
    let mut wizard = Wizard::new(surroundings, answers);
    let mut face = Unattended::new(io::stderr());
    let code = drive_with(&mut wizard, environment, &mut face).await?;
    if apply.json {
        let result = result(&steps(&wizard), face.problem.as_ref(), code);
        writeln!(io::stdout(), "{result}").map_err(Failure::Io)?;
    }
    Ok(code)
}

/// What the file says, and what stands on the command line, which has the last word; and the environment without the secrets that
/// were taken from it, which no other program needs.
fn answers(
    options: &Options,
    apply: &cli::Apply,
    environment: &Environment,
) -> Result<(Answers, Arc<Environment>), Failure> {
    let usage = |problem| Failure::Told(problem, 2);
    let text = read(&apply.answers, "The answers file").map_err(usage)?;
    let (mut taken, mut ended) = (BTreeSet::new(), None);
    let mut fetch = |key: &str, source: &SecretSource| {
        // Those of AWS stay: half a key in the environment would stop other programs.
        if let SecretSource::Env(name) = source
            && !name.starts_with("AWS_")
        {
            taken.insert(name.clone());
        }
        fetch(key, source, environment, &mut ended)
    };
    let read = Answers::from_toml(&text, &mut fetch);
    let mut answers = read.map_err(|problem| Failure::Told(problem, ended.unwrap_or(2)))?;
    let Answers { profile, region, jobs, .. } = decided(options)?;
    answers.jobs = jobs.or(answers.jobs);
    answers.profile = profile.or(answers.profile);
    answers.region = region.or(answers.region);
    Ok((answers, Arc::new(environment.without(&taken))))
}

/// What each step came to, and what it changed: `{"name", "status", "text", "changes": [{"kind", …}]}`.
fn steps(wizard: &Wizard) -> Vec<Value> {
    let all = wizard.outcomes().into_iter().enumerate();
    all.filter_map(|(place, (name, outcome))| {
        let changes: Vec<Value> = wizard.changes(place).flat_map(told).collect();
        let outcome = outcome?;
        Some(json!({ "name": name, "status": outcome.mark.word(), "text": masked_but_keys(&outcome.text), "changes": changes }))
    })
    .collect()
}

fn told(change: &Change) -> Vec<Value> {
    vec![match change {
        Change::Files(paths) => {
            return paths.iter().map(|path| json!({ "kind": "file", "path": path.to_string_lossy() })).collect();
        }
        Change::Policy { arn, kind, holder, account, .. } => {
            let mut policy = json!({ "kind": "policy", "arn": arn, "account": account });
            policy[*kind] = json!(holder);
            policy
        }
        Change::Clone { was_there: false, url, folder, .. } => {
            json!({ "kind": "clone", "url": url, "folder": folder.to_string_lossy() })
        }
        Change::Repository { name, region, account, .. } => {
            json!({ "kind": "repository", "name": name, "region": region, "account": account })
        }
        Change::Password { host, access_key_id } => {
            json!({ "kind": "password", "host": host, "access_key_id": access_key_id })
        }
        // None of these happens with nobody there.
        Change::Clone { was_there: true, .. } | Change::Program(_) | Change::NewFile(_) | Change::Undo => {
            return Vec::new();
        }
    }]
}

/// The result as JSON: `{"version", "ok", "steps": […], "problem": {"what", "why", "hint"}}`.
fn result(steps: &[Value], problem: Option<&Problem>, code: u8) -> Value {
    // What was gone past does not count when all is well in the end.
    let problem = problem.filter(|_| code != 0);
    let problem = problem.map(|problem| json!({ "what": problem.what, "why": problem.why, "hint": problem.hint }));
    json!({ "version": 1, "ok": code == 0, "steps": steps, "problem": problem })
}

/// Finds a secret where the answers file says it is; `ended` is the exit code where a signal came instead.
fn fetch(
    key: &str,
    source: &SecretSource,
    environment: &Environment,
    ended: &mut Option<u8>,
) -> Result<Secret, Problem> {
    let missing = |what: String, hint: &str| Problem::new(ProblemKind::MissingAnswer, what, "", hint);
    match source {
        SecretSource::Env(name) => environment.get(name).map(Secret::new).ok_or_else(|| {
            // Whoever writes the secret itself there must not see it again.
            let is_usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let is_name = name.len() <= 64 && name.chars().all(is_usual) && !may_hold_secret(name);
            let name = if is_name { format!(" {name}") } else { String::new() };
            let what = format!("The answers file takes {key} from the environment variable{name}, which is not set.");
            missing(what, "Set it for this command, or name another place.")
        }),
        SecretSource::File(path) => {
            let path = match path.strip_prefix("~/") {
                Some(rest) => environment.home().join(rest),
                None => PathBuf::from(path),
            };
            read(&path, "The file with the secret").map(|text| Secret::new(text.trim()))
        }
        SecretSource::Stdin(true) if io::stdin().is_terminal() => asked(key, ended),
        SecretSource::Stdin(true) => {
            // Not by `Stdin`, whose buffer would keep what it read.
            let stdin = io::stdin().as_fd().try_clone_to_owned().map(File::from);
            let text = stdin.and_then(whole);
            let text =
                text.map_err(|error| missing(format!("{key} could not be read from standard input: {error}."), ""))?;
            if text.trim().is_empty() {
                let hint = "Standard input holds one secret; take the other one from { env = \"NAME\" } or { file = \"PATH\" }.";
                return Err(missing(format!("Standard input ended before {key} came."), hint));
            }
            Ok(Secret::new(text.trim()))
        }
        SecretSource::Stdin(false) => Err(missing(
            format!("The answers file says that {key} is not on standard input, and not where it is."),
            "Write { stdin = true }, { env = \"NAME\" } or { file = \"PATH\" }.",
        )),
    }
}

/// Asks for a secret at the terminal, hidden.
fn asked(key: &str, ended: &mut Option<u8>) -> Result<Secret, Problem> {
    let (what, is_token) = match key {
        "profile.session_token" => ("session token", true),
        _ => ("secret access key", false),
    };
    let stopped = |what: String| Problem::new(ProblemKind::Cancelled, what, "", "");
    let question = format!("Type or paste the {what} ({key} in the answers file; typing is hidden):");
    let ask = async { hidden::ask(&question, &mut io::stderr()).await };
    // The file is read on the thread of the program, which has nothing else to do until this is known.
    let answer = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ask));
    match answer {
        Ok(hidden::Answer::Line(line)) => {
            let parts = pasted::parts(&line);
            let part = if is_token { parts.token } else { parts.secret };
            let secret = part.unwrap_or_else(|| Secret::new(pasted::clean(&line).as_str()));
            if secret.is_empty() { Err(stopped(format!("No {what} was typed."))) } else { Ok(secret) }
        }
        Ok(hidden::Answer::End) => Err(stopped(format!("The input ended before the {what} came."))),
        Ok(hidden::Answer::Ended(code)) => {
            *ended = Some(code);
            Err(stopped(format!("Stopped before the {what} was typed. Nothing has been changed.")))
        }
        Err(error) => Err(Problem { why: error.to_string(), ..stopped("The terminal is gone.".to_owned()) }),
    }
}

fn read(path: &Path, what: &str) -> Result<Zeroizing<String>, Problem> {
    reading::stream(path, LIMIT, reading::PATIENCE).map_err(|error| Problem {
        why: format!("{error}."),
        ..Problem::input(
            format!("{what} {} cannot be read.", shown(&path.to_string_lossy())),
            "Look at its name and who may read it.",
        )
    })
}

/// Reads a file to its end, into one place: a text that grows leaves copies behind.
fn whole(file: File) -> io::Result<Zeroizing<String>> {
    let length = file.metadata().map_or(0, |metadata| metadata.len()).clamp(ROOM, LIMIT);
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(length).unwrap_or_default() + 1));
    file.take(LIMIT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LIMIT { Err(io::Error::from(io::ErrorKind::FileTooLarge)) } else { Ok(text) }
}
