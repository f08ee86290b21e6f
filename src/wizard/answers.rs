//! What was decided beforehand: by options, or by an answers file for an unattended run.
//!
//! Steps start from these, so that Enter alone does what they say. Deliberately absent: secrets in the file
//! itself; it says only where to find them, and the caller fetches them.

mod secrets;

use serde::Deserialize;

use super::clone_url;
use super::effect::AccessKey;
use super::names::{ProfileName, Region, RepositoryName};
use super::problem::{Problem, ProblemKind};
use crate::gitconfig::Families;
pub use secrets::Fetch;
use secrets::{access_key, complaint};

/// What was decided beforehand; whatever is `None` takes the default of its step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// Nobody is there to choose: what has no default is a problem that names its key.
    pub unattended: bool,
    /// The profile to use or to make.
    pub profile: Option<ProfileName>,
    /// The region to use.
    pub region: Option<Region>,
    /// The key to make the profile from.
    pub key: Option<AccessKey>,
    /// Whether that key may take the place of another one that the profile holds.
    pub replace: bool,
    /// The output format of a new profile.
    pub output: Option<String>,
    /// The managed policy to attach.
    pub policy: Option<PolicyAnswer>,
    /// The profile that attaches it.
    pub with_profile: Option<ProfileName>,
    /// Which helper git calls.
    pub helper: Option<HelperAnswer>,
    /// For which remotes.
    pub scope: Option<ScopeAnswer>,
    /// Which hosts besides the region's own.
    pub families: Families,
    /// Whether the helper's program is written by its path, for programs with a poor PATH.
    pub program_by_path: Option<bool>,
    /// What to clone: names or clone URLs.
    pub clone: Option<Vec<String>>,
    /// The folder to clone into.
    pub into: Option<String>,
    /// How many are cloned at a time.
    pub jobs: Option<usize>,
    /// Whether each clone is pinned to the profile.
    pub pin: bool,
}

/// A managed policy for CodeCommit, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum PolicyAnswer {
    /// Clone, push, create and manage repositories.
    #[serde(rename = "AWSCodeCommitPowerUser")]
    PowerUser,
    /// Clone and look.
    #[serde(rename = "AWSCodeCommitReadOnly")]
    ReadOnly,
    /// Everything.
    #[serde(rename = "AWSCodeCommitFullAccess")]
    FullAccess,
    /// Go on without.
    #[serde(rename = "none")]
    None,
}

/// A credential helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum HelperAnswer {
    /// `aws codecommit credential-helper`.
    #[serde(rename = "aws-cli")]
    AwsCli,
    /// `codecommit-setup credential-helper`.
    #[serde(rename = "built-in")]
    BuiltIn,
}

/// The remotes that a helper serves, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeAnswer {
    /// The hosts of CodeCommit: `"codecommit"`.
    CodeCommit,
    /// Every HTTPS host, as the guide writes it: `"every-host"`.
    EveryHost,
    /// Each clone that is made, by itself: `"each-clone"`.
    EachClone,
    /// The hosts of CodeCommit, for the clone in this folder only: `{ repository = "PATH" }`.
    Repository(String),
    /// One repository of CodeCommit: `{ only = "NAME" }`.
    Only(RepositoryName),
}

/// How `scope` can be written.
#[derive(Deserialize)]
#[serde(untagged)]
enum ScopeText {
    Word(String),
    Place(ScopePlace),
    Unusable(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum ScopePlace {
    Repository(String),
    Only(String),
}

/// Hosts of CodeCommit besides the region's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum HostsAnswer {
    #[serde(rename = "fips")]
    Fips,
    #[serde(rename = "vpc-endpoints")]
    VpcEndpoints,
}

/// How the helper's program is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum ProgramAnswer {
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "path")]
    Path,
}

