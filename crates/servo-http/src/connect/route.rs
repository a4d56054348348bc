//! The way to a host: directly, or through a proxy.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use tower_service::Service;
use url::Url;

use super::failure::{Cause, Failure};
use super::watched::Watched;
use super::{Making, proxied};
use crate::Options;
use crate::dial::endpoint;
use crate::proxy::{Kind, Proxy, Route};

/// Makes connections that reach the host of a URI, TLS not included.
#[derive(Clone)]
pub(crate) struct Router {
    options: Arc<Options>,
}

impl Router {
    pub(crate) fn new(options: Arc<Options>) -> Self {
        Self { options }
    }

    async fn dial(&self, host: &str, port: u16, is_forwarded: bool) -> Result<Watched, Cause> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let stream = self.options.dial.dial(host, port).await.map_err(|error| Cause::of(&error))?;
        Ok(Watched::new(stream, self.options.timeouts.write, is_forwarded))
    }

    async fn connect(&self, uri: Uri) -> Result<Watched, Failure> {
        let url = Url::parse(&uri.to_string()).map_err(|error| Failure::Host(Cause::of(&error)))?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(Failure::Host(Cause::new("the URL has no host")));
        };
        match self.options.proxies.route(&url) {
            Route::Direct => self.dial(host, port, false).await.map_err(Failure::Host),
            Route::Via(proxy) => self.connect_via(&proxy, &url, host, port).await,
        }
    }

    async fn connect_via(&self, proxy: &Proxy, url: &Url, host: &str, port: u16) -> Result<Watched, Failure> {
        let is_forwarded = is_forwarded(proxy, url);
        let stream = self
            .dial(&proxy.host, proxy.port, is_forwarded)
            .await
            .map_err(|source| Failure::ProxyUnreachable { proxy: name(proxy), source })?;
        if is_forwarded {
            return Ok(stream);
        }
        let target = endpoint(host, port).map_err(|error| Failure::Host(Cause::of(&error)))?;
        proxied::lead(stream, proxy, target)
            .await
            .map_err(|source| Failure::ProxyRefused { proxy: name(proxy), source })
    }
}

/// Returns true where the proxy gets the request itself, instead of a connection to the host.
pub(crate) fn is_forwarded(proxy: &Proxy, url: &Url) -> bool {
    proxy.kind == Kind::Http && url.scheme() == "http"
}

fn name(proxy: &Proxy) -> String {
    endpoint(&proxy.host, proxy.port)
        .ok()
        .and_then(|uri| uri.authority().map(ToString::to_string))
        .unwrap_or_else(|| proxy.host.clone())
}

impl Service<Uri> for Router {
    type Response = Watched;
    type Error = Failure;
    type Future = Making<Watched, Failure>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let router = self.clone();
        Box::pin(async move { router.connect(uri).await })
    }
}
