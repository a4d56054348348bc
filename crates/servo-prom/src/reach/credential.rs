//! Who asks, as a header: a token or a password, from the configuration or from a file that is read again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use servo_core::{Error, Result};
use servo_http::Redactor;
use tokio::io::AsyncReadExt as _;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::Reach;

/// For how long what a file held is taken for what it holds: as long as a burst of requests takes.
const FRESH: Duration = Duration::from_secs(1);

/// How long reading a file may take; a file system of the network may hang.
const READ_LIMIT: Duration = Duration::from_secs(10);

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// Who asks.
#[derive(Debug)]
pub(crate) struct Credential {
    scheme: Scheme,
    origin: Origin,
}

#[derive(Debug)]
enum Scheme {
    /// RFC 6750, section 2.1.
    Bearer,
    /// RFC 7617.
    Basic { username: String },
}

#[derive(Debug)]
enum Origin {
    Value { key: &'static str, secret: SecretString },
    File { key: &'static str, path: PathBuf, held: Mutex<Option<Held>> },
}

/// What a file held, and when it was read.
#[derive(Debug)]
struct Held {
    at: Instant,
    secret: SecretString,
}

impl Credential {
    /// Refuses what cannot be a credential, without reading a file.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault. No part of a secret is in the error.
    pub(super) fn check(reach: &Reach) -> Result<()> {
        let wrong = |message: &'static str, key: &str| Error::configuration(message).at(key);
        if let Some(basic) = &reach.basic_auth {
            if basic.username.is_empty() {
                return Err(wrong("the user is empty", "basic_auth.username"));
            }
            if basic.username.contains(':') {
                let message = "a user cannot have a `:`, which is what ends it";
                return Err(wrong(message, "basic_auth.username"));
            }
            match (&basic.password, &basic.password_file) {
                (Some(_), Some(_)) => {
                    let error = wrong("the password is given twice", "basic_auth.password_file");
                    return Err(error.with_help("leave out `password` or `password_file`"));
                }
                (None, None) => {
                    let error = wrong("there is no password", "basic_auth");
                    return Err(error.with_help("write `password_file: …`, or `password: …`"));
                }
                _ => {}
            }
        }
        let paths = [
            ("bearer_token_file", &reach.bearer_token_file),
            ("basic_auth.password_file", reach.basic_auth.as_ref().map_or(&None, |it| &it.password_file)),
        ];
        for (key, path) in paths {
            if path.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
                return Err(wrong("the path is empty", key));
            }
        }
        match Self::of(reach, Path::new("")) {
            Some(Self { scheme, origin: Origin::Value { key, secret } }) => {
                scheme.header(&secret).map(drop).map_err(|error| error.at(key))
            }
            _ => Ok(()),
        }
    }

    /// Takes the credential of a configuration, if it has one. Relative paths start at `base`.
    pub(crate) fn of(reach: &Reach, base: &Path) -> Option<Self> {
        let file = |key, path: &Path| Origin::File { key, path: base.join(path), held: Mutex::default() };
        let value = |key, secret: &SecretString| Origin::Value { key, secret: secret.clone() };
        if let Some(basic) = &reach.basic_auth {
            let scheme = Scheme::Basic { username: basic.username.clone() };
            let origin = match (&basic.password, &basic.password_file) {
                (Some(password), _) => value("basic_auth.password", password),
                (None, path) => file("basic_auth.password_file", path.as_deref()?),
            };
            return Some(Self { scheme, origin });
        }
        let origin = match (&reach.bearer_token, &reach.bearer_token_file) {
            (Some(token), _) => value("bearer_token", token),
            (None, path) => file("bearer_token_file", path.as_deref()?),
        };
        Some(Self { scheme: Scheme::Bearer, origin })
    }

    /// Returns true where it comes from a file, so that another may take its place.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.origin, Origin::File { .. })
    }

