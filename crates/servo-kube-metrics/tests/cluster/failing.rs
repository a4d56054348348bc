//! Measurements that fail, each for its reason.

use std::time::Duration;

use serde_json::json;
use servo_testkit::cluster::{Shared, in_namespace};

use super::measuring::until_sampled;
use super::stage::{Stage, pod_template, workload};

#[tokio::test]
async fn a_workload_that_is_not_there_or_goes_fails_what_is_measured() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = Stage::new(namespace, json!({})).await;
        let error = stage.measure(None, 1).await.expect_err("there is none");
        let expected = format!(
            "Resource not found, failing measurement: Deployment `{}/web` is not there",
            namespace.name()
        );
        assert_eq!(error.message(), expected);

        namespace.apply(&workload("Deployment", 1)).await;
        namespace.until_available("deployment/web").await;
        let (measured, ()) = futures::join!(stage.measure(Some(&["main_cpu_request"]), 60), async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            namespace.kubectl(&["delete", "deployment", "web"]).await.done();
        });
        assert_eq!(measured.expect_err("it is gone").message(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_time_without_a_sample_is_a_failure_and_no_zero() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&workload("Deployment", 1)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({})).await;
        let error =
            stage.measure(Some(&["main_cpu_usage"]), 0).await.expect_err("nothing was sampled in no time");
        assert!(error.message().starts_with("nothing is known of `main_cpu_usage`"), "{}", error.chain());
        until_sampled(namespace, 1).await;
        let error =
            stage.measure(Some(&["main_cpu_usage"]), 0).await.expect_err("nothing was sampled in no time");
        assert!(error.message().contains("before what was measured"), "{}", error.chain());
    })
    .await;
}

#[tokio::test]
async fn several_containers_need_a_name() {
    in_namespace(&Shared::get(), async |namespace| {
        let second = "      - {name: proxy, image: 'localhost/workload:1', imagePullPolicy: Never, args: [sleep], \
                      securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}}\n";
        let both = workload("Deployment", 1).replace(&pod_template(""), &pod_template(second));
        namespace.apply(&both).await;
        let stage = Stage::new(namespace, json!({ "container": null })).await;
        let failed: Vec<String> = stage.check().await.into_iter().filter(|(_, failed, _)| *failed).map(|(name, ..)| name).collect();
        assert_eq!(failed, ["Container configured or target is single container application"]);
    })
    .await;
}
