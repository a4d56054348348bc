//! Each row of what becomes of a change, from literal objects.

mod before;
mod controller;
mod refused;
mod restarts;
mod settling;
mod stateful_set;
mod symptoms;

use std::sync::Arc;

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};
use servo_core::Class;
use servo_core::error::reason;

use super::*;

/// A Deployment of two replicas, of generation 2, with counts of all, updated, ready and available pods.
fn deployment(observed: i64, counts: [i32; 4], conditions: &Value) -> Workload {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": {
            "name": "web", "namespace": "shop", "generation": 2,
            "annotations": { "deployment.kubernetes.io/revision": "2" },
        },
        "spec": { "replicas": 2, "selector": {}, "template": {} },
        "status": {
            "observedGeneration": observed, "replicas": counts[0], "updatedReplicas": counts[1],
            "readyReplicas": counts[2], "availableReplicas": counts[3], "conditions": conditions,
        },
    }))
    .expect("a Deployment");
    Workload::from(&deployment)
}

/// A pod of a container `main` whose memory is limited to 16Mi.
fn pod(name: &str, status: &Value) -> Arc<Pod> {
    let pod = serde_json::from_value(json!({
        "metadata": { "name": name, "uid": name },
        "spec": { "containers": [{ "name": "main", "resources": { "limits": { "memory": "16Mi" } } }] },
        "status": status,
    }));
    Arc::new(pod.expect("a pod"))
}

/// A pod that somebody takes away.
fn ending(name: &str, status: &Value) -> Arc<Pod> {
    let mut pod = (*pod(name, status)).clone();
    pod.metadata.deletion_timestamp = serde_json::from_value(json!("2026-11-01T00:00:00Z")).expect("a time");
    Arc::new(pod)
}

/// The status of a pod whose container is in a state, and has restarted so often.
fn container(state: &Value, last: &Value, restarts: i32) -> Value {
    json!({
        "phase": "Running",
        "conditions": [{ "type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "main" }],
        "containerStatuses": [{
            "name": "main", "ready": false, "restartCount": restarts, "image": "", "imageID": "",
            "state": state, "lastState": last,
        }],
    })
}

fn waiting(reason: &str) -> Value {
    container(&json!({ "waiting": { "reason": reason, "message": "said so" } }), &json!({}), 0)
}

fn ready() -> Value {
    json!({
        "phase": "Running",
        "conditions": [{ "type": "Ready", "status": "True" }],
        "containerStatuses": [{ "name": "main", "ready": true, "restartCount": 0, "image": "", "imageID": "" }],
    })
}

fn unschedulable() -> Value {
    json!({
        "phase": "Pending",
        "conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/1 nodes are available: 1 Insufficient cpu.",
        }],
    })
}

fn snapshot(workload: Workload, pods: &[Arc<Pod>]) -> Snapshot {
    let set: ReplicaSet = serde_json::from_value(json!({
        "metadata": { "name": "web-2", "annotations": { "deployment.kubernetes.io/revision": "2" } },
    }))
    .expect("a ReplicaSet");
    Snapshot {
        workload: Some(Arc::new(workload)),
        replica_sets: vec![Arc::new(set)],
        pods: pods.to_vec(),
        newest: pods.to_vec(),
        ..Snapshot::default()
    }
}

fn expected() -> Expected {
    Expected {
        uid: String::new(),
        generation: 2,
        asked: vec![("cpu", "web/main.cpu=9".to_owned()), ("memory", "web/main.mem=1".to_owned())],
        restarts: Restarts::default(),
        settled: None,
        refusals: BTreeSet::new(),
        lasting: BTreeMap::new(),
        is_room_made: false,
    }
}

/// What is told of a rollout with one pod in a state, at once and after a while.
fn told_of(status: &Value) -> (Option<Verdict>, Option<Verdict>) {
    let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod("web-2-a", status)]);
    let (mut expected, now) = (expected(), Instant::now());
    let mut at = |seconds| match judge(&mut expected, &snapshot, now + Duration::from_secs(seconds)) {
        Outcome::Failed(verdict) => Some(verdict),
        Outcome::Waiting(..) => None,
        Outcome::Ready => panic!("a pod is missing"),
    };
    (at(0), at(11))
}

fn short(verdict: &Verdict) -> (Class, Option<&str>, &str) {
    (verdict.class, verdict.reason, &verdict.message)
}

