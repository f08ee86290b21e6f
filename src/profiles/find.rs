//! One profile alone, with a mark of all that its credentials are made from.
//!
//! Deliberately absent: the other profiles, of which there may be hundreds.

use sha2::{Digest, Sha256};

use super::about::{self, About};
use super::layout::{Layout, Section, Setting};
use super::{AwsFile, Both, BrokenFile, Profile, header};
use crate::wizard::names::ProfileName;

/// A profile that was looked for.
#[derive(Debug)]
pub struct Found {
    /// The profile.
    pub profile: Profile,
    /// A hash over the sections that it rests on: its own, those of its source profiles, the SSO sessions, and the addresses of
    /// services.
    pub mark: [u8; 32],
    /// What it or a source profile of it rests on that stands in neither file, each once.
    pub rests_on: Vec<RestsOn>,
}

/// Something that credentials rest on and that stands in neither file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestsOn {
    /// A program that gives them (`credential_process`).
    Program,
    /// A sign-in at an SSO portal.
    Sso,
    /// A sign-in with `aws login`.
    Login,
    /// What the environment or the machine has (`credential_source`).
    Machine,
    /// A file with a token in it, as it is written (`web_identity_token_file`).
    TokenFile(String),
}

/// Finds a profile by its name; `None` when neither file has it.
///
/// # Errors
/// The first line on which the AWS CLI would give up.
pub fn find(config: &[u8], credentials: &[u8], name: &str) -> Result<Option<Found>, BrokenFile> {
    let config = Layout::read(AwsFile::Config, config)?;
    let credentials = Layout::read(AwsFile::Credentials, credentials)?;
    let Ok(name) = ProfileName::parse(name) else { return Ok(None) };
    let both = Both::find(&config, &credentials, &name);
    if both.config.is_none() && both.credentials.is_none() {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    let mut rests_on = Vec::new();
    // A chain of roles may bite its own tail.
    let mut chain = vec![name.as_str()];
    let mut next = 0;
    while let Some(name) = chain.get(next) {
        next += 1;
        // Of two spellings of one name the AWS CLI takes one and the SDK puts them together: all count.
        for section in spelled(&config, &credentials, name) {
            add(&mut hash, section);
            for it in section.options.iter().filter_map(RestsOn::of) {
                if !rests_on.contains(&it) {
                    rests_on.push(it);
                }
            }
            let source = section.value("source_profile");
            chain.extend(source.filter(|source| !chain.contains(source)));
        }
    }
    let others = ["sso-session", "services"];
    let others = config.sections.iter().filter(|section| others.iter().any(|kind| section.header.starts_with(kind)));
    others.for_each(|section| add(&mut hash, section));
    let about = About::of(&|key| both.value(key), &about::portals(&config));
    let profile = both.profile(name.clone(), about);
    Ok(Some(Found { profile, mark: hash.finalize().into(), rests_on }))
}

/// Every section of a profile in both files.
fn spelled<'a>(
    config: &'a Layout<'_>,
    credentials: &'a Layout<'_>,
    name: &'a str,
) -> impl Iterator<Item = &'a Section> {
    let in_config = config.sections.iter();
    let in_config = in_config.filter(move |section| header::profile_name(&section.header).as_deref() == Some(name));
    in_config.chain(credentials.sections.iter().filter(move |section| section.header == name))
}

impl RestsOn {
    fn of(setting: &Setting) -> Option<Self> {
        match setting.key.as_str() {
            "credential_process" => Some(Self::Program),
            "credential_source" => Some(Self::Machine),
            "login_session" => Some(Self::Login),
            "web_identity_token_file" => Some(Self::TokenFile(setting.value.to_string())),
            key if key.starts_with("sso_") => Some(Self::Sso),
            _ => None,
        }
    }
}

/// Each text with its length, so that no two files give the same bytes.
fn add(hash: &mut Sha256, section: &Section) {
    let settings = section.options.iter().flat_map(|setting| [setting.key.as_str(), setting.value.as_str()]);
    for text in std::iter::once(section.header.as_str()).chain(settings) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.update([0xff; 8]);
}

#[cfg(test)]
mod tests {
    use super::{RestsOn, find};

    const CONFIG: &str = "[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=c\n\
                          [profile c]\nsso_session=s\n[sso-session s]\nsso_region=x\n[profile d]\nregion=y\n\
                          [profile e]\nrole_arn=r\nsource_profile=e\n[services v]\nsts =\n  endpoint_url = u\n";

    fn mark(config: &str, credentials: &str, name: &str) -> [u8; 32] {
        find(config.as_bytes(), credentials.as_bytes(), name).expect("well-formed").expect("a profile").mark
    }

    #[test]
    fn the_mark_changes_with_all_that_the_profile_rests_on_and_with_nothing_else() {
        let before = mark(CONFIG, "", "a");
        for (from, to) in [
            ("[profile a]\n", "[profile a]\nexternal_id=1\n"),
            ("sso_region=x", "sso_region=z"),
            ("endpoint_url = u", "endpoint_url = w"),
            ("[profile d]\n", "[profile 'c']\nregion=y\n[profile d]\n"),
        ] {
            assert_ne!(mark(&CONFIG.replace(from, to), "", "a"), before, "{to}");
        }
        assert_ne!(mark(CONFIG, "[c]\naws_access_key_id=AKIA\n", "a"), before);
        assert_eq!(mark(&CONFIG.replace("region=y", "region=z"), "[f]\nx=y\n", "a"), before);
        assert_eq!(mark(&format!("# more\n{CONFIG}"), "", "a"), before);
        assert_ne!(mark(CONFIG, "", "e"), before);
    }

    #[test]
    fn what_a_profile_rests_on_is_looked_for_in_its_sources_as_well() {
        let of = |lines: &str| {
            let config = format!(
                "[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\n{lines}\n[profile c]\ncredential_process=p\n"
            );
            find(config.as_bytes(), b"", "a").expect("well-formed").expect("a profile").rests_on
        };
        for (lines, rests_on) in [
            ("aws_access_key_id=AKIA", vec![]),
            ("credential_process=p", vec![RestsOn::Program]),
            ("role_arn=r\nsource_profile=c", vec![RestsOn::Program]),
            ("sso_session=s\nsso_account_id=1", vec![RestsOn::Sso]),
            ("sso_start_url=u", vec![RestsOn::Sso]),
            ("login_session=l", vec![RestsOn::Login]),
            ("credential_source=Environment", vec![RestsOn::Machine]),
            ("role_arn=r\nweb_identity_token_file=/t", vec![RestsOn::TokenFile("/t".to_owned())]),
        ] {
            assert_eq!(of(lines), rests_on, "{lines}");
        }
    }

    #[test]
    fn what_is_in_neither_file_is_not_found() {
        for name in ["gone", "", "sso-session s", "a\u{1b}"] {
            assert!(find(CONFIG.as_bytes(), b"", name).expect("well-formed").is_none(), "{name}");
        }
        assert!(find(b"nonsense", b"", "a").is_err());
    }
}
