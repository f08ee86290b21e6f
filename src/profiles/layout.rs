//! The lines of an AWS file and what each of them is, by the rules of Python's `configparser`, which the AWS CLI reads with.
//!
//! Deliberately absent: what a section means; comments, and blank lines but those inside a value (they belong to nothing, so
//! nothing touches them).

use std::collections::HashSet;

use zeroize::Zeroizing;

use super::{AwsFile, BrokenFile};

/// A file taken apart: its lines with their endings, and the sections in their order.
pub(super) struct Layout<'a> {
    pub(super) lines: Vec<&'a [u8]>,
    pub(super) sections: Vec<Section>,
}

/// A section: from its header to the next.
pub(super) struct Section {
    pub(super) header: String,
    /// The line of the header, counted from 0.
    pub(super) line: usize,
    pub(super) options: Vec<Setting>,
    /// How far the line after the section is indented, when that is a header; an option inserted before it must reach as far.
    pub(super) next_indent: usize,
}

/// A `key = value` with the lines that continue it.
pub(super) struct Setting {
    /// In lower case, as it is compared.
    pub(super) key: String,
    pub(super) value: Zeroizing<String>,
    pub(super) line: usize,
    /// The lines that go on with it, the blank ones among them included.
    pub(super) continued_on: Vec<usize>,
    pub(super) indent: usize,
}

impl Section {
    pub(super) fn setting(&self, key: &str) -> Option<&Setting> {
        self.options.iter().find(|setting| setting.key == key)
    }

    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.setting(key).map(|setting| setting.value.as_str()).filter(|value| !value.is_empty())
    }

    /// The last line of its last setting, or its header.
    pub(super) fn last_line(&self) -> usize {
        let last = self.options.last();
        last.map_or(self.line, |setting| setting.continued_on.last().copied().unwrap_or(setting.line))
    }
}

impl<'a> Layout<'a> {
    pub(super) fn read(file: AwsFile, bytes: &'a [u8]) -> Result<Self, BrokenFile> {
        let lines = split_lines(bytes);
        let mut sections: Vec<Section> = Vec::new();
        let mut headers = HashSet::new();
        let mut keys = HashSet::new();
        let mut indent_of_option = 0;
        let mut in_option = false;
        // Blank lines, of which it is not known yet whether the value goes on behind them.
        let mut blank = Vec::new();
        for (number, raw) in lines.iter().enumerate() {
            let broken = |reason: &str| BrokenFile { file, line: number + 1, reason: reason.to_owned() };
            if number == 0 && raw.starts_with(BOM) {
                return Err(broken(
                    "an invisible mark (UTF-8 BOM) before the first character; save the file without it",
                ));
            }
            let line = Zeroizing::new(String::from_utf8_lossy(raw).into_owned());
            let text = line.trim_matches(is_space);
            if text.starts_with(['#', ';']) {
                continue;
            }
            if text.is_empty() {
                if let (true, Some(setting)) =
                    (in_option, sections.last_mut().and_then(|section| section.options.last_mut()))
                {
                    setting.value.push('\n');
                    blank.push(number);
                }
                continue;
            }
            // In characters, not in bytes: that is how deep a line stands to Python.
            let indent = line.chars().take_while(|c| is_space(*c)).count();
            if let (true, Some(setting)) = (
                in_option && indent > indent_of_option,
                sections.last_mut().and_then(|section| section.options.last_mut()),
            ) {
                setting.value.push('\n');
                setting.value.push_str(text);
                setting.continued_on.append(&mut blank);
                setting.continued_on.push(number);
                continue;
            }
            blank.clear();
            indent_of_option = indent;
            if let Some(header) = header_of(text) {
                if !headers.insert(header.to_owned()) {
                    return Err(broken("a second section with the same name"));
                }
                if let Some(last) = sections.last_mut() {
                    last.next_indent = indent;
                }
                keys.clear();
                in_option = false;
                sections.push(Section { header: header.to_owned(), line: number, options: Vec::new(), next_indent: 0 });
            } else if text.starts_with('[') && !text.contains(['=', ':']) {
                return Err(broken("a section that is not closed with ]"));
            } else {
                let section = sections.last_mut().ok_or_else(|| broken("a line before the first [section]"))?;
                let (key, value) = text
                    .split_once(['=', ':'])
                    .filter(|(key, _)| !key.trim_matches(is_space).is_empty())
                    .ok_or_else(|| broken("neither a [section], nor key = value, nor a comment"))?;
                let key = key.trim_matches(is_space).to_lowercase();
                if !keys.insert(key.clone()) {
                    return Err(broken("the same key a second time in one section"));
                }
                let value = Zeroizing::new(value.trim_matches(is_space).to_owned());
                section.options.push(Setting { key, value, line: number, continued_on: Vec::new(), indent });
                in_option = true;
            }
        }
        let mut layout = Self { lines, sections };
        layout.finish_values(file)?;
        Ok(layout)
    }

    /// The lines of a setting to the byte, without comments that stand among them.
    pub(super) fn lines_of(&self, setting: &Setting) -> Zeroizing<Vec<u8>> {
        let lines = std::iter::once(&setting.line).chain(&setting.continued_on);
        Zeroizing::new(lines.map(|line| self.lines[*line]).collect::<Vec<_>>().concat())
    }

    /// The ending of the first line, which new lines take over.
    pub(super) fn line_ending(&self) -> &'static [u8] {
        if self.lines.first().is_some_and(|line| line.ends_with(b"\r\n")) { b"\r\n" } else { b"\n" }
    }

    /// Cuts the blank lines off the ends of values, and checks that nested values are lines of `key = value`.
    fn finish_values(&mut self, file: AwsFile) -> Result<(), BrokenFile> {
        for setting in self.sections.iter_mut().flat_map(|section| section.options.iter_mut()) {
            let length = setting.value.trim_end_matches(is_space).len();
            setting.value.truncate(length);
            let nested = setting.value.starts_with('\n');
            if nested && setting.value.lines().any(|line| !line.is_empty() && !line.contains('=')) {
                let reason = "an indented line below it that is not key = value".to_owned();
                return Err(BrokenFile { file, line: setting.line + 1, reason });
            }
        }
        Ok(())
    }
}

/// The mark that some editors put before the first byte of a UTF-8 file; Python takes it for a part of the line.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Lines end with LF, CR LF or a lone CR, which stays with them.
pub(super) fn split_lines(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let ends = bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        at += 1;
        if ends {
            lines.push(&bytes[start..at]);
            start = at;
        }
    }
    if start < bytes.len() {
        lines.push(&bytes[start..]);
    }
    lines
}

/// What Python takes for a blank, which is a little more than Rust does.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// What stands between `[` and the last `]` of the line; anything after it does not count.
fn header_of(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let end = inner.rfind(']')?;
    (end > 0).then(|| &inner[..end])
}
