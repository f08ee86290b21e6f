//! What each kind of profile is, in plain words, and what it means for git.
//!
//! Deliberately absent: whether the profile works; AWS says that.

use crate::gitconfig::shell_quoted;
use crate::profiles::{Kind, Profile};
use crate::wizard::names::printable;
use crate::wizard::problem::{Problem, ProblemKind};

/// The sentences for the card of a profile: where its credentials come from, then what that means for git.
pub(super) fn explained(profile: &Profile, profiles: &[Profile]) -> Vec<String> {
    let about = &profile.about;
    let shown = |text: &Option<String>, otherwise: &str| text.as_deref().map_or(otherwise.to_owned(), printable);
    let role = shown(&about.role, "a role");
    let (what, git) = match &profile.kind {
        Kind::AccessKey => (
            "An access key of an IAM user. It works until somebody deletes it.".to_owned(),
            "Git can use it at any time.".to_owned(),
        ),
        Kind::TemporaryKey => (
            "A temporary access key with a session token. It ends after some hours.".to_owned(),
            "Git can use it until then; afterwards new keys have to be put in its place.".to_owned(),
        ),
        Kind::Sso => (
            format!(
                "You sign in with a browser at {} and are {role} in account {}.",
                shown(&about.start_url, "your company's AWS portal"),
                shown(&about.account, "of your choice"),
            ),
            "Git can use it as long as the sign-in lasts, often a working day; then sign in again.".to_owned(),
        ),
        Kind::Login => (
            "You sign in with a browser as in the AWS console (aws login).".to_owned(),
            "Git can use it as long as the sign-in lasts, at most 12 hours. It needs AWS CLI 2.32.0 or later."
                .to_owned(),
        ),
        Kind::Role { mfa, source } => {
            let source = shown(source, "another profile");
            (
                format!("Profile {source} takes on the role {role}."),
                if *mfa {
                    "It takes the code of an MFA device, and git cannot ask for one: its helper has no terminal. Enter shows the other ways.".to_owned()
                } else {
                    resting(profile, profiles, &source)
                },
            )
        }
        Kind::Process => (
            format!("A program prints its keys: {}.", shown(&about.program, "the command of credential_process")),
            "Git can use it as long as that program asks nobody anything.".to_owned(),
        ),
        Kind::WebIdentity => (
            format!("A token in a file of this computer stands for the role {role}, as on build servers."),
            "Git can use it while something keeps that token fresh.".to_owned(),
        ),
        Kind::InstanceRole => match about.credential_source.as_deref() {
            Some("Environment") => (
                format!("The keys in the environment take on the role {role}."),
                "Git can use it only where the same variables are set.".to_owned(),
            ),
            Some("EcsContainer") => (
                format!("This container takes on the role {role}."),
                "Git can use it inside this container only.".to_owned(),
            ),
            Some(_) | None => (
                format!("This computer, an EC2 instance, takes on the role {role}."),
                "Git can use it on this computer only.".to_owned(),
            ),
        },
        Kind::HalfAKey => (
            "Half an access key: the ID or the secret is missing.".to_owned(),
            "Git cannot use it. n (new), under the same name, completes it.".to_owned(),
        ),
        Kind::Nothing => (
            "Settings only, no credentials.".to_owned(),
            "Git cannot use it. n (new), under the same name, gives it an access key.".to_owned(),
        ),
    };
    vec![what, git]
}

/// What a role means for git, by what its source rests on.
fn resting(profile: &Profile, profiles: &[Profile], source: &str) -> String {
    let root = profile.root(profiles);
    let name = printable(root.name.as_str());
    match &root.kind {
        Kind::Role { mfa: true, .. } => format!(
            "It rests on profile {name}, which takes the code of an MFA device; git cannot ask for one. Enter shows the other ways."
        ),
        Kind::Sso | Kind::Login => {
            format!("Git renews it by itself as long as the sign-in of profile {name} lasts.")
        }
        Kind::AccessKey
        | Kind::TemporaryKey
        | Kind::Role { mfa: false, .. }
        | Kind::Process
        | Kind::WebIdentity
        | Kind::InstanceRole
        | Kind::HalfAKey
        | Kind::Nothing => format!("Git renews it by itself as long as {source} works."),
    }
}

