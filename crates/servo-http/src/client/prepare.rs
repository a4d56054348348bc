//! A request made ready to be sent.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, Entry, PROXY_AUTHORIZATION, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderValue, Method, Uri};
use http_body_util::Full;

use super::Options;
use crate::Request;
use crate::connect;
use crate::proxy::Route;

/// Adds the headers that every request has, and checks that it can be sent.
///
/// # Errors
///
/// Why it cannot be sent, without a word of what may be secret.
pub(super) fn complete(mut request: Request, options: &Options) -> Result<Request, String> {
    let url = &request.url;
    if !["http", "https"].contains(&url.scheme()) {
        return Err(format!("expected a URL with the scheme http or https, not `{}`", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL must not hold a user or a password; configure a token instead".to_owned());
    }
    let user_agent = HeaderValue::from_str(&options.user_agent)
        .map_err(|_| "the user agent has characters that no header can have".to_owned())?;
    let proxy_authorization = match options.proxies.route(url) {
        Route::Via(proxy) if connect::is_forwarded(&proxy, url) => {
            connect::authorization(&proxy).map_err(|error| error.to_string())?
        }
        _ => None,
    };
    let headers = &mut request.headers;
    headers.entry(USER_AGENT).or_insert(user_agent);
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    if let Some(value) = proxy_authorization {
        headers.insert(PROXY_AUTHORIZATION, value);
    }
    // The length is that of the body, whatever a caller says. No length is no body, except for methods that are
    // expected to have one (RFC 9110, section 8.6).
    headers.remove(TRANSFER_ENCODING);
    let has_body = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
    if has_body || !request.body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
    } else if let Entry::Occupied(entry) = headers.entry(CONTENT_LENGTH) {
        entry.remove();
    }
    Ok(request)
}

/// Writes a request as hyper sends it.
///
/// # Errors
///
/// Why it cannot be sent.
pub(super) fn to_hyper(request: &Request) -> Result<http::Request<Full<Bytes>>, String> {
    let uri: Uri =
        request.url.as_str().parse().map_err(|error| format!("its URL cannot be sent: {error}"))?;
    let mut hyper = http::Request::new(Full::new(request.body.clone()));
    *hyper.method_mut() = request.method.clone();
    *hyper.uri_mut() = uri;
    *hyper.headers_mut() = request.headers.clone();
    Ok(hyper)
}
