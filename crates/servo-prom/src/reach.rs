//! How an operator says that the server is reached, checked.

mod credential;
mod endpoint;
mod header;

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;
use servo_core::duration::Duration;
use servo_core::{Error, Result};

pub(crate) use credential::Credential;
pub(crate) use endpoint::Endpoint;
pub(crate) use header::{is_credential, read as headers};

/// The header that says to Mimir, Cortex, Loki and Thanos whose data is asked for.
pub(crate) const TENANT: &str = "x-scope-orgid";

/// How the server is reached, as the keys of the connector's section say it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// `base_url`: where the server is, such as `https://prometheus.example.com/prefix`.
    pub(crate) base_url: String,
    /// `bearer_token`: the token that says who asks.
    pub(crate) bearer_token: Option<SecretString>,
    /// `bearer_token_file`: the file that holds it.
    pub(crate) bearer_token_file: Option<PathBuf>,
    /// `basic_auth`: the user that says who asks.
    pub(crate) basic_auth: Option<BasicAuth>,
    /// `headers`: what is sent along with every request.
    pub(crate) headers: BTreeMap<String, SecretString>,
    /// `tenant`: whose data is asked for.
    pub(crate) tenant: Option<String>,
    /// `tls`: whom the connector trusts, above `settings`.
    pub(crate) tls: Option<Tls>,
    /// `timeout`: how long one request may take, above `settings`.
    pub(crate) timeout: Option<Duration>,
}

/// A user and a password, as HTTP has them for basic authentication (RFC 7617).
#[derive(Clone, Debug, Default)]
pub(crate) struct BasicAuth {
    /// The user.
    pub(crate) username: String,
    /// The password, where it is not in a file.
    pub(crate) password: Option<SecretString>,
    /// The file that holds the password, which is read again as it changes.
    pub(crate) password_file: Option<PathBuf>,
}

/// Whom the connector trusts, and who it says it is. What is absent is as `settings` has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    /// A file of PEM certificates: the authorities that are trusted, and no others.
    pub(crate) ca_file: Option<PathBuf>,
    /// A PEM file with the connector's own certificate, for servers that ask for one.
    pub(crate) certificate: Option<PathBuf>,
    /// A PEM file with the key of that certificate.
    pub(crate) key: Option<PathBuf>,
    /// Trusts anybody: whoever is between can read what is sent, and answer what he likes.
    pub(crate) insecure_skip_verify: bool,
}

impl Reach {
    /// Refuses what cannot work, without asking anybody and without reading a file.
    ///
    /// # Errors
    ///
    /// Class configuration, with each key at fault.
    pub(crate) fn check(&self) -> Result<()> {
        let endpoint = Endpoint::parse(&self.base_url).err();
        let found = [
            endpoint,
            self.one_credential().err(),
            Credential::check(self).err(),
            header::read(self).err(),
            self.tls.as_ref().and_then(|tls| tls.check().err()),
            self.positive_timeout().err(),
        ];
        Error::join(found.into_iter().flatten()).map_or(Ok(()), Err)
    }

    /// Says whether anything of it is a credential, which nobody else may read.
    pub(crate) fn has_credentials(&self) -> bool {
        self.bearer_token.is_some()
            || self.bearer_token_file.is_some()
            || self.basic_auth.is_some()
            || self.headers.keys().any(|name| is_credential(name))
    }

    fn one_credential(&self) -> Result<()> {
        let header = self.headers.keys().find(|name| name.eq_ignore_ascii_case("authorization"));
        let given = [
            self.bearer_token.is_some().then(|| "bearer_token".to_owned()),
            self.bearer_token_file.is_some().then(|| "bearer_token_file".to_owned()),
            self.basic_auth.is_some().then(|| "basic_auth".to_owned()),
            header.map(|name| format!("headers.{name}")),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(first), Some(second)) => {
                let message = format!("`{first}` and `{second}` both say who asks");
                Err(Error::configuration(message).at(second).with_help("leave one of them out"))
            }
            _ => Ok(()),
        }
    }

    fn positive_timeout(&self) -> Result<()> {
        match self.timeout {
            Some(timeout) if timeout.is_zero() => {
                let error = Error::configuration("the time must be longer than zero").at("timeout");
                Err(error.with_help("write a duration such as `30s`, or remove the key"))
            }
            _ => Ok(()),
        }
    }
}

impl Tls {
    fn check(&self) -> Result<()> {
        let is_empty = |path: &Option<PathBuf>| path.as_ref().is_some_and(|path| path.as_os_str().is_empty());
        let files = [("ca_file", &self.ca_file), ("certificate", &self.certificate), ("key", &self.key)];
        if let Some((name, _)) = files.into_iter().find(|(_, path)| is_empty(path)) {
            return Err(Error::configuration("the path is empty").at(format!("tls.{name}")));
        }
        match (&self.certificate, &self.key) {
            (Some(_), None) => {
                let error =
                    Error::configuration("a certificate is of no use without its key").at("tls.certificate");
                return Err(error.with_help("name the PEM file of its private key as `tls.key`"));
            }
            (None, Some(_)) => {
                let error = Error::configuration("a key is of no use without its certificate").at("tls.key");
                return Err(error.with_help("name the PEM file of the certificate as `tls.certificate`"));
            }
            _ => {}
        }
        if self.insecure_skip_verify && self.ca_file.is_some() {
            let message = "nothing is verified, so that no authority is asked";
            let error = Error::configuration(message).at("tls.insecure_skip_verify");
            return Err(error.with_help("remove it to verify with `tls.ca_file`"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
