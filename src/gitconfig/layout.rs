//! Where the sections and variables of a git configuration file stand, to the byte and to the line.
//!
//! The grammar is the one of git's own reader (`config.c`), oddities included, so that nothing is read that git would refuse, and
//! nothing refused that git reads. Deliberately absent: includes, and what a section means.

use std::ops::Range;

use super::Unreadable;
use super::chain::Entry;

/// A file taken apart.
pub(super) struct Layout<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) sections: Vec<Section>,
}

/// A section, from its header to the next one's.
pub(super) struct Section {
    /// What the keys of its variables begin with: `name.` or `name.subsection.`; nothing before the first header.
    pub(super) prefix: Vec<u8>,
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
    /// Its value as text.
    pub(super) value: Option<String>,
    /// Its value to the byte.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) place: Range<usize>,
    /// The line of its name, counted from 1.
    pub(super) line: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let mut reader = Reader { bytes, at: 0, line: 1, ended: false };
        let mut sections: Vec<Section> = Vec::new();
        if bytes.starts_with(BOM) {
            reader.at = BOM.len();
        }
        loop {
            let start = reader.at;
            match reader.next() {
                b'\n' if reader.ended => break,
                b'#' | b';' => {
                    reader.skip_comment();
                    if let Some(section) = sections.last_mut() {
                        section.comments.push(start);
                    }
                }
                b'[' => {
                    if let Some(last) = sections.last_mut() {
                        last.end = start;
                    }
                    sections.push(reader.section(start)?);
                }
                byte if is_space(byte) => {}
                byte if byte.is_ascii_alphabetic() => {
                    let (variable, comment) = reader.variable(start)?;
                    // Git grumbles at a variable before the first section, and goes on.
                    if sections.is_empty() {
                        sections.push(Section::of(Vec::new(), start..start));
                    }
                    if let Some(section) = sections.last_mut() {
                        section.comments.extend(comment);
                        section.variables.push(variable);
                    }
                }
                _ => return Err(reader.broken()),
            }
        }
        if let Some(last) = sections.last_mut() {
            last.end = bytes.len();
        }
        Ok(Self { bytes, sections })
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
        let variables = self.sections.iter().flat_map(|section| section.variables.iter().map(move |of| (section, of)));
        variables.map(|(section, variable)| variable.entry(section)).collect()
    }
}

impl Section {
    fn of(prefix: Vec<u8>, header: Range<usize>) -> Self {
        let mut parts = prefix.strip_suffix(b".").unwrap_or_default().splitn(2, |byte| *byte == b'.');
        let mut part = || parts.next().map(|part| String::from_utf8_lossy(part).into_owned());
        let (name, subsection) = (part().unwrap_or_default(), part());
        Self { prefix, name, subsection, end: header.end, header, variables: Vec::new(), comments: Vec::new() }
    }
}

impl Variable {
    /// The entry that git makes of it; what stands behind a zero byte is not seen by git.
    pub(super) fn entry(&self, section: &Section) -> Entry {
        let key = [section.prefix.as_slice(), self.key.as_bytes()].concat();
        Entry {
            scope: String::new(),
            origin: String::new(),
            line: Some(self.line),
            key: before_zero(&key).to_vec(),
            value: self.bytes.as_deref().map(|value| before_zero(value).to_vec()),
        }
    }
}

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Hands out bytes as git's reader sees them: `\r\n` is one line end, and so is the end of the file.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    ended: bool,
}

