//! Whether a change of an AWS file leaves alone what it is not about, read as the AWS CLI reads it.
//!
//! A value that goes on in the next line, or a section that begins a step further in, can make a harmless looking line part of
//! another value, so what is about to be written is read once more. Deliberately absent: making the change.

use std::ops::Range;

use zeroize::Zeroizing;

use super::AwsFile;
use super::layout::{Layout, Section, Setting};
use crate::wizard::problem::{Problem, ProblemKind};

/// Gives the bytes back that are about to be written when they are read as they are meant: what matches has these values, where it
/// has the keys at all, and none of those that go; nothing else differs.
///
/// # Errors
/// Says that the file is written in a way in which the change would do more than it should.
pub(super) fn checked(
    file: AwsFile,
    before: &Layout<'_>,
    after: Vec<u8>,
    matches: &dyn Fn(&Section) -> bool,
    values: &[(&str, &str)],
    gone: &[&str],
) -> Result<Vec<u8>, Problem> {
    let fine = Layout::read(file, &after).is_ok_and(|read| {
        let keys: Vec<&str> = values.iter().map(|(key, _)| *key).chain(gone.iter().copied()).collect();
        let as_meant = |section: &Section| {
            let set =
                |(key, value): &(&str, &str)| section.setting(key).is_none_or(|read| read.value.as_str() == *value);
            values.iter().all(set) && gone.iter().all(|key| section.setting(key).is_none())
        };
        let mut ours = read.sections.iter().filter(|section| matches(section));
        ours.all(as_meant) && all_but(before, &read, matches, &keys)
    });
    if fine {
        return Ok(after);
    }
    let what = format!("{file} is written in a way in which this change would alter other lines too.");
    let what = what.replacen("the", "The", 1);
    let hint = "Let each [section] and each key begin at the start of a line, in an editor, then try again.";
    Err(Problem::new(ProblemKind::Conflict, what, "The AWS CLI would then read another setting differently.", hint))
}

/// Whether two layouts differ in nothing but these keys of the sections that match: every other section has its settings and its
/// bytes, and every other setting its value.
pub(super) fn all_but(
    before: &Layout<'_>,
    after: &Layout<'_>,
    matches: &dyn Fn(&Section) -> bool,
    keys: &[&str],
) -> bool {
    settings(before, matches, keys) == settings(after, matches, keys)
        && others(before, matches) == others(after, matches)
}

/// The settings but for these keys of the sections that match.
fn settings<'a>(layout: &'a Layout<'_>, matches: &dyn Fn(&Section) -> bool, keys: &[&str]) -> Vec<[&'a str; 3]> {
    let mut found = Vec::new();
    for section in &layout.sections {
        let ours = matches(section);
        let others = section.options.iter().filter(|setting| !ours || !keys.contains(&setting.key.as_str()));
        found.extend(others.map(|setting| text(ours, section, setting)));
    }
    found
}

/// The bytes of the sections that do not match, and of what stands before the first.
fn others(layout: &Layout<'_>, matches: &dyn Fn(&Section) -> bool) -> Vec<Zeroizing<Vec<u8>>> {
    let ends = layout.sections.iter().skip(1).map(|next| next.line).chain([layout.lines.len()]);
    let parts = layout.sections.iter().zip(ends).filter(|(section, _)| !matches(section));
    let first = layout.sections.first().map_or(layout.lines.len(), |section| section.line);
    let parts = std::iter::once(0..first).chain(parts.map(|(section, end)| section.line..end));
    // Blank lines of a section that goes fall to the one above, and a last line may get its end.
    let bytes = |lines: Range<usize>| {
        let mut bytes = Zeroizing::new(layout.lines[lines].concat());
        let length = bytes.trim_ascii_end().len();
        bytes.truncate(length);
        bytes
    };
    parts.map(bytes).collect()
}

/// A setting with the section that it is in; ours may be written in several ways.
fn text<'a>(ours: bool, section: &'a Section, setting: &'a Setting) -> [&'a str; 3] {
    [if ours { "" } else { section.header.as_str() }, setting.key.as_str(), setting.value.as_str()]
}

#[cfg(test)]
mod tests {
    use super::super::AwsFile;
    use super::super::layout::Layout;
    use super::all_but;

    fn same(before: &str, after: &str) -> bool {
        let read = |text: &'static str| Layout::read(AwsFile::Credentials, text.as_bytes()).expect("well-formed");
        let (before, after) = (before.to_owned().leak(), after.to_owned().leak());
        all_but(&read(before), &read(after), &|section| section.header == "dev", &["region"])
    }

    #[test]
    fn only_the_keys_of_one_profile_may_differ() {
        let before = "# first\n[a]\nx = 1\n[dev]\nregion = b\ny = 2\n[z]\nnested =\n  a = b";
        for after in [
            before.replace("region = b", "region = c"),
            before.replace("region = b\n", ""),
            format!("{before}\n"),
            before.replace("[dev]\n", "[dev]\n# mine\n"),
        ] {
            assert!(same(before, &after), "{after}");
        }
        for after in [
            before.replace("x = 1", "x = 2"),
            before.replace("y = 2", "y = 3"),
            before.replace("x = 1\n", "x = 1\n  more\n"),
            before.replace("x = 1", "x =  1"),
            before.replace("# first\n", ""),
            before.replace("  a = b", "  a = b\n  c = d"),
            before.replace("[z]", "[y]"),
        ] {
            assert!(!same(before, &after), "{after}");
        }
    }

    #[test]
    fn a_section_that_is_added_or_taken_out_is_no_difference_to_the_others() {
        let (without, with) = ("[a]\nx = 1\n\n[b]\n", "[a]\nx = 1\n[dev]\nregion = b\n\n[b]\n");
        assert!(same(without, with) && same(with, without));
    }
}
