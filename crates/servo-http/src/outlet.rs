//! How a servo reaches the outside, as its operator has it.

use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use crate::dial::{Dial, Tcp};
use crate::proxy::Proxies;
use crate::tls::{Identity, PemError, Shared, Tls, Trust, read_certificates, read_key};
use crate::{Options, Redactor, Timeouts};

/// How a servo reaches the outside: lent to whoever makes a client of his own, such as a connector, so that one
/// configuration holds for all of them. Nothing is read before options are made.
#[derive(Clone, Debug)]
pub struct Outlet {
    /// The limits of time of every exchange.
    pub timeouts: Timeouts,
    /// Through which proxies requests go.
    pub proxies: Proxies,
    /// Whose certificates are accepted.
    pub verify: Verify,
    /// The servo's own certificate, for servers that ask for one.
    pub client_certificate: Option<ClientCertificate>,
    /// The most bytes of an answer that are read; `None` leaves that to whoever asks.
    pub max_body: Option<usize>,
    /// Whether credentials may be sent over plain http to other machines.
    pub allow_plain_http: bool,
    /// The folder at which relative paths start.
    pub base: PathBuf,
    /// What clients call themselves.
    pub user_agent: Arc<str>,
    /// How they connect.
    pub dial: Arc<dyn Dial>,
    /// What is told every secret, and takes them out of what is shown.
    pub redactor: Redactor,
    /// The clients that share how they speak TLS.
    pub shared: Shared,
    /// Why there is no way out, where that was found before anybody wanted one.
    pub obstacle: Option<Arc<str>>,
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

/// Why there are no options for a client.
#[derive(Debug, thiserror::Error)]
pub enum OutletError {
    /// The file of authorities cannot be used.
    #[error(transparent)]
    Authorities(PemError),
    /// The file of the client certificate cannot be used.
    #[error(transparent)]
    Certificate(PemError),
    /// The file of its key cannot be used.
    #[error(transparent)]
    Key(PemError),
    /// There is no way out, for this reason.
    #[error("{0}")]
    Obstacle(Arc<str>),
}

impl Default for Outlet {
    fn default() -> Self {
        let Options { timeouts, proxies, user_agent, redactor, .. } = Options::default();
        Self {
            timeouts,
            proxies,
            verify: Verify::default(),
            client_certificate: None,
            max_body: None,
            allow_plain_http: false,
            base: PathBuf::default(),
            user_agent: user_agent.into(),
            dial: Arc::new(Tcp),
            redactor,
            shared: Shared::default(),
            obstacle: None,
        }
    }
}

impl Outlet {
    /// Makes the options of a client, for which the files of certificates are read. Whoever lets anybody be trusted says
    /// so in the log.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or the obstacle that is known.
    pub async fn options(&self) -> Result<Options, OutletError> {
        if let Some(obstacle) = &self.obstacle {
            return Err(OutletError::Obstacle(Arc::clone(obstacle)));
        }
        let trust = match &self.verify {
            Verify::System => Trust::System,
            Verify::Bundle(path) => {
                let pem = read_certificates(&self.base.join(path)).await;
                Trust::Bundle(pem.map_err(OutletError::Authorities)?)
            }
            Verify::Nobody => Trust::Anyone,
        };
        let identity = match &self.client_certificate {
            Some(files) => {
                let chain = read_certificates(&self.base.join(&files.certificate)).await;
                let chain = chain.map_err(OutletError::Certificate)?;
                let key = read_key(&self.base.join(&files.key)).await.map_err(OutletError::Key)?;
                Some(Identity { chain, key })
            }
            None => None,
        };
        let default = Options::default();
        Ok(Options {
            timeouts: self.timeouts,
            tls: Tls { trust, identity },
            proxies: self.proxies.clone(),
            max_body: self.max_body.unwrap_or(default.max_body),
            user_agent: (*self.user_agent).to_owned(),
            dial: Arc::clone(&self.dial),
            redactor: self.redactor.clone(),
        })
    }

    /// Returns true where credentials may be sent to a URL: over https, over http to this machine without a proxy
    /// between, or wherever that is allowed.
    pub fn permits(&self, url: &Url) -> bool {
        self.allow_plain_http || self.proxies.is_confidential(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_configured_is_the_default_client() {
        let options = Outlet::default().options().await.expect("no file is read");
        let default = Options::default();
        assert_eq!((options.timeouts, options.max_body), (default.timeouts, default.max_body));
        assert_eq!((options.tls, options.proxies), (default.tls, default.proxies));
    }

    #[tokio::test]
    async fn files_start_at_the_base_and_a_missing_one_is_told_with_its_part() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), "pem").expect("written");
        let files = ClientCertificate { certificate: "ca.pem".into(), key: "absent.pem".into() };
        let outlet = Outlet {
            verify: Verify::Bundle("ca.pem".into()),
            base: folder.path().to_owned(),
            max_body: Some(7),
            ..Outlet::default()
        };
        let options = outlet.options().await.expect("the file is there");
        assert_eq!((options.tls.trust, options.max_body), (Trust::Bundle(b"pem".to_vec()), 7));
        let outlet = Outlet { client_certificate: Some(files), ..outlet };
        let error = outlet.options().await.expect_err("there is no key");
        assert!(matches!(error, OutletError::Key(PemError::Unreadable { .. })), "{error}");
    }

    #[tokio::test]
    async fn an_obstacle_is_told_when_somebody_wants_to_go_out() {
        let outlet = Outlet { obstacle: Some("no way".into()), ..Outlet::default() };
        assert_eq!(outlet.options().await.expect_err("an obstacle").to_string(), "no way");
    }

    #[test]
    fn credentials_go_over_https_to_this_machine_or_wherever_it_is_allowed() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let outlet = Outlet::default();
        assert!(outlet.permits(&url("https://example.com")) && outlet.permits(&url("http://localhost:9090")));
        assert!(!outlet.permits(&url("http://example.com")));
        assert!(Outlet { allow_plain_http: true, ..outlet }.permits(&url("http://example.com")));
    }
}
