//! The cluster's own certificate authority, and what it issues.

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType,
};

use crate::error::{Error, Result};
use crate::network;

/// The authority of one cluster. It lives as long as the cluster is set up.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    key: String,
}

/// A certificate and its key, as PEM.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Result<Self> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "servo test cluster");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let pair = KeyPair::generate().map_err(wrong)?;
        let key = pair.serialize_pem();
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, pair).map_err(wrong)?, key })
    }

    /// Its certificate, as PEM.
    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Its key, as PEM: the controller manager signs with it what is requested.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Vouches for a user and the groups that they are in, as Kubernetes reads client certificates.
    pub(crate) fn client(&self, user: &str, groups: &[&str]) -> Result<Issued> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, user);
        for group in groups {
            params.distinguished_name.push(DnType::OrganizationName, *group);
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params)
    }

    /// Vouches for a server on the node.
    pub(crate) fn server(&self, names: &[&str]) -> Result<Issued> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).map_err(wrong)?;
        params.distinguished_name.push(DnType::CommonName, "server");
        for address in [network::NODE, network::KUBERNETES, std::net::Ipv4Addr::LOCALHOST] {
            params.subject_alt_names.push(SanType::IpAddress(IpAddr::V4(address)));
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params)
    }

    fn issue(&self, mut params: CertificateParams) -> Result<Issued> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().map_err(wrong)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(wrong)?;
        Ok(Issued { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

/// A pair of keys of P-256, private and public, as PEM: what tokens of service accounts are signed with.
pub(crate) fn signing_pair() -> Result<(String, String)> {
    let key = KeyPair::generate().map_err(wrong)?;
    Ok((key.serialize_pem(), key.public_key_pem()))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn wrong(error: rcgen::Error) -> Error {
    Error::failed(format!("cannot issue a certificate: {error}"))
}
