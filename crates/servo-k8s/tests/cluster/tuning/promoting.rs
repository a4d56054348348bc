//! What was found with a tuning pod, given to its workload.

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::json;
use servo_testkit::cluster::{Shared, in_namespace};

use super::{main_side, tuning_pods, usual, variable};

#[tokio::test]
async fn the_workload_gets_it_by_a_rollout_and_keeps_it() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        let settings = [("COLOR", "green"), ("cpu", "0.1")];
        stage.tune(&settings, 0).await.expect("a tuning pod");
        stage.promote_tuning(&settings).await.expect("a promotion");
        assert!(tuning_pods(namespace).await.is_empty());
        assert_eq!(stage.value("cpu").await, "0.1");
        let pods = namespace.pods("app=web").await;
        assert!(
            pods.iter()
                .filter(|pod| pod.metadata.deletion_timestamp.is_none())
                .all(|pod| { variable(pod, "COLOR").as_deref() == Some("green") })
        );
        stage.end().await;
        assert_eq!(stage.value("cpu").await, "0.1", "it stays");
        let deployment = namespace.api::<Deployment>().get("web").await.expect("a Deployment");
        let annotations = deployment.metadata.annotations.unwrap_or_default();
        assert!(!annotations.keys().any(|name| name.starts_with("servo.")), "{annotations:?}");
    })
    .await;
}

#[tokio::test]
async fn what_the_workload_cannot_run_with_is_taken_back() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({ "timeout": "20s" })).await;
        let before = main_side(namespace).await.0;
        stage.tune(&[("cpu", "0.1")], 0).await.expect("a tuning pod");
        let error = stage.promote_tuning(&[("COLOR", "bad")]).await.expect_err("it crashes");
        assert_eq!(error.reason(), Some("unstable"), "{}", error.chain());
        namespace.until_available("deployment/web").await;
        assert_eq!(main_side(namespace).await.0, before);
        stage.end().await;
        assert_eq!(main_side(namespace).await.0, before);
    })
    .await;
}

#[tokio::test]
async fn one_that_was_cut_off_is_taken_back_at_the_next_start() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({ "timeout": "60s" })).await;
        let before = main_side(namespace).await.0;
        stage.tune(&[("cpu", "0.1")], 0).await.expect("a tuning pod");
        let cut = tokio::time::timeout(
            std::time::Duration::from_secs(8),
            stage.promote_tuning(&[("COLOR", "dark")]),
        );
        cut.await.expect_err("it never becomes ready");
        assert_ne!(main_side(namespace).await.0, before, "the rollout has begun");
        let stage = stage.killed();
        stage.start().await.expect("a start");
        assert_eq!(main_side(namespace).await.0, before);
        assert!(tuning_pods(namespace).await.is_empty());
        stage.end().await;
    })
    .await;
}
