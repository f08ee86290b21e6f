//! The lines of a git configuration file as they may be shown: values of harmless settings, and nothing of comments.
//!
//! Deliberately absent: the list of those settings (`redact`).

use std::ops::Range;

use super::layout::{Layout, Section, Variable};
use super::shown::shown_helper;
use crate::redact::{self, HIDDEN, Show};

/// A part of a line, and what is shown of it.
struct Piece {
    place: Range<usize>,
    text: String,
}

/// Each line with its ending, and what may be shown of it.
pub fn shown_lines(bytes: &[u8]) -> Vec<(&[u8], String)> {
    // Of a file that git cannot read nothing is known.
    let pieces = Layout::read(bytes).map(|layout| pieces(&layout)).unwrap_or_default();
    let mut pieces = pieces.into_iter().peekable();
    let mut at = 0;
    let mut lines = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = at + line.len();
        let mut text = String::new();
        while let Some(piece) = pieces.next_if(|piece| piece.place.start < end) {
            text.push_str(&between(&bytes[at..piece.place.start]));
            text.push_str(&piece.text);
            at = piece.place.end;
        }
        text.push_str(&between(&bytes[at..end]));
        at = end;
        lines.push((line, text));
    }
    lines
}

/// The value of a setting as far as it may be shown.
pub fn shown_value(section: &str, variable: &str, text: &str) -> Option<String> {
    match redact::of_git(section, variable) {
        Show::Helper if text.chars().any(char::is_control) => None,
        Show::Helper if text.is_empty() => Some(String::new()),
        Show::Helper => Some(shown_helper(text)),
        show @ (Show::Whole | Show::Address | Show::KeyId | Show::Secret | Show::Nothing) => redact::value(show, text),
    }
}

/// The headers and variables of a file in their order, none of which goes over the end of its line.
fn pieces(layout: &Layout<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for section in &layout.sections {
        if !section.header.is_empty() {
            pieces.push(Piece { place: section.header.clone(), text: header(layout.bytes, section) });
        }
        for variable in &section.variables {
            let mut from = variable.place.start;
            for line in layout.bytes[variable.place.clone()].split_inclusive(|byte| *byte == b'\n') {
                let ending = line.len() - line.trim_ascii_end().len();
                let place = from..from + line.len() - ending;
                let is_first = from == variable.place.start;
                let text = if is_first { setting(layout.bytes, section, variable) } else { HIDDEN.to_owned() };
                from += line.len();
                pieces.push(Piece { place, text });
            }
        }
    }
    pieces
}

fn header(bytes: &[u8], section: &Section) -> String {
    let raw = String::from_utf8_lossy(&bytes[section.header.clone()]).into_owned();
    let words = raw.trim_start_matches('[').trim_end_matches(']');
    let Some(subsection) = &section.subsection else { return format!("[{}]", redact::name_of_git(words)) };
    let name = redact::name_of_git(words.split([' ', '\t', '.']).next().unwrap_or_default());
    let shown = redact::subsection_of_git(&section.name, subsection);
    if shown == *subsection && name != HIDDEN {
        return raw;
    }
    format!("[{name} \"{}\"]", shown.replace('\\', "\\\\").replace('"', "\\\""))
}

fn setting(bytes: &[u8], section: &Section, variable: &Variable) -> String {
    let raw = &bytes[variable.place.clone()];
    let (name, rest) = raw.split_at(variable.key.len());
    let name = redact::name_of_git(std::str::from_utf8(name).unwrap_or_default()).to_owned();
    let Some(value) = &variable.value else { return name };
    let start = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'=')).count();
    let (sign, written) = rest.split_at(start);
    let sign = String::from_utf8_lossy(sign);
    let is_one_line = !written.iter().any(u8::is_ascii_control);
    let shown = shown_value(&section.name, &variable.key, value).filter(|_| is_one_line);
    match shown {
        // As it is written, with its quotes.
        Some(shown) if shown == *value => format!("{name}{sign}{}", String::from_utf8_lossy(written)),
        Some(shown) => format!("{name}{sign}{shown}"),
        None => format!("{name}{sign}{HIDDEN}"),
    }
}