/// Why git cannot use a profile that asks for the code of an MFA device, and what to do instead.
pub(super) fn needs_code(profile: &Profile, profiles: &[Profile]) -> Option<Problem> {
    let root = profile.root(profiles);
    let Kind::Role { mfa: true, source } = &root.kind else { return None };
    let source = source.as_deref().map(|name| format!(" --profile {}", shell_quoted(&printable(name))));
    Some(Problem::new(
        ProblemKind::Other,
        format!("Git cannot use profile {}: it takes the code of an MFA device.", printable(profile.name.as_str())),
        "Git's helper has no terminal to ask for the code.",
        format!(
            "Get temporary keys with the code, and paste what this prints into a new profile (n): \
             aws sts get-session-token{} --serial-number YOUR_DEVICE --token-code CODE. \
             Or choose SSO, or a role without MFA.",
            source.unwrap_or_default(),
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::{explained, needs_code};
    use crate::profiles::read;

    const CONFIG: &str = "[profile sso]\nsso_session = s\nsso_account_id = 123\nsso_role_name = Dev\n\
        [sso-session s]\nsso_start_url = https://x\n[profile old]\nsso_start_url = https://y\n[profile login]\nlogin_session = l\n\
        [profile role]\nrole_arn = r\nsource_profile = sso\n[profile mfa]\nrole_arn = r\nsource_profile = key\nmfa_serial = m\n\
        [profile over-mfa]\nrole_arn = r\nsource_profile = mfa\n[profile tool]\ncredential_process = /opt/t x\n\
        [profile web]\nrole_arn = r\nweb_identity_token_file = f\n[profile here]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata\n\
        [profile box]\nrole_arn = r\ncredential_source = EcsContainer\n[profile env]\nrole_arn = r\ncredential_source = Environment\n\
        [profile none]\nregion = x\n[profile half]\naws_access_key_id = AKIA\n";
    const CREDENTIALS: &str = "[key]\naws_access_key_id = AKIA\naws_secret_access_key = SECRET\n\
        [temporary]\naws_access_key_id = ASIA\naws_secret_access_key = SECRET\naws_session_token = TOKEN\n";

    #[test]
    fn every_kind_is_explained_in_sentences_that_speak_of_git() {
        let profiles = read(CONFIG.as_bytes(), CREDENTIALS.as_bytes()).unwrap();
        assert_eq!(profiles.len(), 15);
        let mut all: Vec<Vec<String>> = profiles.iter().map(|profile| explained(profile, &profiles)).collect();
        for sentences in &all {
            assert!(
                sentences.iter().all(|text| text.ends_with('.')) && sentences[1].starts_with("Git")
                    || sentences[1].contains("git")
            );
            assert!(!sentences.concat().contains("SECRET") && !sentences.concat().contains("TOKEN"));
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 15, "each in its own words");
        let sso = explained(&profiles[0], &profiles);
        assert_eq!(sso[0], "You sign in with a browser at https://x and are Dev in account 123.");
    }

    #[test]
    fn a_code_that_git_cannot_ask_for_is_told_with_the_way_around_it() {
        let profiles = read(CONFIG.as_bytes(), CREDENTIALS.as_bytes()).unwrap();
        let told: Vec<&str> = profiles
            .iter()
            .filter(|profile| needs_code(profile, &profiles).is_some())
            .map(|profile| profile.name.as_str())
            .collect();
        assert_eq!(told, ["mfa", "over-mfa"]);
        let mfa = profiles.iter().find(|profile| profile.name.as_str() == "over-mfa").unwrap();
        assert!(needs_code(mfa, &profiles).unwrap().hint.contains("aws sts get-session-token --profile key"));
    }
}
