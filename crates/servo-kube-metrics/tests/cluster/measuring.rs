//! What is measured of real pods.

use std::time::Duration;

use serde_json::{Value, json};
use servo_testkit::cluster::{Namespace, Shared, in_namespace, until};

use super::stage::{BUSY, Stage, tuning_pod, workload};

/// Waits until the metrics API has sampled so many pods.
pub(crate) async fn until_sampled(namespace: &Namespace, pods: usize) {
    until("the pods are sampled", Duration::from_mins(2), async || {
        let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods", namespace.name());
        let said = namespace.kubectl(&["get", "--raw", &path]).await.done();
        let list: Value = serde_json::from_str(&said).unwrap_or_default();
        let count = list["items"].as_array().map_or(0, Vec::len);
        if count >= pods { Ok(()) } else { Err(format!("{count} of {pods}")) }
    })
    .await;
}

#[tokio::test]
async fn eighteen_metrics_of_three_pods_and_a_tuning_pod_are_one_series_for_each_pod() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&workload("Deployment", 3)).await;
        namespace.apply(&tuning_pod()).await;
        namespace.until_available("deployment/web").await;
        until_sampled(namespace, 4).await;
        let stage = Stage::new(namespace, json!({})).await;
        let means = stage.measure(None, 30).await.expect("all metrics");
        assert_eq!(means.len(), 18, "{means:?}");
        for (metric, pods) in &means {
            let count = if metric.starts_with("tuning_") { 1 } else { 3 };
            assert_eq!(pods.len(), count, "{metric}: {pods:?}");
            assert_eq!(pods.contains_key("web-tuning"), count == 1, "{metric}: {pods:?}");
        }
        for side in ["main", "tuning"] {
            let of =
                |metric: &str| means[&format!("{side}_{metric}")].values().copied().collect::<Vec<f64>>();
            assert!(of("cpu_request").iter().all(|it| (it - 0.05).abs() < 1e-9), "{means:?}");
            assert!(of("cpu_limit").iter().all(|it| (it - 0.1).abs() < 1e-9), "{means:?}");
            assert!(of("mem_request").iter().all(|it| (it - 0.03125).abs() < 1e-9), "{means:?}");
            assert!(of("mem_limit").iter().all(|it| (it - 0.046_875).abs() < 1e-9), "{means:?}");
            assert!(of("pod_restart_count").iter().all(|it| *it == 0.0), "{means:?}");
            // A thread that is never idle, held back at a tenth of a core.
            assert!(of("cpu_usage").iter().all(|it| (0.05..0.15).contains(it)), "{means:?}");
            assert!(of("cpu_saturation").iter().all(|it| (100.0..300.0).contains(it)), "{means:?}");
            assert!(of("mem_usage").iter().all(|it| (0.000_1..0.046_9).contains(it)), "{means:?}");
        }
        println!("{means:#?}");
    })
    .await;
}

#[tokio::test]
async fn what_pods_say_of_themselves_needs_no_metrics_api() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&workload("StatefulSet", 2)).await;
        namespace.until_available("statefulset/web").await;
        let own = ["main_cpu_request", "main_mem_limit", "main_pod_restart_count"];
        let stage = Stage::new(namespace, json!({ "kind": "StatefulSet", "metrics_to_collect": own })).await;
        let means = stage.measure(Some(&own), 2).await.expect("without a sample");
        let pods: Vec<&String> = means["main_cpu_request"].keys().collect();
        assert_eq!(means.len(), 3);
        assert_eq!(pods, ["web-0", "web-1"]);
        assert!(
            namespace.audit(|it| it.resource == "pods" && it.verb == "get").is_empty(),
            "a watch tells all"
        );
        assert!(stage.check().await.iter().all(|(_, failed, _)| !failed), "nor do its checks ask");
    })
    .await;
}

#[tokio::test]
async fn pods_that_come_go_and_restart_meanwhile_are_seen() {
    in_namespace(&Shared::get(), async |namespace| {
        let restless = "args: [app], env: [{name: CRASH_AFTER, value: '5'}]";
        namespace.apply(&workload("Deployment", 1).replace(BUSY, restless)).await;
        namespace.until_available("deployment/web").await;
        let metrics = ["main_pod_restart_count", "main_cpu_request"];
        let stage = Stage::new(namespace, json!({ "metrics_to_collect": metrics })).await;
        let (means, ()) = futures::join!(stage.measure(Some(&metrics), 20), async {
            namespace.kubectl(&["scale", "deployment/web", "--replicas=2"]).await.done();
        });
        let means = means.expect("a measurement");
        assert_eq!(means["main_cpu_request"].len(), 2, "{means:?}");
        assert!(means["main_pod_restart_count"].values().any(|it| *it > 0.0), "{means:?}");
    })
    .await;
}
