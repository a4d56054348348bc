//! The API server, as a client of it.

use std::path::Path;

use k8s_openapi::api::core::v1::{Node, ServiceAccount};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::error::{Error, Result};
use crate::network::NODE_NAME;

/// Makes a client of a file that says where the API server is.
///
/// # Errors
///
/// The file cannot be read, or is none.
pub async fn of(kubeconfig: &Path) -> Result<Client> {
    let wrong = |error: String| Error::failed(format!("cannot use {}: {error}", kubeconfig.display()));
    let read = Kubeconfig::read_from(kubeconfig).map_err(|error| wrong(error.to_string()))?;
    let config = Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await;
    Client::try_from(config.map_err(|error| wrong(error.to_string()))?)
        .map_err(|error| wrong(error.to_string()))
}

/// Tells whether the API server calls itself ready.
pub(crate) async fn is_ready(client: &Client) -> bool {
    let request = http_get("/readyz");
    let Some(request) = request else { return false };
    client.request_text(request).await.is_ok()
}

fn http_get(path: &str) -> Option<http::Request<Vec<u8>>> {
    http::Request::get(path).body(Vec::new()).ok()
}

/// Tells whether pods can be made in the default namespace, which the controllers have to prepare.
pub(crate) async fn has_default_account(client: &Client) -> bool {
    Api::<ServiceAccount>::default_namespaced(client.clone()).get("default").await.is_ok()
}

/// Tells whether the node takes pods.
pub(crate) async fn node_is_ready(client: &Client) -> bool {
    Api::<Node>::all(client.clone()).get(NODE_NAME).await.is_ok_and(|node| ready(&node))
}

/// Tells whether there are so many nodes that take pods.
pub(crate) async fn has_nodes(client: &Client, count: u32) -> bool {
    let all = Api::<Node>::all(client.clone()).list(&ListParams::default()).await;
    all.is_ok_and(|all| all.items.iter().filter(|node| ready(node)).count() >= count as usize)
}

fn ready(node: &Node) -> bool {
    let conditions = node.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|it| it.type_ == "Ready" && it.status == "True"))
}

/// Tells whether the usage of the node is known.
pub(crate) async fn has_node_metrics(client: &Client) -> bool {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("metrics.k8s.io", "v1beta1", "NodeMetrics"));
    // The resource is called `nodes`, which does not follow from its kind.
    let resource = ApiResource { plural: "nodes".to_owned(), ..resource };
    Api::<DynamicObject>::all_with(client.clone(), &resource).get(NODE_NAME).await.is_ok()
}

/// Tells whether the API server knows rollouts.
pub(crate) async fn has_rollouts(client: &Client) -> bool {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("argoproj.io", "v1alpha1", "Rollout"));
    Api::<DynamicObject>::all_with(client.clone(), &resource).list(&ListParams::default()).await.is_ok()
}
