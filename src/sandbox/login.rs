//! The sign-in service behind `aws login`: fresh credentials for a refresh token.
//!
//! Deliberately absent: the page to sign in on, and the proof of possession (`DPoP`), which is taken on trust.

use serde_json::{Value, json};
use time::Duration;

use super::{api::Refusal, random, rest::Input, world::World};

/// How long credentials of `aws login` last.
pub(super) const LIFETIME: Duration = Duration::minutes(15);

/// Answers `CreateOAuth2Token`.
pub(super) fn token(world: &World, input: &Input) -> Result<Value, Refusal> {
    let expired = || Refusal {
        oauth: "TOKEN_EXPIRED",
        ..Refusal::new(401, "AccessDeniedException", "Your session has expired. Please reauthenticate.")
    };
    let unable = |_| Refusal {
        oauth: "server_error",
        ..Refusal::new(500, "InternalServerException", "The sandbox could not make credentials.")
    };
    if input.text("grantType") != "refresh_token" {
        let message = "The sandbox only refreshes.";
        return Err(Refusal { oauth: "INVALID_REQUEST", ..Refusal::new(400, "ValidationException", message) });
    }
    if world.is_forbidden("signin:CreateOAuth2Token") {
        let message = "You are missing permission for the 'CreateOAuth2Token' action.";
        let refusal = Refusal::new(403, "AccessDeniedException", message);
        return Err(Refusal { oauth: "INSUFFICIENT_PERMISSIONS", ..refusal });
    }
    let next = random::session_token().map_err(unable)?;
    let owner = {
        let mut sign_ins = world.sign_ins();
        // Where all tokens are dead, so would be the new ones.
        let is_it = |token: &str| token == input.text("refreshToken") && !world.is_expired(world.expiry(LIFETIME));
        let login = sign_ins.logins.iter_mut().find(|(token, _)| is_it(token.expose())).ok_or_else(expired)?;
        // A refresh token is good for one use.
        login.0 = next.clone();
        login.1.clone()
    };
    let key = world.temporary_key(owner, LIFETIME).map_err(unable)?;
    let (token, expires) = key.session.as_ref().map_or(("", world.now()), |(token, at)| (token.expose(), *at));
    Ok(json!({
        "accessToken": {"accessKeyId": key.id, "secretAccessKey": key.secret.expose(), "sessionToken": token},
        "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
        "expiresIn": (expires - world.now()).whole_seconds(),
        "refreshToken": next.expose(),
    }))
}
