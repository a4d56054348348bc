//! The certificate and the key of a client, read from PEM.

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::ExposeSecret as _;

use super::{Identity, TlsError};

/// Reads the chain and the key. What the PEM parser says is not repeated: it quotes lines of what it reads.
pub(super) fn read(
    identity: &Identity,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
    let chain =
        CertificateDer::pem_slice_iter(&identity.chain).collect::<Result<Vec<_>, _>>().map_err(|_| {
            invalid("is not valid PEM: expected blocks that begin with `-----BEGIN CERTIFICATE-----`")
        })?;
    if chain.is_empty() {
        return Err(invalid(
            "holds no certificate: expected PEM blocks that begin with `-----BEGIN CERTIFICATE-----`",
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(identity.key.expose_secret().as_bytes()).map_err(|_| {
        invalid("has no key: expected a PEM block with an unencrypted private key (PKCS#8, PKCS#1 or SEC1)")
    })?;
    Ok((chain, key))
}

/// Says why a chain and a key that were read cannot be used together.
pub(super) fn refusal(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            "does not fit its key: the first certificate of the chain must be the one that was made for the key"
        }
        rustls::Error::InvalidCertificate(_) => "is not a certificate of X.509 version 3",
        _ => "has a key that cannot be used: expected RSA, ECDSA on P-256 or P-384, or Ed25519",
    }
}

/// Makes the error of an identity.
fn invalid(reason: &str) -> TlsError {
    TlsError::Identity { reason: reason.to_owned() }
}
