//! The environment: keys in it that take the place of a profile, and addresses that lead away from AWS.
//!
//! Deliberately absent: variables that change nothing of this.

use super::files::AwsFiles;
use super::subject::{From, Subject};
use crate::checkup::Check;
use crate::ports::Computer;
use crate::wizard::names::printable;

/// Whether the environment shadows what the files say, and whether it leads elsewhere.
pub(super) fn checks(subject: &Subject, computer: &Computer, files: &AwsFiles) -> Vec<Check> {
    vec![shadows(subject, computer, files), endpoints(computer)]
}

fn shadows(subject: &Subject, computer: &Computer, files: &AwsFiles) -> Check {
    let is_set = |name: &str| computer.variables.iter().any(|variable| variable.name == name && !variable.empty);
    let empty = computer.variables.iter().find(|variable| variable.empty && variable.name == "AWS_PROFILE");
    let pinned = subject.present.as_ref().is_some_and(|present| present.profile.is_some());
    let shown = subject.shown_profile().unwrap_or_default();
    if let Some(key) = &subject.environment_key {
        let own = subject.profile.as_ref().and_then(|name| files.profile(name.as_str())?.keys.as_ref());
        if subject.profile.is_none() || own.is_some_and(|keys| keys.access_key_id == key.id) {
            return Check::pass("environment", "an access key is in it, and it is the one that is used");
        }
        if pinned {
            return Check::pass(
                "environment",
                format!("an access key is in it; git's helper names {shown}, which comes before it"),
            );
        }
        if subject.present.is_some() {
            let what = format!("an access key is in it, and git's helper takes that instead of {shown}");
            return Check::fail("environment", "environment-shadows", what)
                .why(
                    "A helper without --profile takes the keys of the environment before any profile, AWS_PROFILE too.",
                )
                .fix("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN")
                .fix("codecommit-setup");
        }
        return Check::warn(
            "environment",
            Some("environment-shadows"),
            format!("an access key is in it, which comes before {shown} unless the profile is named"),
        );
    }
    let half = is_set("AWS_ACCESS_KEY_ID") || is_set("AWS_SECRET_ACCESS_KEY");
    if half && !pinned && subject.present.is_some() {
        return Check::fail(
            "environment",
            "environment-shadows",
            "half an access key is in it, at which git's helper stops",
        );
    }
    if half {
        return Check::warn("environment", Some("environment-shadows"), "half an access key is in it");
    }
    if empty.is_some() && !pinned {
        return Check::warn("environment", None, "AWS_PROFILE is set and empty, which some tools take for a name")
            .fix("unset AWS_PROFILE");
    }
    let sudo = computer.variables.iter().find(|variable| variable.name == "SUDO_USER" && !variable.empty);
    if let (Some(user), None) = (sudo.and_then(|user| user.value.as_ref()), &subject.present) {
        let home = computer.variables.iter().find(|variable| variable.name == "HOME");
        let home = home.and_then(|home| home.value.clone()).unwrap_or_default();
        return Check::warn("environment", None, format!("sudo runs this as root, with the files in {home}"))
            .why(format!("The profile and the Git configuration of {user} are not read."))
            .fix("Run it without sudo.");
    }
    if subject.profile_from == From::Variable {
        return Check::pass("environment", format!("AWS_PROFILE names {shown}"));
    }
    Check::pass("environment", "nothing in it takes the place of the profile")
}

fn endpoints(computer: &Computer) -> Check {
    let set: Vec<String> = computer
        .variables
        .iter()
        .filter(|variable| variable.name.starts_with("AWS_ENDPOINT_URL") && !variable.empty)
        .map(|variable| format!("{} = {}", variable.name, variable.value.clone().unwrap_or_default()))
        .collect();
    let off = computer.variables.iter().any(|variable| {
        variable.name == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
            && variable.value.as_deref().is_some_and(|value| value.eq_ignore_ascii_case("true"))
    });
    match set.as_slice() {
        [] => Check::pass("endpoints", "those of AWS"),
        _ if off => Check::pass("endpoints", "those of AWS; the ones that are set are ignored"),
        set => Check::pass("endpoints", printable(&set.join(", "))),
    }
}
