//! What a change wrote into a profile, taken out again when somebody edited the file since.
//!
//! What is about to be written is read first, as the AWS CLI would: where that changes anything but this profile, it is refused.
//! Deliberately absent: values. What was written is known by its hash, so that no secret has to be kept for it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::edit::Edit;
use super::layout::{Layout, Section, Setting};
use super::{AwsFile, BrokenFile, header, unchanged};
use crate::wizard::names::ProfileName;

/// The keys of a profile that a change wrote, with the SHA-256 of each value in hex; `None` for a key that it removed.
pub type Written = BTreeMap<String, Option<String>>;

/// What of a profile a change took the place of.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Former {
    /// Whether the profile had a section before.
    pub was_there: bool,
    /// The lines of each setting that was replaced or removed, as they stood in the file.
    pub lines: BTreeMap<String, Zeroizing<Vec<u8>>>,
}

/// Why nothing can be taken out of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTakenOut {
    /// The AWS CLI could not read the file either.
    #[error(transparent)]
    Broken(#[from] BrokenFile),
    /// Other lines would mean something else afterwards, or the old ones would not mean what they did.
    #[error("other lines of it would be read differently")]
    Disturbing,
}

/// The keys that make up one access key: half of one would be worth nothing.
const ACCESS_KEY: [&str; 4] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// Computes what a change of a file wrote into a profile.
///
/// # Errors
/// A file that the AWS CLI could not read either.
pub fn written(before: &[u8], after: &[u8], file: AwsFile, name: &ProfileName) -> Result<Written, BrokenFile> {
    let (before, after) = (Layout::read(file, before)?, Layout::read(file, after)?);
    let (before, after) = (settings(&before, file, name), settings(&after, file, name));
    let removed = before.keys().filter(|key| !after.contains_key(*key)).map(|key| ((*key).to_owned(), None));
    let set = after
        .iter()
        .filter(|(key, setting)| before.get(*key).is_none_or(|old| old.value != setting.value))
        .map(|(key, setting)| ((*key).to_owned(), Some(hash(setting))));
    Ok(removed.chain(set).collect())
}

/// Finds what stood in the place of what a change wrote.
///
/// # Errors
/// A file that the AWS CLI could not read either.
pub fn former(before: &[u8], file: AwsFile, name: &ProfileName, written: &Written) -> Result<Former, BrokenFile> {
    let before = Layout::read(file, before)?;
    let old = settings(&before, file, name);
    let replaced = written.keys().filter_map(|key| Some((key.clone(), before.lines_of(old.get(key.as_str())?))));
    let was_there = before.sections.iter().any(|section| is_profile(section, file, name));
    Ok(Former { was_there, lines: replaced.collect() })
}

/// Takes out of a file what a change wrote into a profile, as far as nobody changed it since: a setting that was there before
/// has its former lines again, another one is gone, and so is a section that was made for them. Every other byte stays.
///
/// # Errors
/// A file that the AWS CLI could not read either, and one of which it would read another part differently afterwards.
pub fn take_out(
    now: &[u8],
    file: AwsFile,
    name: &ProfileName,
    written: &Written,
    former: &Former,
) -> Result<Zeroizing<Vec<u8>>, NotTakenOut> {
    let layout = Layout::read(file, now)?;
    let here = settings(&layout, file, name);
    let as_left = |key: &str| written.get(key).is_none_or(|left| here.get(key).map(|now| hash(now)) == *left);
    let access_key_as_left = ACCESS_KEY.iter().all(|key| as_left(key));
    let ours: Vec<&str> = written
        .keys()
        .map(String::as_str)
        .filter(|key| as_left(key) && (access_key_as_left || !ACCESS_KEY.contains(key)))
        .collect();

    let matches = |section: &Section| is_profile(section, file, name);
    let mut edit = Edit::new(&layout);
    let (mut gone, mut back) = (Vec::new(), Vec::new());
    for key in &ours {
        match (here.get(key), former.lines.get(*key)) {
            (Some(setting), Some(lines)) => {
                edit.put_back(setting, lines);
                back.push(*key);
            }
            (Some(_), None) => gone.push(*key),
            (None, Some(lines)) if !here.is_empty() => {
                edit.insert(&matches, lines);
                back.push(*key);
            }
            (None, _) => {}
        }
    }
    edit.remove(&matches, &gone);
    if !former.was_there {
        edit.remove_empty(&matches, &gone);
    }
    let left = Zeroizing::new(edit.finish());
    // Nobody reads the file before it is put there, so this has to be sure.
    let after = Layout::read(file, &left).map_err(|_| NotTakenOut::Disturbing)?;
    let read = settings(&after, file, name);
    let as_it_was = |key: &&str| {
        read.get(*key).map(|read| after.lines_of(read)).is_some_and(|lines| {
            former.lines.get(*key).is_some_and(|old| lines.trim_ascii_end() == old.trim_ascii_end())
        })
    };
    let fine = gone.iter().all(|key| !read.contains_key(key)) && back.iter().all(as_it_was);
    if fine && unchanged::all_but(&layout, &after, &matches, &ours) { Ok(left) } else { Err(NotTakenOut::Disturbing) }
}

