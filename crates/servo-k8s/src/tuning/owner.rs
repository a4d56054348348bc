//! Who owns a tuning pod: whatever owns the pod that Servo runs in, so that the tuning pod ends with it.

use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::Api;
use servo_core::{Context, Result};
use servo_exec::Inherited;
use servo_kube::Cluster;

/// Finds the owner: the controller of Servo's own pod, and for a ReplicaSet the Deployment above it; the pod itself where
/// it has none. `None` where Servo does not run in a pod that says so (`POD_NAME`, `POD_NAMESPACE`), or runs in another
/// namespace: nothing is owned across namespaces.
///
/// # Errors
///
/// The pod cannot be read.
pub(super) async fn of(cx: &Context, cluster: &Cluster, namespace: &str) -> Result<Option<OwnerReference>> {
    let inherited = cx.lent::<Inherited>().unwrap_or_default();
    let variable = |name: &str| inherited.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
    let Some((pod, own)) = variable("POD_NAME").zip(variable("POD_NAMESPACE")) else { return Ok(None) };
    if own != namespace {
        tracing::warn!(
            "the tuning pod has no owner: Servo runs in namespace `{own}`, and nothing in `{namespace}` can belong to it"
        );
        return Ok(None);
    }
    let pods = Api::<Pod>::namespaced(cluster.client().clone(), namespace);
    let doing = format!("read Servo's own pod `{namespace}/{pod}`");
    let Some(found) = cluster.find(&doing, || pods.get(&pod)).await? else {
        tracing::warn!(
            "the tuning pod has no owner: there is no pod `{namespace}/{pod}`, as POD_NAME says, in this cluster"
        );
        return Ok(None);
    };
    let Some(controller) = controller(&found.metadata) else {
        return Ok(Some(reference(("v1", "Pod"), &pod, found.metadata.uid.unwrap_or_default())));
    };
    if controller.kind != "ReplicaSet" {
        return Ok(Some(reference(
            (&controller.api_version, &controller.kind),
            &controller.name,
            controller.uid.clone(),
        )));
    }
    let sets = Api::<ReplicaSet>::namespaced(cluster.client().clone(), namespace);
    let doing = format!("read ReplicaSet `{namespace}/{}`", controller.name);
    let set = cluster.find(&doing, || sets.get(&controller.name)).await?;
    let above = set.as_ref().and_then(|set| self::controller(&set.metadata)).unwrap_or(controller);
    Ok(Some(reference((&above.api_version, &above.kind), &above.name, above.uid.clone())))
}

fn controller(metadata: &ObjectMeta) -> Option<&OwnerReference> {
    metadata.owner_references.iter().flatten().find(|owner| owner.controller == Some(true))
}

/// Writes the reference. Deployments alone are named as the controller, as the original did: those of other kinds let go of
/// pods that their selector does not find.
fn reference((api_version, kind): (&str, &str), name: &str, uid: String) -> OwnerReference {
    let is_controller = kind == "Deployment";
    OwnerReference {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        uid,
        controller: is_controller.then_some(true),
        block_owner_deletion: is_controller.then_some(true),
    }
}
