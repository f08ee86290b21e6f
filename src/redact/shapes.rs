//! The shapes that values of harmless settings of the AWS files have: what else stands there may be anything, a secret as well.
//!
//! Deliberately absent: whether a value is a good one.

/// What the values of a setting look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// One of these words.
    OneOf(&'static [&'static str]),
    Boolean,
    Number,
    /// The name of a region, or several, or a star.
    Regions,
    /// The ARN of an identity or of a device.
    Arn,
    /// A file, without blanks.
    File,
    /// A program with its switches.
    Program,
    /// The name of a profile, a role or an account, without blanks.
    Name,
    /// Words with colons between them, parted by commas.
    Scopes,
}

/// Settings of the AWS files whose values hold no secret when they have their shape.
const OF_AWS: [(&str, Shape); 33] = [
    ("ca_bundle", Shape::File),
    ("cli_auto_prompt", Shape::OneOf(&["on", "off", "on-partial"])),
    ("cli_binary_format", Shape::OneOf(&["base64", "raw-in-base64-out"])),
    ("cli_pager", Shape::Program),
    ("cli_timestamp_format", Shape::OneOf(&["iso8601", "none", "wire"])),
    ("credential_source", Shape::OneOf(&["Environment", "Ec2InstanceMetadata", "EcsContainer"])),
    ("defaults_mode", Shape::OneOf(&["auto", "cross-region", "in-region", "legacy", "mobile", "standard"])),
    ("duration_seconds", Shape::Number),
    ("ignore_configured_endpoint_urls", Shape::Boolean),
    ("login_session", Shape::Arn),
    ("max_attempts", Shape::Number),
    ("mfa_serial", Shape::Arn),
    ("output", Shape::OneOf(&["json", "off", "table", "text", "yaml", "yaml-stream"])),
    ("parameter_validation", Shape::Boolean),
    ("region", Shape::Regions),
    ("retry_mode", Shape::OneOf(&["adaptive", "legacy", "standard"])),
    ("role_arn", Shape::Arn),
    ("role_session_name", Shape::Name),
    ("services", Shape::Name),
    ("signature_version", Shape::OneOf(&["s3", "s3v4", "v2", "v3", "v4", "v4a"])),
    ("sigv4a_signing_region_set", Shape::Regions),
    ("source_profile", Shape::Name),
    ("sso_account_id", Shape::Number),
    ("sso_account_name", Shape::Name),
    ("sso_region", Shape::Regions),
    ("sso_registration_scopes", Shape::Scopes),
    ("sso_role_name", Shape::Name),
    ("sso_session", Shape::Name),
    ("sts_regional_endpoints", Shape::OneOf(&["legacy", "regional"])),
    ("tcp_keepalive", Shape::Boolean),
    ("use_dualstack_endpoint", Shape::Boolean),
    ("use_fips_endpoint", Shape::Boolean),
    ("web_identity_token_file", Shape::File),
];
/// The longest number: that of an account.
const NUMBER: usize = 12;
/// The longest name of a region.
const REGION: usize = 32;
/// The longest switch of a program.
const SWITCH: usize = 5;

/// The shape of the values of a setting, by its name in small letters.
pub(super) fn of_aws(key: &str) -> Option<Shape> {
    OF_AWS.iter().find(|(known, _)| *known == key).map(|(_, shape)| *shape)
}

impl Shape {
    /// Whether a value has this shape; one that is empty has each.
    pub(super) fn is_of(self, value: &str) -> bool {
        let bytes = value.as_bytes();
        value.is_empty()
            || match self {
                Self::OneOf(words) => words.contains(&value),
                Self::Boolean => ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)),
                Self::Number => bytes.len() <= NUMBER && bytes.iter().all(u8::is_ascii_digit),
                Self::Regions => value == "*" || value.split(',').all(|region| is_region(region.trim())),
                Self::Arn => is_arn(value) || is_serial(bytes),
                Self::File => is_file(value),
                Self::Program => {
                    let mut words = value.split(' ');
                    words.next().is_some_and(|program| is_name(program) || is_file(program)) && words.all(is_switch)
                }
                Self::Name => is_name(value),
                Self::Scopes => value.split(',').all(|scope| is_scope(scope.trim())),
            }
    }
}

/// Whether a value is an address and nothing behind it.
pub(super) fn is_address(value: &str) -> bool {
    value.contains("://") && !value.contains(char::is_whitespace)
}

fn is_region(region: &str) -> bool {
    let is_of = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=REGION).contains(&region.len()) && region.bytes().all(is_of)
}

fn is_arn(value: &str) -> bool {
    let is_of = |byte: u8| byte.is_ascii_alphanumeric() || b":/_+=,.@-".contains(&byte);
    value.starts_with("arn:") && value.matches(':').count() >= 5 && value.bytes().all(is_of)
}

/// The number of a device, such as `GAHT12345678`.
fn is_serial(value: &[u8]) -> bool {
    let letters = value.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    (2..=4).contains(&letters) && value.len() <= NUMBER && value[letters..].iter().all(u8::is_ascii_digit)
}

fn is_file(value: &str) -> bool {
    let is_of = |c: char| c.is_alphanumeric() || "/\\:._-+~@$%{}()".contains(c);
    value.contains(['/', '\\']) && !value.contains("://") && value.chars().all(is_of)
}

fn is_switch(word: &str) -> bool {
    let letters = word.strip_prefix('-').unwrap_or_default();
    (1..=SWITCH).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Names as IAM and profiles have them.
fn is_name(value: &str) -> bool {
    let is_of = |c: char| c.is_alphanumeric() || "_+=,.@-".contains(c);
    value.chars().count() <= 64 && value.chars().all(is_of)
}

fn is_scope(scope: &str) -> bool {
    let is_of = |byte: u8| byte.is_ascii_lowercase() || b":_*-".contains(&byte);
    scope.contains(':') && scope.bytes().all(is_of)
}
