//! The end of tuning pods: they are written down before they are made, and taken away when their servo ends, or begins
//! again after it was killed.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use serde_json::json;
use servo_core::{Context, Result};
use tokio::time::Instant;

use super::{is_tuning, name, names};
use crate::site::Site;
use crate::watching::Waited;

/// How long the end of a pod is waited for: it has been asked to end by then, and its node sees to it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Names what is written down of a workload's tuning pods.
fn key(site: &Site) -> String {
    let (access, workload) = (&site.target.access, &site.target.workload);
    let cluster = access.context.as_deref().map(|context| format!("{context}:")).unwrap_or_default();
    format!("{cluster}{}/{}/{}", workload.kind.name(), workload.namespace, workload.name)
}

/// Writes down that tuning pods of a workload are about to be made.
///
/// # Errors
///
/// It cannot be written down: then none is made.
pub(super) async fn announce(cx: &Context, site: &Site) -> Result<()> {
    let key = key(site);
    if cx.created().all().contains_key(&key) {
        return Ok(());
    }
    let workload = &site.target.workload;
    cx.created().announce(key, json!({ "namespace": workload.namespace, "pods": names(workload) })).await
}

/// Takes away the tuning pods of a workload that are written down, and forgets them.
///
/// # Errors
///
/// They cannot be read or deleted.
pub(crate) async fn end(cx: &Context, site: &Site) -> Result<()> {
    let key = key(site);
    if !cx.created().all().contains_key(&key) {
        return Ok(());
    }
    let workload = &site.target.workload;
    let cluster = site.cluster();
    let api = Api::<Pod>::namespaced(cluster.client().clone(), &workload.namespace);
    let mut ended = Vec::new();
    for pod in names(workload) {
        let doing = format!("read pod `{}/{pod}`", workload.namespace);
        let Some(found) = cluster.find(&doing, || api.get(&pod)).await? else { continue };
        // Somebody else's pod of that name stays.
        if !is_tuning(&found) {
            continue;
        }
        let parameters = crate::writing::this_pod(&found);
        let doing = format!("delete pod `{}/{pod}`", workload.namespace);
        cluster.find(&doing, || api.delete(&pod, &parameters)).await?;
        ended.push(found);
    }
    site.forget();
    if !ended.is_empty() {
        let listed = ended.iter().map(|pod| format!("`{}`", name(pod))).collect::<Vec<_>>().join(" and ");
        tracing::info!("the tuning pod {listed} of {workload} is taken away");
        until_gone(cx, site).await;
    }
    cx.created().forget(key).await
}

/// Waits a moment until the pods are gone.
async fn until_gone(cx: &Context, site: &Site) {
    let deadline = Instant::now() + PATIENCE;
    let gone = site.until(cx, deadline, |snapshot| snapshot.tuning.is_empty().then_some(()));
    if !matches!(gone.await, Waited::Done(())) {
        tracing::info!("the tuning pod of {} is about to end", site.target.workload);
    }
}
