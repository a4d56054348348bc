//! What the controller of a Deployment says.

use super::*;

#[test]
fn what_the_controller_says_is_told_where_it_is_of_the_newest_rollout() {
    let given_up = |set: &str| {
        json!([{
            "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
            "message": format!("ReplicaSet \"{set}\" has timed out progressing."),
        }])
    };
    let judged = |set: &str, pods: &[Arc<Pod>]| {
        let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &given_up(set)), pods);
        match judge(&mut expected(), &snapshot, Instant::now()) {
            Outcome::Failed(verdict) => Some(verdict.message),
            _ => None,
        }
    };
    assert_eq!(judged("web-1", &[]), None, "it says so of the rollout before");
    assert_eq!(
        judged("web-2", &[]).as_deref(),
        Some(
            "ProgressionFailure: message='ReplicaSet \"web-2\" has timed out progressing.', reason='ProgressDeadlineExceeded'"
        )
    );
    let why = judged("web-2", &[pod("web-2-a", &unschedulable())]).expect("it is over");
    assert!(why.starts_with("1 pod(s) could not be scheduled"), "what is known of a pod says more: {why}");

    let mut denied = snapshot(deployment(2, [2, 0, 2, 2], &json!([])), &[]);
    let failing = |name: &str, revision: &str| -> ReplicaSet {
        serde_json::from_value(json!({
            "metadata": { "name": name, "annotations": { "deployment.kubernetes.io/revision": revision } },
            "status": { "replicas": 0, "conditions": [{
                "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota",
            }] },
        }))
        .expect("a ReplicaSet")
    };
    denied.replica_sets = vec![Arc::new(failing("web-2", "2"))];
    let Outcome::Failed(verdict) = judge(&mut expected(), &denied, Instant::now()) else {
        panic!("it may not")
    };
    let message = "ReplicaFailure: message='exceeded quota', reason='FailedCreate'";
    assert_eq!(short(&verdict), (Class::Rejected, Some(reason::START_FAILED), message));
    denied.replica_sets = vec![Arc::new(failing("web-1", "1"))];
    assert!(matches!(judge(&mut expected(), &denied, Instant::now()), Outcome::Waiting(..)), "an old one's");
}

/// A rollout whose controller may make no pod.
fn refused(message: &str, pods: &[Arc<Pod>]) -> Snapshot {
    let set: ReplicaSet = serde_json::from_value(json!({
        "metadata": { "name": "web-2", "annotations": { "deployment.kubernetes.io/revision": "2" } },
        "status": { "replicas": 0, "conditions": [{
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message,
        }] },
    }))
    .expect("a ReplicaSet");
    Snapshot {
        replica_sets: vec![Arc::new(set)],
        pods: pods.to_vec(),
        ..snapshot(deployment(2, [2, 0, 2, 2], &json!([])), &[])
    }
}

const QUOTA: &str = "pods \"web-2-\" is forbidden: exceeded quota: small, requested: requests.cpu=1, used: \
                     requests.cpu=2, limited: requests.cpu=2";

#[test]
fn a_quota_that_pods_of_before_use_up_is_waited_for_while_they_may_make_room() {
    let (mut expected, now) = (expected(), Instant::now());
    let mut fails = |snapshot: &Snapshot, seconds| {
        matches!(judge(&mut expected, snapshot, now + Duration::from_secs(seconds)), Outcome::Failed(_))
    };
    let serving = refused(QUOTA, &[pod("web-1-a", &ready())]);
    let ends = refused(QUOTA, &[pod("web-1-a", &ready()), ending("web-1-b", &ready())]);
    assert!(!fails(&serving, 0) && !fails(&serving, 9));
    assert!(!fails(&ends, 11) && !fails(&ends, 41), "one that ends takes its time");
    assert!(!fails(&serving, 42) && !fails(&serving, 51), "its room may be used from now on");
    assert!(fails(&serving, 52));
    let verdict = late(&super::expected(), &ends, Duration::from_mins(1));
    assert_eq!(
        short(&verdict),
        (
            Class::Rejected,
            Some(reason::START_FAILED),
            format!("ReplicaFailure: message='{QUOTA}', reason='FailedCreate'").as_str()
        )
    );
}

#[test]
fn a_quota_that_nothing_else_uses_up_and_what_a_policy_denies_are_told_at_once() {
    let denied =
        "admission webhook \"policy.example.com\" denied the request: memory has to be at least 64Mi";
    for snapshot in [refused(QUOTA, &[]), refused(denied, &[ending("web-1-b", &ready())])] {
        assert!(matches!(judge(&mut expected(), &snapshot, Instant::now()), Outcome::Failed(_)));
    }
}
