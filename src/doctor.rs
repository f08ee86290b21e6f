//! The doctor: looks at every part of a CodeCommit set-up and changes nothing.
//!
//! - `subject`: what is looked at, where nobody says it: the remote, git's configuration, the environment;
//! - `stand`: the repository stood in: whose it is, and what it would run;
//! - `tools`, `files`, `environment`, `network`, `account`, `helpers`, `stored`, `remotes`: what was found, as checks;
//! - `evidence`: what a report tells besides; `refusal`: why a repository does not let git in.
//!
//! Deliberately absent: which of several findings is the cause (`checkup`), and asking git's helpers so that one of them would
//! keep the password.

mod account;
mod environment;
mod evidence;
mod files;
mod helpers;
mod network;
mod refusal;
mod remotes;
mod stand;
mod stored;
mod subject;
mod tools;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::checkup::{Check, Checkup, Examination, Names, Status};
use crate::gitconfig::Sources;
use crate::ports::{Attempt, AwsFound, Computer, Refused, Tried, Wondered, World};
use crate::wizard::effect::{GitPlace, Installed, Program};
use crate::wizard::git_user::{GitUser, StaticUser};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::rights::Rights;
use files::AwsFiles;
use stored::Shelf;
use subject::Subject;

/// How long files and programs of this computer may take.
const LOCAL: Duration = Duration::from_secs(20);
/// How long AWS may take for one question.
const REMOTE: Duration = Duration::from_secs(25);
/// How long a helper, and git at a repository, may take.
const HELPER: Duration = Duration::from_secs(30);
/// How long the rights may take: many questions of IAM.
const RIGHTS: Duration = Duration::from_secs(40);

/// Examines the set-up; each check is told as soon as it is known.
///
/// # Errors
/// A profile, a region or a repository that cannot be one.
pub async fn examine(
    world: &World,
    of: &Examination,
    tell: &(dyn Fn(Check) + Send + Sync),
) -> Result<Checkup, Problem> {
    subject::validated(of)?;
    let standing = GitPlace::default();
    let tools = async {
        let find = |program| timed(LOCAL, world.programs.find(program));
        tokio::join!(find(Program::Git), find(Program::AwsCli), timed(LOCAL, world.inspection.git_build()))
    };
    let rest = async {
        let read = timed(LOCAL, world.files.read_aws_files());
        let ((aws_files, _), (all, config_time)) = tokio::join!(read, timed(LOCAL, world.git.read_config(&standing)));
        let aws_files = AwsFiles::of(aws_files);
        let key = world.files.read_environment_key().await.ok().flatten();
        // Before anything is known of the environment, only its names matter.
        let first = timed(LOCAL, world.inspection.look_around(&Wondered::default())).await.0.unwrap_or_default();
        // A repository that nobody asks about has no say.
        let concerned = all.as_ref().is_ok_and(|sources| stand::concerns(of, sources));
        let config = all.clone().map(|sources| if concerned { sources } else { sources.outside() });
        let subject = Subject::find(of, &aws_files, all.as_ref().ok(), config.as_ref().ok(), &first, key)?;
        let home = config.as_ref().map(|sources| sources.home.display().to_string()).unwrap_or_default();
        let book = Book { home, names: subject.names(), checks: Mutex::new(Vec::new()), tell };
        let wondered = subject.wondered(config.as_ref().ok());
        let computer = timed(LOCAL, world.inspection.look_around(&wondered)).await.0.unwrap_or(first);
        book.all(files::checks(&aws_files, &computer, &subject));
        book.all(environment::checks(&subject, &computer, &aws_files));
        book.all(network::settings(config.as_ref().ok(), &computer));
        book.all([helpers::configuration(&config, config_time, &subject)]);
        book.all(remotes::checks(all.as_ref().ok(), &subject));
        book.add(stand::ownership(all.as_ref().ok()));
        let own = if concerned {
            Some(timed(LOCAL, world.inspection.own_programs(&subject.url, &standing)).await.0)
        } else {
            None
        };
        book.add(stand::programs(all.as_ref().ok(), own.as_ref(), of.programs));
        let place = GitPlace { hears: stand::hears(concerned, of.programs), ..standing };
        let withheld = own.is_some_and(|found| found.is_ok_and(|found| !found.is_empty())) && !of.programs;
        let hosts = [subject.host.clone()];
        let keychain = timed(LOCAL, world.keychain.stored(&hosts));
        let way =
            if withheld { Way::Withheld } else { way(world, &place, &subject, config.as_ref().ok(), &computer).await };
        let proxies = network::proxies(config.as_ref().ok(), &computer);
        let (seen, (keychain, _)) = tokio::join!(ask(world, &place, &subject, way, &proxies, &book), keychain);
        let excerpts = aws_files.excerpts(&subject, &book.home);
        Ok((book, subject, seen, config, computer, keychain, excerpts))
    };
    let ((git, aws, (build, _)), rest) = tokio::join!(tools, rest);
    let (book, subject, seen, config, computer, keychain, excerpts) = rest?;
    let build = build.unwrap_or_default();
    let chain = subject.chain(config.as_ref().ok());
    let is_silent = seen.attempt.as_ref().is_some_and(|attempt| attempt.filled.is_err());
    book.all(tools::git(&git, config.as_ref().err(), &build, is_silent && has_wildcard(config.as_ref().ok())));
    let commands = tools::commands(world, &aws, &chain, &seen).await;
    book.all(tools::aws(&aws, &chain, commands));
    let shelf = Shelf::of(&computer, keychain.as_deref().ok(), &chain, &subject);
    book.add(shelf.check(&computer, &seen));
    book.all(helpers::answer(&seen, &chain, &subject, config.as_ref().ok(), &computer, &shelf));
    book.all(account::rights(&seen, &subject));
    let (repository, endpoint) = refusal::explain(world, &seen, &subject, &book).await;
    book.add(repository);
    book.add(endpoint);
    let ran = world.inspection.ran();
    let mut evidence = evidence::of(&computer, &build, [&git, &aws], config.as_ref().ok(), &chain, ran);
    evidence.files.extend(excerpts);
    let mut checks = book.checks.into_inner().unwrap_or_else(PoisonError::into_inner);
    if shelf.needs_no_profile(&seen, &subject) {
        checks = checks.into_iter().map(stored::eased).collect();
    }
    let identity = seen.aws.as_ref().and_then(|aws| aws.identity.as_ref().ok());
    let checkup = Checkup {
        profile: subject.shown_profile(),
        region: Some(subject.region.to_string()),
        host: Some(subject.host.clone()),
        identity: identity.map(account::told),
        checks,
        evidence,
        ..Checkup::default()
    };
    Ok(checkup.judged(&Names { repository: seen.repository.clone().or(subject.names().repository), ..subject.names() }))
}

