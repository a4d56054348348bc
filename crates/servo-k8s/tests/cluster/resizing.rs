//! Pods that are changed while they run.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::ListParams;
use serde_json::json;
use servo_testkit::cluster::{Namespace, Shared, in_namespace, until};

use super::manifests::{USUAL, deployment};
use super::stage::Stage;

/// The pods by name, with their uids and the restarts of their containers.
async fn pods(namespace: &Namespace) -> BTreeMap<String, (String, i32)> {
    let of = |pod: Pod| {
        let restarts = pod.status.and_then(|status| status.container_statuses).unwrap_or_default();
        let restarts = restarts.iter().map(|status| status.restart_count).sum();
        (pod.metadata.name.unwrap_or_default(), (pod.metadata.uid.unwrap_or_default(), restarts))
    };
    namespace.pods("app=web").await.into_iter().map(of).collect()
}

#[tokio::test]
async fn pods_get_other_limits_while_they_run_and_none_is_recreated() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 2", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let before = pods(namespace).await;
        let stage = Stage::new(namespace, json!({ "apply": "in_place" })).await;
        stage.adjust(&[("cpu", "0.2"), ("mem", "64Mi")]).await.expect("more of both");
        assert_eq!((stage.value("cpu").await.as_str(), stage.value("mem").await.as_str()), ("0.2", "0.0625"));
        assert_eq!(pods(namespace).await, before, "the same pods, without a restart");
        if namespace.access().node().is_some() {
            for pod in before.keys() {
                let group = namespace.control_group(pod, "main").await;
                assert_eq!((group.cpu_limit(), group.memory_limit()), (Some(200), Some(64 << 20)), "{pod}");
            }
        }
        stage.adjust(&[("replicas", "3")]).await.expect("one more, which is resized, too");
        assert_eq!(stage.value("cpu").await, "0.2");
        stage.adjust(&[("replicas", "2"), ("cpu", "0.05"), ("mem", "32Mi")]).await.expect("the way back");
        let after = pods(namespace).await;
        assert!(before.iter().filter(|(name, pod)| after.get(*name) == Some(*pod)).count() >= 1, "{after:?}");
    })
    .await;
}

#[tokio::test]
async fn what_a_node_cannot_give_a_pod_that_runs_is_refused_or_rolled_out() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let before = pods(namespace).await;
        let stage = Stage::new(namespace, json!({ "apply": "in_place" })).await;
        let error = stage.refused(&[("mem", "400Gi")]).await;
        assert_eq!(
            (error.class().status(), error.reason()),
            ("rejected", Some("unschedulable")),
            "{}",
            error.chain()
        );
        stage.adjust(&[("mem", "32Mi")]).await.expect("the way back");
        assert_eq!(pods(namespace).await, before);
        let error = stage.refused(&[("COLOR", "green")]).await;
        assert!(error.message().contains("cannot be changed in place"), "{}", error.chain());

        stage.end().await;
        let stage = Stage::new(namespace, json!({ "apply": "auto" })).await;
        stage.adjust(&[("COLOR", "green"), ("cpu", "0.1")]).await.expect("a rollout");
        assert_ne!(pods(namespace).await, before);
        let error = stage.refused(&[("mem", "400Gi")]).await;
        assert_eq!(error.reason(), Some("unschedulable"), "{}", error.chain());
        stage.adjust(&[("mem", "32Mi")]).await.expect("the way back");
    })
    .await;
}

/// The kubelet takes no memory away that is in use. Pods are replaced instead, in what is left of the time; whether the new
/// one has run out of memory by the time at which it is looked at is another matter.
#[tokio::test]
async fn a_limit_below_what_is_in_use_is_tried_in_place_and_then_by_rollout() {
    in_namespace(&Shared::get(), async |namespace| {
        let amounts = "{cpu: 50m, memory: 32Mi}";
        let container = format!(
            "env: [{{name: COLOR, value: red}}, {{name: MEM_MIB, value: '24'}}], \
             resources: {{requests: {amounts}, limits: {amounts}}}"
        );
        namespace.apply(&deployment("replicas: 1", &container)).await;
        namespace.until_available("deployment/web").await;
        let before = pods(namespace).await;
        let pod = before.keys().next().expect("a pod").clone();
        until("the memory is in use", Duration::from_mins(1), async || {
            let said = namespace.logs(&pod).await;
            if said.contains("holding 24 MiB") { Ok(()) } else { Err(said) }
        })
        .await;
        let stage = Stage::new(namespace, json!({ "timeout": "30s" })).await;
        match stage.adjust(&[("mem", "16Mi")]).await {
            Ok(_) => assert_ne!(pods(namespace).await, before, "the pod could not be resized"),
            Err(error) => {
                let said = (error.class().status(), error.reason());
                assert_eq!(said, ("rejected", Some("unstable")), "{}", error.chain());
                assert!(error.message().contains("OOMKilled"), "{}", error.message());
            }
        }
        let events = namespace.api::<Event>().list(&ListParams::default()).await.expect("events");
        let is_it = |it: &Event| {
            it.reason.as_deref() == Some("ResizeError") && it.involved_object.name.as_deref() == Some(&*pod)
        };
        assert!(events.items.iter().any(is_it), "it was not tried in place");
        stage.adjust(&[("mem", "32Mi")]).await.expect("the way back");
    })
    .await;
}
