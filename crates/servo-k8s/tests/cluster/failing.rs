//! Changes with which a workload does not run: what is told, how soon, and what is there afterwards.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use servo_core::Error;
use servo_testkit::cluster::{Namespace, Shared, in_namespace, until};
use tokio::time::{Instant, timeout};

use super::manifests::{USUAL, deployment};
use super::stage::{Stage, section};

/// A failure is told as soon as it is known, well before the time that a change may take.
pub(crate) const SOON: Duration = Duration::from_secs(45);

/// What was told of a failure: status, reason, and whether the message has all of some words.
pub(crate) fn told(error: &Error, reason: &str, words: &[&str]) {
    let said = (error.class().status(), error.reason());
    assert_eq!(said, ("rejected", Some(reason)), "{}", error.chain());
    for word in words {
        assert!(error.message().contains(word), "`{word}` is missing: {}", error.message());
    }
    assert!(error.message().len() <= 4096, "{}", error.message().len());
}

pub(crate) async fn web(namespace: &Namespace, more: serde_json::Value) -> Stage {
    namespace.apply(&deployment("replicas: 2", USUAL)).await;
    namespace.until_available("deployment/web").await;
    Stage::new(namespace, more).await
}

/// Adjusts to what does not run, then back, as the loop does.
pub(crate) async fn fails(stage: &Stage, settings: &[(&str, &str)]) -> Error {
    let error = timeout(SOON, stage.refused(settings)).await.expect("the failure is told soon");
    let begin = Instant::now();
    let back: Vec<(&str, &str)> = settings
        .iter()
        .map(|(name, _)| match *name {
            "cpu" => ("cpu", "0.05"),
            "mem" => ("mem", "32Mi"),
            "COLOR" => ("COLOR", "red"),
            "replicas" => ("replicas", "2"),
            other => (other, "0"),
        })
        .collect();
    stage.adjust(&back).await.expect("the way back");
    assert!(begin.elapsed() < SOON, "the way back takes {:?}", begin.elapsed());
    error
}

#[tokio::test]
async fn what_no_node_has_room_for_is_unschedulable() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({ "apply": "rollout" })).await;
        let error = fails(&stage, &[("cpu", "9"), ("mem", "48Mi")]).await;
        told(&error, "unschedulable", &["Insufficient cpu", "web/main.cpu=9"]);
        assert!(!error.message().contains("web/main.mem"), "{}", error.message());
    })
    .await;
}

/// No node comes: the event is all that there is of an autoscaler of nodes.
#[tokio::test]
async fn a_node_that_an_autoscaler_makes_is_waited_for() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({ "apply": "rollout", "timeout": "25s" })).await;
        let made = async {
            let pod = until("a pod that waits for room", SOON, async || {
                let pods = namespace.pods("app=web").await;
                let waits = |pod: &Pod| pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_none());
                pods.into_iter().find(waits).ok_or_else(|| "there is none".to_owned())
            })
            .await;
            let name = pod.metadata.name.as_deref().unwrap_or_default();
            let event = format!(
                "apiVersion: v1
kind: Event
metadata: {{name: {name}.scale-up}}
involvedObject: {{apiVersion: v1, kind: Pod, name: {name}, namespace: {}}}
type: Normal
reason: TriggeredScaleUp
message: 'pod triggered scale-up: [{{pool 1->2 (max: 3)}}]'
source: {{component: cluster-autoscaler}}
",
                namespace.name()
            );
            namespace.apply(&event).await;
        };
        let begin = Instant::now();
        let (error, ()) = tokio::join!(stage.refused(&[("cpu", "9")]), made);
        assert!(begin.elapsed() > Duration::from_secs(20), "it was told after {:?}", begin.elapsed());
        told(&error, "unschedulable", &["Insufficient cpu", "web/main.cpu=9"]);
        stage.adjust(&[("cpu", "0.05")]).await.expect("the way back");
    })
    .await;
}

#[tokio::test]
async fn a_container_that_takes_more_memory_than_its_limit_is_unstable() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({})).await;
        let error = fails(&stage, &[("mem", "16Mi"), ("MEM_MIB", "64")]).await;
        told(&error, "unstable", &["OOMKilled", "main", "16Mi"]);
    })
    .await;
}

#[tokio::test]
async fn a_container_that_ends_is_unstable_and_its_last_words_are_told_where_wanted() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({ "container_logs_in_error_status": true })).await;
        let error = fails(&stage, &[("COLOR", "bad")]).await;
        told(&error, "unstable", &["main", "this color is bad"]);
        let silent = Stage::new(namespace, json!({})).await;
        let error = fails(&silent, &[("COLOR", "bad")]).await;
        assert!(!error.message().contains("this color is bad"), "{}", error.message());
    })
    .await;
}

#[tokio::test]
async fn a_pod_that_does_not_become_ready_fails_at_the_deadline_of_the_rollout() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1, progressDeadlineSeconds: 8", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({})).await;
        let error = fails(&stage, &[("COLOR", "dark")]).await;
        told(&error, "start-failed", &["main"]);
    })
    .await;
}

