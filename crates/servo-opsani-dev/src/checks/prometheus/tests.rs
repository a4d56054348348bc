//! Pods of Servo whose Prometheus is not as it should be.

use serde_json::{Value, json};

use super::*;

fn pod(container: &Value, status: &Value, is_before: bool) -> Pod {
    let (containers, statuses) = if is_before {
        ("initContainers", "initContainerStatuses")
    } else {
        ("containers", "containerStatuses")
    };
    let mut pod = json!({"metadata": {"name": "servo-1"}, "spec": {"containers": []}, "status": {}});
    pod["spec"][containers] = json!([container]);
    pod["status"][statuses] = json!([status]);
    serde_json::from_value(pod).expect("a pod")
}

fn healthy(more: &Value) -> Value {
    let mut status = json!({
        "name": "prometheus", "image": "p", "imageID": "", "ready": true, "restartCount": 0,
        "state": {"running": {}},
    });
    for (key, value) in more.as_object().expect("a mapping") {
        status[key] = value.clone();
    }
    status
}

fn with_ports(ports: &Value) -> Value {
    json!({"name": "prometheus", "ports": ports})
}

#[test]
fn a_sidecar_of_either_kind_will_do() {
    for is_before in [false, true] {
        let pod = pod(&with_ports(&json!([{"containerPort": 9090}])), &healthy(&json!({})), is_before);
        for check in [runs, is_ready, is_stable, has_port] {
            check(&pod).expect("healthy");
        }
    }
}

#[test]
fn each_of_them_says_what_is_wrong() {
    let of_status = |more: Value| pod(&with_ports(&json!([])), &healthy(&more), false);
    let waiting = of_status(json!({"state": {"waiting": {"reason": "CrashLoopBackOff"}}}));
    assert_eq!(
        runs(&waiting).expect_err("waiting").message(),
        "the container `prometheus` does not run: CrashLoopBackOff"
    );
    let ended = of_status(json!({"state": {"terminated": {"exitCode": 2}}}));
    assert_eq!(
        runs(&ended).expect_err("ended").message(),
        "the container `prometheus` does not run: it ended with exit code 2"
    );
    let unready = of_status(json!({"ready": false}));
    assert_eq!(is_ready(&unready).expect_err("unready").message(), "the container `prometheus` is not ready");
    for (count, times) in [(1, "once"), (3, "3 times")] {
        assert_eq!(
            is_stable(&of_status(json!({"restartCount": count}))).expect_err("restarted").message(),
            format!("the container `prometheus` was restarted {times}: what it had recorded is lost")
        );
    }
    let other = pod(&json!({"name": "servo"}), &healthy(&json!({"name": "servo"})), false);
    assert!(runs(&other).expect_err("none").message().contains("has no container `prometheus`"));
    assert!(has_port(&other).expect_err("none").message().contains("has no container `prometheus`"));
}

#[test]
fn there_is_one_port_and_it_is_that_of_prometheus() {
    for (ports, found) in [
        (json!([]), "none"),
        (json!([{"containerPort": 9091}]), "9091"),
        (json!([{"containerPort": 9090}, {"containerPort": 9091}]), "9090, 9091"),
    ] {
        let pod = pod(&with_ports(&ports), &healthy(&json!({})), false);
        assert_eq!(
            has_port(&pod).expect_err("other ports").message(),
            format!("expected the container `prometheus` to have one port, 9090, found {found}")
        );
    }
}
