//! The variables of the environment that matter to AWS and git: their names, and their values where those are harmless.
//!
//! Deliberately absent: the value of anything that is not listed here.

use crate::adapters::environment::Environment;
use crate::ports::Variable;
use crate::wizard::names::printable;

/// Variables whose values may be shown.
const OPEN: [&str; 36] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CA_BUNDLE",
    "AWS_DEFAULT_OUTPUT",
    "AWS_PAGER",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_SDK_LOAD_CONFIG",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "GIT_ALLOW_PROTOCOL",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_EXEC_PATH",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_NO_VERIFY",
    "GIT_TERMINAL_PROMPT",
    "SSL_CERT_FILE",
    "NO_PROXY",
    "no_proxy",
    "XDG_CONFIG_HOME",
    "HOME",
    "SUDO_USER",
];

/// Variables that hold an address, of which only protocol, host and port are shown.
const ADDRESSES: [&str; 12] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_CODECOMMIT",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
];

/// The variables that are set, in the order of their names.
pub(super) fn of(environment: &Environment) -> Vec<Variable> {
    let matters = |name: &str| {
        ["AWS_", "GIT_", "SSL_CERT_"].iter().any(|start| name.starts_with(start))
            || name.to_ascii_lowercase().ends_with("_proxy")
            || matches!(name, "HOME" | "XDG_CONFIG_HOME" | "LD_LIBRARY_PATH" | "SUDO_USER")
    };
    let mut found: Vec<Variable> = environment
        .all()
        .filter_map(|(name, value)| Some((name.to_str()?, value.to_string_lossy())))
        .filter(|(name, _)| matters(name))
        .map(|(name, value)| Variable {
            name: printable(name),
            empty: value.is_empty(),
            value: if OPEN.contains(&name) {
                Some(printable(&value))
            } else {
                ADDRESSES.contains(&name).then(|| address(&value))
            },
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Protocol, host and port of an address; never a user name or a password, nor a path, in which a key may stand.
fn address(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let joint = if scheme.is_empty() { "" } else { "://" };
    printable(&format!("{scheme}{joint}{host}"))
}

#[cfg(test)]
mod tests {
    use super::{address, of};
    use crate::adapters::environment::Environment;

    #[test]
    fn only_what_is_harmless_is_told() {
        let variables = [
            ("AWS_PROFILE", "work"),
            ("AWS_SECRET_ACCESS_KEY", "hidden"),
            ("AWS_BEARER_TOKEN_BEDROCK", "hidden"),
            ("GIT_CONFIG_VALUE_0", "hidden"),
            ("https_proxy", "http://me:hidden@proxy:3128/hidden"),
            ("AWS_REGION", ""),
            ("PATH", "hidden"),
        ];
        let environment = Environment::of(variables.map(|(name, value)| (name.into(), value.into())));
        let found = of(&environment);
        assert!(!format!("{found:?}").contains("hidden"), "{found:?}");
        let value = |name: &str| found.iter().find(|variable| variable.name == name).map(|found| found.value.clone());
        assert_eq!(value("https_proxy"), Some(Some("http://proxy:3128".to_owned())));
        assert_eq!(value("AWS_SECRET_ACCESS_KEY"), Some(None));
        assert_eq!(value("PATH"), None);
        assert!(found.iter().any(|variable| variable.name == "AWS_REGION" && variable.empty));
    }

    #[test]
    fn an_address_loses_its_password_however_it_is_written() {
        for text in ["http://u:p@h:1/x", "u:p@h:1", "http://u:p@@h:1"] {
            assert!(address(text).ends_with("h:1") && !address(text).contains("p@"), "{text}");
        }
    }
}
