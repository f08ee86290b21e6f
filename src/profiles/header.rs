//! The headers of profiles in the config file: `[default]`, `[profile NAME]`, `[profile "a b"]`.
//!
//! Deliberately absent: the credentials file, where a header is the bare name.

use crate::wizard::names::ProfileName;

/// The profile that a header of the config file stands for; `None` for `sso-session`, `services` and the like.
pub(super) fn profile_name(header: &str) -> Option<String> {
    if header == "default" {
        return Some(header.to_owned());
    }
    if !header.starts_with("profile") {
        return None;
    }
    <[String; 2]>::try_from(words(header)?).ok().map(|[_, name]| name)
}

/// The header, without brackets, under which a profile is written; quoted where the words would come apart.
pub(super) fn of_profile(name: &ProfileName) -> String {
    let text = name.as_str();
    if name.is_default() {
        text.to_owned()
    } else if text.contains([' ', '\'', '"', '\\']) {
        format!("profile '{}'", text.replace('\'', r#"'"'"'"#))
    } else {
        format!("profile {text}")
    }
}

/// Splits into words as a POSIX shell would (Python's `shlex.split`); `None` when a quote is left open.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().push(characters.next()?),
            (Some(open), _) if open == c => quote = None,
            (Some('"'), '\\') => {
                let next = characters.next()?;
                let word = word.get_or_insert_default();
                if !matches!(next, '"' | '\\') {
                    word.push('\\');
                }
                word.push(next);
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{of_profile, profile_name};
    use crate::wizard::names::ProfileName;

    #[test]
    fn quotes_hold_words_together() {
        for (header, name) in [
            ("default", Some("default")),
            ("profile default", Some("default")),
            ("profile dev", Some("dev")),
            ("profile  'a b'", Some("a b")),
            (r#"profile "a \"b\" \c""#, Some(r#"a "b" \c"#)),
            (r"profile a\ b", Some("a b")),
            ("profile a b", None),
            ("profile it's", None),
            ("profile", None),
            ("sso-session a", None),
            ("dev", None),
        ] {
            assert_eq!(profile_name(header).as_deref(), name, "{header}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "[ -~é]{1,12}") {
            if let Ok(name) = ProfileName::parse(&text) {
                prop_assert_eq!(profile_name(&of_profile(&name)), Some(text));
            }
        }
    }
}
