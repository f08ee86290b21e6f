//! What a change took the place of: enough for the way back, and no line more.
//!
//! Lines in which no secret can stand are kept in the record for ever. All others go into a file of their own, for their owner alone,
//! and not for long. Deliberately absent: that file (`adapters::journal`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Ours, text};
use crate::profiles::{self, BrokenFile, Former};
use crate::wizard::names::ProfileName;
use crate::wizard::replaced::{self, Splice, may_hold_secrets};

/// What a change of a file took the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Where lines of before stood, in the file as the change left it.
    pub places: Vec<Splice>,
    /// How long the lines of each setting of the profile are, which come behind those of the places; `None` when there was no such
    /// profile before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<BTreeMap<String, usize>>,
    /// The lines, one behind the other.
    pub lines: Lines,
}

/// The lines that a change took the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lines {
    /// There were none, or nothing in them can be a secret.
    Here(#[serde(with = "text")] Vec<u8>),
    /// They are in a file of this name.
    Kept(String),
}

/// What a change is about to take the place of.
pub struct Replacing {
    places: Vec<Splice>,
    settings: Option<BTreeMap<String, usize>>,
    lines: Zeroizing<Vec<u8>>,
    may_hold_secrets: bool,
}

impl Replacing {
    /// Finds what a change takes the place of.
    ///
    /// # Errors
    /// A file of AWS that the AWS CLI could not read.
    pub fn of(before: &[u8], after: &[u8], ours: &Ours) -> Result<Self, BrokenFile> {
        let (places, gone) = replaced::splices(before, after);
        let former = former(before, ours)?.filter(|former| former.was_there);
        let settings = former.iter().flat_map(|former| former.lines.values().map(|lines| lines.as_slice()));
        let parts: Vec<&[u8]> = std::iter::once(gone.as_slice()).chain(settings).collect();
        let of_aws = matches!(ours, Ours::Profile { .. });
        let may_hold_secrets = parts.iter().any(|lines| may_hold_secrets(lines, of_aws));
        let lines = Zeroizing::new(parts.concat());
        let lengths = |former: &Former| former.lines.iter().map(|(key, lines)| (key.clone(), lines.len())).collect();
        Ok(Self { places, settings: former.as_ref().map(lengths), lines, may_hold_secrets })
    }

    /// The lines that have to be kept in a file of their own; `None` when the record may hold them.
    pub fn secret_lines(&self) -> Option<&[u8]> {
        self.may_hold_secrets.then_some(&self.lines)
    }

    /// What goes into the record: the lines, or the name of the file that has them.
    pub fn record(self, kept: Option<String>) -> Replaced {
        let lines = kept.map_or_else(|| Lines::Here(self.lines.to_vec()), Lines::Kept);
        Replaced { places: self.places, settings: self.settings, lines }
    }
}

impl Replaced {
    /// Goes back from the bytes that the change left; `None` when that is not possible with these lines.
    pub(super) fn reversed(&self, after: &[u8], lines: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        replaced::reversed(after, &self.places, lines)
    }

    /// What of a profile the change took the place of; `None` when these lines are not the ones.
    pub(super) fn former(&self, lines: Option<&[u8]>) -> Option<Former> {
        let mut former = Former { was_there: self.settings.is_some(), ..Former::default() };
        let Some(lines) = lines else { return Some(former) };
        let mut at = self.places.iter().try_fold(0_usize, |sum, place| sum.checked_add(place.before))?;
        for (key, length) in self.settings.iter().flatten() {
            let end = at.checked_add(*length)?;
            former.lines.insert(key.clone(), Zeroizing::new(lines.get(at..end)?.to_vec()));
            at = end;
        }
        Some(former)
    }

    /// Whether settings of the profile were replaced, whose lines have to come back.
    pub(super) fn has_settings(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| !settings.is_empty())
    }
}

/// What of a profile stood in a file before a change; `None` for what is no profile.
pub(super) fn former(before: &[u8], ours: &Ours) -> Result<Option<Former>, BrokenFile> {
    let Ours::Profile { file, name, keys } = ours else { return Ok(None) };
    let Ok(name) = ProfileName::parse(name) else { return Ok(None) };
    profiles::former(before, *file, &name, keys).map(Some)
}

#[cfg(test)]
mod tests {
    use super::{Lines, Ours, Replacing};
    use crate::profiles::{AwsFile, written};
    use crate::wizard::names::ProfileName;

    fn of_profile(before: &str, after: &str) -> Replacing {
        let name = ProfileName::parse("dev").expect("a name");
        let keys = written(before.as_bytes(), after.as_bytes(), AwsFile::Credentials, &name).expect("well-formed");
        let ours = Ours::Profile { file: AwsFile::Credentials, name: "dev".into(), keys };
        Replacing::of(before.as_bytes(), after.as_bytes(), &ours).expect("well-formed")
    }

    #[test]
    fn of_a_section_that_is_added_nothing_is_kept() {
        let before = "[a]\naws_secret_access_key = OTHER";
        let replacing = of_profile(before, &format!("{before}\n[dev]\naws_secret_access_key = NEW\n"));
        assert_eq!(replacing.secret_lines(), None);
        assert_eq!(replacing.record(None).lines, Lines::Here(Vec::new()));
    }

    #[test]
    fn of_a_key_that_is_replaced_its_lines_alone_are_kept() {
        let before =
            "[a]\naws_secret_access_key = OTHER\n[dev]\naws_access_key_id = OLD\naws_secret_access_key = OLD\n";
        let after = before.replace("OLD", "NEW");
        let replacing = of_profile(before, &after);
        let kept = String::from_utf8(replacing.secret_lines().expect("secrets").to_vec()).expect("UTF-8");
        assert!(kept.contains("aws_secret_access_key = OLD") && !kept.contains("OTHER"), "{kept}");
        let record = replacing.record(Some("name".into()));
        assert_eq!(record.reversed(after.as_bytes(), kept.as_bytes()).expect("before").as_slice(), before.as_bytes());
        let former = record.former(Some(kept.as_bytes())).expect("the lines");
        assert_eq!(former.lines["aws_secret_access_key"].as_slice(), b"aws_secret_access_key = OLD\n");
        assert!(record.former(Some(b"")).is_none());
    }

    #[test]
    fn a_region_that_is_replaced_stands_in_the_record() {
        let replacing = of_profile("[dev]\nregion = a\n", "[dev]\nregion = b\n");
        assert_eq!(replacing.secret_lines(), None);
        assert_eq!(replacing.record(None).lines, Lines::Here(b"\nregion = aregion = a\n".to_vec()));
    }
}
