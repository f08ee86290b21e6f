//! The API server: has it checked who signed a request, hands it to the part that knows the operation, and answers in
//! the words of AWS, in XML for STS and IAM and in JSON for the others.
//!
//! Deliberately absent: TLS. The endpoint is on the loopback interface.

use std::{io, sync::Arc};

use http::{Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::{Bytes, Incoming},
    rt::{Read, Write},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use time::format_description::well_known::Rfc2822;
use tokio::{net::TcpListener, task::JoinSet};

use super::{
    callers::{self, Distrust},
    codecommit, iam, machine,
    query::{Parameters, around, element},
    random, rest,
    sigv4::Authorization,
    sts,
    world::World,
};
use crate::wizard::{names::Region, regions};

/// The longest request body that is read, in bytes.
const LONGEST_BODY: usize = 1 << 20;

/// A request that was turned down, in the words of the service.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// The `error` that OAuth has besides.
    pub(super) oauth: &'static str,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), oauth: "" }
    }
}

/// A service that the sandbox has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Sts,
    Iam,
    CodeCommit,
    /// Those without signatures: the SSO portal, SSO OIDC, sign-in, and the metadata of machines.
    SignIn,
}

/// Accepts connections until it is dropped; with it go the connections.
pub(super) async fn serve(listener: TcpListener, world: Arc<World>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    tokio::time::sleep(super::BREATH).await;
                    continue;
                };
                let world = Arc::clone(&world);
                connections.spawn(async move {
                    // A connection that breaks off is the client's to notice.
                    let _ = talk(TokioIo::new(stream), world).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers what comes over one connection.
pub(super) async fn talk(stream: impl Read + Write + Unpin, world: Arc<World>) -> io::Result<()> {
    let answer = service_fn(move |request| answer(Arc::clone(&world), request));
    http1::Builder::new().serve_connection(stream, answer).await.map_err(io::Error::other)
}

async fn answer(world: Arc<World>, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LONGEST_BODY).collect().await.map(http_body_util::Collected::to_bytes);
    tokio::time::sleep(world.delay).await;
    let id = random::uuid().unwrap_or_default();
    let authorization = Authorization::parse(&parts.headers);
    let service = match authorization.as_ref().map(|authorization| authorization.service.as_str()) {
        None if rest::is_path(parts.uri.path()) => Service::SignIn,
        Some("iam") => Service::Iam,
        Some("codecommit") => Service::CodeCommit,
        None if parts.headers.contains_key("x-amz-target") => Service::CodeCommit,
        Some("sts") | None => Service::Sts,
        Some(_) => {
            let text = "The sandbox has STS, IAM, CodeCommit, SSO and SSO OIDC.";
            let refusal = Refusal::new(404, "UnknownService", text);
            return Ok(response(&world, Service::Sts, &id, Err(refusal)));
        }
    };
    let region = authorization.as_ref().and_then(|authorization| Region::parse(&authorization.region).ok());
    if service == Service::CodeCommit && region.is_some_and(|region| regions::place(&region).is_none()) {
        // There, the name of the host is not known: nobody answers.
        return Err(io::Error::other("CodeCommit is not in this region"));
    }
    if world.throttles() {
        return Ok(throttled(&world, service, &id));
    }
    if let Some(location) = rest::redirect(&world, &parts) {
        return Ok(redirection(&location));
    }
    let result = match body {
        Ok(body) => call(&world, service, authorization.as_ref(), &parts, &body),
        Err(_) => Err(Refusal::new(413, "RequestEntityTooLarge", "Request size exceeded 1048576 bytes")),
    };
    let mut response = response(&world, service, &id, result);
    if parts.uri.path() == machine::TOKEN_PATH {
        // A machine wants to be told for how long its token is good.
        let seconds = http::HeaderValue::from_static("21600");
        response.headers_mut().insert("x-aws-ec2-metadata-token-ttl-seconds", seconds);
    }
    Ok(response)
}

/// Answers a call with the inside of the answer: elements of XML, or JSON.
fn call(
    world: &World,
    service: Service,
    authorization: Option<&Authorization>,
    parts: &Parts,
    body: &[u8],
) -> Result<Outcome, Refusal> {
    let who = || {
        let who = callers::authenticate(world, service, authorization, parts, body);
        who.map_err(|distrust| distrust.refusal(service))
    };
    match service {
        Service::Sts | Service::Iam => {
            let parameters = Parameters::parse(body);
            let action = parameters.text("Action").unwrap_or_default().to_owned();
            let elements = match (service, action.as_str()) {
                // The one call that nobody signs: it is how one comes by a key.
                (Service::Sts, "AssumeRoleWithWebIdentity") => sts::with_web_identity(world, &parameters),
                (Service::Sts, _) => sts::answer(world, &who()?, &action, &parameters),
                _ => iam::answer(world, &who()?, &action, &parameters),
            }?;
            Ok(Outcome { action, content: elements })
        }
        Service::SignIn => {
            let answer = rest::answer(world, parts, body)?;
            let content = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
            Ok(Outcome { action: String::new(), content })
        }
        Service::CodeCommit => {
            let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
            let action = target.strip_prefix("CodeCommit_20150413.").unwrap_or(target).to_owned();
            let region = authorization.and_then(|authorization| Region::parse(&authorization.region).ok());
            let region = region.ok_or_else(|| Distrust::UnknownKey.refusal(service))?;
            let content = codecommit::answer(world, &who()?, &region, &action, body)?.to_string();
            Ok(Outcome { action, content })
        }
    }
}

/// The inside of a good answer, and the operation that it answers.
struct Outcome {
    action: String,
    content: String,
}

fn response(world: &World, service: Service, id: &str, result: Result<Outcome, Refusal>) -> Response<Full<Bytes>> {
    let (status, body) = match (service, result) {
        (Service::CodeCommit | Service::SignIn, Ok(outcome)) => (200, outcome.content),
        (Service::SignIn, Err(refusal)) => return refused_sign_in(world, id, &refusal),
        (Service::CodeCommit, Err(refusal)) => {
            (refusal.status, serde_json::json!({"__type": refusal.code, "message": refusal.message}).to_string())
        }
        (Service::Sts | Service::Iam, Ok(Outcome { action, content })) => {
            let result = if content.is_empty() { content } else { around(&format!("{action}Result"), &content) };
            let metadata = around("ResponseMetadata", &element("RequestId", id));
            (200, format!("<{action}Response xmlns=\"{}\">{result}{metadata}</{action}Response>", service.namespace()))
        }
        (Service::Sts | Service::Iam, Err(refusal)) => {
            let inside = [
                element("Type", if refusal.status < 500 { "Sender" } else { "Receiver" }),
                element("Code", refusal.code),
                element("Message", &refusal.message),
            ];
            let error = around("Error", &inside.concat()) + &element("RequestId", id);
            (refusal.status, format!("<ErrorResponse xmlns=\"{}\">{error}</ErrorResponse>", service.namespace()))
        }
    };
    finished(world, service, id, status, body)
}

/// “Rate exceeded”: as XML even where JSON is spoken, which is how it has been seen.
fn throttled(world: &World, service: Service, id: &str) -> Response<Full<Bytes>> {
    match service {
        Service::Sts | Service::Iam => {
            response(world, service, id, Err(Refusal::new(400, "Throttling", "Rate exceeded")))
        }
        Service::SignIn => {
            response(world, service, id, Err(Refusal::new(429, "TooManyRequestsException", "HTTP 429 Unknown Code")))
        }
        Service::CodeCommit => {
            let body = "<ThrottlingException>\n  <Message>Rate exceeded</Message>\n</ThrottlingException>\n";
            finished(world, service, id, 400, body.to_owned())
        }
    }
}

fn redirection(location: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(location) = http::HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// A refusal of a service whose errors are told by a header.
fn refused_sign_in(world: &World, id: &str, refusal: &Refusal) -> Response<Full<Bytes>> {
    let body = match refusal.oauth {
        "" => serde_json::json!({"message": refusal.message}),
        error => serde_json::json!({"error": error, "error_description": refusal.message, "message": refusal.message}),
    };
    let mut response = finished(world, Service::SignIn, id, refusal.status, body.to_string());
    response.headers_mut().insert("x-amzn-errortype", http::HeaderValue::from_static(refusal.code));
    response
}

fn finished(world: &World, service: Service, id: &str, status: u16, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = match service {
        Service::Sts | Service::Iam => "text/xml",
        Service::CodeCommit => "application/x-amz-json-1.1",
        Service::SignIn => "application/json",
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    // The server's own clock, which may be off.
    let date = world.now().format(&Rfc2822).unwrap_or_default().replace("+0000", "GMT");
    for (name, text) in [("x-amzn-requestid", id), ("date", &date)] {
        if let Ok(value) = http::HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
    response
}

impl Service {
    fn namespace(self) -> &'static str {
        match self {
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::CodeCommit | Self::SignIn => "",
        }
    }
}
