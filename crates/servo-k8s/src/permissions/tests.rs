//! What configurations need, and nothing more.

use serde_json::{Value, json};
use servo_core::connector::typed;

use super::*;
use crate::settings::Settings;

fn workload(name: &str, apply: &str, logs: bool) -> Value {
    json!({
        "name": name,
        "apply": apply,
        "container_logs_in_error_status": logs,
        "replicas": {"min": 1, "max": 2},
        "containers": [{
            "name": "main",
            "cpu": {"min": "250m", "max": 1, "step": "250m"},
            "memory": {"min": "256Mi", "max": "1Gi", "step": "256Mi"},
        }],
    })
}

/// Writes the permissions of the only namespace, a line each.
fn lines(section: Value, observes_only: bool) -> Vec<String> {
    let plan = Plan::new("kubernetes", typed::<Settings>(section).expect("settings")).expect("a plan");
    let needed = needed(&plan, observes_only);
    assert_eq!(needed.len(), 1, "one namespace");
    let all = needed.values().flatten().flat_map(|needed| {
        let Needed { permission, names } = needed;
        let line = |verb| format!("{verb} {} {}", permission.path(), names.join(",")).trim_end().to_owned();
        permission.verbs.iter().map(line).collect::<Vec<_>>()
    });
    all.collect()
}

#[test]
fn observing_needs_no_more_than_looking() {
    let section = json!({"deployments": [workload("web", "auto", true), workload("api", "rollout", false)]});
    let lines = lines(section, true);
    assert_eq!(
        lines,
        [
            "get namespaces default",
            "list deployments",
            "watch deployments",
            "get deployments api,web",
            "list replicasets",
            "watch replicasets",
            "list pods",
            "watch pods",
            "list horizontalpodautoscalers",
            "watch horizontalpodautoscalers",
            "list limitranges",
            "list resourcequotas",
            "get leases servo-deployment-api,servo-deployment-web",
        ]
    );
}

#[test]
fn what_is_not_configured_is_not_asked_for() {
    let more = |section: Value| -> Vec<String> {
        let observing = lines(section.clone(), true);
        lines(section, false).into_iter().filter(|line| !observing.contains(line)).collect()
    };
    assert_eq!(
        more(json!({"stateful_sets": [workload("db", "rollout", false)]})),
        [
            "patch statefulsets db",
            "delete pods",
            "list events",
            "watch events",
            "create leases",
            "update leases servo-statefulset-db",
            "delete leases servo-statefulset-db",
        ]
    );
    let all = more(json!({"deployments": [workload("web", "in_place", true)]}));
    assert!(all.contains(&"patch pods/resize".to_owned()) && all.contains(&"get pods/log".to_owned()));
    assert!(!all.iter().any(|line| line.contains("statefulsets")));
}

#[test]
fn each_row_says_why_and_no_two_are_the_same() {
    for (index, row) in TABLE.iter().enumerate() {
        assert!(!row.why.is_empty() && !row.verbs.is_empty());
        for other in TABLE.iter().take(index) {
            let is_same = (row.group, row.path(), row.objects) == (other.group, other.path(), other.objects);
            let shares = row.verbs.iter().any(|verb| other.verbs.contains(verb));
            assert!(!(is_same && shares), "{} {:?}", row.path(), row.verbs);
        }
    }
}
