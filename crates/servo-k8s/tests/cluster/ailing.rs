//! What kubelets and policies have against pods, each provoked by the thing itself, and that the workload is afterwards as
//! it was found.

use std::time::Duration;

use serde_json::{Value, json};
use servo_testkit::cluster::{Namespace, Said, Shared, in_namespace, until};
use tokio::time::timeout;

use super::failing::{SOON, fails, told, web};
use super::manifests::{USUAL, deployment};
use super::stage::Stage;

/// Makes the Deployment `web` with one container, and a connector that replaces its pods.
async fn with(namespace: &Namespace, container: &str) -> (Stage, Value) {
    namespace.apply(&deployment("replicas: 2", container)).await;
    namespace.until_available("deployment/web").await;
    let stage = Stage::new(namespace, json!({ "apply": "rollout" })).await;
    let found = specification(namespace).await;
    (stage, found)
}

async fn specification(namespace: &Namespace) -> Value {
    let api = namespace.api::<k8s_openapi::api::apps::v1::Deployment>();
    serde_json::to_value(api.get("web").await.expect("the Deployment").spec).expect("JSON")
}

/// After a failure and the way back it is as it was found, and runs.
async fn is_as_found(namespace: &Namespace, found: &Value) {
    assert_eq!(&specification(namespace).await, found);
    namespace.until_available("deployment/web").await;
}

#[tokio::test]
async fn a_container_that_cannot_be_configured_is_told_with_what_is_missing() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace
            .apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {it: there}\n")
            .await;
        let (stage, found) = with(
            namespace,
            "env: [{name: COLOR, value: red}, {name: EXTRA, valueFrom: {configMapKeyRef: {name: extra, key: it}}}], \
             resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {cpu: 50m, memory: 32Mi}}",
        )
        .await;
        namespace.kubectl(&["delete", "configmap", "extra"]).await.done();
        let error = fails(&stage, &[("COLOR", "green")]).await;
        told(&error, "start-failed", &["CreateContainerConfigError", "configmap \"extra\" not found", "main"]);
        is_as_found(namespace, &found).await;
    })
    .await;
}

#[tokio::test]
async fn probes_that_fail_until_the_container_is_ended_are_told() {
    in_namespace(&Shared::get(), async |namespace| {
        for (probe, word) in [("livenessProbe", "Liveness probe failed"), ("startupProbe", "Startup probe failed")]
        {
            let container = format!(
                "{USUAL}, {probe}: {{httpGet: {{path: /ready, port: 8080}}, periodSeconds: 1, failureThreshold: 3}}"
            );
            let (stage, found) = with(namespace, &container).await;
            let error = fails(&stage, &[("COLOR", "dark")]).await;
            told(&error, "unstable", &["main", word]);
            is_as_found(namespace, &found).await;
            stage.end().await;
            namespace.kubectl(&["delete", "deployment", "web", "--wait"]).await.done();
        }
    })
    .await;
}

#[tokio::test]
async fn a_pod_that_its_node_evicts_is_told_with_what_it_took_too_much_of() {
    in_namespace(&Shared::get(), async |namespace| {
        let manifest =
            deployment("replicas: 2", &format!("{USUAL}, volumeMounts: [{{name: data, mountPath: /data}}]"))
                .replace(
                    "      containers:\n",
                    "      volumes: [{name: data, emptyDir: {sizeLimit: 2Mi}}]\n      containers:\n",
                );
        namespace.apply(&manifest).await;
        namespace.until_available("deployment/web").await;
        let found = specification(namespace).await;
        let stage = Stage::new(namespace, json!({ "apply": "rollout" })).await;
        let settled = stage.settle(&[("DISK_MIB", "8")], 60);
        let error = timeout(SOON, settled).await.expect("it is told soon").expect_err("it is evicted");
        told(&error, "unstable", &["Usage of EmptyDir volume \"data\" exceeds the limit \"2Mi\""]);
        stage.adjust(&[("DISK_MIB", "0")]).await.expect("the way back");
        is_as_found(namespace, &found).await;
    })
    .await;
}

/// A policy for one namespace that refuses objects of a resource of which an expression is not true.
async fn policy(namespace: &Namespace, resource: &str, group: &str, expression: &str) -> String {
    let name = format!("{}-{resource}", namespace.name());
    let manifest = format!(
        "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: {name}}}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - {{apiGroups: ['{group}'], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [{resource}]}}
  validations:
  - {{expression: \"{expression}\", message: 'green is not our color'}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{name: {name}}}
spec:
  policyName: {name}
  validationActions: [Deny]
  matchResources: {{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {}}}}}}}
",
        namespace.name()
    );
    namespace.apply(&manifest).await;
    name
}

/// Says whether it is a policy that denies, and not something else.
fn in_force(said: &Said) -> Result<(), String> {
    if said.errors.contains("green is not our color") { Ok(()) } else { Err(said.errors.clone()) }
}

/// Lets the policy go, which is not of the namespace.
async fn without(namespace: &Namespace, policy: &str) {
    for kind in ["validatingadmissionpolicybinding", "validatingadmissionpolicy"] {
        namespace.kubectl(&["delete", kind, policy]).await.done();
    }
}

#[tokio::test]
async fn a_change_that_a_policy_denies_is_refused_before_anything_is_written() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = web(namespace, json!({ "apply": "rollout" })).await;
        let found = specification(namespace).await;
        let is_green = "object.spec.template.spec.containers.all(c, !has(c.env) || !c.env.exists(e, e.name == 'COLOR' && e.value == 'green'))";
        let policy = policy(namespace, "deployments", "apps", is_green).await;
        until("the policy is in force", Duration::from_secs(30), async || {
            let tried = ["set", "env", "deployment/web", "COLOR=green", "--dry-run=server"];
            in_force(&namespace.kubectl(&tried).await)
        })
        .await;
        let error = timeout(SOON, stage.refused(&[("COLOR", "green")])).await.expect("it is told soon");
        assert_eq!(error.class().status(), "rejected", "{}", error.chain());
        for word in [policy.as_str(), "green is not our color"] {
            assert!(error.message().contains(word), "{}", error.message());
        }
        assert_eq!(specification(namespace).await, found, "nothing was written");
        stage.adjust(&[("cpu", "0.06")]).await.expect("what is not denied");
        without(namespace, &policy).await;
    })
    .await;
}

#[tokio::test]
async fn pods_that_a_policy_denies_are_told_with_its_words() {
    in_namespace(&Shared::get(), async |namespace| {
        let (stage, found) = with(namespace, USUAL).await;
        let is_green =
            "object.spec.containers.all(c, !has(c.env) || !c.env.exists(e, e.name == 'COLOR' && e.value == 'green'))";
        let policy = policy(namespace, "pods", "", is_green).await;
        let overrides = format!("--overrides={}", json!({ "apiVersion": "v1", "spec": {
            "securityContext": { "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } },
            "containers": [{
                "name": "tried",
                "image": "localhost/workload:1",
                "env": [{ "name": "COLOR", "value": "green" }],
                "securityContext": { "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } },
            }],
        } }));
        until("the policy is in force", Duration::from_secs(30), async || {
            let tried = ["run", "tried", "--image=localhost/workload:1", &overrides, "--dry-run=server"];
            in_force(&namespace.kubectl(&tried).await)
        })
        .await;
        let error = fails(&stage, &[("COLOR", "green")]).await;
        told(&error, "start-failed", &[policy.as_str(), "green is not our color"]);
        is_as_found(namespace, &found).await;
        without(namespace, &policy).await;
    })
    .await;
}
