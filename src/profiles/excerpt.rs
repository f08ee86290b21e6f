//! The sections of an AWS file that a profile rests on, as they may be shown to strangers: values of harmless settings only.
//!
//! Deliberately absent: comments, and the list of those settings (`redact`).

use super::layout::Layout;
use super::{AwsFile, BrokenFile, header};
use crate::redact::{self, Show};
use crate::wizard::names::printable;

/// Whether lines of an AWS file hold nothing that could be a secret: headers, and settings of which all would be shown.
pub fn are_harmless(lines: &[u8]) -> bool {
    let text = String::from_utf8_lossy(lines);
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).all(|line| {
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            return redact::header_of_aws(header) == header;
        }
        line.split_once(['=', ':']).is_some_and(|(key, value)| {
            let (key, value) = (key.trim().to_lowercase(), value.trim());
            redact::of_aws(&key) == Show::Whole && redact::value_of_aws(&key, value).as_deref() == Some(value)
        })
    })
}

/// The sections of these profiles and of all `sso-session`s, a line each, without what could be a secret.
///
/// # Errors
/// The first line on which the AWS CLI would give up.
pub fn excerpt(file: AwsFile, bytes: &[u8], profiles: &[&str]) -> Result<Vec<String>, BrokenFile> {
    let layout = Layout::read(file, bytes)?;
    let mut lines = Vec::new();
    let mut left_out = 0;
    for section in &layout.sections {
        let name = match file {
            AwsFile::Config => header::profile_name(&section.header),
            AwsFile::Credentials => Some(section.header.clone()),
        };
        let matters =
            name.map_or_else(|| section.header.starts_with("sso-session"), |name| profiles.contains(&name.as_str()));
        if !matters {
            left_out += 1;
            continue;
        }
        lines.push(printable(&format!("[{}]", redact::header_of_aws(&section.header))));
        for setting in &section.options {
            // An ID of a key names its account.
            let value = Some(&setting.key).filter(|key| redact::of_aws(key) != Show::KeyId);
            let value = value.and_then(|key| redact::value_of_aws(key, &setting.value));
            let value = value.as_deref().unwrap_or("(left out)");
            lines.push(printable(&format!("{} = {value}", redact::name_of_aws(&setting.key))));
        }
    }
    match left_out {
        0 => {}
        1 => lines.push("(and 1 section more)".to_owned()),
        _ => lines.push(format!("(and {left_out} sections more)")),
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::{AwsFile, are_harmless, excerpt};

    #[test]
    fn only_lines_of_which_all_is_known_are_harmless() {
        for lines in ["", "\nregion = a\r\n\tOutput:json", "[dev]\nregion=a"] {
            assert!(are_harmless(lines.as_bytes()), "{lines}");
        }
        for lines in [
            "# region = a",
            "aws_access_key_id = a",
            "region = a\n  more",
            "[dev]\nsecret",
            "[dev] x",
            "output = b",
            "region = a#b",
            "region = a b",
        ] {
            assert!(!are_harmless(lines.as_bytes()), "{lines}");
        }
    }

    #[test]
    fn only_harmless_settings_of_the_profile_are_shown() {
        let text = "# planted\n[dev]\nregion = us-east-2\naws_secret_access_key = planted\nnew_thing = planted\n[other]\nregion = planted\n";
        let lines = excerpt(AwsFile::Credentials, text.as_bytes(), &["dev"]).expect("well-formed");
        assert_eq!(
            lines,
            [
                "[dev]",
                "region = us-east-2",
                "aws_secret_access_key = (left out)",
                "•••• = (left out)",
                "(and 1 section more)"
            ]
        );
    }
}