#[tokio::test]
async fn what_ends_is_told_at_once() {
    let oom = container(&json!({ "terminated": { "exitCode": 137, "reason": "OOMKilled" } }), &json!({}), 0);
    let crashed = container(
        &json!({ "waiting": { "reason": "CrashLoopBackOff" } }),
        &json!({ "terminated": { "exitCode": 1, "reason": "Error" } }),
        2,
    );
    let evicted = json!({ "phase": "Failed", "reason": "Evicted", "message": "The node was low on memory." });
    for (status, message) in [
        (
            &oom,
            "Deployment web pod(s) crash restart detected: web-2-a - main x1 (OOMKilled: it took more memory than its \
             limit of 16Mi)",
        ),
        (&crashed, "Deployment web pod(s) crash restart detected: web-2-a - main x2 (Error, exit code 1)"),
        (
            &evicted,
            "1 pod(s) of Deployment web were ended by their node: web-2-a - Evicted: The node was low on memory.",
        ),
    ] {
        let (at_once, _) = told_of(status);
        let verdict = at_once.expect("it is told at once");
        assert_eq!(short(&verdict), (Class::Rejected, Some(reason::UNSTABLE), message));
    }
}

#[tokio::test]
async fn what_may_pass_is_told_once_it_lasts() {
    for (status, class, reason, message) in [
        (
            unschedulable(),
            Class::Rejected,
            reason::UNSCHEDULABLE,
            "1 pod(s) could not be scheduled for Deployment web: web-2-a - Requested adjustment(s) (web/main.cpu=9) \
             cannot be scheduled due to \"0/1 nodes are available: 1 Insufficient cpu.\"",
        ),
        (
            waiting("ImagePullBackOff"),
            Class::Failed,
            reason::IMAGE_PULL_FAILED,
            "Container image pull failure detected on 1 pods: web-2-a - main: ImagePullBackOff: said so",
        ),
        (
            waiting("CreateContainerConfigError"),
            Class::Rejected,
            reason::START_FAILED,
            "Found 1 unready pod(s) for deployment web: web-2-a - main: CreateContainerConfigError: said so",
        ),
    ] {
        let (at_once, later) = told_of(&status);
        assert_eq!(at_once, None, "{reason}");
        assert_eq!(short(&later.expect("it lasts")), (class, Some(reason), message));
    }
}

#[tokio::test]
async fn room_that_is_made_is_waited_for_until_it_is_late() {
    let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod("web-2-a", &unschedulable())]);
    let (mut expected, now) = (expected(), Instant::now());
    assert!(expected.waits_for_nodes() && !expected.waits_for_nodes(), "it is asked once");
    for seconds in [0, 11, 600] {
        let outcome = judge(&mut expected, &snapshot, now + Duration::from_secs(seconds));
        assert!(matches!(outcome, Outcome::Waiting(..)), "{outcome:?}");
    }
    let verdict = late(&expected, &snapshot, Duration::from_mins(10));
    assert_eq!((verdict.class, verdict.reason), (Class::Rejected, Some(reason::UNSCHEDULABLE)));
}

#[tokio::test]
async fn what_only_takes_its_time_is_waited_for_until_it_is_late() {
    let unready = container(&json!({ "running": {} }), &json!({}), 0);
    let lost = json!({
        "phase": "Running",
        "conditions": [{ "type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager", "message": "gone" }],
    });
    for (status, class, reason, message) in [
        (
            &unready,
            Class::Rejected,
            Some(reason::START_FAILED),
            "Found 1 unready pod(s) for deployment web: web-2-a - (reason ContainersNotReady) main",
        ),
        (&lost, Class::Failed, None, "1 pod(s) of Deployment web have lost their node: web-2-a - gone"),
    ] {
        assert_eq!(told_of(status), (None, None));
        let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod("web-2-a", status)]);
        let verdict = late(&expected(), &snapshot, Duration::from_mins(1));
        assert_eq!(short(&verdict), (class, reason, message));
    }
    let nothing_wrong = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod("web-2-a", &ready())]);
    assert_eq!(
        late(&expected(), &nothing_wrong, Duration::from_mins(1)).message,
        "Deployment `shop/web` is not ready after 60 s: 1 of 2 pods updated, 2 available, 2 of before"
    );
}

#[test]
fn it_is_ready_once_its_controller_has_seen_it_and_all_pods_are_new_and_available() {
    let judged = |observed, counts| {
        let pods = [pod("a", &ready()), pod("b", &ready())];
        match judge(
            &mut expected(),
            &snapshot(deployment(observed, counts, &json!([])), &pods),
            Instant::now(),
        ) {
            Outcome::Ready => "ready".to_owned(),
            Outcome::Waiting(text, _) => text,
            Outcome::Failed(verdict) => panic!("{verdict:?}"),
        }
    };
    assert_eq!(judged(1, [2, 2, 2, 2]), "waiting for its controller");
    assert_eq!(judged(2, [2, 2, 2, 2]), "ready");
    assert_eq!(judged(2, [2, 2, 2, 1]), "2 of 2 pods updated, 1 available", "`minReadySeconds`");
    assert_eq!(judged(2, [3, 2, 3, 3]), "2 of 2 pods updated, 3 available, 1 of before");
}