/// Where a secret is to be found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum SecretSource {
    /// In an environment variable.
    Env(String),
    /// In a file, whole.
    File(String),
    /// On standard input.
    Stdin(bool),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    profile: ProfileTable,
    permissions: PermissionsTable,
    git: GitTable,
    repositories: RepositoriesTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ProfileTable {
    name: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<Source>,
    session_token: Option<Source>,
    replace: bool,
    region: Option<String>,
    output: Option<String>,
}

/// Anything, so that a secret written by mistake is not echoed by the parser's own error.
#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Found(SecretSource),
    Unusable(serde::de::IgnoredAny),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct PermissionsTable {
    policy: Option<PolicyAnswer>,
    with_profile: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct GitTable {
    helper: Option<HelperAnswer>,
    scope: Option<ScopeText>,
    #[serde(default)]
    hosts: Vec<HostsAnswer>,
    program: Option<ProgramAnswer>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RepositoriesTable {
    clone: Option<Vec<String>>,
    into: Option<String>,
    jobs: Option<u8>,
    pin: bool,
}

impl Answers {
    /// Reads the text of an answers file; `fetch` finds each secret that it names, by its key and its source.
    ///
    /// # Errors
    /// Names the line of a text that is not TOML, and the key that is unknown, missing or cannot be used. A value is repeated
    /// only where it cannot be a secret in a wrong place.
    pub fn from_toml(text: &str, fetch: &mut Fetch<'_>) -> Result<Self, Problem> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            let at = line.map(|line| format!(" at line {line}")).unwrap_or_default();
            Problem::new(
                ProblemKind::BadInput,
                format!("The answers file cannot be used{at}."),
                complaint(error.message()),
                "Correct that line. `codecommit-setup apply --help` lists the keys.",
            )
        })?;
        file.refuse_secrets()?;
        Ok(Self {
            unattended: true,
            key: access_key(&file.profile, fetch)?,
            profile: named("profile.name", file.profile.name.as_deref(), ProfileName::parse)?,
            region: named("profile.region", file.profile.region.as_deref(), Region::parse)?,
            replace: file.profile.replace,
            output: file.profile.output,
            policy: file.permissions.policy,
            with_profile: named(
                "permissions.with_profile",
                file.permissions.with_profile.as_deref(),
                ProfileName::parse,
            )?,
            helper: file.git.helper,
            scope: file.git.scope.map(scope).transpose()?,
            families: Families {
                fips: file.git.hosts.contains(&HostsAnswer::Fips),
                vpc: file.git.hosts.contains(&HostsAnswer::VpcEndpoints),
            },
            program_by_path: file.git.program.map(|program| program == ProgramAnswer::Path),
            clone: file.repositories.clone.map(cloneable).transpose()?,
            into: file.repositories.into,
            jobs: file.repositories.jobs.map(usize::from),
            pin: file.repositories.pin,
        })
    }
}

/// What is to be cloned, once each of it could be a repository; in which region a name is does not matter here.
fn cloneable(names: Vec<String>) -> Result<Vec<String>, Problem> {
    let region = Region::parse("us-east-2")?;
    for name in &names {
        named("repositories.clone", Some(name), |name| repository_url(name, &region))?;
    }
    Ok(names)
}

fn scope(text: ScopeText) -> Result<ScopeAnswer, Problem> {
    match text {
        ScopeText::Word(word) if word == "codecommit" => Ok(ScopeAnswer::CodeCommit),
        ScopeText::Word(word) if word == "every-host" => Ok(ScopeAnswer::EveryHost),
        ScopeText::Word(word) if word == "each-clone" => Ok(ScopeAnswer::EachClone),
        ScopeText::Place(ScopePlace::Repository(path)) => Ok(ScopeAnswer::Repository(path)),
        ScopeText::Place(ScopePlace::Only(name)) => {
            let named = |problem: Problem| Problem {
                what: format!("git.scope in the answers file: {}", problem.what),
                ..problem
            };
            RepositoryName::parse(&name).map(ScopeAnswer::Only).map_err(named)
        }
        ScopeText::Word(_) | ScopeText::Unusable(_) => Err(Problem::input(
            "git.scope in the answers file cannot be used.",
            "Write \"codecommit\", \"every-host\", \"each-clone\", { repository = \"PATH\" } or { only = \"NAME\" }.",
        )),
    }
}

