//! Where the credentials of a profile come from.
//!
//! Deliberately absent: whether they work.

use super::Keys;

/// The kinds of profiles, in the order in which the AWS CLI tries them (`botocore/credentials.py`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A long-term access key.
    AccessKey,
    /// An access key with a session token, which ends.
    TemporaryKey,
    /// IAM Identity Center (`aws sso login`).
    Sso,
    /// `aws login`.
    Login,
    /// A role assumed with another profile.
    Role {
        /// Whether a code from an MFA device is asked for.
        mfa: bool,
        /// The profile whose credentials assume it.
        source: Option<String>,
    },
    /// A program that prints credentials.
    Process,
    /// A role assumed with a token file.
    WebIdentity,
    /// A role assumed with the credentials of the machine or the environment.
    InstanceRole,
    /// An access key ID without a secret, or a secret without an ID.
    HalfAKey,
    /// No credentials, only settings such as a region.
    Nothing,
}

impl Kind {
    /// The words for it on screen.
    pub fn label(&self) -> &'static str {
        match self {
            Self::AccessKey => "access key",
            Self::TemporaryKey => "temporary key",
            Self::Sso => "SSO",
            Self::Login => "aws login",
            Self::Role { mfa: false, .. } => "role",
            Self::Role { mfa: true, .. } => "role with MFA",
            Self::Process => "external process",
            Self::WebIdentity => "web identity",
            Self::InstanceRole => "instance role",
            Self::HalfAKey => "half an access key",
            Self::Nothing => "no credentials",
        }
    }

    /// Whether a person has to do something for it now and then: sign in, or type the code of an MFA device.
    pub fn asks_a_person(&self) -> bool {
        match self {
            Self::Sso | Self::Login => true,
            Self::Role { mfa, .. } => *mfa,
            Self::AccessKey
            | Self::TemporaryKey
            | Self::Process
            | Self::WebIdentity
            | Self::InstanceRole
            | Self::HalfAKey
            | Self::Nothing => false,
        }
    }

    /// Whether its access key may be written: it holds one, or nothing at all.
    pub fn takes_access_key(&self) -> bool {
        match self {
            Self::AccessKey | Self::TemporaryKey | Self::HalfAKey | Self::Nothing => true,
            Self::Sso | Self::Login | Self::Role { .. } | Self::Process | Self::WebIdentity | Self::InstanceRole => {
                false
            }
        }
    }

    pub(super) fn of<'a>(value: &dyn Fn(&str) -> Option<&'a str>, keys: Option<&Keys>) -> Self {
        let has = |key: &str| value(key).is_some();
        if has("role_arn") {
            if has("web_identity_token_file") {
                Self::WebIdentity
            } else if has("credential_source") {
                Self::InstanceRole
            } else {
                Self::Role { mfa: has("mfa_serial"), source: value("source_profile").map(str::to_owned) }
            }
        } else if has("sso_session") || has("sso_start_url") || has("sso_account_id") {
            Self::Sso
        } else if let Some(keys) = keys {
            if keys.session_token.is_some() { Self::TemporaryKey } else { Self::AccessKey }
        } else if has("login_session") {
            Self::Login
        } else if has("credential_process") {
            Self::Process
        } else if has("aws_access_key_id") || has("aws_secret_access_key") {
            Self::HalfAKey
        } else {
            Self::Nothing
        }
    }
}
