//! What is there already: whether git knows a helper for CodeCommit at all, and what a clone's own configuration says.
//!
//! Deliberately absent: which of several helpers git would come to (`chain`).

use super::Unreadable;
use super::chain::{Entry, Setting};
use super::edit::is_helper;
use super::layout::Layout;
use super::quote::{config_value, profile_option, shell_quoted};
use super::recognise::{is_codecommit_helper, profile_of};
use super::splice::Splices;
use crate::wizard::names::ProfileName;

/// Whether a helper for CodeCommit, or any helper for hosts of CodeCommit, stands anywhere in git's configuration, asked or not.
pub fn has_helper(entries: &[Entry]) -> bool {
    let mut helpers = entries.iter().filter_map(Setting::of).filter(|setting| setting.variable == b"helper");
    helpers.any(|setting| {
        let of_host = setting.pattern.is_some_and(|url| String::from_utf8_lossy(url).contains("git-codecommit"));
        is_codecommit_helper(&setting.entry.text()) || of_host
    })
}

/// What a clone's own configuration says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfClone {
    /// The URL of its remote, `origin` before others.
    pub remote: Option<String>,
    /// The helper of its own, when it has one for CodeCommit.
    pub helper: Option<String>,
    /// The profile that the helper names.
    pub profile: Option<String>,
    /// The sections that hold such helpers, by URL; `None` is the plain `[credential]`.
    pub sections: Vec<Option<String>>,
}

/// Reads a clone's own configuration.
///
/// # Errors
/// A file that git could not read either.
pub fn of_clone(bytes: &[u8]) -> Result<OfClone, Unreadable> {
    let entries = Layout::read(bytes)?.entries();
    let remotes = || entries.iter().filter(|entry| entry.key.starts_with(b"remote.") && entry.key.ends_with(b".url"));
    let remote = remotes().find(|entry| entry.key == b"remote.origin.url").or_else(|| remotes().next());
    let settings = entries.iter().filter_map(Setting::of).filter(|setting| setting.variable == b"helper");
    let own = || settings.clone().filter(|setting| is_codecommit_helper(&setting.entry.text()));
    let helper = own().next_back().map(|setting| setting.entry.text().into_owned());
    let section = |setting: Setting<'_>| setting.pattern.map(|url| String::from_utf8_lossy(url).into_owned());
    Ok(OfClone {
        sections: own().map(section).collect(),
        remote: remote.map(|entry| entry.text().into_owned()),
        profile: helper.as_deref().and_then(profile_of),
        helper,
    })
}

/// Computes a clone's configuration with its helpers of one profile pinned to another; the same bytes where there is none, or where the
/// name is written in a way that is not known here.
///
/// # Errors
/// A file that git could not read either.
pub fn repinned(before: &[u8], old: &str, new: &ProfileName) -> Result<Vec<u8>, Unreadable> {
    let layout = Layout::read(before)?;
    let mut splices = Splices::of(&layout);
    for section in layout.sections.iter().filter(|section| section.name == "credential") {
        for variable in section.variables.iter().filter(|variable| is_helper(variable)) {
            let value = variable.value.as_deref().filter(|value| profile_of(value).as_deref() == Some(old));
            if let Some(value) = value.and_then(|value| with_profile(value, old, new)) {
                splices.replace(variable, &format!("helper = {}", config_value(&value)));
            }
        }
    }
    Ok(splices.finish())
}

/// The same helper for another profile.
fn with_profile(value: &str, old: &str, new: &ProfileName) -> Option<String> {
    let name = shell_quoted(old);
    let spellings = [format!("--profile {name}"), format!("--profile={name}"), format!("--profile={}", quoted(old))];
    let written = spellings.iter().find(|written| value.contains(written.as_str()))?;
    Some(value.replacen(written, &profile_option(new), 1))
}

fn quoted(name: &str) -> String {
    super::quote::single_quoted(name)
}

#[cfg(test)]
mod tests {
    use super::{OfClone, of_clone, repinned};
    use crate::wizard::names::ProfileName;

    const CLONE: &str = "[core]\n\tbare = false\n[credential \"https://git-codecommit.us-east-2.amazonaws.com\"]\n\thelper =\n\
        \thelper = !aws --profile 'dev one' codecommit credential-helper $@ # ours\n\tUseHttpPath = true\n\
        [remote \"origin\"]\n\turl = https://git-codecommit.us-east-2.amazonaws.com/v1/repos/a\n";

    #[test]
    fn a_clone_says_where_it_comes_from_and_whose_it_is() {
        let clone = of_clone(CLONE.as_bytes()).expect("readable");
        assert_eq!(clone.remote.as_deref(), Some("https://git-codecommit.us-east-2.amazonaws.com/v1/repos/a"));
        assert_eq!(clone.profile.as_deref(), Some("dev one"));
        assert_eq!(of_clone(b"[core]\n").expect("readable"), OfClone::default());
    }

    #[test]
    fn only_the_profile_changes() {
        let name = |name: &str| ProfileName::parse(name).expect("a name");
        let after = |old: &str, new: &str| {
            String::from_utf8(repinned(CLONE.as_bytes(), old, &name(new)).expect("readable")).expect("UTF-8")
        };
        assert_eq!(after("dev one", "ops"), CLONE.replace("'dev one'", "ops"));
        assert_eq!(after("dev one", "it's"), CLONE.replace("'dev one'", r"'it'\\''s'"));
        assert_eq!(after("other", "ops"), CLONE);
        let there = repinned(CLONE.as_bytes(), "dev one", &name("-x")).expect("readable");
        let back = repinned(&there, "-x", &name("dev one")).expect("readable");
        assert_eq!(String::from_utf8(back).expect("UTF-8"), CLONE);
    }
}
