//! The objects of a namespace found again by whom they belong to.

use serde_json::{Value, json};

use super::*;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};

fn owner(uid: &str) -> Value {
    json!([{ "apiVersion": "apps/v1", "kind": "Any", "name": "any", "uid": uid, "controller": true }])
}

fn deployment(name: &str, observed: i64) -> Entry {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": {
            "name": name, "namespace": "shop", "uid": name, "generation": 2,
            "annotations": { REVISION: "2" },
        },
        "spec": { "selector": {}, "template": {} },
        "status": { "observedGeneration": observed },
    }))
    .expect("a Deployment");
    Entry::Workload(Arc::new(Workload::from(&deployment)))
}

fn stateful_set(observed: i64) -> Entry {
    let set: StatefulSet = serde_json::from_value(json!({
        "metadata": { "name": "db", "namespace": "shop", "uid": "db", "generation": 2 },
        "spec": { "selector": {}, "template": {}, "serviceName": "db" },
        "status": { "observedGeneration": observed, "replicas": 2, "updateRevision": "db-new" },
    }))
    .expect("a StatefulSet");
    Entry::Workload(Arc::new(Workload::from(&set)))
}

fn replica_set(name: &str, of: &str, revision: &str) -> Entry {
    let set = serde_json::from_value(json!({
        "metadata": {
            "name": name, "uid": name, "ownerReferences": owner(of), "annotations": { REVISION: revision },
        },
    }));
    Entry::ReplicaSet(Arc::new(set.expect("a ReplicaSet")))
}

fn pod(name: &str, metadata: &Value) -> Entry {
    let mut pod: Pod = serde_json::from_value(json!({ "metadata": metadata })).expect("a pod");
    pod.metadata.name = Some(name.to_owned());
    Entry::Pod(Arc::new(pod))
}

fn pod_of(name: &str, set: &str) -> Entry {
    pod(name, &json!({ "ownerReferences": owner(set) }))
}

fn autoscaler(name: &str, kind: &str, target: &str) -> Entry {
    let autoscaler = serde_json::from_value(json!({
        "metadata": { "name": name },
        "spec": { "maxReplicas": 9, "scaleTargetRef": { "apiVersion": "apps/v1", "kind": kind, "name": target } },
    }));
    Entry::Autoscaler(Arc::new(autoscaler.expect("an autoscaler")))
}

fn reference(kind: Kind, name: &str) -> Reference {
    Reference { kind, namespace: "shop".to_owned(), name: name.to_owned() }
}

fn index(entries: Vec<Entry>) -> Index {
    let mut index = Index::default();
    for entry in entries {
        index.put(entry);
    }
    index
}

/// The names of the pods of a workload: all, and those of the newest revision.
fn pods(index: &Index, kind: Kind, name: &str) -> [Vec<String>; 2] {
    let snapshot = index.snapshot(&reference(kind, name));
    [snapshot.pods, snapshot.newest]
        .map(|pods| pods.iter().filter_map(|pod| pod.metadata.name.clone()).collect())
}

fn rollout(observed: i64) -> Vec<Entry> {
    vec![
        deployment("web", observed),
        replica_set("web-1", "web", "1"),
        replica_set("web-2", "web", "2"),
        pod_of("web-1-a", "web-1"),
        pod_of("web-2-a", "web-2"),
    ]
}

#[test]
fn pods_of_a_deployment_are_told_apart_by_the_revision_of_their_replica_sets() {
    let found = pods(&index(rollout(2)), Kind::Deployment, "web");
    assert_eq!(found, [vec!["web-1-a", "web-2-a"], vec!["web-2-a"]]);
}

#[test]
fn none_is_of_the_newest_revision_before_its_controller_has_seen_that() {
    let found = pods(&index(rollout(1)), Kind::Deployment, "web");
    assert_eq!(found, [vec!["web-1-a", "web-2-a"], vec![]]);
}

#[test]
fn pods_of_a_stateful_set_are_told_apart_by_their_label() {
    let labelled = |hash: &str| json!({ "ownerReferences": owner("db"), "labels": { REVISION_HASH: hash } });
    let of = |observed| {
        let pods = [pod("db-0", &labelled("db-old")), pod("db-1", &labelled("db-new"))];
        index([stateful_set(observed)].into_iter().chain(pods).collect())
    };
    assert_eq!(pods(&of(2), Kind::StatefulSet, "db"), [vec!["db-0", "db-1"], vec!["db-1"]]);
    assert_eq!(pods(&of(1), Kind::StatefulSet, "db"), [vec!["db-0", "db-1"], vec![]]);
}

