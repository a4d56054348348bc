//! Where requests go, and the credentials that they carry.

mod blocking;
mod connection_file;
mod file;
mod header;
mod look;
mod oauth;

use http::{HeaderName, HeaderValue};
use secrecy::ExposeSecret as _;
use servo_http::{Client, Redactor};
use url::Url;

use self::file::{CredentialFile, Format};
use self::header::{BadToken, Header};
use self::oauth::ClientCredentials;
use super::account::{Access, Token};
use super::fault::Fault;
use super::network::Network;

/// Says where a request goes and what it is authorized with, now: tokens expire, files change.
#[derive(Debug)]
pub struct Auth {
    source: Source,
    allow_plain_http: bool,
    redactor: Redactor,
}

/// Where credentials come from.
#[derive(Debug)]
enum Source {
    /// They are always the same.
    Token { url: Url, header: Result<Header, BadToken> },
    /// From a file, which says where requests go, too, or is told it.
    File(CredentialFile),
    /// From a token endpoint.
    Client { url: Url, credentials: ClientCredentials },
}

/// What one try of a request is sent with.
#[derive(Clone, Debug)]
pub struct Authorized {
    /// The optimizer's URL, which ends in `/`.
    pub url: Url,
    /// The header with the credentials, marked as sensitive.
    pub header: (HeaderName, HeaderValue),
    /// Which credentials these are: another number stands for other ones.
    pub generation: u64,
}

impl Auth {
    /// Creates it. Every secret that it has or comes to have is told to the redactor.
    pub fn new(access: Access, network: &Network, redactor: Redactor) -> Self {
        let source = match access {
            Access::Token { url, token: Token::Value(token) } => {
                file::tell(&redactor, token.expose_secret());
                Source::Token { url, header: header::of_token(token.expose_secret()) }
            }
            Access::Token { url, token: Token::File(path) } => {
                Source::File(CredentialFile::new(path, Format::Token { url }, redactor.clone()))
            }
            Access::File { path, optimizer_id, url } => Source::File(CredentialFile::new(
                path,
                Format::Connection { optimizer_id, url },
                redactor.clone(),
            )),
            Access::Client { url, token_url, client_id, client_secret } => {
                let credentials =
                    ClientCredentials::new(token_url, &client_id, &client_secret, redactor.clone());
                Source::Client { url, credentials }
            }
        };
        Self { source, allow_plain_http: network.allow_plain_http, redactor }
    }

    /// Returns the URL and credentials for a try that begins now; fetches a token where that is needed.
    ///
    /// # Errors
    ///
    /// There are none, or they would go where others can read them.
    pub async fn authorize(&self, client: &Client) -> Result<Authorized, Fault> {
        let (url, header, generation) = match &self.source {
            Source::Token { url, header } => {
                let header =
                    header.clone().map_err(|wrong| Fault::Credentials(format!("the token {wrong}")))?;
                (url.clone(), header, 1)
            }
            Source::File(file) => {
                let (held, generation) = file.read().await?;
                (held.url, held.header, generation)
            }
            Source::Client { url, credentials } => {
                // A token that could not be used need not be fetched.
                self.check_confidential(client, url, "the access token")?;
                self.check_confidential(client, credentials.token_url(), "the client secret")?;
                let (header, generation) = credentials.authorize(client).await?;
                // Of what comes and goes, a redactor knows what is in use.
                header.1.to_str().into_iter().for_each(|token| file::tell_passing(&self.redactor, token));
                (url.clone(), header, generation)
            }
        };
        self.check_confidential(client, &url, "the token")?;
        Ok(Authorized { url, header, generation })
    }

    /// Hears that the optimizer answered 401 to these credentials, which are not used again where others can be had.
    /// Returns true where others may be had, so that another try at once makes sense: it does not get the same
    /// credentials, or the next answer here is false.
    pub async fn refused(&self, generation: u64) -> bool {
        match &self.source {
            Source::Token { .. } => false,
            Source::File(file) => file.has_other_than(generation).await,
            Source::Client { credentials, .. } => credentials.refused(generation),
        }
    }

    /// Waits until a file that credentials come from has changed. Pends for ever where there is none.
    pub async fn changed(&self) {
        match &self.source {
            Source::File(file) => file.changed().await,
            Source::Token { .. } | Source::Client { .. } => std::future::pending().await,
        }
    }

    fn check_confidential(&self, client: &Client, url: &Url, what: &str) -> Result<(), Fault> {
        if self.allow_plain_http || client.is_confidential(url) {
            return Ok(());
        }
        let to = url.origin().ascii_serialization();
        Err(Fault::Credentials(format!(
            "{what} is not sent over plain http to {to}: use https, or set `settings.allow_plain_http: true`"
        )))
    }
}

#[cfg(test)]
mod tests;
