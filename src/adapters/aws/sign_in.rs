//! When a sign-in at an SSO portal ends, as its cached token says (`~/.aws/sso/cache/*.json`, written by `aws sso login`).
//!
//! Deliberately absent: the token itself, and signing in.

use std::path::Path;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::adapters::reading;

/// The most that a cached token may hold, in bytes.
const LIMIT: u64 = 64 * 1024;

/// The part of a cached token that is looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    start_url: String,
    expires_at: String,
    /// With this the token is renewed without anybody being asked.
    #[serde(rename = "refreshToken")]
    renewal: Option<serde::de::IgnoredAny>,
}

/// When the last sign-in at a portal ends; nothing where it is renewed by itself, or is not known.
pub(super) fn end(home: &Path, start_url: &str) -> Option<OffsetDateTime> {
    let files = std::fs::read_dir(home.join(".aws/sso/cache")).ok()?;
    let small = files.flatten().filter_map(|file| reading::whole(&file.path(), LIMIT).ok());
    let tokens = small.filter_map(|bytes| serde_json::from_slice::<Token>(&bytes).ok());
    let of_portal = tokens.filter(|token| token.start_url.trim_end_matches('/') == start_url.trim_end_matches('/'));
    let ends = of_portal.filter(|token| token.renewal.is_none());
    ends.filter_map(|token| OffsetDateTime::parse(&token.expires_at, &Rfc3339).ok()).max()
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn the_last_sign_in_at_a_portal_counts_unless_it_is_renewed_by_itself() {
        let home = tempfile::tempdir().unwrap();
        let cache = home.path().join(".aws/sso/cache");
        std::fs::create_dir_all(&cache).unwrap();
        for (name, text) in [
            ("a", r#"{"startUrl":"https://x/start/","expiresAt":"2026-01-02T03:04:05Z","accessToken":"t"}"#),
            ("b", r#"{"startUrl":"https://x/start","expiresAt":"2026-01-02T04:04:05Z","accessToken":"t"}"#),
            ("c", r#"{"startUrl":"https://y/start","expiresAt":"2026-01-02T05:04:05Z","refreshToken":"r"}"#),
            ("d", "nonsense"),
        ] {
            std::fs::write(cache.join(format!("{name}.json")), text).unwrap();
        }
        let ends = end(home.path(), "https://x/start").unwrap();
        assert_eq!((ends.hour(), ends.minute()), (4, 4));
        assert_eq!(end(home.path(), "https://y/start"), None);
    }
}