impl Reader<'_> {
    fn next(&mut self) -> u8 {
        let Some(byte) = self.bytes.get(self.at) else {
            self.ended = true;
            return b'\n';
        };
        self.at += 1;
        let windows = *byte == b'\r' && self.bytes.get(self.at) == Some(&b'\n');
        self.at += usize::from(windows);
        let byte = if windows { b'\n' } else { *byte };
        self.line += usize::from(byte == b'\n');
        byte
    }

    fn skip_comment(&mut self) {
        while self.next() != b'\n' {}
    }

    /// A header, behind its `[`.
    fn section(&mut self, start: usize) -> Result<Section, Unreadable> {
        let mut prefix = Vec::new();
        loop {
            match self.next() {
                b']' if !prefix.is_empty() => break,
                byte if is_space(byte) => {
                    self.subsection(byte, &mut prefix)?;
                    break;
                }
                byte if is_name(byte) || byte == b'.' => prefix.push(byte.to_ascii_lowercase()),
                _ => return Err(self.broken()),
            }
        }
        prefix.push(b'.');
        Ok(Section::of(prefix, start..self.at))
    }

    /// A subsection in quotes, and the `]` right behind it.
    fn subsection(&mut self, mut byte: u8, prefix: &mut Vec<u8>) -> Result<(), Unreadable> {
        while is_space(byte) {
            if byte == b'\n' {
                return Err(self.broken());
            }
            byte = self.next();
        }
        if byte != b'"' {
            return Err(self.broken());
        }
        prefix.push(b'.');
        loop {
            let mut byte = self.next();
            if byte == b'"' {
                break;
            }
            if byte == b'\\' {
                byte = self.next();
            }
            if byte == b'\n' {
                return Err(self.broken());
            }
            prefix.push(byte);
        }
        if self.next() == b']' { Ok(()) } else { Err(self.broken()) }
    }

    /// A variable, behind the first byte of its name; and where the comment on its last line begins.
    fn variable(&mut self, start: usize) -> Result<(Variable, Option<usize>), Unreadable> {
        let line = self.line;
        let name = self.bytes[start..].iter().take_while(|byte| is_name(**byte)).count();
        self.at = start + name;
        let key = String::from_utf8_lossy(&self.bytes[start..self.at]).to_ascii_lowercase();
        let mut variable = Variable { key, value: None, bytes: None, place: start..self.at, line };
        let mut byte = self.next();
        while matches!(byte, b' ' | b'\t') {
            byte = self.next();
        }
        match byte {
            b'\n' => Ok((variable, None)),
            b'=' => {
                let comment = self.value(&mut variable)?;
                Ok((variable, comment))
            }
            _ => Err(self.broken()),
        }
    }

    /// A value, behind its `=`; and where the comment begins that ends it.
    fn value(&mut self, variable: &mut Variable) -> Result<Option<usize>, Unreadable> {
        let mut value = Vec::new();
        let (mut quoted, mut comment) = (false, None);
        // How long the value is without the blanks at its end.
        let mut trimmed = 0;
        variable.place.end = self.at;
        loop {
            match self.next() {
                b'\n' if quoted => return Err(self.broken()),
                b'\n' => break,
                byte if is_space(byte) && !quoted => {
                    if !value.is_empty() {
                        value.push(byte);
                    }
                    continue;
                }
                b';' | b'#' if !quoted => {
                    comment = Some(self.at - 1);
                    self.skip_comment();
                    break;
                }
                b'\\' => match self.next() {
                    b'\n' => {}
                    b't' => value.push(b'\t'),
                    b'b' => value.push(8),
                    b'n' => value.push(b'\n'),
                    byte @ (b'\\' | b'"') => value.push(byte),
                    _ => return Err(self.broken()),
                },
                b'"' => quoted = !quoted,
                byte => value.push(byte),
            }
            trimmed = value.len();
            variable.place.end = self.at;
        }
        value.truncate(trimmed);
        variable.value = Some(String::from_utf8_lossy(&value).into_owned());
        variable.bytes = Some(value);
        Ok(comment)
    }

    fn broken(&self) -> Unreadable {
        // A line that ends too early is over already.
        let over = usize::from(self.at > 0 && self.bytes.get(self.at - 1) == Some(&b'\n'));
        Unreadable { line: Some(self.line - over), reason: "it is not a line of git's configuration".to_owned() }
    }
}

fn before_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// White space to git, which takes no form feed for it.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::Layout;

    fn read(text: &str) -> Vec<(String, Option<String>, usize)> {
        let layout = Layout::read(text.as_bytes()).expect("readable");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let entries = layout.entries().into_iter();
        entries.map(|entry| (text(&entry.key), entry.value.as_deref().map(text), entry.line.unwrap_or(0))).collect()
    }

    #[test]
    fn values_are_read_as_git_reads_them() {
        for (text, expected) in [
            ("k=a  b ; c", "a  b"),
            ("k = \"a ; b\" \"c\"\t# d", "a ; b c"),
            ("k = \"\"  x", "x"),
            ("k = x\" \"", "x "),
            ("k = one \\\n two", "one  two"),
            ("k = \\t\\b\\\\\\\"\\n\"", ""),
            ("k = x\\", "x"),
            ("k=\r\n", ""),
            ("k = a\rb\r", "a\rb"),
            ("k = a\0b", "a"),
        ] {
            let text = format!("[s]\n{text}");
            match Layout::read(text.as_bytes()) {
                Ok(_) => assert_eq!(read(&text), [("s.k".to_owned(), Some(expected.to_owned()), 2)], "{text:?}"),
                Err(_) => assert!(expected.is_empty(), "{text:?}"),
            }
        }
    }

    #[test]
    fn keys_are_spelt_as_git_spells_them() {
        let text = "\u{feff}early\n[A.b \"C \\\"]\\d\"] K\n[X.Y]z=1\n\n[ \"q\"]\nlong = a \\\n b\n  end";
        let keys: Vec<_> = read(text).into_iter().map(|(key, _, line)| (key, line)).collect();
        let expected = [("early", 1), ("a.b.C \"]d.k", 2), ("x.y.z", 3), (".q.long", 6), (".q.end", 8)];
        assert_eq!(keys, expected.map(|(key, line)| (key.to_owned(), line)));
    }

    #[test]
    fn the_line_that_git_blames_is_blamed() {
        for (text, line) in [
            ("[a]\n1k", 2),
            ("[a]\nb c", 2),
            ("[a]\nb = \"c\nd\"", 2),
            ("[a]\nb = \\x", 2),
            ("[a", 1),
            ("[a \"b\n\"]", 1),
            ("\n\n[]", 3),
            ("[a]\n\n\u{c}", 3),
        ] {
            let found = Layout::read(text.as_bytes()).err().and_then(|error| error.line);
            assert_eq!(found, Some(line), "{text:?}");
        }
    }

    #[test]
    fn a_variable_ends_with_its_value_and_not_with_its_comment() {
        let text = "[a] # c\r\n\tb = \"c\" \\\r\n ; d\r\n[e] f";
        let layout = Layout::read(text.as_bytes()).expect("readable");
        let places: Vec<_> = layout.sections.iter().map(|section| section.variables[0].place.clone()).collect();
        assert_eq!((&text[places[0].clone()], &text[places[1].clone()]), ("b = \"c\" \\\r\n", "f"));
        assert!(!layout.sections[0].comments.is_empty() && layout.sections[1].comments.is_empty());
    }
}