/// What stands between headers and variables: blanks, and comments, of which only that they are there is shown.
fn between(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
    let words = text.trim_start();
    let blanks = &text[..text.len() - words.len()];
    match words.chars().next() {
        None => blanks.to_owned(),
        Some(sign @ ('#' | ';')) => format!("{blanks}{sign} {HIDDEN}"),
        Some(_) => format!("{blanks}{HIDDEN}"),
    }
}

#[cfg(test)]
mod tests {
    use super::shown_lines;

    fn shown(text: &str) -> String {
        let lines = shown_lines(text.as_bytes());
        assert_eq!(lines.iter().flat_map(|(line, _)| *line).copied().collect::<Vec<u8>>(), text.as_bytes());
        lines.into_iter().map(|(_, shown)| shown + "\n").collect()
    }

    #[test]
    fn what_this_program_writes_is_shown_to_the_letter() {
        for text in [
            "[credential \"https://git-codecommit.*.amazonaws.com\"]\n\thelper =\n\thelper = !aws --profile dev codecommit credential-helper $@\n\tUseHttpPath = true\n",
            "[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n",
            "[credential]\n\thelper = \"!'/opt/my tools;/it'\\\\''s' credential-helper --profile 'a  b'\"\n",
            "[credential]\n\thelper = codecommit --profile='-x'\n",
            "[remote \"origin\"]\n\turl = https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo\n",
            "[user]\r\n\tname = \"Ann ; Lee\"\r\n[core] bare = false\n\n",
        ] {
            assert_eq!(shown(text), text.replace('\r', ""));
        }
    }

    #[test]
    fn what_others_wrote_is_shown_where_it_is_harmless() {
        for (text, expected) in [
            ("[http]\n\textraHeader = Authorization: Basic PLANTED\n", "[http]\n\textraHeader = ••••\n"),
            (
                "[url \"https://PLANTED@github.com/\"]\n insteadOf = gh:\n",
                "[url \"https://…@github.com/\"]\n insteadOf = gh:\n",
            ),
            (
                "[url \"x\"] insteadOf = https://me:PLANTED@h/a?b=PLANTED # PLANTED\n",
                "[url \"x\"] insteadOf = https://…@h/a?•••• # ••••\n",
            ),
            ("[credential]\nhelper = !curl -u me:PLANTED https://x\n", "[credential]\nhelper = !curl …\n"),
            (
                "[credential]\nhelper = store --file=PLANTED\nusername=PLANTED\n",
                "[credential]\nhelper = store …\nusername=••••\n",
            ),
            (
                "[credential]\nhelper = !PLANTED=PLANTED credential-helper --profile x\n",
                "[credential]\nhelper = … credential-helper --profile x\n",
            ),
            ("[sendemail]\n\tsmtpPass = PLANTED\n", "[sendemail]\n\tsmtpPass = ••••\n"),
            ("[alias]\n\tlog = !curl -H PLANTED\n; PLANTED\n", "[alias]\n\tlog = ••••\n; ••••\n"),
            ("# PLANTED\n[a] # PLANTED\n", "# ••••\n[a] # ••••\n"),
            ("[user]\n\tname = one \\\nPLANTED \\\n PLANTED\n", "[user]\n\tname = ••••\n••••\n••••\n"),
            (
                "[x \"PLANTED\"]\n[planted123]\n\tplanted1 = x\n[ghp123.planted]\n",
                "[x \"••••\"]\n[••••]\n\t•••• = ••••\n[•••• \"••••\"]\n",
            ),
            ("[user]\n\tname = a\0PLANTED\n", "[user]\n\tname = ••••\n"),
            ("\u{feff}[user]\n\tname = x\n", "[user]\n\tname = x\n"),
            ("[user]\nnot a line PLANTED\n\n# x\n", "••••\n••••\n\n# ••••\n"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
