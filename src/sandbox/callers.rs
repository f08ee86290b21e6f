//! Who makes a request: its signature, its session token and its time are checked.
//!
//! Deliberately absent: what callers may do.

use http::{HeaderMap, request::Parts};
use time::Duration;

use super::{
    account::{Kind, Principal},
    api::{Refusal, Service},
    seed,
    sigv4::{self, Authorization},
    world::World,
};
use crate::wizard::names::Region;

/// Why a request is not believed.
#[derive(Debug)]
pub(super) enum Distrust {
    Unsigned,
    UnknownKey,
    WrongSignature,
    OutOfTime(String),
    ExpiredToken,
}

/// Tells who signed a request to a service.
pub(super) fn authenticate(
    world: &World,
    service: Service,
    authorization: Option<&Authorization>,
    parts: &Parts,
    body: &[u8],
) -> Result<Principal, Distrust> {
    let authorization = authorization.ok_or(Distrust::Unsigned)?;
    let region = Region::parse(&authorization.region).map_err(|_| Distrust::UnknownKey)?;
    if seed::NOT_SWITCHED_ON.contains(&region.as_str()) {
        return Err(Distrust::UnknownKey);
    }
    let key = world.key(&authorization.key_id).ok_or(Distrust::UnknownKey)?;
    // A partition does not know the keys of another.
    if region.partition() != key.owner.partition {
        return Err(Distrust::UnknownKey);
    }
    // IAM does not take the credentials of GetSessionToken without a code (its API reference).
    let is_session_of_user = key.session.is_some() && matches!(key.owner.kind, Kind::User(_));
    if service == Service::Iam && is_session_of_user && !key.owner.mfa {
        return Err(Distrust::UnknownKey);
    }
    let token = parts.headers.get("x-amz-security-token").map(http::HeaderValue::as_bytes);
    match (&key.session, token) {
        (None, None) => {}
        (Some((expected, _)), Some(token)) if expected.expose().as_bytes() == token => {}
        (None | Some(_), _) => return Err(Distrust::UnknownKey),
    }
    if key.session.as_ref().is_some_and(|(_, expires)| world.is_expired(*expires)) {
        return Err(Distrust::ExpiredToken);
    }
    if !authorization.is_of(key.secret.expose(), parts, body) {
        return Err(Distrust::WrongSignature);
    }
    check_time(world, &parts.headers)?;
    Ok(key.owner)
}

/// Refuses what was signed more than five minutes ago, or will be.
fn check_time(world: &World, headers: &HeaderMap) -> Result<(), Distrust> {
    let (now, limit) = (world.now(), Duration::minutes(5));
    let signed_at = sigv4::signing_time(headers).ok_or(Distrust::WrongSignature)?;
    let [signed, here] = [sigv4::stamp(signed_at), sigv4::stamp(now)];
    if signed_at < now - limit {
        let bound = sigv4::stamp(now - limit);
        return Err(Distrust::OutOfTime(format!(
            "Signature expired: {signed} is now earlier than {bound} ({here} - 5 min.)"
        )));
    }
    if signed_at > now + limit {
        let bound = sigv4::stamp(now + limit);
        return Err(Distrust::OutOfTime(format!(
            "Signature not yet current: {signed} is still later than {bound} ({here} + 5 min.)"
        )));
    }
    Ok(())
}

impl Distrust {
    /// The words of a service for it.
    pub(super) fn refusal(self, service: Service) -> Refusal {
        const WRONG: &str = "The request signature we calculated does not match the signature you provided. Check your \
                             AWS Secret Access Key and signing method. Consult the service documentation for details.";
        let (query_code, json_code, message) = match self {
            Self::Unsigned => (
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException",
                "Request is missing Authentication Token".to_owned(),
            ),
            Self::UnknownKey => (
                "InvalidClientTokenId",
                "UnrecognizedClientException",
                "The security token included in the request is invalid.".to_owned(),
            ),
            Self::WrongSignature => ("SignatureDoesNotMatch", "InvalidSignatureException", WRONG.to_owned()),
            Self::OutOfTime(message) => ("SignatureDoesNotMatch", "InvalidSignatureException", message),
            Self::ExpiredToken => (
                "ExpiredToken",
                "ExpiredTokenException",
                "The security token included in the request is expired".to_owned(),
            ),
        };
        match service {
            Service::Sts | Service::Iam => Refusal::new(403, query_code, message),
            Service::CodeCommit | Service::SignIn => Refusal::new(400, json_code, message),
        }
    }
}
