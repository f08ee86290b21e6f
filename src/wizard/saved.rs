//! What was chosen, written as an answers file for the next computer.
//!
//! Deliberately absent: secrets; the file says where to find one, as `answers` reads it.

use std::path::Path;

use super::answers::{Answers, HelperAnswer, PolicyAnswer, ScopeAnswer, repository_url};
use super::change::tilde;
use super::effect::{AccessKey, Change};
use super::facts::Facts;
use super::screen::Mark;
use super::secret::Secret;

/// The variables in which the next computer finds what must not stand in the file.
const SECRET: &str = "CODECOMMIT_SECRET_ACCESS_KEY";
const TOKEN: &str = "CODECOMMIT_SESSION_TOKEN";

/// A key without what is secret of it.
pub fn placeholder(id: &str) -> AccessKey {
    let session_token = id.starts_with("ASIA").then(|| Secret::new(""));
    AccessKey { id: id.to_owned(), secret: Secret::new(""), session_token }
}

/// The answers file that makes the same choices; `None` before a profile was chosen.
pub(super) fn text(facts: &Facts) -> Option<String> {
    facts.profile.as_ref().map(|_| to_toml(&chosen(facts)))
}

/// What was chosen, from what the steps noted and what was done.
fn chosen(facts: &Facts) -> Answers {
    let mut answers = facts.chosen.clone();
    if let Some(profile) = &facts.profile {
        (answers.profile, answers.region) = (Some(profile.name.clone()), Some(profile.region.clone()));
    }
    let (mut clones, mut into) = (Vec::new(), None);
    for (_, change) in &facts.changes {
        match change {
            Change::Policy { arn, with, .. } => {
                answers.policy = policy(arn.rsplit('/').next().unwrap_or_default());
                // Whoever attaches for somebody else is named; with the profile itself that is the default.
                answers.with_profile = with.clone().filter(|with| answers.profile.as_ref() != Some(with));
            }
            Change::Clone { url, folder, .. } => {
                let region = answers.region.as_ref();
                let own = region.and_then(|region| {
                    let (name, _) = repository_url(url, region).ok()?;
                    (region.clone_url(&name) == *url).then(|| name.to_string())
                });
                let wanted = own.unwrap_or_else(|| url.clone());
                if !clones.contains(&wanted) {
                    clones.push(wanted);
                }
                into = folder.parent().map(|parent| home_path(parent, &facts.surroundings.home));
            }
            Change::Files(_)
            | Change::Repository { .. }
            | Change::Password { .. }
            | Change::Program(_)
            | Change::NewFile(_)
            | Change::Undo => {}
        }
    }
    let left =
        |about: &str| facts.outcomes.iter().flatten().any(|outcome| outcome.about == about && outcome.mark != Mark::Ok);
    if answers.policy.is_none() && left("permission") {
        answers.policy = Some(PolicyAnswer::None);
    }
    if !clones.is_empty() || left("repositories") {
        answers.clone = Some(clones);
    }
    answers.into = into.or(answers.into);
    Answers { unattended: true, ..answers }
}

/// A folder as the file names it on every computer.
fn home_path(folder: &Path, home: &Path) -> String {
    match folder.strip_prefix(home) {
        Ok(_) => tilde(folder, home),
        Err(_) => folder.to_string_lossy().into_owned(),
    }
}

/// The text of an answers file; read again, it gives the same answers but for the secrets.
pub fn to_toml(answers: &Answers) -> String {
    let mut lines = vec![
        "# What was chosen on one computer. On another one, it is done the same way by:".to_owned(),
        "#   codecommit-setup apply --answers THIS-FILE".to_owned(),
        String::new(),
    ];
    lines.extend(match &answers.key {
        Some(_) => ["# The secret stays out of this file: it is taken from the environment.".to_owned()],
        None => ["# The profile has to be there already.".to_owned()],
    });
    let mut table = |name: &str, values: Vec<(&str, Option<String>)>| {
        let values: Vec<String> =
            values.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}", value?))).collect();
        if !values.is_empty() {
            lines.push(format!("[{name}]"));
            lines.extend(values);
        }
    };
    let from = |variable: &str| format!("{{ env = {} }}", quoted(variable));
    let key = answers.key.as_ref();
    table(
        "profile",
        vec![
            ("name", answers.profile.as_ref().map(|name| quoted(name.as_str()))),
            ("access_key_id", key.map(|key| quoted(&key.id))),
            ("secret_access_key", key.map(|_| from(SECRET))),
            ("session_token", key.and_then(|key| key.session_token.as_ref()).map(|_| from(TOKEN))),
            ("replace", answers.replace.then(|| "true".to_owned())),
            ("region", answers.region.as_ref().map(|region| quoted(region.as_str()))),
            ("output", answers.output.as_ref().map(|output| quoted(output))),
        ],
    );
    table(
        "permissions",
        vec![
            ("policy", answers.policy.map(|policy| quoted(name_of(policy)))),
            ("with_profile", answers.with_profile.as_ref().map(|name| quoted(name.as_str()))),
        ],
    );
    let hosts = [(answers.families.fips, "\"fips\""), (answers.families.vpc, "\"vpc-endpoints\"")];
    let hosts: Vec<&str> = hosts.into_iter().filter(|(wanted, _)| *wanted).map(|(_, name)| name).collect();
    table(
        "git",
        vec![
            (
                "helper",
                answers.helper.map(|helper| {
                    quoted(match helper {
                        HelperAnswer::AwsCli => "aws-cli",
                        HelperAnswer::BuiltIn => "built-in",
                    })
                }),
            ),
            ("scope", answers.scope.as_ref().map(scope)),
            ("hosts", (!hosts.is_empty()).then(|| format!("[{}]", hosts.join(", ")))),
            ("program", answers.program_by_path.map(|by_path| quoted(if by_path { "path" } else { "name" }))),
        ],
    );
    let list =
        |names: &Vec<String>| format!("[{}]", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "));
    table(
        "repositories",
        vec![
            ("clone", answers.clone.as_ref().map(list)),
            ("into", answers.into.as_ref().map(|into| quoted(into))),
            ("jobs", answers.jobs.map(|jobs| jobs.to_string())),
            ("pin", answers.pin.then(|| "true".to_owned())),
        ],
    );
    lines.join("\n") + "\n"
}

fn scope(scope: &ScopeAnswer) -> String {
    match scope {
        ScopeAnswer::CodeCommit => quoted("codecommit"),
        ScopeAnswer::EveryHost => quoted("every-host"),
        ScopeAnswer::EachClone => quoted("each-clone"),
        ScopeAnswer::Repository(path) => format!("{{ repository = {} }}", quoted(path)),
        ScopeAnswer::Only(name) => format!("{{ only = {} }}", quoted(name.as_str())),
    }
}

const POLICIES: [(PolicyAnswer, &str); 4] = [
    (PolicyAnswer::PowerUser, "AWSCodeCommitPowerUser"),
    (PolicyAnswer::ReadOnly, "AWSCodeCommitReadOnly"),
    (PolicyAnswer::FullAccess, "AWSCodeCommitFullAccess"),
    (PolicyAnswer::None, "none"),
];

fn policy(name: &str) -> Option<PolicyAnswer> {
    POLICIES.iter().find(|(_, known)| *known == name).map(|(policy, _)| *policy)
}

fn name_of(policy: PolicyAnswer) -> &'static str {
    POLICIES.iter().find(|(known, _)| *known == policy).map_or("none", |(_, name)| name)
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
