//! Noticing that an API server answers a watch.
//!
//! A watch that goes on where it was says nothing before something changes, which may be hours later. That the server is
//! there again is known by its answer alone.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use tower_service::Service;

/// Makes a client that asks through another, and says so when a watch has begun.
pub(super) fn heard(client: Client, begun: impl Fn() + Send + Sync + 'static) -> Client {
    let namespace = client.default_namespace().to_owned();
    Client::new(Heard { client, begun: Arc::new(begun) }, namespace)
}

/// A client below a client.
struct Heard {
    client: Client,
    begun: Arc<dyn Fn() + Send + Sync>,
}

impl Service<Request<Body>> for Heard {
    type Response = Response<Body>;
    type Error = kube::Error;
    type Future = BoxFuture<'static, kube::Result<Response<Body>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), kube::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (client, begun) = (self.client.clone(), Arc::clone(&self.begun));
        let query = request.uri().query().unwrap_or_default();
        let is_watch = query.split('&').any(|parameter| parameter == "watch=true");
        Box::pin(async move {
            let response = client.send(request).await?;
            if is_watch && response.status().is_success() {
                begun();
            }
            Ok(response)
        })
    }
}
