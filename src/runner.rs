//! Carries requests out: each in a task of its own, with a limit of time, ending in exactly one reply.
//!
//! Deliberately absent: what a reply means (`wizard`), how a thing is done (`adapters`), and secrets in the log: of a request only
//! its kind is written down.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

use crate::doctor;
use crate::journal::Intent;
use crate::ports::World;
use crate::wizard::effect::{Deletion, Program, Progress, Reply, Request, RequestId};
use crate::wizard::event::Event;
use crate::wizard::problem::{Problem, ProblemKind};

/// How long [`Runner::close`] waits for what was cancelled.
const CLOSING: Duration = Duration::from_secs(5);

/// Carries requests out and sends their replies as events.
#[derive(Debug)]
pub struct Runner {
    world: World,
    events: UnboundedSender<Event>,
    running: HashMap<RequestId, Running>,
    tasks: JoinSet<()>,
}

/// A request under way; dropping it stops the request.
#[derive(Debug)]
struct Running {
    gate: Gate,
    stop: oneshot::Sender<()>,
}

/// The way of a request's events, which cancelling shuts for good.
#[derive(Debug, Clone)]
struct Gate(Arc<Mutex<Option<UnboundedSender<Event>>>>);

impl Gate {
    fn send(&self, event: Event) {
        if let Some(events) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // Nobody listens any more when the program ends.
            let _ = events.send(event);
        }
    }

    fn shut(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gate.shut();
    }
}

impl Runner {
    /// A runner on this world that sends its events there; it needs a tokio runtime around it.
    pub fn new(world: World, events: UnboundedSender<Event>) -> Self {
        Self { world, events, running: HashMap::new(), tasks: JoinSet::new() }
    }

    /// Starts a request.
    pub fn ask(&mut self, id: RequestId, request: Request) {
        while self.tasks.try_join_next().is_some() {}
        self.running.retain(|_, running| !running.stop.is_closed());
        let gate = Gate(Arc::new(Mutex::new(Some(self.events.clone()))));
        let (stop, stopped) = oneshot::channel();
        self.tasks.spawn(supervise(self.world.clone(), id, request, gate.clone(), stopped));
        self.running.insert(id, Running { gate, stop });
    }

    /// Carries a request out while nothing else is done: the terminal belongs to the program that it runs.
    pub async fn alone(&self, request: Request) -> Result<Reply, Problem> {
        let kind = kind(&request);
        let result = carry_out(&self.world, request, &|_| ()).await;
        let outcome = result.as_ref().map_or_else(|problem| format!("{:?}", problem.kind), |_| "ok".to_owned());
        tracing::info!(request = kind.name, outcome, "request");
        result
    }

    /// Stops a request: nothing more is sent of it, and its child processes end.
    pub fn cancel(&mut self, id: RequestId) {
        self.running.remove(&id);
    }

    /// Stops all requests and waits, not for long, until nothing half done is left behind.
    pub async fn close(mut self) {
        self.running.clear();
        let clean = async {
            while self.tasks.join_next().await.is_some() {}
            // It cannot fail in a way that anyone could act on.
            let _ = self.world.git.settled().await;
        };
        if tokio::time::timeout(CLOSING, clean).await.is_err() {
            tracing::warn!("what was cancelled had not ended after {} s", CLOSING.as_secs());
        }
    }
}

/// Watches over one request: its limit, its cancelling, its panics.
async fn supervise(world: World, id: RequestId, request: Request, gate: Gate, mut stopped: oneshot::Receiver<()>) {
    let kind = kind(&request);
    let start = Instant::now();
    let progress_gate = gate.clone();
    // A set of one: unlike a handle it stops its task when it is dropped.
    let mut work = JoinSet::new();
    work.spawn(async move { carry_out(&world, request, &|step| progress_gate.send(Event::Progress(id, step))).await });
    let result = tokio::select! {
        biased;
        _ = &mut stopped => None,
        () = limit(kind.limit) => Some(Err(timed_out(&kind))),
        ended = work.join_next() => Some(ended.map_or_else(|| Err(broken(&kind, "")), |ended| flatten(&kind, ended))),
    };
    // What was cut off ends before its reply is seen, so that the next request finds nothing of it.
    work.shutdown().await;
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let outcome = match &result {
        None => "cancelled".to_owned(),
        Some(Ok(_)) => "ok".to_owned(),
        Some(Err(problem)) => format!("{:?}", problem.kind),
    };
    tracing::info!(request = kind.name, milliseconds, outcome, "request");
    if let Some(result) = result {
        gate.send(Event::Reply(id, result));
    }
}

