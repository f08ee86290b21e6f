//! Git over HTTPS as CodeCommit has it: checks the password, the permission and the region, then lets git's own
//! `http-backend` answer, streaming both ways.
//!
//! A password is one that a credential helper makes, or that of static Git credentials.
//! Deliberately absent: the “dumb” protocol, and SSH.

use std::{
    convert::Infallible,
    io,
    process::{ExitStatus, Stdio},
    sync::Arc,
};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame, Incoming};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout},
};

use super::{account::Principal, proxy::GitHost, random, sigv4, world::World};
use crate::wizard::names::RepositoryName;

type Answer = Response<BoxBody<Bytes, io::Error>>;

/// The longest piece of an answer that is held in memory.
const PIECE: usize = 64 * 1024;

/// What a request wants of a repository.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    name: RepositoryName,
    /// The rest of the path, such as `info/refs`.
    rest: &'static str,
    pushes: bool,
}

impl Wanted {
    /// Reads `/v1/repos/NAME/info/refs?service=git-upload-pack` and its like.
    fn parse(path: &str, query: Option<&str>) -> Option<Self> {
        let (name, rest) = path.strip_prefix("/v1/repos/")?.split_once('/')?;
        let name = RepositoryName::parse(name).ok()?;
        let (rest, program) = match rest {
            "info/refs" => ("info/refs", query?.strip_prefix("service=")?),
            "git-upload-pack" => ("git-upload-pack", "git-upload-pack"),
            "git-receive-pack" => ("git-receive-pack", "git-receive-pack"),
            _ => return None,
        };
        match program {
            "git-upload-pack" => Some(Self { name, rest, pushes: false }),
            "git-receive-pack" => Some(Self { name, rest, pushes: true }),
            _ => None,
        }
    }
}

/// Answers one request that came in for a host.
pub(super) async fn answer(
    world: Arc<World>,
    host: Arc<GitHost>,
    request: Request<Incoming>,
) -> Result<Answer, Infallible> {
    tokio::time::sleep(world.delay).await;
    let mut answer = match check(&world, &host, &request) {
        Ok((wanted, who)) => match serve(&world, &host, &wanted, &who, request).await {
            Ok(answer) => answer,
            Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        },
        Err(answer) => *answer,
    };
    if let Ok(id) = HeaderValue::from_str(&random::uuid().unwrap_or_default()) {
        answer.headers_mut().insert("x-amzn-requestid", id);
    }
    Ok(answer)
}

/// Who asks, and for what; or the refusal.
fn check(world: &World, host: &GitHost, request: &Request<Incoming>) -> Result<(Wanted, Principal), Box<Answer>> {
    let forbidden = |text: &str| Box::new(plain(StatusCode::FORBIDDEN, text));
    let not_found = || Box::new(plain(StatusCode::NOT_FOUND, "Repository not found"));
    let Some(credentials) = request.headers().get(header::AUTHORIZATION) else {
        let mut answer = plain(StatusCode::UNAUTHORIZED, "Unauthorized");
        let realm = HeaderValue::from_static("Basic realm=\"CodeCommit\"");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
        return Err(Box::new(answer));
    };
    if world.throttles_git() {
        return Err(Box::new(plain(StatusCode::TOO_MANY_REQUESTS, "Rate exceeded")));
    }
    let wanted = Wanted::parse(request.uri().path(), request.uri().query()).ok_or_else(not_found)?;
    let who = authenticate(world, host, &wanted.name, credentials).ok_or_else(|| forbidden("Forbidden"))?;
    if world.refuses_git {
        return Err(forbidden("Forbidden"));
    }
    let action = if wanted.pushes { "codecommit:GitPush" } else { "codecommit:GitPull" };
    let resource = who.repository_arn(&host.region, wanted.name.as_str());
    world.authorize(&who, action, &resource).map_err(|message| forbidden(&message))?;
    world.may_use_key(&who, "kms:Decrypt").map_err(|message| forbidden(&message))?;
    world.account(who.account).repository(&host.region, &wanted.name).ok_or_else(not_found)?;
    Ok((wanted, who))
}

fn authenticate(world: &World, host: &GitHost, name: &RepositoryName, credentials: &HeaderValue) -> Option<Principal> {
    let decoded = STANDARD.decode(credentials.to_str().ok()?.strip_prefix("Basic ")?).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (user, password) = decoded.split_once(':')?;
    if let Some(known) = world.git_credentials(user) {
        let right = known.password.expose() == password && host.region.partition() == known.owner.partition;
        return right.then_some(known.owner);
    }
    let (key_id, token) = user.split_once('%').map_or((user, None), |(key_id, token)| (key_id, Some(token)));
    let key = world.key(key_id)?;
    if host.region.partition() != key.owner.partition {
        return None;
    }
    match (&key.session, token) {
        (None, None) => {}
        (Some((expected, expires)), Some(token)) if expected.expose() == token && !world.is_expired(*expires) => {}
        (None | Some(_), _) => return None,
    }
    let path = format!("/v1/repos/{name}");
    let signed = [host.region.as_str(), &host.name, &path];
    sigv4::check_password(password, key.secret.expose(), signed, world.now()).ok()?;
    Some(key.owner)
}

