//! The proof: git itself is asked, as a clone would ask it, as a program of the desktop would, and for a repository that is known.
//!
//! Deliberately absent: what is asked of whom; the step asks.

use crate::wizard::effect::{Reply, RequestId};
use crate::wizard::facts::Profile;
use crate::wizard::git_user::GitUser;
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::screen::{Check, Mark};
use crate::wizard::words::{shortened, took};

/// What was asked, and what came of it.
#[derive(Default)]
pub(super) struct Proof {
    /// `git credential fill`.
    pub(super) fill: Question<Filled>,
    /// The same with the PATH of a program that was started from the desktop.
    pub(super) desktop: Question<()>,
    /// `git ls-remote`: how many branches.
    pub(super) remote: Question<usize>,
    /// The repository of that.
    pub(super) repository: String,
}

/// What git's helper answered.
pub(super) struct Filled {
    pub(super) access_key_id: String,
    pub(super) milliseconds: u64,
}

/// Something asked of the world.
#[derive(Default)]
pub(super) enum Question<T> {
    /// It is not asked.
    #[default]
    No,
    /// The answer is not there yet.
    Open(RequestId),
    /// The answer.
    Answered(Result<T, Problem>),
}

impl<T> Question<T> {
    fn is_open(&self) -> Option<RequestId> {
        match self {
            Self::Open(id) => Some(*id),
            Self::No | Self::Answered(_) => None,
        }
    }

    fn take(&mut self, id: RequestId, answer: impl FnOnce() -> Option<Result<T, Problem>>) {
        if self.is_open() == Some(id)
            && let Some(answer) = answer()
        {
            *self = Self::Answered(answer);
        }
    }
}

impl Proof {
    /// The requests that are not answered yet.
    pub(super) fn open(&self) -> Vec<RequestId> {
        [self.fill.is_open(), self.desktop.is_open(), self.remote.is_open()].into_iter().flatten().collect()
    }

    /// Takes in an answer.
    pub(super) fn reply(&mut self, id: RequestId, reply: &Result<Reply, Problem>, profile: &Profile) {
        self.fill.take(id, || filled(reply, profile));
        self.desktop.take(id, || filled(reply, profile).map(|filled| filled.map(drop)));
        self.remote.take(id, || match reply {
            Ok(Reply::RemoteListed { branches, .. }) => Some(Ok(*branches)),
            Ok(_) => None,
            Err(problem) => Some(Err(problem.clone())),
        });
    }

    /// Whether git logs in as the chosen identity.
    pub(super) fn holds(&self) -> bool {
        matches!(self.fill, Question::Answered(Ok(_)))
    }

    /// Why git does not log in.
    pub(super) fn problem(&self) -> Option<&Problem> {
        match &self.fill {
            Question::Answered(Err(problem)) => Some(problem),
            Question::No | Question::Open(_) | Question::Answered(Ok(_)) => None,
        }
    }

    /// Whether only a program of the desktop would not find the helper.
    pub(super) fn fails_on_the_desktop(&self) -> bool {
        self.holds() && matches!(self.desktop, Question::Answered(Err(_)))
    }

    /// The repository that git could not read although it logs in.
    pub(super) fn unread(&self) -> Option<&Problem> {
        match &self.remote {
            Question::Answered(Err(problem)) if self.holds() => Some(problem),
            Question::No | Question::Open(_) | Question::Answered(_) => None,
        }
    }

    /// What is known so far, as lines.
    pub(super) fn checks(&self, profile: Option<&Profile>) -> Vec<Check> {
        let who = profile.map_or_else(String::new, |profile| printable(&profile.identity.short()));
        let mut checks = Vec::new();
        match &self.fill {
            Question::No => {}
            Question::Open(_) => {
                checks.push(Check::new(Mark::Working, "git asked", vec!["git credential fill".to_owned()]));
            }
            Question::Answered(Err(_)) => checks.push(Check::new(Mark::Failed, "git asked", Vec::new())),
            Question::Answered(Ok(Filled { access_key_id, milliseconds })) => {
                let time = format!("git credential fill answered in {}", took(*milliseconds));
                checks.push(Check::new(Mark::Ok, "git asked", vec![time]));
                let key = shortened(access_key_id);
                checks.push(if profile.is_some_and(|profile| profile.identity.access_key_id == *access_key_id) {
                    Check::new(Mark::Ok, "same person", vec![format!("access key {key} belongs to {who}")])
                } else {
                    Check::new(Mark::Ok, "temporary", vec![format!("access key {key}, made for this sign-in")])
                });
            }
        }
        let failed = matches!(self.fill, Question::Answered(Err(_)));
        match &self.desktop {
            Question::Answered(Ok(())) => {
                checks.push(Check::new(
                    Mark::Ok,
                    "editors",
                    vec!["a program started from the desktop gets the same".to_owned()],
                ));
            }
            // Nothing new: nobody gets an answer.
            Question::Answered(Err(_)) if failed => {}
            Question::Answered(Err(_)) => {
                let text = "a program started from the desktop would not find the helper";
                checks.push(Check::new(Mark::Look, "editors", vec![text.to_owned()]));
            }
            Question::No | Question::Open(_) => {}
        }
        let repository = printable(&self.repository);
        match &self.remote {
            Question::Open(_) => checks.push(Check::new(Mark::Working, "repository", vec![repository])),
            Question::Answered(Ok(branches)) => {
                let count = match branches {
                    0 => "it is empty".to_owned(),
                    1 => "1 branch".to_owned(),
                    _ => format!("{branches} branches"),
                };
                checks.push(Check::new(
                    Mark::Ok,
                    "repository",
                    vec![format!("git ls-remote read {repository}: {count}")],
                ));
            }
            Question::Answered(Err(problem)) if !failed => {
                checks.push(Check::new(Mark::Look, "repository", vec![problem.what.clone()]));
            }
            Question::No | Question::Answered(Err(_)) => {}
        }
        checks
    }
}

/// What an answer of git's helpers comes to.
fn filled(reply: &Result<Reply, Problem>, profile: &Profile) -> Option<Result<Filled, Problem>> {
    let expected = &profile.identity.access_key_id;
    match reply {
        Err(problem) => Some(Err(problem.clone())),
        Ok(Reply::Credential { password: false, .. }) => Some(Err(Problem::new(
            ProblemKind::Other,
            "Git got no password for CodeCommit.",
            "No helper answered.",
            "Look at the list of helpers with o; another configuration may stand in the way.",
        ))),
        Ok(Reply::Credential { access_key_id, .. })
            if !matches!(GitUser::parse(access_key_id), GitUser::AccessKey(_)) =>
        {
            let other = GitUser::parse(access_key_id).described();
            Some(Err(Problem::new(
                ProblemKind::Conflict,
                format!("Git would log in with {other}."),
                format!("It does not get to the helper for profile {}.", profile.name),
                "Another helper answers first; o shows the list. Its password stays as it is.",
            )))
        }
        // Temporary credentials are made anew for each caller, so their keys differ.
        Ok(Reply::Credential { access_key_id, .. }) if profile.access_key && access_key_id != expected => {
            Some(Err(Problem::new(
                ProblemKind::Conflict,
                format!("Git would log in as somebody else: it got access key {}.", shortened(access_key_id)),
                format!("Profile {} has access key {}.", profile.name, shortened(expected)),
                "Another helper or a section of another profile answers first; o shows the list.",
            )))
        }
        Ok(Reply::Credential { access_key_id, milliseconds, .. }) => {
            Some(Ok(Filled { access_key_id: access_key_id.clone(), milliseconds: *milliseconds }))
        }
        Ok(_) => None,
    }
}
