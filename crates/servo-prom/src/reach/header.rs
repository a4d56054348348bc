//! The headers that an operator has sent along.

use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret as _;
use servo_core::{Error, Result};

use super::{Reach, TENANT};

/// Those that the client sets itself.
const OWN: [HeaderName; 5] = [CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING];

/// Parts of the names of headers that say who asks.
const CREDENTIAL: [&str; 8] =
    ["apikey", "auth", "cookie", "credential", "key", "password", "secret", "token"];

/// Returns true where a header says who asks, by its name.
pub(crate) fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CREDENTIAL.iter().any(|part| name.contains(part))
}

/// Reads `headers` and `tenant`. No value is shown in a trace.
///
/// # Errors
///
/// Class configuration, with the keys at fault.
pub(crate) fn read(reach: &Reach) -> Result<HeaderMap> {
    let (mut headers, mut wrong) = (HeaderMap::new(), Vec::new());
    for (name, value) in &reach.headers {
        match one(name, value.expose_secret()) {
            Ok((read, value)) => {
                if headers.insert(read, value).is_some() {
                    let error = Error::configuration("this header is given twice; case does not count");
                    wrong.push(error.at(format!("headers.{name}")));
                }
            }
            Err(error) => wrong.push(error.at(format!("headers.{name}"))),
        }
    }
    if let Some(tenant) = &reach.tenant {
        let name = HeaderName::from_static(TENANT);
        if headers.contains_key(&name) {
            let error = Error::configuration("the header `X-Scope-OrgID` says it, too").at("tenant");
            wrong.push(error.with_help("leave one of them out"));
        }
        match value(tenant.trim()) {
            Ok(value) => drop(headers.insert(name, value)),
            Err(error) => wrong.push(error.at("tenant")),
        }
    }
    Error::join(wrong).map_or(Ok(headers), Err)
}

fn one(name: &str, text: &str) -> Result<(HeaderName, HeaderValue)> {
    let read = HeaderName::try_from(name.trim())
        .map_err(|_| Error::configuration("not the name of a header: expected letters, digits and `-`"))?;
    if OWN.contains(&read) {
        return Err(Error::configuration("this header is the client's own").with_help("remove it"));
    }
    let mut value = value(text.trim())?;
    value.set_sensitive(true);
    Ok((read, value))
}

/// Reads a value, which an error does not show.
fn value(text: &str) -> Result<HeaderValue> {
    if text.is_empty() {
        return Err(Error::configuration("the value is empty"));
    }
    match HeaderValue::from_str(text) {
        Ok(value) if text.is_ascii() => Ok(value),
        _ => Err(Error::configuration("the value has a character that no header can carry")),
    }
}
