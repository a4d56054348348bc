//! From a URL to a connection: proxies, TLS and their limit of time.

pub(crate) mod failure;
mod proxied;
mod route;
pub(crate) mod watched;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use rustls::ClientConfig;
use tower_service::Service;

use crate::Options;
use failure::Failure;
pub(crate) use proxied::authorization;
use route::Router;
pub(crate) use route::is_forwarded;
use watched::Watched;

/// The result of making something, boxed since the services here have no names for their futures.
type Making<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Makes connections on which HTTP can be spoken to the host of a URI.
#[derive(Clone)]
pub(crate) struct Connector {
    https: HttpsConnector<Router>,
    limit: Duration,
}

impl Connector {
    /// Creates a connector that speaks TLS like this.
    pub(crate) fn new(options: &Arc<Options>, tls: Arc<ClientConfig>) -> Self {
        let https = HttpsConnector::from((Router::new(Arc::clone(options)), tls));
        Self { https, limit: options.timeouts.connect }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Watched>;
    type Error = Failure;
    type Future = Making<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let limit = self.limit;
        let connecting = self.https.call(uri);
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(outcome) => outcome.map_err(Failure::of),
                Err(_) => Err(Failure::TooSlow),
            }
        })
    }
}
