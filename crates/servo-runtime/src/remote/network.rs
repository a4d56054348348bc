//! How the servo reaches a remote optimizer, as configured in `settings`: section 2.5 of the specification.

mod section;

use std::path::Path;

use serde_json::Value;
use servo_core::{Error, Result};
pub use servo_http::outlet::{ClientCertificate, Verify};
use servo_http::outlet::{Outlet, OutletError};
use servo_http::proxy::Proxies;
use servo_http::tls::TlsError;
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
        if self.verify == Verify::Nobody {
            tracing::warn!(
                "the certificates of the optimizer are not verified (`settings.ssl_verify: false`): whoever is between \
                 can read the credentials and give commands"
            );
        }
        let made = self.outlet(base).options().await;
        made.map_err(|error| {
            let (key, file) = match &error {
                OutletError::Authorities(file) => ("settings.ssl_verify", file),
                OutletError::Certificate(file) => ("settings.client_certificate.certificate", file),
                OutletError::Key(file) => ("settings.client_certificate.key", file),
                OutletError::Obstacle(why) => return Error::configuration(why.to_string()),
            };
            Error::configuration(file.to_string()).at(key).with_help(file.help())
        })
    }

    /// Says how connectors reach the outside: as a remote optimizer would be reached. What clients call themselves, how
    /// they dial and what they redact is left as it is by default.
    pub fn outlet(&self, base: &Path) -> Outlet {
        let Self { timeouts, proxies, verify, client_certificate, max_body, allow_plain_http, .. } =
            self.clone();
        let base = base.to_owned();
        Outlet {
            timeouts,
            proxies,
            verify,
            client_certificate,
            max_body,
            allow_plain_http,
            base,
            ..Outlet::default()
        }
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
