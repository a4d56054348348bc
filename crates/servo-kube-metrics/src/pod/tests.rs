//! What is read of pods, from literal objects.

use serde_json::{Value, json};
use servo_core::connector::typed;

use super::*;

fn target(more: Value) -> Target {
    let mut section = json!({"namespace": "shop", "name": "web"});
    let Value::Object(more) = more else { panic!("expected a mapping") };
    for (key, value) in more {
        section[key] = value;
    }
    Target::new(typed(section).expect("settings")).expect("a target")
}

fn pod(name: &str, (kind, owner): (&str, &str), labels: &Value) -> ApiPod {
    serde_json::from_value(json!({
        "metadata": {
            "name": name, "labels": labels,
            "ownerReferences": [{ "apiVersion": "apps/v1", "kind": kind, "name": owner, "uid": "1", "controller": true }],
        },
        "spec": { "containers": [{
            "name": "main",
            "resources": { "requests": { "cpu": "250m", "memory": "1536Mi" }, "limits": { "memory": "2Gi" } },
        }] },
        "status": { "phase": "Running", "containerStatuses": [
            { "name": "main", "restartCount": 3, "ready": true, "image": "", "imageID": "" },
        ] },
    }))
    .expect("a pod")
}

fn usual() -> ApiPod {
    pod("web-5d4-x", ("ReplicaSet", "web-5d4"), &json!({ "app": "web" }))
}

#[test]
fn amounts_are_in_cores_and_gibibytes_and_what_is_not_there_is_left_out() {
    let found = read(&target(json!({})), &usual()).expect("sound").expect("its pod");
    assert_eq!((found.name.as_str(), found.side, found.restarts), ("web-5d4-x", Side::Main, Some(3)));
    assert_eq!(found.requests, Amounts::from([(Resource::Cpu, 0.25), (Resource::Memory, 1.5)]));
    assert_eq!(found.limits, Amounts::from([(Resource::Memory, 2.0)]));
    let mut new = usual();
    new.status = None;
    assert_eq!(
        read(&target(json!({})), &new).expect("sound").expect("its pod").restarts,
        None,
        "not said yet"
    );
}

#[test]
fn pods_belong_to_the_workload_or_are_its_tuning_pod_or_nobodys() {
    let side = |target: &Target, pod: &ApiPod| read(target, pod).expect("sound").map(|pod| pod.side);
    let (deployment, set) = (target(json!({})), target(json!({"kind": "StatefulSet"})));
    let (tuning, plain) = (json!({ "app": "web", "opsani_role": "tuning" }), json!({}));
    for (pod, of_deployment, of_set) in [
        (usual(), Some(Side::Main), None),
        (pod("web-0", ("StatefulSet", "web"), &plain), None, Some(Side::Main)),
        (pod("web-api-5d4-x", ("ReplicaSet", "web-api-5d4"), &plain), None, None),
        (pod("job-x", ("Job", "web-1"), &plain), None, None),
        (pod("web-tuning-b", ("Deployment", "servo"), &tuning), Some(Side::Tuning), Some(Side::Tuning)),
        (pod("web-tuning", ("Deployment", "servo"), &plain), Some(Side::Tuning), Some(Side::Tuning)),
    ] {
        let found = (side(&deployment, &pod), side(&set, &pod));
        assert_eq!(found, (of_deployment, of_set), "{:?}", pod.metadata.name);
    }
    let mut ended = usual();
    ended.status.as_mut().expect("a status").phase = Some("Failed".to_owned());
    assert_eq!(side(&deployment, &ended), None, "what has ended uses nothing");
}

#[test]
fn of_several_containers_one_has_to_be_named() {
    let mut pod = usual();
    let spec = pod.spec.as_mut().expect("a specification");
    let mut proxy = spec.containers[0].clone();
    proxy.name = "proxy".to_owned();
    spec.containers.push(proxy);
    let error = read(&target(json!({})), &pod).expect_err("which one?");
    assert_eq!(error.message(), "pod `web-5d4-x` has 2 containers, and none is named");
    assert_eq!(error.help(), Some("write `container:` with one of `main`, `proxy`"));
    assert!(read(&target(json!({"container": "proxy"})), &pod).expect("sound").is_some());
    let error = read(&target(json!({"container": "other"})), &pod).expect_err("no such container");
    assert_eq!(error.message(), "pod `web-5d4-x` has no container `other`");
}