/// Runs git's CGI program for a request and passes on what it says.
async fn serve(
    world: &Arc<World>,
    host: &GitHost,
    wanted: &Wanted,
    who: &Principal,
    request: Request<Incoming>,
) -> io::Result<Answer> {
    let folder = world.git_folder(who.account, &host.region, &wanted.name);
    world.make_git_folder(&folder)?;
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let mut command = world.git.http_backend();
    command
        .env("GIT_PROJECT_ROOT", &world.repositories)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", format!("/{}/{}/{}.git/{}", who.account, host.region, wanted.name, wanted.rest))
        .env("QUERY_STRING", parts.uri.query().unwrap_or_default())
        .env("REQUEST_METHOD", parts.method.as_str())
        .env("REMOTE_ADDR", "127.0.0.1")
        // A named user is what makes git accept a push.
        .env("REMOTE_USER", who.arn().rsplit('/').next().unwrap_or(who.account));
    for (variable, name) in [
        ("CONTENT_TYPE", "content-type"),
        ("CONTENT_LENGTH", "content-length"),
        ("HTTP_CONTENT_ENCODING", "content-encoding"),
        ("HTTP_ACCEPT_ENCODING", "accept-encoding"),
        ("HTTP_GIT_PROTOCOL", "git-protocol"),
        ("GIT_PROTOCOL", "git-protocol"),
    ] {
        if let Some(value) = header(name) {
            command.env(variable, value);
        }
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    if let Some(stdin) = child.stdin.take() {
        tokio::spawn(feed(body, stdin));
    }
    let stdout = child.stdout.take().ok_or_else(|| io::Error::other("git http-backend has no output"))?;
    let mut stdout = BufReader::with_capacity(PIECE, stdout);
    let (status, headers) = read_head(&mut stdout).await?;
    let after = (wanted.rest == "git-receive-pack").then(|| {
        let (world, account) = (Arc::clone(world), who.account);
        let (region, name) = (host.region.clone(), wanted.name.clone());
        Box::new(move || world.pushed(account, &region, &name)) as Box<dyn FnOnce() + Send + Sync>
    });
    let pieces = stream::unfold(Some(Output { child, stdout, after }), |output| async { output?.next().await });
    let mut answer = Response::new(BodyExt::boxed(StreamBody::new(pieces)));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// Passes the body of a request on to git, as it comes.
async fn feed(mut body: Incoming, mut stdin: ChildStdin) {
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        if stdin.write_all(&data).await.is_err() {
            // Git has heard enough. What is left is read all the same, so that the connection stays usable.
            while let Some(Ok(_)) = body.frame().await {}
            return;
        }
    }
}

/// What git is still saying.
struct Output {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What is to be done when git has ended well.
    after: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Output {
    async fn next(mut self) -> Option<(io::Result<Frame<Bytes>>, Option<Self>)> {
        let mut piece = Vec::with_capacity(PIECE);
        match self.stdout.read_buf(&mut piece).await {
            Ok(0) => {
                let ended_well = self.child.wait().await.as_ref().is_ok_and(ExitStatus::success);
                if let Some(after) = self.after.filter(|_| ended_well) {
                    after();
                }
                None
            }
            Ok(_) => Some((Ok(Frame::data(piece.into())), Some(self))),
            Err(error) => Some((Err(error), None)),
        }
    }
}

/// Reads the head of a CGI answer: headers up to an empty line, with the status among them.
async fn read_head(stdout: &mut BufReader<ChildStdout>) -> io::Result<(StatusCode, HeaderMap)> {
    let (mut status, mut headers) = (StatusCode::OK, HeaderMap::new());
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).await? == 0 {
            return Err(io::Error::other("git http-backend said nothing"));
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            status = value.get(..3).and_then(|code| code.parse().ok()).unwrap_or(StatusCode::BAD_GATEWAY);
        } else if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    Ok((status, headers))
}

fn plain(status: StatusCode, text: &str) -> Answer {
    let body = Full::new(Bytes::from(format!("{text}\n"))).map_err(|never: Infallible| match never {});
    let mut answer = Response::new(BodyExt::boxed(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn only_the_smart_protocol_is_served_and_never_a_path() {
        let parse = Wanted::parse;
        let pull = parse("/v1/repos/MyDemoRepo/info/refs", Some("service=git-upload-pack")).expect("a pull");
        assert!(!pull.pushes && pull.name.as_str() == "MyDemoRepo");
        assert!(parse("/v1/repos/a/git-receive-pack", None).is_some_and(|wanted| wanted.pushes));
        for (path, query) in [
            ("/v1/repos/a/info/refs", None),
            ("/v1/repos/a/info/refs", Some("service=git-upload-archive")),
            ("/v1/repos/a/HEAD", None),
            ("/v1/repos/../info/refs", Some("service=git-upload-pack")),
            ("/v1/repos/%2e%2e/info/refs", Some("service=git-upload-pack")),
            ("/v1/repos/a/b/info/refs", Some("service=git-upload-pack")),
            ("/v1/repos/a", None),
            ("/", None),
        ] {
            assert_eq!(parse(path, query), None, "{path}");
        }
    }
}
