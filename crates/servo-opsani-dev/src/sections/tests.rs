//! What ten lines stand for.

use serde_json::json;
use servo_core::connector::typed;
use servo_core::event::Phase;
use servo_core::{Connector as _, Result};

use super::*;
use crate::OpsaniDev;

/// The section that ServoX generates.
fn generated() -> serde_json::Value {
    json!({
        "namespace": "default",
        "deployment": "app-deployment",
        "container": "main",
        "service": "app",
        "cpu": {"unit": "cores", "min": "250m", "max": "4"},
        "memory": {"unit": "GiB", "min": "256.0Mi", "max": "4.0Gi"},
    })
}

fn settings(section: serde_json::Value) -> Settings {
    typed(section).expect("settings")
}

fn with(key: &str, value: serde_json::Value) -> serde_json::Value {
    let mut section = generated();
    section[key] = value;
    section
}

fn refusal(section: serde_json::Value) -> Vec<String> {
    let built: Result<OpsaniDev> = typed(section).and_then(|settings| OpsaniDev::new("opsani_dev", settings));
    let error = built.expect_err("a mistake");
    let all = std::iter::once(&error).chain(error.additional());
    all.map(|error| format!("{}: {}", error.key().unwrap_or_default(), error.message())).collect()
}

#[test]
fn the_tuning_pod_is_beside_the_deployment_which_stays_as_it_is() {
    let section = kubernetes(&settings(generated())).expect("a section");
    assert_eq!(section.namespace.as_deref(), Some("default"));
    assert_eq!(section.create_tuning_pod, Some(true));
    let [workload] = section.deployments.as_deref().expect("deployments") else { panic!("several") };
    assert_eq!(workload.name, "app-deployment");
    assert_eq!(workload.strategy, Strategy::Canary { alias: Some("tuning".to_owned()) });
    assert_eq!((workload.replicas.min, workload.replicas.max, workload.replicas.pinned), (0, 1, true));
    let [container] = workload.containers.as_slice() else { panic!("several") };
    assert_eq!((container.name.as_str(), container.alias.as_deref()), ("main", Some("main")));
    assert_eq!(container.cpu.step.to_string(), "125m");
    assert_eq!(container.memory.step.to_string(), "128Mi");
    assert!(!container.cpu.pinned && !container.memory.pinned);
}

#[test]
fn without_a_tuning_pod_nothing_is_tuned() {
    let section = with("create_tuning_pod", json!(false));
    let settings = settings(section);
    let section = kubernetes(&settings).expect("a section");
    let [workload] = section.deployments.as_deref().expect("deployments") else { panic!("several") };
    assert_eq!(workload.strategy, Strategy::Default);
    assert_eq!((workload.replicas.min, workload.replicas.max, workload.replicas.pinned), (0, 99_999, true));
    let container = &workload.containers[0];
    assert!(container.cpu.pinned && container.memory.pinned);
    let asked = prometheus(&settings).metrics;
    assert!(asked.iter().all(|metric| !metric.name.starts_with("tuning")), "{asked:?}");
    let collected = kube_metrics(&settings).metrics_to_collect.expect("a list");
    assert_eq!(collected.len(), 9);
    assert!(collected.iter().all(|name| name.starts_with("main")), "{collected:?}");
}

#[test]
fn the_prometheus_that_is_configured_is_the_one_that_is_asked() {
    let section = prometheus(&settings(generated()));
    assert_eq!(section.base_url, "http://localhost:9090");
    assert_eq!(section.metrics.len(), 13);
    assert_eq!(section.streaming_interval, Some(Duration::from_secs(10)));
    let section = with("prometheus_base_url", json!("http://prometheus.monitoring:9090"));
    assert_eq!(prometheus(&settings(section)).base_url, "http://prometheus.monitoring:9090");
}

#[test]
fn all_eighteen_are_collected_of_the_container_that_is_tuned() {
    let section = kube_metrics(&settings(generated()));
    assert_eq!((section.name.as_str(), section.container.as_deref()), ("app-deployment", Some("main")));
    assert!(section.metrics_to_collect.is_none());
    assert_eq!(servo_kube_metrics::Settings::names().len(), 18);
}

