//! The wanted helper spliced into the bytes of a configuration file.
//!
//! Deliberately absent: helpers of others, which stay as they are, and every section that has nothing to do with the wanted one.

use std::ops::Range;

use super::chain::{Fate, chain, is_true};
use super::layout::{Layout, Section, Variable};
use super::pattern::{Url, holds, same};
use super::wanted::{Wanted, config_value, is_codecommit_helper};

/// A configuration file that cannot be changed, since git itself would stumble over it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct Unreadable {
    /// The line, counted from 1, where there is one to blame.
    pub line: Option<usize>,
    /// What is wrong with it.
    pub reason: String,
}

/// Computes the file with the wanted helper in it; the same bytes when the helper is there and is the one that git asks.
///
/// # Errors
/// A file that git could not read either.
pub fn apply(before: &[u8], wanted: &Wanted) -> Result<Vec<u8>, Unreadable> {
    let goal = Goal { wanted, url: wanted.url(), helper: wanted.helper_value() };
    let layout = Layout::read(before)?;
    if goal.is_reached(&layout) {
        return Ok(before.to_vec());
    }
    let in_place = goal.changed(&layout, true);
    if goal.is_reached(&Layout::read(&in_place)?) {
        return Ok(in_place);
    }
    // Something after our section has the last word: move it to the end.
    let at_the_end = goal.changed(&layout, false);
    if goal.is_reached(&Layout::read(&at_the_end)?) {
        return Ok(at_the_end);
    }
    Err(Unreadable { line: None, reason: "the helper cannot be added without disturbing other lines".to_owned() })
}

struct Goal<'a> {
    wanted: &'a Wanted,
    url: Option<String>,
    helper: String,
}

impl Goal<'_> {
    /// Whether the file holds what is wanted and nothing else in it takes precedence.
    fn is_reached(&self, layout: &Layout<'_>) -> bool {
        let chain = chain(&layout.entries(), &self.wanted.example_url());
        let mut asked = chain.links.iter().filter(|link| link.fate != Fate::Cleared);
        if self.url.is_none() {
            // For every host, helpers of others may be asked before, as in the guide; older ones of ours may not be there at all.
            let ours: Vec<_> = asked.filter(|link| self.has_our_shape(&link.helper)).collect();
            let plain: Vec<_> =
                layout.sections.iter().filter(|section| self.is_ours(section)).flat_map(helpers).collect();
            let written = plain.iter().any(|variable| variable.value.as_deref() == Some(self.helper.as_str()));
            return written && ours.len() == 1 && ours[0].helper == self.helper && chain.use_http_path;
        }
        let section =
            layout.sections.iter().rev().find(|section| self.is_ours(section) && helpers(section).next().is_some());
        let written = section.is_some_and(|section| self.has_wanted_helpers(section));
        let first = asked.next().is_some_and(|link| link.helper == self.helper);
        written && first && !asked.any(|link| is_codecommit_helper(&link.helper)) && chain.use_http_path
    }

    fn has_wanted_helpers(&self, section: &Section) -> bool {
        helpers(section).map(|variable| variable.value.as_deref()).eq([Some(""), Some(self.helper.as_str())])
    }

    /// Whether it is the section that is wanted, in any spelling.
    fn is_ours(&self, section: &Section) -> bool {
        section.name == "credential"
            && match (&self.url, &section.subsection) {
                (None, None) => true,
                (Some(url), Some(subsection)) => same(url, subsection),
                (None, Some(_)) | (Some(_), None) => false,
            }
    }

    /// Whether it is another section that holds for the same host, where an older helper of ours may stand.
    fn is_sibling(&self, section: &Section) -> bool {
        let url = Url::parse(&self.wanted.example_url());
        let holds = |pattern: &String| url.as_ref().is_some_and(|url| holds(pattern, url));
        section.name == "credential" && !self.is_ours(section) && section.subsection.as_ref().is_none_or(holds)
    }

    /// The file with siblings cleaned and our section rewritten, where it stands or at the end.
    fn changed(&self, layout: &Layout<'_>, in_place: bool) -> Vec<u8> {
        let mut splices = Splices { layout, splices: Vec::new() };
        for section in layout.sections.iter().filter(|section| self.is_sibling(section)) {
            self.remove_ours(section, &mut splices);
        }
        let ours: Vec<&Section> = layout.sections.iter().filter(|section| self.is_ours(section)).collect();
        // The section that has our line already, else the last one.
        let with_helper =
            ours.iter().rposition(|section| helpers(section).any(|variable| self.is_our_helper(variable)));
        let kept = with_helper.or(ours.len().checked_sub(1)).filter(|_| in_place);
        for (index, section) in ours.iter().enumerate() {
            if Some(index) == kept {
                self.rewrite(section, &mut splices);
            } else if self.url.is_none() {
                self.remove_ours(section, &mut splices);
            } else {
                splices.remove(section, &|variable| is_helper(variable) || is_http_path(variable));
            }
        }
        let mut bytes = splices.finish();
        if kept.is_none() {
            let ending = layout.line_ending();
            let bom_only = bytes == "\u{feff}".as_bytes();
            if !bytes.is_empty() && !bom_only && bytes.last() != Some(&b'\n') {
                bytes.extend_from_slice(ending.as_bytes());
            }
            // After a backslash at the end of a file the next line would still belong to the last value.
            if bytes.trim_ascii_end().ends_with(b"\\") {
                bytes.extend_from_slice(ending.as_bytes());
            }
            for line in self.wanted.lines() {
                bytes.extend_from_slice(line.as_bytes());
                bytes.extend_from_slice(ending.as_bytes());
            }
        }
        bytes
    }

    fn rewrite(&self, section: &Section, splices: &mut Splices<'_>) {
        let line = format!("helper = {}", config_value(&self.helper));
        let mut missing = Vec::new();
        if self.url.is_none() {
            let ours: Vec<_> = helpers(section).filter(|variable| self.is_our_helper(variable)).collect();
            match ours.split_first() {
                None => missing.push(line),
                Some((first, others)) => {
                    if first.value.as_deref() != Some(self.helper.as_str()) {
                        splices.replace(first, &line);
                    }
                    for variable in others {
                        splices.remove_variable(variable);
                    }
                }
            }
        } else if !self.has_wanted_helpers(section) {
            let found: Vec<_> = helpers(section).collect();
            match found.as_slice() {
                [] => missing.extend(["helper =".to_owned(), line]),
                [only] => splices.replace(only, &format!("helper ={}\t{line}", splices.layout.line_ending())),
                [first, second, others @ ..] => {
                    splices.replace(first, "helper =");
                    splices.replace(second, &line);
                    for variable in others {
                        splices.remove_variable(variable);
                    }
                }
            }
        }
        let path = section.variables.iter().rfind(|variable| is_http_path(variable));
        match path {
            None => missing.push("UseHttpPath = true".to_owned()),
            Some(variable) if variable.value.as_deref().is_some_and(is_true) => {}
            Some(variable) => splices.replace(variable, "UseHttpPath = true"),
        }
        splices.insert(section, &missing);
    }

    /// Takes our helper out of a section; with the rest of what belongs to it when no helper of somebody else is there.
    fn remove_ours(&self, section: &Section, splices: &mut Splices<'_>) {
        let ours = |variable: &Variable| self.is_our_helper(variable);
        if !helpers(section).any(ours) {
            return;
        }
        let foreign = helpers(section).any(|variable| !ours(variable) && variable.value.as_deref() != Some(""));
        splices.remove(section, &|variable| {
            ours(variable) || (!foreign && (is_helper(variable) || is_http_path(variable)))
        });
    }

    fn is_our_helper(&self, variable: &Variable) -> bool {
        is_helper(variable) && variable.value.as_deref().is_some_and(|value| self.has_our_shape(value))
    }

    fn has_our_shape(&self, value: &str) -> bool {
        is_codecommit_helper(value) || value == self.helper
    }
}

