//! What was so before and is nobody's fault, what only goes before, and what nobody hears of any more.

use super::*;

fn failed(why: &str) -> Value {
    json!({ "phase": "Failed", "reason": why, "message": "said so" })
}

/// A pod whose init container is in a state, and has restarted so often.
fn beginning(state: &Value, restarts: i32, policy: Option<&str>) -> Arc<Pod> {
    let pod = serde_json::from_value(json!({
        "metadata": { "name": "web-2-a", "uid": "web-2-a" },
        "spec": {
            "containers": [{ "name": "main" }],
            "initContainers": [{ "name": "first", "restartPolicy": policy }],
        },
        "status": {
            "phase": "Pending",
            "conditions": [{ "type": "Ready", "status": "False", "reason": "ContainersNotReady" }],
            "initContainerStatuses": [{
                "name": "first", "ready": false, "restartCount": restarts, "image": "", "imageID": "",
                "state": state, "lastState": { "terminated": { "exitCode": 1, "reason": "Error" } },
            }],
        },
    }));
    Arc::new(pod.expect("a pod"))
}

/// What is told of a rollout with a pod after so many seconds of it.
fn told_after(mut expected: Expected, pod: &Arc<Pod>, seconds: u64) -> Option<Verdict> {
    let now = Instant::now();
    let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[Arc::clone(pod)]);
    let mut verdict = None;
    for second in [0, seconds] {
        verdict = match judge(&mut expected, &snapshot, now + Duration::from_secs(second)) {
            Outcome::Failed(verdict) => Some(verdict),
            Outcome::Ready | Outcome::Waiting(..) => None,
        };
    }
    verdict
}

#[tokio::test]
async fn a_pod_that_was_evicted_before_the_change_is_not_blamed_on_it() {
    let evicted = pod("web-2-a", &failed("Evicted"));
    assert!(told_after(expected(), &evicted, 0).is_some());
    let mut after = expected();
    after.restarts = Restarts::of(&[Arc::clone(&evicted)]);
    assert_eq!(told_after(after, &evicted, 60), None);
}

#[tokio::test]
async fn a_container_that_goes_before_may_fail_a_few_times_and_is_not_blamed_for_having_done_so() {
    let again = json!({ "waiting": { "reason": "CrashLoopBackOff" } });
    assert_eq!(told_after(expected(), &beginning(&again, 2, None), 60), None);
    let verdict = told_after(expected(), &beginning(&again, 3, None), 60).expect("it was tried often enough");
    assert_eq!(
        short(&verdict),
        (
            Class::Rejected,
            Some(reason::START_FAILED),
            "Found 1 unready pod(s) for deployment web: web-2-a - first has to end well before the others begin, and \
             was begun 4 times (Error, exit code 1)"
        )
    );
    let done = json!({ "terminated": { "exitCode": 0, "reason": "Completed" } });
    assert_eq!(told_after(expected(), &beginning(&done, 5, None), 60), None, "it has ended well at last");
    let image = json!({ "waiting": { "reason": "ErrImageNeverPull" } });
    let verdict = told_after(expected(), &beginning(&image, 0, None), 60).expect("its image is missing");
    assert_eq!(verdict.reason, Some(reason::IMAGE_PULL_FAILED));

    let sidecar = beginning(&json!({ "running": {} }), 1, Some("Always"));
    let verdict = told_after(expected(), &sidecar, 0).expect("it stays, so it has crashed");
    assert_eq!(verdict.reason, Some(reason::UNSTABLE));
    let mut after = expected();
    after.restarts = Restarts::of(&[Arc::clone(&sidecar)]);
    assert_eq!(told_after(after, &sidecar, 60), None, "that was before");
}

#[tokio::test]
async fn what_a_node_does_not_take_is_told_as_what_it_is() {
    let verdict = told_after(expected(), &pod("web-2-a", &failed("OutOfcpu")), 10).expect("it lasts");
    assert_eq!(verdict.reason, Some(reason::UNSCHEDULABLE));
    for why in ["NodeLost", "NodeAffinity"] {
        let pod = pod("web-2-a", &failed(why));
        assert_eq!(told_after(expected(), &pod, 60), None, "it is replaced");
        let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod]);
        assert_eq!(late(&expected(), &snapshot, Duration::from_mins(1)).class, Class::Failed);
    }
}

#[tokio::test]
async fn a_pod_whose_node_is_silent_is_not_the_fault_of_the_configuration() {
    let unknown = json!({ "phase": "Unknown" });
    let silent = |reason: Option<&str>| {
        json!({
            "phase": "Running",
            "conditions": [
                { "type": "ContainersReady", "status": "True" },
                { "type": "Ready", "status": "False", "reason": reason },
            ],
        })
    };
    for status in [&unknown, &silent(None)] {
        let pod = pod("web-2-a", status);
        assert_eq!(told_after(expected(), &pod, 60), None, "it may be back");
        let settling = || Expected { settled: Some(BTreeSet::from(["web-2-a".to_owned()])), ..expected() };
        assert_eq!(told_after(settling(), &pod, 29), None, "the node may be heard of again");
        let verdict = told_after(settling(), &pod, 30).expect("what is measured would not be all of it");
        assert_eq!(
            short(&verdict),
            (
                Class::Failed,
                None,
                "1 pod(s) of Deployment web have lost their node: web-2-a - its node does not answer"
            )
        );
    }
    let gated = pod("web-2-a", &silent(Some("ReadinessGatesNotReady")));
    let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[gated]);
    let verdict = late(&expected(), &snapshot, Duration::from_mins(1));
    assert_eq!(verdict.reason, Some(reason::START_FAILED), "a gate is the application's own");
}

#[tokio::test]
async fn containers_that_are_not_ready_are_named_for_their_logs() {
    let unready = pod("web-2-a", &container(&json!({ "running": {} }), &json!({}), 0));
    let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[unready]);
    let verdict = late(&expected(), &snapshot, Duration::from_mins(1));
    assert_eq!(verdict.culprits, [("web-2-a".to_owned(), Some("main".to_owned()))]);
}

#[tokio::test]
async fn few_of_many_pods_are_named() {
    let pods: Vec<_> = (0..50).map(|n| pod(&format!("web-2-{n:02}"), &waiting("ErrImagePull"))).collect();
    let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &pods);
    let message = late(&expected(), &snapshot, Duration::from_mins(1)).message;
    assert!(
        message.starts_with("Container image pull failure detected on 50 pods: web-2-00 - "),
        "{message}"
    );
    assert!(message.ends_with("said so; and 42 more") && !message.contains("web-2-08"), "{message}");
}

#[test]
fn counts_of_a_moment_before_do_not_make_a_workload_ready() {
    let unready = container(&json!({ "running": {} }), &json!({}), 0);
    let pods = [pod("a", &ready()), pod("b", &unready)];
    let now = snapshot(deployment(2, [2, 2, 2, 2], &json!([])), &pods);
    let Outcome::Waiting(text, percent) = judge(&mut expected(), &now, Instant::now()) else {
        panic!("a pod is not ready")
    };
    assert_eq!((text.as_str(), percent), ("2 of 2 pods updated, 1 available", 50.0));
}
