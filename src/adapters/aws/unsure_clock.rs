//! What time it is at AWS when no call came through: the `Date` of an answer from whoever is there, whatever its certificate says.
//! A clock that is years off finds every certificate out of date.
//!
//! Deliberately absent: sending anything but the question, and believing the answer for more than a sentence about the clock.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use time::OffsetDateTime;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::clock::ahead_of;
use crate::adapters::environment::Environment;

/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(4);
/// The most that is read of an answer, in bytes.
const HEAD: usize = 16 * 1024;

/// By how many seconds this computer is ahead of what is at a host and port; `None` where nobody says it.
pub(super) async fn ahead(host: &str, port: u16, environment: &Environment) -> Option<i64> {
    let head = tokio::time::timeout(LIMIT, head(host, port, environment)).await.ok()??;
    let date = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date").then(|| value.trim())
    })?;
    ahead_of(date, OffsetDateTime::from(SystemTime::now()).unix_timestamp())
}

/// The head of an answer to a question that says nothing.
async fn head(host: &str, port: u16, environment: &Environment) -> Option<String> {
    let stream = way(host, port, environment).await?;
    let provider = Arc::new(ring::default_provider());
    let anybody = Arc::new(Anybody(Arc::clone(&provider)));
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    let config = config.dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    ask(&mut stream, &format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
}

/// A connection to a host, through the proxy that the environment names.
async fn way(host: &str, port: u16, environment: &Environment) -> Option<TcpStream> {
    let Some(proxy) = proxy(host, environment) else { return TcpStream::connect((host, port)).await.ok() };
    let authority = proxy.authority()?;
    let mut stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80))).await.ok()?;
    let login = authority.as_str().rsplit_once('@').map_or_else(String::new, |(login, _)| {
        let login: Vec<u8> = form_urlencoded::parse(format!("={login}").replace('+', "%2B").as_bytes())
            .flat_map(|(_, value)| value.into_owned().into_bytes())
            .collect();
        format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(login))
    });
    let answer =
        ask(&mut stream, &format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{login}\r\n")).await?;
    answer.split(' ').nth(1).filter(|status| status.starts_with('2')).map(|_| stream)
}

/// The proxy for a host, where one is set that is spoken to without TLS.
fn proxy(host: &str, environment: &Environment) -> Option<http::Uri> {
    let named = |names: &[&str]| names.iter().find_map(|name| environment.get(name));
    let kept = named(&["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let is_kept = |name: &str| {
        let name = name.trim().trim_start_matches('*').trim_start_matches('.');
        host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
    };
    if kept.split(',').filter(|name| !name.trim().is_empty()).any(|name| name.trim() == "*" || is_kept(name)) {
        return None;
    }
    let address = named(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])?;
    let address = if address.contains("://") { address } else { format!("http://{address}") };
    address.parse::<http::Uri>().ok().filter(|uri| uri.scheme_str() == Some("http"))
}

/// Sends something, and reads what comes up to the end of a head.
async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), question: &str) -> Option<String> {
    stream.write_all(question.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    let mut head = Vec::new();
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") && head.len() < HEAD {
        if stream.read_buf(&mut head).await.ok()? == 0 {
            break;
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// Takes every certificate.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::proxy;
    use crate::adapters::environment::Environment;

    #[test]
    fn the_proxy_is_the_one_that_the_environment_names_for_the_host() {
        for (variables, host, address) in [
            (&[("HTTPS_PROXY", "http://me:x@proxy:3128")][..], "sts.amazonaws.com", Some("proxy:3128")),
            (&[("all_proxy", "proxy:1")], "sts.amazonaws.com", Some("proxy:1")),
            (&[("HTTPS_PROXY", "socks5://proxy:1")], "sts.amazonaws.com", None),
            (&[("HTTPS_PROXY", "http://proxy"), ("NO_PROXY", "x, .amazonaws.com")], "sts.amazonaws.com", None),
            (&[("HTTPS_PROXY", "http://proxy"), ("no_proxy", "ws.com,")], "sts.amazonaws.com", Some("proxy")),
            (&[("HTTPS_PROXY", "http://proxy"), ("NO_PROXY", "*")], "sts.amazonaws.com", None),
            (&[], "sts.amazonaws.com", None),
        ] {
            let environment = Environment::of(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())));
            let found = proxy(host, &environment).and_then(|uri| uri.authority().map(ToString::to_string));
            let found = found.map(|authority| authority.rsplit('@').next().unwrap().to_owned());
            assert_eq!(found.as_deref(), address, "{variables:?}");
        }
    }
}
