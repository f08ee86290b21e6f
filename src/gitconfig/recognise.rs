//! What a helper's value is: one for CodeCommit and for which profile, a store of passwords, or a mistake in one of these.
//!
//! Deliberately absent: where the value stands, and whether git would come to it.

use shlex::split;

use super::program::helper_program;
use super::wanted::Helper;

/// A program that keeps passwords, and would keep the ones of CodeCommit, which die after 15 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Store {
    /// The name of the helper, as git's configuration has it.
    pub helper: &'static str,
    /// What people call it.
    pub name: &'static str,
}

/// The stores of passwords that come with git, its packages and desktops.
const STORES: [Store; 13] = [
    Store { helper: "osxkeychain", name: "the macOS keychain" },
    Store { helper: "manager", name: "Git Credential Manager" },
    Store { helper: "manager-core", name: "Git Credential Manager" },
    Store { helper: "manager-ucrt", name: "Git Credential Manager" },
    Store { helper: "wincred", name: "the Windows Credential Manager" },
    Store { helper: "winstore", name: "the Windows Credential Manager" },
    Store { helper: "libsecret", name: "the desktop's keyring (libsecret)" },
    Store { helper: "gnome-keyring", name: "the GNOME keyring" },
    Store { helper: "kwallet", name: "the KDE wallet" },
    Store { helper: "pass", name: "the password store pass" },
    Store { helper: "store", name: "git's file of passwords" },
    Store { helper: "cache", name: "git's cache of passwords" },
    Store { helper: "oauth", name: "git-credential-oauth" },
];

/// Whether a helper's value has the shape of one that this program or the AWS guide writes.
pub fn is_codecommit_helper(value: &str) -> bool {
    is_aws_cli_helper(value) || value.contains("codecommit-setup") || is_found_by_git(value) || {
        // This program by another name.
        let mut words = split(value).unwrap_or_default().into_iter();
        value.starts_with('!') && words.nth(1).is_some_and(|word| word == "credential-helper")
    }
}

/// Whether git finds this program by its name for git: `codecommit --profile dev`.
fn is_found_by_git(value: &str) -> bool {
    let program = helper_program(value).unwrap_or_default();
    program.rsplit('/').next() == Some(Helper::NAME_FOR_GIT)
}

/// Whether a helper's value has the shape of one that calls the AWS CLI.
pub(super) fn is_aws_cli_helper(value: &str) -> bool {
    value.contains("codecommit credential-helper")
}

/// The store of passwords that a helper's value calls, if it is one.
pub(super) fn store(value: &str) -> Option<Store> {
    // `/usr/lib/git-core/git-credential-osxkeychain`, `manager.exe`, `cache --timeout=3600`
    let words = split(value.trim_start_matches('!'))?;
    let program = words.first()?.rsplit(['/', '\\']).next()?.to_lowercase();
    let program = program.trim_end_matches(".exe");
    let name = match program.strip_prefix("git-credential-") {
        Some(name) => name,
        // `!git credential-cache`
        None if program == "git" => words.get(1)?.strip_prefix("credential-")?,
        None => program,
    };
    STORES.into_iter().find(|store| store.helper == name)
}

/// What people call the store of passwords that a helper's value calls, if it is one.
pub fn store_of(value: &str) -> Option<&'static str> {
    store(value).map(|store| store.name)
}

/// The files that `git-credential-store` reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreFiles {
    /// `~/.git-credentials` and `credentials` in git's folder of `XDG_CONFIG_HOME`.
    Usual,
    /// The one that `--file` names, with a `~/` at its start where the shell replaces that.
    Named(String),
}

/// The files that a helper's value has `git-credential-store` read; `None` for other helpers.
pub fn store_files(value: &str) -> Option<StoreFiles> {
    store(value).filter(|store| store.helper == "store")?;
    let words = split(value.trim_start_matches('!'))?;
    let named = words.iter().enumerate().find_map(|(place, word)| match word.strip_prefix("--file")? {
        "" => words.get(place + 1).cloned(),
        // A shell leaves a `~` alone that does not begin a word.
        rest => {
            rest.strip_prefix('=').map(|path| if path.starts_with('~') { format!("./{path}") } else { path.to_owned() })
        }
    });
    let in_home =
        |path: &str| path.strip_prefix("$HOME/").or(path.strip_prefix("${HOME}/")).map(|rest| format!("~/{rest}"));
    Some(named.map_or(StoreFiles::Usual, |path| StoreFiles::Named(in_home(&path).unwrap_or(path))))
}

/// A helper's value for CodeCommit as it was meant, where it lacks its `!` or the quotes around its profile.
pub fn mistake(value: &str) -> Option<String> {
    with_bang(value).or_else(|| with_quoted_profile(value))
}

