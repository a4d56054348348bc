//! Requests and responses, with their bodies whole.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use url::Url;

/// A request with its whole body.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where it goes; no user or password in it.
    pub url: Url,
    /// Its headers. Values that are credentials are marked as sensitive.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// Whether its body, or that of its response, holds credentials: then no trace shows either of them.
    pub is_secret: bool,
}

impl Request {
    /// Creates a request without headers and without a body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Bytes::new(), is_secret: false }
    }

    /// Sets a header, in place of what it was.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Keeps its body and that of its response out of every trace.
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }
}

/// Shows neither the query nor the body: both may hold what no log should.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("to", &destination(&self.url))
            .field("path", &self.url.path())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A response with its whole body.
#[derive(Clone)]
pub struct Response {
    /// The status; redirects are not followed, so this may be one.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, at most as long as the client's limit.
    pub body: Bytes,
}

/// Shows no body: it may hold what no log should.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Names where a URL leads: scheme, host and port, and nothing that may be a secret.
pub(crate) fn destination(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn destinations_hold_no_user_path_or_query() {
        let cases = [
            ("https://user:pass@example.com/path?key=value#part", "https://example.com:443"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost", "http://localhost:80"),
            ("mailto:somebody@example.com", "mailto://"),
        ];
        for (text, expected) in cases {
            assert_eq!(destination(&url(text)), expected, "{text}");
        }
    }

    #[test]
    fn debug_shows_neither_bodies_nor_values() {
        let request = Request::new(Method::POST, url("http://localhost/x?key=canary"))
            .header(HeaderName::from_static("x-any"), HeaderValue::from_static("canary"))
            .body("canary");
        let response =
            Response { status: StatusCode::OK, headers: request.headers.clone(), body: "canary".into() };
        let shown = format!("{request:?} {response:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("x-any") && shown.contains("6 bytes"), "{shown}");
    }
}
