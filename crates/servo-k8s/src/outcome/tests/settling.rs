//! Pods that were ready, and are watched for a while.

use super::*;

fn settling(pods: &[&str]) -> Expected {
    Expected { settled: Some(pods.iter().map(|&uid| uid.to_owned()).collect()), ..expected() }
}

pub(super) fn judged(mut expected: Expected, pods: &[Arc<Pod>]) -> Option<(Class, Option<&'static str>)> {
    match judge(&mut expected, &snapshot(deployment(2, [2, 2, 2, 2], &json!([])), pods), Instant::now()) {
        Outcome::Failed(verdict) => Some((verdict.class, verdict.reason)),
        Outcome::Ready | Outcome::Waiting(..) => None,
    }
}

#[test]
fn a_pod_that_was_ready_and_is_not_any_more_is_unstable() {
    let unready = container(&json!({ "running": {} }), &json!({}), 0);
    let unstable = Some((Class::Rejected, Some(reason::UNSTABLE)));
    assert_eq!(judged(settling(&["a"]), &[pod("a", &unready)]), unstable);
    assert_eq!(
        judged(settling(&["b"]), &[pod("a", &unready)]),
        None,
        "one that an autoscaler has added begins"
    );
    assert_eq!(judged(expected(), &[pod("a", &unready)]), None, "before it settles, that is waited for");
}

#[test]
fn a_pod_that_is_taken_away_is_no_failure_of_the_configuration() {
    let unready = container(&json!({ "running": {} }), &json!({}), 0);
    assert_eq!(judged(settling(&["a"]), &[ending("a", &unready)]), None);
}

#[test]
fn what_begins_well_and_fails_then_is_unstable_whatever_it_is() {
    let denied = waiting("CreateContainerConfigError");
    let mut expected = settling(&["a"]);
    let snapshot = snapshot(deployment(2, [2, 2, 1, 1], &json!([])), &[pod("b", &denied)]);
    let now = Instant::now();
    assert!(matches!(judge(&mut expected, &snapshot, now), Outcome::Waiting(..)));
    let Outcome::Failed(verdict) = judge(&mut expected, &snapshot, now + Duration::from_secs(5)) else {
        panic!("it lasts")
    };
    assert_eq!((verdict.class, verdict.reason), (Class::Rejected, Some(reason::UNSTABLE)));
}

#[test]
fn a_pod_that_loses_its_node_while_it_is_watched_is_no_failure_of_the_configuration() {
    let lost = json!({
        "phase": "Running",
        "conditions": [
            { "type": "Ready", "status": "False" },
            { "type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager" },
        ],
    });
    assert_eq!(judged(settling(&["a"]), &[pod("a", &lost)]), None);
}
