//! What is requested: targets, as an operator writes them for vegeta.

mod fault;
mod files;
mod http_format;
mod json_format;
mod request;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use schemars::JsonSchema;
use serde::Deserialize;
use servo_http::Redactor;
use url::Url;

pub(crate) use fault::{Fault, TargetError};
pub(crate) use files::{read_bodies, read_targets};
pub(crate) use request::{Authority, Template, templates};

/// The methods that may be written, as in ServoX.
pub(crate) const METHODS: [&str; 9] =
    ["GET", "POST", "PUT", "PATCH", "OPTIONS", "TRACE", "HEAD", "DELETE", "CONNECT"];

/// Headers that the connection decides about; whoever writes them is not heard, as with vegeta.
const DECIDED: [HeaderName; 3] = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::TRAILER];

/// Headers whose values are never shown.
const SECRET: [&str; 6] =
    ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token", "api-key"];

/// How targets are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `METHOD URL`, then lines of headers, then `@FILE` for a body; a blank line ends a target.
    #[default]
    Http,
    /// An object for each target, with `method`, `url`, `header` and `body`, which is base64.
    Json,
}

/// One target.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// Shows neither headers nor the body, which may be secret.
impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// What is sent with a request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// These bytes; none at all where they are empty.
    Bytes(Bytes),
    /// What is in a file.
    File(PathBuf),
}

impl Target {
    /// Makes a target of the words that name it.
    fn new(method: &str, url: &str) -> Result<Self, Fault> {
        if !METHODS.contains(&method) {
            return Err(Fault::Method { found: method.to_owned() });
        }
        let method = Method::from_bytes(method.as_bytes()).expect("the methods are well-formed");
        let shown = fault::shown(url);
        if url.contains(char::is_whitespace) {
            return Err(Fault::Url { found: shown, reason: "it has blanks in it".to_owned() });
        }
        let url = match Url::parse(url) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") => {
                return Err(Fault::Url { found: shown, reason: "it begins with neither".to_owned() });
            }
            Ok(url) => url,
            Err(error) => return Err(Fault::Url { found: shown, reason: error.to_string() }),
        };
        let mut headers = HeaderMap::new();
        if !url.username().is_empty() || url.password().is_some() {
            let (name, password) = (url.username(), url.password().unwrap_or_default());
            let pair = [percent_decoded(name), b":".to_vec(), percent_decoded(password)].concat();
            let value = HeaderValue::from_str(&format!("Basic {}", BASE64.encode(pair)));
            headers.insert(header::AUTHORIZATION, value.expect("base64 is well-formed"));
        }
        Ok(Self { method, url, headers, body: Body::Bytes(Bytes::new()) })
    }

    /// Adds a header. One that the URL gave is replaced; several of a name are all sent.
    fn add_header(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let name: HeaderName = name.parse().map_err(|_| Fault::HeaderName { found: fault::shown(name) })?;
        let value =
            HeaderValue::from_str(value).map_err(|_| Fault::HeaderValue { name: name.to_string() })?;
        if DECIDED.contains(&name) {
            return Ok(());
        }
        if name == header::AUTHORIZATION || name == header::HOST {
            self.headers.insert(name, value);
        } else {
            self.headers.append(name, value);
        }
        Ok(())
    }

    /// Shows the target without its query, its headers and whatever may be secret.
    pub(crate) fn shown(&self) -> String {
        let mut url = self.url.clone();
        // Neither can fail for a URL that has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.set_fragment(None);
        format!("{} {url}", self.method)
    }

    /// Tells a redactor what must not be shown.
    pub(crate) fn hide(&self, redactor: &Redactor) {
        for (name, value) in &self.headers {
            if SECRET.contains(&name.as_str())
                && let Ok(value) = value.to_str()
            {
                redactor.add(value);
                // Of `Bearer TOKEN` the token is the secret.
                if let Some((_, secret)) = value.split_once(' ') {
                    redactor.add(secret);
                }
            }
        }
        if let Some(password) = self.url.password() {
            redactor.add(password);
        }
    }
}

/// Reads the targets of a text.
///
/// # Errors
///
/// The first line that is no part of a target.
pub(crate) fn parse(text: &str, format: Format) -> Result<Vec<Target>, TargetError> {
    let targets = match format {
        Format::Http => http_format::parse(text)?,
        Format::Json => json_format::parse(text)?,
    };
    if targets.is_empty() {
        return Err(TargetError { line: 1, fault: Fault::Nothing(format) });
    }
    Ok(targets)
}

/// Gives the bytes that a part of a URL stands for.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let value = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        decoded.push(value.unwrap_or(*first));
        rest = value.and_then(|_| after.get(2..)).unwrap_or(after);
    }
    decoded
}

#[cfg(test)]
mod tests;
