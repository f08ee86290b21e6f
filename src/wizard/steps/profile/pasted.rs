//! What is pasted for an access key: the line of the CSV file that the IAM console gives, what AWS tools print, or the path
//! of a file; and the shapes of IDs and secrets.
//!
//! Deliberately absent: the columns for the console's own password, and reading the file.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::wizard::secret::Secret;

/// What such a text holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The IAM user, where the line begins with one.
    pub(super) user: Option<String>,
    /// The access key ID.
    pub(super) id: String,
    /// The secret access key.
    pub(super) secret: Secret,
    /// The session token, where there is one.
    pub(super) token: Option<Secret>,
}

/// Finds an access key in a text.
pub(super) fn record(text: &str) -> Option<Record> {
    text.lines().find_map(csv).or_else(|| named(text))
}

/// `ID,secret` with what may stand around it, in one line or below a line of titles.
fn csv(line: &str) -> Option<Record> {
    let cells: Vec<&str> = line.split([',', '\t', ';']).map(unquoted).collect();
    let place = cells.iter().position(|cell| is_access_key_id(cell))?;
    let secret = cells.get(place + 1).filter(|secret| !secret.is_empty() && !secret.contains(':'))?;
    let user = cells[..place].first().filter(|user| !user.is_empty() && !user.contains([':', '=']));
    Some(Record {
        user: user.map(|user| (*user).to_owned()),
        id: cells[place].to_owned(),
        secret: Secret::new(*secret),
        token: None,
    })
}

/// Names and values: a section of the credentials file, `export` lines of the SSO portal, or the JSON of `aws sts`.
fn named(text: &str) -> Option<Record> {
    let value = |wanted: &str| {
        text.split(['\n', '\r', ',', ';', '{', '}']).find_map(|part| {
            ['=', ':'].into_iter().find_map(|separator| {
                let (name, value) = part.split_once(separator)?;
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
                name.to_ascii_lowercase().ends_with(wanted).then(|| unquoted(value)).filter(|value| !value.is_empty())
            })
        })
    };
    Some(Record {
        user: None,
        id: value("accesskeyid").filter(|id| id.chars().all(|c| c.is_ascii_alphanumeric()))?.to_owned(),
        secret: Secret::new(value("secretaccesskey")?),
        token: value("sessiontoken").map(Secret::new),
    })
}

/// A key without the blanks, line ends and quotes that came with it.
pub(super) fn clean(text: &str) -> Zeroizing<String> {
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    // A path may hold blanks.
    if path(text).is_some() {
        clean.push_str(text);
    } else {
        clean.extend(unquoted(text).chars().filter(|c| !c.is_whitespace()));
    }
    clean
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'', '`', '“', '”', '‘', '’']).trim()
}

/// The file that a text names, as a person types it or as a file manager drops it.
pub(super) fn path(text: &str) -> Option<PathBuf> {
    let text = unquoted(text);
    let text = text.strip_prefix("file://").unwrap_or(text);
    let is_path = text.starts_with(['/', '~']) || text.starts_with("./") || text.to_ascii_lowercase().ends_with(".csv");
    (is_path && !is_secret(text)).then(|| PathBuf::from(text))
}

/// Whether a text is an access key ID of the usual shape.
pub(super) fn is_access_key_id(text: &str) -> bool {
    let usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    (text.starts_with("AKIA") || text.starts_with("ASIA")) && text.len() == 20 && text.chars().all(usual)
}

/// Whether a text is a secret access key of the usual shape.
pub(super) fn is_secret(text: &str) -> bool {
    text.len() == 40 && text.chars().all(|c| c.is_ascii_alphanumeric() || "/+=".contains(c))
}

/// Whether a secret access key may stand in a text that is meant for something else.
pub(super) fn may_hold_secret(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"/+=".contains(c)).any(|run| run.len() >= 40)
}

#[cfg(test)]
mod tests {
    use super::{Record, clean, path, record};
    use crate::wizard::secret::Secret;

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalr/+EXAMPLEKEY";

    #[test]
    fn a_line_of_the_console_is_taken_apart() {
        for (text, user) in [
            (format!("{ID},{SECRET}"), None),
            (format!("Access key ID,Secret access key\r\n{ID}, {SECRET}\r\n"), None),
            (format!("ann,{ID},{SECRET}"), Some("ann")),
            (format!("{ID}\t{SECRET}"), None),
            (
                format!("User name,Password,Access key ID,Secret access key\n\"ann\",,{ID},{SECRET},https://x\n"),
                Some("ann"),
            ),
        ] {
            let expected =
                Record { user: user.map(str::to_owned), id: ID.to_owned(), secret: Secret::new(SECRET), token: None };
            assert_eq!(record(&text), Some(expected), "{text}");
        }
        for text in [ID, SECRET, "", "a,b,c", &format!("{ID},")] {
            assert_eq!(record(text), None, "{text}");
        }
    }

    #[test]
    fn what_aws_tools_print_is_taken_apart() {
        let (id, token) = ("ASIAIOSFODNN7EXAMPLE", "IQoJb3Jp//Z2lu==");
        for text in [
            format!(
                "[123_Dev]\naws_access_key_id = {id}\naws_secret_access_key={SECRET}\naws_session_token = {token}\n"
            ),
            format!(
                "export AWS_ACCESS_KEY_ID=\"{id}\"\nexport AWS_SECRET_ACCESS_KEY=\"{SECRET}\"\nexport AWS_SESSION_TOKEN=\"{token}\""
            ),
            format!(
                "$Env:AWS_ACCESS_KEY_ID=\"{id}\"\r\n$Env:AWS_SECRET_ACCESS_KEY=\"{SECRET}\"\r\n$Env:AWS_SESSION_TOKEN=\"{token}\"\r\n"
            ),
            format!(
                "{{\n \"Credentials\": {{\n  \"AccessKeyId\": \"{id}\",\n  \"SecretAccessKey\": \"{SECRET}\",\n  \"SessionToken\": \"{token}\",\n  \"Expiration\": \"2026\" }}\n}}"
            ),
            format!(
                "{{\"Version\":1,\"AccessKeyId\":\"{id}\",\"SecretAccessKey\":\"{SECRET}\",\"SessionToken\":\"{token}\"}}"
            ),
        ] {
            let expected =
                Record { user: None, id: id.to_owned(), secret: Secret::new(SECRET), token: Some(Secret::new(token)) };
            assert_eq!(record(&text), Some(expected), "{text}");
        }
    }

    #[test]
    fn keys_lose_what_came_with_them_and_paths_keep_it() {
        assert_eq!(*clean(" \"AKIA IOSF\t\" "), "AKIAIOSF");
        assert_eq!(*clean("~/my keys.csv"), "~/my keys.csv");
        for text in ["~/k.csv", "/home/ann/k.csv", "'./x y.csv'", "Downloads/ann.CSV", "file:///tmp/k.csv"] {
            assert!(path(text).is_some(), "{text}");
        }
        for text in [ID, "", "/bCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCd"] {
            assert_eq!(path(text), None, "{text}");
        }
    }
}
