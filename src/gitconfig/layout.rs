//! Where the sections and variables of a git configuration file stand, to the byte; `gix-config` does the reading.
//!
//! Deliberately absent: includes, and what a section means.

use std::ops::Range;

use gix_config::parse::{EventRef, Events};

use super::Unreadable;
use super::chain::Entry;

/// A file taken apart.
pub(super) struct Layout<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) sections: Vec<Section>,
}

/// A section, from its header to the next one's.
pub(super) struct Section {
    /// In lower case.
    pub(super) name: String,
    pub(super) subsection: Option<String>,
    pub(super) header: Range<usize>,
    pub(super) end: usize,
    pub(super) variables: Vec<Variable>,
    /// Where each comment in it begins.
    pub(super) comments: Vec<usize>,
}

/// A variable, from the first byte of its name to the last of its value.
pub(super) struct Variable {
    /// In lower case.
    pub(super) key: String,
    pub(super) value: Option<String>,
    pub(super) place: Range<usize>,
}

impl<'a> Layout<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let events = Events::from_bytes(bytes, None).map_err(|error| Unreadable {
            line: Some(error.line_number()),
            reason: "it is not a line of git's configuration".to_owned(),
        })?;
        let mut reader = Reader { bytes, at: 0, sections: Vec::new(), raw_value: Vec::new() };
        if bytes.starts_with(BOM) {
            reader.at = BOM.len();
        }
        events.frontmatter().try_for_each(|event| reader.take(&event, true))?;
        for section in events.sections() {
            section.iter().try_for_each(|event| reader.take(&event, false))?;
        }
        if reader.at != bytes.len() {
            return Err(reader.lost());
        }
        if let Some(last) = reader.sections.last_mut() {
            last.end = bytes.len();
        }
        Ok(Self { bytes, sections: reader.sections })
    }

    /// The first byte after the byte order mark.
    pub(super) fn first(&self) -> usize {
        if self.bytes.starts_with(BOM) { BOM.len() } else { 0 }
    }

    /// The ending of the first line, which new lines take over.
    pub(super) fn line_ending(&self) -> &'static str {
        let first = self.bytes.iter().position(|byte| *byte == b'\n');
        if first.is_some_and(|at| at > 0 && self.bytes[at - 1] == b'\r') { "\r\n" } else { "\n" }
    }

    /// The first byte after the line on which `at` stands, its ending included.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.bytes[at..].iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |end| at + end + 1)
    }

    /// The values as git would list them.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for section in &self.sections {
            for variable in &section.variables {
                let subsection = section.subsection.as_ref().map_or_else(String::new, |name| format!("{name}."));
                entries.push(Entry {
                    scope: String::new(),
                    origin: String::new(),
                    key: format!("{}.{subsection}{}", section.name, variable.key),
                    value: variable.value.clone(),
                });
            }
        }
        entries
    }
}

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Follows the events through the bytes, because the events do not tell their places.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    sections: Vec<Section>,
    /// The pieces of a value that goes over several lines.
    raw_value: Vec<u8>,
}

impl Reader<'_> {
    fn take(&mut self, event: &EventRef<'_>, before_sections: bool) -> Result<(), Unreadable> {
        let start = self.at;
        if let EventRef::SectionHeader { name, subsection_name, .. } = event {
            self.at = self.header_end().ok_or_else(|| self.lost())?;
            if let Some(last) = self.sections.last_mut() {
                last.end = start;
            }
            self.sections.push(Section {
                name: String::from_utf8_lossy(name).to_lowercase(),
                subsection: subsection_name.map(|name| String::from_utf8_lossy(name).into_owned()),
                header: start..self.at,
                end: self.at,
                variables: Vec::new(),
                comments: Vec::new(),
            });
            return Ok(());
        }
        let mut text = Vec::new();
        event.write_to(&mut text).map_err(|_| self.lost())?;
        if !self.bytes[start..].starts_with(&text) {
            return Err(self.lost());
        }
        self.at += text.len();
        let end = self.at;
        let Some(section) = self.sections.last_mut().filter(|_| !before_sections) else { return Ok(()) };
        match event {
            EventRef::Comment { .. } => section.comments.push(start),
            EventRef::SectionValueName(name) => {
                self.raw_value.clear();
                let key = String::from_utf8_lossy(name).to_lowercase();
                section.variables.push(Variable { key, value: None, place: start..end });
            }
            EventRef::KeyValueSeparator => {
                if let Some(variable) = section.variables.last_mut() {
                    variable.value = Some(String::new());
                    variable.place.end = end;
                }
            }
            EventRef::Value(piece) | EventRef::ValueNotDone(piece) | EventRef::ValueDone(piece) => {
                self.raw_value.extend_from_slice(piece);
                let done = !matches!(event, EventRef::ValueNotDone(_));
                if let (true, Some(variable)) = (done && !self.raw_value.is_empty(), section.variables.last_mut()) {
                    let value = gix_config::value::normalize(self.raw_value.as_slice());
                    variable.value = Some(String::from_utf8_lossy(&value).into_owned());
                    variable.place.end = end;
                }
            }
            EventRef::SectionHeader { .. } | EventRef::Newline(_) | EventRef::Whitespace(_) => {}
        }
        Ok(())
    }

    /// The byte after the `]` that closes the header at hand; one in quotes does not.
    fn header_end(&self) -> Option<usize> {
        let mut quoted = false;
        let mut at = self.at;
        loop {
            match self.bytes.get(at)? {
                b'\\' if quoted => at += 1,
                b'"' => quoted = !quoted,
                b']' if !quoted => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }

    fn lost(&self) -> Unreadable {
        let line = self.bytes[..self.at].split(|byte| *byte == b'\n').count();
        Unreadable { line: Some(line), reason: "it cannot be followed byte by byte".to_owned() }
    }
}
