//! The regions where CodeCommit is known to be (`assets/regions.tsv`: code, place, and `fips` where the CodeCommit user guide, in
//! Regions and Git connection endpoints, lists a FIPS host for git), and a field to pick one.
//!
//! Deliberately absent: a check that a region is one of these; AWS adds regions, so any code of the right shape is taken.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key or event that the screen does not offer does nothing; a law watches over those offered"
)]

use super::event::Key;
use super::field::Field;
use super::names::Region;
use super::problem::Problem;
use super::screen::{Row, Rows};

/// What is said of a region that is none of these.
pub const UNKNOWN: &str = "not known here to have CodeCommit";

const TABLE: &str = include_str!("../../assets/regions.tsv");

/// Every region with CodeCommit that is known: code and place.
pub fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows().map(|(code, place, _)| (code, place))
}

/// Whether a FIPS host for git is documented for a region.
pub fn has_fips(region: &Region) -> bool {
    rows().any(|(code, _, fips)| fips && code == region.as_str())
}

/// Every host of CodeCommit for git that is known, those for FIPS last.
pub fn git_hosts() -> Vec<String> {
    let regions: Vec<Region> = known().filter_map(|(code, _)| Region::parse(code).ok()).collect();
    let fips = regions.iter().filter(|region| has_fips(region)).map(Region::fips_git_host);
    regions.iter().map(Region::git_host).chain(fips).collect()
}

/// Code, place, and whether there is a FIPS host.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, bool)> {
    TABLE.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.next()?, cells.next() == Some("fips")))
    })
}

/// The place of a region, when it is known.
pub fn place(region: &Region) -> Option<&'static str> {
    known().find(|(code, _)| *code == region.as_str()).map(|(_, place)| place)
}

/// The code with its place, as a sentence can hold it: “us-east-2 (Ohio)”.
pub fn described(region: &Region) -> String {
    let Some(place) = place(region) else { return format!("{region} ({UNKNOWN})") };
    let short = place.split_once('(').map_or(place, |(_, rest)| rest.trim_end_matches(')'));
    format!("{region} ({short})")
}

/// A field in which a region is typed by code or place, with the matching ones below it.
#[derive(Debug, Clone, Default)]
pub struct RegionField {
    /// What is typed.
    pub field: Field,
    /// The match under the cursor.
    pub cursor: usize,
}

impl RegionField {
    /// A field that starts with a region.
    pub fn with(code: &str) -> Self {
        let mut field = Self { field: Field::with(code), cursor: 0 };
        field.find();
        field
    }

    /// Does what a key does here; `false` when the key is none of its own.
    pub fn key(&mut self, key: Key) -> bool {
        let count = self.matches().len();
        match key {
            Key::Up | Key::Down | Key::PageUp | Key::PageDown if count > 0 => {
                self.cursor = match key {
                    Key::Up => self.cursor.checked_sub(1).unwrap_or(count - 1),
                    Key::PageUp => self.cursor.saturating_sub(8),
                    Key::PageDown => (self.cursor + 8).min(count - 1),
                    _ => (self.cursor + 1) % count,
                };
                if self.is_known() {
                    self.take();
                }
                true
            }
            _ => {
                // A region stands there: whoever types looks for another one.
                if matches!(key, Key::Char(_)) && self.is_known() {
                    self.field.set("");
                }
                let before = self.field.text().to_owned();
                let own = self.field.key(key);
                if self.field.text() != before {
                    self.find();
                }
                own
            }
        }
    }

    /// Puts a text in place of what is typed.
    pub fn set(&mut self, text: &str) {
        self.field.set(text);
        self.find();
    }

    /// Puts the match under the cursor into the field, unless what is typed is a code of its own.
    pub fn take(&mut self) {
        let found = self.matches().get(self.cursor).map(|(code, _)| *code);
        if let Some(code) = found {
            let (cursor, all) = (self.cursor, self.is_known());
            self.field.set(code);
            if all {
                self.cursor = cursor;
            } else {
                self.find();
            }
        }
    }

    /// The region meant.
    ///
    /// # Errors
    /// Nothing typed, or nothing that could be a region.
    pub fn region(&self) -> Result<Region, Problem> {
        if self.field.is_empty() {
            return Err(Problem::input(
                "The region is missing.",
                "It is where the repositories are, such as us-east-2.",
            ));
        }
        Region::parse(self.field.text())
    }