/// What the questions over the network came to.
#[derive(Debug, Default)]
struct Seen {
    aws: Option<AwsFound>,
    rights: Option<Result<Rights, Problem>>,
    /// The repository that git was tried with.
    repository: Option<String>,
    attempt: Option<Attempt>,
    /// Why git was not asked, where something kept it from that.
    kept: Option<&'static str>,
    /// How long git's helpers, and reading, took.
    time: Duration,
}

impl Seen {
    fn tried(&self) -> Option<&Tried> {
        self.attempt.as_ref()?.filled.as_ref().ok()
    }

    fn refused(&self) -> Option<&Refused> {
        self.attempt.as_ref()?.listed.as_ref()?.as_ref().err()
    }

    /// Whose static Git credentials the helpers answered with, where they did.
    fn lasting(&self) -> Option<&StaticUser> {
        match &self.tried()?.user {
            GitUser::Static(user) => Some(user),
            GitUser::AccessKey(_) | GitUser::Unknown(_) => None,
        }
    }

    /// Whether git logged in though no helper answered, well or not: with a login that its curl has.
    fn logs_in_by_itself(&self) -> bool {
        let is_refused = self.refused().is_some_and(|refused| matches!(refused.status, Some(401 | 403)));
        self.tried().is_none() && (self.reads() || is_refused)
    }

    fn reads(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| matches!(attempt.listed, Some(Ok(_))))
    }
}

/// Whether git may go to its host.
enum Way {
    /// It may.
    Open,
    /// It would not go there.
    Elsewhere(Box<Check>),
    /// It would run programs of the repository.
    Withheld,
}

impl Way {
    fn kept(&self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Elsewhere(_) => Some("git does not go to CodeCommit for this address"),
            Self::Withheld => Some("it would run a program of this repository"),
        }
    }
}

/// Where git would go, before it goes there.
async fn way(world: &World, place: &GitPlace, subject: &Subject, config: Config<'_>, computer: &Computer) -> Way {
    if !subject.has_git {
        return Way::Open;
    }
    // A git that does not say it fails at its host as well, and says why.
    let Ok(address) = timed(LOCAL, world.inspection.address(&subject.url, place)).await.0 else { return Way::Open };
    network::way(&address, subject, config, computer).map_or(Way::Open, |check| Way::Elsewhere(Box::new(check)))
}

