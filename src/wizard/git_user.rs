//! The user name that goes with a password for CodeCommit, and what it says of that password: whether it dies, and whose it is.
//!
//! - An access key ID (`AKIA…`, or `ASIA…` with `%` and a session token): the password was made by a credential helper, and AWS
//!   refuses it 15 minutes later, for good.
//! - `NAME-at-ACCOUNT`: static Git credentials, which somebody made in the IAM console. They last, and AWS shows the password once.
//! - Anything else is not known, so it is nobody's to delete.
//!
//! Deliberately absent: passwords.

use std::fmt;

use super::names::printable;
use super::secret::Secret;
use super::words::shortened;
use crate::checkup::Address;

/// How access key IDs begin: those for good, and temporary ones (IAM user guide, unique identifiers).
const KEYS: [&str; 2] = ["AKIA", "ASIA"];
/// The fewest and the most characters that an access key ID has (IAM API reference, `AccessKey`).
const SHORTEST_KEY: usize = 16;
const LONGEST_KEY: usize = 128;
/// The most characters of an unknown user name that are shown: a token in its place is longer.
const LONGEST_SHOWN: usize = 32;

/// What the user name of a password for CodeCommit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitUser {
    /// An access key: its passwords die.
    AccessKey(KeyUser),
    /// Static Git credentials of an IAM user: they last.
    Static(StaticUser),
    /// Somebody else; may be empty.
    Unknown(String),
}

/// An access key as the user name of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyUser {
    id: String,
    session_token: Option<Secret>,
}

/// The user name of static Git credentials: `ann-at-123456789012`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticUser {
    name: String,
    user: String,
    account: String,
}

/// A password that is dead, or will be within minutes: the only kind that may be deleted.
///
/// Nothing else makes one, so that a request to delete cannot name a password that lasts, or one whose user is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DyingPassword {
    host: String,
    user: KeyUser,
}

/// A password for CodeCommit that is kept somewhere: the host, and the user that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPassword {
    /// The host.
    pub host: String,
    /// The user.
    pub user: GitUser,
}

impl GitUser {
    /// Reads a user name, as a store of passwords has it.
    pub fn parse(text: &str) -> Self {
        // A user of IAM may be called AKIA, too.
        if let Some(user) = StaticUser::parse(text) {
            return Self::Static(user);
        }
        KeyUser::parse(text).map_or_else(|| Self::Unknown(text.to_owned()), Self::AccessKey)
    }

    /// What it is, as a sentence can hold it.
    pub fn described(&self) -> String {
        match self {
            Self::AccessKey(key) => format!("a password of access key {}", key.shown()),
            Self::Static(user) => user.described(),
            Self::Unknown(_) => format!("a password of {}", self.shown()),
        }
    }

    /// Who it is, shortened where it is an access key, left out where it could be a secret.
    pub fn shown(&self) -> String {
        match self {
            Self::AccessKey(key) => key.shown(),
            Self::Static(user) => printable(&user.name),
            Self::Unknown(text) if text.is_empty() => "no user".to_owned(),
            Self::Unknown(text) if text.chars().count() > LONGEST_SHOWN => {
                format!("a user with a name of {} characters", text.chars().count())
            }
            Self::Unknown(text) => format!("the user {}", printable(text)),
        }
    }
}

impl KeyUser {
    fn parse(text: &str) -> Option<Self> {
        let (id, token) = text.split_once('%').map_or((text, None), |(id, token)| (id, Some(token)));
        let rest = KEYS.iter().find_map(|start| id.strip_prefix(start))?;
        let is_id = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        // What a token never holds could be an option or a second command to the program that is told of it.
        let is_token =
            |token: &str| token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-.%".contains(&byte));
        let known = is_id && id.len() <= LONGEST_KEY && token.is_none_or(is_token);
        known.then(|| Self { id: id.to_owned(), session_token: token.map(Secret::new) })
    }

    /// The access key ID.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The session token that stands behind the ID of a temporary key.
    pub fn session_token(&self) -> Option<&Secret> {
        self.session_token.as_ref()
    }

