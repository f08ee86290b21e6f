//! Clients of STS, IAM and CodeCommit for one caller: its credentials and nobody else's, its region, and the
//! addresses that the environment names.
//!
//! Deliberately absent: the default chain of credentials, the metadata service of EC2, and the profile that
//! `AWS_PROFILE` names. A broken file matters only to callers that are a profile.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::config::SharedHttpClient;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::process::Asks;
use super::{credentials, flood};
use crate::adapters::environment::Environment;
use crate::adapters::reading;
use crate::wizard::effect::{Caller, Credentials};
use crate::wizard::names::{Partition, ProfileName, Region, printable};
use crate::wizard::problem::{Problem, ProblemKind};

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long a call may take with all its attempts.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(20);
/// How often a call is tried.
const ATTEMPTS: u32 = 3;

/// A service of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Sts,
    Iam,
    CodeCommit,
}

/// Who signs, as far as it may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signer {
    pub(super) access_key_id: String,
    /// Whether a session token goes with the key.
    pub(super) temporary: bool,
    /// The profile that the key is from; none for keys that are in no file.
    pub(super) profile: Option<ProfileName>,
}

/// Where a service is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The host, with its port where it is not the usual one.
    pub(super) host: String,
    /// The environment variable that leads there.
    pub(super) variable: Option<&'static str>,
}

/// One caller, ready to ask.
pub(super) struct Session {
    pub(super) signer: Signer,
    pub(super) region: Region,
    /// When the credentials end, where they say so.
    pub(super) expires: Option<SystemTime>,
    config: SdkConfig,
    endpoints: Endpoints,
}

