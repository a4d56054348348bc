//! What an API server says of itself.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::APIResourceList;
use servo_core::Result;
use tokio::sync::OnceCell;

use crate::cluster::Cluster;

/// Whether pods can be resized, once it was asked.
#[derive(Default)]
struct Resizes(OnceCell<bool>);

/// Gives the version of the API server, such as `1.36`, and its platform.
///
/// # Errors
///
/// The API server does not say.
pub async fn version(cluster: &Cluster) -> Result<(String, String)> {
    let client = cluster.client();
    let info = cluster.ask("ask for the version of the cluster", || client.apiserver_version()).await?;
    // Some providers write `30+`.
    let minor = info.minor.trim_end_matches('+');
    Ok((format!("{}.{minor}", info.major), info.platform))
}

/// Says whether pods can be resized: whether there is `pods/resize`, which is so since Kubernetes 1.33.
///
/// # Errors
///
/// The API server does not say.
pub async fn resizes_pods(cluster: &Cluster) -> Result<bool> {
    let known = cluster.commons().get_or_default::<Resizes>();
    let ask = || async {
        let client = cluster.client();
        let list: APIResourceList = cluster
            .ask("ask which resources the cluster has", || client.list_core_api_resources("v1"))
            .await?;
        Ok(list.resources.iter().any(|resource| resource.name == "pods/resize"))
    };
    known.0.get_or_try_init(ask).await.copied()
}
