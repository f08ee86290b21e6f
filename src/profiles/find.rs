//! One profile alone, with a mark of all that its credentials are made from.
//!
//! Deliberately absent: the other profiles, of which there may be hundreds.

use sha2::{Digest, Sha256};

use super::about::{self, About};
use super::layout::{Layout, Section};
use super::{AwsFile, Both, BrokenFile, Profile};
use crate::wizard::names::ProfileName;

/// A profile that was looked for.
#[derive(Debug)]
pub struct Found {
    /// The profile.
    pub profile: Profile,
    /// A hash over the sections that it rests on: its own, those of its source profiles, and the SSO sessions.
    pub mark: [u8; 32],
}

/// Finds a profile by its name; `None` when neither file has it.
///
/// # Errors
/// The first line on which the AWS CLI would give up.
pub fn find(config: &[u8], credentials: &[u8], name: &str) -> Result<Option<Found>, BrokenFile> {
    let config = Layout::read(AwsFile::Config, config)?;
    let credentials = Layout::read(AwsFile::Credentials, credentials)?;
    let Some(both) = named(&config, &credentials, name) else { return Ok(None) };
    let mut hash = Sha256::new();
    let mut next = Some(both);
    // A chain of roles may bite its own tail.
    let mut seen = vec![];
    while let Some((name, both)) = next.take() {
        both.config.into_iter().chain(both.credentials).for_each(|section| add(&mut hash, section));
        let source = both.value("source_profile").and_then(|source| named(&config, &credentials, source));
        seen.push(name);
        next = source.filter(|(name, _)| !seen.contains(name));
    }
    let sessions = config.sections.iter().filter(|section| section.header.starts_with("sso-session"));
    sessions.for_each(|section| add(&mut hash, section));
    let profile = seen.swap_remove(0);
    let both = Both::find(&config, &credentials, &profile);
    let about = About::of(&|key| both.value(key), &about::portals(&config));
    let profile = both.profile(profile, about);
    Ok(Some(Found { profile, mark: hash.finalize().into() }))
}

fn named<'a>(config: &'a Layout<'_>, credentials: &'a Layout<'_>, name: &str) -> Option<(ProfileName, Both<'a>)> {
    let name = ProfileName::parse(name).ok()?;
    let both = Both::find(config, credentials, &name);
    (both.config.is_some() || both.credentials.is_some()).then_some((name, both))
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
    use super::find;

    const CONFIG: &str = "[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=c\n\
                          [profile c]\nsso_session=s\n[sso-session s]\nsso_region=x\n[profile d]\nregion=y\n\
                          [profile e]\nrole_arn=r\nsource_profile=e\n";

    fn mark(config: &str, credentials: &str, name: &str) -> [u8; 32] {
        find(config.as_bytes(), credentials.as_bytes(), name).expect("well-formed").expect("a profile").mark
    }

    #[test]
    fn the_mark_changes_with_all_that_the_profile_rests_on_and_with_nothing_else() {
        let before = mark(CONFIG, "", "a");
        for (from, to) in [("[profile a]\n", "[profile a]\nexternal_id=1\n"), ("sso_region=x", "sso_region=z")] {
            assert_ne!(mark(&CONFIG.replace(from, to), "", "a"), before, "{to}");
        }
        assert_ne!(mark(CONFIG, "[c]\naws_access_key_id=AKIA\n", "a"), before);
        assert_eq!(mark(&CONFIG.replace("region=y", "region=z"), "[f]\nx=y\n", "a"), before);
        assert_eq!(mark(&format!("# more\n{CONFIG}"), "", "a"), before);
        assert_ne!(mark(CONFIG, "", "e"), before);
    }

    #[test]
    fn what_is_in_neither_file_is_not_found() {
        for name in ["gone", "", "sso-session s", "a\u{1b}"] {
            assert!(find(CONFIG.as_bytes(), b"", name).expect("well-formed").is_none(), "{name}");
        }
        assert!(find(b"nonsense", b"", "a").is_err());
    }
}
