//! A clone that was made, and what its own configuration got of ours, written down so that it is known later and undo can take
//! ours out again.
//!
//! Deliberately absent: a clone that fails because it could not be written down.

use std::path::{Path, PathBuf};

use super::Git;
use crate::adapters::files::{in_background, read};
use crate::adapters::journal::Book;
use crate::gitconfig;
use crate::journal::{CloneRecord, Deed, FileRecord, Ours, hash};
use crate::wizard::problem::{Problem, ProblemKind};

impl Git {
    pub(super) async fn note_cloned(&self, directory: &Path, url: &str, pin: &[(String, String)]) {
        let (sections, helper) = of(pin);
        let record = CloneRecord { folder: directory.to_owned(), url: url.to_owned() };
        let (journal, path) = (self.journal.clone(), directory.join(".git").join("config"));
        let noted = in_background(move || {
            let mut book = journal.open()?;
            book.append(vec![Deed::Clone(record)])?;
            if sections.is_empty() { Ok(()) } else { note(&mut book, path, sections, helper) }
        });
        if let Err(problem) = noted.await {
            tracing::warn!(%problem, "a clone is not in the journal");
        }
    }
}

/// The `[credential]` sections among keys and values, by URL, and the helper that stands in them.
fn of(pin: &[(String, String)]) -> (Vec<Option<String>>, String) {
    let (mut sections, mut helper) = (Vec::new(), String::new());
    for (key, value) in pin {
        let Some(rest) = key.strip_prefix("credential.") else { continue };
        let (url, name) = rest.rsplit_once('.').map_or((None, rest), |(url, name)| (Some(url.to_owned()), name));
        if !sections.contains(&url) {
            sections.push(url);
        }
        if name == "helper" && !value.is_empty() {
            helper.clone_from(value);
        }
    }
    (sections, helper)
}

/// Writes the configuration down as a change of what it would be without ours.
fn note(book: &mut Book, path: PathBuf, sections: Vec<Option<String>>, helper: String) -> Result<(), Problem> {
    let after = read(path.clone())?.bytes.unwrap_or_default();
    let before = gitconfig::take_out(&after, &sections, &helper).map_err(|error| {
        let what = format!("{} cannot be read.", path.display());
        Problem::new(ProblemKind::BrokenFile, what, error.to_string(), "")
    })?;
    let ours = Ours::GitSections { sections, helper };
    let replaced = Some(book.replaced(&path, (&before, &after), &ours)?);
    let record = FileRecord {
        target: path.clone(),
        path,
        // Git made it a moment ago; whatever it has, it keeps.
        mode: None,
        before: Some(hash(&before)),
        after: hash(&after),
        backup: None,
        replaced,
        folders: Vec::new(),
        ours,
    };
    book.append(vec![Deed::File(Box::new(record))])
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn sections_are_named_by_their_url() {
        let pin = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let pairs = pin(&[
            ("credential.https://git-codecommit.*.amazonaws.com.helper", ""),
            ("credential.https://git-codecommit.*.amazonaws.com.helper", "!aws"),
            ("credential.https://git-codecommit.*.amazonaws.com.UseHttpPath", "true"),
            ("core.autocrlf", "input"),
        ]);
        assert_eq!(of(&pairs), (vec![Some("https://git-codecommit.*.amazonaws.com".to_owned())], "!aws".to_owned()));
        assert_eq!(of(&pin(&[("credential.helper", "x")])), (vec![None], "x".to_owned()));
        assert_eq!(of(&[]), (Vec::new(), String::new()));
    }
}
