//! Secrets and the answers file: where they are found, and that one in a wrong place is refused and not repeated.
//!
//! Deliberately absent: fetching them; the caller does that.

use super::{File, ProfileTable, ScopePlace, ScopeText, SecretSource, Source, missing};
use crate::wizard::effect::AccessKey;
use crate::wizard::names::printable;
use crate::wizard::problem::Problem;
use crate::wizard::secrecy::{holds_secret, may_hold_secret};
use crate::wizard::secret::Secret;

/// Finds a secret by its key and its source.
pub type Fetch<'a> = dyn FnMut(&str, &SecretSource) -> Result<Secret, Problem> + 'a;

impl File {
    /// Refuses secrets where names belong: they would be shown, written and sent.
    pub(super) fn refuse_secrets(&self) -> Result<(), Problem> {
        let Self { profile, permissions, git, repositories } = self;
        let source = |source: &Option<Source>| match source {
            Some(Source::Found(SecretSource::Env(text) | SecretSource::File(text))) => Some(text.clone()),
            Some(Source::Found(SecretSource::Stdin(_)) | Source::Unusable(_)) | None => None,
        };
        let scope = git.scope.as_ref().and_then(|scope| match scope {
            ScopeText::Word(text) | ScopeText::Place(ScopePlace::Repository(text) | ScopePlace::Only(text)) => {
                Some(text.clone())
            }
            ScopeText::Unusable(_) => None,
        });
        let values = [
            ("profile.name", profile.name.clone()),
            ("profile.access_key_id", profile.access_key_id.clone()),
            ("profile.secret_access_key", source(&profile.secret_access_key)),
            ("profile.session_token", source(&profile.session_token)),
            ("profile.region", profile.region.clone()),
            ("profile.output", profile.output.clone()),
            ("permissions.with_profile", permissions.with_profile.clone()),
            ("git.scope", scope),
            ("repositories.into", repositories.into.clone()),
        ];
        let clones = repositories.clone.iter().flatten().map(|name| ("repositories.clone", Some(name.clone())));
        let found = values.into_iter().chain(clones).find(|(_, value)| value.as_deref().is_some_and(holds_secret));
        match found {
            None => Ok(()),
            Some((key, _)) => Err(Problem::input(
                format!("{key} in the answers file looks like a secret access key."),
                "Delete it: a secret never stands in the file itself. If somebody may have seen it, replace the key in IAM.",
            )),
        }
    }
}

/// What the parser says, without the value that it is about: that may be a secret in a wrong place.
pub(super) fn complaint(message: &str) -> String {
    let (about, expected) = message.split_at(message.rfind(", expected").unwrap_or(message.len()));
    let quote = about.find(['`', '"']).unwrap_or(about.len());
    let (said, value) = about.split_at(quote);
    let is_key = |value: &str| value.len() <= 24 && value.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let value = match value.trim_matches('`') {
        "" => "",
        key if is_key(key) => value,
        _ => "…",
    };
    let told = format!("{said}{value}{expected}");
    if may_hold_secret(&told) { String::new() } else { printable(&told) }
}

pub(super) fn access_key(table: &ProfileTable, fetch: &mut Fetch<'_>) -> Result<Option<AccessKey>, Problem> {
    let mut secret = |key: &str, source: &Option<Source>| match source {
        None => Ok(None),
        Some(Source::Found(source)) => fetch(&format!("profile.{key}"), source).map(Some),
        Some(Source::Unusable(_)) => Err(Problem::input(
            format!("profile.{key} in the answers file does not say where the secret is."),
            format!(
                "Write {key} = {{ env = \"NAME\" }}, {{ file = \"PATH\" }} or {{ stdin = true }}; a secret never stands in the file itself."
            ),
        )),
    };
    let secret_key = secret("secret_access_key", &table.secret_access_key)?;
    let session_token = secret("session_token", &table.session_token)?;
    match (&table.access_key_id, secret_key) {
        (Some(id), Some(secret)) => Ok(Some(AccessKey { id: id.trim().to_owned(), secret, session_token })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(missing("profile.secret_access_key", "profile.access_key_id is given without its secret"))
        }
        (None, Some(_)) => Err(missing("profile.access_key_id", "profile.secret_access_key is given without its ID")),
    }
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn a_complaint_names_keys_and_no_values() {
        for (message, told) in [
            (
                "unknown field `nam`, expected one of `name`, `region`",
                "unknown field `nam`, expected one of `name`, `region`",
            ),
            ("unknown field `Hunter2`, expected `name`", "unknown field …, expected `name`"),
            (
                "unknown variant `pass`word, expected `a`, expected `x`, expected `none`",
                "unknown variant …, expected `none`",
            ),
            ("invalid type: string \"hunter2\", expected a boolean", "invalid type: string …, expected a boolean"),
            (
                "invalid type: string \"a, expected b\", expected a boolean",
                "invalid type: string …, expected a boolean",
            ),
            (
                "string values must be quoted, expected literal string",
                "string values must be quoted, expected literal string",
            ),
            ("duplicate key", "duplicate key"),
        ] {
            assert_eq!(complaint(message), told);
        }
    }
}
