//! Whose certificates are accepted: the system's authorities, a bundle's, or anybody's.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::TlsError;

/// Returns the authorities that the system trusts; they are read once per process.
pub(super) fn system() -> Arc<RootCertStore> {
    static AUTHORITIES: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    Arc::clone(AUTHORITIES.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::debug!(%error, "cannot read some of the system's certificates");
        }
        let mut roots = RootCertStore::empty();
        let (usable, ignored) = roots.add_parsable_certificates(found.certs);
        tracing::debug!(usable, ignored, "read the system's certificates");
        if usable == 0 {
            tracing::warn!(
                "the system trusts no certificate authority, so every https server will be refused; \
                 install the package ca-certificates, or set a bundle of certificates"
            );
        }
        Arc::new(roots)
    }))
}

/// Accepts what the authorities of a bundle vouch for, and the certificates of the bundle themselves.
///
/// The second is for servers that sign their own certificate as an authority, as `openssl req -x509` makes them:
/// RFC 5280 has no place for an authority at the end of a chain, but whoever lists one means just that server.
#[derive(Debug)]
pub(super) struct Listed {
    certificates: Vec<CertificateDer<'static>>,
    authorities: Arc<WebPkiServerVerifier>,
}

impl Listed {
    /// Reads a bundle of PEM certificates.
    pub(super) fn new(pem: &[u8], provider: Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let certificates =
            CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|_| {
                invalid("is not valid PEM: expected blocks that begin with `-----BEGIN CERTIFICATE-----`")
            })?;
        let mut roots = RootCertStore::empty();
        for (index, certificate) in certificates.iter().enumerate() {
            roots.add(certificate.clone()).map_err(|_| {
                let number = index.saturating_add(1);
                invalid(&format!("cannot be used: its certificate {number} is not an X.509 certificate"))
            })?;
        }
        // The only way in which this fails without revocation lists is a bundle without certificates.
        let authorities =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().map_err(|_| {
                invalid(
                    "holds no certificate: expected PEM blocks that begin with `-----BEGIN CERTIFICATE-----`",
                )
            })?;
        Ok(Self { certificates, authorities })
    }

    /// Returns true where the certificate is of the bundle, and was refused for nothing but being an authority. Its
    /// dates are checked before that; its names are not.
    fn is_listed(&self, certificate: &CertificateDer<'_>, refusal: &Error) -> bool {
        let is_authority = matches!(refusal, Error::InvalidCertificate(rustls::CertificateError::Other(other))
            if other.to_string() == "CaUsedAsEndEntity");
        is_authority && self.certificates.iter().any(|listed| listed == certificate)
    }
}

impl ServerCertVerifier for Listed {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict =
            self.authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verdict {
            Err(refusal) if self.is_listed(end_entity, &refusal) => {
                rustls::client::verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

/// Accepts every certificate, but only from a server that holds its key.
#[derive(Debug)]
pub(super) struct Unverified(WebPkiSupportedAlgorithms);

impl Unverified {
    /// Creates it with what the provider can check.
    pub(super) fn new(provider: &CryptoProvider) -> Self {
        Self(provider.signature_verification_algorithms)
    }
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Makes the error of a bundle.
fn invalid(reason: &str) -> TlsError {
    TlsError::Bundle { reason: reason.to_owned() }
}