    /// Gives the value of `Authorization`, and tells the redactor what must not be shown of it. A file is read again
    /// where it was read a second ago or longer; where that fails, what it held last is used.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault: the file cannot be used, and never could.
    pub(crate) async fn header(&self, redactor: &Redactor) -> Result<HeaderValue> {
        let (key, secret) = match &self.origin {
            Origin::Value { key, secret } => {
                redactor.add(secret.expose_secret().trim());
                (key, secret.clone())
            }
            Origin::File { key, path, held } => {
                let mut held = held.lock().await;
                let is_fresh = held.as_ref().is_some_and(|held| held.at.elapsed() < FRESH);
                if !is_fresh {
                    self.renew(path, key, &mut held).await?;
                }
                let secret = held.as_ref().map(|held| held.secret.clone());
                let secret = secret.ok_or_else(|| Error::internal("a file was read and is not held"))?;
                redactor.add_passing(secret.expose_secret());
                (key, secret)
            }
        };
        let header = self.scheme.header(&secret).map_err(|error| error.at(*key))?;
        if matches!(self.scheme, Scheme::Basic { .. })
            && let Some(encoded) = header.to_str().ok().and_then(|text| text.strip_prefix("Basic "))
        {
            match self.origin {
                Origin::Value { .. } => redactor.add(encoded),
                Origin::File { .. } => redactor.add_passing(encoded),
            }
        }
        Ok(header)
    }

    async fn renew(&self, path: &Path, key: &'static str, held: &mut Option<Held>) -> Result<()> {
        let read = timeout(READ_LIMIT, read(path)).await;
        let read =
            read.unwrap_or_else(|_| Err(format!("took longer than {}s to read", READ_LIMIT.as_secs())));
        // What cannot be sent is as bad as what cannot be read.
        let read = read.and_then(|secret| match self.scheme.header(&secret) {
            Ok(_) => Ok(secret),
            Err(error) => Err(format!("cannot be used: {error}")),
        });
        match (read, held.as_mut()) {
            (Ok(secret), _) => *held = Some(Held { at: Instant::now(), secret }),
            (Err(reason), Some(held)) => {
                tracing::warn!("{} {reason}; what it held before is used", path.display());
                held.at = Instant::now();
            }
            (Err(reason), None) => {
                let error = Error::configuration(format!("{} {reason}", path.display())).at(key);
                return Err(
                    error.with_help("name a file that the servo may read, with nothing in it but the secret")
                );
            }
        }
        Ok(())
    }
}

impl Scheme {
    /// Writes the header, whose value is marked as sensitive.
    fn header(&self, secret: &SecretString) -> Result<HeaderValue> {
        let text = match self {
            Self::Bearer => {
                let token = secret.expose_secret().trim();
                // Some write the whole value of the header.
                let token = match token.strip_prefix("Bearer") {
                    Some(rest) if rest.is_empty() || rest.starts_with(' ') => rest.trim(),
                    _ => token,
                };
                if token.is_empty() {
                    return Err(Error::configuration("the token is empty"));
                }
                format!("Bearer {token}")
            }
            Self::Basic { username } => {
                let pair = format!("{username}:{}", secret.expose_secret());
                format!("Basic {}", STANDARD.encode(pair))
            }
        };
        let unfit = || {
            Error::configuration("the token has a character that no header can carry, such as a line break")
        };
        if !text.is_ascii() {
            return Err(unfit());
        }
        let mut value = HeaderValue::try_from(text).map_err(|_| unfit())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// Reads a file whose text is a secret, and white space around it. What is wrong is the end of a sentence about the
/// file.
async fn read(path: &Path) -> Result<SecretString, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    // To open a pipe would wait for whoever writes to it.
    let metadata = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if !metadata.is_file() {
        return Err("is not a regular file".to_owned());
    }
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).await.map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("is larger than {} KiB", MAX_BYTES / 1024));
    }
    // The error of the conversion would hold the bytes.
    let text = String::from_utf8(bytes).map_err(|_| "is not text in UTF-8".to_owned())?;
    match text.trim() {
        "" => Err("is empty".to_owned()),
        text => Ok(SecretString::from(text)),
    }
}

#[cfg(test)]
mod tests;
