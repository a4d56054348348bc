//! Restarts of before, and those that Servo is the cause of: nobody is blamed for them.

use super::settling::judged;
use super::*;

const UNSTABLE: Option<(Class, Option<&str>)> = Some((Class::Rejected, Some(reason::UNSTABLE)));

/// A pod whose container runs, and has restarted so often.
fn restarted(count: i32) -> Arc<Pod> {
    let last = json!({ "terminated": { "exitCode": 1 } });
    pod("a", &container(&json!({ "running": {} }), &last, count))
}

fn after(restarts: Restarts) -> Expected {
    Expected { restarts, ..expected() }
}

#[test]
fn restarts_of_before_and_those_of_a_resize_are_nobodys_fault() {
    let before = Restarts::of(&[restarted(3)]);
    assert_eq!(judged(after(before.clone()), &[restarted(3)]), None);
    assert_eq!(judged(after(before.clone()), &[restarted(4)]), UNSTABLE);
    let mut resized = before;
    resized.expect(&restarted(3), "main");
    assert_eq!(judged(after(resized.clone()), &[restarted(3)]), None);
    assert_eq!(judged(after(resized.clone()), &[restarted(4)]), None);
    assert_eq!(judged(after(resized), &[restarted(5)]), UNSTABLE);
    assert_eq!(judged(expected(), &[restarted(1)]), UNSTABLE, "a new pod has no past");
}

#[test]
fn a_container_that_is_ended_by_a_resize_is_not_taken_for_one_that_crashed() {
    let ended = |count| {
        let state = json!({ "terminated": { "exitCode": 143, "reason": "Error" } });
        pod("a", &container(&state, &json!({}), count))
    };
    let mut resized = Restarts::of(&[restarted(3)]);
    resized.expect(&restarted(3), "main");
    assert_eq!(judged(after(resized.clone()), &[ended(3)]), None, "that is the resize");
    assert_eq!(judged(after(resized), &[ended(4)]), UNSTABLE, "that is what came of it");
}
