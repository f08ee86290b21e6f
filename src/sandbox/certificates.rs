//! A certificate authority made for one sandbox, and the certificates of the hosts that it stands in for.
//!
//! Deliberately absent: the authority's private key on disk.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use time::{Duration, OffsetDateTime};

use super::SandboxError;

/// The authority, with the certificates that it has made so far.
pub(super) struct Certificates {
    authority: Issuer<'static, KeyPair>,
    authority_pem: String,
    /// The time of the sandbox, which need not be that of this computer.
    now: OffsetDateTime,
    hosts: Mutex<HashMap<String, Arc<ServerConfig>>>,
}

impl Certificates {
    pub(super) fn new(now: OffsetDateTime) -> Result<Self, SandboxError> {
        let mut params = valid_at(now, Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "CodeCommit sandbox on this machine");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let authority_pem = params.self_signed(&key)?.pem();
        Ok(Self { authority: Issuer::new(params, key), authority_pem, now, hosts: Mutex::default() })
    }

    /// The certificate that git is told to trust.
    pub(super) fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// How to speak TLS as a host.
    pub(super) fn of_host(&self, host: &str) -> Result<Arc<ServerConfig>, SandboxError> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = hosts.get(host) {
            return Ok(Arc::clone(config));
        }
        let mut params = valid_at(self.now, vec![host.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "CodeCommit sandbox");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.authority)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let config = Arc::new(config);
        hosts.insert(host.to_owned(), Arc::clone(&config));
        Ok(config)
    }
}

/// From the day before, for clocks that are off, for a month: longer than a sandbox lives.
fn valid_at(now: OffsetDateTime, names: Vec<String>) -> Result<CertificateParams, SandboxError> {
    let mut params = CertificateParams::new(names)?;
    (params.not_before, params.not_after) = (now - Duration::days(1), now + Duration::days(30));
    params.distinguished_name = rcgen::DistinguishedName::new();
    Ok(params)
}
