//! STS: who made the request, and temporary credentials: of a role, of a token, of a code.
//!
//! Deliberately absent: session policies, tags and external IDs.

use time::Duration;

use super::{
    account::{AccessKey, Account, Kind, Principal, Role, Trust},
    api::Refusal,
    query::{Parameters, around, credentials, element, invalid},
    world::World,
};

/// The code of everybody's second device.
pub const MFA_CODE: &str = "123456";
/// Who the token of a web identity is about.
const SUBJECT: &str = "system:serviceaccount:build:runner";

/// Answers a signed operation with the elements of its result.
pub(super) fn answer(world: &World, who: &Principal, action: &str, parameters: &Parameters) -> Result<String, Refusal> {
    match action {
        "GetCallerIdentity" => Ok(identity(world, who)),
        "AssumeRole" => assume_role(world, who, parameters),
        "GetSessionToken" => session_token(world, who, parameters),
        _ => {
            let message = format!("Could not find operation {action} for version 2011-06-15");
            Err(Refusal::new(400, "InvalidAction", message))
        }
    }
}

fn identity(world: &World, who: &Principal) -> String {
    let account = world.account(who.account);
    let id = match &who.kind {
        Kind::Root => who.account.to_owned(),
        Kind::User(name) => account.user(name).map(|user| user.id.clone()).unwrap_or_default(),
        // The identifier of a session is that of its role, with the session's name.
        Kind::Session { role, name } => session_id(account.role(role), name),
        Kind::Federated(name) => format!("{}:{name}", who.account),
    };
    [element("Arn", &who.arn()), element("UserId", &id), element("Account", who.account)].concat()
}

/// Answers `AssumeRoleWithWebIdentity`, which is not signed.
pub(super) fn with_web_identity(world: &World, parameters: &Parameters) -> Result<String, Refusal> {
    let (arn, name) = (parameters.required("RoleArn")?, parameters.required("RoleSessionName")?);
    let token = parameters.required("WebIdentityToken")?;
    let lifetime = lifetime(parameters, Duration::hours(1), Duration::hours(12))?;
    if !world.sign_ins().is_web_token(token) {
        let message = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
        return Err(Refusal::new(400, "InvalidIdentityToken", message));
    }
    let refused = || Refusal::new(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    if world.is_forbidden("sts:AssumeRoleWithWebIdentity") {
        return Err(refused());
    }
    let trusts = |role: &Role, _: &Account| role.trust == Trust::WebIdentity;
    let (owner, id) = session_of_role(world, arn, name, trusts).ok_or_else(refused)?;
    let key = world.temporary_key(owner, lifetime).map_err(|_| out_of_keys())?;
    let of_provider =
        [element("SubjectFromWebIdentityToken", SUBJECT), element("Audience", "sts.amazonaws.com")].concat();
    Ok(of_provider + &assumed(&key, &id))
}

fn assume_role(world: &World, who: &Principal, parameters: &Parameters) -> Result<String, Refusal> {
    let (arn, name) = (parameters.required("RoleArn")?, parameters.required("RoleSessionName")?);
    if !(2..=64).contains(&name.len()) || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)) {
        return Err(invalid(&format!("Value '{name}' at 'roleSessionName' failed to satisfy constraint")));
    }
    let is_chained = matches!(who.kind, Kind::Session { .. });
    let lifetime = lifetime(parameters, Duration::hours(1), Duration::hours(12))?;
    if is_chained && lifetime > Duration::hours(1) {
        let message =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(Refusal::new(400, "ValidationError", message));
    }
    if who.kind == Kind::Root {
        return Err(Refusal::new(403, "AccessDenied", "Roles may not be assumed by root accounts."));
    }
    let mfa = has_code(who, parameters)? || who.mfa;
    let trusts = |role: &Role, account: &Account| match &role.trust {
        Trust::Principals(arns) => arns.iter().any(|arn| is_trusted(arn, who)),
        Trust::WithMfa => mfa && who.account == account.number,
        Trust::WebIdentity | Trust::PermissionSet(_) | Trust::Service => false,
    };
    let session = session_of_role(world, arn, name, trusts).filter(|_| !world.is_forbidden("sts:AssumeRole"));
    let (owner, id) = session.ok_or_else(|| {
        let who = who.arn();
        let message = format!("User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        Refusal::new(403, "AccessDenied", message)
    })?;
    let key = world.temporary_key(owner, lifetime).map_err(|_| out_of_keys())?;
    Ok(assumed(&key, &id))
}

