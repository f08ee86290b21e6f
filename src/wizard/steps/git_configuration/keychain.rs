//! The macOS keychain: the passwords for CodeCommit that it holds are shown, and those that are dead can be deleted, one after the
//! other, each by its host and access key.
//!
//! Deliberately absent: running `security`; reading a password, which nothing here ever does; and deleting static Git credentials,
//! or a password whose user is not known, for which there is no request.

use crate::wizard::effect::{Deletion, Reply, Request, RequestId};
use crate::wizard::event::Key;
use crate::wizard::git_user::{DyingPassword, GitUser, KeptPassword};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::regions;
use crate::wizard::screen::{Block, Check, Hint, Mark, Status};
use crate::wizard::step::{Back, Context, Panel};

/// What is known of the keychain.
#[derive(Default)]
pub(super) struct Keychain {
    looking: Option<RequestId>,
    dead: Vec<Dead>,
    /// What is none of ours to delete.
    others: Vec<KeptPassword>,
    /// What is asked for, and for which of the dead ones.
    deleting: Option<(RequestId, usize)>,
    /// Whether something was deleted since the keychain was looked into.
    changed: bool,
}

/// The dead passwords of a host and an access key.
struct Dead {
    password: DyingPassword,
    removed: usize,
    end: End,
}

/// What became of dead passwords.
#[derive(PartialEq)]
enum End {
    /// They are there.
    Stored,
    /// They are gone.
    Deleted,
    /// The person lets them be.
    Kept,
    /// macOS did not let them be deleted.
    Refused(Problem),
}

impl Keychain {
    /// Looks for stored passwords, where there is a keychain and something may be deleted from it.
    pub(super) fn look(&mut self, context: &mut Context<'_>) {
        let around = &context.facts.surroundings;
        if around.keychain && !around.dry_run {
            *self = Self::default();
            self.look_again(context);
        }
    }

    fn look_again(&mut self, context: &mut Context<'_>) {
        self.changed = false;
        self.looking = Some(context.ask(Request::FindStoredPasswords(regions::git_hosts())));
    }

    /// How many dead passwords are not deleted.
    pub(super) fn left(&self) -> usize {
        self.dead.iter().filter(|dead| dead.end != End::Deleted).count()
    }

    /// Whether a password is being deleted.
    pub(super) fn is_busy(&self) -> bool {
        self.deleting.is_some()
    }

    /// Offers again what the person let be before.
    pub(super) fn open(&mut self) {
        self.dead.iter_mut().filter(|dead| dead.end == End::Kept).for_each(|dead| dead.end = End::Stored);
    }

    /// Does what a key says; whether the person is done here.
    pub(super) fn key(&mut self, key: Key, context: &mut Context<'_>) -> bool {
        match (key, self.offered()) {
            (Key::Esc, _) => {
                // What is deleted stays deleted.
                if let Some((id, _)) = self.deleting.take() {
                    context.cancel(id);
                }
                true
            }
            (Key::Enter, Some(at)) if !self.is_busy() => {
                self.dead[at].end = End::Stored;
                self.delete(at, context);
                false
            }
            (Key::Char('s'), Some(at)) if !self.is_busy() => {
                self.dead[at].end = End::Kept;
                false
            }
            (Key::Enter, None) => true,
            _ => false,
        }
    }

    /// The one that Enter deletes: what was not offered yet comes before what was refused.
    fn offered(&self) -> Option<usize> {
        if let Some((_, at)) = self.deleting {
            return Some(at);
        }
        let stored = self.dead.iter().position(|dead| dead.end == End::Stored);
        stored.or_else(|| self.dead.iter().position(|dead| matches!(dead.end, End::Refused(_))))
    }

    fn delete(&mut self, at: usize, context: &mut Context<'_>) {
        let id = context.ask(Request::DeleteStoredPassword(self.dead[at].password.clone()));
        self.deleting = Some((id, at));
    }

    /// Takes in an answer.
    pub(super) fn reply(&mut self, id: RequestId, reply: &Result<Reply, Problem>, context: &mut Context<'_>) {
        if self.looking == Some(id) {
            self.looking = None;
            if let Ok(Reply::StoredPasswords(kept)) = reply {
                self.found(kept);
            }
        } else if let Some((_, at)) = self.deleting.take_if(|(deleting, _)| *deleting == id) {
            let dead = &mut self.dead[at];
            match reply {
                Ok(Reply::Deletion(Deletion::Deleted)) => {
                    dead.removed += 1;
                    self.changed = true;
                    // There may be one for each repository.
                    self.delete(at, context);
                    return;
                }
                Ok(Reply::Deletion(Deletion::Refused(said))) => dead.end = End::Refused(refused(&dead.password, said)),
                Ok(_) => dead.end = End::Deleted,
                Err(problem) => dead.end = End::Refused(problem.clone()),
            }
            // Others may come to light now.
            if self.changed && self.dead.iter().all(|dead| dead.end != End::Stored) {
                self.look_again(context);
            }
        }
    }

