//! The verdicts that there are (`assets/verdicts.toml`), by id.
//!
//! Deliberately absent: choosing one.

use std::sync::LazyLock;

use serde::Deserialize;

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../../assets/verdicts.toml")).unwrap_or_default());

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    verdict: Vec<Verdict>,
}

/// What is wrong, in the words that the screen, the report and the telephone share.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Its name in the JSON output; stable.
    pub id: String,
    /// A letter and a number, to be said over the telephone.
    pub code: String,
    /// What is wrong, a sentence.
    pub what: String,
    /// Why that is known: what it rests on. Empty in the table.
    #[serde(default)]
    pub why: String,
    /// What to do, a command or a sentence each.
    pub fix: Vec<String>,
    /// The step of the walk that mends it.
    #[serde(default)]
    pub step: Option<String>,
}

/// Every verdict that there is, in the order of the table.
pub fn known() -> &'static [Verdict] {
    &TABLE.verdict
}

/// The verdict with this id, or this code in upper or lower case, with or without its dash, or its number alone.
pub fn find(name: &str) -> Option<&'static Verdict> {
    let is_called = |verdict: &&Verdict| {
        let Some((letter, number)) = verdict.code.split_once('-') else {
            return verdict.code.eq_ignore_ascii_case(name);
        };
        let has_letter = name.get(..letter.len()).is_some_and(|start| start.eq_ignore_ascii_case(letter));
        let rest = if has_letter { &name[letter.len()..] } else { name };
        rest.trim_start_matches(['-', ' ']) == number
    };
    known().iter().find(|verdict| verdict.id == name).or_else(|| known().iter().find(is_called))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{find, known};

    #[test]
    fn every_verdict_has_an_id_and_a_number_of_its_own() {
        let ids: BTreeSet<&str> = known().iter().map(|verdict| verdict.id.as_str()).collect();
        // The number alone tells it, should the letter be misheard.
        let numbers: BTreeSet<&str> = known().iter().filter_map(|verdict| verdict.code.rsplit('-').next()).collect();
        assert!(known().len() > 50);
        assert_eq!((ids.len(), numbers.len()), (known().len(), known().len()));
    }

    #[test]
    fn a_code_is_found_however_it_was_heard() {
        for name in ["H-71", "h-71", "H71", "h 71", "71", "helper-missing"] {
            assert_eq!(find(name).map(|verdict| verdict.code.as_str()), Some("H-71"), "{name}");
        }
        for name in ["", "H", "X-71", "7", "-", "é71"] {
            assert!(find(name).is_none(), "{name}");
        }
        assert_eq!(find("ok").map(|verdict| verdict.id.as_str()), Some("healthy"));
    }

    #[test]
    fn every_step_that_mends_is_one() {
        let steps = ["Tools", "Profile", "Permissions", "Git configuration", "Repositories"];
        for verdict in known() {
            assert!(verdict.step.as_deref().is_none_or(|step| steps.contains(&step)), "{}", verdict.id);
        }
    }
}
