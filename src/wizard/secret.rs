//! A text that must not be seen: masked when printed, wiped from memory when dropped.
//!
//! Deliberately absent: any way to serialise it.

use std::fmt;

use zeroize::Zeroizing;

/// A secret access key, a session token, a password, or a text that may hold one.
///
/// `Debug` shows its length class only; [`Secret::expose`] is the one way to the text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a text; the caller's copy is the caller's to wipe.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself: only for signing, for writing into the credentials file and for comparing.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Four dots and the last four characters, as `aws configure` masks it; all dots when it has fewer than 12.
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        if count < 12 {
            return "••••".to_owned();
        }
        let tail: String = self.0.chars().skip(count - 4).collect();
        format!("••••{tail}")
    }
}

impl From<String> for Secret {
    /// Takes the text over; it is not copied.
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Zeroizing<String>> for Secret {
    /// Takes the text over; it is not copied.
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_empty() { "Secret(empty)" } else { "Secret(…)" })
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_and_mask_do_not_give_it_away() {
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.masked(), "••••EKEY");
        assert_eq!(Secret::new("short").masked(), "••••");
    }
}
