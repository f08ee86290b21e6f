//! Places in a configuration file and what comes there instead, so that every other byte stays.
//!
//! Deliberately absent: which places those are; see `edit`, `take_out` and `repair`.

use std::ops::Range;

use super::layout::{Layout, Section, Variable};

/// Places in the original bytes and what comes there instead.
pub(super) struct Splices<'a> {
    pub(super) layout: &'a Layout<'a>,
    places: Vec<(Range<usize>, String)>,
    tail: Vec<String>,
}

impl<'a> Splices<'a> {
    pub(super) fn of(layout: &'a Layout<'a>) -> Self {
        Self { layout, places: Vec::new(), tail: Vec::new() }
    }

    pub(super) fn replace(&mut self, variable: &Variable, text: &str) {
        self.places.push((variable.place.clone(), text.to_owned()));
    }

    /// Removes variables, and the section with them when nothing else is in it.
    pub(super) fn remove(&mut self, section: &Section, goes: &dyn Fn(&Variable) -> bool) {
        let comments = section.comments.iter().any(|at| !self.heads_next(section, *at));
        if !comments && section.variables.iter().all(goes) {
            let last = last_of(section);
            self.places.push((self.whole_lines(section.header.start..last), String::new()));
        } else {
            section
                .variables
                .iter()
                .filter(|variable| goes(variable))
                .for_each(|variable| self.remove_variable(variable));
        }
    }

    pub(super) fn remove_variable(&mut self, variable: &Variable) {
        self.places.push((self.whole_lines(variable.place.clone()), String::new()));
    }

    /// Inserts lines behind the last variable of a section.
    pub(super) fn insert(&mut self, section: &Section, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let ending = self.layout.line_ending();
        let last = last_of(section);
        let at = self.layout.line_end(last);
        let text: Vec<String> = lines.iter().map(|line| format!("\t{line}")).collect();
        let text = text.join(ending);
        if at > section.end {
            // Another section begins on the same line.
            self.places.push((last..last, format!("{ending}{text}{ending}")));
        } else if self.layout.bytes[..at].ends_with(b"\n") {
            self.places.push((at..at, format!("{text}{ending}")));
        } else {
            self.places.push((at..at, format!("{ending}{text}{ending}")));
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

    /// Whether a comment of a section stands above the next section, and so belongs to that one.
    fn heads_next(&self, section: &Section, at: usize) -> bool {
        let starts_line = at == line_start(self.layout.bytes, at);
        starts_line && at > last_of(section) && section.end < self.layout.bytes.len()
    }

    /// Inserts lines before a section and the comments that belong to it.
    pub(super) fn insert_before(&mut self, section: &Section, lines: &[String]) {
        let (bytes, ending) = (self.layout.bytes, self.layout.line_ending());
        let before = self.layout.sections.iter().filter(|other| other.header.start < section.header.start);
        let floor = self.layout.first().max(before.map(last_of).max().unwrap_or(0));
        let mut at = line_start(bytes, section.header.start).max(self.layout.first());
        let whole = bytes[at..section.header.start].iter().all(|byte| matches!(byte, b' ' | b'\t'));
        let text: String = lines.iter().flat_map(|line| [line.as_str(), ending]).collect();
        if !whole {
            // Another section stands on the same line.
            self.places.push((section.header.start..section.header.start, format!("{ending}{text}")));
            return;
        }
        while at > floor {
            let above = line_start(bytes, at - 1).max(self.layout.first());
            let comment = bytes[above..at].trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'#' | b';'));
            if !comment || above < floor {
                break;
            }
            at = above;
        }
        self.places.push((at..at, text));
    }

    /// Adds lines at the end of the file.
    pub(super) fn append(&mut self, lines: &[String]) {
        self.tail.extend_from_slice(lines);
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.places.sort_by_key(|(range, _)| (range.start, range.end));
        let mut bytes = Vec::with_capacity(self.layout.bytes.len() + 200);
        let mut at = 0;
        for (range, text) in self.places {
            bytes.extend_from_slice(self.layout.bytes.get(at..range.start).unwrap_or_default());
            bytes.extend_from_slice(text.as_bytes());
            at = at.max(range.end);
        }
        bytes.extend_from_slice(&self.layout.bytes[at..]);
        if self.tail.is_empty() {
            return bytes;
        }
        let ending = self.layout.line_ending();
        let bom_only = bytes == "\u{feff}".as_bytes();
        if !bytes.is_empty() && !bom_only && bytes.last() != Some(&b'\n') {
            bytes.extend_from_slice(ending.as_bytes());
        }
        // After a backslash at the end of a file the next line would still belong to the last value.
        if bytes.trim_ascii_end().ends_with(b"\\") {
            bytes.extend_from_slice(ending.as_bytes());
        }
        for line in &self.tail {
            bytes.extend_from_slice(line.as_bytes());
            bytes.extend_from_slice(ending.as_bytes());
        }
        bytes
    }
}

/// The first byte after the last variable of a section, or after its header.
fn last_of(section: &Section) -> usize {
    section.variables.last().map_or(section.header.end, |variable| variable.place.end)
}

/// The first byte of the line on which `at` stands.
fn line_start(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}
