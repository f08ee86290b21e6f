//! SSO OIDC: programs register, and get a token for a device code, for a code that a browser brought, or for an older
//! token (RFC 8628, RFC 7636; SSO OIDC API reference).
//!
//! Deliberately absent: a page to sign in on. A device is let in when it asks for the second time, a browser at once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::Duration;

use super::{
    api::Refusal,
    random,
    rest::{Input, Query},
    sessions::SignIn,
    world::World,
};
use crate::wizard::secret::Secret;

/// How long a program stays registered.
const REGISTRATION: Duration = Duration::days(90);
/// How long a sign-in lasts.
const SIGN_IN: Duration = Duration::hours(8);
/// How long a code can be used, in seconds.
const CODE: u32 = 600;

/// Registers a program.
pub(super) fn register(world: &World) -> Result<Value, Refusal> {
    let (id, secret) = (random::uuid().map_err(unable)?, random::session_token().map_err(unable)?);
    let now = world.now();
    let output = json!({
        "clientId": id,
        "clientSecret": secret.expose(),
        "clientIdIssuedAt": now.unix_timestamp(),
        "clientSecretExpiresAt": (now + REGISTRATION).unix_timestamp(),
    });
    world.sign_ins().clients.insert(id, secret);
    Ok(output)
}

/// Begins to let a device in: a code for it, and one for the person to compare.
pub(super) fn start_device(world: &World, input: &Input, query: &Query<'_>) -> Result<Value, Refusal> {
    is_registered(world, input)?;
    let code = random::uuid().map_err(unable)?;
    let user_code = format!("{}-{}", &code[..4], &code[9..13]).to_ascii_uppercase();
    let address = format!("http://{}/device", query.header("host").unwrap_or_default());
    let output = json!({
        "deviceCode": code,
        "userCode": user_code,
        "verificationUri": address,
        "verificationUriComplete": format!("{address}?user_code={user_code}"),
        "expiresIn": CODE,
        "interval": 1,
    });
    world.sign_ins().devices.insert(code, false);
    Ok(output)
}

/// Lets a browser in: the address to send it back to, with a code; nothing when it does not come from a program that
/// listens on this machine.
pub(super) fn authorize(world: &World, query: &Query<'_>) -> Option<String> {
    let back = query.text("redirect_uri").filter(|address| address.starts_with("http://127.0.0.1:"))?;
    let client = query.text("client_id")?;
    let challenge = URL_SAFE_NO_PAD.decode(query.text("code_challenge")?).ok()?;
    let mut sign_ins = world.sign_ins();
    let is_known = sign_ins.clients.contains_key(&client);
    let code = random::uuid().ok().filter(|_| is_known)?;
    let state = query.text("state").unwrap_or_default();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &code)
        .append_pair("state", &state)
        .finish();
    sign_ins.codes.insert(code, challenge);
    Some(format!("{back}?{query}"))
}

/// Gives out a token, if there is something to give it for.
pub(super) fn token(world: &World, input: &Input) -> Result<Value, Refusal> {
    is_registered(world, input)?;
    let mut sign_ins = world.sign_ins();
    let invalid = || refusal("InvalidGrantException", "invalid_grant", "Invalid grant provided");
    match input.text("grantType") {
        "urn:ietf:params:oauth:grant-type:device_code" => {
            let was_asked_after = sign_ins.devices.get_mut(input.text("deviceCode")).ok_or_else(invalid)?;
            if !std::mem::replace(was_asked_after, true) {
                let text = "Authorization is still pending";
                return Err(refusal("AuthorizationPendingException", "authorization_pending", text));
            }
            sign_ins.devices.remove(input.text("deviceCode"));
        }
        "authorization_code" => {
            let challenge = sign_ins.codes.remove(input.text("code")).ok_or_else(invalid)?;
            if Sha256::digest(input.text("codeVerifier"))[..] != challenge[..] {
                return Err(invalid());
            }
        }
        "refresh_token" => {
            let is_it = |sign_in: &SignIn| sign_in.refresh.expose() == input.text("refreshToken");
            let at = sign_ins.portal.iter().position(is_it).ok_or_else(invalid)?;
            if world.is_expired(sign_ins.portal[at].expires + SIGN_IN) {
                return Err(invalid());
            }
            sign_ins.portal.remove(at);
        }
        _ => return Err(refusal("UnsupportedGrantTypeException", "unsupported_grant_type", "Unsupported grant type")),
    }
    let sign_in = new_sign_in(world).map_err(unable)?;
    let output = json!({
        "accessToken": sign_in.access.expose(),
        "refreshToken": sign_in.refresh.expose(),
        "tokenType": "Bearer",
        "expiresIn": (sign_in.expires - world.now()).whole_seconds(),
    });
    sign_ins.portal.push(sign_in);
    Ok(output)
}

/// A sign-in that begins now.
pub(super) fn new_sign_in(world: &World) -> Result<SignIn, super::SandboxError> {
    let token = |kind: &str| -> Result<Secret, super::SandboxError> {
        Ok(Secret::new(format!("{kind}{}", random::session_token()?.expose())))
    };
    Ok(SignIn { access: token("aoaAAAAA")?, refresh: token("aorAAAAA")?, expires: world.expiry(SIGN_IN) })
}

fn is_registered(world: &World, input: &Input) -> Result<(), Refusal> {
    if world.sign_ins().is_client(input.text("clientId"), input.text("clientSecret")) {
        Ok(())
    } else {
        Err(Refusal { status: 401, ..refusal("InvalidClientException", "invalid_client", "Invalid client provided") })
    }
}

fn refusal(code: &'static str, oauth: &'static str, message: &str) -> Refusal {
    Refusal { oauth, ..Refusal::new(400, code, message) }
}

fn unable(_: super::SandboxError) -> Refusal {
    Refusal { oauth: "server_error", ..Refusal::new(500, "InternalServerException", "The sandbox could not sign in.") }
}
