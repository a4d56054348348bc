//! How the servo reaches a remote optimizer, as configured in `settings`: section 2.5 of the specification.

mod read;
mod section;

use std::path::{Path, PathBuf};

use serde_json::Value;
use servo_core::{Error, Result};
use servo_http::proxy::Proxies;
use servo_http::tls::{Identity, Tls, TlsError, Trust};
use servo_http::{Options, Timeouts};
use url::Url;

use super::retry::Backoff;
use crate::environment::Environment;

/// The `settings` section, read.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// How long and how often exchanges are tried.
    pub backoff: Backoff,
    /// Whether credentials may be sent over plain http to other machines.
    pub allow_plain_http: bool,
    /// Through which proxies requests go: what `settings.proxies` says, and the environment for the rest. The API
    /// server of a cluster (`KUBERNETES_SERVICE_HOST`) is never reached through one.
    pub proxies: Proxies,
    /// The limits of time of every exchange.
    pub timeouts: Timeouts,
    /// Whose certificates are accepted.
    pub verify: Verify,
    /// The servo's own certificate, for servers that ask for one.
    pub client_certificate: Option<ClientCertificate>,
    /// The most bytes of an answer that are read; `None` leaves that to the client.
    pub max_body: Option<usize>,
}

/// Whose certificates are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Those of the authorities that the system trusts.
    #[default]
    System,
    /// Those of the authorities in this file of PEM certificates, and no others.
    Bundle(PathBuf),
    /// Anybody's: nothing is verified.
    Nobody,
}

/// The files of a client certificate, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, followed by those that lead to its authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Network {
    /// Reads the `settings` section. The proxies of the environment are taken from `environment` now.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault relative to the section; without a key where a variable of the
    /// environment cannot be used.
    pub fn read(section: Value, environment: &Environment) -> Result<Self> {
        section::read(section, environment)
    }

    /// Makes the options of an HTTP client, for which the files of certificates are read. What the client calls
    /// itself, how it dials and what it redacts is left as it is by default. Logs a warning where certificates are
    /// not verified.
    ///
    /// Relative paths start at `base`.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault from the document on, such as `settings.ssl_verify`.
    pub async fn options(&self, base: &Path) -> Result<Options> {
        let trust = match &self.verify {
            Verify::System => Trust::System,
            Verify::Bundle(path) => Trust::Bundle(read::file(base, path, "settings.ssl_verify").await?),
            Verify::Nobody => {
                tracing::warn!(
                    "the certificates of the optimizer are not verified (`settings.ssl_verify: false`): whoever is \
                     between can read the credentials and give commands"
                );
                Trust::Anyone
            }
        };
        let identity = match &self.client_certificate {
            Some(files) => Some(Identity {
                chain: read::file(base, &files.certificate, "settings.client_certificate.certificate")
                    .await?,
                key: read::secret(base, &files.key, "settings.client_certificate.key").await?,
            }),
            None => None,
        };
        let tls = Tls { trust, identity };
        let client = Options::default();
        let max_body = self.max_body.unwrap_or(client.max_body);
        Ok(Options { timeouts: self.timeouts, tls, proxies: self.proxies.clone(), max_body, ..client })
    }

    /// Returns true where [`options`](Self::options) of both are the same, as long as the files are.
    pub(super) fn has_options_of(&self, other: &Self) -> bool {
        let of = |network: &Self| (network.timeouts, network.max_body);
        of(self) == of(other)
            && self.verify == other.verify
            && self.client_certificate == other.client_certificate
            && self.proxies == other.proxies
    }

    /// Puts an error of setting up TLS at the key that it is about.
    pub fn explain_tls(error: TlsError) -> Error {
        let key = match error {
            TlsError::Bundle { .. } => "settings.ssl_verify",
            TlsError::Identity { .. } => "settings.client_certificate",
        };
        Error::configuration("cannot set up TLS").with_source(error).at(key)
    }

    /// Returns true where credentials may be sent to a URL: over https, over http to this machine without a proxy
    /// between, or wherever `settings.allow_plain_http` says so.
    pub fn permits(&self, url: &Url) -> bool {
        self.allow_plain_http || self.proxies.is_confidential(url)
    }
}

#[cfg(test)]
mod tests;
