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
    let mut ending = (*pod("a", &unready)).clone();
    ending.metadata.deletion_timestamp =
        serde_json::from_value(json!("2026-11-01T00:00:00Z")).expect("a time");
    assert_eq!(judged(settling(&["a"]), &[Arc::new(ending)]), None);
}

#[test]
fn pods_that_are_missing_in_the_end_are_told_unless_an_autoscaler_moves_them() {
    let begin = container(&json!({ "running": {} }), &json!({}), 0);
    let pods = [pod("a", &ready()), pod("c", &begin)];
    let mut now = snapshot(deployment(2, [2, 2, 1, 1], &json!([])), &pods);
    let told = |now: &Snapshot| unsettled(&mut settling(&["a", "b"]), now, Instant::now());
    let verdict = told(&now).expect("one of those that were ready was taken away");
    assert_eq!(
        short(&verdict),
        (
            Class::Failed,
            None,
            "Deployment `shop/web` lacks pods after it was to settle: 2 of 2 pods updated, 1 available"
        )
    );
    now.autoscalers.push(Arc::default());
    assert_eq!(told(&now), None);
    let all = snapshot(deployment(2, [2, 2, 2, 2], &json!([])), &[pod("a", &ready()), pod("b", &ready())]);
    assert_eq!(told(&all), None);
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