/// The addresses that the environment names.
#[derive(Clone)]
struct Endpoints(Vec<(Service, &'static str, String)>);

impl Session {
    /// Gets the credentials of a caller; the network is asked only where its kind of profile needs it.
    pub(super) async fn open(
        caller: &Caller,
        environment: &Environment,
        http: &SharedHttpClient,
    ) -> Result<Self, Problem> {
        let endpoints = Endpoints::of(environment)?;
        let (credentials, profile) = match &caller.credentials {
            Credentials::Keys(keys) => (credentials::fixed(keys), None),
            Credentials::Profile(name) => (
                credentials::of_profile(name, &caller.region, environment, http, Asks::Nobody).await?,
                Some(name.clone()),
            ),
        };
        let signer = Signer {
            access_key_id: credentials.access_key_id().to_owned(),
            temporary: credentials.session_token().is_some(),
            profile,
        };
        let expires = credentials.expiry();
        let mut builder = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .region(aws_config::Region::new(caller.region.as_str().to_owned()))
            .http_client(http.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts())
            // Git's passwords carry the time of this computer: a clock that is off has to be seen here.
            .disable_clock_skew_correction(true);
        builder.set_app_name(AppName::new("codecommit-setup").ok());
        Ok(Self { signer, region: caller.region.clone(), expires, config: builder.build(), endpoints })
    }

    /// The same caller in another region.
    pub(super) fn in_region(&self, region: Region) -> Self {
        let mut builder = self.config.to_builder();
        builder.set_region(Some(aws_config::Region::new(region.as_str().to_owned())));
        Self {
            signer: self.signer.clone(),
            region,
            expires: self.expires,
            config: builder.build(),
            endpoints: self.endpoints.clone(),
        }
    }

    pub(super) fn sts(&self) -> aws_sdk_sts::Client {
        let mut builder = aws_sdk_sts::config::Builder::from(&self.config);
        builder.set_endpoint_url(self.endpoints.url(Service::Sts));
        aws_sdk_sts::Client::from_conf(builder.build())
    }

    pub(super) fn iam(&self) -> aws_sdk_iam::Client {
        let mut builder = aws_sdk_iam::config::Builder::from(&self.config);
        builder.set_endpoint_url(self.endpoints.url(Service::Iam));
        aws_sdk_iam::Client::from_conf(builder.build())
    }

    pub(super) fn codecommit(&self) -> aws_sdk_codecommit::Client {
        let mut builder = aws_sdk_codecommit::config::Builder::from(&self.config);
        builder.set_endpoint_url(self.endpoints.url(Service::CodeCommit));
        aws_sdk_codecommit::Client::from_conf(builder.build())
    }

    /// The host and port at which a service is asked by TLS; `None` where it is asked without.
    pub(super) fn by_tls(&self, service: Service) -> Option<(String, u16)> {
        let Some((_, url)) = self.endpoints.find(service) else { return Some((service.host(&self.region), 443)) };
        let url = url.parse::<http::Uri>().ok().filter(|url| url.scheme_str() == Some("https"))?;
        Some((url.host()?.to_owned(), url.port_u16().unwrap_or(443)))
    }

    /// Where a service is asked.
    pub(super) fn place(&self, service: Service) -> Place {
        match self.endpoints.find(service) {
            Some((variable, url)) => Place { host: authority(url).unwrap_or_default(), variable: Some(variable) },
            None => Place { host: service.host(&self.region), variable: None },
        }
    }
}

impl Place {
    /// The host, and why it is that one.
    pub(super) fn described(&self) -> String {
        match self.variable {
            Some(variable) => format!("{} (from {variable})", printable(&self.host)),
            None => self.host.clone(),
        }
    }

    /// What to do when the place itself may be wrong; empty when it is the usual one.
    pub(super) fn suspicion(&self) -> String {
        match self.variable {
            Some(variable) => format!("Check the environment variable {variable}, or unset it to ask AWS itself."),
            None => String::new(),
        }
    }
}

impl Service {
    const ALL: [Self; 3] = [Self::Sts, Self::Iam, Self::CodeCommit];

    fn variable(self) -> &'static str {
        match self {
            Self::Sts => "AWS_ENDPOINT_URL_STS",
            Self::Iam => "AWS_ENDPOINT_URL_IAM",
            Self::CodeCommit => "AWS_ENDPOINT_URL_CODECOMMIT",
        }
    }

    /// The host that the SDK asks unless told otherwise, for the words of problems.
    fn host(self, region: &Region) -> String {
        let suffix = region.partition().dns_suffix();
        match (self, region.partition()) {
            (Self::Sts, _) => format!("sts.{region}.{suffix}"),
            (Self::CodeCommit, _) => format!("codecommit.{region}.{suffix}"),
            (Self::Iam, Partition::Commercial) => format!("iam.{suffix}"),
            (Self::Iam, Partition::China) => format!("iam.cn-north-1.{suffix}"),
            (Self::Iam, Partition::GovCloud) => format!("iam.us-gov.{suffix}"),
        }
    }
}

impl Endpoints {
    fn of(environment: &Environment) -> Result<Self, Problem> {
        let named = |service: Service| {
            let variable = [service.variable(), "AWS_ENDPOINT_URL"];
            let (variable, url) = variable.into_iter().find_map(|name| Some((name, environment.get(name)?)))?;
            Some((service, variable, url))
        };
        // The switch that the AWS CLI and the SDKs have for it.
        let ignored = environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        if ignored.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(Self(Vec::new()));
        }
        let endpoints: Vec<_> = Service::ALL.into_iter().filter_map(named).collect();
        match endpoints.iter().find(|(_, _, url)| authority(url).is_none()) {
            None => Ok(Self(endpoints)),
            Some((_, variable, _)) => Err(Problem::input(
                format!("The environment variable {variable} is not the address of a service."),
                "It looks like https://host or http://host:port. Correct it, or unset it to ask AWS itself.",
            )),
        }
    }

    fn find(&self, service: Service) -> Option<(&'static str, &str)> {
        let found = self.0.iter().find(|(named, _, _)| *named == service);
        found.map(|(_, variable, url)| (*variable, url.as_str()))
    }

    fn url(&self, service: Service) -> Option<String> {
        self.find(service).map(|(_, url)| url.to_owned())
    }
}