#[test]
fn what_is_written_reaches_the_connector_that_it_is_for() {
    let mut section = generated();
    section["timeout"] = json!("3m");
    section["settlement"] = json!("30s");
    section["container_logs_in_error_status"] = json!(true);
    section["env"] = json!([{"name": "WORKERS", "type": "range", "min": 1, "max": 4, "step": 1}]);
    section["static_environment_variables"] = json!({"MODE": "tuning"});
    section["cpu"]["step"] = json!("250m");
    section["cpu"]["get"] = json!(["limit"]);
    section["memory"]["request"] = json!("512Mi");
    let section = kubernetes(&settings(section)).expect("a section");
    assert_eq!(section.timeout, Some(Duration::from_secs(180)));
    assert_eq!(section.settlement, Some(Duration::from_secs(30)));
    assert_eq!(section.container_logs_in_error_status, Some(true));
    let container = &section.deployments.expect("deployments")[0].containers[0];
    assert_eq!(container.env.as_ref().map(Vec::len), Some(1));
    assert_eq!(
        container.static_environment_variables.as_ref().map(|all| all["MODE"].as_str()),
        Some("tuning")
    );
    assert_eq!(container.cpu.step.to_string(), "250m");
    assert_eq!(container.cpu.get.as_ref().map(Vec::len), Some(1));
    assert_eq!(container.memory.request.map(|it| it.to_string()).as_deref(), Some("512Mi"));
}

#[test]
fn the_old_name_of_the_deployment_is_taken_and_only_deployments_are() {
    let mut section = generated();
    let name = section["deployment"].take();
    section.as_object_mut().expect("a mapping").remove("deployment");
    section["workload_name"] = name;
    section["workload_kind"] = json!("deployment");
    assert_eq!(settings(section.clone()).deployment, "app-deployment");
    section["deployment"] = json!("other");
    assert!(refusal(section)[0].contains("duplicate field `deployment`"));
    assert!(
        refusal(with("workload_kind", json!("rollout")))[0].starts_with("workload_kind: unknown variant")
    );
}

#[test]
fn a_mistake_is_told_at_the_key_that_was_written() {
    for (key, value, told) in [
        ("namespace", json!("De fault"), "namespace: expected the name of a namespace, found `De fault`"),
        ("deployment", json!("App"), "deployment: expected the name of a workload, found `App`"),
        ("container", json!("ma in"), "container: expected the name of a container, found `ma in`"),
        ("service", json!("9app"), "service: expected the name of a Service, found `9app`"),
        ("container", json!("opsani-envoy"), "container: `opsani-envoy` is the sidecar: it is not tuned"),
        ("envoy_sidecar_image", json!(" "), "envoy_sidecar_image: expected an image, found no text"),
    ] {
        assert_eq!(refusal(with(key, value)), [told]);
    }
    let url = refusal(with("prometheus_base_url", json!("ftp://x")));
    assert!(url.len() == 1 && url[0].starts_with("prometheus_base_url: "), "{url:?}");
    let bounds = refusal(with("cpu", json!({"min": 4, "max": 2})));
    assert!(bounds.len() == 1 && bounds[0].starts_with("cpu."), "{bounds:?}");
    let several = json!({
        "namespace": "A", "deployment": "B", "container": "c", "service": "D",
        "cpu": {"min": 4, "max": 2}, "memory": {"min": "1Gi", "max": "2Gi"},
    });
    let mut keys: Vec<String> = refusal(several)
        .iter()
        .map(|told| told.split([':', '.']).next().unwrap_or_default().to_owned())
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, ["cpu", "deployment", "namespace", "service"]);
}

#[test]
fn three_connectors_come_along_under_names_of_their_own() {
    let dev = OpsaniDev::new("opsani_dev", settings(generated())).expect("a connector");
    let member = servo_core::event::Member::new("opsani_dev", "opsani_dev", dev);
    let parts = member.parts();
    let named: Vec<(&str, &str)> = parts.iter().map(|part| (&**part.name(), part.kind())).collect();
    assert_eq!(
        named,
        [
            ("opsani-dev:kubernetes", "kubernetes"),
            ("opsani-dev:prometheus", "prometheus"),
            ("opsani-dev:kube-metrics", "kube_metrics"),
        ]
    );
    assert!(parts.iter().all(|part| &**part.section() == "opsani_dev"));
    let adjusts: Vec<bool> = parts.iter().map(|part| part.handles("adjust", Phase::On)).collect();
    assert_eq!(adjusts, [true, false, false]);
    let workloads = parts[0].declares().workloads;
    assert_eq!(workloads.len(), 1);
    assert!(member.declares().workloads.is_empty(), "it would be adjusted twice");
}
