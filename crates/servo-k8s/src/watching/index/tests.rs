//! What is known of a workload, from literal objects.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use serde_json::{Value, json};

use super::*;

fn read<K: serde::de::DeserializeOwned>(value: Value) -> K {
    serde_json::from_value(value).expect("an object")
}

fn owned_by(name: &str, owner: &str) -> Value {
    json!({
        "name": name,
        "ownerReferences": [{ "apiVersion": "v1", "kind": "K", "name": "o", "uid": owner, "controller": true }],
    })
}

fn deployment(generation: i64, observed: i64, revision: &str) -> Entry {
    let deployment: Deployment = read(json!({
        "metadata": {
            "name": "web", "namespace": "shop", "uid": "web", "generation": generation,
            "annotations": { "deployment.kubernetes.io/revision": revision },
        },
        "spec": { "selector": {}, "template": {} },
        "status": { "observedGeneration": observed },
    }));
    Entry::Workload(Arc::new(Workload::from(&deployment)))
}

fn replica_set(name: &str, revision: &str) -> Entry {
    let mut metadata = owned_by(name, "web");
    metadata["uid"] = json!(name);
    metadata["annotations"] = json!({ "deployment.kubernetes.io/revision": revision });
    Entry::ReplicaSet(Arc::new(read(json!({ "metadata": metadata }))))
}

fn pod(name: &str, owner: &str, hash: &str) -> Entry {
    let mut metadata = owned_by(name, owner);
    metadata["labels"] = json!({ "controller-revision-hash": hash });
    Entry::Pod(Arc::new(read(json!({ "metadata": metadata }))))
}

fn index(entries: Vec<Entry>) -> Index {
    let mut index = Index::default();
    for entry in entries {
        index.put(entry);
    }
    index
}

fn of(kind: Kind, name: &str) -> Reference {
    Reference { kind, namespace: "shop".into(), name: name.into() }
}

fn names(pods: &[Arc<Pod>]) -> Vec<&str> {
    pods.iter().filter_map(|pod| pod.metadata.name.as_deref()).collect()
}

fn rolled_out(generation: i64, observed: i64, revision: &str) -> Index {
    index(vec![
        pod("web-1-a", "web-1", ""),
        replica_set("web-1", "1"),
        replica_set("web-2", "2"),
        pod("web-2-b", "web-2", ""),
        pod("web-2-a", "web-2", ""),
        pod("other-a", "other", ""),
        deployment(generation, observed, revision),
    ])
}

#[test]
fn the_pods_of_a_deployment_are_those_of_its_replica_sets() {
    let snapshot = rolled_out(2, 2, "2").snapshot(&of(Kind::Deployment, "web"));
    assert_eq!(names(&snapshot.pods), ["web-1-a", "web-2-a", "web-2-b"]);
    assert_eq!(names(&snapshot.newest), ["web-2-a", "web-2-b"]);
    assert_eq!(snapshot.replica_sets.len(), 2);
    assert!(snapshot.workload.is_some());
}

#[test]
fn an_old_revision_is_not_taken_for_the_newest_before_the_controller_has_seen_the_change() {
    let snapshot = rolled_out(3, 2, "2").snapshot(&of(Kind::Deployment, "web"));
    assert!(snapshot.newest.is_empty());
    // It has numbered the revision, and its ReplicaSet is still to come.
    let snapshot = rolled_out(3, 3, "3").snapshot(&of(Kind::Deployment, "web"));
    assert!(snapshot.newest.is_empty());
    assert_eq!(snapshot.pods.len(), 3);
}

