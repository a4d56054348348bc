//! What the HTTP client is made of: what the host lends, and what the connector's section says above it.

use std::sync::Arc;
use std::time::Duration;

use servo_core::{Error, Result};
use servo_http::outlet::{ClientCertificate, OutletError, Verify};
use servo_http::tls::TlsError;
use servo_http::{Client, Outlet, Redactor, Room, Timeouts};

use crate::reach::{Endpoint, Reach};

/// The most bytes of an answer that are read, unless `settings.max_body` says otherwise: 200 series of 11,000 points.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// What the HTTP client is made of.
pub(super) struct Setup {
    /// With what the connector's section says above `settings`.
    outlet: Outlet,
    has_own_authorities: bool,
    has_own_certificate: bool,
    /// Whether the credential comes and goes.
    is_passing: bool,
}

/// A client that was made.
pub(super) struct Made {
    pub(super) client: Client,
    /// So that the credentials of many connectors are known, those that come and go.
    _room: Option<Room>,
}

impl Setup {
    pub(super) fn new(reach: &Reach, outlet: Arc<Outlet>, is_passing: bool) -> Self {
        let mut outlet = Arc::unwrap_or_clone(outlet);
        outlet.max_body.get_or_insert(MAX_BODY);
        if let Some(timeout) = reach.timeout {
            outlet.timeouts = within(outlet.timeouts, timeout.as_std());
        }
        let (mut has_own_authorities, mut has_own_certificate) = (false, false);
        if let Some(tls) = &reach.tls {
            if tls.insecure_skip_verify {
                outlet.verify = Verify::Nobody;
            } else if let Some(path) = &tls.ca_file {
                outlet.verify = Verify::Bundle(path.clone());
                has_own_authorities = true;
            }
            if let (Some(certificate), Some(key)) = (tls.certificate.clone(), tls.key.clone()) {
                outlet.client_certificate = Some(ClientCertificate { certificate, key });
                has_own_certificate = true;
            }
        }
        Self { outlet, has_own_authorities, has_own_certificate, is_passing }
    }

    pub(super) fn redactor(&self) -> &Redactor {
        &self.outlet.redactor
    }

    pub(super) fn timeouts(&self) -> Timeouts {
        self.outlet.timeouts
    }

    /// Returns true where certificates come from files, which may change.
    pub(super) fn reads_files(&self) -> bool {
        matches!(self.outlet.verify, Verify::Bundle(_)) || self.outlet.client_certificate.is_some()
    }

    /// Makes the client, for which files of certificates are read.
    pub(super) async fn make(&self, endpoint: &Endpoint) -> Result<Made> {
        if self.outlet.verify == Verify::Nobody && endpoint.url().scheme() == "https" {
            tracing::warn!(
                "the certificate of {endpoint} is not verified: whoever is between can read what is sent, and answer \
                 what he likes"
            );
        }
        let options = self.outlet.options().await.map_err(|error| self.unusable(&error))?;
        let shared = self.outlet.shared.clone();
        // The system's certificates are read once per process, which takes some milliseconds.
        let built = tokio::task::spawn_blocking(move || Client::sharing(options, &shared)).await;
        let built =
            built.map_err(|error| Error::internal("cannot build the HTTP client").with_source(error))?;
        let client = built.map_err(|error| {
            let key = match error {
                TlsError::Bundle { .. } => self.key_of_authorities(),
                TlsError::Identity { .. } if self.has_own_certificate => "tls.certificate",
                TlsError::Identity { .. } => "settings.client_certificate",
            };
            Error::configuration(format!("cannot set up TLS: {error}")).at(key)
        })?;
        Ok(Made { client, _room: self.is_passing.then(|| self.redactor().room()) })
    }

    fn unusable(&self, error: &OutletError) -> Error {
        let (key, file) = match error {
            OutletError::Authorities(file) => (self.key_of_authorities(), file),
            OutletError::Certificate(file) if self.has_own_certificate => ("tls.certificate", file),
            OutletError::Certificate(file) => ("settings.client_certificate.certificate", file),
            OutletError::Key(file) if self.has_own_certificate => ("tls.key", file),
            OutletError::Key(file) => ("settings.client_certificate.key", file),
            OutletError::Obstacle(why) => return Error::configuration(why.to_string()),
        };
        Error::configuration(file.to_string()).at(key).with_help(file.help())
    }

    fn key_of_authorities(&self) -> &'static str {
        if self.has_own_authorities { "tls.ca_file" } else { "settings.ssl_verify" }
    }
}

/// One limit for a request as a whole, and so for each wait of it.
fn within(timeouts: Timeouts, limit: Duration) -> Timeouts {
    Timeouts {
        connect: timeouts.connect.min(limit),
        read: limit,
        write: timeouts.write.min(limit),
        total: limit,
    }
}
