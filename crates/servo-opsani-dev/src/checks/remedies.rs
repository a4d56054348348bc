//! What puts right what was found wrong, through the Kubernetes API. Each takes a few seconds and waits for no rollout: the
//! checks are run again.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use kube::api::{Api, Patch, PatchParams};
use serde_json::{Value, json};
use servo_core::{Context, Error, Result};
use servo_k8s::{Prepare, sidecar};
use servo_kube::Cluster;
use tokio::time::timeout;

/// Who has written what is written here.
const MANAGER: &str = "servo-opsani-dev";

/// The most requests that a pod is sent.
const REQUESTS: usize = 10;

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(2);

/// How long requests are sent, at most: less than a remedy has.
const SENDING: Duration = Duration::from_secs(8);

/// Writes metadata into the template of a Deployment.
pub(super) async fn patch_deployment(
    cluster: Arc<Cluster>,
    namespace: String,
    name: String,
    patch: Value,
) -> Result<String> {
    let api = Api::<Deployment>::namespaced(cluster.client().clone(), &namespace);
    let parameters = PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
    let patch = Patch::Merge(patch);
    let doing = format!("patch Deployment `{namespace}/{name}`");
    cluster.ask(&doing, || api.patch(&name, &parameters, &patch)).await?;
    Ok("written; its pods are replaced".to_owned())
}

/// Puts Envoy into the pods of a workload.
pub(super) async fn inject(
    cluster: Arc<Cluster>,
    target: sidecar::Target,
    wanted: sidecar::Sidecar,
) -> Result<String> {
    let change = sidecar::inject(&cluster, &target, &wanted, sidecar::How::default()).await?;
    let port = change.container_port.map(|port| format!(" in front of port {port}")).unwrap_or_default();
    Ok(format!("Envoy is put{port}; its pods are replaced"))
}

/// Lets a port of a Service lead to Envoy. It is the port at `index` and has this number, or somebody has changed the Service.
pub(super) async fn lead_to_envoy(
    cluster: Arc<Cluster>,
    namespace: String,
    name: String,
    index: usize,
    port: i32,
) -> Result<String> {
    let api = Api::<Service>::namespaced(cluster.client().clone(), &namespace);
    let at = format!("/spec/ports/{index}");
    let operations = json!([
        {"op": "test", "path": format!("{at}/port"), "value": port},
        {"op": "add", "path": format!("{at}/targetPort"), "value": sidecar::SERVICE_PORT},
    ]);
    let operations = serde_json::from_value(operations)
        .map_err(|error| Error::internal("cannot write the patch of a Service").with_source(error))?;
    let parameters = PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
    let patch = Patch::<Service>::Json(operations);
    cluster
        .ask(&format!("patch Service `{namespace}/{name}`"), || api.patch(&name, &parameters, &patch))
        .await?;
    Ok(format!("port {port} leads to Envoy"))
}

/// Makes the tuning pod, by the connector that has them.
pub(super) async fn prepare(cx: Context, connector: String) -> Result<&'static str> {
    cx.dispatch::<Prepare>(()).include([connector]).await?.answers()?;
    Ok("the tuning pod is ready")
}

/// Sends a few requests to the Envoy of pods, by way of the API server, so that there is something to count.
pub(super) async fn send(cluster: Arc<Cluster>, namespace: String, pods: Vec<String>) -> Result<String> {
    let mut answered = 0_usize;
    let mut failed = None;
    let all = async {
        for _ in 0..REQUESTS {
            for pod in &pods {
                match request(&cluster, &namespace, pod).await {
                    Ok(()) => answered += 1,
                    Err(error) => failed = Some(error),
                }
            }
        }
    };
    // What was answered by then counts.
    let _ = timeout(SENDING, all).await;
    match (answered, failed) {
        (0, Some(error)) => Err(error),
        (0, None) => Err(Error::failed("there is no pod with an Envoy that is ready")),
        (answered, _) => Ok(format!("{answered} requests were answered through Envoy")),
    }
}

/// Sends one request. Whatever the application answers, it was counted.
async fn request(cluster: &Cluster, namespace: &str, pod: &str) -> Result<()> {
    let doing = format!("send a request to pod `{pod}`");
    let port = sidecar::SERVICE_PORT;
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}:{port}/proxy/");
    let request = http::Request::get(path).body(Vec::new());
    let request = request.map_err(|error| Error::internal("cannot write a request").with_source(error))?;
    match timeout(REQUEST, cluster.client().request_text(request)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(kube::Error::Api(status))) if is_of_application(status.code) => Ok(()),
        Ok(Err(error)) => Err(cluster.fault(&doing, &error)),
        Err(_) => Err(Error::failed(format!("cannot {doing}: no answer in {} s", REQUEST.as_secs()))),
    }
}

/// Whether a status is the application's: the API server's own ones say that it may not, or could not, pass a request on.
const fn is_of_application(code: u16) -> bool {
    !matches!(code, 401 | 403 | 500..=599)
}