    /// The ID by its ends, as a person is shown it.
    pub fn shown(&self) -> String {
        // Of one that is too short to be real, no end is shown.
        if self.id.len() < SHORTEST_KEY { format!("{}…", &self.id[..4]) } else { shortened(&self.id) }
    }
}

impl fmt::Debug for KeyUser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = if self.session_token.is_some() { "%…" } else { "" };
        write!(formatter, "KeyUser({}{token})", self.shown())
    }
}

impl StaticUser {
    fn parse(text: &str) -> Option<Self> {
        let (user, account) = text.rsplit_once("-at-")?;
        // A second set of the same user has a number, which AWS puts behind the name.
        let account = account.split_once('+').map_or(account, |(account, _)| account);
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let known = is_account && !user.is_empty() && !text.contains(char::is_control);
        known.then(|| Self { name: text.to_owned(), user: user.to_owned(), account: account.to_owned() })
    }

    /// The whole user name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The IAM user; a number behind it may be that of a second set.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The account, 12 digits.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What they are, as a sentence can hold it.
    pub fn described(&self) -> String {
        let number = self.user.rsplit_once('+').map(|(_, number)| number);
        let is_first = self.name.ends_with(&self.account)
            && number.is_none_or(|number| number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()));
        if is_first {
            format!("static Git credentials of the IAM user {} in account {}", printable(&self.user), self.account)
        } else {
            // The number may be that of a second set, or a part of the user's name.
            format!("the static Git credentials {} of IAM", printable(&self.name))
        }
    }
}

impl DyingPassword {
    /// A password for a host of CodeCommit, of an access key; `None` for every other one.
    pub fn of(host: &str, user: &GitUser) -> Option<Self> {
        let GitUser::AccessKey(user) = user else { return None };
        let is_name = |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        let host = is_git_host(host).then(|| host.to_owned()).filter(|host| is_name(host))?;
        Some(Self { host, user: user.clone() })
    }

    /// The host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The access key.
    pub fn user(&self) -> &KeyUser {
        &self.user
    }

    /// The command that deletes it and no other from the macOS keychain; none where it would hold a session token.
    pub fn keychain_command(&self) -> Option<String> {
        let known = self.user.session_token.is_none();
        known.then(|| format!("security delete-internet-password -s {} -a {}", self.host, self.user.id))
    }
}

impl KeptPassword {
    /// A password for a host, of a user by name.
    pub fn of(host: &str, user: &str) -> Self {
        Self { host: host.to_owned(), user: GitUser::parse(user) }
    }

    /// The same as one that may be deleted, where it is one.
    pub fn dying(&self) -> Option<DyingPassword> {
        DyingPassword::of(&self.host, &self.user)
    }
}