/// Asks AWS, and git at CodeCommit, side by side.
async fn ask(
    world: &World,
    place: &GitPlace,
    subject: &Subject,
    way: Way,
    proxies: &[String],
    book: &Book<'_>,
) -> Seen {
    let kept = way.kept();
    let asks = !matches!(way, Way::Withheld);
    let knock = async {
        match way {
            Way::Open if subject.has_git => {}
            Way::Open => return,
            Way::Elsewhere(check) => return book.add(*check),
            Way::Withheld => return book.add(Check::skip("git-host", kept.unwrap_or_default())),
        }
        let (knocked, time) = timed(HELPER, world.inspection.knock(&subject.url, place)).await;
        book.add(network::git_host(knocked.as_ref().err(), &subject.host, proxies).took(time));
    };
    let sound = async {
        let caller = subject.caller.as_ref();
        let nobody = subject.nobody();
        let (sounding, _) = timed(REMOTE, world.inspection.sound_aws(caller.unwrap_or(&nobody))).await;
        let sounding = sounding.unwrap_or_else(|problem| account::silent(&problem));
        book.all(account::checks(&sounding, subject));
        sounding
    };
    let rights = async |sounding: &AwsFound| {
        let profile = subject.profile_of(sounding.identity.as_ref().ok()?)?;
        let caller = subject.caller.as_ref()?;
        let names: Vec<_> = subject.repository.iter().cloned().collect();
        Some(timed(RIGHTS, world.aws.find_rights(caller, &profile, &names)).await.0)
    };
    let attempt = async |url: String, read: bool| {
        if !subject.has_git || !subject.is_https() || !asks {
            return (None, Duration::ZERO);
        }
        let read = read && kept.is_none();
        let (attempt, time) = timed(HELPER, world.inspection.try_repository(&url, read, place)).await;
        let failed = |problem| Attempt { filled: Err(problem), listed: None };
        (Some(attempt.unwrap_or_else(failed)), time)
    };
    let work = async {
        if subject.repository.is_some() {
            let url = subject.url.clone();
            let of_aws = async {
                let sounding = sound.await;
                let rights = rights(&sounding).await;
                (sounding, rights)
            };
            let ((aws, rights), (attempt, time)) = tokio::join!(of_aws, attempt(url, true));
            let repository = subject.repository.as_ref().map(ToString::to_string);
            return Seen { aws: Some(aws), rights, repository, attempt, kept, time };
        }
        // One of the list does for a try.
        let aws = sound.await;
        let first = aws.repositories.as_ref().and_then(|listed| listed.as_ref().ok()?.first().cloned());
        let url = first.as_ref().map_or_else(|| subject.url.clone(), |name| subject.url_of(name));
        let (rights, (attempt, time)) = tokio::join!(rights(&aws), attempt(url, first.is_some()));
        let repository = first.map(|name| name.to_string());
        Seen { aws: Some(aws), rights, repository, attempt, kept, time }
    };
    tokio::join!(knock, work).1
}

/// Whether a credential section with `*` in its host is there.
fn has_wildcard(config: Config<'_>) -> bool {
    subject::entries(config).iter().any(|entry| entry.key.starts_with(b"credential.") && entry.key.contains(&b'*'))
}

/// The checks that are known, each told at once.
struct Book<'a> {
    /// The home folder, shown as `~`.
    home: String,
    names: Names,
    checks: Mutex<Vec<Check>>,
    tell: &'a (dyn Fn(Check) + Send + Sync),
}

impl Book<'_> {
    fn add(&self, check: Check) {
        let mut check = self.names.complete(check);
        if self.home.len() > 1 {
            let home = format!("{}/", self.home);
            (check.found, check.why) = (check.found.replace(&home, "~/"), check.why.replace(&home, "~/"));
        }
        (self.tell)(check.clone());
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).push(check);
    }

    /// How a check came out that is known already.
    fn status(&self, id: &str) -> Option<Status> {
        let checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        checks.iter().find(|check| check.id == id).map(|check| check.status)
    }

    fn all(&self, checks: impl IntoIterator<Item = Check>) {
        checks.into_iter().for_each(|check| self.add(check));
    }
}

/// Waits for something, not longer than a limit, and says how long it took.
async fn timed<T>(limit: Duration, task: impl Future<Output = Result<T, Problem>>) -> (Result<T, Problem>, Duration) {
    let start = Instant::now();
    let result = tokio::time::timeout(limit, task).await.unwrap_or_else(|_| {
        let what = format!("No answer came within {} seconds.", limit.as_secs());
        Err(Problem::new(ProblemKind::TimedOut, what, "", ""))
    });
    (result, start.elapsed())
}

/// The copies of a program, and how long they took to say their versions.
type Copies = (Result<Vec<Installed>, Problem>, Duration);

/// What git reads, where it can.
type Config<'a> = Option<&'a Sources>;
