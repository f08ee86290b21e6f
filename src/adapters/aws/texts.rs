//! Texts of others made fit for a screen: errors with their causes, names quoted.
//!
//! Deliberately absent: what they mean.

use std::error::Error;

use aws_sdk_sts::config::http::HttpResponse;

use crate::wizard::names::printable;

/// The longest text of others that is shown, in characters.
const LONGEST_TEXT: usize = 400;
/// Messages that the SDK puts around those of the causes.
const EMPTY_WORDS: [&str; 5] = [
    "an error occurred while loading credentials",
    "an error occurred while loading an access token",
    "unexpected credentials error",
    "io error",
    "client error (Connect)",
];

/// A word as a shell reads it.
pub(super) fn quoted(word: &str) -> String {
    let word = printable(word);
    if !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/')) {
        return word;
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The messages of an error and of its causes, each said once, and without those that say nothing.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        let empty = text.is_empty() || (EMPTY_WORDS.contains(&text.as_str()) && error.source().is_some());
        if !empty && !said.iter().any(|earlier| earlier.contains(&text)) {
            said.push(text);
        }
        next = error.source();
    }
    shown(&said.join(": "))
}

/// A text of others, on one line, harmless and not too long.
pub(super) fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = printable(&line).chars().take(LONGEST_TEXT).collect();
    if line.chars().count() > LONGEST_TEXT {
        shown.push('…');
    }
    shown
}

/// Whether a code of AWS asks to slow down.
pub(super) fn is_throttling_code(code: &str) -> bool {
    code.starts_with("Throttl") || matches!(code, "TooManyRequestsException" | "RequestLimitExceeded" | "SlowDown")
}

/// Whether an answer that is no JSON asks to slow down.
pub(super) fn speaks_of_throttling(response: &HttpResponse) -> bool {
    let text = String::from_utf8_lossy(response.body().bytes().unwrap_or_default());
    !response.status().is_success() && (text.contains("<Throttling") || text.contains("Rate exceeded"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_quoted_for_the_shell() {
        assert_eq!(quoted("dev-1"), "dev-1");
        assert_eq!(quoted("it's $x"), r"'it'\''s $x'");
    }
}
