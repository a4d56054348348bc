//! Workloads that others change, too: autoscalers, other servos, people.

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::json;
use servo_core::Class;
use servo_testkit::cluster::{Account, Shared, in_namespace, until};
use tokio::time::timeout;

use super::adjusting::nothing_of_servo;
use super::manifests::{USUAL, deployment};
use super::stage::{Stage, section};

#[tokio::test]
async fn replicas_that_an_autoscaler_sets_are_refused() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 2", USUAL)).await;
        namespace
            .apply(
                "apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: busy}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
",
            )
            .await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({})).await;
        let described = stage.describe().await.expect("a description");
        assert!(described.setting("web/main", "replicas").expect("replicas").is_pinned());
        let error = stage.refused(&[("replicas", "3")]).await;
        assert!(error.message().contains("HorizontalPodAutoscaler `busy`"), "{}", error.chain());
        stage.adjust(&[("cpu", "0.06")]).await.expect("the rest can be adjusted");
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_changes_is_reported_and_not_fought() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({ "apply": "rollout" })).await;
        stage.adjust(&[("cpu", "0.1"), ("COLOR", "green")]).await.expect("other values");
        namespace
            .kubectl(&["set", "resources", "deployment/web", "--limits=cpu=70m", "--requests=cpu=70m"])
            .await
            .done();
        until("the servo sees it", Duration::from_secs(20), async || {
            let measured = stage.measure().await;
            let error = measured.err().ok_or("it can be measured")?;
            assert_eq!(error.reason(), Some("conflict"), "{}", error.chain());
            assert!(error.message().contains("kubectl"), "{}", error.message());
            Ok(())
        })
        .await;
        let error = stage.refused(&[("cpu", "0.2")]).await;
        assert_eq!(error.reason(), Some("conflict"), "{}", error.chain());
        stage.adjust(&[("COLOR", "red")]).await.expect("the other settings can be put back");
        let found = namespace.api::<Deployment>().get("web").await.expect("the Deployment");
        let spec = serde_json::to_value(&found.spec).expect("JSON");
        assert_eq!(spec["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"], "70m");
        let error = stage.refused(&[("cpu", "0.2")]).await;
        assert_eq!(error.reason(), Some("conflict"), "it is not taken again: {}", error.chain());
    })
    .await;
}

#[tokio::test]
async fn an_object_that_is_put_in_the_place_of_the_adjusted_one_is_reported_and_left_alone() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let before = namespace.kubectl(&["get", "deployment/web", "--output=json"]).await.done();
        let stage = Stage::new(namespace, json!({ "apply": "rollout" })).await;
        stage.adjust(&[("cpu", "0.1")]).await.expect("another value");
        // What was read before is older than what is there: without a version it is put there all the same.
        let mut before: serde_json::Value = serde_json::from_str(&before).expect("JSON");
        before["metadata"].as_object_mut().expect("metadata").remove("resourceVersion");
        let file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
        std::fs::write(file.path(), before.to_string()).expect("a file of the test's own");
        let named = format!("--filename={}", file.path().display());
        namespace.kubectl(&["replace", &named]).await.done();
        until("the servo sees it", Duration::from_secs(20), async || {
            let error = stage.measure().await.err().ok_or("it can be measured")?;
            assert_eq!(error.reason(), Some("conflict"), "{}", error.chain());
            Ok(())
        })
        .await;
        let error = stage.refused(&[("cpu", "0.2")]).await;
        assert_eq!(error.reason(), Some("conflict"), "{}", error.chain());
        stage.end().await;
        let after = namespace.api::<Deployment>().get("web").await.expect("the Deployment");
        let after = serde_json::to_value(&after.spec).expect("JSON");
        assert_eq!(after["template"], before["spec"]["template"], "it is as it was put there");
    })
    .await;
}

#[tokio::test]
async fn a_second_servo_is_refused_while_the_first_holds_the_workload() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let first = Stage::of(namespace, "first", section(namespace, "deployments", json!({}))).await;
        let second = Stage::of(namespace, "second", section(namespace, "deployments", json!({}))).await;
        first.adjust(&[("cpu", "0.06")]).await.expect("the first may");
        let error = second.refused(&[("cpu", "0.07")]).await;
        assert!(error.message().contains("first"), "{}", error.chain());
        first.adjust(&[("cpu", "0.05")]).await.expect("the way back");
        first.end().await;
        second.adjust(&[("cpu", "0.07")]).await.expect("then the second may");
        second.adjust(&[("cpu", "0.05")]).await.expect("the way back");
    })
    .await;
}

#[tokio::test]
async fn a_rollout_that_is_paused_or_goes_on_is_respected() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        namespace.kubectl(&["rollout", "pause", "deployment/web"]).await.done();
        let stage = Stage::new(namespace, json!({ "timeout": "20s" })).await;
        until("the servo sees the pause", Duration::from_secs(20), async || {
            let error = stage.adjust(&[("cpu", "0.06")]).await.err().ok_or("it was adjusted")?;
            if error.message().contains("paused") { Ok(()) } else { Err(error.chain()) }
        })
        .await;
        namespace.kubectl(&["rollout", "resume", "deployment/web"]).await.done();
        namespace.kubectl(&["set", "env", "deployment/web", "READY_AFTER=4"]).await.done();
        stage.adjust(&[("cpu", "0.06")]).await.expect("it waits, and is adjusted then");
        stage.adjust(&[("cpu", "0.05")]).await.expect("the way back");
    })
    .await;
}

#[tokio::test]
async fn an_api_server_that_has_too_much_to_do_is_asked_again_for_a_while() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let mut account = Account::new(namespace).await;
        let stage = Stage::acting_as(namespace, account.name(), json!({ "apply": "rollout" }));
        stage.adjust(&[("cpu", "0.06")]).await.expect("while it is answered");

        account.refuse().await;
        let refused = timeout(Duration::from_mins(2), stage.refused(&[("cpu", "0.07")])).await;
        let error = refused.expect("it does not ask for ever");
        assert_eq!(error.class(), Class::Connection, "{}", error.chain());
        assert!(error.message().contains("too many requests"), "{}", error.chain());
        assert_eq!(stage.value("cpu").await, "0.06", "what is watched is still known");

        account.admit().await;
        stage.adjust(&[("cpu", "0.07")]).await.expect("it is answered again");
        stage.adjust(&[("cpu", "0.05")]).await.expect("the way back");
        nothing_of_servo(namespace).await;
    })
    .await;
}
