//! What is taken out again, and what others have set.

use serde_json::Value;
use servo_k8s::sidecar::{How, Rollout, Sidecar, eject, inject, rolled_out};
use servo_testkit::cluster::{Shared, in_namespace};

use super::stage::{
    ask_pod, cluster, counted, ejected, image, injected, pods, service, sidecar, target, workload, written,
};

#[tokio::test]
async fn a_stateful_set_is_as_it_was() {
    let shared = Shared::get();
    let Some(image) = image(&shared).await else { return };
    let node = shared.node().expect("an inside").clone();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("StatefulSet", 2)).await;
        namespace.apply(&service("web", "clusterIP: None, ports: [{port: 80, targetPort: http}]")).await;
        namespace.until_available("statefulset/web").await;
        let before = written(namespace, "statefulset/web").await;
        let change = injected(namespace, "statefulset/web", &sidecar(image, Some("web"), None)).await;
        assert!(change.next[0].contains("headless"), "{:?}", change.next);
        for (name, ip) in pods(namespace).await {
            let (status, body) = ask_pod(&node, &ip, 9980, "/").await;
            assert_eq!((status, body.trim()), (200, name.as_str()));
            assert!((counted(&node, &ip, "envoy_cluster_upstream_rq_total").await - 1.0).abs() < 0.1);
        }
        ejected(namespace, "statefulset/web").await;
        assert_eq!(written(namespace, "statefulset/web").await, before);
    })
    .await;
}

#[tokio::test]
async fn what_others_set_meanwhile_stays_theirs() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 0)).await;
        // Another servo has set an amount, and its annotation.
        let document = r#"{"apiVersion":"apps/v1","kind":"Deployment",
            "metadata":{"name":"web","annotations":{"servo.opsani.com/state":"{}"}},
            "spec":{"template":{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"30m"}}}]}}}}"#;
        apply_as(namespace, "servo-other", document).await;
        let before = written(namespace, "deployment/web").await;
        injected(namespace, "deployment/web", &sidecar("localhost/servo-envoy:1", None, Some("http"))).await;
        let between = written(namespace, "deployment/web").await;
        assert_ne!(between, before);
        let managers = managers(&between);
        assert!(managers.contains(&"servo-other".to_owned()) && managers.contains(&"servo-sidecar".to_owned()), "{managers:?}");
        // The other goes on with what is its.
        apply_as(namespace, "servo-other", &document.replace("30m", "40m")).await;
        ejected(namespace, "deployment/web").await;
        let after = written(namespace, "deployment/web").await;
        assert_eq!(after, before.replace("\"30m\"", "\"40m\""));
    })
    .await;
}

#[tokio::test]
async fn it_can_stand_before_the_others_and_be_of_somebody_else() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 0)).await;
        let before = written(namespace, "deployment/web").await;
        let first = Sidecar { index: Some(0), ..sidecar("localhost/servo-envoy:1", None, Some("http")) };
        injected(namespace, "deployment/web", &first).await;
        let names = "--output=jsonpath={.spec.template.spec.containers[*].name}";
        assert_eq!(namespace.kubectl(&["get", "deployment/web", names]).await.done(), "opsani-envoy main");
        ejected(namespace, "deployment/web").await;
        assert_eq!(written(namespace, "deployment/web").await, before);
        // One that ServoX has put there is taken out as well.
        let theirs = r#"{"spec":{"template":{"spec":{"containers":[{"name":"opsani-envoy","image":"opsani/envoy-proxy:v1.24.0"}]}}}}"#;
        namespace.kubectl(&["patch", "deployment/web", "--patch", theirs]).await.done();
        ejected(namespace, "deployment/web").await;
        assert_eq!(written(namespace, "deployment/web").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_rollout_that_is_held_back_is_told() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 0)).await;
        namespace.kubectl(&["rollout", "pause", "deployment/web"]).await.done();
        let (cluster, to_deployment) = (cluster(namespace).await, target(namespace, "deployment/web"));
        let sidecar = sidecar("localhost/servo-envoy:1", None, Some("http"));
        inject(&cluster, &to_deployment, &sidecar, How::default()).await.expect("it is put there");
        let told = rolled_out(&cluster, &to_deployment, std::time::Duration::from_secs(20), |_, _| {}).await;
        assert_eq!(told.expect("no failure"), Rollout::HeldBack("its rollouts are paused".to_owned()));
        eject(&cluster, &to_deployment, "opsani-envoy", How::default()).await.expect("it is taken out");
    })
    .await;
}

/// Applies a document on the server's side as somebody.
async fn apply_as(namespace: &servo_testkit::cluster::Namespace, manager: &str, document: &str) {
    let file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    std::fs::write(file.path(), document).expect("a file of the test's own");
    let (manager, file) =
        (format!("--field-manager={manager}"), format!("--filename={}", file.path().display()));
    namespace.kubectl(&["apply", "--server-side", "--force-conflicts", &manager, &file]).await.done();
}

fn managers(object: &str) -> Vec<String> {
    let object: Value = serde_json::from_str(object).expect("JSON");
    let entries = object["metadata"]["managedFields"].as_array().expect("managers").clone();
    entries.iter().filter_map(|entry| entry["manager"].as_str().map(str::to_owned)).collect()
}
