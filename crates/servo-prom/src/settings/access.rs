//! How the server is told who asks, and how either side proves who it is.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Secret;

/// A user with a password, for servers behind basic authentication.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicAuth {
    /// The user.
    pub username: String,
    /// The password. `password_file` keeps it out of this file.
    #[serde(default)]
    #[schemars(extend("writeOnly" = true))]
    pub password: Option<Secret>,
    /// A file with the password, read again whenever it is sent. A relative path starts at the folder of the
    /// configuration.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

/// Which certificates are trusted, and which one the servo has. What is left out is as `settings` of the document says.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// A file of PEM certificates: the authorities that are trusted, and no others.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// A file with the servo's own certificate in PEM, followed by those that lead to its authority.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// A file with the private key of `certificate` in PEM.
    #[serde(default)]
    pub key: Option<PathBuf>,
    /// Trusts any server. Whoever is between can read what is sent.
    #[serde(default)]
    pub insecure_skip_verify: bool,
}