fn named<T>(
    key: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, Problem>,
) -> Result<Option<T>, Problem> {
    text.map(parse)
        .transpose()
        .map_err(|problem| Problem { what: format!("{key} in the answers file: {}", problem.what), ..problem })
}

/// The problem of an answer that is missing and has no default.
pub fn missing(key: &str, why: &str) -> Problem {
    Problem::new(
        ProblemKind::MissingAnswer,
        format!("The answers file does not say {key}."),
        why,
        format!("Add {key} to the answers file."),
    )
}

/// A repository as a person names it, and its HTTPS clone URL; see [`clone_url::read`].
///
/// # Errors
/// Says what can be typed.
pub fn repository_url(text: &str, region: &Region) -> Result<(RepositoryName, String), Problem> {
    clone_url::read(text, region).map(|found| {
        let url = found.https();
        (found.name, url)
    })
}

#[cfg(test)]
mod tests {
    use super::{Answers, PolicyAnswer, SecretSource, repository_url};
    use crate::wizard::names::Region;
    use crate::wizard::problem::ProblemKind;
    use crate::wizard::secret::Secret;

    fn read(text: &str) -> Result<Answers, crate::wizard::problem::Problem> {
        Answers::from_toml(text, &mut |_, source| Ok(Secret::new(format!("{source:?}"))))
    }

    #[test]
    fn every_key_of_the_file_is_read() {
        let answers = read(
            "[profile]\nname = \"P\"\naccess_key_id = \"AKIA\"\nsecret_access_key = { env = \"S\" }\nregion = \"us-east-2\"\n\
             [permissions]\npolicy = \"AWSCodeCommitReadOnly\"\n[git]\nhelper = \"built-in\"\nscope = \"every-host\"\n\
             [repositories]\nclone = [\"A\"]\ninto = \"~/src\"\n",
        )
        .unwrap();
        assert_eq!(answers.policy, Some(PolicyAnswer::ReadOnly));
        assert_eq!(answers.key.unwrap().secret, Secret::new(format!("{:?}", SecretSource::Env("S".into()))));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let problem = read("[profile]\nnam = \"P\"\n").unwrap_err();
        assert!(problem.what.contains("line 2") && problem.why.contains("nam"), "{problem}");
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_echoed() {
        let problem = read("[profile]\naccess_key_id = \"AKIA\"\nsecret_access_key = \"wJalrXUtn\"\n").unwrap_err();
        assert!(problem.what.contains("profile.secret_access_key"));
        assert!(!problem.to_string().contains("wJalrXUtn"));
    }

    #[test]
    fn half_a_key_names_the_other_half() {
        let problem = read("[profile]\naccess_key_id = \"AKIA\"\n").unwrap_err();
        assert_eq!(problem.kind, ProblemKind::MissingAnswer);
        assert!(problem.what.contains("profile.secret_access_key"));
    }

    #[test]
    fn a_repository_can_be_named_or_given_as_its_url() {
        let region = Region::parse("us-east-2").unwrap();
        let url = |text: &str| repository_url(text, &region).map(|(_, url)| url);
        let expected = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo";
        assert_eq!(url(" MyDemoRepo ").unwrap(), expected);
        assert_eq!(url(&format!("{expected}/ ")).unwrap(), expected);
        let other = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x";
        assert_eq!(url(other).unwrap(), other);
        for bad in ["https://github.com/a/b", "https://git-codecommit.evil.example/v1/repos/x", "../x", "-"] {
            assert_eq!(url(bad).is_err(), bad != "-", "{bad}");
        }
    }
}
