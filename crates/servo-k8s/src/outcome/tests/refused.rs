//! Pods that may not be made, and pods that wait for room that pods of before still take.

use super::*;

fn failing(name: &str, revision: &str) -> Arc<ReplicaSet> {
    let set = serde_json::from_value(json!({
        "metadata": { "name": name, "annotations": { "deployment.kubernetes.io/revision": revision } },
        "status": { "replicas": 0, "conditions": [{
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota",
        }] },
    }));
    Arc::new(set.expect("a ReplicaSet"))
}

fn at(expected: &mut Expected, snapshot: &Snapshot, begin: Instant, seconds: u64) -> Option<Verdict> {
    match judge(expected, snapshot, begin + Duration::from_secs(seconds)) {
        Outcome::Failed(verdict) => Some(verdict),
        Outcome::Waiting(..) => None,
        Outcome::Ready => panic!("pods are missing"),
    }
}

#[tokio::test]
async fn a_quota_that_stays_short_is_told_and_that_of_an_old_rollout_is_not() {
    let (mut denied, begin) = (snapshot(deployment(2, [2, 0, 2, 2], &json!([])), &[]), Instant::now());
    denied.replica_sets = vec![failing("web-2", "2")];
    let mut one = expected();
    assert_eq!(at(&mut one, &denied, begin, 0), None, "the rollout may take a pod away first");
    let verdict = at(&mut one, &denied, begin, 5).expect("it lasts");
    let message = "ReplicaFailure: message='exceeded quota', reason='FailedCreate'";
    assert_eq!(short(&verdict), (Class::Rejected, Some(reason::START_FAILED), message));
    assert!(verdict.culprits.is_empty());
    assert_eq!(late(&expected(), &denied, Duration::from_mins(1)).message, message);
    denied.replica_sets = vec![failing("web-1", "1")];
    assert_eq!(at(&mut expected(), &denied, begin, 60), None, "an old one's");
}

#[tokio::test]
async fn room_is_waited_for_while_pods_of_before_end() {
    let begin = Instant::now();
    let waiting = pod("web-2-a", &unschedulable());
    let now = snapshot(deployment(2, [3, 1, 2, 2], &json!([])), &[waiting]);
    let mut makes_room = now.clone();
    makes_room.pods.push(ending("web-1-a", &ready()));
    let mut one = expected();
    for seconds in [0, 11, 22] {
        assert_eq!(at(&mut one, &makes_room, begin, seconds), None);
    }
    assert_eq!(at(&mut one, &now, begin, 31), None);
    let verdict = at(&mut one, &now, begin, 32).expect("there is none, though nothing ends any more");
    assert_eq!(verdict.reason, Some(reason::UNSCHEDULABLE));
}

#[tokio::test]
async fn a_stateful_set_is_told_by_the_events_since_the_change() {
    let event = |version: &str| -> Arc<k8s_openapi::api::core::v1::Event> {
        let event = serde_json::from_value(json!({
            "metadata": { "name": "db.1", "uid": "e", "resourceVersion": version }, "involvedObject": {},
            "reason": "FailedCreate", "message": "create Pod db-1 in StatefulSet db failed error: exceeded quota",
        }));
        Arc::new(event.expect("an event"))
    };
    let set: StatefulSet = serde_json::from_value(json!({
        "metadata": { "name": "db", "namespace": "shop", "generation": 2 },
        "spec": { "replicas": 2, "selector": {}, "template": {}, "serviceName": "db" },
        "status": { "observedGeneration": 2, "replicas": 1, "updateRevision": "db-2" },
    }))
    .expect("a StatefulSet");
    let mut now = snapshot(Workload::from(&set), &[pod("db-0", &ready())]);
    now.refusals = vec![event("7")];
    let (mut one, begin) = (expected(), Instant::now());
    one.refusals.insert(("e".to_owned(), "7".to_owned()));
    assert_eq!(at(&mut one, &now, begin, 60), None, "it is of before");
    now.refusals = vec![event("8")];
    assert_eq!(at(&mut one, &now, begin, 61), None);
    let verdict = at(&mut one, &now, begin, 66).expect("it lasts");
    let message = "ReplicaFailure: message='create Pod db-1 in StatefulSet db failed error: exceeded quota', \
                   reason='FailedCreate'";
    assert_eq!(short(&verdict), (Class::Rejected, Some(reason::START_FAILED), message));
    let mut all = set;
    all.status.as_mut().expect("a status").replicas = 2;
    now.workload = Some(Arc::new(Workload::from(&all)));
    assert_eq!(at(&mut expected(), &now, begin, 90), None, "the pod has been made since");
}