fn helpers(section: &Section) -> impl Iterator<Item = &Variable> {
    section.variables.iter().filter(|variable| is_helper(variable))
}

fn is_helper(variable: &Variable) -> bool {
    variable.key == "helper"
}

fn is_http_path(variable: &Variable) -> bool {
    variable.key == "usehttppath"
}

/// Places in the original bytes and what comes there instead.
struct Splices<'a> {
    layout: &'a Layout<'a>,
    splices: Vec<(Range<usize>, String)>,
}

impl Splices<'_> {
    fn replace(&mut self, variable: &Variable, text: &str) {
        self.splices.push((variable.place.clone(), text.to_owned()));
    }

    /// Removes variables, and the section with them when nothing else is in it.
    fn remove(&mut self, section: &Section, goes: &dyn Fn(&Variable) -> bool) {
        if !section.has_comments && section.variables.iter().all(goes) {
            let last = section.variables.last().map_or(section.header.end, |variable| variable.place.end);
            self.splices.push((self.whole_lines(section.header.start..last), String::new()));
        } else {
            section
                .variables
                .iter()
                .filter(|variable| goes(variable))
                .for_each(|variable| self.remove_variable(variable));
        }
    }

    fn remove_variable(&mut self, variable: &Variable) {
        self.splices.push((self.whole_lines(variable.place.clone()), String::new()));
    }

    /// Inserts lines behind the last variable of a section.
    fn insert(&mut self, section: &Section, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let ending = self.layout.line_ending();
        let last = section.variables.last().map_or(section.header.end, |variable| variable.place.end);
        let at = self.layout.line_end(last);
        let text: Vec<String> = lines.iter().map(|line| format!("\t{line}")).collect();
        let text = text.join(ending);
        if at > section.end {
            // Another section begins on the same line.
            self.splices.push((last..last, format!("{ending}{text}{ending}")));
        } else if self.layout.bytes[..at].ends_with(b"\n") {
            self.splices.push((at..at, format!("{text}{ending}")));
        } else {
            self.splices.push((at..at, format!("{ending}{text}{ending}")));
        }
    }

    /// Widens a range to whole lines where nothing else stands on them.
    fn whole_lines(&self, range: Range<usize>) -> Range<usize> {
        let bytes = self.layout.bytes;
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let start = bytes[..range.start].iter().rposition(|byte| !blank(byte)).map_or(0, |at| at + 1);
        let mut end = range.end + bytes[range.end..].iter().take_while(|byte| blank(byte)).count();
        let at_line_start = start == 0 || bytes[start - 1] == b'\n';
        if range.end > 0 && bytes[range.end - 1] == b'\n' {
            return if at_line_start { start..range.end } else { range };
        }
        if bytes[end..].starts_with(b"\r\n") {
            end += 2;
        } else if bytes[end..].starts_with(b"\n") {
            end += 1;
        } else if end < bytes.len() {
            return range;
        }
        if at_line_start { start..end } else { range }
    }

    fn finish(mut self) -> Vec<u8> {
        self.splices.sort_by_key(|(range, _)| (range.start, range.end));
        let mut bytes = Vec::with_capacity(self.layout.bytes.len() + 200);
        let mut at = 0;
        for (range, text) in self.splices {
            bytes.extend_from_slice(self.layout.bytes.get(at..range.start).unwrap_or_default());
            bytes.extend_from_slice(text.as_bytes());
            at = at.max(range.end);
        }
        bytes.extend_from_slice(&self.layout.bytes[at..]);
        bytes
    }
}
