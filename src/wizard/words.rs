//! Figures and identifiers as a person reads them.
//!
//! Deliberately absent: whole sentences.

use std::time::Duration;

use super::names::printable;

/// The first four and the last four characters of an access key ID.
pub fn shortened(access_key_id: &str) -> String {
    let characters: Vec<char> = printable(access_key_id).chars().collect();
    if characters.len() < 12 {
        return characters.into_iter().collect();
    }
    let (head, tail) = (&characters[..4], &characters[characters.len() - 4..]);
    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

/// A time in milliseconds as a person says it: `61 ms`, `1.2 s`.
pub fn took(milliseconds: u64) -> String {
    match milliseconds {
        0..100 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", Duration::from_millis(milliseconds).as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::{shortened, took};

    #[test]
    fn a_key_is_told_by_its_ends_and_a_short_text_stays() {
        assert_eq!(shortened("AKIAIOSFODNN7EXAMPLE"), "AKIA…MPLE");
        assert_eq!(shortened("AKIA1"), "AKIA1");
    }

    #[test]
    fn a_time_has_the_unit_that_fits() {
        assert_eq!((took(61).as_str(), took(1234).as_str()), ("61 ms", "1.2 s"));
    }
}
