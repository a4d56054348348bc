//! Each of the first twenty steps failing for its own reason.

use std::time::Duration;

use serde_json::{Value, json};
use servo_testkit::cluster::{Namespace, Shared, in_namespace, until};

use super::older::{Older, kubeconfig};
use super::stage::{APPLICATION, Stage, config_map, section};

const PATIENCE: Duration = Duration::from_mins(2);

/// The first check that fails for a section, and what it says.
async fn first(namespace: &Namespace, more: &Value) -> (String, String) {
    Stage::new(namespace, None, section(namespace, more)).first_failure().await
}

#[track_caller]
fn says((id, message): &(String, String), expected: &str, part: &str) {
    assert_eq!(id, expected, "{message}");
    assert!(message.contains(part), "{message}");
}

#[tokio::test]
async fn without_an_optimizer_a_cluster_or_permissions() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = Stage::of(namespace, None, section(namespace, &json!({})), None);
        says(&stage.first_failure().await, "optimizer_configuration", "the servo has no optimizer");

        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kubeconfig");
        let lead =
            |to: Value| std::fs::write(&file, to.to_string()).expect("a file in a folder of the test's own");
        lead(kubeconfig("http://127.0.0.1:1"));
        let found = first(namespace, &json!({"kubeconfig": file})).await;
        says(&found, "connectivity", "http://127.0.0.1:1");

        let older = Older::start(namespace, "15+").await;
        lead(older.kubeconfig());
        let found = first(namespace, &json!({"kubeconfig": file})).await;
        says(&found, "kubernetes_version", "expected Kubernetes 1.16 or newer, found 1.15");
        let least = Older::start(namespace, "16").await;
        lead(least.kubeconfig());
        let found = first(namespace, &json!({"kubeconfig": file})).await;
        says(&found, "deployment_readable", "there is no Deployment `web` in the namespace");

        let stage = Stage::new(namespace, Some("nobody"), section(namespace, &json!({})));
        says(&stage.first_failure().await, "kubernetes_permissions", "Not allowed to \"get\" resource");

        let found = first(namespace, &json!({"namespace": "no-such-namespace"})).await;
        says(&found, "namespace_readable", "there is no namespace `no-such-namespace`");
    })
    .await;
}

#[tokio::test]
async fn without_a_deployment_or_a_service_that_fits() {
    in_namespace(&Shared::get(), async |namespace| {
        let found = first(namespace, &json!({})).await;
        says(&found, "deployment_readable", "there is no Deployment `web` in the namespace");
        namespace.apply(APPLICATION).await;
        namespace.apply(OTHERS).await;
        let found = first(namespace, &json!({"container": "app"})).await;
        says(&found, "container_readable", "Deployment `web` has no container `app`");
        let found = first(namespace, &json!({"deployment": "plain"})).await;
        says(&found, "container_resource_requirements", "container `main` has no cpu request and no limit");
        let found = first(namespace, &json!({"cpu": {"min": "100m", "max": "200m"}})).await;
        says(&found, "resources_within_range", "CPU value 50m must be greater than optimizable minimum 100m");
        let found = first(namespace, &json!({"memory": {"min": "8Mi", "max": "16Mi", "step": "8Mi"}})).await;
        says(
            &found,
            "resources_within_range",
            "memory value 32Mi must be less than optimizable maximum 16Mi",
        );
        let found = first(namespace, &json!({"deployment": "idle"})).await;
        says(&found, "deployment_ready", "Deployment `idle` is scaled to no pods");
        namespace.until_available("deployment/web").await;
        for (service, id, part) in [
            ("nope", "service_readable", "there is no Service `nope`"),
            ("outside", "service_type", "Service `outside` is of the type ExternalName"),
            ("several", "service_port", "Service `several` has several ports: 80 (http), 81 (more)"),
            (
                "elsewhere",
                "service_routes",
                "Service selector does not match Deployment labels. Missing labels: app=other",
            ),
        ] {
            says(&first(namespace, &json!({"service": service})).await, id, part);
        }
    })
    .await;
}

#[tokio::test]
async fn without_a_prometheus_beside_it() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(APPLICATION).await;
        namespace.until_available("deployment/web").await;
        let found = first(namespace, &json!({})).await;
        says(
            &found,
            "prometheus_config_map",
            "has no ConfigMap `servo.prometheus-shop` nor `prometheus-config`",
        );
        namespace.apply(&config_map()).await;
        says(
            &first(namespace, &json!({})).await,
            "prometheus_runs",
            "none is labelled app.kubernetes.io/name=servo",
        );

        namespace
            .apply(&servo(
                "one",
                "[app]",
                "readinessProbe: {httpGet: {path: /nothing, port: 1}, periodSeconds: 1},",
                9090,
            ))
            .await;
        until_it_says(namespace, "prometheus_ready", "the container `prometheus` is not ready").await;
        gone(namespace, "one").await;

        namespace
            .apply(&servo(
                "two",
                "[app]",
                "livenessProbe: {httpGet: {path: /nothing, port: 1}, periodSeconds: 1, failureThreshold: 1},",
                9090,
            ))
            .await;
        until_it_says(namespace, "prometheus_stable", "the container `prometheus` was restarted").await;
        gone(namespace, "two").await;

        namespace.apply(&servo("three", "[app]", "", 9091)).await;
        until_it_says(namespace, "prometheus_port", "to have one port, 9090, found 9091").await;
        gone(namespace, "three").await;

        namespace.apply(&servo("four", "[app]", "", 9090)).await;
        namespace.until_available("pod/four").await;
        let found = first(namespace, &json!({"prometheus_base_url": "http://127.0.0.1:1"})).await;
        says(&found, "prometheus_accessible", "127.0.0.1:1");
    })
    .await;
}

async fn until_it_says(namespace: &Namespace, id: &str, part: &str) {
    let stage = Stage::new(
        namespace,
        None,
        section(namespace, &json!({"prometheus_base_url": "http://127.0.0.1:1"})),
    );
    until(id, PATIENCE, async || {
        let (found, message) = stage.first_failure().await;
        if found == id && message.contains(part) { Ok(()) } else { Err(format!("{found}: {message}")) }
    })
    .await;
}

async fn gone(namespace: &Namespace, pod: &str) {
    namespace.kubectl(&["delete", "pod", pod, "--now"]).await.done();
}

/// A pod that says it is Servo's, and has a container `prometheus` that is none.
fn servo(name: &str, args: &str, more: &str, port: u16) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app.kubernetes.io/name: servo}}}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {{name: prometheus, image: 'localhost/workload:1', imagePullPolicy: Never, args: {args}, {more} ports: [{{containerPort: {port}}}]}}
"
    )
}

/// A Deployment without amounts, one without pods, and Services that do not fit.
const OTHERS: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: plain}
spec:
  replicas: 0
  selector: {matchLabels: {app: plain}}
  template:
    metadata: {labels: {app: plain}}
    spec: {containers: [{name: main, image: 'localhost/workload:1'}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: idle}
spec:
  replicas: 0
  selector: {matchLabels: {app: idle}}
  template:
    metadata: {labels: {app: idle}}
    spec:
      containers:
      - {name: main, image: 'localhost/workload:1', resources: {requests: {cpu: 50m, memory: 32Mi}}}
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: several}
spec: {selector: {app: web}, ports: [{name: http, port: 80}, {name: more, port: 81}]}
---
apiVersion: v1
kind: Service
metadata: {name: elsewhere}
spec: {selector: {app: other}, ports: [{port: 80}]}
";