async fn limit(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

fn flatten(kind: &Kind, ended: Result<Result<Reply, Problem>, JoinError>) -> Result<Reply, Problem> {
    match ended {
        Ok(result) => result,
        Err(error) => Err(match error.try_into_panic() {
            Ok(panic) => {
                let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                broken(kind, &text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default())
            }
            Err(_) => broken(kind, ""),
        }),
    }
}

fn broken(kind: &Kind, why: &str) -> Problem {
    let what = format!("{} failed because of a mistake in this program.", kind.doing);
    Problem::new(ProblemKind::Other, what, why, "Try again; if it stays, report it with the log.")
}

fn timed_out(kind: &Kind) -> Problem {
    let seconds = kind.limit.unwrap_or_default().as_secs();
    let what = format!("{} took longer than {seconds} seconds and was stopped.", kind.doing);
    Problem::new(ProblemKind::TimedOut, what, "", kind.hint)
}

/// What is known of a request by its kind alone.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// Its name in the log.
    name: &'static str,
    /// The subject of a sentence about it.
    doing: &'static str,
    /// How long it may take.
    limit: Option<Duration>,
    /// What to do when it takes longer.
    hint: &'static str,
}

fn kind(request: &Request) -> Kind {
    const NETWORK: &str = "Check the network and the proxy settings, then try again.";
    const DISK: &str = "Check whether the home folder is on a network drive that does not answer, then try again.";
    const PROGRAM: &str = "Run it yourself in another terminal to see what it waits for, then try again.";
    const KEYCHAIN: &str = "macOS may be asking for your password in a window of its own: look for it, then try again.";
    let (name, doing, seconds, hint) = match request {
        Request::FindProgram(Program::Git) => ("find git", "Looking for git", 20, PROGRAM),
        Request::FindProgram(Program::AwsCli) => ("find aws", "Looking for the AWS CLI", 20, PROGRAM),
        Request::CheckCodecommitCommands(_) => {
            ("check codecommit commands", "Asking the AWS CLI for its CodeCommit commands", 20, PROGRAM)
        }
        Request::ReadAwsFiles => ("read aws files", "Reading the AWS files", 10, DISK),
        Request::Identify(_) => ("identify", "Asking AWS who you are", 30, NETWORK),
        Request::Describe(_) => ("describe", "Asking AWS about the account", 30, NETWORK),
        Request::ReadEnvironmentKey => ("read environment key", "Reading the environment", 10, PROGRAM),
        Request::ReadKeyFile(_) => ("read key file", "Reading the file with the access key", 10, DISK),
        Request::RunInTerminal { .. } => ("run in terminal", "Running a program in the terminal", 0, ""),
        Request::WriteFiles(_) => ("write files", "Writing the files", 10, DISK),
        Request::FindRights { .. } => ("find rights", "Asking AWS what is allowed", 60, NETWORK),
        Request::AttachPolicy { .. } => ("attach policy", "Attaching the policy", 30, NETWORK),
        // It ends by itself before that.
        Request::AwaitEffect(_) => ("await effect", "Waiting until the policy takes effect", 60, NETWORK),
        Request::ReadGitConfig(_) => ("read git config", "Reading the configuration of git", 20, PROGRAM),
        Request::FillCredential { .. } => ("fill credential", "Asking git's credential helpers", 30, PROGRAM),
        Request::ListRemote { .. } => ("list remote", "Asking the repository for its branches", 60, NETWORK),
        Request::FindStoredPasswords(_) => ("find stored passwords", "Looking into the keychain", 30, KEYCHAIN),
        Request::DeleteStoredPassword(_) => {
            ("delete stored password", "Deleting a password from the keychain", 60, KEYCHAIN)
        }
        Request::Examine(_) => ("examine", "Looking at the set-up", 120, NETWORK),
        Request::ListRepositories(_) => ("list repositories", "Listing the repositories", 300, NETWORK),
        Request::PreferRepositories(_) => ("prefer repositories", "Changing the order of the details", 10, NETWORK),
        Request::CountRepositories { .. } => ("count repositories", "Asking all regions", 300, NETWORK),
        Request::CreateRepository { .. } => ("create repository", "Creating the repository", 60, NETWORK),
        Request::FindClones(_) => ("find clones", "Looking for clones", 120, DISK),
        Request::FoldsCase(_) => ("folds case", "Looking at the disk", 10, DISK),
        Request::Clone { .. } => ("clone", "Cloning", 0, ""),
        Request::ReadHistory => ("read history", "Reading the journal", 10, DISK),
        Request::TakeBack { .. } => ("take back", "Undoing", 60, DISK),
        Request::SaveText { .. } => ("save text", "Saving the text", 10, DISK),
    };
    Kind { name, doing, limit: (seconds > 0).then(|| Duration::from_secs(seconds)), hint }
}

