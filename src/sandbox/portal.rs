//! The SSO portal: the accounts and permission sets of whoever is signed in, and credentials for them.
//!
//! Deliberately absent: different people. Everybody who is signed in is the same person, with the same rights.

use serde_json::{Value, json};
use time::Duration;

use super::{
    account::{Kind, Role, Trust},
    api::Refusal,
    rest::Query,
    world::World,
};

/// Who is signed in.
pub(super) const PERSON: &str = "jane.doe@example.com";

/// Answers `GetRoleCredentials`.
pub(super) fn role_credentials(world: &World, query: &Query<'_>) -> Result<Value, Refusal> {
    is_signed_in(world, query)?;
    let (number, wanted) = (required(query, "account_id")?, required(query, "role_name")?);
    let refused = || Refusal::new(403, "ForbiddenException", "No access");
    let number = world.account_numbers().find(|other| *other == number).ok_or_else(refused)?;
    let owner = {
        let account = world.account(number);
        let role =
            account.roles.iter().find(|role| permission_set(role) == Some(wanted.as_str())).ok_or_else(refused)?;
        account.principal(Kind::Session { role: role.name.clone(), name: PERSON.to_owned() })
    };
    let unable = |_| Refusal::new(500, "InternalServerException", "The sandbox could not make credentials.");
    let key = world.temporary_key(owner, Duration::hours(1)).map_err(unable)?;
    let (token, expires) =
        key.session.as_ref().map_or(("", 0), |(token, at)| (token.expose(), at.unix_timestamp() * 1000));
    Ok(json!({"roleCredentials": {
        "accessKeyId": key.id,
        "secretAccessKey": key.secret.expose(),
        "sessionToken": token,
        "expiration": expires,
    }}))
}

/// Answers `ListAccounts`.
pub(super) fn accounts(world: &World, query: &Query<'_>) -> Result<Value, Refusal> {
    is_signed_in(world, query)?;
    let listed = |number| {
        let account = world.account(number);
        let is_open = account.roles.iter().any(|role| permission_set(role).is_some());
        let address = format!("{}@example.com", account.alias);
        is_open.then(|| json!({"accountId": number, "accountName": account.alias, "emailAddress": address}))
    };
    page(query, "accountList", world.account_numbers().filter_map(listed).collect())
}

/// Answers `ListAccountRoles`.
pub(super) fn roles(world: &World, query: &Query<'_>) -> Result<Value, Refusal> {
    is_signed_in(world, query)?;
    let number = required(query, "account_id")?;
    if !world.account_numbers().any(|other| other == number) {
        return Err(Refusal::new(403, "ForbiddenException", "No access"));
    }
    let account = world.account(&number);
    let role = |name| json!({"roleName": name, "accountId": number});
    page(query, "roleList", account.roles.iter().filter_map(permission_set).map(role).collect())
}

/// Answers `Logout`.
pub(super) fn logout(world: &World, query: &Query<'_>) -> Result<Value, Refusal> {
    is_signed_in(world, query)?;
    let token = query.header(BEARER);
    world.sign_ins().portal.retain(|sign_in| Some(sign_in.access.expose()) != token);
    Ok(json!({}))
}

const BEARER: &str = "x-amz-sso_bearer_token";

fn is_signed_in(world: &World, query: &Query<'_>) -> Result<(), Refusal> {
    let token = query.header(BEARER).unwrap_or_default();
    let sign_ins = world.sign_ins();
    let sign_in = sign_ins.portal.iter().find(|sign_in| sign_in.access.expose() == token);
    if sign_in.is_some_and(|sign_in| !world.is_expired(sign_in.expires)) {
        Ok(())
    } else {
        Err(Refusal::new(401, "UnauthorizedException", "Session token not found or invalid"))
    }
}

fn permission_set(role: &Role) -> Option<&'static str> {
    match role.trust {
        Trust::PermissionSet(name) => Some(name),
        Trust::Principals(_) | Trust::WithMfa | Trust::WebIdentity | Trust::Service => None,
    }
}

fn required(query: &Query<'_>, name: &str) -> Result<String, Refusal> {
    query.text(name).ok_or_else(|| Refusal::new(400, "InvalidRequestException", format!("{name} is missing")))
}

/// One page of a list.
fn page(query: &Query<'_>, name: &str, all: Vec<Value>) -> Result<Value, Refusal> {
    let invalid = |_| Refusal::new(400, "InvalidRequestException", "Invalid paging");
    let count: usize = query.text("max_result").map_or(Ok(100), |text| text.parse()).map_err(invalid)?;
    let start: usize = query.text("next_token").map_or(Ok(0), |text| text.parse()).map_err(invalid)?;
    let end = start.saturating_add(count.max(1));
    let next = (end < all.len()).then(|| end.to_string());
    let members: Vec<Value> = all.into_iter().skip(start).take(count.max(1)).collect();
    Ok(json!({name: members, "nextToken": next}))
}