/// The settings of a profile; of several sections of one name the last counts, as in botocore.
fn settings<'a>(layout: &'a Layout<'_>, file: AwsFile, name: &ProfileName) -> BTreeMap<&'a str, &'a Setting> {
    let sections = layout.sections.iter().filter(|section| is_profile(section, file, name));
    sections.flat_map(|section| &section.options).map(|setting| (setting.key.as_str(), setting)).collect()
}

fn is_profile(section: &Section, file: AwsFile, name: &ProfileName) -> bool {
    match file {
        AwsFile::Config => header::profile_name(&section.header).as_deref() == Some(name.as_str()),
        AwsFile::Credentials => section.header == name.as_str(),
    }
}

fn hash(setting: &Setting) -> String {
    hex::encode(Sha256::digest(setting.value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{NewProfile, with_access_key};
    use super::{AwsFile, NotTakenOut, Written, former, take_out, written};
    use crate::wizard::names::{ProfileName, Region};
    use crate::wizard::secret::Secret;

    fn name() -> ProfileName {
        ProfileName::parse("dev").expect("a name")
    }

    fn ours(before: &str, after: &str) -> Written {
        written(before.as_bytes(), after.as_bytes(), AwsFile::Credentials, &name()).expect("well-formed")
    }

    /// What is left of a file when the change from `before` to `after` is taken out of it.
    fn left(before: &str, after: &str, now: &str) -> String {
        let ours = ours(before, after);
        String::from_utf8(try_left(before, &ours, now).expect("well-formed")).expect("UTF-8")
    }

    fn try_left(before: &str, ours: &Written, now: &str) -> Result<Vec<u8>, NotTakenOut> {
        let former = former(before.as_bytes(), AwsFile::Credentials, &name(), ours)?;
        let left = take_out(now.as_bytes(), AwsFile::Credentials, &name(), ours, &former)?;
        Ok(left.to_vec())
    }

    const OURS: &str = "[dev]\naws_access_key_id = AKIANEW\naws_secret_access_key = NEWSECRET\n";

    #[test]
    fn a_section_of_ours_goes_and_everything_else_stays() {
        let before = "[a]\r\nx=1\n";
        let after = format!("{before}{OURS}");
        assert_eq!(left(before, &after, &after), before);
        assert_eq!(left(before, &after, &format!("# new\n{after}[b]\ny = 2")), format!("# new\n{before}[b]\ny = 2"));
    }

    #[test]
    fn a_section_that_somebody_added_to_keeps_its_header() {
        assert_eq!(left("", OURS, &format!("{OURS}region = x\n")), "[dev]\nregion = x\n");
        assert_eq!(left("", OURS, &OURS.replace("[dev]\n", "[dev]\n# mine\n")), "[dev]\n# mine\n");
        let before = "[dev]\n";
        assert_eq!(left(before, OURS, &format!("{OURS}[b]\n")), "[dev]\n[b]\n");
    }

    #[test]
    fn a_key_that_was_there_before_is_what_it_was() {
        let before = "[dev]\naws_access_key_id=AKIAOLD\naws_secret_access_key=OLD\naws_session_token = T\n";
        let after = "[dev]\naws_access_key_id = AKIANEW\naws_secret_access_key = NEW\n";
        let now = format!("[x]\n{after}[y]\n");
        assert_eq!(left(before, after, &now), format!("[x]\n{before}[y]\n"));
    }

    #[test]
    fn half_an_access_key_that_changed_since_leaves_the_other_half_alone() {
        let now = format!("{}region = x\n", OURS.replace("NEWSECRET", "ROTATED"));
        assert_eq!(left("", OURS, &now), now);
    }

    #[test]
    fn the_section_of_a_profile_in_the_config_file_is_found() {
        let before = b"[profile other]\nregion = y\n";
        let after = b"[profile other]\nregion = y\n[profile dev]\nregion = x\noutput = json\n";
        let ours = written(before, after, AwsFile::Config, &name()).expect("well-formed");
        assert_eq!(ours.keys().collect::<Vec<_>>(), ["output", "region"]);
        let now = [after.as_slice(), b"cli_pager =\n"].concat();
        let former = former(before, AwsFile::Config, &name(), &ours).expect("well-formed");
        let left = take_out(&now, AwsFile::Config, &name(), &ours, &former).expect("well-formed");
        assert_eq!(*left, [before.as_slice(), b"[profile dev]\ncli_pager =\n"].concat());
    }

    #[test]
    fn a_value_of_two_lines_comes_back_with_both_of_them() {
        let before = "[dev]\naws_access_key_id=A\naws_session_token = T\n\tMORE\naws_secret_access_key=S\n[b]\n";
        let after = "[dev]\naws_access_key_id=N\naws_secret_access_key=N\n[b]\n";
        // It was removed, and comes back behind what is there.
        let now = format!("# new\n{after}");
        let expected =
            "# new\n[dev]\naws_access_key_id=A\naws_secret_access_key=S\naws_session_token = T\n\tMORE\n[b]\n";
        assert_eq!(left(before, after, &now), expected);
        // The same with a value that was replaced.
        let (before, after) = ("[dev]\nregion = a\n  b\n[b]\n", "[dev]\nregion = c\n[b]\n");
        assert_eq!(left(before, after, &format!("{after}x = 1\n")), format!("{before}x = 1\n"));
        // A blank line inside a value is a part of it.
        let (before, after) = ("[dev]\nregion = a\n\n  b\n\n[b]\n", "[dev]\nregion = c\n\n[b]\n");
        assert_eq!(left(before, after, &format!("{after}x = 1\n")), format!("{before}x = 1\n"));
    }

    #[test]
    fn what_would_make_other_lines_mean_something_else_is_refused() {
        let (before, after) = ("[dev]\nregion = a\n", "[dev]\nregion = b\n");
        let ours = ours(before, after);
        // Somebody moved everything in by two: the old line would swallow the next.
        let now = "[dev]\n  region = b\n  output = json\n";
        assert_eq!(try_left(before, &ours, now), Err(NotTakenOut::Disturbing));
    }

    /// Lines of which a credentials file can be made; a value of ours on several lines comes back above the comments in it.
    fn line() -> impl Strategy<Value = String> {
        let lines = [
            "[a]",
            "[dev]",
            "[b]",
            "# c",
            "; d",
            "",
            "x=1",
            "y : 2",
            "region=old",
            "output = text",
            "aws_access_key_id=OLD",
            "AWS_SECRET_ACCESS_KEY = OLD",
            "nested =\n  a = b",
        ];
        (proptest::sample::select(lines.to_vec()), any::<bool>())
            .prop_map(|(line, cr)| line.to_owned() + if cr { "\r\n" } else { "\n" })
    }

    proptest! {
        #[test]
        fn what_an_access_key_changed_is_taken_out_again(
            lines in proptest::collection::vec(line(), 0..7),
            first in proptest::sample::select(vec!["[first]\n", "\u{feff}[dev]\r\n", "# c\n[dev]\n"]),
            whole in any::<bool>(),
        ) {
            let mut before = first.to_owned() + &lines.concat();
            if !whole {
                before.truncate(before.trim_end().len());
            }
            let new = NewProfile {
                name: name(),
                access_key_id: "AKIANEW".to_owned(),
                secret: Secret::new("NEWSECRET"),
                session_token: None,
                region: Region::parse("us-east-2").expect("a region"),
                output: "json".to_owned(),
            };
            let written = with_access_key(b"", before.as_bytes(), &new);
            prop_assume!(written.is_ok());
            let after = String::from_utf8(written.expect("written").credentials).expect("UTF-8");
            let end = if after.ends_with('\n') { "" } else { "\n" };
            let added = "[zz]\nq = 1\n";
            let left = left(&before, &after, &format!("{after}{end}{added}"));
            // A last line without its end had to be given one.
            let expected = ["", "\n", "\r\n"].map(|end| format!("{before}{end}{added}"));
            prop_assert!(expected.contains(&left), "{before:?}\n{after:?}\n{left:?}");
        }
    }

    #[test]
    fn no_value_is_kept() {
        assert!(!format!("{:?}", ours("", OURS)).contains("NEWSECRET"));
    }
}
