//! The sections of an AWS file that a profile rests on, as they may be shown to strangers: values of harmless settings only.
//!
//! Deliberately absent: comments, and the value of every setting that is not on the list.

use super::layout::Layout;
use super::{AwsFile, BrokenFile, header};
use crate::wizard::names::printable;

/// Settings whose values hold no secret.
const HARMLESS: [&str; 25] = [
    "region",
    "output",
    "sso_session",
    "sso_start_url",
    "sso_region",
    "sso_account_id",
    "sso_role_name",
    "sso_registration_scopes",
    "role_arn",
    "role_session_name",
    "source_profile",
    "credential_source",
    "mfa_serial",
    "duration_seconds",
    "web_identity_token_file",
    "login_session",
    "ca_bundle",
    "max_attempts",
    "retry_mode",
    "cli_pager",
    "defaults_mode",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "sts_regional_endpoints",
    "ignore_configured_endpoint_urls",
];

/// The sections of these profiles and of all `sso-session`s, a line each, without what could be a secret.
///
/// # Errors
/// The first line on which the AWS CLI would give up.
pub fn excerpt(file: AwsFile, bytes: &[u8], profiles: &[&str]) -> Result<Vec<String>, BrokenFile> {
    let layout = Layout::read(file, bytes)?;
    let mut lines = Vec::new();
    let mut left_out = 0;
    for section in &layout.sections {
        let name = match file {
            AwsFile::Config => header::profile_name(&section.header),
            AwsFile::Credentials => Some(section.header.clone()),
        };
        let matters =
            name.map_or_else(|| section.header.starts_with("sso-session"), |name| profiles.contains(&name.as_str()));
        if !matters {
            left_out += 1;
            continue;
        }
        lines.push(printable(&format!("[{}]", section.header)));
        for setting in &section.options {
            let value = if HARMLESS.contains(&setting.key.as_str()) { setting.value.as_str() } else { "(left out)" };
            lines.push(printable(&format!("{} = {value}", setting.key)));
        }
    }
    match left_out {
        0 => {}
        1 => lines.push("(and 1 section more)".to_owned()),
        _ => lines.push(format!("(and {left_out} sections more)")),
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::{AwsFile, excerpt};

    #[test]
    fn only_harmless_settings_of_the_profile_are_shown() {
        let text = "# planted\n[dev]\nregion = us-east-2\naws_secret_access_key = planted\nnew_thing = planted\n[other]\nregion = planted\n";
        let lines = excerpt(AwsFile::Credentials, text.as_bytes(), &["dev"]).expect("well-formed");
        assert_eq!(
            lines,
            [
                "[dev]",
                "region = us-east-2",
                "aws_secret_access_key = (left out)",
                "new_thing = (left out)",
                "(and 1 section more)"
            ]
        );
    }
}
