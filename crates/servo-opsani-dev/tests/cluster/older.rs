//! A way to the API server on which its version is an older one: clusters that old are no longer built. Everything else is
//! passed on, and answered by the API server.

use std::convert::Infallible;
use std::net::SocketAddr;

use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use servo_testkit::cluster::Namespace;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The way, for as long as this is held.
pub(crate) struct Older {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Older {
    /// Opens it, to an API server that says that it is of Kubernetes 1 and this minor version.
    pub(crate) async fn start(namespace: &Namespace, minor: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let client = namespace.client();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let client = client.clone();
                let service = service_fn(move |request| pass(client.clone(), request, minor));
                // A client that goes away takes its connection with it.
                connections.spawn(async move {
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, _tasks: tasks }
    }

    /// A kubeconfig that leads there.
    pub(crate) fn kubeconfig(&self) -> Value {
        kubeconfig(&format!("http://{}", self.address))
    }
}

/// A kubeconfig that leads to an address, as nobody in particular.
pub(crate) fn kubeconfig(server: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
    })
}

async fn pass(
    client: Client,
    request: Request<Incoming>,
    minor: &str,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = match passed(client, request, minor).await {
        Ok((status, kind, text)) => {
            Response::builder().status(status).header(CONTENT_TYPE, kind).body(text.into())
        }
        Err(error) => Response::builder().status(StatusCode::BAD_GATEWAY).body(error.into()),
    };
    Ok(answer.expect("an answer of what was given"))
}

/// Gives the status, the content type and the body of the answer.
async fn passed(
    client: Client,
    request: Request<Incoming>,
    minor: &str,
) -> Result<(StatusCode, String, Bytes), String> {
    let (head, body) = request.into_parts();
    let asks_version = head.uri.path() == "/version";
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    let mut request = Request::builder().method(head.method).uri(head.uri);
    if let Some(kind) = head.headers.get(CONTENT_TYPE) {
        request = request.header(CONTENT_TYPE, kind);
    }
    let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
    let answer = client.send(request).await.map_err(|error| error.to_string())?;
    let (head, body) = answer.into_parts();
    let mut body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    if asks_version {
        let mut version: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        version["minor"] = json!(minor);
        body = version.to_string().into();
    }
    let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    Ok((head.status, kind.to_owned(), body))
}
