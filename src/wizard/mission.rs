//! What somebody came for: which steps that takes, and what they are to know of it.
//!
//! Deliberately absent: going there (`wizard`), and anything that a step decides.

use super::step::Step;

/// What somebody came for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mission {
    /// The whole walk.
    #[default]
    Whole,
    /// Git is to use another profile.
    SwitchProfile {
        /// Whether git's own configuration names the profile; else only clones do.
        of_git: bool,
    },
    /// Git is to know its helper for another region.
    Helper,
    /// More clones are wanted.
    Clone,
    /// Something is wrong.
    Repair {
        /// The verdict, by its id in `assets/verdicts.toml`.
        verdict: String,
        /// The step that mends it, by its name.
        step: String,
    },
}

impl Mission {
    /// The verdict that is to be mended.
    pub fn repairs(&self) -> Option<&str> {
        match self {
            Self::Repair { verdict, .. } => Some(verdict),
            Self::Whole | Self::SwitchProfile { .. } | Self::Helper | Self::Clone => None,
        }
    }

    /// The steps that it takes, by their places: its own, and those before them whose findings they rest on and that are not known.
    pub(super) fn route(&self, steps: &[Box<dyn Step>], facts: &super::facts::Facts) -> Vec<usize> {
        let own: Vec<usize> = (0..steps.len()).filter(|place| self.visits(steps[*place].name())).collect();
        let last = own.last().copied().unwrap_or_default();
        (0..steps.len())
            .filter(|place| own.contains(place) || (*place < last && !steps[*place].is_known(facts)))
            .collect()
    }

    fn visits(&self, step: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::SwitchProfile { of_git } => step == "Profile" || (*of_git && step == "Git configuration"),
            Self::Helper => step == "Git configuration",
            Self::Clone => step == "Repositories",
            // Another profile may come of it, and git has to know that one then.
            Self::Repair { step: mends, .. } if mends == "Profile" => matches!(step, "Profile" | "Git configuration"),
            Self::Repair { step: mends, .. } => step == mends,
        }
    }
}
