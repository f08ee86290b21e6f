//! A line of the CSV file that the IAM console gives for an access key, pasted as a whole.
//!
//! Deliberately absent: the columns for the console's own password.

use crate::wizard::secret::Secret;

/// What such a line holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The IAM user, where the line begins with one.
    pub(super) user: Option<String>,
    /// The access key ID.
    pub(super) id: String,
    /// The secret access key.
    pub(super) secret: Secret,
}

/// Finds `ID,secret` with what may stand around it, in one line or below a line of titles.
pub(super) fn record(text: &str) -> Option<Record> {
    text.lines().find_map(|line| {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
        let place = cells.iter().position(|cell| is_access_key_id(cell))?;
        let secret = cells.get(place + 1).filter(|secret| !secret.is_empty())?;
        let user = cells[..place].first().filter(|user| !user.is_empty()).map(|user| (*user).to_owned());
        Some(Record { user, id: cells[place].to_owned(), secret: Secret::new(*secret) })
    })
}

/// Whether a text is an access key ID of the usual shape.
pub(super) fn is_access_key_id(text: &str) -> bool {
    let usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    (text.starts_with("AKIA") || text.starts_with("ASIA")) && text.len() == 20 && text.chars().all(usual)
}

#[cfg(test)]
mod tests {
    use super::{Record, record};
    use crate::wizard::secret::Secret;

    #[test]
    fn a_line_of_the_console_is_taken_apart() {
        let (id, secret) = ("AKIAIOSFODNN7EXAMPLE", "wJalr/+EXAMPLEKEY");
        for (text, user) in [
            (format!("{id},{secret}"), None),
            (format!("Access key ID,Secret access key\r\n{id}, {secret}\r\n"), None),
            (format!("ann,{id},{secret}"), Some("ann")),
            (
                format!("User name,Password,Access key ID,Secret access key\n\"ann\",,{id},{secret},https://x\n"),
                Some("ann"),
            ),
        ] {
            let expected = Record { user: user.map(str::to_owned), id: id.to_owned(), secret: Secret::new(secret) };
            assert_eq!(record(&text), Some(expected), "{text}");
        }
        for text in [id, secret, "", "a,b,c", &format!("{id},")] {
            assert_eq!(record(text), None, "{text}");
        }
    }
}
