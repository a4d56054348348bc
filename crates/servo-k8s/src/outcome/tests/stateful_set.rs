//! A StatefulSet, whose controller says nothing: its pods alone tell.

use super::*;
use crate::workload::Reference;

fn set(replicas: i32, updated: i32) -> Workload {
    let set: StatefulSet = serde_json::from_value(json!({
        "metadata": { "name": "db", "namespace": "shop", "generation": 2 },
        "spec": { "replicas": replicas, "selector": {}, "template": {}, "serviceName": "db" },
        "status": {
            "observedGeneration": 2, "replicas": replicas, "readyReplicas": replicas,
            "availableReplicas": replicas, "updatedReplicas": updated, "updateRevision": "db-2",
        },
    }))
    .expect("a StatefulSet");
    Workload::from(&set)
}

#[test]
fn it_is_ready_with_its_pods_and_none_are_enough_where_none_are_wanted() {
    let is_ready = |workload: Workload, pods: &[Arc<Pod>]| {
        matches!(judge(&mut expected(), &snapshot(workload, pods), Instant::now()), Outcome::Ready)
    };
    assert!(
        is_ready(set(1, 0), &[pod("db-0", &ready())]),
        "one that was never changed counts none as updated"
    );
    assert!(is_complete(&snapshot(set(1, 0), &[pod("db-0", &ready())])), "nobody waits before it is changed");
    assert!(!is_ready(set(2, 2), &[pod("db-0", &ready())]));
    assert!(is_ready(set(0, 0), &[]));
    let reference = Reference { kind: Kind::StatefulSet, namespace: "shop".into(), name: "db".into() };
    assert_eq!(set(1, 0).reference, reference);
}

#[test]
fn each_of_its_failures_is_told_as_those_of_a_deployment_are() {
    let unready = container(&json!({ "running": {} }), &json!({}), 0);
    let crashed = container(&json!({ "running": {} }), &json!({ "terminated": { "exitCode": 3 } }), 2);
    for (status, class, reason, message) in [
        (
            unschedulable(),
            Class::Rejected,
            reason::UNSCHEDULABLE,
            "1 pod(s) could not be scheduled for StatefulSet db: db-1 - Requested adjustment(s) (web/main.cpu=9) cannot \
             be scheduled due to \"0/1 nodes are available: 1 Insufficient cpu.\"",
        ),
        (
            waiting("ErrImagePull"),
            Class::Failed,
            reason::IMAGE_PULL_FAILED,
            "Container image pull failure detected on 1 pods: db-1 - main: ErrImagePull: said so",
        ),
        (
            crashed,
            Class::Rejected,
            reason::UNSTABLE,
            "StatefulSet db pod(s) crash restart detected: db-1 - main x2 (ended, exit code 3)",
        ),
        (
            unready,
            Class::Rejected,
            reason::START_FAILED,
            "Found 1 unready pod(s) for statefulset db: db-1 - (reason ContainersNotReady) main",
        ),
    ] {
        let snapshot = snapshot(set(2, 1), &[pod("db-1", &status)]);
        let verdict = late(&expected(), &snapshot, Duration::from_mins(1));
        assert_eq!(short(&verdict), (class, Some(reason), message));
    }
}
