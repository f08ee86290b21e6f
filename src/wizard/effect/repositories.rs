//! Repositories as they become known: what AWS says of each, and a collection that grows by what is new.
//!
//! Deliberately absent: an order; whoever shows them sorts them.

use std::collections::HashMap;

use crate::wizard::names::RepositoryName;

/// A repository of a region, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its name.
    pub name: RepositoryName,
    /// What the details say, once they are there.
    pub details: Option<RepositoryDetails>,
}

/// What `BatchGetRepositories` says of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryDetails {
    /// Free text; anything may stand in it.
    pub description: String,
    /// The default branch; `None` when the repository is empty.
    pub default_branch: Option<String>,
    /// The last change, in words ("2 days ago").
    pub last_change: String,
    /// The last change in seconds since 1970 began, where AWS says it.
    pub changed: Option<i64>,
    /// The HTTPS clone URL that AWS gives.
    pub clone_url: String,
    /// The SSH clone URL that AWS gives.
    pub clone_url_ssh: String,
    /// Its ARN.
    pub arn: String,
    /// The KMS key that it is encrypted with, where AWS says it.
    pub encryption_key: Option<String>,
}

impl RepositoryDetails {
    /// When it was last changed, in UTC (RFC 3339).
    pub fn changed_at(&self) -> Option<String> {
        let moment = time::OffsetDateTime::from_unix_timestamp(self.changed?).ok()?;
        moment.format(&time::format_description::well_known::Rfc3339).ok()
    }
}

/// Repositories in the order in which their names came; more can become known of each.
#[derive(Debug, Default)]
pub struct Catalogue {
    all: Vec<Repository>,
    places: HashMap<RepositoryName, usize>,
    described: usize,
}

impl Catalogue {
    /// Takes in what is new; `true` when there is a name among it that was not known.
    pub fn add(&mut self, news: Vec<Repository>) -> bool {
        let before = self.all.len();
        for repository in news {
            if let Some(place) = self.places.get(&repository.name) {
                if let (known, Some(details)) = (&mut self.all[*place], repository.details) {
                    self.described += usize::from(known.details.is_none());
                    known.details = Some(details);
                }
            } else {
                self.places.insert(repository.name.clone(), self.all.len());
                self.described += usize::from(repository.details.is_some());
                self.all.push(repository);
            }
        }
        self.all.len() > before
    }

    /// All of them.
    pub fn all(&self) -> &[Repository] {
        &self.all
    }

    /// All of them, when nothing more will come.
    pub fn into_all(self) -> Vec<Repository> {
        self.all
    }

    /// The place of one, by its name.
    pub fn place(&self, name: &RepositoryName) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// How many have details.
    pub fn described(&self) -> usize {
        self.described
    }
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, Repository, RepositoryDetails};
    use crate::wizard::names::RepositoryName;

    fn repository(name: &str, description: Option<&str>) -> Repository {
        let details = description.map(|text| RepositoryDetails { description: text.to_owned(), ..Default::default() });
        Repository { name: RepositoryName::parse(name).unwrap(), details }
    }

    #[test]
    fn what_is_known_grows_and_is_not_forgotten() {
        let mut catalogue = Catalogue::default();
        assert!(catalogue.add(vec![repository("b", None), repository("a", None)]));
        assert!(!catalogue.add(vec![repository("a", Some("first"))]));
        assert!(catalogue.add(vec![repository("a", None), repository("c", Some("third"))]));
        assert_eq!((catalogue.all().len(), catalogue.described()), (3, 2));
        assert_eq!(catalogue.all()[1].details.as_ref().unwrap().description, "first");
    }

    #[test]
    fn the_last_change_is_told_in_utc() {
        let details = |changed| RepositoryDetails { changed, ..Default::default() };
        assert_eq!(details(Some(1_767_603_600)).changed_at().as_deref(), Some("2026-01-05T09:00:00Z"));
        assert_eq!(details(Some(i64::MAX)).changed_at(), None);
        assert_eq!(details(None).changed_at(), None);
    }
}
