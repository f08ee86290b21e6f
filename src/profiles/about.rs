//! What the files say of where the credentials of a profile come from, beyond their kind.
//!
//! Deliberately absent: secrets, and the arguments of a `credential_process`, among which one may stand.

use std::collections::HashMap;

use super::layout::{Layout, Section};

/// What a person may want to know of a profile before choosing it; everything as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// The account of an SSO profile.
    pub account: Option<String>,
    /// The ARN of the role that is assumed, or the name of the role of an SSO profile.
    pub role: Option<String>,
    /// The portal where somebody signs in for an SSO profile.
    pub start_url: Option<String>,
    /// The `sso-session` that an SSO profile names.
    pub sso_session: Option<String>,
    /// The session of `aws login`.
    pub login_session: Option<String>,
    /// Whose credentials assume a role, where that is no profile: `Environment`, `Ec2InstanceMetadata`, `EcsContainer`.
    pub credential_source: Option<String>,
    /// The file with the token of a web identity.
    pub token_file: Option<String>,
    /// The program of a `credential_process`, without its arguments.
    pub program: Option<String>,
}

impl About {
    pub(super) fn of<'a>(value: &dyn Fn(&str) -> Option<&'a str>, portals: &HashMap<String, String>) -> Self {
        let own = |key: &str| value(key).map(str::to_owned);
        let sso_session = own("sso_session");
        let portal = sso_session.as_ref().and_then(|name| portals.get(name).cloned());
        Self {
            account: own("sso_account_id"),
            role: own("role_arn").or_else(|| own("sso_role_name")),
            start_url: portal.or_else(|| own("sso_start_url")),
            sso_session,
            login_session: own("login_session"),
            credential_source: own("credential_source"),
            token_file: own("web_identity_token_file"),
            program: own("credential_process").and_then(|command| shlex::split(&command)?.into_iter().next()),
        }
    }
}

/// The portals of the `sso-session` sections, by the names of the sessions.
pub(super) fn portals(config: &Layout<'_>) -> HashMap<String, String> {
    let of = |section: &Section| {
        let [kind, name] = <[String; 2]>::try_from(shlex::split(&section.header)?).ok()?;
        (kind == "sso-session").then_some(())?;
        Some((name, section.value("sso_start_url")?.to_owned()))
    };
    config.sections.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use crate::profiles;

    #[test]
    fn what_is_told_of_a_profile_holds_no_secret() {
        let config = "[profile a]\nsso_session = my shop\nsso_account_id = 1\nsso_role_name = Dev\n\
            [sso-session 'my shop']\nsso_start_url = https://x\n[profile b]\ncredential_process = '/opt/my tool' --token SECRET\n";
        let read = profiles::read(config.as_bytes(), b"").expect("well-formed");
        let about = &read[0].about;
        assert_eq!((about.start_url.as_deref(), about.role.as_deref()), (Some("https://x"), Some("Dev")));
        assert_eq!(read[1].about.program.as_deref(), Some("/opt/my tool"));
        assert!(!format!("{:?}", read[1].about).contains("SECRET"));
    }
}
