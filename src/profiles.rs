//! The two AWS files: which profiles they hold and of what kind, and an access key written into them.
//!
//! They are read as the AWS CLI reads them (`botocore/configloader.py`) and changed as `aws configure` changes them
//! (`awscli/customizations/configure/writer.py`), except that every byte that is not ours stays.
//! Deliberately absent: files, permissions and the environment; getting credentials out of SSO, roles or processes.

mod about;
mod edit;
mod excerpt;
mod find;
mod header;
mod kind;
mod layout;
mod lines;
mod plain;
mod process;
mod region;
mod take_out;
mod unchanged;

use std::collections::HashMap;
use std::fmt;

pub use about::About;
pub use edit::{AfterImages, NewProfile, with_access_key};
pub use excerpt::{are_harmless, excerpt};
pub use find::{Found, RestsOn, find};
pub use kind::Kind;
pub use lines::shown_lines;
pub use plain::{plain_name, with_plain_names};
pub use process::process_words;
pub use region::with_region;
pub use take_out::{Former, NotTakenOut, Written, former, take_out, written};

use serde::{Deserialize, Serialize};

use crate::wizard::names::{ProfileName, printable};
use crate::wizard::problem::{Problem, ProblemKind};
use crate::wizard::secret::Secret;
use layout::{Layout, Section};

/// One of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwsFile {
    /// `~/.aws/config`.
    Config,
    /// `~/.aws/credentials`.
    Credentials,
}

impl fmt::Display for AwsFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Config => "the AWS config file",
            Self::Credentials => "the AWS credentials file",
        })
    }
}

/// A line for which the AWS CLI refuses the whole file; the line itself is not told, since a secret may stand in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct BrokenFile {
    /// The file.
    pub file: AwsFile,
    /// The line, counted from 1.
    pub line: usize,
    /// What stands there.
    pub reason: String,
}

impl BrokenFile {
    /// What to say of it to a person who knows the file by this name.
    pub fn problem(&self, shown: &str) -> Problem {
        Problem::new(
            ProblemKind::BrokenFile,
            format!("Line {} of {shown} cannot be read.", self.line),
            printable(&self.reason),
            "Correct that line in an editor. The AWS CLI refuses the whole file because of it.",
        )
    }
}

/// A profile, put together from both files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: ProfileName,
    /// Where its credentials come from.
    pub kind: Kind,
    /// Its region, as written.
    pub region: Option<String>,
    /// Its output format, as written.
    pub output: Option<String>,
    /// The access key that the files hold, when it has both halves.
    pub keys: Option<Keys>,
    /// What else the files say of where its credentials come from.
    pub about: About,
    /// Whether the config file has it.
    pub in_config: bool,
    /// Whether the credentials file has it.
    pub in_credentials: bool,
}

impl Profile {
    /// The profiles that its credentials come through: itself, then each source of a role.
    pub fn chain<'a>(&'a self, profiles: &'a [Self]) -> Vec<&'a Self> {
        let mut chain = vec![self];
        while let Some(Kind::Role { source: Some(source), .. }) = chain.last().map(|last| &last.kind) {
            let next = profiles.iter().find(|profile| profile.name.as_str() == source);
            // A chain may bite its own tail; botocore stops there, too, where a role names itself for its own keys.
            match next.filter(|next| !chain.iter().any(|seen| seen.name == next.name)) {
                Some(next) => chain.push(next),
                None => break,
            }
        }
        chain
    }

    /// The profile whose sign-in, or whose MFA device, its credentials rest on; itself where there is none.
    pub fn root<'a>(&'a self, profiles: &'a [Self]) -> &'a Self {
        let chain = self.chain(profiles);
        let asks = |profile: &&Self| profile.kind.asks_a_person();
        chain.into_iter().find(asks).unwrap_or(self)
    }

    /// Whether a code from an MFA device has to be typed for it.
    pub fn needs_code(&self, profiles: &[Self]) -> bool {
        self.chain(profiles).iter().any(|profile| matches!(profile.kind, Kind::Role { mfa: true, .. }))
    }

