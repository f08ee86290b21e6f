//! Names of the field, parsed once: a value of one of these types is well-formed wherever it turns up.
//!
//! Deliberately absent: whether the thing named exists. That is for AWS or the files to say.

use std::fmt;

use super::problem::Problem;
use super::secrecy::repeated;

macro_rules! text_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

text_name! {
    /// The code of an AWS region, such as `us-east-2`; known or not, it has the shape of one.
    Region
}
text_name! {
    /// The name of an AWS profile: any text on one line, without `[` and `]`.
    ProfileName
}
text_name! {
    /// The name of a CodeCommit repository: 1 to 100 of letters, digits, `.`, `_`, `-`, not ending in `.git`
    /// (CodeCommit user guide, Quotas), and never `.` or `..`.
    RepositoryName
}

impl Region {
    /// Parses a region code: at least two words of lower-case letters and a number, with hyphens between them.
    ///
    /// # Errors
    /// Says what a region code looks like.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let parts: Vec<&str> = text.split('-').collect();
        let word = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
        let number = |part: &&str| matches!(part.len(), 1 | 2) && part.chars().all(|c| c.is_ascii_digit());
        let well_formed = parts.len() >= 3
            && text.len() <= 40
            && parts[..parts.len() - 1].iter().all(word)
            && parts.last().is_some_and(number);
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::input(
                format!("{} is not the code of an AWS region.", repeated(text)),
                "A code looks like us-east-2 or eu-west-1.",
            ))
        }
    }

    /// The partition that the region belongs to, by its prefix.
    pub fn partition(&self) -> Partition {
        if self.0.starts_with("cn-") {
            Partition::China
        } else if self.0.starts_with("us-gov-") {
            Partition::GovCloud
        } else {
            Partition::Commercial
        }
    }

    /// The host of the region's repositories over HTTPS (CodeCommit user guide, Regions and Git connection endpoints).
    pub fn git_host(&self) -> String {
        format!("git-codecommit.{}.{}", self.0, self.partition().dns_suffix())
    }

    /// The host with FIPS 140 cryptography; [`super::regions::has_fips`] says where one is documented.
    pub fn fips_git_host(&self) -> String {
        format!("git-codecommit-fips.{}.{}", self.0, self.partition().dns_suffix())
    }

    /// The HTTPS clone URL of a repository of this region.
    pub fn clone_url(&self, repository: &RepositoryName) -> String {
        format!("https://{}/v1/repos/{repository}", self.git_host())
    }

    /// The SSH clone URL of a repository of this region.
    pub fn ssh_url(&self, repository: &RepositoryName) -> String {
        format!("ssh://{}/v1/repos/{repository}", self.git_host())
    }

    /// The clone URL of a repository of this region for `git-remote-codecommit`; the profile is left out where its name cannot
    /// stand in a URL.
    pub fn grc_url(&self, profile: &ProfileName, repository: &RepositoryName) -> String {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '=' | ',');
        let profile = profile.as_str();
        let profile = if profile.chars().all(fits) { format!("{profile}@") } else { String::new() };
        format!("codecommit::{self}://{profile}{repository}")
    }

    /// The page of a repository of this region in the AWS console.
    pub fn console_url(&self, repository: &RepositoryName) -> String {
        let host = match self.partition() {
            Partition::Commercial => "console.aws.amazon.com",
            Partition::China => "console.amazonaws.cn",
            Partition::GovCloud => "console.amazonaws-us-gov.com",
        };
        format!("https://{self}.{host}/codesuite/codecommit/repositories/{repository}/browse?region={self}")
    }
}

impl ProfileName {
    /// Parses a profile name as the AWS files can hold it.
    ///
    /// # Errors
    /// Empty names, control characters and square brackets.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Err(Problem::input(
                "A profile needs a name.",
                "Any short name will do, such as CodeCommitProfile.",
            ));
        }
        if text.trim() != text || text.len() > 200 || text.chars().any(|c| c.is_control() || c == '[' || c == ']') {
            return Err(Problem::input(
                format!("{} cannot be the name of a profile.", repeated(text)),
                "Leave out line breaks, square brackets and spaces at the ends.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether it is the profile that AWS tools use when none is named.
    pub fn is_default(&self) -> bool {
        self.0 == "default"
    }
}

impl RepositoryName {
    /// Parses a repository name.
    ///
    /// # Errors
    /// Names that CodeCommit would not accept, and those that could be taken for a path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let well_formed = (1..=100).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
            && text.strip_suffix(".git").is_none()
            && text != "."
            && text != "..";
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::input(
                format!("{} cannot be the name of a CodeCommit repository.", repeated(text)),
                "A name has 1 to 100 letters, digits, dots, underscores and hyphens, and does not end in .git.",
            ))
        }
    }
}

