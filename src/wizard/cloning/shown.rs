//! Clones as a screen shows them: a line each, how many are done, and what went wrong.
//!
//! Deliberately absent: more lines than fit; what is of one kind is counted then.

use super::{Clones, Job, JobState, Proof};
use crate::wizard::change::shell_path;
use crate::wizard::effect::Cloned;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Block, Check, Mark};

/// How many lines there are at most, and how many failures that are told in full.
const LINES: usize = 11;
const TOLD: usize = 2;

impl Clones {
    /// A line a clone, how many are done, and what went wrong.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut lines: Vec<Check> = self.lines();
        lines.extend(self.proof_line());
        let mut blocks = vec![Block::Checks(lines)];
        if !self.ended() {
            let done = self.jobs.iter().filter(|job| job.ended()).count();
            blocks.push(Block::Gap);
            blocks.push(Block::Meter { of: self.jobs.len() as u64, done: done as u64 });
        }
        for problem in self.told() {
            blocks.extend([Block::Gap, Block::Problem(problem)]);
        }
        for text in self.remarks() {
            blocks.extend([Block::Gap, Block::Text(text)]);
        }
        blocks
    }

    /// How far they are, in a line.
    pub fn status(&self) -> String {
        if self.is_proving() {
            return "asking Git once more, as it is configured".to_owned();
        }
        let done = self.jobs.iter().filter(|job| job.ended()).count();
        let running = self.jobs.iter().filter(|job| matches!(job.state, JobState::Running { .. }));
        // Of those under way the one that is furthest behind keeps its place longest, so that the line is calm.
        let first = running.into_iter().next().map(|job| (job.wish.name.to_string(), self.line(job).found.concat()));
        let first = first.map(|(name, text)| format!(" · {name}: {text}")).unwrap_or_default();
        format!("{done} of {}{first}", self.jobs.len())
    }

    fn lines(&self) -> Vec<Check> {
        if self.jobs.len() <= LINES {
            return self.jobs.iter().map(|job| self.line(job)).collect();
        }
        let mut jobs: Vec<&Job> = self.jobs.iter().collect();
        jobs.sort_by_key(|job| match &job.state {
            JobState::Running { .. } => 0,
            JobState::Failed(_) => 1,
            JobState::Done(_) => 2,
            JobState::Waiting => 3,
        });
        let (shown, rest) = jobs.split_at(LINES - 1);
        let count = |wanted: fn(&JobState) -> bool| rest.iter().filter(|job| wanted(&job.state)).count();
        let parts = [
            (count(|state| matches!(state, JobState::Running { .. })), "under way"),
            (count(|state| matches!(state, JobState::Failed(_))), "failed"),
            (count(|state| matches!(state, JobState::Done(_))), "done"),
            (count(|state| matches!(state, JobState::Waiting)), "waiting"),
        ];
        let counted = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        let counted = counted.collect::<Vec<_>>().join(", ");
        let mark = if parts[1].0 > 0 {
            Mark::Failed
        } else if parts[0].0 + parts[3].0 > 0 {
            Mark::Working
        } else {
            Mark::Ok
        };
        let more =
            Check { mark, word: Some("more".to_owned()), name: format!("{} others", rest.len()), found: vec![counted] };
        shown.iter().map(|job| self.line(job)).chain([more]).collect()
    }

    fn line(&self, job: &Job) -> Check {
        let place = || printable(&job.wish.directory.to_string_lossy());
        let (mark, word, text) = match &job.state {
            JobState::Waiting => (Mark::Working, "waiting", String::new()),
            JobState::Running { again: Some(seconds), .. } => {
                (Mark::Working, "waiting", format!("asked to slow down, again in {seconds} s"))
            }
            JobState::Running { phase, percent, amount, .. } => {
                let percent = percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
                let amount = if amount.is_empty() { String::new() } else { format!(", {amount}") };
                (Mark::Working, "cloning", printable(&format!("{}{percent}{amount}", phase.to_lowercase())))
            }
            JobState::Done(cloned) if cloned.was_there => (Mark::Ok, "there", there(cloned)),
            JobState::Done(cloned) => {
                let (size, time) = (size(cloned.bytes), time(cloned.milliseconds));
                let remark = if cloned.empty { "it has no commit yet".to_owned() } else { place() };
                let mark = if cloned.branches.is_empty() { Mark::Ok } else { Mark::Look };
                (mark, "cloned", format!("{size:>9}  {time:>6}  {remark}"))
            }
            JobState::Failed(problem) if is_occupied(problem) => {
                let why = problem.why.strip_prefix("It is ").map(|why| why.trim_end_matches('.'));
                let why = why.unwrap_or("something else");
                let text = format!("{} is there already and is {}", place(), printable(why));
                (Mark::Skipped, "skipped", text)
            }
            // What it is stands below, with its reason.
            JobState::Failed(problem) if self.told().any(|told| std::ptr::eq(told, problem)) => {
                (Mark::Failed, "failed", String::new())
            }
            JobState::Failed(problem) => (Mark::Failed, "failed", printable(&problem.what)),
        };
        Check { mark, word: Some(word.to_owned()), name: job.wish.name.to_string(), found: vec![text] }
    }

    fn proof_line(&self) -> Option<Check> {
        let line = |mark, text: String| Check { mark, word: None, name: "Git by itself".to_owned(), found: vec![text] };
        match &self.proof {
            Proof::Open => None,
            Proof::Asked(_) => Some(line(Mark::Working, "asking once more, as it is configured".to_owned())),
            Proof::Held(milliseconds) => {
                Some(line(Mark::Ok, format!("logs in as it is configured ({})", time(*milliseconds))))
            }
            Proof::Failed(problem) => Some(line(Mark::Look, printable(&problem.what))),
        }
    }

    /// Failures that are told in full: of those of one kind the first.
    fn told(&self) -> impl Iterator<Item = &Problem> {
        let mut kinds: Vec<(ProblemKind, &str)> = Vec::new();
        let jobs = self.jobs.iter().filter_map(|job| match &job.state {
            JobState::Failed(problem) => Some(problem),
            JobState::Done(_) | JobState::Waiting | JobState::Running { .. } => None,
        });
        let of_proof = match &self.proof {
            Proof::Failed(problem) => Some(problem),
            Proof::Open | Proof::Asked(_) | Proof::Held(..) => None,
        };
        let telling = jobs.chain(of_proof).filter(|problem| explains(problem) && !is_occupied(problem));
        let first = telling.filter(move |problem| {
            let kind = (problem.kind, problem.hint.as_str());
            let new = !kinds.contains(&kind);
            kinds.push(kind);
            new
        });
        first.take(TOLD)
    }

    /// What else there is to know, in a sentence each.
    fn remarks(&self) -> Vec<String> {
        let unborn = self.done().into_iter().filter(|(_, cloned)| !cloned.branches.is_empty()).map(|(name, cloned)| {
            let branches = cloned.branches.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
            let folder = self.jobs.iter().find(|job| job.wish.name == *name).map(|job| &job.wish.directory);
            let folder = folder.map(|folder| shell_path(&printable(&folder.to_string_lossy()))).unwrap_or_default();
            let first = cloned.branches.first().map_or("", String::as_str);
            format!(
                "{name} names no default branch, so nothing is checked out. Its branches: {branches}. \
                 To get one: git -C {folder} switch {first}"
            )
        });
        unborn.take(TOLD).collect()
    }
}

fn there(cloned: &Cloned) -> String {
    match cloned.other_form {
        Some(form) => format!("was there already; its remote is the {form} one"),
        None => "was there already".to_owned(),
    }
}

/// Whether the folder is taken by something else.
fn is_occupied(problem: &Problem) -> bool {
    problem.kind == ProblemKind::Conflict && !problem.why.is_empty()
}

/// Whether there is more to say of it than what it is.
fn explains(problem: &Problem) -> bool {
    !problem.why.is_empty() || !problem.hint.is_empty()
}

/// A size as git writes one: `640 B`, `12.4 KiB`, `8.1 MiB`; empty for none.
pub fn size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0 => String::new(),
        1..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", tenths(1024)),
        1_048_576..1_073_741_824 => format!("{} MiB", tenths(1_048_576)),
        _ => format!("{} GiB", tenths(1_073_741_824)),
    }
}

/// A time as a person says it: `0.4 s`, `12 s`, `3 min`; empty for none.
pub fn time(milliseconds: u64) -> String {
    match milliseconds {
        0 => String::new(),
        1..10_000 => format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100),
        10_000..600_000 => format!("{} s", milliseconds / 1000),
        _ => format!("{} min", milliseconds / 60_000),
    }
}
