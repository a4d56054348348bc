//! An authority and a certificate for this machine, made anew for each run.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::Result;

/// Whom servos are told to trust, and what proves that an optimizer is meant.
#[derive(Clone)]
pub(crate) struct Authority {
    /// The certificate of the authority, as PEM.
    pub(crate) pem: String,
    /// The optimizer's side of TLS, for `localhost`.
    pub(crate) acceptor: TlsAcceptor,
}

impl Authority {
    /// Makes one.
    pub(crate) fn new() -> Result<Self> {
        let failed = |error: &dyn std::fmt::Display| format!("cannot make a certificate: {error}");
        let mut params = CertificateParams::new([]).map_err(|error| failed(&error))?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "the bench's authority");
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(|error| failed(&error))?;
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        let params = CertificateParams::new(["localhost".to_owned()]).map_err(|error| failed(&error))?;
        let certificate = params.signed_by(&key, &issuer).map_err(|error| failed(&error))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(&error))?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .map_err(|error| failed(&error))?;
        Ok(Self { pem: issuer.pem(), acceptor: TlsAcceptor::from(Arc::new(server)) })
    }
}
