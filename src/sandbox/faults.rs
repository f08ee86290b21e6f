//! Faults: the known ways in which a set-up breaks, for training and for tests. Each starts from a set-up that works
//! and breaks one thing in it for real.
//!
//! - `set_up`: the set-up that works, and what can be done to it;
//! - `programs`, `profiles`, `network`, `rights`, `git_configuration`, `helpers`, `passwords`, `remotes`: the faults, by what they
//!   break.
//!
//! Deliberately absent: finding and repairing them, and what a verdict is called; that is the product's.

use std::{fmt, io};

mod git_configuration;
mod helpers;
mod network;
mod passwords;
mod profiles;
mod programs;
mod remotes;
mod rights;
mod set_up;

pub(super) use set_up::{Changes, SetUp};

/// A known way in which a set-up breaks.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name for `--break`, in kebab-case.
    pub name: &'static str,
    /// What is broken, a line for whoever gives the lesson.
    pub about: &'static str,
    /// What a check-up must come to, by its id (`assets/verdicts.toml`).
    pub verdict: &'static str,
    /// How the sandbox misbehaves for it, as `--sandbox-trouble` has it.
    pub(super) trouble: &'static [&'static str],
    /// Whether it needs the further identities.
    pub(super) identities: bool,
    /// Breaks the set-up.
    pub(super) breaks: fn(&mut SetUp<'_>) -> io::Result<()>,
}

/// A fault that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFault(String);

impl Fault {
    const fn new(
        name: &'static str,
        about: &'static str,
        verdict: &'static str,
        breaks: fn(&mut SetUp<'_>) -> io::Result<()>,
    ) -> Self {
        Self { name, about, verdict, trouble: &[], identities: false, breaks }
    }

    const fn with_trouble(self, trouble: &'static [&'static str]) -> Self {
        Self { trouble, ..self }
    }

    const fn with_identities(self) -> Self {
        Self { identities: true, ..self }
    }

    /// The set-up that faults start from, whole.
    pub fn none() -> &'static Self {
        static NONE: Fault = Fault::new("none", "Nothing is broken.", "", |_| Ok(()));
        &NONE
    }

    /// Finds a fault by its name.
    ///
    /// # Errors
    /// Names all that there are.
    pub fn named(name: &str) -> Result<&'static Self, UnknownFault> {
        let unknown = || UnknownFault(crate::wizard::secrecy::shown(name));
        faults().find(|fault| fault.name == name).ok_or_else(unknown)
    }
}

/// All faults, by what they break.
pub fn faults() -> impl Iterator<Item = &'static Fault> {
    let all = [
        programs::FAULTS,
        profiles::FAULTS,
        network::FAULTS,
        rights::FAULTS,
        git_configuration::FAULTS,
        helpers::FAULTS,
        passwords::FAULTS,
        remotes::FAULTS,
    ];
    all.into_iter().flatten()
}

/// All faults with what each breaks, a line each.
pub fn list_of_faults() -> String {
    let line = |fault: &Fault| format!("  {:<24} {}\n", fault.name, fault.about);
    faults().map(line).collect()
}

impl fmt::Display for UnknownFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "“{}” is no fault that the sandbox knows. There are:\n{}", self.0, list_of_faults().trim_end())
    }
}

impl std::error::Error for UnknownFault {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Fault, faults};
    use crate::sandbox::Trouble;

    #[test]
    fn every_fault_has_a_name_of_its_own_and_says_what_it_breaks() {
        let names: BTreeSet<&str> = faults().map(|fault| fault.name).collect();
        assert_eq!(names.len(), faults().count());
        for fault in faults() {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(fault.name.chars().all(is_kebab) && fault.name.len() <= 24, "{}", fault.name);
            assert!(!fault.about.is_empty() && fault.about.chars().count() <= 100, "{}: {}", fault.name, fault.about);
            assert!(fault.trouble.iter().all(|text| text.parse::<Trouble>().is_ok()), "{}", fault.name);
        }
    }

    #[test]
    fn an_unknown_name_names_all_that_there_are() {
        let message = Fault::named("nothing\u{1b}").unwrap_err().to_string();
        assert!(message.contains("git-missing") && !message.contains('\u{1b}'));
    }
}
