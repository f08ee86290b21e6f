//! Passwords that are kept on this computer: those that die, those that last, and those of which nothing is known.
//!
//! Deliberately absent: deleting any, and advice to delete one that does not die.

use super::Seen;
use super::subject::{From, Subject};
use crate::checkup::{Check, Status};
use crate::gitconfig::{Chain, Fate, Link, helper_program, store_files, store_of};
use crate::ports::{Computer, Reader, StoredPassword};
use crate::wizard::git_user::{GitUser, KeptPassword, StaticUser};
use crate::wizard::names::printable;
use crate::wizard::problem::ProblemKind;

/// What the check is called.
const ID: &str = "stored";
/// What deletes dead passwords from the keychain.
const WALK: &str = "codecommit-setup";
/// How many lines of a file are named at most.
const MOST: usize = 8;
/// The helper that reads the macOS keychain.
const KEYCHAIN: &str = "git-credential-osxkeychain";
/// Checks that matter to whoever logs in by a profile.
const OF_PROFILE: [&str; 9] = [
    "profile",
    "session",
    "identity",
    "environment",
    "permissions",
    "kms",
    "repository",
    "aws-cli",
    "codecommit-commands",
];

/// A password, and where it is kept.
struct Kept<'a> {
    place: String,
    line: Option<usize>,
    password: &'a KeptPassword,
    /// Whether git sends it by itself, before it asks a helper.
    is_sent: bool,
    /// The helpers in the chain that read it.
    readers: Vec<&'a Link>,
}

impl Kept<'_> {
    fn where_(&self) -> String {
        self.line.map_or_else(|| self.place.clone(), |line| format!("{}:{line}", self.place))
    }

    fn lasts(&self) -> bool {
        matches!(self.password.user, GitUser::Static(_))
    }

    fn dies(&self) -> bool {
        matches!(self.password.user, GitUser::AccessKey(_))
    }
}

/// What is kept on this computer, as far as it can be seen.
pub(super) struct Shelf<'a> {
    kept: Vec<Kept<'a>>,
    /// The helpers that git asks, the first one first.
    live: Vec<&'a Link>,
    sees_keychain: bool,
    host: &'a str,
}

impl<'a> Shelf<'a> {
    pub(super) fn of(
        computer: &'a Computer,
        keychain: Option<&'a [KeptPassword]>,
        chain: &'a Chain,
        subject: &'a Subject,
    ) -> Self {
        let live: Vec<&Link> = chain.links.iter().filter(|link| link.fate != Fate::Cleared).collect();
        let in_files = computer.stored.iter().map(|stored| of_file(stored, &live));
        let in_keychain = keychain.unwrap_or_default().iter().map(|password| Kept {
            place: "the macOS keychain".to_owned(),
            line: None,
            password,
            is_sent: false,
            readers: live.iter().copied().filter(|link| reads_keychain(link)).collect(),
        });
        let kept = in_files.chain(in_keychain).collect();
        Self { kept, live, sees_keychain: keychain.is_some(), host: &subject.host }
    }

    /// Whether passwords are kept that git could come to.
    pub(super) fn check(&self, computer: &Computer, seen: &Seen) -> Check {
        if let Some(sent) = self.sent() {
            return of_netrc(sent, seen, self.deletions(|kept| kept.place == sent.place));
        }
        let lasting = self.kept.iter().find(|kept| kept.lasts());
        if self.kept.iter().any(Kept::dies) {
            let check = self.dead(seen);
            let stay = lasting
                .map(|lasting| format!(" Keep {}: AWS shows their password once.", lasting.password.user.described()));
            let why = format!("{}{}", check.why, stay.unwrap_or_default());
            return check.why(why);
        }
        if let Some(kept) = lasting.or_else(|| self.kept.first()) {
            let check = Check::pass(ID, format!("{}, in {}", kept.password.user.described(), kept.where_()));
            return if kept.lasts() { check } else { check.why("It is not known to die, so it is left alone.") };
        }
        if let Some(unseen) = computer.unseen.first() {
            return Check::skip(ID, printable(unseen));
        }
        // Asked for what they hold, they would hand out the passwords.
        let is_seen = |link: &Link| store_files(&link.helper).is_some() || (self.sees_keychain && reads_keychain(link));
        let mut closed = self.live.iter().filter(|link| !is_seen(link));
        match closed.find_map(|link| store_of(&link.helper)) {
            Some(name) => Check::skip(ID, format!("{name} cannot be listed without showing its passwords")),
            None => Check::pass(ID, "none for CodeCommit, where that can be seen"),
        }
    }

