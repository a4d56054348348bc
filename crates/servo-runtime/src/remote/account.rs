//! Which optimizer a configuration means, and how it is told who asks: sections 2.2 to 2.4 of the specification.

mod address;
mod appdynamics;
mod form;
mod given;
mod opsani;
mod secret;

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde_json::{Map, Value};
use servo_core::{Error, Result};
use url::Url;

pub(crate) use form::{APPDYNAMICS_KEYS, Form, OPSANI_KEYS};
pub use secret::{TokenError, token_text};

/// A remote optimizer, as configured.
#[derive(Clone, Debug)]
pub struct Account {
    /// How the optimizer is called in logs: `organization/name`, or the id of an `AppDynamics` optimizer.
    pub id: String,
    /// Where it is and how the servo authenticates.
    pub access: Access,
}

/// Where an optimizer is, and how a servo authenticates.
#[derive(Clone, Debug)]
pub enum Access {
    /// With a token. The URL ends in `/`.
    Token {
        /// Its URL.
        url: Url,
        /// The token.
        token: Token,
    },
    /// With OAuth2 client credentials. Both URLs are complete; the first ends in `/`.
    Client {
        /// Its URL.
        url: Url,
        /// Where tokens are issued.
        token_url: Url,
        /// The client.
        client_id: String,
        /// Its secret.
        client_secret: SecretString,
    },
    /// With what an agent sidecar writes into a file: endpoint, tenant and token.
    File {
        /// The file.
        path: PathBuf,
        /// The optimizer's id, of which the URL is made.
        optimizer_id: String,
        /// A URL that was configured and counts instead; it ends in `/`.
        url: Option<Url>,
    },
}

/// Where a token comes from.
#[derive(Clone, Debug)]
pub enum Token {
    /// The token itself.
    Value(SecretString),
    /// A file with it, white space around it ignored. It is read for every request, so that it can be rotated.
    File(PathBuf),
}

impl Account {
    /// Reads the `optimizer` section: the form of Opsani (section 2.2, with `token_file` beside `token`) or that of
    /// `AppDynamics` (section 2.3). An optimizer of Cisco's observability platform is written in either of them, with
    /// a token that begins with `X-SF-Token` (section 2.4).
    ///
    /// The keys decide which form it is. What the environment says is in the section already: it is a layer above the
    /// document (see [`crate::config::Layers`]). Paths of files start at `base`.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault: unknown keys, values that cannot work, and whatever is missing. No
    /// message holds a secret.
    pub fn read(section: Value, base: &Path) -> Result<Self> {
        let section = match section {
            Value::Null => Map::new(),
            Value::Object(section) => section,
            _ => return Err(Error::configuration("expected a mapping of settings")),
        };
        let form = Form::of(section.keys().map(String::as_str));
        let section = Value::Object(section);
        match form {
            Form::Opsani => opsani::read(section, base),
            Form::AppDynamics => appdynamics::read(section, base),
        }
    }
}

#[cfg(test)]
mod tests;