fn session_token(world: &World, who: &Principal, parameters: &Parameters) -> Result<String, Refusal> {
    let lifetime = lifetime(parameters, Duration::hours(12), Duration::hours(36))?;
    let mfa = has_code(who, parameters)?;
    if !matches!(who.kind, Kind::Root | Kind::User(_)) {
        return Err(Refusal::new(403, "AccessDenied", "Cannot call GetSessionToken with session credentials"));
    }
    let owner = Principal { mfa, ..who.clone() };
    world.temporary_key(owner, lifetime).map(|key| credentials(&key)).map_err(|_| out_of_keys())
}

/// Who one becomes by taking on a role that trusts the caller, and the identifier of the session.
fn session_of_role(
    world: &World,
    arn: &str,
    name: &str,
    trusts: impl Fn(&Role, &Account) -> bool,
) -> Option<(Principal, String)> {
    let account = world.account_of_arn(arn)?;
    let role = account.roles.iter().find(|role| account.arn(&role.in_arn()) == arn)?;
    trusts(role, &account).then(|| {
        let kind = Kind::Session { role: role.name.clone(), name: name.to_owned() };
        (account.principal(kind), session_id(Some(role), name))
    })
}

fn assumed(key: &AccessKey, id: &str) -> String {
    let who = element("AssumedRoleId", id) + &element("Arn", &key.owner.arn());
    credentials(key) + &around("AssumedRoleUser", &who)
}

fn session_id(role: Option<&Role>, name: &str) -> String {
    format!("{}:{name}", role.map(|role| role.id.as_str()).unwrap_or_default())
}

/// Whether a trusted ARN, of a user or of a role, is that of the caller.
fn is_trusted(arn: &str, who: &Principal) -> bool {
    match &who.kind {
        Kind::Session { role, .. } => arn == format!("arn:{}:iam::{}:role/{role}", who.partition.id(), who.account),
        Kind::Root | Kind::User(_) | Kind::Federated(_) => arn == who.arn(),
    }
}

/// Whether a code was given; a wrong one is refused.
fn has_code(who: &Principal, parameters: &Parameters) -> Result<bool, Refusal> {
    let refused =
        |text: &str| Err(Refusal::new(403, "AccessDenied", format!("MultiFactorAuthentication failed{text}")));
    let Some(serial) = parameters.text("SerialNumber") else { return Ok(false) };
    let Kind::User(name) = &who.kind else {
        return refused(", must provide both MFA serial number and one time pass code.");
    };
    let device = format!("arn:{}:iam::{}:mfa/{name}", who.partition.id(), who.account);
    match parameters.text("TokenCode") {
        None => refused(", must provide both MFA serial number and one time pass code."),
        Some(_) if serial != device => refused(
            ", unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this \
             user.",
        ),
        // The space at the end is AWS's.
        Some(code) if code != MFA_CODE => refused(" with invalid MFA one time pass code. "),
        Some(_) => Ok(true),
    }
}

fn lifetime(parameters: &Parameters, default: Duration, longest: Duration) -> Result<Duration, Refusal> {
    let Some(text) = parameters.text("DurationSeconds") else { return Ok(default) };
    let longest = longest.whole_seconds();
    match text.parse() {
        Ok(seconds) if (900..=longest).contains(&seconds) => Ok(Duration::seconds(seconds)),
        _ => {
            let what = format!("Value '{text}' at 'durationSeconds' failed to satisfy constraint");
            Err(invalid(&format!("{what}: Member must have value between 900 and {longest}")))
        }
    }
}

fn out_of_keys() -> Refusal {
    Refusal::new(500, "InternalFailure", "The sandbox could not make credentials.")
}
