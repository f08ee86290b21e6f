//! Clones side by side: which wait, which run, how each ended, and whether git can do the same by itself afterwards.
//!
//! For the run git is handed the helper of this program, which starts in milliseconds and is written nowhere; the one that is
//! configured is then proven once. Deliberately absent: running git; whoever drives this asks for it and hands in the replies.

mod shown;

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

use super::effect::{CloneSettings, Cloned, GitPlace, Progress, Reply, Request, RequestId};
use super::facts::Facts;
use super::names::RepositoryName;
use super::problem::{Problem, ProblemKind};
use super::step::Context;
use super::versions::GIT_RESET;
use crate::gitconfig::{Helper, Wanted};
pub use shown::{size, time};

/// How many clones run side by side where nothing else is said.
pub const SIDE_BY_SIDE: usize = 4;

/// Whoever carries requests out.
pub trait Asks {
    /// Asks something; the reply will carry this number.
    fn request(&mut self, request: Request) -> RequestId;

    /// Stops a request.
    fn stop(&mut self, id: RequestId);
}

impl Asks for Context<'_> {
    fn request(&mut self, request: Request) -> RequestId {
        self.ask(request)
    }

    fn stop(&mut self, id: RequestId) {
        self.cancel(id);
    }
}

/// A clone that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The name of the repository.
    pub name: RepositoryName,
    /// Its HTTPS clone URL.
    pub url: String,
    /// The folder for it, `~/` for the home folder.
    pub directory: PathBuf,
}

/// How clones are made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct How {
    /// How many run side by side; 0 is as many as usual.
    pub side_by_side: usize,
    /// The helper that git is handed for the run; the configured one logs in where it is `None`.
    pub helper: Option<Wanted>,
    /// The helper that each clone is pinned to.
    pub pin: Option<Wanted>,
}

impl How {
    /// As the walk makes them: with the helper of this program where that can serve the chosen profile.
    pub fn of(facts: &Facts) -> Self {
        let profile = facts.profile.as_ref().filter(|profile| profile.built_in);
        let git = facts.tools.as_ref().and_then(|tools| tools.git.as_ref());
        let helper = profile.map(|profile| {
            let program = facts.surroundings.own_path.to_string_lossy().into_owned();
            let helper = Helper::BuiltIn { program };
            let wanted = Wanted::for_clones(helper, profile.name.clone(), profile.region.clone());
            Wanted { resets: git.is_none_or(|git| *git >= GIT_RESET), ..wanted }
        });
        Self { side_by_side: 0, helper, pin: facts.pin.clone() }
    }

    fn settings(&self, url: &str) -> CloneSettings {
        let of = |wanted: &Option<Wanted>| wanted.as_ref().map(|wanted| wanted.pins(url)).unwrap_or_default();
        let mut now = of(&self.helper);
        if !now.is_empty() {
            // Git 2.46 and later then spare the request that is refused for want of a password; older ones do not know the word.
            let host = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            now.push((format!("http.{host}.proactiveAuth"), "basic".to_owned()));
        }
        CloneSettings { now, pin: of(&self.pin) }
    }
}

/// A set of clones.
#[derive(Default)]
pub struct Clones {
    jobs: Vec<Job>,
    waiting: VecDeque<usize>,
    how: How,
    case: Case,
    proof: Proof,
}

struct Job {
    wish: Wish,
    state: JobState,
}

enum JobState {
    Waiting,
    Running {
        id: RequestId,
        phase: String,
        percent: Option<u8>,
        amount: String,
        /// In how many seconds it is tried again, where AWS asked to slow down.
        again: Option<u64>,
    },
    Done(Cloned),
    Failed(Problem),
}

/// Whether the disk tells names apart that differ only in their capitals.
#[derive(Default)]
enum Case {
    #[default]
    Unknown,
    Asked(RequestId),
    Known,
}

/// Whether the configured helper logs in, too.
#[derive(Default)]
enum Proof {
    #[default]
    Open,
    Asked(RequestId),
    /// It did, in so many milliseconds.
    Held(u64),
    Failed(Problem),
}

