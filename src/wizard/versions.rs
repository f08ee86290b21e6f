//! Versions of git and the AWS CLI: read from what `--version` prints, what each makes possible, and where one stands in a path.
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

/// The first AWS CLI with `aws sso login` and `aws configure sso` (AWS CLI 2.0.0 change log).
pub const AWS_SSO: Version = Version::new(2, 0, 0);
/// The first one that signs in on another device only when told to (AWS CLI 2.22.0 change log).
pub const AWS_SSO_DEVICE_CODE: Version = Version::new(2, 22, 0);
/// The first AWS CLI with `aws login` (AWS CLI 2.32.0 change log).
pub const AWS_LOGIN: Version = Version::new(2, 32, 0);

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

/// Whether a path leads through a folder of one version, which the next update removes: Homebrew's Cellar, the Nix store, and
/// every folder named after a version, alone (`2.15.0`, as pyenv, asdf and mise have it) or behind a name (`awscli-2.15.0`).
pub fn is_versioned(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let behind_hyphens = |folder: &str| folder.split('-').any(is_version);
    folders.starts_with("/nix/store/") || folders.split('/').any(|folder| folder == "Cellar" || behind_hyphens(folder))
}

/// Two numbers and a dot between them, and what may follow: `2.15.0`, `v18.3`, `2.39.5_1`.
fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let starts_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let after_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    starts_with_digit(text) && after_number.strip_prefix('.').is_some_and(starts_with_digit)
}

#[cfg(test)]
mod tests {
    use super::{GIT_WILDCARDS, is_versioned, parse};

    #[test]
    fn folders_of_one_version_are_told_from_those_that_stay() {
        for path in [
            "/opt/homebrew/Cellar/awscli/2.15.0/bin/aws",
            "/opt/homebrew/Cellar/awscli/2.15.0_1/bin/aws",
            "/home/linuxbrew/.linuxbrew/Cellar/awscli/HEAD/bin/aws",
            "/nix/store/9l8xw7v1c4-awscli2-2.15.0/bin/aws",
            "/home/ann/.pyenv/versions/3.11.7/bin/aws",
            "/home/ann/.asdf/installs/awscli/2.15.0/bin/aws",
            "/home/ann/.local/share/mise/installs/awscli/2.15.0/bin/aws",
            "/home/ann/.nvm/versions/node/v18.3.0/bin/aws",
            "/opt/awscli-2.15.0/aws",
            "/opt/aws-cli-v2.15/bin/aws",
            "/Users/ann/Library/Python/3.9/bin/aws",
            "/usr/local/aws-cli/v2/2.15.0/bin/aws",
        ] {
            assert!(is_versioned(path), "{path}");
        }
        for path in [
            "/opt/homebrew/bin/aws",
            "/opt/homebrew/opt/awscli/bin/aws",
            "/opt/homebrew/opt/python@3.11/libexec/bin/aws",
            "/usr/local/bin/aws",
            "/usr/local/aws-cli/v2/current/bin/aws",
            "/home/ann/.pyenv/shims/aws",
            "/home/ann/.asdf/shims/aws",
            "/home/ann/.nix-profile/bin/aws",
            "/run/current-system/sw/bin/aws",
            "/usr/bin/aws-2.15.0",
            "/home/ann/v2/tools-7/.x.1/aws",
            "aws",
            "",
        ] {
            assert!(!is_versioned(path), "{path}");
        }
    }

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
