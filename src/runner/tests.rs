//! The runner against a fake world: limits, cancelling, panics, and one reply for each request.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::Runner;
use crate::gitconfig::Sources;
use crate::journal::Intent;
use crate::ports::{
    Attempt, Aws, AwsFound, Computer, Files, Filled, Git, HowFar, Inspection, Journal, Keychain, Listed,
    NewRepositories, Programs, RepositoryFound, Task, Wondered, World,
};
use crate::wizard::effect::{
    AccessKey, Caller, CloneSettings, Cloned, Credentials, Deletion, FileChange, FileText, FoundClones, GitPlace,
    Installed, Program, Progress, Reply, Repository, Request, RequestId, SearchPath,
};
use crate::wizard::event::Event;
use crate::wizard::facts::{Description, Identity, Profile};
use crate::wizard::git_user::{DyingPassword, KeptPassword};
use crate::wizard::names::{Region, RepositoryName};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::rights::{Holder, Rights};
use crate::wizard::secret::Secret;

/// A world in which nothing answers, but: attaching panics, `find` answers, saving is refused, dropped clones are counted, and
/// repositories are made, but for one that is there already, while the journal takes so many lines.
#[derive(Default, Clone)]
struct Fake {
    dropped: Arc<AtomicUsize>,
    /// What happened, in its order.
    happened: Arc<Mutex<Vec<String>>>,
    /// For how many lines the journal has room.
    room: Arc<AtomicUsize>,
}

impl Fake {
    fn noted(&self, line: String) -> Task<'_, ()> {
        let full = self.room.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |room| room.checked_sub(1)).is_err();
        self.happened.lock().unwrap().push(if full { format!("no room: {line}") } else { line });
        Box::pin(async move { if full { Err(Problem::input("No room.", "")) } else { Ok(()) } })
    }
}

struct CountDrop(Arc<AtomicUsize>);

impl Drop for CountDrop {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn never<'a, T: Send + 'a>() -> Task<'a, T> {
    Box::pin(std::future::pending())
}

impl Inspection for Fake {
    fn look_around<'a>(&'a self, _: &'a Wondered) -> Task<'a, Computer> {
        never()
    }
    fn git_build(&self) -> Task<'_, crate::ports::GitBuild> {
        never()
    }
    fn ran(&self) -> Vec<crate::checkup::Ran> {
        Vec::new()
    }
    fn sound_aws<'a>(&'a self, _: &'a Caller) -> Task<'a, AwsFound> {
        never()
    }
    fn find_repository<'a>(&'a self, _: &'a Caller, _: &'a RepositoryName) -> Task<'a, RepositoryFound> {
        never()
    }
    fn own_programs<'a>(&'a self, _: &'a str, _: &'a GitPlace) -> Task<'a, Vec<crate::gitconfig::Entry>> {
        never()
    }
    fn address<'a>(&'a self, _: &'a str, _: &'a GitPlace) -> Task<'a, String> {
        never()
    }
    fn knock<'a>(&'a self, _: &'a str, _: &'a GitPlace) -> Task<'a, ()> {
        never()
    }
    fn try_repository<'a>(&'a self, _: &'a str, _: bool, _: &'a GitPlace) -> Task<'a, Attempt> {
        never()
    }
}