    /// What to say of the region that stands there: its place, or that it is not known.
    pub fn note(&self) -> String {
        match self.region() {
            Ok(region) => place(&region).map_or_else(|| UNKNOWN.to_owned(), str::to_owned),
            Err(_) => String::new(),
        }
    }

    /// The regions that fit what is typed; all of them while a known code stands there.
    pub fn matches(&self) -> Vec<(&'static str, &'static str)> {
        let wanted = self.field.text().to_lowercase();
        let all = wanted.is_empty() || self.is_known();
        known()
            .filter(|(code, place)| all || code.contains(&wanted) || place.to_lowercase().contains(&wanted))
            .collect()
    }

    fn is_known(&self) -> bool {
        known().any(|(code, _)| code == self.field.text())
    }

    fn find(&mut self) {
        self.cursor = self.matches().iter().position(|(code, _)| *code == self.field.text()).unwrap_or(0);
    }
}

impl Rows for RegionField {
    fn count(&self) -> usize {
        self.matches().len()
    }

    fn row(&self, index: usize) -> Row {
        let matches = self.matches();
        let Some((code, place)) = matches.get(index) else { return Row::default() };
        let fips = rows().any(|(known, _, fips)| fips && known == *code);
        let cells = [*code, *place, if fips { "FIPS host too" } else { "" }];
        Row { cells: cells.map(str::to_owned).to_vec(), ..Row::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{RegionField, described, git_hosts, has_fips, known};
    use crate::wizard::event::Key;
    use crate::wizard::names::Region;
    use crate::wizard::screen::Rows;

    #[test]
    fn all_29_regions_are_known_and_well_formed() {
        assert_eq!(known().count(), 29);
        assert!(known().all(|(code, place)| Region::parse(code).is_ok() && !place.is_empty()));
    }

    #[test]
    fn every_host_that_git_may_have_talked_to_is_listed_once() {
        let mut hosts = git_hosts();
        assert_eq!(hosts.len(), 29 + 7);
        for host in [
            "git-codecommit.eu-west-3.amazonaws.com",
            "git-codecommit.cn-north-1.amazonaws.com.cn",
            "git-codecommit-fips.us-gov-east-1.amazonaws.com",
            "git-codecommit-fips.ca-central-1.amazonaws.com",
        ] {
            assert!(hosts.iter().any(|known| known == host), "{host}");
        }
        hosts.sort();
        hosts.dedup();
        assert_eq!(hosts.len(), 29 + 7);
        assert!(!has_fips(&Region::parse("eu-west-1").unwrap()));
        assert_eq!(described(&Region::parse("us-east-2").unwrap()), "us-east-2 (Ohio)");
    }

    #[test]
    fn a_region_is_found_by_its_place() {
        let mut field = RegionField::default();
        for c in "ireland".chars() {
            field.key(Key::Char(c));
        }
        field.take();
        assert_eq!(field.region().unwrap().as_str(), "eu-west-1");
    }

    #[test]
    fn the_arrows_walk_from_the_region_that_stands_there() {
        let mut field = RegionField::with("us-east-2");
        field.key(Key::Down);
        assert_eq!(field.region().unwrap().as_str(), "us-east-1");
        field.key(Key::Up);
        field.key(Key::Up);
        assert_eq!(field.region().unwrap().as_str(), "us-gov-east-1");
    }

    #[test]
    fn a_region_that_is_not_known_is_taken_by_its_code() {
        let mut field = RegionField::with("mx-central-1");
        field.take();
        assert_eq!(field.region().unwrap().as_str(), "mx-central-1");
        assert_eq!(field.note(), "not known here to have CodeCommit");
        assert_eq!(RegionField::with("eu-west").note(), "");
        let ohio = RegionField::with("us-east-2");
        assert_eq!(
            (ohio.note().as_str(), ohio.row(ohio.cursor).cells[2].as_str()),
            ("US East (Ohio)", "FIPS host too")
        );
        assert_eq!(RegionField::with("sa-east-1").row(5).cells[2], "");
    }
}
