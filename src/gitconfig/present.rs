//! How git logs in to CodeCommit now: which helper, for which profile, and where that is written.
//!
//! Deliberately absent: what is wanted instead.

use super::chain::{Entry, Setting, settings};
use super::program::helper_program;
use super::recognise::{is_aws_cli_helper, is_codecommit_helper, profile_of};

/// A helper for CodeCommit that git would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The profile that it is pinned to; `None` when it names none.
    pub profile: Option<String>,
    /// Whether it is the one of this program, not the AWS CLI's.
    pub built_in: bool,
    /// Whether its program is written by its path.
    pub by_path: bool,
    /// Where it stands.
    pub place: Place,
}

/// Where a helper for CodeCommit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the plain `[credential]`, for every host.
    EveryHost,
    /// In a section for hosts of CodeCommit.
    CodeCommit,
    /// In the file of the repository.
    Repository,
}

/// Finds the helper for CodeCommit that git would come to first for a URL; `None` where it would come to none.
pub fn present(entries: &[Entry], url: &str) -> Option<Present> {
    let mut live: Vec<Setting<'_>> = Vec::new();
    for setting in settings(entries, url).into_iter().filter(|setting| setting.variable == b"helper") {
        match setting.value {
            Some(b"") => live.clear(),
            Some(_) => live.push(setting),
            None => {}
        }
    }
    let setting = live.into_iter().find(|setting| is_codecommit_helper(&setting.entry.text()))?;
    let value = setting.entry.text();
    Some(Present {
        profile: profile_of(&value),
        built_in: !is_aws_cli_helper(&value),
        by_path: helper_program(&value).is_some_and(|program| program.contains('/')),
        place: match (setting.entry.scope.as_str(), setting.pattern) {
            ("local" | "worktree", _) => Place::Repository,
            (_, None) => Place::EveryHost,
            (_, Some(_)) => Place::CodeCommit,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::{Place, Present, present};
    use crate::gitconfig::Entry;

    const URL: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/a";

    fn entry(scope: &str, key: &str, value: &str) -> Entry {
        let (key, value) = (key.as_bytes().to_vec(), Some(value.as_bytes().to_vec()));
        Entry { scope: scope.to_owned(), origin: String::new(), line: None, key, value }
    }

    #[test]
    fn what_git_comes_to_is_told_and_what_is_cleared_is_not() {
        let guide = entry("global", "credential.helper", "!aws --profile a codecommit credential-helper $@");
        let expected =
            Present { profile: Some("a".to_owned()), built_in: false, by_path: false, place: Place::EveryHost };
        assert_eq!(present(std::slice::from_ref(&guide), URL), Some(expected.clone()));
        let reset = entry("local", "credential.https://git-codecommit.*.amazonaws.com.helper", "");
        assert_eq!(present(&[guide.clone(), reset.clone()], URL), None);
        let own = entry(
            "local",
            "credential.https://git-codecommit.*.amazonaws.com.helper",
            "!/opt/cc credential-helper --profile b",
        );
        let expected =
            Present { profile: Some("b".to_owned()), built_in: true, by_path: true, place: Place::Repository };
        assert_eq!(present(&[guide, reset, own], URL), Some(expected));
    }
}
