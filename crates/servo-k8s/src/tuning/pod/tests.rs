//! Pods made of templates, without a cluster.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use serde_json::{Value, json};

use super::*;
use crate::plan::Plan;

fn target(kind: &str) -> Target {
    let section = json!({ "namespace": "shop", kind: [{
        "name": "web",
        "strategy": { "type": "canary", "alias": "tuning" },
        "replicas": { "min": 0, "max": 9 },
        "containers": [{
            "name": "main",
            "cpu": { "min": "100m", "max": "2", "step": "100m" },
            "memory": { "min": "64Mi", "max": "1Gi", "step": "64Mi" },
            "env": [
                { "name": "threads", "literal": "THREADS", "type": "range", "min": 1, "max": 8, "step": 1, "value": 4 },
                { "name": "MODE", "type": "enum", "values": ["a", "b"], "value": "a" },
            ],
            "static_environment_variables": { "EXTRA": "x", "REGION": "test" },
        }],
    }] });
    let settings = serde_json::from_value(section).expect("settings");
    let plan = Plan::new("kubernetes", settings).expect("a plan");
    plan.targets[0].tuned().expect("a tuning pod")
}

fn template() -> Value {
    json!({
        "metadata": { "labels": { "app": "web" }, "annotations": { "team": "shop" } },
        "spec": {
            "serviceAccountName": "web",
            "containers": [
                { "name": "sidecar", "image": "proxy" },
                {
                    "name": "main",
                    "image": "web:1",
                    "resources": {
                        "requests": { "cpu": "500m", "memory": "128Mi", "ephemeral-storage": "1Gi" },
                        "limits": { "cpu": "1", "nvidia.com/gpu": "1" },
                    },
                    "env": [
                        { "name": "REGION", "valueFrom": { "fieldRef": { "fieldPath": "metadata.namespace" } } },
                        { "name": "MODE", "value": "b" },
                        { "name": "OTHER", "value": "stays" },
                    ],
                },
            ],
        },
    })
}

fn deployment(template: &Value) -> Workload {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": { "name": "web", "namespace": "shop" },
        "spec": { "selector": {}, "template": template },
    }))
    .expect("a Deployment");
    Workload::from(&deployment)
}

fn fields(value: &Value) -> Fields {
    serde_json::from_value(json!({ "containers": { "main": value } })).expect("fields")
}

fn made_of(fields: &Fields) -> Value {
    let pod = pod((&target("deployments"), &deployment(&template())), fields, "web-tuning", None, "shop");
    serde_json::to_value(pod.expect("a pod")).expect("JSON")
}

#[test]
fn it_is_the_template_with_other_settings_and_one_label_more() {
    let pod = made_of(&fields(&json!({
        "requests": { "cpu": "200m" }, "limits": { "cpu": "200m", "memory": "64Mi" }, "env": { "THREADS": "2" },
    })));
    assert_eq!(pod["metadata"]["name"], "web-tuning");
    assert_eq!(pod["metadata"]["labels"], json!({ "app": "web", "opsani_role": "tuning" }));
    let annotations = &pod["metadata"]["annotations"];
    assert_eq!((&annotations["team"], &annotations[TUNING_FOR]), (&json!("shop"), &json!("tuning")));
    assert_eq!(pod["spec"]["serviceAccountName"], "web");
    assert_eq!(pod["spec"]["containers"][0], json!({ "name": "sidecar", "image": "proxy" }), "untouched");
    let main = &pod["spec"]["containers"][1];
    assert_eq!(main["image"], "web:1");
    assert_eq!(
        main["resources"],
        json!({
            "requests": { "cpu": "200m", "ephemeral-storage": "1Gi" },
            "limits": { "cpu": "200m", "memory": "64Mi", "nvidia.com/gpu": "1" },
        }),
        "amounts are those that were asked for, or not there; other resources stay"
    );
    assert_eq!(
        main["env"],
        json!([
            { "name": "REGION", "value": "test" },
            { "name": "OTHER", "value": "stays" },
            { "name": "THREADS", "value": "2" },
            { "name": "EXTRA", "value": "x" },
        ]),
        "a setting that is not asked for is not there; what is static takes the place of what the template has"
    );
}

#[test]
fn another_template_is_another_digest() {
    let other = |place: &str, value: Value| {
        let mut template = template();
        *template.pointer_mut(place).expect("a place") = value;
        digest(&deployment(&template))
    };
    let usual = digest(&deployment(&template()));
    assert_eq!(usual, digest(&deployment(&template())));
    assert_ne!(usual, other("/spec/containers/1/image", json!("web:2")));
    assert_ne!(usual, other("/metadata/annotations/team", json!("pay")));
    let pod = pod(
        (&target("deployments"), &deployment(&template())),
        &Fields::default(),
        "web-tuning",
        None,
        "shop",
    );
    let made = made(&pod.expect("a pod")).expect("who made it");
    let expected = ("shop", "Deployment/web", usual.as_str());
    assert_eq!((made.servo.as_str(), made.workload.as_str(), made.template.as_str()), expected);
}

#[test]
fn that_of_a_stateful_set_claims_volumes_of_its_own() {
    let mut template = template();
    template["spec"]["containers"][1]["volumeMounts"] = json!([{ "name": "data", "mountPath": "/data" }]);
    let set: StatefulSet = serde_json::from_value(json!({
        "metadata": { "name": "web", "namespace": "shop" },
        "spec": {
            "selector": {}, "serviceName": "web-peers", "template": template,
            "volumeClaimTemplates": [{
                "metadata": { "name": "data", "labels": { "app": "web" } },
                "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } },
            }],
        },
    }))
    .expect("a StatefulSet");
    let pod = pod(
        (&target("stateful_sets"), &Workload::from(&set)),
        &Fields::default(),
        "web-tuning",
        None,
        "shop",
    );
    let pod = serde_json::to_value(pod.expect("a pod")).expect("JSON");
    assert_eq!(pod["spec"]["subdomain"], "web-peers");
    assert_eq!(
        pod["spec"]["volumes"],
        json!([{ "name": "data", "ephemeral": { "volumeClaimTemplate": {
            "metadata": { "labels": { "app": "web" } },
            "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } },
        } } }])
    );
}

#[test]
fn a_template_without_the_container_is_refused() {
    let mut template = template();
    template["spec"]["containers"][1]["name"] = json!("other");
    let pod =
        pod((&target("deployments"), &deployment(&template)), &Fields::default(), "web-tuning", None, "shop");
    let error = pod.expect_err("no such container");
    assert_eq!(error.message(), "Deployment `shop/web` has no container `main`");
}