#[test]
fn an_object_belongs_to_whom_it_belonged_to_last() {
    let mut index = index(rollout(2));
    index.put(deployment("other", 2));
    index.put(replica_set("other-1", "other", "2"));
    index.put(pod_of("web-2-a", "other-1"));
    assert_eq!(pods(&index, Kind::Deployment, "web"), [vec!["web-1-a"], vec![]]);
    assert_eq!(pods(&index, Kind::Deployment, "other"), [vec!["web-2-a"], vec!["web-2-a"]]);
    index.put(pod("web-2-a", &json!({})));
    assert_eq!(pods(&index, Kind::Deployment, "other"), [vec![] as Vec<&str>, vec![]], "nobody controls it");
    index.put(pod_of("web-2-a", "web-2"));
    assert_eq!(pods(&index, Kind::Deployment, "web"), [vec!["web-1-a", "web-2-a"], vec!["web-2-a"]]);
}

#[test]
fn what_is_deleted_is_forgotten_even_if_its_owner_is_not_named_any_more() {
    let mut index = index(rollout(2));
    index.remove(&pod("web-1-a", &json!({})));
    index.remove(&pod_of("nobody", "web-1"));
    index.remove(&replica_set("web-2", "web", "2"));
    assert_eq!(pods(&index, Kind::Deployment, "web"), [vec![] as Vec<&str>, vec![]]);
    index.remove(&deployment("web", 2));
    assert!(index.snapshot(&reference(Kind::Deployment, "web")).workload.is_none());
}

#[test]
fn what_is_not_listed_any_more_is_forgotten_and_what_is_of_another_resource_stays() {
    let mut index = index(rollout(2));
    index.put(stateful_set(2));
    index.put(autoscaler("scale", "Deployment", "web"));
    index.replace("pods", vec![pod_of("web-2-b", "web-2")]);
    assert_eq!(pods(&index, Kind::Deployment, "web"), [vec!["web-2-b"], vec!["web-2-b"]]);
    index.replace("replicasets", vec![]);
    assert_eq!(pods(&index, Kind::Deployment, "web"), [vec![] as Vec<&str>, vec![]]);
    index.replace(AUTOSCALERS, vec![]);
    assert!(index.snapshot(&reference(Kind::Deployment, "web")).autoscalers.is_empty());
    index.replace("deployments", vec![]);
    assert!(index.snapshot(&reference(Kind::Deployment, "web")).workload.is_none());
    assert!(index.snapshot(&reference(Kind::StatefulSet, "db")).workload.is_some());
}

#[test]
fn an_autoscaler_is_that_of_the_kind_and_name_that_it_scales() {
    let index = index(vec![
        deployment("web", 2),
        stateful_set(2),
        autoscaler("b", "Deployment", "web"),
        autoscaler("a", "Deployment", "web"),
        autoscaler("c", "StatefulSet", "web"),
        autoscaler("d", "StatefulSet", "db"),
    ]);
    let names = |kind, name: &str| -> Vec<String> {
        let found = index.snapshot(&reference(kind, name)).autoscalers;
        found.iter().filter_map(|it| it.metadata.name.clone()).collect()
    };
    assert_eq!(names(Kind::Deployment, "web"), ["a", "b"]);
    assert_eq!(names(Kind::StatefulSet, "db"), ["d"]);
}

#[test]
fn a_workload_among_many_has_its_own_and_no_others() {
    let mut index = Index::default();
    for number in 0..500 {
        let (name, set) = (format!("web{number}"), format!("web{number}-2"));
        index.put(deployment(&name, 2));
        index.put(replica_set(&set, &name, "2"));
        for pod in 0..10 {
            index.put(pod_of(&format!("{set}-{pod}"), &set));
        }
    }
    let snapshot = index.snapshot(&reference(Kind::Deployment, "web42"));
    let names: Vec<_> = snapshot.newest.iter().filter_map(|pod| pod.metadata.name.clone()).collect();
    assert_eq!(names, (0..10).map(|pod| format!("web42-2-{pod}")).collect::<Vec<_>>());
    assert_eq!((snapshot.pods.len(), snapshot.replica_sets.len()), (10, 1));
    // The objects are shared, not copied: one in the index, one here twice.
    assert!(snapshot.newest.iter().all(|pod| Arc::strong_count(pod) == 3));
}