#[test]
fn the_newest_pods_of_a_stateful_set_have_the_hash_of_its_revision() {
    let set: StatefulSet = read(json!({
        "metadata": { "name": "db", "namespace": "shop", "uid": "db", "generation": 2 },
        "spec": { "selector": {}, "template": {}, "serviceName": "db" },
        "status": { "observedGeneration": 2, "replicas": 2, "updateRevision": "db-2" },
    }));
    let event: Event = read(json!({
        "metadata": { "name": "db.1" }, "involvedObject": { "uid": "db" }, "reason": "FailedCreate",
    }));
    let mut index = index(vec![
        Entry::Workload(Arc::new(Workload::from(&set))),
        pod("db-0", "db", "db-1"),
        pod("db-1", "db", "db-2"),
        Entry::Refusal(Arc::new(event)),
    ]);
    let snapshot = index.snapshot(&of(Kind::StatefulSet, "db"));
    assert_eq!((names(&snapshot.pods), names(&snapshot.newest)), (vec!["db-0", "db-1"], vec!["db-1"]));
    assert_eq!(snapshot.refusals.len(), 1);
    index.put(pod("db-0", "db", "db-2"));
    assert_eq!(
        index.snapshot(&of(Kind::StatefulSet, "db")).newest.len(),
        2,
        "one of the same name replaces it"
    );
    assert!(index.snapshot(&of(Kind::Deployment, "db")).workload.is_none());
}

#[test]
fn a_pod_that_is_taken_out_of_a_workload_is_not_its_own_any_more() {
    let mut index = rolled_out(2, 2, "2");
    let quarantined: Pod =
        read(json!({ "metadata": { "name": "web-2-a", "labels": { "app": "looked-at" } } }));
    index.put(Entry::Pod(Arc::new(quarantined)));
    assert_eq!(names(&index.snapshot(&of(Kind::Deployment, "web")).newest), ["web-2-b"]);
    index.put(pod("web-2-b", "other", ""));
    assert!(index.snapshot(&of(Kind::Deployment, "web")).newest.is_empty());
    index.remove(&pod("web-2-b", "web-2", ""));
    index.put(pod("web-2-a", "web-2", ""));
    assert_eq!(names(&index.snapshot(&of(Kind::Deployment, "web")).newest), ["web-2-a"]);
}

#[test]
fn a_new_list_forgets_what_is_not_in_it() {
    let mut index = rolled_out(2, 2, "2");
    index.replace("pods", vec![pod("web-2-c", "web-2", "")]);
    let snapshot = index.snapshot(&of(Kind::Deployment, "web"));
    assert_eq!((names(&snapshot.pods), snapshot.replica_sets.len()), (vec!["web-2-c"], 2));
    index.replace("deployments", Vec::new());
    assert!(index.snapshot(&of(Kind::Deployment, "web")).workload.is_none());
}

#[test]
fn autoscalers_are_found_by_whom_they_scale() {
    let mut index = rolled_out(2, 2, "2");
    for (name, kind, target) in
        [("a", "Deployment", "web"), ("b", "StatefulSet", "web"), ("c", "Deployment", "api")]
    {
        let autoscaler: HorizontalPodAutoscaler = read(json!({
            "metadata": { "name": name },
            "spec": { "maxReplicas": 2, "scaleTargetRef": { "kind": kind, "name": target } },
        }));
        index.put(Entry::Autoscaler(Arc::new(autoscaler)));
    }
    let found = index.snapshot(&of(Kind::Deployment, "web")).autoscalers;
    assert_eq!(found.iter().filter_map(|it| it.metadata.name.as_deref()).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn tuning_pods_are_known_by_their_label_and_name_whoever_owns_them() {
    let tuning = |name: &str, role: &str| {
        let pod = json!({ "metadata": { "name": name, "uid": name, "labels": { "app": "web", "opsani_role": role } } });
        Entry::Pod(Arc::new(serde_json::from_value(pod).expect("a pod")))
    };
    let mut index = index(vec![deployment(1, 1, "1")]);
    for (name, role) in [("web-tuning", "tuning"), ("web-tuning-b", "main"), ("other-tuning", "tuning")] {
        index.put(tuning(name, role));
    }
    let known = |index: &Index| {
        names(&index.snapshot(&of(Kind::Deployment, "web")).tuning)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(known(&index), ["web-tuning"]);
    index.put(tuning("web-tuning-b", "tuning"));
    assert_eq!(known(&index), ["web-tuning", "web-tuning-b"]);
    index.put(tuning("web-tuning", "main"));
    index.remove(&tuning("web-tuning-b", "tuning"));
    assert!(known(&index).is_empty());
}
