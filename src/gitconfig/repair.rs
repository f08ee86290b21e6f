//! The wanted helper written, and what stands in its way mended: files as they will be.
//!
//! Deliberately absent: which conflict wants which repair; see `conflict`.

use std::path::Path;

use super::Unreadable;
use super::conflict::Repair;
use super::edit::{apply, apply_at};
use super::layout::{Layout, Variable};
use super::sources::{Sources, UnreadableFile};
use super::splice::Splices;
use super::wanted::Wanted;

/// Computes what git will read once the wanted helper stands in a file and the repairs are made, one after the other, each on
/// what the ones before it left.
///
/// # Errors
/// A file that git could not read either.
pub fn future(
    sources: &Sources,
    wanted: &Wanted,
    target: &Path,
    repairs: &[Repair],
) -> Result<Sources, UnreadableFile> {
    let content = |sources: &Sources, path: &Path| sources.content(path).unwrap_or_default().to_vec();
    let mut future = put(sources, target, apply(&content(sources, target), wanted))?;
    for repair in repairs {
        future = match repair {
            Repair::Move(placement) => {
                let moved = apply_at(&content(&future, target), wanted, *placement);
                put(&future, target, moved)?
            }
            Repair::Remove { path, lines } => {
                let without = without_lines(&content(&future, path), lines);
                put(&future, path, without)?
            }
            Repair::Rewrite { path, line, text } => {
                let with = with_line(&content(&future, path), *line, text);
                put(&future, path, with)?
            }
            // The one is another wanted helper, the other the person's own to do.
            Repair::CodeCommitOnly | Repair::Unset => future,
        };
    }
    Ok(future)
}

fn put(sources: &Sources, path: &Path, after: Result<Vec<u8>, Unreadable>) -> Result<Sources, UnreadableFile> {
    let after = after.map_err(|cause| UnreadableFile { path: path.to_owned(), cause })?;
    Ok(sources.with(path, &after))
}

/// Computes the file without the variables that begin on these lines, and without a section that has nothing else.
fn without_lines(before: &[u8], lines: &[usize]) -> Result<Vec<u8>, Unreadable> {
    let layout = Layout::read(before)?;
    let mut splices = Splices::of(&layout);
    for section in &layout.sections {
        let goes = |variable: &Variable| lines.contains(&variable.line);
        if section.variables.iter().any(goes) {
            splices.remove(section, &goes);
        }
    }
    Ok(splices.finish())
}

/// Computes the file with another text in place of the variable that begins on a line, from its name to the end of its value;
/// without that variable when its section says the same already.
fn with_line(before: &[u8], line: usize, text: &str) -> Result<Vec<u8>, Unreadable> {
    let layout = Layout::read(before)?;
    let mut splices = Splices::of(&layout);
    let mut variables =
        layout.sections.iter().flat_map(|section| section.variables.iter().map(move |variable| (section, variable)));
    if let Some((section, variable)) = variables.find(|(_, variable)| variable.line == line) {
        if section.variables.iter().any(|other| other.line != line && says(other, text)) {
            splices.remove_variable(variable);
        } else {
            splices.replace(variable, text);
        }
    }
    Ok(splices.finish())
}

/// Whether a variable stands in the file as this text.
fn says(variable: &Variable, text: &str) -> bool {
    let Some((name, value)) = text.split_once('=') else { return false };
    variable.key.eq_ignore_ascii_case(name.trim()) && variable.value.as_deref() == Some(value.trim())
}

#[cfg(test)]
mod tests {
    use super::{with_line, without_lines};

    const FILE: &str = "# a\n[credential]\n\thelper = cache # old\n\tUserHttpPath = true\n[user]\n\tname = x\n";

    #[test]
    fn lines_go_and_the_section_with_the_last_of_them() {
        let without = |lines: &[usize]| {
            String::from_utf8(without_lines(FILE.as_bytes(), lines).expect("readable")).expect("UTF-8")
        };
        assert_eq!(without(&[4]), FILE.replace("\tUserHttpPath = true\n", ""));
        assert_eq!(without(&[9]), FILE);
        assert_eq!(without(&[6]), FILE.replace("[user]\n\tname = x\n", ""));
    }

    #[test]
    fn a_line_goes_when_its_section_has_what_it_would_become() {
        let file = "[credential]\n\tUserHttpPath = true\n\tUseHttpPath = true\n";
        let with = with_line(file.as_bytes(), 2, "UseHttpPath = true").expect("readable");
        assert_eq!(String::from_utf8(with).expect("UTF-8"), "[credential]\n\tUseHttpPath = true\n");
    }

    #[test]
    fn a_line_is_written_anew_and_keeps_its_comment() {
        let with = with_line(FILE.as_bytes(), 3, "helper = store").expect("readable");
        assert_eq!(String::from_utf8(with).expect("UTF-8"), FILE.replace("cache", "store"));
    }
}
