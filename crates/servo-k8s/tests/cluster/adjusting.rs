//! Deployments and StatefulSets adjusted, and put back as they were.

use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::ListParams;
use serde_json::json;
use servo_testkit::cluster::{Namespace, Shared, in_namespace};
use tokio::time::timeout;

use super::manifests::{USUAL, deployment};
use super::stage::Stage;

async fn specification(namespace: &Namespace) -> serde_json::Value {
    let found = namespace.api::<Deployment>().get("web").await.expect("the Deployment");
    serde_json::to_value(found.spec).expect("JSON")
}

/// Fails where anything of Servo's is on the Deployment.
pub(crate) async fn nothing_of_servo(namespace: &Namespace) {
    let found = namespace.api::<Deployment>().get("web").await.expect("the Deployment");
    let annotations = found.metadata.annotations.unwrap_or_default();
    let left: Vec<_> = annotations.keys().filter(|name| name.starts_with("servo.")).collect();
    assert!(left.is_empty(), "{left:?}");
    let managers = found.metadata.managed_fields.unwrap_or_default();
    let names: Vec<_> = managers.into_iter().filter_map(|entry| entry.manager).collect();
    // `servo-test` is whoever applied the manifest.
    assert!(!names.iter().any(|name| name.starts_with("servo-") && name != "servo-test"), "{names:?}");
}

#[tokio::test]
async fn a_deployment_is_adjusted_by_rollout_and_is_afterwards_as_it_was() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 2", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let before = specification(namespace).await;
        let stage = Stage::new(namespace, json!({ "apply": "rollout" })).await;
        stage.start().await.expect("a start");
        assert_eq!((stage.value("cpu").await, stage.value("COLOR").await), ("0.05".into(), "red".into()));

        stage.adjust(&[("cpu", "0.1"), ("mem", "48Mi")]).await.expect("more of both");
        assert_eq!(
            (stage.value("cpu").await.as_str(), stage.value("mem").await.as_str()),
            ("0.1", "0.046875")
        );
        let changed = specification(namespace).await;
        let resources = &changed["template"]["spec"]["containers"][0]["resources"];
        let expected = json!({ "cpu": "100m", "memory": "48Mi" });
        assert_eq!(*resources, json!({ "limits": expected, "requests": expected }));

        stage.adjust(&[("replicas", "3"), ("COLOR", "green"), ("MEM_MIB", "1")]).await.expect("other values");
        assert_eq!(stage.value("replicas").await, "3");

        let back = [("cpu", "0.05"), ("mem", "32Mi"), ("replicas", "2"), ("COLOR", "red"), ("MEM_MIB", "0")];
        stage.adjust(&back).await.expect("the way back");
        assert_eq!(specification(namespace).await, before);
        nothing_of_servo(namespace).await;
        let leases = namespace.api::<Lease>();
        assert_eq!(leases.list(&ListParams::default()).await.expect("leases").items.len(), 1);
        stage.end().await;
        assert_eq!(leases.list(&ListParams::default()).await.expect("leases").items.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_there_already_is_answered_at_once_and_writes_nothing() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let version = || async { specification(namespace).await };
        let before = version().await;
        let stage = Stage::new(namespace, json!({})).await;
        stage.describe().await.expect("a description");
        stage.measure().await.expect("nothing to measure");
        stage.adjust(&[("cpu", "0.05")]).await.expect("what is there");
        assert_eq!(version().await, before);
        let writes = namespace.audit(|entry| {
            entry.agent.starts_with("servo/") && !["get", "list", "watch"].contains(&entry.verb.as_str())
        });
        assert_eq!(writes, []);
    })
    .await;
}

#[tokio::test]
async fn a_workload_without_replicas_is_ready_with_none() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({})).await;
        stage.adjust(&[("replicas", "0")]).await.expect("no replicas");
        assert_eq!(stage.value("replicas").await, "0");
        stage.adjust(&[("cpu", "0.1")]).await.expect("another amount while there is none");
        stage.adjust(&[("replicas", "1"), ("cpu", "0.05")]).await.expect("the way back");
        nothing_of_servo(namespace).await;
    })
    .await;
}

#[tokio::test]
async fn a_stateful_set_is_adjusted_and_put_back() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = Stage::stateful(namespace).await;
        stage.adjust(&[("cpu", "0.1"), ("replicas", "3")]).await.expect("more");
        let sets = namespace.api::<StatefulSet>();
        let found = sets.get("web").await.expect("the StatefulSet");
        let status = found.status.expect("a status");
        assert_eq!((status.replicas, status.updated_replicas), (3, Some(3)));
        stage.adjust(&[("cpu", "0.05"), ("replicas", "2")]).await.expect("the way back");
        let annotations =
            sets.get("web").await.expect("the StatefulSet").metadata.annotations.unwrap_or_default();
        assert!(!annotations.keys().any(|name| name.starts_with("servo.")), "{annotations:?}");
    })
    .await;
}

#[tokio::test]
async fn what_was_found_can_be_put_back_by_hand() {
    in_namespace(&Shared::get(), async |namespace| {
        let container = "env: [{name: COLOR, value: red}], resources: {limits: {cpu: 0.05, memory: 32Mi}}";
        namespace.apply(&deployment("replicas: 1", container)).await;
        namespace.until_available("deployment/web").await;
        let before = specification(namespace).await;
        let stage = Stage::new(namespace, json!({ "apply": "rollout" })).await;
        stage.adjust(&[("cpu", "0.1"), ("COLOR", "green"), ("MEM_MIB", "2")]).await.expect("other values");
        stage.end().await;
        let found = namespace.api::<Deployment>().get("web").await.expect("the Deployment");
        let annotations = found.metadata.annotations.expect("annotations");
        let patch = &annotations["servo.opsani.com/restore"];
        namespace.kubectl(&["patch", "deployment", "web", "--patch", patch]).await.done();
        assert_eq!(specification(namespace).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_promoted_stays() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({ "apply": "in_place" })).await;
        stage.adjust(&[("cpu", "0.1")]).await.expect("more");
        stage.promote(&[("cpu", "0.1")]).await.expect("a promotion");
        nothing_of_servo(namespace).await;
        let template = specification(namespace).await;
        assert_eq!(template["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"], "100m");
    })
    .await;
}

#[tokio::test]
async fn a_servo_that_was_killed_on_the_way_puts_everything_back_when_it_is_there_again() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 2", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let before = specification(namespace).await;
        let mut stage = Stage::new(namespace, json!({})).await;
        let ways = [[("cpu", "0.1"), ("mem", "64Mi")], [("cpu", "0.07"), ("COLOR", "green")]];
        for (milliseconds, way) in [20_u64, 100, 300, 900, 2000].into_iter().zip(ways.iter().cycle()) {
            let killed = timeout(Duration::from_millis(milliseconds), stage.adjust(way)).await;
            stage = stage.killed();
            let back = [("cpu", "0.05"), ("mem", "32Mi"), ("COLOR", "red")];
            stage.adjust(&back).await.unwrap_or_else(|error| panic!("{killed:?}: {}", error.chain()));
        }
        // As if it had been killed once more, before it took away what it had written.
        stage = stage.killed();
        stage.describe().await.expect("a description");
        stage.end().await;
        assert_eq!(specification(namespace).await, before);
        nothing_of_servo(namespace).await;
        let leases = namespace.api::<Lease>().list(&ListParams::default()).await.expect("leases");
        assert_eq!(leases.items.len(), 0);
    })
    .await;
}