    /// What is to be deleted so that git comes to static Git credentials, where those are kept beside what is dead, by the helper
    /// that git asks first.
    pub(super) fn before_static(&self) -> Option<Vec<String>> {
        let first = self.live.first()?;
        let read: Vec<&Kept<'_>> =
            self.kept.iter().filter(|kept| kept.password.host == self.host && kept.readers.contains(first)).collect();
        let is_before = read.iter().any(|kept| kept.lasts()) && read.iter().any(|kept| kept.dies());
        // In the words of the other check: two lists of lines would shift each other's.
        is_before.then(|| self.deletions(|_| true))
    }

    /// What to delete of the dead ones that are meant: one instruction for each file.
    ///
    /// Each names the keys, and the lines from the last one up, so that no line moves before it is deleted.
    fn deletions(&self, is_meant: impl Fn(&Kept<'_>) -> bool) -> Vec<String> {
        let mut fixes = Vec::new();
        let dead: Vec<&Kept<'_>> = self.kept.iter().filter(|kept| kept.dies() && is_meant(kept)).collect();
        for one in &dead {
            let of_file = dead.iter().filter(|other| other.place == one.place);
            let mut lines: Vec<(usize, String)> =
                of_file.filter_map(|kept| Some((kept.line?, kept.password.user.shown()))).collect();
            lines.sort_unstable();
            lines.dedup();
            lines.reverse();
            let lasting = self.kept.iter().filter(|other| other.place == one.place && other.lasts());
            let lasting: Vec<String> = lasting.map(|kept| kept.password.user.shown()).collect();
            let fix = if one.line.is_some() { deletion(one, &lines, &lasting) } else { WALK.to_owned() };
            if !fixes.contains(&fix) {
                fixes.push(fix);
            }
        }
        fixes
    }

    /// The login that git sends by itself.
    fn sent(&self) -> Option<&Kept<'a>> {
        self.kept.iter().find(|kept| kept.is_sent && kept.password.host == self.host)
    }

    /// Whether git works with static credentials, and nobody asked about a profile.
    pub(super) fn needs_no_profile(&self, seen: &Seen, subject: &Subject) -> bool {
        let lasts = self.sent().map_or_else(|| seen.lasting().is_some(), Kept::lasts);
        lasts && seen.reads() && subject.profile_from != From::Asked
    }

    fn dead(&self, seen: &Seen) -> Check {
        let dead: Vec<&Kept<'_>> = self.kept.iter().filter(|kept| kept.dies()).collect();
        let text = match dead.as_slice() {
            [only] => {
                let (key, host) = (only.password.user.described(), printable(&only.password.host));
                format!("{key} for {host} is in {}; it works for 15 minutes only", only.where_())
            }
            all => {
                let mut places: Vec<&str> = all.iter().map(|kept| kept.place.as_str()).collect();
                places.dedup();
                format!(
                    "{} passwords of access keys are in {}; each works for 15 minutes only",
                    all.len(),
                    places.join(" and ")
                )
            }
        };
        let first = self.live.first();
        let answers = |kept: &&Kept<'_>| {
            kept.password.host == self.host && first.is_some_and(|first| kept.readers.contains(first))
        };
        let is_asked = dead.iter().any(answers);
        let fails = !seen.reads() && is_asked;
        let check = if fails {
            Check::fail(ID, "stored-dead", text)
        } else if is_asked {
            Check::warn(ID, Some("stored-dead"), text).why("Git may get it in the place of the one that works.")
        } else if dead.iter().any(|kept| !kept.readers.is_empty()) {
            Check::warn(ID, Some("stored-dead"), text).why("Git comes to it when the helper cannot answer.")
        } else {
            Check::warn(ID, Some("stored-dead"), text).why("No helper of git reads it for this host.")
        };
        let mut fixes = self.deletions(|_| true);
        if fails && self.before_static().is_none() && !fixes.iter().any(|fix| fix == WALK) {
            fixes.push(WALK.to_owned());
        }
        fixes.into_iter().fold(check, Check::fix)
    }
}