/// Whether a host is one of CodeCommit for git.
pub fn is_git_host(host: &str) -> bool {
    let address = Address::parse(&format!("https://{host}/"));
    address.is_some_and(|address| address.host.is_some_and(|known| known.eq_ignore_ascii_case(host)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DyingPassword, GitUser, KeptPassword, is_git_host};

    const HOST: &str = "git-codecommit.us-east-2.amazonaws.com";

    #[test]
    fn only_access_keys_die() {
        for dying in ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE%IQoJb3JpZ2lu/+=="] {
            assert!(KeptPassword::of(HOST, dying).dying().is_some(), "{dying}");
        }
        for other in [
            "",
            "AKIA",
            "ann",
            "akiaiosfodnn7example",
            "AKIAIOSFODNN7EXAMPLE-at-123456789012",
            "AKIA-ann",
            "AKIA ann",
            "ASIAIOSFODNN7EXAMPLE% -s github.com",
            "ASIAIOSFODNN7EXAMPLE%a\nb",
            "ASIAIOSFODNN7EXAMPLE%\"",
            " AKIAIOSFODNN7EXAMPLE",
            "ann%AKIAIOSFODNN7EXAMPLE",
            "AIDAIOSFODNN7EXAMPLE",
        ] {
            assert_eq!(KeptPassword::of(HOST, other).dying(), None, "{other}");
        }
    }

    #[test]
    fn only_passwords_for_codecommit_are_ours_to_delete() {
        let user = GitUser::parse("AKIAIOSFODNN7EXAMPLE");
        for host in [HOST, "git-codecommit-fips.us-east-1.amazonaws.com", "git-codecommit.cn-north-1.amazonaws.com.cn"]
        {
            assert!(is_git_host(host) && DyingPassword::of(host, &user).is_some(), "{host}");
        }
        for host in [
            "github.com",
            "",
            "git-codecommit.us-east-2.amazonaws.com.evil.example",
            "git-codecommit.us-east-2.amazonaws.com -a ann",
            "me@git-codecommit.us-east-2.amazonaws.com",
            "git-codecommit.us-east-2.amazonaws.com/x",
            "git-codecommit.us-east-2.amazonaws.com:443",
        ] {
            assert_eq!(DyingPassword::of(host, &user), None, "{host}");
        }
    }

    #[test]
    fn static_credentials_are_told_as_what_they_are() {
        let told = |text: &str| GitUser::parse(text).described();
        assert_eq!(told("ann-at-123456789012"), "static Git credentials of the IAM user ann in account 123456789012");
        assert_eq!(
            told("ann-at-home-at-123456789012"),
            "static Git credentials of the IAM user ann-at-home in account 123456789012"
        );
        assert_eq!(told("ann+1-at-123456789012"), "the static Git credentials ann+1-at-123456789012 of IAM");
        assert!(matches!(GitUser::parse("ann@example.com-at-123456789012+2"), GitUser::Static(_)));
        for other in
            ["ann-at-home", "-at-123456789012", "ann-at-12345678901", "ann-at-1234567890123", "a\n-at-123456789012"]
        {
            assert!(matches!(GitUser::parse(other), GitUser::Unknown(_)), "{other}");
        }
        assert_eq!(told("AKIAIOSFODNN7EXAMPLE"), "a password of access key AKIA…MPLE");
        assert_eq!(told("ASIASHORT"), "a password of access key ASIA…");
        assert_eq!(told("ann"), "a password of the user ann");
        assert!(!told(&"t0ken".repeat(8)).contains("t0ken"));
    }

    #[test]
    fn a_session_token_is_in_no_debug_text_and_in_no_command() {
        let kept = KeptPassword::of(HOST, "ASIAIOSFODNN7EXAMPLE%TOKEN");
        assert!(!format!("{kept:?} {:?}", kept.dying()).contains("TOKEN"));
        assert_eq!(kept.dying().and_then(|dying| dying.keychain_command()), None);
        let kept = KeptPassword::of(HOST, "AKIAIOSFODNN7EXAMPLE").dying().and_then(|dying| dying.keychain_command());
        let full =
            "security delete-internet-password -s git-codecommit.us-east-2.amazonaws.com -a AKIAIOSFODNN7EXAMPLE";
        assert_eq!(kept.as_deref(), Some(full));
    }

    proptest! {
        #[test]
        fn whatever_the_user_is_called_static_credentials_cannot_be_deleted(name in "[A-Za-z0-9+=,.@_-]{1,64}", account in "[0-9]{12}") {
            prop_assert_eq!(KeptPassword::of(HOST, &format!("{name}-at-{account}")).dying(), None);
        }

        #[test]
        fn what_can_be_deleted_begins_with_akia_or_asia(user in "\\PC{0,40}|(AKIA|ASIA|AIDA)[A-Z0-9]{0,20}(%[ -~]{0,20})?") {
            if let Some(dying) = KeptPassword::of(HOST, &user).dying() {
                prop_assert!(user.starts_with("AKIA") || user.starts_with("ASIA"));
                prop_assert!(!dying.user().id().contains('-') && !user.contains([' ', '"', '\'', '\\', '\n']));
            }
        }
    }
}