/// How one ended.
pub enum Ended<'a> {
    /// It is there.
    Cloned(&'a Cloned),
    /// It is not.
    Failed(&'a Problem),
}

impl Clones {
    /// Clones to be started.
    pub fn new(wishes: Vec<Wish>, how: How) -> Self {
        let mut seen: Vec<Wish> = Vec::new();
        for wish in wishes {
            // Whoever names one twice wants it once.
            if !seen.iter().any(|known| known.url == wish.url && known.directory == wish.directory) {
                seen.push(wish);
            }
        }
        let jobs: Vec<Job> = seen.into_iter().map(|wish| Job { wish, state: JobState::Waiting }).collect();
        let waiting = (0..jobs.len()).collect();
        let mut clones = Self { jobs, waiting, how, case: Case::Unknown, proof: Proof::Open };
        clones.refuse(|a, b| a == b, "the folder of both would be the same");
        clones
    }

    /// Starts as many as may run side by side; first it finds out whether names that are alike are one to the disk.
    pub fn start(&mut self, asks: &mut dyn Asks) {
        if matches!(self.case, Case::Unknown) {
            self.case = Case::Known;
            if let Some(folder) = self.folder_of_alike() {
                self.case = Case::Asked(asks.request(Request::FoldsCase(folder)));
            }
        }
        if matches!(self.case, Case::Known) {
            self.fill(asks);
        }
    }

    /// Takes in how far one is.
    pub fn progress(&mut self, of: RequestId, progress: &Progress) {
        let Some(Job { state: JobState::Running { phase, percent, amount, again, .. }, .. }) = self.job(of) else {
            return;
        };
        match progress {
            Progress::Cloning { phase: now, percent: done, amount: much } => {
                (*phase, *percent, *amount, *again) = (now.clone(), *done, much.clone(), None);
            }
            Progress::AskedToSlowDown(seconds) => *again = Some(*seconds),
            Progress::Repositories(_)
            | Progress::Checked(_)
            | Progress::Waited(_)
            | Progress::Counted(..)
            | Progress::Looked(_) => {}
        }
    }

    /// Takes in how one ended and starts the next.
    pub fn reply(&mut self, of: RequestId, reply: Result<Reply, Problem>, asks: &mut dyn Asks) {
        if matches!(self.case, Case::Asked(id) if id == of) {
            self.case = Case::Known;
            if let Ok(Reply::FoldsCase(true)) = reply {
                self.refuse(|a, b| folded(a) == folded(b), "this disk does not tell small letters from capitals");
            }
            self.fill(asks);
            return;
        }
        if matches!(self.proof, Proof::Asked(id) if id == of) {
            self.proof = match reply {
                Ok(Reply::RemoteListed { milliseconds, .. }) => Proof::Held(milliseconds),
                Ok(_) => Proof::Open,
                Err(problem) => Proof::Failed(problem),
            };
            return;
        }
        let Some(job) = self.job(of) else { return };
        match reply {
            Ok(Reply::Cloned(cloned)) => job.state = JobState::Done(cloned),
            Err(problem) => job.state = JobState::Failed(problem),
            Ok(_) => return,
        }
        self.fill(asks);
    }

    /// Stops everything that has not ended.
    pub fn cancel(&mut self, asks: &mut dyn Asks) {
        self.waiting.clear();
        for job in &mut self.jobs {
            if let JobState::Running { id, .. } = job.state {
                asks.stop(id);
            }
            if !job.ended() {
                job.state = JobState::Failed(Problem::new(ProblemKind::Cancelled, "Stopped.", "", ""));
            }
        }
        if let Proof::Asked(id) = self.proof {
            asks.stop(id);
            self.proof = Proof::Failed(Problem::new(ProblemKind::Cancelled, "Not waited for.", "", ""));
        }
        if let Case::Asked(id) = self.case {
            asks.stop(id);
            self.case = Case::Unknown;
        }
    }

    /// Starts those anew that failed, and the proof.
    pub fn retry(&mut self, asks: &mut dyn Asks) {
        for (place, job) in self.jobs.iter_mut().enumerate() {
            if matches!(job.state, JobState::Failed(_)) {
                job.state = JobState::Waiting;
                self.waiting.push_back(place);
            }
        }
        (self.proof, self.case) = (Proof::Open, Case::Unknown);
        self.refuse(|a, b| a == b, "the folder of both would be the same");
        self.start(asks);
    }

    /// Whether all have ended, the proof included.
    pub fn ended(&self) -> bool {
        let open = matches!(self.proof, Proof::Asked(_)) || matches!(self.case, Case::Asked(_));
        !open && self.jobs.iter().all(Job::ended)
    }

    /// Whether only the proof is waited for.
    pub fn is_proving(&self) -> bool {
        matches!(self.proof, Proof::Asked(_)) && self.jobs.iter().all(Job::ended)
    }

    /// Whether the configured helper logged in, where that was asked: `None` where the clones themselves did.
    pub fn proof(&self) -> Option<Result<u64, &Problem>> {
        match &self.proof {
            Proof::Open | Proof::Asked(_) => None,
            Proof::Held(milliseconds) => Some(Ok(*milliseconds)),
            Proof::Failed(problem) => Some(Err(problem)),
        }
    }

    /// Whether trying again could help.
    pub fn is_to_retry(&self) -> bool {
        matches!(self.proof, Proof::Failed(_)) || !self.failed().is_empty()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.jobs.len()
    }

    /// The names of those that failed.
    pub fn failed(&self) -> Vec<&str> {
        let failed = self.jobs.iter().filter(|job| matches!(job.state, JobState::Failed(_)));
        failed.map(|job| job.wish.name.as_str()).collect()
    }

    /// Those that are there now: the name, and how it came about.
    pub fn done(&self) -> Vec<(&RepositoryName, &Cloned)> {
        let all = self.all().filter_map(|(wish, ended)| match ended {
            Some(Ended::Cloned(cloned)) => Some((&wish.name, cloned)),
            Some(Ended::Failed(_)) | None => None,
        });
        all.collect()
    }

    /// All of them, and how each ended as far as it did.
    pub fn all(&self) -> impl Iterator<Item = (&Wish, Option<Ended<'_>>)> {
        self.jobs.iter().map(|job| {
            let ended = match &job.state {
                JobState::Done(cloned) => Some(Ended::Cloned(cloned)),
                JobState::Failed(problem) => Some(Ended::Failed(problem)),
                JobState::Waiting | JobState::Running { .. } => None,
            };
            (&job.wish, ended)
        })
    }

    fn fill(&mut self, asks: &mut dyn Asks) {
        let most = if self.how.side_by_side == 0 { SIDE_BY_SIDE } else { self.how.side_by_side };
        while self.running() < most {
            let Some(job) = self.waiting.pop_front().and_then(|place| self.jobs.get_mut(place)) else { break };
            let Wish { url, directory, .. } = job.wish.clone();
            let settings = self.how.settings(&url);
            let id = asks.request(Request::Clone { url, directory, settings });
            let (phase, amount) = ("starting".to_owned(), String::new());
            job.state = JobState::Running { id, phase, percent: None, amount, again: None };
        }
        self.prove(asks);
    }

    /// Has git ask the first new clone as it would without this program, while the others go on.
    fn prove(&mut self, asks: &mut dyn Asks) {
        let fresh = self.jobs.iter().find_map(|job| match &job.state {
            JobState::Done(cloned) if !cloned.was_there => Some((job.wish.url.clone(), cloned.directory.clone())),
            JobState::Done(_) | JobState::Waiting | JobState::Running { .. } | JobState::Failed(_) => None,
        });
        if let (Some((url, folder)), Some(_), Proof::Open) = (fresh, &self.how.helper, &self.proof) {
            let place = GitPlace::in_folder(folder);
            self.proof = Proof::Asked(asks.request(Request::ListRemote { url, place }));
        }
    }

    /// Fails what waits and has a folder like that of one before it.
    fn refuse(&mut self, is_alike: impl Fn(&Path, &Path) -> bool, why: &str) {
        let mut kept: Vec<(PathBuf, String)> = Vec::new();
        for job in &mut self.jobs {
            let directory = job.wish.directory.clone();
            let Some((_, before)) = kept.iter().find(|(known, _)| is_alike(known, &directory)) else {
                kept.push((directory, job.wish.name.to_string()));
                continue;
            };
            if matches!(job.state, JobState::Waiting) {
                let what = format!("{} and {before} cannot lie side by side: {why}.", job.wish.name);
                let hint = "Clone one of them into another folder.";
                job.state = JobState::Failed(Problem::new(ProblemKind::Conflict, what, "", hint));
            }
        }
        self.waiting.retain(|place| matches!(self.jobs.get(*place), Some(Job { state: JobState::Waiting, .. })));
    }

    /// The folder in which two wanted ones differ only in their capitals.
    fn folder_of_alike(&self) -> Option<PathBuf> {
        let mut seen: HashMap<String, &Path> = HashMap::new();
        let alike = self.jobs.iter().find(|job| {
            let before = seen.insert(folded(&job.wish.directory), &job.wish.directory);
            before.is_some_and(|before| before != job.wish.directory)
        });
        alike.and_then(|job| job.wish.directory.parent()).map(Path::to_owned)
    }

    fn running(&self) -> usize {
        self.jobs.iter().filter(|job| matches!(job.state, JobState::Running { .. })).count()
    }

    fn job(&mut self, of: RequestId) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| matches!(job.state, JobState::Running { id, .. } if id == of))
    }
}

impl Job {
    fn ended(&self) -> bool {
        matches!(self.state, JobState::Done(_) | JobState::Failed(_))
    }
}

fn folded(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}
