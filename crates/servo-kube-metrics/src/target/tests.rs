//! Sections that are sound, and what is refused of others, at which key.

use serde_json::{Value, json};
use servo_core::connector::typed;

use super::*;

fn target(section: Value) -> Result<Target> {
    Target::new(typed(section)?)
}

fn refusal(section: Value) -> Vec<String> {
    let error = target(section).expect_err("a mistake");
    let all = std::iter::once(&error).chain(error.additional());
    all.map(|error| format!("{}: {}", error.key().unwrap_or_default(), error.message())).collect()
}

#[test]
fn what_is_left_out_is_as_in_servox() {
    let target = target(json!({"namespace": "shop", "name": "web"})).expect("sound");
    assert_eq!((target.metrics.len(), target.every), (18, Duration::from_secs(60)));
    assert_eq!(target.to_string(), "Deployment `shop/web`");
    for kind in ["deployment", "StatefulSet", "statefulset", "Statefulset"] {
        let read = self::target(json!({"namespace": "shop", "name": "web", "kind": kind})).expect("sound");
        assert_eq!(read.kind.resource().starts_with("deploy"), kind == "deployment");
    }
}

#[test]
fn the_example_and_what_servox_generates_are_sound() {
    let yaml = |text: &str| serde_saphyr::from_str::<Value>(text).expect("YAML");
    let example = target(yaml(include_str!("../example.yaml"))).expect("the example");
    assert_eq!((example.metrics.len(), example.is_sampled()), (4, true));
    let generated =
        "description: Update the namespace\nnamespace: default\nname: app\ncontainer: app_container_name\n";
    assert_eq!(target(yaml(generated)).expect("sound").container.as_deref(), Some("app_container_name"));
}

#[test]
fn metrics_are_measured_in_one_order_each_once() {
    let metrics = json!(["main_cpu_request", "tuning_mem_limit", "main_cpu_request"]);
    let target =
        target(json!({"namespace": "shop", "name": "web", "metrics_to_collect": metrics})).expect("sound");
    let names: Vec<String> = target.metrics.iter().map(|metric| metric.name()).collect();
    assert_eq!(names, ["tuning_mem_limit", "main_cpu_request"]);
    assert!(!target.is_sampled());
}

#[test]
fn everything_that_is_wrong_is_told_together() {
    let told = refusal(json!({
        "namespace": "Shop", "name": "web_1", "container": "", "context": "", "kubeconfig": "",
        "metric_collection_frequency": "0s", "metrics_to_collect": ["main_cpu_usage", "main_cpu"],
    }));
    let keys: Vec<&str> = told.iter().filter_map(|line| line.split(": ").next()).collect();
    let expected = [
        "namespace",
        "name",
        "container",
        "context",
        "kubeconfig",
        "metric_collection_frequency",
        "metrics_to_collect[1]",
    ];
    assert_eq!(keys, expected, "{told:?}");
    assert_eq!(
        refusal(json!({"namespace": "shop", "name": "web", "metrics_to_collect": []})),
        ["metrics_to_collect: expected at least one metric, found an empty list"]
    );
    assert!(target(json!({"namespace": "shop", "name": "web", "kind": "Job"})).is_err());
}
