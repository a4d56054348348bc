//! What becomes of tuning pods, from their status, on a clock of the test's own.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::{Value, json};
use servo_core::model::Adjustment;

use super::*;
use crate::plan::Plan;
use crate::workload::Workload;

fn snapshot(pods: &[Pod]) -> Snapshot {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": { "name": "web", "namespace": "shop" },
        "spec": { "selector": {}, "template": { "spec": { "containers": [
            { "name": "main", "resources": { "requests": { "cpu": "500m", "memory": "128Mi" } } },
        ] } } },
    }))
    .expect("a Deployment");
    let workload = Some(Arc::new(Workload::from(&deployment)));
    Snapshot { workload, tuning: pods.iter().cloned().map(Arc::new).collect(), ..Snapshot::default() }
}

fn look() -> Look {
    let section = json!({ "namespace": "shop", "deployments": [{
        "name": "web",
        "strategy": { "type": "canary", "alias": "tuning" },
        "replicas": { "min": 0, "max": 9 },
        "containers": [{
            "name": "main",
            "cpu": { "min": "100m", "max": "9", "step": "100m" },
            "memory": { "min": "64Mi", "max": "1Gi", "step": "64Mi" },
        }],
    }] });
    let settings = serde_json::from_value(section).expect("settings");
    let plan = Plan::new("kubernetes", settings).expect("a plan");
    Look::of(&plan.targets[0], &snapshot(&[]), None).expect("a workload").expect("a tuning pod")
}

fn pod(status: &Value) -> Pod {
    serde_json::from_value(json!({ "metadata": { "name": "web-tuning", "uid": "1" }, "status": status }))
        .expect("a pod")
}

fn ready(is_ready: bool, restarts: i32) -> Pod {
    let status = if is_ready { "True" } else { "False" };
    pod(&json!({
        "phase": "Running",
        "conditions": [{ "type": "Ready", "status": status, "reason": "ContainersNotReady", "message": "unready: [main]" }],
        "containerStatuses": [{ "name": "main", "restartCount": restarts, "ready": is_ready, "image": "", "imageID": "",
            "state": { "running": {} } }],
    }))
}

fn waiting(reason: &str) -> Pod {
    pod(&json!({
        "phase": "Pending",
        "containerStatuses": [{ "name": "main", "restartCount": 0, "ready": false, "image": "", "imageID": "",
            "state": { "waiting": { "reason": reason, "message": "no such image" } } }],
    }))
}

fn unschedulable() -> Pod {
    pod(&json!({ "phase": "Pending", "conditions": [
        { "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "1 Insufficient cpu" },
    ] }))
}

/// Awaits a pod that was asked for nine cores.
fn awaited() -> Awaited {
    let look = look();
    let asked = look.proposed(&[&Adjustment::new("tuning", "cpu", "9")]).expect("sound");
    Awaited::ready(&ready(false, 0), &look, &asked)
}

fn told(outcome: Outcome) -> (String, String) {
    match outcome {
        Outcome::Ready => ("ready".to_owned(), String::new()),
        Outcome::Waiting(text, _) => ("waiting".to_owned(), text),
        Outcome::Failed(verdict) => {
            let reason = verdict.reason.unwrap_or("-");
            (format!("{} {reason}", verdict.class.status()), verdict.message)
        }
    }
}

#[test]
fn each_symptom_has_its_status_reason_and_patience() {
    let begin = Instant::now();
    let cases = vec![
        (ready(true, 0), 0, "ready", ""),
        (ready(false, 0), 500, "waiting", "tuning pod `web-tuning` is Running"),
        (ready(true, 1), 0, "rejected unstable", "crash restart detected"),
        (waiting("ImagePullBackOff"), 4, "waiting", ""),
        (waiting("ImagePullBackOff"), 5, "failed image-pull-failed", "image pull failure"),
        (waiting("CreateContainerConfigError"), 5, "rejected start-failed", "is not ready"),
        (unschedulable(), 9, "waiting", ""),
        (
            unschedulable(),
            10,
            "rejected unschedulable",
            "Requested adjustment(s) (tuning.cpu=9) cannot be scheduled",
        ),
    ];
    for (pod, seconds, expected, message) in cases {
        let (mut awaited, snapshot) = (awaited(), snapshot(&[pod]));
        awaited.judge(&snapshot, begin);
        let (said, text) = told(awaited.judge(&snapshot, begin + Duration::from_secs(seconds)));
        assert_eq!(said, expected, "after {seconds} s: {text}");
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn one_that_is_late_is_told_by_what_is_wrong_with_it() {
    let after = Duration::from_mins(1);
    let verdict = awaited().late(&snapshot(&[ready(false, 0)]), after);
    assert_eq!((verdict.class, verdict.reason), (Class::Rejected, Some(reason::START_FAILED)));
    assert_eq!(
        verdict.message,
        "tuning pod web-tuning is not ready: (reason ContainersNotReady) unready: [main]"
    );
    assert_eq!(verdict.culprits, [("web-tuning".to_owned(), Some("main".to_owned()))]);
    let verdict = awaited().late(&snapshot(&[]), after);
    assert_eq!((verdict.class, verdict.reason), (Class::Failed, None));
}

#[test]
fn one_that_settles_has_to_stay_ready_and_restarts_of_before_do_not_count() {
    let now = Instant::now();
    let settling = || Awaited::settling(&ready(true, 2), &look());
    let judged = |pod: Pod| told(settling().judge(&snapshot(&[pod]), now)).0;
    assert_eq!(judged(ready(true, 2)), "ready");
    assert_eq!(judged(ready(true, 3)), "rejected unstable");
    assert_eq!(judged(ready(false, 2)), "rejected unstable");
    assert_eq!(
        told(settling().judge(&snapshot(&[]), now)).1,
        "the tuning pod `web-tuning` was deleted by somebody else"
    );
}

#[test]
fn room_that_is_made_is_waited_for() {
    let begin = Instant::now();
    let (mut awaited, nowhere) = (awaited(), snapshot(&[unschedulable()]));
    assert!(awaited.waits_for_nodes() && !awaited.waits_for_nodes());
    awaited.judge(&nowhere, begin);
    assert_eq!(told(awaited.judge(&nowhere, begin + Duration::from_mins(1))).0, "waiting");
    assert_eq!(awaited.late(&nowhere, Duration::from_mins(1)).reason, Some(reason::UNSCHEDULABLE));
}
