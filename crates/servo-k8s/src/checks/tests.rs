//! What checks say of workloads, limits and quotas.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{LimitRange, ResourceQuota};
use serde_json::{Value, from_value, json};
use servo_core::connector::typed;

use super::*;
use crate::plan::Plan;
use crate::workload::Workload;

/// Puts what is in one value over what is in another.
fn merged(mut base: Value, over: Value) -> Value {
    match (&mut base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                let below = base.remove(&key).unwrap_or(Value::Null);
                base.insert(key, merged(below, value));
            }
        }
        (base, over) => *base = over,
    }
    base
}

/// Gives the Deployment `web`, with something else in its section.
pub(super) fn target(over: Value) -> Target {
    let section = json!({
        "name": "web",
        "replicas": {"min": 1, "max": 5},
        "containers": [{
            "name": "main",
            "cpu": {"min": "250m", "max": 2, "step": "250m"},
            "memory": {"min": "256Mi", "max": "4Gi", "step": "256Mi"},
        }],
    });
    let section = json!({"deployments": [merged(section, over)]});
    let plan = Plan::new("kubernetes", typed(section).expect("settings")).expect("a plan");
    plan.targets.into_iter().next().expect("a target")
}

/// Gives the workload in the cluster: one CPU and a GiB each in two replicas, beside a small sidecar.
pub(super) fn workload(over: Value) -> Workload {
    let resources = |cpu: &str, memory: &str| {
        let amounts = json!({"cpu": cpu, "memory": memory});
        json!({"requests": amounts, "limits": amounts})
    };
    let object = json!({
        "metadata": {"name": "web", "namespace": "default", "generation": 3},
        "spec": {
            "replicas": 2,
            "selector": {},
            "template": {"spec": {"containers": [
                {"name": "main", "resources": resources("1", "1Gi")},
                {"name": "proxy", "resources": resources("100m", "64Mi")},
            ]}},
        },
        "status": {"observedGeneration": 3, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2},
    });
    let object: Deployment = from_value(merged(object, over)).expect("a Deployment");
    Workload::from(&object)
}

fn refusal<T: std::fmt::Debug>(found: Result<T>) -> String {
    found.expect_err("a refusal").message().to_owned()
}

#[test]
fn containers_that_are_not_there_are_told_with_those_that_are() {
    let (target, found) = (target(json!({})), workload(json!({})));
    assert!(ready::containers(&target, &found).is_ok());
    let other = json!({"spec": {"template": {"spec": {"containers": [{"name": "app"}]}}}});
    let error = ready::containers(&target, &workload(other)).expect_err("no container");
    assert_eq!(error.message(), "Deployment `default/web` has no container `main`");
    assert_eq!(error.help(), Some("the containers there are: app"));
}

#[test]
fn amounts_that_cannot_be_read_are_told_by_what_was_looked_for() {
    let (target, found) = (target(json!({})), workload(json!({})));
    assert!(ready::requirements(&target, &found).is_ok());
    let bare = json!({"spec": {"template": {"spec": {"containers": [
        {"name": "main", "resources": {"limits": {"cpu": "1"}}},
    ]}}}});
    assert_eq!(
        refusal(ready::requirements(&target, &workload(bare))),
        "Deployment `default/web`: container `main` has no memory request and no limit"
    );
}

#[test]
fn a_workload_is_ready_when_all_its_pods_are_new_and_available() {
    assert_eq!(ready::ready(&workload(json!({}))).expect("ready"), "2 of 2 pods are available");
    let none = json!({"spec": {"replicas": 0}, "status": {"replicas": null, "updatedReplicas": null,
                      "readyReplicas": null, "availableReplicas": null}});
    assert_eq!(ready::ready(&workload(none)).expect("ready"), "0 of 0 pods are available");
    for (over, expected) in [
        (json!({"spec": {"paused": true}}), "rollouts of Deployment `default/web` are paused"),
        (
            json!({"metadata": {"generation": 4}}),
            "the controller has not seen the newest Deployment `default/web` yet",
        ),
        (
            json!({"status": {"availableReplicas": 1, "conditions": [
                {"type": "Progressing", "status": "False", "message": "ReplicaSet \"web-1\" has timed out progressing."},
            ]}}),
            "1 of 2 pods of Deployment `default/web` are available, 2 are of the newest revision; ReplicaSet \"web-1\" has \
             timed out progressing.",
        ),
    ] {
        assert_eq!(refusal(ready::ready(&workload(over))), expected);
    }
}

fn limit_range(limits: &Value) -> LimitRange {
    from_value(json!({"metadata": {"name": "small"}, "spec": {"limits": limits}})).expect("a LimitRange")
}