/// How the dead passwords of a file are deleted, whatever else is done in whatever order.
fn deletion(of: &Kept<'_>, lines: &[(usize, String)], lasting: &[String]) -> String {
    let named = &lines[..lines.len().min(MOST)];
    let what = if of.is_sent { "entry" } else { "line" };
    let many = if of.is_sent { "entries" } else { "lines" };
    let mut keys: Vec<&str> = Vec::new();
    for (_, key) in named {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    let place = &of.place;
    let numbers: Vec<String> = named.iter().map(|(line, _)| format!("line {line}")).collect();
    let (what, of_keys) =
        (if named.len() == 1 { what } else { many }, if keys.len() == 1 { "access key" } else { "access keys" });
    let (keys, numbers) = (keys.join(" and "), numbers.join(", then "));
    let mut fix = vec![format!("In {place}, delete the {what} of {of_keys} {keys} (now {numbers}).")];
    if lines.len() > named.len() {
        fix.push(format!("Then look again: there are {} more.", lines.len() - named.len()));
    }
    match lasting {
        [] => {}
        [one] => fix.push(format!("Keep that of {one}.")),
        all => fix.push(format!("Keep the {} of static Git credentials.", all.len())),
    }
    fix.join(" ")
}

fn of_file<'a>(stored: &'a StoredPassword, live: &[&'a Link]) -> Kept<'a> {
    let readers = match &stored.reader {
        Reader::Helpers(helpers) => live.iter().copied().filter(|link| helpers.contains(&link.helper)).collect(),
        Reader::Git => Vec::new(),
    };
    Kept {
        place: stored.place.clone(),
        line: Some(stored.line),
        password: &stored.password,
        is_sent: stored.reader == Reader::Git,
        readers,
    }
}

fn reads_keychain(link: &Link) -> bool {
    helper_program(&link.helper).is_some_and(|name| name.ends_with(KEYCHAIN))
}

/// A login that git sends by itself.
fn of_netrc(sent: &Kept<'_>, seen: &Seen, deletions: Vec<String>) -> Check {
    let user = &sent.password.user;
    let text = format!("{} has {}, which Git sends before it asks a helper", sent.where_(), user.described());
    let check = match user {
        GitUser::AccessKey(_) if !seen.reads() => {
            Check::fail(ID, "netrc-login", text).why("CodeCommit takes such a password for 15 minutes only.")
        }
        GitUser::AccessKey(_) => Check::warn(ID, Some("netrc-login"), text),
        GitUser::Static(user) if seen.is_refused() => renewed(Check::fail(ID, "static-refused", text), user),
        GitUser::Unknown(_) if seen.is_refused() => Check::fail(ID, "netrc-login", text)
            .fix(format!("Correct that entry of {}, or take it out if nothing else needs it.", sent.place)),
        GitUser::Static(_) => Check::pass(ID, text),
        GitUser::Unknown(_) => Check::warn(ID, None, text),
    };
    // Of what lasts, and of what nothing is known, none is deleted for the sake of others.
    let deletions = if matches!(user, GitUser::AccessKey(_)) { deletions } else { Vec::new() };
    deletions.into_iter().fold(check, Check::fix)
}

/// The same with what is to be done about static Git credentials that are refused.
pub(super) fn renewed(check: Check, user: &StaticUser) -> Check {
    let whose = printable(user.user());
    check
        .fix(format!(
            "In the IAM console open Users, {whose}, Security credentials, HTTPS Git credentials for AWS CodeCommit: see whether {} \
             are active, and choose Reset password.",
            printable(user.name())
        ))
        .fix("Then save the new password where Git has the old one.")
}

/// A check of what such a computer does not need.
pub(super) fn eased(check: Check) -> Check {
    if check.status != Status::Fail || !OF_PROFILE.contains(&check.id) {
        return check;
    }
    if check.cause == Some("not-set-up") {
        return Check::skip(check.id, "none is needed: Git logs in with static Git credentials");
    }
    let why = format!("{} Git works without it: it logs in with static Git credentials.", check.why);
    Check { status: Status::Warn, ..check }.why(why.trim())
}

impl Seen {
    /// Whether the repository refused the login, and not something on the way to it.
    fn is_refused(&self) -> bool {
        self.refused().is_some_and(|refused| {
            !matches!(
                refused.problem.kind,
                ProblemKind::Unreachable | ProblemKind::TimedOut | ProblemKind::Throttled | ProblemKind::NotFound
            )
        })
    }
}
