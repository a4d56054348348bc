//! Each word in which a kubelet says what is wrong with a container or a pod.

use super::*;

#[test]
fn an_image_that_cannot_be_had_is_told_after_five_seconds() {
    for word in ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"] {
        let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod("web-2-a", &waiting(word))]);
        let (mut expected, now) = (expected(), Instant::now());
        let mut is_told = |seconds| {
            matches!(judge(&mut expected, &snapshot, now + Duration::from_secs(seconds)), Outcome::Failed(_))
        };
        assert_eq!([0, 4, 5].map(&mut is_told), [false, false, true], "{word}");
        let (_, verdict) = told_of(&waiting(word));
        let message =
            format!("Container image pull failure detected on 1 pods: web-2-a - main: {word}: said so");
        assert_eq!(
            short(&verdict.expect("it lasts")),
            (Class::Failed, Some(reason::IMAGE_PULL_FAILED), message.as_str())
        );
    }
}

#[test]
fn what_was_wrong_and_is_over_is_counted_anew_when_it_comes_back() {
    let wrong = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod("a", &unschedulable())]);
    let well = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[pod("a", &ready())]);
    let (mut expected, now) = (expected(), Instant::now());
    let mut is_told = |snapshot: &Snapshot, seconds| {
        matches!(judge(&mut expected, snapshot, now + Duration::from_secs(seconds)), Outcome::Failed(_))
    };
    assert!(!is_told(&wrong, 0) && !is_told(&wrong, 9) && !is_told(&well, 9));
    assert!(!is_told(&wrong, 11) && !is_told(&wrong, 20) && is_told(&wrong, 21));
}

#[test]
fn a_container_that_cannot_begin_is_told_after_five_seconds() {
    for word in ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"] {
        let (at_once, later) = told_of(&waiting(word));
        assert_eq!(at_once, None, "{word}");
        let message = format!("Found 1 unready pod(s) for deployment web: web-2-a - main: {word}: said so");
        assert_eq!(
            short(&later.expect("it lasts")),
            (Class::Rejected, Some(reason::START_FAILED), message.as_str())
        );
    }
    assert_eq!(told_of(&waiting("ContainerCreating")), (None, None));
    assert_eq!(told_of(&waiting("PodInitializing")), (None, None));
}

#[test]
fn a_pod_that_the_kubelet_ends_is_told_at_once_although_it_is_being_deleted() {
    let evicted = json!({
        "phase": "Running",
        "conditions": [{
            "type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet", "message": "low on memory",
        }],
    });
    let snapshot = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[ending("web-2-a", &evicted)]);
    let Outcome::Failed(verdict) = judge(&mut expected(), &snapshot, Instant::now()) else {
        panic!("it is ended")
    };
    let message = "1 pod(s) of Deployment web were ended by their node: web-2-a - low on memory";
    assert_eq!(short(&verdict), (Class::Rejected, Some(reason::UNSTABLE), message));
}

#[test]
fn how_a_container_ended_is_told_with_the_limit_that_it_broke_where_it_has_one() {
    let ended = |ended: &Value| {
        let (verdict, _) = told_of(&container(&json!({ "terminated": ended }), &json!({}), 0));
        let verdict = verdict.expect("it is told at once");
        assert_eq!(verdict.culprits, [("web-2-a".to_owned(), Some("main".to_owned()))]);
        let begin = "Deployment web pod(s) crash restart detected: web-2-a - main x1 ";
        verdict.message.strip_prefix(begin).unwrap_or_default().to_owned()
    };
    assert_eq!(ended(&json!({ "exitCode": 1, "reason": "Error" })), "(Error, exit code 1)");
    assert_eq!(ended(&json!({ "exitCode": 0, "reason": "Completed" })), "(Completed, exit code 0)");
    assert_eq!(
        ended(&json!({ "exitCode": 139, "signal": 11, "reason": "Error", "message": "segfault\n" })),
        "(Error, signal 11: segfault)"
    );
    let mut unlimited = (*pod("a", &container(&json!({}), &json!({}), 0))).clone();
    let init = json!([{ "name": "seed", "restartPolicy": "Always", "resources": { "limits": { "memory": "8Mi" } } }]);
    let spec = unlimited.spec.as_mut().expect("a specification");
    spec.containers[0].resources = None;
    spec.init_containers = serde_json::from_value(init).expect("containers");
    for (name, said) in [
        ("main", "main x1 (OOMKilled: its node had no more memory)"),
        ("seed", "seed x1 (OOMKilled: it took more memory than its limit of 8Mi)"),
    ] {
        let status = json!([{
            "name": name, "ready": false, "restartCount": 0, "image": "", "imageID": "",
            "state": { "terminated": { "exitCode": 137, "reason": "OOMKilled" } },
        }]);
        let mut pod = unlimited.clone();
        pod.status.as_mut().expect("a status").container_statuses =
            serde_json::from_value(status).expect("statuses");
        let found = symptom::of(&pod, &Restarts::default(), None);
        assert_eq!(found.iter().map(|it| it.said.as_str()).collect::<Vec<_>>(), [said]);
    }
}

#[test]
fn the_worst_speaks_and_names_each_of_its_pods() {
    let crashed = container(&json!({ "running": {} }), &json!({ "terminated": { "exitCode": 1 } }), 1);
    let pods = [pod("a", &unschedulable()), pod("b", &crashed), pod("c", &crashed)];
    let snapshot = snapshot(deployment(2, [3, 3, 0, 0], &json!([])), &pods);
    assert_eq!(
        late(&expected(), &snapshot, Duration::ZERO).message,
        "Deployment web pod(s) crash restart detected: b - main x1 (ended, exit code 1); c - main x1 (ended, exit code 1)"
    );
    let only = |pods: &[Arc<Pod>]| {
        let snapshot = super::snapshot(deployment(2, [3, 3, 0, 0], &json!([])), pods);
        late(&expected(), &snapshot, Duration::ZERO).message
    };
    let two = only(&[pod("a", &unschedulable()), pod("b", &unschedulable())]);
    assert!(two.starts_with("2 pod(s) could not be scheduled for Deployment web: a - Requested"), "{two}");
}
