//! The macOS keychain: passwords of CodeCommit that it has kept are found, shown, and removed one host after the other until none
//! is left.
//!
//! Deliberately absent: running `security`; and reading a password, which nothing here ever does.

use crate::wizard::effect::{Deletion, Reply, Request, RequestId};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::regions;
use crate::wizard::screen::{Block, Check, Mark, Status};
use crate::wizard::step::{Back, Context, Panel};

/// What is known of the keychain.
#[derive(Default)]
pub(super) struct Keychain {
    looking: Option<RequestId>,
    hosts: Vec<Host>,
    deleting: Option<RequestId>,
}

/// A host with stored passwords.
struct Host {
    name: String,
    removed: usize,
    end: Option<Result<(), Problem>>,
}

impl Keychain {
    /// Looks for stored passwords, where there is a keychain and something may be removed from it.
    pub(super) fn look(&mut self, context: &mut Context<'_>) {
        let around = &context.facts.surroundings;
        if around.keychain && !around.dry_run {
            *self = Self {
                looking: Some(context.ask(Request::FindStoredPasswords(regions::git_hosts()))),
                ..Self::default()
            };
        }
    }

    /// The hosts with passwords that are not removed.
    pub(super) fn left(&self) -> usize {
        self.hosts.iter().filter(|host| !matches!(host.end, Some(Ok(())))).count()
    }

    /// Whether passwords are being removed.
    pub(super) fn is_busy(&self) -> bool {
        self.deleting.is_some()
    }

    /// Removes the next password there is.
    pub(super) fn delete(&mut self, context: &mut Context<'_>) {
        let next = self.hosts.iter().find(|host| host.end.is_none());
        self.deleting = next.map(|host| context.ask(Request::DeleteStoredPassword(host.name.clone())));
    }

    /// Tries anew what was refused.
    pub(super) fn again(&mut self, context: &mut Context<'_>) {
        self.hosts.iter_mut().filter(|host| matches!(host.end, Some(Err(_)))).for_each(|host| host.end = None);
        self.delete(context);
    }

    /// Stops; what is removed stays removed.
    pub(super) fn stop(&mut self, context: &mut Context<'_>) {
        if let Some(id) = self.deleting.take() {
            context.cancel(id);
        }
    }

    /// Takes in an answer.
    pub(super) fn reply(&mut self, id: RequestId, reply: &Result<Reply, Problem>, context: &mut Context<'_>) {
        if self.looking == Some(id) {
            self.looking = None;
            if let Ok(Reply::StoredPasswords(hosts)) = reply {
                let host = |name: &String| Host { name: name.clone(), removed: 0, end: None };
                self.hosts = hosts.iter().map(host).collect();
            }
        } else if self.deleting == Some(id) {
            if let Some(host) = self.hosts.iter_mut().find(|host| host.end.is_none()) {
                match reply {
                    Ok(Reply::Deletion(Deletion::Deleted)) => host.removed += 1,
                    Ok(Reply::Deletion(Deletion::Refused(said))) => host.end = Some(Err(refused(&host.name, said))),
                    // The next one could never be the last one.
                    Ok(_) => host.end = Some(Ok(())),
                    Err(problem) => host.end = Some(Err(problem.clone())),
                }
            }
            self.delete(context);
        }
    }

    /// What the keychain holds, or what became of it.
    pub(super) fn panel(&self) -> Panel<'_> {
        let checks = self.hosts.iter().map(|host| {
            let (mark, text) = match &host.end {
                Some(Ok(())) => (Mark::Ok, removed(host.removed)),
                Some(Err(problem)) => (Mark::Failed, problem.why.clone()),
                None if self.is_busy() => (Mark::Working, removed(host.removed)),
                None => (Mark::Look, "stored".to_owned()),
            };
            Check::new(mark, printable(&host.name), vec![text])
        });
        let mut body = vec![Block::Checks(checks.collect())];
        let refused = self.hosts.iter().any(|host| matches!(host.end, Some(Err(_))));
        if refused && !self.is_busy() {
            body.push(Block::Gap);
            body.push(Block::Card { title: "To remove them yourself".to_owned(), lines: by_hand() });
        }
        let (purpose, status) = match (self.is_busy(), self.left()) {
            (true, _) => (WHAT, Status::marked(Mark::Working, "Removing them, one host after the other.")),
            (false, 0) => ("The keychain holds no password of CodeCommit any more.", Status::plain("None is left.")),
            (false, _) if refused => (WHAT, Status::marked(Mark::Failed, "macOS did not let all of them be removed.")),
            (false, _) => (
                WHAT,
                Status::plain("Nothing has been removed. It cannot be undone, and need not be: git makes new ones."),
            ),
        };
        Panel {
            purpose: purpose.to_owned(),
            body,
            status: Some(status),
            busy: self.is_busy(),
            commands: self
                .hosts
                .iter()
                .map(|host| format!("security delete-internet-password -s {}", printable(&host.name)))
                .collect(),
            back: Back::Within,
            ..Panel::default()
        }
    }
}

const WHAT: &str = "The macOS keychain holds old passwords of CodeCommit. They died after 15 minutes, and git may still be given them.";

fn removed(count: usize) -> String {
    match count {
        0 => "none left".to_owned(),
        1 => "1 removed".to_owned(),
        _ => format!("{count} removed"),
    }
}

fn refused(host: &str, said: &str) -> Problem {
    Problem::new(
        ProblemKind::Other,
        format!("The password of {} could not be removed.", printable(host)),
        printable(said),
        "",
    )
}

/// The guide's way.
fn by_hand() -> Vec<String> {
    [
        "1. Open Keychain Access (with Spotlight), and search for git-codecommit.",
        "2. Delete each entry of the kind “Internet password” that it finds.",
        "3. Or, to keep them from git only: Get Info, Access Control, and take",
        "   git-credential-osxkeychain out of the list with the minus sign.",
    ]
    .map(str::to_owned)
    .to_vec()
}