/// A group of AWS regions with accounts, ARNs and hosts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Partition {
    /// `aws`.
    Commercial,
    /// `aws-cn`.
    China,
    /// `aws-us-gov`.
    GovCloud,
}

impl Partition {
    /// The word that stands in ARNs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Commercial => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The partition that an ARN names; commercial for anything unknown.
    pub fn of_arn(arn: &str) -> Self {
        match arn.split(':').nth(1) {
            Some("aws-cn") => Self::China,
            Some("aws-us-gov") => Self::GovCloud,
            _ => Self::Commercial,
        }
    }

    /// The ending of the hosts.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::Commercial | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }
}

/// A text fit to be drawn: control characters, escape sequences and invisible direction marks become `�`.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_drawable(c) { c } else { '\u{fffd}' }).collect()
}

/// Whether a character can be drawn, and seen.
pub fn is_drawable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::{Partition, ProfileName, Region, RepositoryName, printable};

    #[test]
    fn a_region_knows_its_host() {
        let host = |code: &str| Region::parse(code).expect("a region").git_host();
        assert_eq!(host("us-east-2"), "git-codecommit.us-east-2.amazonaws.com");
        assert_eq!(host("cn-north-1"), "git-codecommit.cn-north-1.amazonaws.com.cn");
        assert_eq!(host("us-gov-west-1"), "git-codecommit.us-gov-west-1.amazonaws.com");
        let fips = Region::parse("us-gov-west-1").expect("a region").fips_git_host();
        assert_eq!(fips, "git-codecommit-fips.us-gov-west-1.amazonaws.com");
    }

    #[test]
    fn a_repository_has_three_clone_urls_and_a_page() {
        let (region, name) = (Region::parse("cn-north-1").unwrap(), super::RepositoryName::parse("api").unwrap());
        assert_eq!(region.ssh_url(&name), "ssh://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/api");
        let grc = |profile: &str| region.grc_url(&ProfileName::parse(profile).unwrap(), &name);
        assert_eq!([grc("dev"), grc("dev one")], ["codecommit::cn-north-1://dev@api", "codecommit::cn-north-1://api"]);
        assert!(region.console_url(&name).starts_with("https://cn-north-1.console.amazonaws.cn/codesuite/"));
    }

    #[test]
    fn a_region_is_not_a_host_or_a_sentence() {
        for text in [
            "",
            "us",
            "us-east",
            "US-EAST-1",
            "us-east-1.evil.example",
            "us-east-2xireland",
            "us east 1",
            "us--1",
            "-us-east-1",
        ] {
            assert!(Region::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_repository_name_is_never_a_path() {
        for text in ["", ".", "..", "a/b", "../x", "x.git", "a b", "é", "a\u{1b}[2J"] {
            assert!(RepositoryName::parse(text).is_err(), "{text}");
        }
        assert!(RepositoryName::parse("My-Demo_Repo.2").is_ok());
    }

    #[test]
    fn a_profile_name_may_hold_spaces_and_quotes_but_no_brackets() {
        assert!(ProfileName::parse("dev one's $x").is_ok());
        for text in ["", " ", " a", "a]", "a\nb"] {
            assert!(ProfileName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn partitions_come_from_arns() {
        assert_eq!(Partition::of_arn("arn:aws-cn:iam::1:user/x"), Partition::China);
        assert_eq!(Partition::of_arn("arn:aws:iam::1:user/x"), Partition::Commercial);
    }

    #[test]
    fn escape_sequences_are_made_harmless() {
        assert_eq!(printable("a\u{1b}[31mb\u{202e}c\n"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}");
    }
}
