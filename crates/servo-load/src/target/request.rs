//! Targets as they are sent: everything that is the same each time is made once.

use bytes::Bytes;
use http::header::{CONNECTION, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Uri, Version};
use http_body_util::Full;

use super::{Body, Target};

/// Where a target is: what requests to it can share a connection with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Authority {
    /// A name or an address, that of IPv6 without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) is_tls: bool,
}

/// A target, ready to be sent over either version of HTTP.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) authority: usize,
    /// Whether a request may be sent once more where it is not known whether the first arrived (RFC 9110, 9.2.2).
    pub(crate) is_repeatable: bool,
    method: Method,
    path: Uri,
    url: Uri,
    http1: HeaderMap,
    http2: HeaderMap,
    body: Bytes,
}

impl Template {
    /// Makes the request for HTTP/1.1.
    pub(crate) fn http1(&self) -> Request<Full<Bytes>> {
        self.request(&self.path, &self.http1, Version::HTTP_11)
    }

    /// Makes the request for HTTP/2.
    pub(crate) fn http2(&self) -> Request<Full<Bytes>> {
        self.request(&self.url, &self.http2, Version::HTTP_2)
    }

    fn request(&self, uri: &Uri, headers: &HeaderMap, version: Version) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri.clone();
        *request.version_mut() = version;
        headers.clone_into(request.headers_mut());
        request
    }
}

/// Makes the templates of targets, and says where they are, each place once.
///
/// # Errors
///
/// What cannot be written as a URI, though it is a URL.
pub(crate) fn templates(
    targets: &[Target],
    user_agent: &str,
    keepalive: bool,
) -> Result<(Vec<Template>, Vec<Authority>), http::Error> {
    let mut authorities: Vec<Authority> = Vec::new();
    let mut templates = Vec::with_capacity(targets.len());
    for target in targets {
        let authority = authority(target);
        let place = authorities.iter().position(|known| *known == authority).unwrap_or_else(|| {
            authorities.push(authority);
            authorities.len().saturating_sub(1)
        });
        templates.push(template(target, place, user_agent, keepalive)?);
    }
    Ok((templates, authorities))
}

fn authority(target: &Target) -> Authority {
    let host = target.url.host_str().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    Authority {
        host: host.to_owned(),
        port: target.url.port_or_known_default().unwrap_or(80),
        is_tls: target.url.scheme() == "https",
    }
}

fn template(
    target: &Target,
    authority: usize,
    user_agent: &str,
    keepalive: bool,
) -> Result<Template, http::Error> {
    let url = &target.url;
    let host = url.host_str().unwrap_or_default();
    let written = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut http2 = target.headers.clone();
    if !http2.contains_key(USER_AGENT) {
        http2.insert(USER_AGENT, HeaderValue::from_str(user_agent)?);
    }
    // In HTTP/2 the name of the host is a part of the URL.
    let host = match http2.remove(HOST) {
        Some(host) => host,
        None => HeaderValue::from_str(&written)?,
    };
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let full =
        Uri::builder().scheme(url.scheme()).authority(host.as_bytes()).path_and_query(&*path).build()?;
    let mut http1 = http2.clone();
    http1.insert(HOST, host);
    if !keepalive {
        http1.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    // Only CONNECT names a host and no path (RFC 9112, 3.2.3).
    let path = if target.method == Method::CONNECT { written.parse::<Uri>()? } else { path.parse::<Uri>()? };
    let body = match &target.body {
        Body::Bytes(body) => body.clone(),
        // Files were read before; one that was not has nothing to send.
        Body::File(_) => Bytes::new(),
    };
    Ok(Template {
        authority,
        is_repeatable: target.method.is_safe(),
        method: target.method.clone(),
        path,
        url: full,
        http1,
        http2,
        body,
    })
}
