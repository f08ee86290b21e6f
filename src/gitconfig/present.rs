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
    /// Whether it stands in the plain `[credential]`, for every host.
    pub every_host: bool,
    /// Whether it stands in the file of the repository.
    pub in_repository: bool,
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
        every_host: setting.pattern.is_none(),
        in_repository: matches!(setting.entry.scope.as_str(), "local" | "worktree"),
    })
}

#[cfg(test)]
mod tests {
    use super::{Present, present};
    use crate::gitconfig::Entry;

    const URL: &str = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/a";

    fn entry(scope: &str, key: &str, value: &str) -> Entry {
        let (key, value) = (key.as_bytes().to_vec(), Some(value.as_bytes().to_vec()));
        Entry { scope: scope.to_owned(), origin: String::new(), line: None, key, value }
    }

    #[test]
    fn what_git_comes_to_is_told_and_what_is_cleared_is_not() {
        let guide = entry("global", "credential.helper", "!aws --profile a codecommit credential-helper $@");
        let expected = Present {
            profile: Some("a".to_owned()),
            built_in: false,
            by_path: false,
            every_host: true,
            in_repository: false,
        };
        assert_eq!(present(std::slice::from_ref(&guide), URL), Some(expected.clone()));
        let reset = entry("local", "credential.https://git-codecommit.*.amazonaws.com.helper", "");
        assert_eq!(present(&[guide.clone(), reset.clone()], URL), None);
        let own = entry(
            "local",
            "credential.https://git-codecommit.*.amazonaws.com.helper",
            "!/opt/cc credential-helper --profile b",
        );
        let expected = Present {
            profile: Some("b".to_owned()),
            built_in: true,
            by_path: true,
            every_host: false,
            in_repository: true,
        };
        assert_eq!(present(&[guide, reset, own], URL), Some(expected));
    }
}
