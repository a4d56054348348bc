//! The tuning pod: made, changed, failed, deleted, outlived; and the workload beside it, which nothing of that touches.

mod ending;
mod failing;
mod living;
mod promoting;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};
use servo_testkit::cluster::Namespace;

use super::manifests::{USUAL, deployment};
use super::stage::{Stage, section};

/// The section of a Deployment `web` with a tuning pod; `more` goes to the workload.
fn canary(namespace: &Namespace, kind: &str, more: Value) -> Value {
    let mut section = section(namespace, kind, json!({}));
    section[kind][0]["strategy"] = json!({ "type": "canary", "alias": "tuning" });
    let Value::Object(more) = more else { panic!("expected a mapping") };
    for (key, value) in more {
        section[kind][0][key] = value;
    }
    section
}

/// A servo that runs, for a Deployment `web` of two pods.
async fn usual(namespace: &Namespace, more: Value) -> Stage {
    namespace.apply(&deployment("replicas: 2", USUAL)).await;
    namespace.until_available("deployment/web").await;
    let stage = Stage::of(namespace, "servo", canary(namespace, "deployments", more)).await;
    stage.start().await.expect("a start");
    stage
}

/// The tuning pods that are not about to end.
async fn tuning_pods(namespace: &Namespace) -> Vec<Pod> {
    let pods = namespace.pods("app=web,opsani_role=tuning").await;
    pods.into_iter().filter(|pod| pod.metadata.deletion_timestamp.is_none()).collect()
}

/// The one tuning pod that there is.
async fn tuning_pod(namespace: &Namespace) -> Pod {
    let mut pods = tuning_pods(namespace).await;
    assert_eq!(pods.len(), 1, "{pods:?}");
    pods.remove(0)
}

fn name(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}

/// The value of a variable of the one container.
fn variable(pod: &Pod, name: &str) -> Option<String> {
    let container = &pod.spec.as_ref()?.containers[0];
    container.env.iter().flatten().find(|it| it.name == name)?.value.clone()
}

/// An amount of the one container: `limits`, `cpu`.
fn amount(pod: &Pod, requirement: &str, resource: &str) -> Option<String> {
    let resources = pod.spec.as_ref()?.containers[0].resources.as_ref()?;
    let amounts = if requirement == "limits" { &resources.limits } else { &resources.requests };
    amounts.as_ref()?.get(resource).map(|quantity| quantity.0.clone())
}

/// What must stay as it is: the specification of the workload, its pods and their restarts.
async fn main_side(namespace: &Namespace) -> (Value, Vec<(String, i32)>) {
    let spec = match namespace.api::<Deployment>().get_opt("web").await.expect("an answer") {
        Some(deployment) => json!([
            deployment.spec,
            deployment.metadata.annotations.map(|mut it| {
                it.remove("deployment.kubernetes.io/revision");
                it
            })
        ]),
        None => json!(namespace.api::<StatefulSet>().get("web").await.expect("a StatefulSet").spec),
    };
    let pods = namespace.pods("app=web,opsani_role!=tuning").await;
    let restarts = |pod: &Pod| {
        let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_ref());
        statuses.into_iter().flatten().map(|status| status.restart_count).sum()
    };
    (spec, pods.iter().map(|pod| (name(pod).to_owned(), restarts(pod))).collect())
}
