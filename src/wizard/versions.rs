//! Versions of git and the AWS CLI: read from what `--version` prints, and what each makes possible.
//!
//! Deliberately absent: how the programs are found and run.

use semver::Version;

/// The oldest git that CodeCommit works with (AWS guide, step 2).
pub const GIT_MINIMUM: Version = Version::new(1, 7, 9);
/// The first git that takes `*` for a part of the host in `credential.<url>` (git 2.26.0 release notes).
pub const GIT_WILDCARDS: Version = Version::new(2, 26, 0);
/// The first git in which an empty `helper =` clears the helpers before it (git 2.9.0 release notes).
pub const GIT_RESET: Version = Version::new(2, 9, 0);
/// The oldest AWS CLI that has the CodeCommit commands (AWS guide, step 1).
pub const AWS_MINIMUM: Version = Version::new(1, 7, 38);
/// The first AWS CLI 1 whose helper ends its answer as git expects (AWS CLI 1.18.8 change log).
pub const AWS_1_SOUND: Version = Version::new(1, 18, 8);
/// The first AWS CLI 2 with the same (AWS CLI 2.0.2 change log).
pub const AWS_2_SOUND: Version = Version::new(2, 0, 2);

/// The first run of numbers and dots in a text, padded to three parts: `aws-cli/2.36.7 Python/3.13` and
/// `git version 2.39.5 (Apple Git-154)` have one; `None` where there is none.
pub fn parse(text: &str) -> Option<Version> {
    let start = text
        .char_indices()
        .find(|(at, c)| c.is_ascii_digit() && !text[..*at].ends_with(|before: char| before.is_ascii_alphanumeric()))?
        .0;
    let token = text[start..].split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut parts = token.split('.').map(|part| part.parse::<u64>().ok());
    let major = parts.next().flatten()?;
    let mut next = || parts.next().flatten().unwrap_or(0);
    Some(Version::new(major, next(), next()))
}

#[cfg(test)]
mod tests {
    use super::{GIT_WILDCARDS, parse};

    #[test]
    fn versions_are_read_as_the_programs_print_them() {
        let read = |text: &str| parse(text).map(|version| version.to_string()).unwrap_or_default();
        for (text, version) in [
            ("aws-cli/2.36.7 Python/3.13.7 Linux/6.18 exe/x86_64.debian.12", "2.36.7"),
            ("aws-cli/1.46.3 Python/3.11.7 Linux/6.18.44 botocore/1.43.11", "1.46.3"),
            ("git version 2.39.5 (Apple Git-154)", "2.39.5"),
            ("git version 2.47.3.windows.1", "2.47.3"),
            ("git version 1.7.9", "1.7.9"),
            ("git version 2.50.GIT", "2.50.0"),
            ("git version 3", "3.0.0"),
            ("no version", ""),
            ("v2 of something 4.5", "4.5.0"),
            ("git version 99999999999999999999999.1", ""),
        ] {
            assert_eq!(read(text), version, "{text}");
        }
        assert!(parse("git version 2.25.1").unwrap() < GIT_WILDCARDS);
    }
}