#[tokio::test]
async fn a_pod_that_does_not_become_ready_fails_at_the_timeout() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({ "timeout": "15s" })).await;
        let error = fails(&stage, &[("COLOR", "dark")]).await;
        told(&error, "start-failed", &["unready", "main"]);
    })
    .await;
}

#[tokio::test]
async fn a_quota_that_is_exceeded_is_named_at_once() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({ "apply": "rollout" })).await;
        let quota = "apiVersion: v1
kind: ResourceQuota
metadata: {name: small}
spec: {hard: {requests.cpu: 200m}}
";
        namespace.apply(quota).await;
        let error = fails(&stage, &[("cpu", "0.4")]).await;
        told(&error, "start-failed", &["exceeded quota", "small"]);
    })
    .await;
}

#[tokio::test]
async fn an_image_that_cannot_be_had_fails_and_is_no_ones_configuration() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({ "apply": "rollout", "timeout": "30s" })).await;
        missing_image(namespace, &stage, "deployment/web").await;
    })
    .await;
}

#[tokio::test]
async fn an_image_of_a_stateful_set_that_cannot_be_had_is_told_the_same_way() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = Stage::stateful(namespace).await;
        missing_image(namespace, &stage, "statefulset/web").await;
    })
    .await;
}

async fn missing_image(namespace: &Namespace, stage: &Stage, workload: &str) {
    namespace.kubectl(&["set", "image", workload, "main=localhost/nothing:1"]).await.done();
    let error = timeout(SOON, stage.refused(&[("cpu", "0.1")])).await.expect("it is told soon");
    let said = (error.class().status(), error.reason());
    assert_eq!(said, ("failed", Some("image-pull-failed")), "{}", error.chain());
}

#[tokio::test]
async fn what_fails_while_it_settles_is_unstable() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({})).await;
        let error = stage.settle(&[("UNREADY_AFTER", "8")], 20).await.expect_err("it stops being ready");
        told(&error, "unstable", &["unready"]);
        let error =
            stage.settle(&[("UNREADY_AFTER", "0"), ("CRASH_AFTER", "8")], 20).await.expect_err("it ends");
        told(&error, "unstable", &[]);
        stage.adjust(&[("CRASH_AFTER", "0")]).await.expect("the way back");
        stage.settle(&[("cpu", "0.06")], 3).await.expect("what stays ready");
    })
    .await;
}

#[tokio::test]
async fn stateful_sets_fail_for_the_same_reasons() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = Stage::stateful(namespace).await;
        told(&fails(&stage, &[("cpu", "9")]).await, "unschedulable", &["Insufficient cpu"]);
        told(&fails(&stage, &[("COLOR", "bad")]).await, "unstable", &["main"]);
        let quota = "apiVersion: v1
kind: ResourceQuota
metadata: {name: small}
spec: {hard: {requests.cpu: 200m}}
";
        namespace.apply(quota).await;
        told(&fails(&stage, &[("cpu", "0.4")]).await, "start-failed", &["exceeded quota", "small"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_to_be_done_with_a_failure_is_done() {
    in_namespace(&Shared::get(), async |namespace| {
        let shut_down = web(namespace, json!({ "on_failure": "shutdown", "apply": "rollout" })).await;
        let error = shut_down.refused(&[("cpu", "9")]).await;
        told(&error, "unschedulable", &[]);
        assert_eq!(shut_down.value("replicas").await, "0");
        assert_eq!(shut_down.value("cpu").await, "0.05");
        shut_down.adjust(&[("replicas", "2")]).await.expect("its replicas again");
        shut_down.end().await;

        let ignore = Stage::new(namespace, json!({ "on_failure": "ignore", "apply": "rollout" })).await;
        let described = ignore.adjust(&[("cpu", "9")]).await.expect("a failure that is ignored");
        let cpu = described.setting("web/main", "cpu").and_then(|cpu| cpu.value()).expect("a value");
        assert_eq!(cpu.to_string(), "0.05", "what is described is what is there");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_before_anything_is_written() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({})).await;
        for (settings, word) in [
            ([("cpu", "0.005")], "outside of the range 10m-9"),
            ([("cpu", "0.1234")], "millicore"),
            ([("gc", "on")], "no setting `gc`"),
            ([("COLOR", "blue")], "blue"),
        ] {
            let error = stage.refused(&settings).await;
            assert_eq!(error.class().status(), "failed");
            assert!(error.chain().contains(word), "{word}: {}", error.chain());
        }
        let missing = Stage::of(namespace, "test", {
            let mut section = section(namespace, "deployments", json!({}));
            section["deployments"][0]["containers"][0]["name"] = json!("other");
            section
        })
        .await;
        let error = missing.describe().await.expect_err("there is no such container");
        assert!(error.message().contains("has no container `other`"), "{}", error.chain());
        namespace.kubectl(&["delete", "deployment", "web"]).await.done();
        let error = stage.describe().await.expect_err("it is gone");
        assert!(error.message().contains("is not there"), "{}", error.chain());
    })
    .await;
}