impl Aws for Fake {
    fn identify<'a>(&'a self, _: &'a Caller) -> Task<'a, Identity> {
        never()
    }
    fn describe<'a>(&'a self, _: &'a Caller) -> Task<'a, Description> {
        never()
    }
    fn find_rights<'a>(&'a self, _: &'a Caller, _: &'a Profile, _: &'a [RepositoryName]) -> Task<'a, Rights> {
        never()
    }
    fn attach_policy<'a>(&'a self, _: &'a Caller, _: &'a Holder, _: &'a str) -> Task<'a, ()> {
        Box::pin(async { panic!("the index is 7") })
    }
    fn detach_policy<'a>(&'a self, _: &'a Caller, _: &'a Holder, _: &'a str) -> Task<'a, ()> {
        never()
    }
    fn await_effect<'a>(&'a self, _: &'a Caller, _: HowFar<'a>) -> Task<'a, bool> {
        never()
    }
    fn list_repositories<'a>(&'a self, _: &'a Caller, tell: NewRepositories<'a>) -> Task<'a, Vec<Repository>> {
        Box::pin(async move {
            tell(Vec::new());
            Ok(Vec::new())
        })
    }
    fn prefer_repositories(&self, _: Vec<RepositoryName>) {}
    fn count_repositories<'a>(&'a self, _: &'a Credentials, _: Vec<Region>, _: HowFar<'a>) -> Task<'a, ()> {
        never()
    }
    fn create_repository<'a>(&'a self, _: &'a Caller, name: &'a RepositoryName, _: &'a str) -> Task<'a, Repository> {
        self.happened.lock().unwrap().push(format!("made: {name}"));
        Box::pin(async move {
            match name.as_str() {
                "there" => Err(Problem::new(ProblemKind::Conflict, "It is there already.", "", "")),
                "silent" => Err(Problem::new(ProblemKind::Unreachable, "Nobody answered.", "", "")),
                _ => Ok(Repository { name: name.clone(), details: None }),
            }
        })
    }
}

impl Git for Fake {
    fn read_config<'a>(&'a self, _: &'a GitPlace) -> Task<'a, Sources> {
        never()
    }
    fn fill_credential<'a>(&'a self, _: &'a str, _: SearchPath, _: &'a GitPlace) -> Task<'a, Filled> {
        never()
    }
    fn list_remote<'a>(&'a self, _: &'a str, _: &'a GitPlace) -> Task<'a, Listed> {
        Box::pin(async { Ok(Listed { branches: 2, milliseconds: 7 }) })
    }
    fn clone_repository<'a>(
        &'a self,
        _: &'a str,
        _: &'a Path,
        _: &'a CloneSettings,
        progress: HowFar<'a>,
    ) -> Task<'a, Cloned> {
        let counted = CountDrop(self.dropped.clone());
        Box::pin(async move {
            progress(Progress::Cloning {
                phase: "Receiving objects".to_owned(),
                percent: Some(1),
                amount: String::new(),
            });
            let _counted = counted;
            std::future::pending().await
        })
    }
    fn find_clones<'a>(&'a self, _: &'a Path, _: HowFar<'a>) -> Task<'a, FoundClones> {
        never()
    }
    fn settled(&self) -> Task<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

impl Files for Fake {
    fn read_aws_files(&self) -> Task<'_, (FileText, FileText)> {
        never()
    }
    fn read_environment_key(&self) -> Task<'_, Option<AccessKey>> {
        never()
    }
    fn read_key_file(&self, _: PathBuf) -> Task<'_, Secret> {
        never()
    }
    fn write(&self, _: Vec<FileChange>) -> Task<'_, ()> {
        never()
    }
    fn folds_case(&self, _: PathBuf) -> Task<'_, bool> {
        never()
    }
    fn save_text(&self, _: PathBuf, _: String) -> Task<'_, PathBuf> {
        Box::pin(async { Err(Problem::input("No.", "")) })
    }
}

impl Journal for Fake {
    fn begin(&self, intent: Intent) -> Task<'_, ()> {
        self.noted(format!("begun: {}", named(&intent)))
    }

    fn end(&self, intent: Intent, done: bool) -> Task<'_, ()> {
        self.noted(format!("{}: {}", if done { "done" } else { "refused" }, named(&intent)))
    }
}

impl Programs for Fake {
    fn find(&self, _: Program) -> Task<'_, Vec<Installed>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn check_codecommit_commands<'a>(&'a self, _: &'a Path) -> Task<'a, bool> {
        never()
    }
    fn run_in_terminal<'a>(&'a self, _: &'a Path, _: &'a [String]) -> Task<'a, ()> {
        never()
    }
}