/// The profile that a helper for CodeCommit is pinned to; `None` when it names none, or is another helper.
pub fn profile_of(value: &str) -> Option<String> {
    let words = split(value).filter(|_| is_codecommit_helper(value))?;
    words.iter().enumerate().find_map(|(place, word)| match word.strip_prefix("--profile")? {
        "" => words.get(place + 1).cloned(),
        rest => rest.strip_prefix('=').map(str::to_owned),
    })
}

/// The same value with the `!` that it needs to be a command; `None` when nothing is missing.
///
/// Git takes `aws codecommit credential-helper` for a program `git-credential-aws`.
pub(super) fn with_bang(value: &str) -> Option<String> {
    let is_path = value.starts_with('/') && !value.contains(' ');
    let is_complete = value.starts_with('!') || is_path || is_found_by_git(value);
    (is_codecommit_helper(value) && !is_complete).then(|| format!("!{value}"))
}

/// The same value with the name of its profile quoted; `None` when that is not the mistake.
///
/// Without quotes the AWS CLI takes the second word of `--profile my team` for a command.
pub(super) fn with_quoted_profile(value: &str) -> Option<String> {
    let words = split(value).filter(|_| is_codecommit_helper(value))?;
    let start = words.iter().position(|word| word == "--profile")? + 1;
    let end = start + words.get(start..)?.iter().position(|word| word == "codecommit" || word.starts_with('-'))?;
    if end < start + 2 {
        return None;
    }
    let unquoted = format!("--profile {}", words[start..end].join(" "));
    let quoted = format!("--profile {}", super::shell_quoted(&words[start..end].join(" ")));
    value.contains(&unquoted).then(|| value.replacen(&unquoted, &quoted, 1))
}

#[cfg(test)]
mod tests {
    use super::{StoreFiles, profile_of, store, store_files, with_bang, with_quoted_profile};

    #[test]
    fn stores_are_known_however_they_are_called() {
        for (value, helper) in [
            ("osxkeychain", Some("osxkeychain")),
            ("/usr/local/share/gcm-core/git-credential-manager", Some("manager")),
            ("/mnt/c/Program\\ Files/Git/mingw64/bin/git-credential-manager.exe", Some("manager")),
            ("cache --timeout=3600", Some("cache")),
            ("!git credential-libsecret", Some("libsecret")),
            ("!aws codecommit credential-helper $@", None),
            ("!gh auth git-credential", None),
            ("", None),
        ] {
            assert_eq!(store(value).map(|store| store.helper), helper, "{value}");
        }
    }

    #[test]
    fn the_files_of_a_store_are_those_that_it_is_told() {
        let named = |path: &str| Some(StoreFiles::Named(path.to_owned()));
        for (value, files) in [
            ("store", Some(StoreFiles::Usual)),
            ("!git credential-store", Some(StoreFiles::Usual)),
            ("store --file ~/.own", named("~/.own")),
            ("store --file='/a b/own'", named("/a b/own")),
            ("!git credential-store --file \"$HOME/.own\"", named("~/.own")),
            ("/usr/lib/git-core/git-credential-store --file own", named("own")),
            ("store --file=~/.own", named("./~/.own")),
            ("cache", None),
            ("osxkeychain", None),
        ] {
            assert_eq!(store_files(value), files, "{value}");
        }
    }

    #[test]
    fn the_profile_of_a_helper_is_read_as_a_shell_would() {
        for (value, profile) in [
            ("!aws codecommit credential-helper $@", None),
            ("!aws --profile dev codecommit credential-helper $@", Some("dev")),
            ("!aws --profile='a b' codecommit credential-helper $@", Some("a b")),
            ("!codecommit-setup credential-helper --profile \"it's\"", Some("it's")),
            ("!'/opt/my cc' credential-helper --profile x", Some("x")),
            ("codecommit --profile 'a b'", Some("a b")),
            ("/opt/git-credential-codecommit --profile x", Some("x")),
            ("!gh --profile x auth", None),
            ("!aws --profile 'open codecommit credential-helper", None),
        ] {
            assert_eq!(profile_of(value).as_deref(), profile, "{value}");
        }
    }

    #[test]
    fn mistakes_are_seen_and_mended() {
        let bare = "aws codecommit credential-helper $@";
        assert_eq!(with_bang(bare), Some(format!("!{bare}")));
        assert_eq!(with_bang(&format!("!{bare}")), None);
        assert_eq!(with_bang("cache"), None);
        assert_eq!(with_bang("codecommit --profile dev"), None);
        assert_eq!(
            with_quoted_profile("!aws --profile my team codecommit credential-helper $@").as_deref(),
            Some("!aws --profile 'my team' codecommit credential-helper $@")
        );
        for fine in
            ["!aws --profile dev codecommit credential-helper", "!aws --profile 'a b' codecommit credential-helper"]
        {
            assert_eq!(with_quoted_profile(fine), None, "{fine}");
        }
    }
}
