//! The API server: checks who signed a request, hands it to the part that knows the operation, and answers in the
//! words of AWS, in XML for STS and IAM and in JSON for CodeCommit.
//!
//! Deliberately absent: TLS. The endpoint is on the loopback interface.

use std::{convert::Infallible, fmt::Write as _, sync::Arc};

use http::{HeaderMap, Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use time::{Duration, format_description::well_known::Rfc2822};
use tokio::{net::TcpListener, task::JoinSet};

use super::{
    codecommit, iam, random,
    sigv4::{self, Authorization},
    sts,
    world::{Principal, World},
};
use crate::wizard::names::{Partition, Region};

/// The longest request body that is read, in bytes.
const LONGEST_BODY: usize = 1 << 20;

/// A request that was turned down, in the words of the service.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

/// A service that the sandbox has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Sts,
    Iam,
    CodeCommit,
}

/// Why a request is not believed.
enum Distrust {
    Unsigned,
    UnknownKey,
    WrongSignature,
    OutOfTime(String),
    ExpiredToken,
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
                    let answer = service_fn(move |request| answer(Arc::clone(&world), request));
                    // A connection that breaks off is the client's to notice.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(world: Arc<World>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LONGEST_BODY).collect().await.map(http_body_util::Collected::to_bytes);
    tokio::time::sleep(world.delay).await;
    let id = random::uuid().unwrap_or_default();
    let authorization = Authorization::parse(&parts.headers);
    let service = match authorization.as_ref().map(|authorization| authorization.service.as_str()) {
        Some("iam") => Service::Iam,
        Some("codecommit") => Service::CodeCommit,
        None if parts.headers.contains_key("x-amz-target") => Service::CodeCommit,
        Some("sts") | None => Service::Sts,
        Some(_) => {
            let text = "The sandbox has STS, IAM and CodeCommit.";
            let refusal = Refusal::new(404, "UnknownService", text);
            return Ok(response(&world, Service::Sts, &id, Err(refusal)));
        }
    };
    if world.throttles() {
        return Ok(throttled(&world, service, &id));
    }
    let result = match body {
        Ok(body) => call(&world, service, authorization.as_ref(), &parts, &body),
        Err(_) => Err(Refusal::new(413, "RequestEntityTooLarge", "Request size exceeded 1048576 bytes")),
    };
    Ok(response(&world, service, &id, result))
}

/// Answers a call with the inside of the answer: elements of XML, or JSON.
fn call(
    world: &World,
    service: Service,
    authorization: Option<&Authorization>,
    parts: &Parts,
    body: &[u8],
) -> Result<Outcome, Refusal> {
    let who = authenticate(world, authorization, parts, body).map_err(|distrust| distrust.refusal(service))?;
    match service {
        Service::Sts | Service::Iam => {
            let parameters = Parameters::parse(body);
            let action = parameters.text("Action").unwrap_or_default().to_owned();
            let elements = if service == Service::Sts {
                sts::answer(world, &who, &action)
            } else {
                iam::answer(world, &who, &action, &parameters)
            }?;
            Ok(Outcome { action, content: elements })
        }
        Service::CodeCommit => {
            let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
            let action = target.strip_prefix("CodeCommit_20150413.").unwrap_or(target).to_owned();
            let region = authorization.and_then(|authorization| Region::parse(&authorization.region).ok());
            let region = region.ok_or_else(|| Distrust::UnknownKey.refusal(service))?;
            let content = codecommit::answer(world, &who, &region, &action, body)?.to_string();
            Ok(Outcome { action, content })
        }
    }
}

/// The inside of a good answer, and the operation that it answers.
struct Outcome {
    action: String,
    content: String,
}

fn authenticate(
    world: &World,
    authorization: Option<&Authorization>,
    parts: &Parts,
    body: &[u8],
) -> Result<Principal, Distrust> {
    let authorization = authorization.ok_or(Distrust::Unsigned)?;
    // The account is of the commercial partition: China and GovCloud do not know its keys.
    let region = Region::parse(&authorization.region).map_err(|_| Distrust::UnknownKey)?;
    if region.partition() != Partition::Commercial {
        return Err(Distrust::UnknownKey);
    }
    let key = world.key(&authorization.key_id).ok_or(Distrust::UnknownKey)?;
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
    fn refusal(self, service: Service) -> Refusal {
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
            Service::CodeCommit => Refusal::new(400, json_code, message),
        }
    }
}

/// The parameters of a call in the query protocol.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// An XML element around text.
pub(super) fn element(name: &str, text: &str) -> String {
    let mut xml = format!("<{name}>");
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            // XML has no way to write them, and no name that AWS accepts has them.
            c if c.is_control() => xml.push('\u{fffd}'),
            c => xml.push(c),
        }
    }
    let _ = write!(xml, "</{name}>");
    xml
}

/// An XML element around elements.
pub(super) fn around(name: &str, elements: &str) -> String {
    format!("<{name}>{elements}</{name}>")
}

fn response(world: &World, service: Service, id: &str, result: Result<Outcome, Refusal>) -> Response<Full<Bytes>> {
    let (status, body) = match (service, result) {
        (Service::CodeCommit, Ok(outcome)) => (200, outcome.content),
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
        Service::CodeCommit => {
            let body = "<ThrottlingException>\n  <Message>Rate exceeded</Message>\n</ThrottlingException>\n";
            finished(world, service, id, 400, body.to_owned())
        }
    }
}

fn finished(world: &World, service: Service, id: &str, status: u16, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = match service {
        Service::Sts | Service::Iam => "text/xml",
        Service::CodeCommit => "application/x-amz-json-1.1",
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
            Self::CodeCommit => "",
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_cannot_break_out_of_its_element() {
        assert_eq!(super::element("A", "<b>&\u{1b}"), "<A>&lt;b&gt;&amp;\u{fffd}</A>");
    }
}