impl Keychain for Fake {
    fn stored<'a>(&'a self, hosts: &'a [String]) -> Task<'a, Vec<KeptPassword>> {
        Box::pin(async { Ok(vec![KeptPassword::of(&hosts[1], "AKIAIOSFODNN7EXAMPLE")]) })
    }
    fn delete_one<'a>(&'a self, _: &'a DyingPassword) -> Task<'a, Deletion> {
        never()
    }
}

fn start() -> (Runner, UnboundedReceiver<Event>, Fake) {
    let (events, received) = mpsc::unbounded_channel();
    let fake = Fake::default();
    fake.room.store(usize::MAX, Ordering::SeqCst);
    let world = World {
        aws: Arc::new(fake.clone()),
        git: Arc::new(fake.clone()),
        files: Arc::new(fake.clone()),
        journal: Arc::new(fake.clone()),
        programs: Arc::new(fake.clone()),
        keychain: Arc::new(fake.clone()),
        inspection: Arc::new(fake.clone()),
    };
    (Runner::new(world, events), received, fake)
}

fn caller() -> Caller {
    let key = AccessKey { id: "AKIA".into(), secret: Secret::new("hidden"), session_token: None };
    Caller { credentials: Credentials::Keys(key), region: Region::parse("us-east-1").unwrap() }
}

fn clone() -> Request {
    Request::Clone {
        url: "https://host/v1/repos/site".into(),
        directory: "site".into(),
        settings: CloneSettings::default(),
    }
}