#[test]
fn amounts_beyond_a_limit_range_are_told() {
    let target = target(json!({}));
    assert_eq!(bounds::allowed(&target, &[]).expect("none"), "the namespace has none");
    let wide = limit_range(&json!([
        {"type": "Container", "max": {"cpu": "2", "memory": "4Gi"}, "min": {"cpu": "100m"}},
        {"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}},
    ]));
    assert_eq!(bounds::allowed(&target, &[wide]).expect("room"), "2 looked at");
    let narrow = limit_range(&json!([
        {"type": "Container", "max": {"cpu": "1500m"}, "min": {"memory": "512Mi"}},
        {"type": "Pod", "max": {"memory": "3G"}},
    ]));
    assert_eq!(
        refusal(bounds::allowed(&target, &[narrow])),
        "cpu of container `main` goes up to 2, more than 1.5 (LimitRange `small`); memory of container `main` goes down to \
         256Mi, less than 512Mi (LimitRange `small`); memory of a pod goes up to 4Gi, more than 2929687.5Ki (LimitRange \
         `small`)"
    );
    let pinned = self::target(json!({"containers": [{
        "name": "main",
        "cpu": {"min": "250m", "max": 2, "step": "250m", "pinned": true},
        "memory": {"min": "256Mi", "max": "1Gi", "step": "256Mi"},
    }]}));
    let narrow = limit_range(&json!([{"type": "Container", "max": {"cpu": "1"}}]));
    assert!(bounds::allowed(&pinned, &[narrow]).is_ok(), "what is pinned stays as it is");
}

fn quota(hard: &Value, used: &Value, scopes: &Value) -> ResourceQuota {
    let object = json!({"metadata": {"name": "team"}, "spec": {"scopes": scopes}, "status": {"hard": hard, "used": used}});
    from_value(object).expect("a ResourceQuota")
}

#[test]
fn what_is_left_of_a_quota_is_compared_with_what_would_be_more() {
    let (target, found) = (target(json!({})), workload(json!({})));
    // Five replicas of 2.1 are 8.3 more than two of 1.1.
    let enough = quota(
        &json!({"requests.cpu": "11", "pods": "5"}),
        &json!({"requests.cpu": "2.2", "pods": "2"}),
        &json!(null),
    );
    assert_eq!(quota::room(&target, &found, &[enough]).expect("room"), "1 looked at");
    let short = quota(
        &json!({"limits.cpu": "10", "pods": "4"}),
        &json!({"limits.cpu": "2.2", "pods": "2"}),
        &json!(null),
    );
    assert_eq!(
        refusal(quota::room(&target, &found, &[short])),
        "the quota `team` has 7.8 of limits.cpu left, and at its largest it would take 8.3 more; the quota `team` has 2 \
         pods left, and there may be 3 more"
    );
    let scoped = quota(&json!({"pods": "2"}), &json!({"pods": "2"}), &json!(["BestEffort"]));
    assert_eq!(quota::room(&target, &found, &[scoped]).expect("not its"), "the namespace has none");
}

#[test]
fn beside_a_tuning_pod_the_workload_stays_as_it_is() {
    let target = target(json!({"strategy": "canary", "replicas": {"min": 0, "max": 99}}));
    let found = workload(json!({}));
    // One pod of 2.1, whatever the replicas might be.
    let hard = |cpu: &str| json!({"limits.cpu": cpu, "pods": "3"});
    let used = json!({"limits.cpu": "2.2", "pods": "2"});
    assert!(quota::room(&target, &found, &[quota(&hard("4.3"), &used, &json!(null))]).is_ok());
    assert_eq!(
        refusal(quota::room(&target, &found, &[quota(&hard("4.2"), &used, &json!(null))])),
        "the quota `team` has 2 of limits.cpu left, and at its largest it would take 2.1 more"
    );
    let bare = json!({"spec": {"template": {"spec": {"containers": [{"name": "main"}]}}}});
    let own = self::target(json!({"strategy": "canary", "containers": [{
        "name": "main",
        "cpu": {"min": "250m", "max": 2, "step": "250m", "limit": "1"},
        "memory": {"min": "256Mi", "max": "4Gi", "step": "256Mi", "request": "1Gi"},
    }]}));
    assert!(ready::requirements(&own, &workload(bare.clone())).is_ok(), "it has amounts of its own");
    assert!(ready::requirements(&target, &workload(bare)).is_err());
}

#[test]
fn checks_of_several_clusters_say_of_which() {
    let access = |context: Option<&str>, file: Option<&str>| Access {
        context: context.map(str::to_owned),
        kubeconfig: file.map(Into::into),
    };
    assert_eq!(named("Kubernetes version", &access(Some("east"), None), false), "Kubernetes version");
    assert_eq!(
        named("Kubernetes version", &access(Some("east"), None), true),
        "Kubernetes version (context \"east\")"
    );
    assert_eq!(named("x", &access(None, Some("a")), true), "x (kubeconfig \"a\")");
    assert_eq!(named("x", &access(None, None), true), "x (default)");
}
