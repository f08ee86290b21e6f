//! The proxy that git is told to use: it answers for the hosts of CodeCommit and the API itself, and lets nothing else
//! through.
//!
//! Deliberately absent: any connection to the outside.

use std::{io, sync::Arc};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{api, certificates::Certificates, git_server, world::World};
use crate::wizard::names::Region;

/// A host of CodeCommit's git servers, and the region that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GitHost {
    pub(super) name: String,
    pub(super) region: Region,
}

impl GitHost {
    /// Reads `[vpce-….]git-codecommit[-fips].REGION.[vpce.]amazonaws.com[.cn]`.
    pub(super) fn parse(host: &str) -> Option<Self> {
        let name = host.to_ascii_lowercase();
        let (of_endpoint, rest) = match name.strip_prefix("vpce-") {
            Some(endpoint) => {
                let (id, rest) = endpoint.split_once('.')?;
                (id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-').then_some(true)?, rest)
            }
            None => (false, name.as_str()),
        };
        let rest = rest.strip_prefix("git-codecommit")?;
        let rest = rest.strip_prefix("-fips").unwrap_or(rest).strip_prefix('.')?;
        let (region, suffix) = rest.split_once('.')?;
        let region = Region::parse(region).ok()?;
        let suffix = if of_endpoint { suffix.strip_prefix("vpce.")? } else { suffix };
        (suffix == region.partition().dns_suffix()).then(|| Self { name: name.clone(), region })
    }
}

/// Accepts connections until it is dropped; with it go the connections.
pub(super) async fn serve(listener: TcpListener, world: Arc<World>, certificates: Arc<Certificates>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let (world, certificates) = (Arc::clone(&world), Arc::clone(&certificates));
                    connections.spawn(async move {
                        // A connection that breaks off is the client's to notice.
                        let _ = connection(stream, world, &certificates).await;
                    });
                } else {
                    tokio::time::sleep(super::BREATH).await;
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(mut stream: TcpStream, world: Arc<World>, certificates: &Certificates) -> io::Result<()> {
    let Some(target) = read_target(&mut stream).await? else {
        return refuse(&mut stream, "400 Bad Request", "This is not a request to a proxy.").await;
    };
    if world.proxy_asks {
        return refuse(&mut stream, "407 Proxy Authentication Required", "Who are you?").await;
    }
    let name = target.strip_suffix(":443").unwrap_or_default().to_ascii_lowercase();
    let git_host = GitHost::parse(&name);
    if git_host.is_none() && !is_of_api(&name) {
        return refuse(&mut stream, "403 Forbidden", "The sandbox lets nothing leave this machine.").await;
    }
    let config = certificates.of_host(&name).map_err(io::Error::other)?;
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let stream = TlsAcceptor::from(config).accept(stream).await?;
    let Some(host) = git_host.map(Arc::new) else { return api::talk(TokioIo::new(stream), world).await };
    let answer = service_fn(move |request| git_server::answer(Arc::clone(&world), Arc::clone(&host), request));
    http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await.map_err(io::Error::other)
}

/// Whether a host is one of the API's that the sandbox has, as a proxy of a company sees them that looks into TLS.
fn is_of_api(host: &str) -> bool {
    let service = host.split('.').next().unwrap_or_default();
    matches!(service, "sts" | "iam" | "codecommit")
        && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"))
}

/// Reads the head of a request: the target when it is CONNECT, the whole address of any other.
async fn read_target(stream: &mut TcpStream) -> io::Result<Option<String>> {
    const LONGEST: usize = 8192;
    let mut head = Vec::new();
    // A client sends nothing after the head until it is answered, so nothing of the next bytes is lost.
    while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    let line = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
    let mut words = line.split(' ');
    let (_method, target, version) = (words.next(), words.next(), words.next());
    Ok(version.is_some_and(|version| version.starts_with("HTTP/1.")).then(|| target.unwrap_or_default().to_owned()))
}

async fn refuse(stream: &mut TcpStream, status: &str, text: &str) -> io::Result<()> {
    let length = text.len() + 1;
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::GitHost;

    #[test]
    fn the_hosts_of_codecommit_and_no_others_are_known() {
        for (host, region) in [
            ("git-codecommit.us-east-2.amazonaws.com", "us-east-2"),
            ("GIT-CODECOMMIT.eu-west-1.amazonaws.com", "eu-west-1"),
            ("git-codecommit-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
            ("git-codecommit.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("vpce-0a1b-x.git-codecommit.us-east-2.vpce.amazonaws.com", "us-east-2"),
        ] {
            assert_eq!(GitHost::parse(host).expect(host).region.as_str(), region, "{host}");
        }
        for host in [
            "github.com",
            "git-codecommit.us-east-2.amazonaws.com.evil.example",
            "git-codecommit.us-east-2.amazonaws.com.cn",
            "git-codecommit.amazonaws.com",
            "git-codecommitx.us-east-2.amazonaws.com",
            "xgit-codecommit.us-east-2.amazonaws.com",
            "vpce-0a/b.git-codecommit.us-east-2.vpce.amazonaws.com",
            "",
        ] {
            assert_eq!(GitHost::parse(host), None, "{host}");
        }
    }
}
