//! The services that one signs in with, and those that a machine asks: which path belongs to which, and their
//! parameters in paths and in JSON.
//!
//! Deliberately absent: signatures. What is secret in these requests is in them.

use http::{Method, request::Parts};
use serde_json::Value;

use super::{api::Refusal, login, machine, oidc, portal, world::World};

/// Whether a path belongs to one of these services.
pub(super) fn is_path(path: &str) -> bool {
    matches!(
        path,
        "/client/register"
            | "/device_authorization"
            | "/device"
            | "/token"
            | "/authorize"
            | "/federation/credentials"
            | "/assignment/accounts"
            | "/assignment/roles"
            | "/logout"
            | "/v1/token"
            | machine::CONTAINER_PATH
    ) || path.starts_with("/latest/")
}

/// Where a browser is sent on to, if the request is from one that is to be let in.
pub(super) fn redirect(world: &World, parts: &Parts) -> Option<String> {
    (parts.method == Method::GET && parts.uri.path() == "/authorize").then(|| oidc::authorize(world, &Query(parts)))?
}

/// Answers a request with JSON.
pub(super) fn answer(world: &World, parts: &Parts, body: &[u8]) -> Result<Value, Refusal> {
    let query = Query(parts);
    let input = || {
        let invalid =
            |_| Refusal { oauth: "invalid_request", ..Refusal::new(400, "InvalidRequestException", "No JSON.") };
        serde_json::from_slice::<Value>(body).map(Input).map_err(invalid)
    };
    match (parts.method.as_str(), parts.uri.path()) {
        ("POST", "/client/register") => oidc::register(world),
        ("POST", "/device_authorization") => oidc::start_device(world, &input()?, &query),
        ("GET", "/device") => Ok(Value::from("You are let in. Go back to where you came from.")),
        ("POST", "/token") => oidc::token(world, &input()?),
        ("GET", "/federation/credentials") => portal::role_credentials(world, &query),
        ("GET", "/assignment/accounts") => portal::accounts(world, &query),
        ("GET", "/assignment/roles") => portal::roles(world, &query),
        ("POST", "/logout") => portal::logout(world, &query),
        ("POST", "/v1/token") => login::token(world, &input()?),
        ("GET", machine::CONTAINER_PATH) => machine::container(world),
        (method, path) if path.starts_with("/latest/") => machine::metadata(world, &query, method, path),
        _ => Err(Refusal::new(404, "UnknownOperationException", "There is no such operation.")),
    }
}

/// What stands in the address and in the headers of a request.
pub(super) struct Query<'a>(&'a Parts);

impl Query<'_> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.0.uri.query().unwrap_or_default().as_bytes());
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name)?.to_str().ok()
    }
}

/// What stands in the body of a request.
pub(super) struct Input(Value);

impl Input {
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}