    fn found(&mut self, kept: &[KeptPassword]) {
        let is_known = |password: &DyingPassword, dead: &[Dead]| dead.iter().any(|dead| dead.password == *password);
        for password in kept.iter().filter_map(KeptPassword::dying) {
            if !is_known(&password, &self.dead) {
                self.dead.push(Dead { password, removed: 0, end: End::Stored });
            }
        }
        self.others = kept.iter().filter(|kept| kept.dying().is_none()).cloned().collect();
    }

    /// What the keychain holds, or what became of it.
    pub(super) fn panel(&self) -> Panel<'_> {
        let offered = self.offered();
        let busy = self.is_busy();
        let dead = self.dead.iter().enumerate().map(|(at, dead)| {
            let (mark, text) = match &dead.end {
                End::Deleted => (Mark::Ok, removed(dead.removed)),
                End::Refused(problem) => (Mark::Failed, problem.why.clone()),
                End::Kept => (Mark::Skipped, "kept".to_owned()),
                End::Stored if self.deleting.is_some_and(|(_, deleting)| deleting == at) => {
                    (Mark::Working, removed(dead.removed))
                }
                End::Stored => (Mark::Look, "stored".to_owned()),
            };
            row(mark, dead.password.host(), format!("access key {}: {text}", dead.password.user().shown()))
        });
        let others = self.others.iter().map(|kept| {
            let lasts = matches!(kept.user, GitUser::Static(_));
            row(if lasts { Mark::Ok } else { Mark::Skipped }, &kept.host, kept.user.described())
        });
        let mut body = vec![Block::Checks(dead.chain(others).collect())];
        if !self.others.is_empty() {
            body.push(Block::Gap);
            body.push(Block::Text(OTHERS.to_owned()));
        }
        let is_refused = self.dead.iter().any(|dead| matches!(dead.end, End::Refused(_)));
        if is_refused && !busy {
            body.push(Block::Gap);
            body.push(Block::Card { title: "To delete them yourself".to_owned(), lines: by_hand() });
        }
        let named = |at: usize| {
            let password = &self.dead[at].password;
            format!("the password of {} for {}", password.user().shown(), password.host())
        };
        let mut keys = Vec::new();
        let (purpose, status) = match offered {
            Some(at) if busy => (WHAT, Status::marked(Mark::Working, format!("Deleting {}.", named(at)))),
            Some(at) => {
                let again = matches!(self.dead[at].end, End::Refused(_));
                keys.push(Hint::new(Key::Enter, if again { "try again" } else { "delete this one" }));
                keys.push(Hint::new(Key::Char('s'), "keep it"));
                let text = format!("Press Enter to delete {}. This cannot be undone.", named(at));
                (
                    WHAT,
                    if again {
                        Status::marked(Mark::Failed, format!("macOS refused. {text}"))
                    } else {
                        Status::plain(text)
                    },
                )
            }
            None => {
                keys.push(Hint::new(Key::Enter, "continue"));
                let count = self.left();
                let text = if count == 0 { "None is left.".to_owned() } else { format!("You kept {count}.") };
                let none = "The keychain holds no password of an access key for CodeCommit any more.";
                (if count == 0 { none } else { WHAT }, Status::plain(text))
            }
        };
        Panel {
            purpose: purpose.to_owned(),
            body,
            status: Some(status),
            busy,
            changes: offered.is_some(),
            keys,
            commands: self.dead.iter().filter_map(|dead| dead.password.keychain_command()).collect(),
            back: Back::Within,
            ..Panel::default()
        }
    }
}

const WHAT: &str = "The macOS keychain holds passwords for CodeCommit that a helper made. Each works for 15 minutes only, and Git may still get it \
                    from there.";
const OTHERS: &str = "Only passwords of access keys can be deleted here. Static Git credentials last, and AWS shows their password once.";

fn row(mark: Mark, host: &str, text: String) -> Check {
    Check::new(mark, printable(host), vec![text])
}

fn removed(count: usize) -> String {
    match count {
        0 => "none left".to_owned(),
        _ => format!("{count} deleted"),
    }
}

fn refused(password: &DyingPassword, said: &str) -> Problem {
    let key = password.user().shown();
    Problem::new(
        ProblemKind::Other,
        format!("The password of {key} for {} could not be deleted.", password.host()),
        printable(said),
        "",
    )
}

/// The guide's way, for what dies.
fn by_hand() -> Vec<String> {
    [
        "1. Open Keychain Access (with Spotlight), and search for git-codecommit.",
        "2. Delete the entries whose account begins with AKIA or ASIA. Keep all",
        "   others: AWS shows the password of NAME-at-ACCOUNT only once.",
    ]
    .map(str::to_owned)
    .to_vec()
}