/// Makes the way to AWS that all calls share; nothing is connected yet.
pub(super) async fn http_client(environment: &Environment) -> Result<SharedHttpClient, Problem> {
    let mut trust = TrustStore::default();
    if let Some(path) = environment.path("AWS_CA_BUNDLE") {
        trust = trust.with_pem_certificate(certificates(&path).await?);
    }
    let variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];
    let proxied = variables.iter().any(|name| environment.get(name).is_some());
    // As the SDK makes its own, and with the certificates: its builder with TLS would leave out the proxy.
    Ok(flood::limited(Builder::new().build_with_connector_fn(move |settings, components| {
        let proxy = if proxied { ProxyConfig::from_env() } else { ProxyConfig::disabled() };
        let context = TlsContext::builder().with_trust_store(trust.clone()).build();
        let mut builder = ConnectorBuilder::default()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(context.unwrap_or_default())
            .proxy_config(proxy);
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(aws_sdk_sts::config::RuntimeComponents::sleep_impl));
        builder.build()
    })))
}

/// Reads a file of certificates that the connector can use: it would stop the program at any other.
async fn certificates(path: &Path) -> Result<Vec<u8>, Problem> {
    let unusable = |why: String| {
        Problem::new(
            ProblemKind::BrokenFile,
            format!("The certificates in {} cannot be used.", printable(&path.to_string_lossy())),
            why,
            "Check the environment variable AWS_CA_BUNDLE: it names a PEM file of certificate authorities.",
        )
    };
    let (owned, limit) = (path.to_owned(), reading::SETTINGS);
    let text = tokio::task::spawn_blocking(move || reading::whole(&owned, limit)).await;
    let mut text = text.map_err(io::Error::other).flatten().map_err(|error| unusable(format!("{error}.")))?;
    let mut store = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|_| unusable("A certificate in it is broken.".to_owned()))?;
        store.add(certificate).map_err(|_| unusable("A certificate in it is broken.".to_owned()))?;
    }
    if store.is_empty() {
        Err(unusable("There is no certificate in it.".to_owned()))
    } else {
        Ok(std::mem::take(&mut *text))
    }
}

pub(super) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT_LIMIT).operation_timeout(CALL_LIMIT).build()
}

/// The host and port of an HTTP URL; never a user name or a password that stands before it.
fn authority(url: &str) -> Option<String> {
    let url = url.parse::<http::Uri>().ok()?;
    let authority = url.authority()?;
    if !matches!(url.scheme_str(), Some("http" | "https")) || authority.host().is_empty() {
        return None;
    }
    Some(match authority.port() {
        Some(port) => format!("{}:{port}", authority.host()),
        None => authority.host().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Endpoints, Service, authority};
    use crate::adapters::environment::Environment;
    use crate::wizard::names::Region;

    #[test]
    fn a_service_of_its_own_comes_before_the_address_for_all() {
        let variables = [("AWS_ENDPOINT_URL", "http://all"), ("AWS_ENDPOINT_URL_IAM", "http://iam")];
        let environment = Environment::of(variables.map(|(name, value)| (name.into(), value.into())));
        let endpoints = Endpoints::of(&environment).expect("addresses");
        assert_eq!(endpoints.find(Service::Iam), Some(("AWS_ENDPOINT_URL_IAM", "http://iam")));
        assert_eq!(endpoints.find(Service::Sts), Some(("AWS_ENDPOINT_URL", "http://all")));
        assert_eq!(Endpoints::of(&Environment::default()).expect("none").find(Service::Sts), None);
        for url in ["nonsense", "http://", "ftp://host", "/path"] {
            let environment = Environment::of([("AWS_ENDPOINT_URL".into(), url.into())]);
            let problem = Endpoints::of(&environment).err().expect(url);
            assert!(problem.what.contains("AWS_ENDPOINT_URL "), "{problem}");
        }
    }

    #[test]
    fn hosts_are_told_without_passwords() {
        assert_eq!(authority("http://u:p@127.0.0.1:4566/x").as_deref(), Some("127.0.0.1:4566"));
        assert_eq!(authority("https://sts.example").as_deref(), Some("sts.example"));
        let region = Region::parse("cn-northwest-1").expect("a region");
        assert_eq!(Service::Sts.host(&region), "sts.cn-northwest-1.amazonaws.com.cn");
    }
}
