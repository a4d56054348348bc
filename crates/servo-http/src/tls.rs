//! Whom a client trusts, and who it says it is.

mod identity;
mod pem;
mod shared;
mod trust;

use std::fmt;
use std::sync::Arc;

use rustls::ClientConfig;
use secrecy::{ExposeSecret as _, SecretString};

pub use pem::{PemError, read_certificates, read_key};
pub use shared::Shared;

/// How a client speaks TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Whose certificates are accepted.
    pub trust: Trust,
    /// The client's own certificate, for servers that ask for one.
    pub identity: Option<Identity>,
}

/// Whose certificates a client accepts.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those of the authorities that the system trusts.
    #[default]
    System,
    /// Those of the authorities in this bundle of PEM certificates, and no others.
    Bundle(Vec<u8>),
    /// Anybody's: nothing is verified.
    Anyone,
}

/// Shows the size of a bundle instead of its bytes: the file may hold a key as well.
impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::Bundle(pem) => write!(f, "Bundle({} bytes)", pem.len()),
            Self::Anyone => f.write_str("Anyone"),
        }
    }
}

/// A client's certificate and its key, as PEM.
#[derive(Clone)]
pub struct Identity {
    /// The certificate, followed by those that lead to its authority.
    pub chain: Vec<u8>,
    /// The private key.
    pub key: SecretString,
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.chain == other.chain && self.key.expose_secret() == other.key.expose_secret()
    }
}

impl Eq for Identity {}

/// Shows the size of the chain instead of its bytes: the file may hold the key as well.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} bytes)", self.chain.len())
    }
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The bundle of authorities cannot be used.
    #[error("the bundle of authorities {reason}")]
    Bundle {
        /// Why not.
        reason: String,
    },
    /// The client certificate or its key cannot be used.
    #[error("the client certificate {reason}")]
    Identity {
        /// Why not.
        reason: String,
    },
}

/// Builds the configuration of TLS for whoever speaks HTTP by other means than a [`Client`](crate::Client), such as a
/// load generator. It offers the protocols of `alpn` to the server (RFC 7301), the preferred one first.
///
/// # Errors
///
/// Certificates or keys that cannot be used. No part of a key is in the error.
pub fn client(tls: &Tls, alpn: &[&str]) -> Result<ClientConfig, TlsError> {
    let mut configuration = configuration(tls)?;
    configuration.alpn_protocols = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    Ok(configuration)
}

/// Builds the configuration of TLS: versions 1.2 and 1.3, no ALPN.
///
/// The provider is named here rather than taken from the process, so that no other crate can change it.
///
/// # Errors
///
/// Certificates or keys that cannot be used. No part of a key is in the error.
pub(crate) fn configuration(tls: &Tls) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider has cipher suites for the default versions");
    let trusting = match &tls.trust {
        Trust::System => versions.with_root_certificates(trust::system()),
        Trust::Bundle(pem) => versions
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(trust::Listed::new(pem, provider)?)),
        Trust::Anyone => {
            versions.dangerous().with_custom_certificate_verifier(Arc::new(trust::Unverified::new(&provider)))
        }
    };
    match &tls.identity {
        None => Ok(trusting.with_no_client_auth()),
        Some(identity) => {
            let (chain, key) = identity::read(identity)?;
            trusting
                .with_client_auth_cert(chain, key)
                .map_err(|error| TlsError::Identity { reason: identity::refusal(&error).to_owned() })
        }
    }
}

#[cfg(test)]
mod tests;
