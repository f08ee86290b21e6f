//! Clones under way: which wait, which run, and how each ended.
//!
//! Deliberately absent: running git; the step asks for that.

use std::collections::VecDeque;
use std::path::PathBuf;

use crate::wizard::effect::{Cloned, Progress, Reply, Request, RequestId};
use crate::wizard::names::{RepositoryName, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Block, Check, Mark};
use crate::wizard::step::Context;

/// How many clones run side by side.
const SIDE_BY_SIDE: usize = 4;

/// A set of clones.
#[derive(Default)]
pub(super) struct Clones {
    jobs: Vec<Job>,
    waiting: VecDeque<usize>,
}

struct Job {
    name: RepositoryName,
    url: String,
    directory: PathBuf,
    state: JobState,
}

enum JobState {
    Waiting,
    Running { id: RequestId, phase: String, percent: Option<u8> },
    Done(Cloned),
    Failed(Problem),
}

impl Clones {
    /// Clones to be started: name, clone URL, folder.
    pub(super) fn new(wanted: Vec<(RepositoryName, String, PathBuf)>) -> Self {
        let jobs: Vec<Job> = wanted
            .into_iter()
            .map(|(name, url, directory)| Job { name, url, directory, state: JobState::Waiting })
            .collect();
        let waiting = (0..jobs.len()).collect();
        Self { jobs, waiting }
    }

    /// Starts as many as may run side by side.
    pub(super) fn start(&mut self, context: &mut Context<'_>) {
        while self.running() < SIDE_BY_SIDE {
            let Some(job) = self.waiting.pop_front().and_then(|place| self.jobs.get_mut(place)) else { return };
            let pin = context.facts.pin.as_ref().map(|wanted| wanted.pins(&job.url)).unwrap_or_default();
            let id = context.ask(Request::Clone { url: job.url.clone(), directory: job.directory.clone(), pin });
            job.state = JobState::Running { id, phase: "starting".to_owned(), percent: None };
        }
    }

    /// Takes in how far one is.
    pub(super) fn progress(&mut self, of: RequestId, progress: &Progress) {
        if let (Some(job), Progress::Cloning { phase, percent }) = (self.job(of), progress) {
            job.state = JobState::Running { id: of, phase: phase.clone(), percent: *percent };
        }
    }

    /// Takes in how one ended and starts the next.
    pub(super) fn reply(&mut self, of: RequestId, reply: Result<Reply, Problem>, context: &mut Context<'_>) {
        let Some(job) = self.job(of) else { return };
        match reply {
            Ok(Reply::Cloned(cloned)) => job.state = JobState::Done(cloned),
            Err(problem) => job.state = JobState::Failed(problem),
            Ok(_) => return,
        }
        self.start(context);
    }

    /// Stops everything that has not ended.
    pub(super) fn cancel(&mut self, context: &mut Context<'_>) {
        self.waiting.clear();
        for job in &mut self.jobs {
            if let JobState::Running { id, .. } = job.state {
                context.cancel(id);
            }
            if !job.ended() {
                let problem = Problem::new(ProblemKind::Cancelled, "Stopped.", "", "");
                job.state = JobState::Failed(problem);
            }
        }
    }

    /// Starts those anew that failed.
    pub(super) fn retry(&mut self, context: &mut Context<'_>) {
        for (place, job) in self.jobs.iter_mut().enumerate() {
            if matches!(job.state, JobState::Failed(_)) {
                job.state = JobState::Waiting;
                self.waiting.push_back(place);
            }
        }
        self.start(context);
    }

    /// Whether all have ended.
    pub(super) fn ended(&self) -> bool {
        self.jobs.iter().all(Job::ended)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.jobs.len()
    }

    /// The names of those that failed.
    pub(super) fn failed(&self) -> Vec<&str> {
        let failed = self.jobs.iter().filter(|job| matches!(job.state, JobState::Failed(_)));
        failed.map(|job| job.name.as_str()).collect()
    }

    /// Those that are there now: the name, and how it came about.
    pub(super) fn done(&self) -> Vec<(&RepositoryName, &Cloned)> {
        self.jobs
            .iter()
            .filter_map(|job| match &job.state {
                JobState::Done(cloned) => Some((&job.name, cloned)),
                JobState::Waiting | JobState::Running { .. } | JobState::Failed(_) => None,
            })
            .collect()
    }

    /// A line a clone, how many are done, and what went wrong.
    pub(super) fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = vec![Block::Checks(self.jobs.iter().map(Job::check).collect())];
        if !self.ended() {
            let done = self.jobs.iter().filter(|job| job.ended()).count();
            blocks.push(Block::Gap);
            blocks.push(Block::Meter { of: self.jobs.len() as u64, done: done as u64 });
        }
        for job in &self.jobs {
            let JobState::Failed(problem) = &job.state else { continue };
            if is_occupied(problem) {
                let name = job.name.as_str();
                blocks.extend([Block::Gap, Block::Text(format!("{name}: {} {}", problem.why, problem.hint))]);
            } else if explains(problem) {
                blocks.extend([Block::Gap, Block::Problem(problem)]);
            }
        }
        blocks
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

    fn check(&self) -> Check {
        let (mark, word, text) = match &self.state {
            JobState::Waiting => (Mark::Working, "waiting", String::new()),
            JobState::Running { phase, percent, .. } => {
                let percent = percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
                (Mark::Working, "cloning", format!("{}{percent}", printable(phase)))
            }
            JobState::Done(cloned) if cloned.was_there => (Mark::Ok, "there", "was there already".to_owned()),
            JobState::Done(cloned) if cloned.empty => (Mark::Ok, "cloned", "it has no commit yet".to_owned()),
            JobState::Done(_) => (Mark::Ok, "cloned", String::new()),
            JobState::Failed(problem) if is_occupied(problem) => {
                let folder = printable(&self.directory.to_string_lossy());
                (Mark::Skipped, "skipped", format!("{folder} is there already and is something else"))
            }
            // What it is stands below, with its reason.
            JobState::Failed(problem) if explains(problem) => (Mark::Failed, "failed", String::new()),
            JobState::Failed(problem) => (Mark::Failed, "failed", printable(&problem.what)),
        };
        Check { mark, word: Some(word.to_owned()), name: self.name.to_string(), found: vec![text] }
    }
}

/// Whether the folder is taken by something else.
fn is_occupied(problem: &Problem) -> bool {
    problem.kind == ProblemKind::Conflict
}

/// Whether there is more to say of it than what it is.
fn explains(problem: &Problem) -> bool {
    !problem.why.is_empty() || !problem.hint.is_empty()
}
