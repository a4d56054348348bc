//! Tuning pods looked at, described and adjusted, without a cluster.

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::{Value, json};

use super::*;
use crate::plan::Plan;
use crate::workload::Workload;

fn target(more: &Value) -> Target {
    let mut container = json!({
        "name": "main",
        "cpu": { "min": "100m", "max": "2", "step": "100m" },
        "memory": { "min": "64Mi", "max": "1Gi", "step": "64Mi" },
        "env": [{ "name": "THREADS", "type": "range", "min": 1, "max": 8, "step": 1, "value": 4 }],
    });
    for (key, value) in more.as_object().expect("a mapping") {
        container[key] = value.clone();
    }
    let section = json!({ "namespace": "shop", "deployments": [{
        "name": "web",
        "strategy": { "type": "canary", "alias": "tuning" },
        "replicas": { "min": 0, "max": 9 },
        "containers": [container],
    }] });
    let settings = serde_json::from_value(section).expect("settings");
    Plan::new("kubernetes", settings).expect("a plan").targets.remove(0)
}

fn snapshot(resources: &Value, tuning: Vec<Pod>) -> Snapshot {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": { "name": "web", "namespace": "shop" },
        "spec": { "replicas": 3, "selector": {}, "template": {
            "spec": { "containers": [{ "name": "main", "resources": resources }] },
        } },
    }))
    .expect("a Deployment");
    let workload = Some(Arc::new(Workload::from(&deployment)));
    Snapshot { workload, tuning: tuning.into_iter().map(Arc::new).collect(), ..Snapshot::default() }
}

fn usual() -> Value {
    json!({ "requests": { "cpu": "500m", "memory": "128Mi" }, "limits": { "cpu": "1", "memory": "256Mi" } })
}

/// A pod of what is asked for, as the API server has it.
fn pod(look: &Look, fields: &Fields, uid: &str) -> Pod {
    let made = pod::pod((&look.target, &look.workload), fields, "web-tuning", None, "shop");
    let mut pod = made.expect("a pod");
    pod.metadata.uid = Some(uid.to_owned());
    pod
}

fn look(more: &Value, snapshot: &Snapshot, memory: Option<&Memory>) -> Look {
    Look::of(&target(more), snapshot, memory).expect("a workload").expect("a tuning pod")
}

fn described(look: &Look) -> Vec<String> {
    let components = look.described().expect("a description");
    let settings = components.iter().flat_map(|component| {
        component.settings.iter().map(move |setting| {
            let value = setting.value().map_or_else(|| "-".to_owned(), ToString::to_string);
            let pinned = if setting.is_pinned() { " pinned" } else { "" };
            format!("{}.{}={value}{pinned}", component.name, setting.name())
        })
    });
    settings.collect()
}

#[test]
fn what_is_not_there_is_described_as_it_would_be_made() {
    let look = look(&json!({}), &snapshot(&usual(), Vec::new()), None);
    assert_eq!(
        described(&look),
        [
            "web/main.cpu=0.5 pinned",
            "web/main.mem=0.125 pinned",
            "web/main.replicas=3 pinned",
            "web/main.THREADS=4 pinned",
            "tuning.cpu=0.5",
            "tuning.mem=0.125",
            "tuning.replicas=1 pinned",
            "tuning.THREADS=4",
        ]
    );
    assert!(!look.is_lost && !look.is_outdated && look.pod.is_none());
}

#[test]
fn its_own_amounts_are_where_the_workload_has_others_or_none() {
    let own =
        json!({ "cpu": { "min": "100m", "max": "2", "step": "100m", "request": "200m", "limit": "300m" } });
    let found = look(&own, &snapshot(&usual(), Vec::new()), None).found;
    let main = &found.containers["main"];
    assert_eq!((main.requests["cpu"].as_str(), main.limits["cpu"].as_str()), ("200m", "300m"));
    assert_eq!(main.requests["memory"], "128Mi");

    let nothing = snapshot(&json!({}), Vec::new());
    let error = look(&json!({}), &nothing, None).described().expect_err("nothing to begin with");
    assert!(error.message().contains("has neither a cpu request nor a limit"), "{}", error.message());
    let own = json!({
        "cpu": { "min": "100m", "max": "2", "step": "100m", "request": "200m" },
        "memory": { "min": "64Mi", "max": "1Gi", "step": "64Mi", "limit": "64Mi" },
    });
    let told = described(&look(&own, &nothing, None));
    assert_eq!((told[0].as_str(), told[4].as_str()), ("web/main.cpu=- pinned", "tuning.cpu=0.2"));
}