async fn problem(received: &mut UnboundedReceiver<Event>) -> Problem {
    match received.recv().await {
        Some(Event::Reply(_, Err(problem))) => problem,
        other => panic!("no problem but {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_the_one_reply() {
    let (mut runner, mut received, _) = start();
    runner.ask(RequestId(1), Request::FindProgram(Program::Git));
    assert_eq!(received.recv().await, Some(Event::Reply(RequestId(1), Ok(Reply::Programs(Vec::new())))));
    runner.ask(RequestId(2), Request::SaveText { path: "a".into(), text: String::new() });
    assert_eq!(problem(&mut received).await.kind, ProblemKind::BadInput);
    runner.close().await;
    assert_eq!(received.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_remote_and_the_keychain_answer_in_words_of_the_wizard() {
    let (mut runner, mut received, _) = start();
    runner.ask(
        RequestId(1),
        Request::ListRemote { url: "https://host/v1/repos/site".into(), place: GitPlace::default() },
    );
    let listed = Reply::RemoteListed { branches: 2, milliseconds: 7 };
    assert_eq!(received.recv().await, Some(Event::Reply(RequestId(1), Ok(listed))));
    let host = "git-codecommit.us-east-2.amazonaws.com";
    runner.ask(RequestId(2), Request::FindStoredPasswords(vec!["a".into(), host.into()]));
    let kept = KeptPassword::of(host, "AKIAIOSFODNN7EXAMPLE");
    let stored = Reply::StoredPasswords(vec![kept.clone()]);
    assert_eq!(received.recv().await, Some(Event::Reply(RequestId(2), Ok(stored))));
    runner.ask(RequestId(3), Request::DeleteStoredPassword(kept.dying().unwrap()));
    let late = problem(&mut received).await;
    assert!(late.what.contains("keychain took longer than 60 seconds") && late.hint.contains("window"), "{late}");
}

#[tokio::test(start_paused = true)]
async fn progress_comes_before_the_reply() {
    let (mut runner, mut received, _) = start();
    runner.ask(RequestId(3), Request::ListRepositories(caller()));
    assert_eq!(received.recv().await, Some(Event::Progress(RequestId(3), Progress::Repositories(Vec::new()))));
    assert_eq!(received.recv().await, Some(Event::Reply(RequestId(3), Ok(Reply::Repositories(Vec::new())))));
}

#[tokio::test(start_paused = true)]
async fn the_account_is_changed_only_after_the_journal_says_that_it_will_be() {
    for (name, room, told, happened) in [
        ("shop", 2, None, vec!["begun: shop", "made: shop", "done: shop"]),
        // Without room in the journal nothing is made.
        ("shop", 0, Some("No room."), vec!["no room: begun: shop"]),
        // What is made is there, also where that cannot be written down any more.
        ("shop", 1, None, vec!["begun: shop", "made: shop", "no room: done: shop"]),
        ("there", 2, Some("It is there already."), vec!["begun: there", "made: there", "refused: there"]),
        // Where nobody answered, it is not known.
        ("silent", 2, Some("Nobody answered."), vec!["begun: silent", "made: silent"]),
    ] {
        let (mut runner, mut received, fake) = start();
        fake.room.store(room, Ordering::SeqCst);
        let request = Request::CreateRepository {
            caller: caller(),
            name: RepositoryName::parse(name).unwrap(),
            description: String::new(),
            account: "1".into(),
        };
        runner.ask(RequestId(1), request);
        let Some(Event::Reply(_, reply)) = received.recv().await else { panic!("a reply") };
        assert_eq!(reply.err().map(|problem| problem.what).as_deref(), told);
        assert_eq!(*fake.happened.lock().unwrap(), happened, "{name}, room for {room}");
    }
}

fn named(intent: &Intent) -> &str {
    match intent {
        Intent::Policy(policy) | Intent::Detachment(policy) => &policy.policy_arn,
        Intent::Repository(repository) => &repository.name,
        Intent::Password(password) => &password.host,
    }
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_stopped_and_named() {
    let (mut runner, mut received, _) = start();
    let begin = tokio::time::Instant::now();
    runner.ask(RequestId(1), Request::Identify(caller()));
    let stopped = problem(&mut received).await;
    assert_eq!((stopped.kind, begin.elapsed().as_secs()), (ProblemKind::TimedOut, 30));
    assert_eq!(stopped.what, "Asking AWS who you are took longer than 30 seconds and was stopped.");
    runner.ask(RequestId(2), Request::CheckCodecommitCommands("/usr/bin/aws".into()));
    assert!(problem(&mut received).await.what.contains("longer than 20 seconds"));
    runner.close().await;
    assert_eq!(received.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_panic_becomes_a_problem() {
    let (mut runner, mut received, _) = start();
    let holder = Holder::User("ann".into());
    let attach = Request::AttachPolicy { caller: caller(), holder, policy_arn: "arn".into(), account: "1".into() };
    runner.ask(RequestId(1), attach);
    let broken = problem(&mut received).await;
    assert_eq!((broken.kind, broken.why.as_str()), (ProblemKind::Other, "the index is 7"));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_request_ends_without_a_reply() {
    let (mut runner, mut received, fake) = start();
    runner.ask(RequestId(1), clone());
    assert!(matches!(received.recv().await, Some(Event::Progress(RequestId(1), _))));
    runner.cancel(RequestId(1));
    runner.cancel(RequestId(1));
    runner.ask(RequestId(2), Request::FindProgram(Program::Git));
    assert!(matches!(received.recv().await, Some(Event::Reply(RequestId(2), Ok(_)))));
    runner.close().await;
    assert_eq!(received.recv().await, None);
    assert_eq!(fake.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_clone_has_no_limit_and_closing_ends_it() {
    let (mut runner, mut received, fake) = start();
    runner.ask(RequestId(1), clone());
    assert!(matches!(received.recv().await, Some(Event::Progress(..))));
    tokio::time::advance(std::time::Duration::from_hours(24)).await;
    assert!(received.try_recv().is_err());
    runner.close().await;
    assert_eq!((received.recv().await, fake.dropped.load(Ordering::SeqCst)), (None, 1));
}
