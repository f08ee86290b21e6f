//! The AWS files with names of profiles that the AWS SDK takes: it passes over those with spaces, which the AWS CLI knows.
//!
//! Deliberately absent: any other change.

use zeroize::Zeroizing;

use super::layout::Layout;
use super::{AwsFile, BrokenFile, header};

/// A name of letters, digits and signs that the SDK takes; all else becomes `%` and its code, as in URLs.
pub fn plain_name(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"_-/.%@:+".contains(&byte) {
            plain.push(char::from(byte));
        } else {
            plain.extend(["%", &hex::encode_upper([byte])]);
        }
    }
    plain
}

/// The same file with plain names of profiles, where they are defined and where they are sources of others.
///
/// # Errors
/// The first line on which the AWS CLI would give up.
pub fn with_plain_names(file: AwsFile, bytes: &[u8]) -> Result<Zeroizing<String>, BrokenFile> {
    let layout = Layout::read(file, bytes)?;
    let mut instead = Vec::new();
    for section in &layout.sections {
        let (name, kind) = match file {
            AwsFile::Config => (header::profile_name(&section.header), "profile "),
            AwsFile::Credentials => (Some(section.header.clone()), ""),
        };
        let name = name.filter(|name| *name != "default");
        instead.extend(name.map(|name| (section.line, format!("[{kind}{}]\n", plain_name(&name)))));
        let source = section.setting("source_profile").filter(|source| !source.value.contains('\n'));
        instead.extend(source.map(|source| {
            (source.line, format!("{:1$}source_profile = {2}\n", "", source.indent, plain_name(&source.value)))
        }));
    }
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2 + 64));
    for (number, line) in layout.lines.iter().enumerate() {
        match instead.iter().find(|(place, _)| *place == number) {
            Some((_, line)) => text.push_str(line),
            None => text.push_str(&Zeroizing::new(String::from_utf8_lossy(line).into_owned())),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{plain_name, with_plain_names};
    use crate::profiles::AwsFile;

    #[test]
    fn names_become_plain_where_they_stand_and_nothing_else_changes() {
        let config = "# a b\n[default]\nregion = x\n[profile 'dev one']\r\nrole_arn = a b\nsource_profile = é\n[profile plain]\n[sso-session a b]\nx=y";
        assert_eq!(
            with_plain_names(AwsFile::Config, config.as_bytes()).expect("well-formed").as_str(),
            "# a b\n[default]\nregion = x\n[profile dev%20one]\nrole_arn = a b\nsource_profile = %C3%A9\n[profile plain]\n[sso-session a b]\nx=y"
        );
        let credentials = with_plain_names(AwsFile::Credentials, b"[dev one]\na=b\n").expect("well-formed");
        assert_eq!(credentials.as_str(), "[dev%20one]\na=b\n");
        assert_eq!(plain_name("a.b/c:d+e@f_g-h%i"), "a.b/c:d+e@f_g-h%i");
    }
}