    /// Why no access key may be written into it: it holds credentials of another kind.
    pub fn refuses_access_key(&self) -> Option<Problem> {
        (!self.kind.takes_access_key()).then(|| {
            Problem::new(
                ProblemKind::Conflict,
                format!(
                    "The profile {} exists and holds other credentials ({}).",
                    printable(self.name.as_str()),
                    self.kind.label()
                ),
                "An access key written into it would be ignored or would hide them.",
                "Choose another name.",
            )
        })
    }
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The access key ID, `AKIA…` or `ASIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret,
    /// The session token of temporary keys.
    pub session_token: Option<Secret>,
}

/// Reads the profiles of both files: `default` first, then in the order of the files.
///
/// # Errors
/// The first line on which the AWS CLI would give up.
pub fn read(config: &[u8], credentials: &[u8]) -> Result<Vec<Profile>, BrokenFile> {
    let config = Layout::read(AwsFile::Config, config)?;
    let credentials = Layout::read(AwsFile::Credentials, credentials)?;
    // Hundreds of profiles are usual: each section is looked at once.
    let mut in_config = HashMap::new();
    let mut names = Vec::new();
    for section in &config.sections {
        if let Some(name) = header::profile_name(&section.header) {
            names.push(name.clone());
            // Of several spellings of one name the last one counts, as in botocore.
            in_config.insert(name, section);
        }
    }
    let in_credentials: HashMap<&str, &Section> =
        credentials.sections.iter().map(|section| (section.header.as_str(), section)).collect();
    names.extend(credentials.sections.iter().map(|section| section.header.clone()));
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.sort_by_key(|name| name != "default");
    let portals = about::portals(&config);
    let profile = |name: &String| {
        let both =
            Both { config: in_config.get(name).copied(), credentials: in_credentials.get(name.as_str()).copied() };
        let about = About::of(&|key| both.value(key), &portals);
        Some(both.profile(ProfileName::parse(name).ok()?, about))
    };
    Ok(names.iter().filter_map(profile).collect())
}

/// The sections that make up one profile.
struct Both<'a> {
    config: Option<&'a Section>,
    credentials: Option<&'a Section>,
}

impl<'a> Both<'a> {
    /// Of several spellings of one name in the config file the last one counts, as in botocore.
    fn find(config: &'a Layout<'_>, credentials: &'a Layout<'_>, name: &ProfileName) -> Self {
        let named = |section: &&Section| header::profile_name(&section.header).as_deref() == Some(name.as_str());
        Self {
            config: config.sections.iter().rev().find(named),
            credentials: credentials.sections.iter().find(|section| section.header == name.as_str()),
        }
    }

    /// The credentials file wins over the config file, key by key.
    fn value(&self, key: &str) -> Option<&'a str> {
        [self.credentials, self.config].into_iter().flatten().find_map(|section| section.value(key))
    }

    /// Both halves come from one file: the first that has an access key ID.
    fn keys(&self) -> Option<Keys> {
        let files = [self.credentials, self.config];
        let section = files.into_iter().flatten().find(|section| section.value("aws_access_key_id").is_some())?;
        Some(Keys {
            access_key_id: section.value("aws_access_key_id")?.to_owned(),
            secret: Secret::new(section.value("aws_secret_access_key")?),
            session_token: ["aws_security_token", "aws_session_token"]
                .iter()
                .find_map(|key| section.value(key))
                .map(Secret::new),
        })
    }

    fn profile(&self, name: ProfileName, about: About) -> Profile {
        let keys = self.keys();
        Profile {
            name,
            kind: Kind::of(&|key| self.value(key), keys.as_ref()),
            region: self.value("region").map(str::to_owned),
            output: self.value("output").map(str::to_owned),
            keys,
            about,
            in_config: self.config.is_some(),
            in_credentials: self.credentials.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AwsFile, Kind, Profile, read};

    fn profiles(config: &str, credentials: &str) -> Vec<Profile> {
        read(config.as_bytes(), credentials.as_bytes()).expect("well-formed files")
    }

    fn names(config: &str, credentials: &str) -> Vec<String> {
        profiles(config, credentials).iter().map(|profile| profile.name.to_string()).collect()
    }

    #[test]
    fn profiles_come_in_the_order_of_the_files_with_default_first() {
        let config = "[profile b]\nregion=x\n[sso-session s]\na=b\n[services v]\na=b\n[profile 'a c']\n[default]\n[plain]\n[profile \"q r\"]\n";
        assert_eq!(names(config, "[z]\n[b]\n"), ["default", "b", "a c", "q r", "z"]);
    }

    #[test]
    fn the_keys_of_the_credentials_file_win() {
        let config = "[profile a]\nregion = us-east-1\naws_access_key_id = AKIACONFIG\naws_secret_access_key = one\n";
        let read =
            profiles(config, "[a]\naws_access_key_id=AKIACREDENTIALS\naws_secret_access_key=two\nregion=eu-west-1\n");
        let keys = read[0].keys.as_ref().expect("keys");
        assert_eq!((keys.access_key_id.as_str(), keys.secret.expose()), ("AKIACREDENTIALS", "two"));
        assert_eq!(read[0].region.as_deref(), Some("eu-west-1"));
        assert!(read[0].in_config && read[0].in_credentials);
    }

    #[test]
    fn each_kind_is_told_apart() {
        for (lines, label) in [
            ("aws_access_key_id = AKIA\naws_secret_access_key = s", "access key"),
            ("aws_access_key_id = ASIA\naws_secret_access_key = s\naws_session_token = t", "temporary key"),
            ("aws_access_key_id = AKIA", "half an access key"),
            ("aws_secret_access_key = s", "half an access key"),
            ("sso_session = s\nsso_account_id = 1", "SSO"),
            ("sso_start_url = https://x", "SSO"),
            ("login_session = arn", "aws login"),
            ("role_arn = r\nsource_profile = b", "role"),
            ("role_arn = r\nsource_profile = b\nmfa_serial = m", "role with MFA"),
            ("role_arn = r\ncredential_source = Ec2InstanceMetadata", "instance role"),
            ("role_arn = r\nweb_identity_token_file = f", "web identity"),
            ("credential_process = p", "external process"),
            ("region = us-east-1\ns3 =\n  a = b", "no credentials"),
            ("role_arn = r\nsource_profile = a\naws_access_key_id = AKIA\naws_secret_access_key = s", "role"),
        ] {
            assert_eq!(profiles(&format!("[profile a]\n{lines}\n"), "")[0].kind.label(), label, "{lines}");
        }
        assert_eq!(
            profiles("[profile a]\nrole_arn = r\nsource_profile = b\nmfa_serial = m", "")[0].kind,
            Kind::Role { mfa: true, source: Some("b".to_owned()) }
        );
    }

    #[test]
    fn a_chain_of_roles_leads_to_its_login() {
        let config = "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = s\n\
                      [profile s]\nsso_session = x\n[profile c]\nrole_arn = r\nsource_profile = c\n\
                      [profile d]\nrole_arn = r\nsource_profile = m\n[profile m]\nrole_arn = r\nmfa_serial = x\nsource_profile = k\n";
        let profiles = profiles(config, "[k]\naws_access_key_id = AKIA\naws_secret_access_key = s\n");
        let root = |name: &str| {
            profiles.iter().find(|p| p.name.as_str() == name).expect(name).root(&profiles).name.to_string()
        };
        assert_eq!(["a", "c", "d", "k"].map(root), ["s", "c", "m", "k"]);
    }

    #[test]
    fn a_bad_line_is_named_without_being_shown() {
        for (config, line) in [
            ("[a]\nx = 1\nSECRETSECRET\n", 3),
            ("[a\n", 1),
            ("x = 1\n", 1),
            ("# c\n[a]\n= 1\n", 3),
            ("[a]\n[a]\n", 2),
            ("[a]\nx=1\nX=2\n", 3),
            ("[a]\ns3 =\n  nonsense\n", 2),
        ] {
            let error = read(config.as_bytes(), b"").expect_err(config);
            assert_eq!((error.file, error.line), (AwsFile::Config, line), "{config}");
            assert!(!error.to_string().contains("SECRET"));
        }
    }

    #[test]
    fn an_indented_line_continues_the_line_above_it() {
        let read = profiles("[default]\nregion = eu-west-1\n  aws_access_key_id = AKIA\n", "");
        assert_eq!(
            (read[0].region.as_deref(), &read[0].kind),
            (Some("eu-west-1\naws_access_key_id = AKIA"), &Kind::Nothing)
        );
        assert_eq!(profiles("  [default]\n  region = a\n  output = b\n", "")[0].output.as_deref(), Some("b"));
    }

    #[test]
    fn foreign_bytes_in_comments_are_read_over() {
        let read = read(b"[default]\r\nregion = us-east-1\r\n# \xff\xfe\r\n", b"").expect("well-formed");
        assert_eq!(read[0].region.as_deref(), Some("us-east-1"));
    }

    #[test]
    fn a_byte_order_mark_is_refused_as_the_aws_cli_refuses_it() {
        let problem = read(b"", b"\xef\xbb\xbf[default]\n").expect_err("a mark").problem("~/.aws/credentials");
        assert_eq!(problem.what, "Line 1 of ~/.aws/credentials cannot be read.");
        assert!(problem.why.contains("BOM"), "{problem}");
    }
}
