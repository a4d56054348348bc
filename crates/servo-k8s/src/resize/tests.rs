//! How far the resize of a pod has come, by what its status says.

use k8s_openapi::api::core::v1::Pod;
use serde_json::json;

use super::*;

fn wanted(cpu: &str) -> Fields {
    serde_json::from_value(json!({ "containers": { "main": { "limits": { "cpu": cpu } } } })).expect("fields")
}

/// A pod whose specification and status have certain limits, with conditions of a type, a reason and a message.
fn pod(spec: &str, status: &str, conditions: &[(&str, &str, &str)]) -> Pod {
    let conditions: Vec<_> = conditions
        .iter()
        .map(|(kind, reason, message)| json!({ "type": kind, "status": "True", "reason": reason, "message": message }))
        .collect();
    serde_json::from_value(json!({
        "spec": { "containers": [{ "name": "main", "resources": { "limits": { "cpu": spec } } }] },
        "status": {
            "conditions": conditions,
            "containerStatuses": [{
                "name": "main", "ready": true, "restartCount": 0, "image": "", "imageID": "",
                "resources": { "limits": { "cpu": status } },
            }],
        },
    }))
    .expect("a pod")
}

#[test]
fn a_pod_that_has_what_it_was_asked_for_is_done() {
    assert_eq!(progress(&pod("500m", "0.5", &[]), &wanted("500m")), Progress::Done);
    assert_eq!(progress(&pod("500m", "200m", &[]), &wanted("500m")), Progress::Underway);
    assert_eq!(progress(&pod("200m", "200m", &[]), &wanted("500m")), Progress::Unasked);
}

#[test]
fn what_the_kubelet_says_is_told() {
    let of = |condition: (&str, &str, &str)| progress(&pod("500m", "200m", &[condition]), &wanted("500m"));
    assert_eq!(of(("PodResizePending", "Deferred", "no room")), Progress::Deferred("no room".into()));
    assert_eq!(of(("PodResizePending", "Infeasible", "too big")), Progress::Infeasible("too big".into()));
    assert_eq!(of(("PodResizeInProgress", "", "")), Progress::Underway);
    assert_eq!(of(("PodResizeInProgress", "Error", "in use")), Progress::Failing("in use".into()));
}

#[test]
fn a_container_restarts_where_its_policy_says_so_for_what_changes() {
    let container: Container = serde_json::from_value(json!({
        "name": "main",
        "resizePolicy": [
            { "resourceName": "cpu", "restartPolicy": "NotRequired" },
            { "resourceName": "memory", "restartPolicy": "RestartContainer" },
        ],
    }))
    .expect("a container");
    let of = |cpu: &str, memory: &str| ContainerFields {
        limits: [("cpu".to_owned(), cpu.to_owned()), ("memory".to_owned(), memory.to_owned())].into(),
        ..ContainerFields::default()
    };
    assert!(!restarts(&container, &of("1", "1Gi"), &of("2", "1Gi")));
    assert!(restarts(&container, &of("1", "1Gi"), &of("1", "2Gi")));
}

#[test]
fn a_pod_is_asked_for_the_request_that_the_api_server_fills_in() {
    let asked = of_pods(&wanted("500m"));
    assert_eq!(asked.containers["main"].requests["cpu"], "500m");
}
