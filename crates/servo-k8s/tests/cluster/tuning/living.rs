//! What becomes of a tuning pod that goes well.

use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use servo_testkit::cluster::{Shared, in_namespace};

use super::super::manifests::{USUAL, stateful_set};
use super::super::stage::Stage;
use super::{amount, canary, main_side, name, tuning_pod, tuning_pods, usual, variable};

#[tokio::test]
async fn it_is_described_without_being_made_and_made_by_an_adjustment_behind_the_same_service() {
    in_namespace(&Shared::get(), async |namespace| {
        let more = json!({ "containers": [{
            "name": "main",
            "cpu": { "min": "10m", "max": "9", "step": "10m", "request": "60m", "limit": "70m" },
            "memory": { "min": "8Mi", "max": "500Gi", "step": "1Mi" },
            "env": [{ "name": "COLOR", "type": "enum", "values": ["red", "green"] }],
            "static_environment_variables": { "EXTRA": "x" },
        }] });
        let stage = usual(namespace, more).await;
        let before = main_side(namespace).await;
        let described = stage.describe().await.expect("a description");
        let main = described.component("web/main").expect("the control");
        assert!(main.settings.iter().all(servo_core::model::Setting::is_pinned) && !main.is_tuning);
        assert!(described.component("tuning").expect("the tuning pod").is_tuning);
        assert_eq!((stage.tuned("cpu").await, stage.tuned("replicas").await), ("0.06".into(), "1".into()));
        assert!(tuning_pods(namespace).await.is_empty(), "a description makes nothing");

        stage.tune(&[("mem", "48Mi")], 1).await.expect("a tuning pod");
        let pod = tuning_pod(namespace).await;
        assert_eq!(name(&pod), "web-tuning");
        assert_eq!(amount(&pod, "limits", "memory").as_deref(), Some("48Mi"));
        assert_eq!(amount(&pod, "requests", "cpu").as_deref(), Some("60m"), "as it was written of it");
        assert_eq!(
            (variable(&pod, "COLOR"), variable(&pod, "EXTRA")),
            (Some("red".into()), Some("x".into()))
        );
        let annotations = pod.metadata.annotations.as_ref().expect("annotations");
        assert_eq!(annotations.get("opsani.com/opsani_tuning_for").map(String::as_str), Some("tuning"));
        let labels = pod.metadata.labels.as_ref().expect("labels");
        assert_eq!(labels.get("app").map(String::as_str), Some("web"), "it stands behind the same Services");
        assert_eq!(stage.tuned("replicas").await, "1");

        // Both go on until they are changed: what was adjusted before, and what is the pod's own.
        stage.tune(&[("COLOR", "green")], 0).await.expect("another one");
        let pod = tuning_pod(namespace).await;
        assert_eq!(variable(&pod, "COLOR").as_deref(), Some("green"));
        assert_eq!(variable(&pod, "EXTRA").as_deref(), Some("x"));
        assert_eq!(amount(&pod, "limits", "memory").as_deref(), Some("48Mi"));
        stage.measure().await.expect("it is what was asked for");
        assert_eq!(main_side(namespace).await, before);
        stage.end().await;
        assert!(tuning_pods(namespace).await.is_empty());
        assert_eq!(main_side(namespace).await, before);
    })
    .await;
}

#[tokio::test]
async fn amounts_are_changed_in_place_and_the_rest_by_a_pod_that_is_ready_before_the_other_goes() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        let before = main_side(namespace).await;
        let uid = |pod: &Pod| pod.metadata.uid.clone();
        stage.measure().await.expect("a running servo makes what is to be measured");
        let first = tuning_pod(namespace).await;
        assert_eq!(amount(&first, "limits", "cpu").as_deref(), Some("50m"), "as the workload has it");
        stage.tune(&[("cpu", "0.1"), ("mem", "40Mi")], 0).await.expect("more of both");
        let resized = tuning_pod(namespace).await;
        assert_eq!(uid(&first), uid(&resized), "the same pod");
        assert_eq!(amount(&resized, "limits", "cpu").as_deref(), Some("100m"));
        let restarts = |pod: &Pod| pod.status.as_ref().and_then(|it| it.container_statuses.clone()).unwrap_or_default();
        assert_eq!(restarts(&resized)[0].restart_count, 0);

        // Whenever it is looked at while the pod is replaced, one is ready.
        let replacing = stage.tune(&[("COLOR", "green")], 0);
        tokio::pin!(replacing);
        let mut looks = 0;
        loop {
            tokio::select! {
                done = &mut replacing => { done.expect("another one"); break; }
                pods = namespace.pods("app=web,opsani_role=tuning") => {
                    looks += 1;
                    let ready = pods.iter().filter(|pod| {
                        let conditions = pod.status.as_ref().and_then(|it| it.conditions.clone()).unwrap_or_default();
                        conditions.iter().any(|it| it.type_ == "Ready" && it.status == "True")
                    });
                    assert!(ready.count() >= 1, "a gap: {pods:?}");
                }
            }
        }
        assert!(looks > 2, "{looks} looks");
        let replaced = tuning_pod(namespace).await;
        assert_eq!((name(&replaced), variable(&replaced, "COLOR").as_deref()), ("web-tuning-b", Some("green")));
        assert_eq!(amount(&replaced, "limits", "cpu").as_deref(), Some("100m"));
        stage.tune(&[("COLOR", "red"), ("cpu", "0.05"), ("mem", "32Mi")], 0).await.expect("the way back");
        assert_eq!(name(&tuning_pod(namespace).await), "web-tuning");
        assert_eq!(main_side(namespace).await, before);
        stage.end().await;
    })
    .await;
}

#[tokio::test]
async fn the_control_is_not_adjusted_and_says_why() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        let before = main_side(namespace).await;
        stage.adjust(&[("cpu", "0.05"), ("replicas", "2")]).await.expect("it has that already");
        let error = stage.refused(&[("cpu", "0.1")]).await;
        assert!(error.message().contains("what the pod is compared with"), "{}", error.chain());
        assert!(error.chain().contains("pinned"), "{}", error.chain());
        stage.tune(&[("replicas", "0")], 0).await.expect("ignored, with a warning");
        assert_eq!(tuning_pods(namespace).await.len(), 1);
        assert_eq!(main_side(namespace).await, before);
        stage.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_stateful_set_has_one_too_with_volumes_of_its_own() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&stateful_set("replicas: 2", USUAL)).await;
        namespace.until_available("statefulset/web").await;
        let stage = Stage::of(namespace, "servo", canary(namespace, "stateful_sets", json!({}))).await;
        stage.start().await.expect("a start");
        let before = main_side(namespace).await;
        stage.tune(&[("COLOR", "green")], 1).await.expect("a tuning pod");
        let pod = tuning_pod(namespace).await;
        assert_eq!(pod.spec.as_ref().and_then(|spec| spec.subdomain.as_deref()), Some("web"));
        stage.tune(&[("cpu", "0.1")], 0).await.expect("in place");
        assert_eq!(stage.tuned("cpu").await, "0.1");
        assert_eq!(main_side(namespace).await, before, "its controller does not take it for its own");
        stage.end().await;
        assert!(tuning_pods(namespace).await.is_empty());
    })
    .await;
}
