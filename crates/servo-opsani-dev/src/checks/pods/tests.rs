//! Pods with and without their Envoy.

use serde_json::json;

use super::*;

fn pod(name: &str, sidecar: Option<bool>, role: Option<&str>) -> Pod {
    let mut pod = json!({
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main"}]},
        "status": {"containerStatuses": [], "conditions": [{"type": "Ready", "status": "True"}]},
    });
    if let Some(role) = role {
        pod["metadata"]["labels"]["opsani_role"] = json!(role);
    }
    if let Some(ready) = sidecar {
        pod["spec"]["containers"] = json!([{"name": "main"}, {"name": "opsani-envoy"}]);
        pod["status"]["containerStatuses"] =
            json!([{"name": "opsani-envoy", "image": "e", "imageID": "", "ready": ready, "restartCount": 0}]);
    }
    serde_json::from_value(pod).expect("a pod")
}

#[test]
fn each_pod_needs_an_envoy_that_is_ready() {
    let good = [pod("a", Some(true), None), pod("web-tuning", Some(true), Some("tuning"))];
    assert_eq!(have_sidecars(&good).expect("all"), "2 pods");
    let mixed = [pod("a", None, None), pod("b", Some(false), None), pod("c", Some(true), None)];
    assert_eq!(
        have_sidecars(&mixed).expect_err("two").message(),
        "no container `opsani-envoy`: a; it is not ready: b"
    );
    let many: Vec<Pod> = (0..7).map(|n| pod(&format!("p{n}"), None, None)).collect();
    assert_eq!(
        have_sidecars(&many).expect_err("all").message(),
        "no container `opsani-envoy`: p0, p1, p2, p3, p4 and 2 more"
    );
    assert_eq!(have_sidecars(&[]).expect_err("none").message(), "the Deployment has no pods");
}

#[test]
fn a_tuning_pod_is_known_by_its_label() {
    assert!(is_tuning(&pod("x", None, Some("tuning"))));
    assert!(!is_tuning(&pod("web-tuning", None, None)));
    assert!(!is_tuning(&pod("x", None, Some("main"))));
}