#[test]
fn what_was_tried_last_goes_on_until_something_else_is_tried() {
    let empty = snapshot(&usual(), Vec::new());
    let first = look(&json!({}), &empty, None);
    let adjust = |setting: &str, value: &str| Adjustment::new("tuning", setting, value);
    let asked = first.proposed(&[&adjust("cpu", "0.2"), &adjust("THREADS", "8")]).expect("sound");
    let memory = Memory { uid: "1".to_owned(), fields: asked.clone() };
    let there = snapshot(&usual(), vec![pod(&first, &asked, "1")]);
    let second = look(&json!({}), &there, Some(&memory));
    assert!(second.pod.is_some() && !second.is_outdated);
    let asked = second.proposed(&[&adjust("mem", "0.25")]).expect("sound");
    let main = &asked.containers["main"];
    assert_eq!((main.requests["cpu"].as_str(), main.limits["cpu"].as_str()), ("200m", "200m"));
    assert_eq!((main.requests["memory"].as_str(), main.env["THREADS"].as_str()), ("256Mi", "8"));
    // What comes back to the value of the workload has its very text, the two amounts that differ among it.
    let back = second.proposed(&[&adjust("cpu", "0.5"), &adjust("THREADS", "4")]).expect("sound");
    let main = &back.containers["main"];
    assert_eq!((main.requests["cpu"].as_str(), main.limits["cpu"].as_str()), ("500m", "1"));
    assert!(main.env.is_empty());
    // A process that has not made it reads it from the pod.
    assert_eq!(
        described(&look(&json!({}), &there, None))[4..],
        ["tuning.cpu=0.2", "tuning.mem=0.125", "tuning.replicas=1 pinned", "tuning.THREADS=8"]
    );
}

#[test]
fn the_control_may_be_asked_for_what_it_has_and_nothing_else() {
    let look = look(&json!({}), &snapshot(&usual(), Vec::new()), None);
    let main = |setting: &str, value: &str| Adjustment::new("web/main", setting, value);
    look.proposed(&[&main("cpu", "0.5"), &main("replicas", "3")]).expect("it has that");
    let error = look.proposed(&[&main("cpu", "0.6")]).expect_err("it stays");
    assert!(error.message().starts_with("Deployment `shop/web` stays as it is"), "{}", error.message());
    assert!(error.help().is_some_and(|help| help.contains("adjust tuning")), "{:?}", error.help());
    let ignored = look.proposed(&[&Adjustment::new("tuning", "replicas", "3")]).expect("ignored");
    assert_eq!(ignored, look.fields);
    assert!(look.proposed(&[&Adjustment::new("tuning", "gc", "3")]).is_err());
}

#[test]
fn a_pod_that_is_gone_ends_or_is_of_another_template_is_known_for_that() {
    let empty = snapshot(&usual(), Vec::new());
    let first = look(&json!({}), &empty, None);
    let memory = Memory { uid: "1".to_owned(), fields: first.found.clone() };
    assert!(look(&json!({}), &empty, Some(&memory)).is_lost);
    let mut ending = pod(&first, &first.found, "1");
    ending.metadata.deletion_timestamp =
        Some(serde_json::from_value(json!("2026-11-23T00:00:00Z")).expect("a time"));
    let look_at_it = look(&json!({}), &snapshot(&usual(), vec![ending]), Some(&memory));
    assert!(look_at_it.is_lost && look_at_it.others.len() == 1);
    let other = json!({ "requests": { "cpu": "600m", "memory": "128Mi" } });
    let outdated = look(&json!({}), &snapshot(&other, vec![pod(&first, &first.found, "1")]), Some(&memory));
    assert!(outdated.is_outdated && !outdated.is_lost);
    // Somebody else's is not taken for it.
    let stranger = look(&json!({}), &snapshot(&usual(), vec![pod(&first, &first.found, "2")]), Some(&memory));
    assert!(stranger.is_lost && stranger.others.len() == 1);
}

#[test]
fn promoted_it_is_the_workloads_own() {
    let look = look(&json!({}), &snapshot(&usual(), Vec::new()), None);
    let adjust = |setting: &str, value: &str| Adjustment::new("tuning", setting, value);
    let (cpu, replicas) = (adjust("cpu", "0.2"), adjust("replicas", "1"));
    assert_eq!(look.promoted(&[&cpu, &replicas]), [Adjustment::new("web/main", "cpu", "0.2")]);
}
