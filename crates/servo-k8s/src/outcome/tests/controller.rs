//! A controller that has given up, has not seen a change, or whose workload is gone.

use super::*;

#[tokio::test]
async fn what_the_controller_says_is_told_where_it_is_of_the_newest_rollout() {
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
}

#[test]
fn a_workload_that_was_deleted_and_made_anew_is_not_the_one_that_was_changed() {
    let mut expected = Expected { uid: "web-uid".to_owned(), ..expected() };
    let ready = snapshot(deployment(2, [2, 2, 2, 2], &json!([])), &[]);
    let message = "the workload was deleted while it was adjusted";
    for snapshot in [&ready, &Snapshot::default()] {
        let Outcome::Failed(verdict) = judge(&mut expected, snapshot, Instant::now()) else {
            panic!("it is gone")
        };
        assert_eq!(short(&verdict), (Class::Failed, None, message));
        assert_eq!(short(&late(&expected, snapshot, Duration::ZERO)), (Class::Failed, None, message));
    }
}

#[test]
fn a_controller_that_has_not_seen_the_change_is_named_where_that_is_all() {
    let behind = snapshot(deployment(1, [2, 2, 2, 2], &json!([])), &[]);
    assert_eq!(
        short(&late(&expected(), &behind, Duration::from_mins(5))),
        (
            Class::Rejected,
            Some(reason::START_FAILED),
            "Deployment `shop/web` is not ready after 300 s: its controller has not seen the change",
        )
    );
}
