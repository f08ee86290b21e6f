//! The lines of an AWS file as they may be shown: values of harmless settings, and nothing of comments.
//!
//! Deliberately absent: the list of those settings (`redact`).

use zeroize::Zeroizing;

use super::AwsFile;
use super::layout::{Layout, Section, Setting, split_lines};
use crate::redact::{self, HIDDEN, Show};
use crate::wizard::secret::Secret;

/// Each line with its ending, and what may be shown of it; of a secret that is new in its section, the end.
pub fn shown_lines<'a>(bytes: &'a [u8], before: Option<&[u8]>) -> Vec<(&'a [u8], String)> {
    // How a file is read does not depend on which of the two it is.
    let read = |bytes| Layout::read(AwsFile::Credentials, bytes);
    let lines = split_lines(bytes);
    let mut shown: Vec<String> = lines.iter().map(|line| of_nothing(line)).collect();
    // Of a file that the AWS CLI cannot read nothing is known.
    let (Ok(layout), before) = (read(bytes), before.map(read)) else { return lines.into_iter().zip(shown).collect() };
    for section in &layout.sections {
        let is_new = |value: &str| matches!(&before, Some(Ok(before)) if !holds(before, &section.header, value));
        shown[section.line] = header(lines[section.line], section);
        for setting in &section.options {
            shown[setting.line] = of_setting(lines[setting.line], setting, &is_new);
        }
    }
    lines.into_iter().zip(shown).collect()
}

/// Whether a value stands in the section of that name.
fn holds(layout: &Layout<'_>, header: &str, value: &str) -> bool {
    let sections = layout.sections.iter().filter(|section| section.header == header);
    sections.flat_map(|section| &section.options).any(|setting| setting.value.contains(value))
}

fn header(line: &[u8], section: &Section) -> String {
    let line = String::from_utf8_lossy(line);
    let behind = line.trim().strip_prefix('[').and_then(|line| line.strip_prefix(section.header.as_str()));
    let behind = behind.and_then(|line| line.strip_prefix(']')).unwrap_or_default().trim();
    let more = if behind.is_empty() { String::new() } else { format!(" {HIDDEN}") };
    format!("{}[{}]{more}", blanks(&line), redact::header_of_aws(&section.header))
}

fn of_setting(line: &[u8], setting: &Setting, is_new: &dyn Fn(&str) -> bool) -> String {
    let line = Zeroizing::new(String::from_utf8_lossy(line).into_owned());
    let (name, rest) = line.trim_end().split_once(['=', ':']).unwrap_or((&line, ""));
    let signs = &line[name.len()..line.trim_end().len() - rest.trim_start().len()];
    let known = redact::name_of_aws(name.trim());
    let space = &name[name.trim_end().len()..];
    let shown = if setting.value.is_empty() {
        String::new()
    } else if !setting.continued_on.is_empty() {
        format!("{}{HIDDEN}", if rest.trim().is_empty() { " " } else { "" })
    } else {
        // Only what is new has to be recognised.
        if redact::of_aws(&setting.key) == Show::Secret && is_new(&setting.value) {
            Secret::new(setting.value.as_str()).masked()
        } else {
            redact::value_of_aws(&setting.key, &setting.value).unwrap_or_else(|| HIDDEN.to_owned())
        }
    };
    format!("{}{known}{space}{signs}{shown}", blanks(name)).trim_end().to_owned()
}

/// A line of which nothing is known: that there is something, and whether it is a comment.
fn of_nothing(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    match line.trim_start().chars().next() {
        None => String::new(),
        Some(sign @ ('#' | ';')) => format!("{}{sign} {HIDDEN}", blanks(&line)),
        Some(_) => format!("{}{HIDDEN}", blanks(&line)),
    }
}

fn blanks(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

#[cfg(test)]
mod tests {
    use super::shown_lines;

    fn shown(text: &str, before: Option<&str>) -> String {
        let lines = shown_lines(text.as_bytes(), before.map(str::as_bytes));
        assert_eq!(lines.iter().flat_map(|(line, _)| *line).copied().collect::<Vec<u8>>(), text.as_bytes());
        lines.into_iter().map(|(_, shown)| shown + "\n").collect()
    }

    #[test]
    fn what_this_program_writes_is_shown_but_for_secrets() {
        let text = "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
                    aws_session_token=IQoJplantedplanted\n[profile 'a b']\nregion = us-east-2\noutput = json\n";
        let hidden =
            text.replace("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "••••").replace("IQoJplantedplanted", "••••");
        let new = hidden.replace("key = ••••", "key = ••••EKEY").replace("token=••••", "token=••••nted");
        assert_eq!(shown(text, Some("")), new);
        assert_eq!(shown(text, None), hidden);
        // What only moved is nobody's to recognise.
        assert_eq!(shown(text, Some(text.trim_end())), hidden);
    }

    #[test]
    fn what_others_wrote_is_shown_where_it_is_harmless() {
        for (text, expected) in [
            ("[a]\nrole_arn : arn:aws:iam::1:role/x\n", "[a]\nrole_arn : arn:aws:iam::1:role/x\n"),
            ("[a]\ncredential_process = tool PLANTED\n", "[a]\ncredential_process = ••••\n"),
            ("[a]\naws_secret_acess_key = PLANTED\nPLANTED9 = x\n", "[a]\naws_secret_acess_key = ••••\n•••• = ••••\n"),
            ("[a]\nregion = us-east-1 # PLANTED\n", "[a]\nregion = us-east-1 # ••••\n"),
            ("[a]\nregion = eu-west-1\n   PLANTED\n\n", "[a]\nregion = ••••\n   ••••\n\n"),
            ("[a]\naws_access_key_id = PLANTED\n", "[a]\naws_access_key_id = ••••\n"),
            ("[a] PLANTED\n[b] key = PLANTED]\n", "[a] ••••\n[••••]\n"),
            ("[profile a#b=c;d]\n[a # PLANTED]\n", "[profile a#b=c;d]\n[••••]\n"),
            ("# PLANTED\n  ; PLANTED\n", "# ••••\n  ; ••••\n"),
            (
                "[a]\nsso_start_url = https://me:PLANTED@x/start?PLANTED\n",
                "[a]\nsso_start_url = https://…@x/start?••••\n",
            ),
            ("[a]\ns3 =\n  max = PLANTED\n", "[a]\ns3 = ••••\n  ••••\n"),
            ("[a]\nregion = PLA\0NTED\n", "[a]\nregion = ••••\n"),
            ("[a]\r\nregion = x\r\n", "[a]\nregion = x\n"),
            ("PLANTED\n[a]\n# PLANTED\nregion = x", "••••\n••••\n# ••••\n••••\n"),
            ("\u{feff}[PLANTED]\nregion = x\n", "••••\n••••\n"),
            ("[\0a\0]\0\n\0x\0=\0P\0\n", "[••••] ••••\n••••=••••\n"),
        ] {
            assert_eq!(shown(text, None), expected, "{text}");
        }
    }
}