/// Carries a request out; what nothing on this computer would show is written down before it is done, or is not done.
async fn carry_out(
    world: &World,
    request: Request,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Reply, Problem> {
    let Some(intent) = request.change().as_ref().and_then(Intent::of) else {
        return answer(world, request, progress).await;
    };
    world.journal.begin(intent.clone()).await?;
    let reply = answer(world, request, progress).await;
    if let Some(done) = is_done(&reply)
        && let Err(problem) = world.journal.end(intent, done).await
    {
        tracing::warn!(%problem, "what came of a change is not in the journal");
    }
    reply
}

/// Whether a change was made; `None` where nobody said.
fn is_done(reply: &Result<Reply, Problem>) -> Option<bool> {
    match reply {
        Ok(Reply::Deletion(Deletion::NoneLeft | Deletion::Refused(_))) => Some(false),
        Ok(_) => Some(true),
        Err(problem) => match problem.kind {
            ProblemKind::Unreachable | ProblemKind::TimedOut | ProblemKind::Cancelled | ProblemKind::Other => None,
            ProblemKind::AccessDenied
            | ProblemKind::BadCredentials
            | ProblemKind::Expired
            | ProblemKind::Throttled
            | ProblemKind::BrokenFile
            | ProblemKind::Conflict
            | ProblemKind::Locked
            | ProblemKind::NotWritable
            | ProblemKind::BadInput
            | ProblemKind::MissingAnswer
            | ProblemKind::MissingTool
            | ProblemKind::LimitReached
            | ProblemKind::NotFound => Some(false),
        },
    }
}

async fn answer(
    world: &World,
    request: Request,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Reply, Problem> {
    Ok(match request {
        Request::FindProgram(program) => Reply::Programs(world.programs.find(program).await?),
        Request::CheckCodecommitCommands(path) => {
            Reply::CodecommitCommands(world.programs.check_codecommit_commands(&path).await?)
        }
        Request::ReadAwsFiles => {
            let (config, credentials) = world.files.read_aws_files().await?;
            Reply::AwsFiles { config, credentials }
        }
        Request::Identify(caller) => Reply::Identity(world.aws.identify(&caller).await?),
        Request::Describe(caller) => Reply::Described(world.aws.describe(&caller).await?),
        Request::ReadEnvironmentKey => Reply::EnvironmentKey(world.files.read_environment_key().await?),
        Request::ReadKeyFile(path) => Reply::KeyFile(world.files.read_key_file(path).await?),
        Request::RunInTerminal { program, arguments } => {
            world.programs.run_in_terminal(&program, &arguments).await?;
            Reply::Ran
        }
        Request::WriteFiles(changes) => {
            world.files.write(changes).await?;
            Reply::Written
        }
        Request::FindRights { caller, of, repositories } => {
            Reply::Rights(Box::new(world.aws.find_rights(&caller, &of, &repositories).await?))
        }
        Request::AttachPolicy { caller, holder, policy_arn, account: _ } => {
            world.aws.attach_policy(&caller, &holder, &policy_arn).await?;
            Reply::Attached
        }
        Request::AwaitEffect(caller) => Reply::InEffect(world.aws.await_effect(&caller, progress).await?),
        Request::ReadGitConfig(place) => Reply::GitConfig(Box::new(world.git.read_config(&place).await?)),
        Request::FillCredential { url, path, place } => {
            let filled = world.git.fill_credential(&url, path, &place).await?;
            Reply::Credential {
                access_key_id: filled.access_key_id,
                password: filled.password,
                milliseconds: filled.milliseconds,
            }
        }
        Request::ListRemote { url, place } => {
            let listed = world.git.list_remote(&url, &place).await?;
            Reply::RemoteListed { branches: listed.branches, milliseconds: listed.milliseconds }
        }
        Request::FindStoredPasswords(hosts) => Reply::StoredPasswords(world.keychain.stored(&hosts).await?),
        Request::DeleteStoredPassword(password) => Reply::Deletion(world.keychain.delete_one(&password).await?),
        Request::Examine(examination) => {
            let tell = |check| progress(Progress::Checked(Box::new(check)));
            Reply::Examined(Box::new(doctor::examine(world, &examination, &tell).await?))
        }
        Request::ListRepositories(caller) => {
            let news = |repositories| progress(Progress::Repositories(repositories));
            Reply::Repositories(world.aws.list_repositories(&caller, &news).await?)
        }
        Request::PreferRepositories(names) => {
            world.aws.prefer_repositories(names);
            Reply::Preferred
        }
        Request::CountRepositories { credentials, regions } => {
            world.aws.count_repositories(&credentials, regions, progress).await?;
            Reply::Counted
        }
        Request::CreateRepository { caller, name, description, account: _ } => {
            Reply::Created(Box::new(world.aws.create_repository(&caller, &name, &description).await?))
        }
        Request::FindClones(folder) => Reply::FoundClones(Box::new(world.git.find_clones(&folder, progress).await?)),
        Request::FoldsCase(folder) => Reply::FoldsCase(world.files.folds_case(folder).await?),
        Request::Clone { url, directory, settings } => {
            Reply::Cloned(world.git.clone_repository(&url, &directory, &settings, progress).await?)
        }
        Request::ReadHistory => Reply::History(Box::new(world.journal.history().await?)),
        Request::TakeBack { dry_run } => Reply::TakenBack(world.journal.take_back(dry_run).await?),
        Request::SaveText { path, text } => Reply::Saved(world.files.save_text(path, text).await?),
    })
}

#[cfg(test)]
mod tests;
