//! From bare to ready, and what Prometheus knows then.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use servo_core::check::Check;
use servo_core::duration::Duration as Span;
use servo_core::event::Scope;
use servo_core::event::standard::{Measure, Measuring};
use servo_core::model::{Control, Reading};
use servo_core::optimizer::Selected;
use servo_core::safety::Mode;
use servo_testkit::cluster::{Shared, in_namespace, until};

use super::stage::{APPLICATION, Stage, address, config_map, grant, load, node, section, servo_pod, shape};

/// How long it may take, three rollouts included.
const PATIENCE: Duration = Duration::from_mins(4);
/// How long a remedy may take, as `servo check --remedy` has it.
const REMEDY: Span = Span::from_secs(10);
/// What tells the main pods.
const MAIN: &str = "app=web,opsani_role!=tuning";
/// What tells the tuning pod.
const TUNING: &str = "app=web,opsani_role=tuning";

#[tokio::test]
async fn a_bare_deployment_is_brought_to_where_a_pod_of_it_is_tuned() {
    let shared = Shared::get();
    let Some(node) = node(&shared).await else { return };
    in_namespace(&shared, async |namespace| {
        namespace.apply(APPLICATION).await;
        namespace.apply(&config_map()).await;
        let section_ = section(namespace, &json!({}));
        grant(namespace, &section_).await;
        namespace.apply(&servo_pod()).await;
        namespace.until_available("deployment/web").await;
        namespace.until_available("deployment/servo").await;
        let prometheus = node.way_to(address(namespace, "prometheus", 9090).await).await.expect("a way");
        let way = node.way_to(address(namespace, "web", 80).await).await.expect("a way");
        let url = format!("http://{}", prometheus.address());
        let stage =
            Stage::new(namespace, Some("servo"), section(namespace, &json!({"prometheus_base_url": url})));
        let load = load(way.address());

        let section_ = section(namespace, &json!({"prometheus_base_url": url}));
        let selected = Some(Selected { id: None });
        let observing = Stage::in_mode(namespace, None, section_, selected, Mode::Observe);
        // The Service of Prometheus leads to it a moment after its pod is ready.
        let checks = until("the first of what is missing is told", PATIENCE, async || {
            let checks = observing.check().await;
            let is_told = checks.iter().any(|check| check.id == "annotations" && check.failed());
            if is_told { Ok(checks) } else { Err(format!("{:?}", checks.last())) }
        })
        .await;
        assert!(checks.iter().all(|check| check.remedy.is_none()), "whoever only observes changes nothing");

        each_was_missing(&brought(&stage).await);
        let before = shape(&namespace.pods(MAIN).await);
        assert_eq!(before.len(), 2);
        let values = measured(&stage).await;
        assert_eq!(shape(&namespace.pods(MAIN).await), before, "the main pods are left alone");
        of_both_sides(&values);

        let user = format!("system:serviceaccount:{}:servo", namespace.name());
        let denied = namespace.audit(|entry| entry.user == user && entry.code == 403);
        assert!(denied.is_empty(), "{denied:?}");

        // A pod without an Envoy, behind the same Service.
        namespace.apply(STRAY).await;
        let (id, message) = stage.first_failure().await;
        assert_eq!(
            (id.as_str(), message.as_str()),
            ("pods_have_sidecars", "no container `opsani-envoy`: stray")
        );
        namespace.kubectl(&["delete", "pod", "stray", "--now"]).await.done();

        stage.leave().await;
        until("the tuning pod is gone", PATIENCE, async || {
            let left = namespace.pods(TUNING).await;
            if left.is_empty() { Ok(()) } else { Err(format!("{} are left", left.len())) }
        })
        .await;
        drop(load);
        not_scraped(namespace, &section(namespace, &json!({"prometheus_base_url": url}))).await;
    })
    .await;
}

/// Runs the checks and their remedies until all hold, and gives those that did not, each with what it said first.
async fn brought(stage: &Stage) -> Vec<(String, String)> {
    let mut failed: Vec<(String, String)> = Vec::new();
    until("every check holds", PATIENCE, async || {
        let checks = stage.check().await;
        let wrong: Vec<&Check> =
            checks.iter().filter(|check| !check.passed() && check.not_run().is_none()).collect();
        for check in &wrong {
            let told = check.message.clone().unwrap_or_default();
            if !failed.iter().any(|(id, _)| *id == check.id) {
                failed.push((check.id.clone(), told));
            }
            if let Some(remedy) = &check.remedy {
                let _ = remedy.apply(REMEDY).await;
            }
        }
        let told: Vec<&str> = wrong.iter().map(|check| check.name.as_str()).collect();
        if checks.len() == 29 && told.is_empty() { Ok(()) } else { Err(told.join(", ")) }
    })
    .await;
    failed
}

fn each_was_missing(failed: &[(String, String)]) {
    for (id, message) in [
        ("annotations", "pod template is missing annotations: prometheus.opsani.com/path"),
        ("labels", "pod template is missing labels: servo.opsani.com/optimizer=shop"),
        ("envoy_sidecar", "pod template has no container `opsani-envoy`"),
        ("envoy_scraped", "Prometheus "),
        ("traffic_proxied", "target port of port 80 of Service `web` is not 9980"),
        ("tuning_pod", "there is no tuning pod beside Deployment `web`"),
        ("traffic_processed", "Prometheus knows of no request to "),
    ] {
        let told = failed.iter().find(|(it, _)| it == id).map(|(_, told)| told.as_str());
        let told = told.unwrap_or_else(|| panic!("`{id}` has not failed: {failed:#?}"));
        assert!(told.starts_with(message), "{id}: {told}");
    }
}

fn of_both_sides(values: &BTreeMap<String, f64>) {
    let value = |name: &str| *values.get(name).unwrap_or_else(|| panic!("no {name}: {values:?}"));
    assert_eq!(values.len(), 13, "{values:?}");
    assert!((value("main_instance_count") - 2.0).abs() < 1e-9, "{values:?}");
    assert!((value("tuning_instance_count") - 1.0).abs() < 1e-9, "{values:?}");
    assert!(value("main_p90_latency") > 0.0 && value("tuning_p90_latency") > 0.0, "{values:?}");
    assert!(value("main_p50_latency") <= value("main_p90_latency"), "{values:?}");
    // The rates of main pods are means of each: two of them and the tuning pod are all.
    let share = value("tuning_request_rate") / value("total_request_rate");
    assert!((0.15..0.6).contains(&share), "the tuning pod is one of three, its share is {share}: {values:?}");
    assert!(value("main_success_rate") > 0.0 && value("tuning_success_rate") > 0.0, "{values:?}");
    assert!(value("main_error_rate").abs() < 1e-9 && value("tuning_error_rate").abs() < 1e-9, "{values:?}");
}

/// A pod that is the Deployment's by its label, and none of its replica sets'.
const STRAY: &str = "
apiVersion: v1
kind: Pod
metadata: {name: stray, labels: {app: web}}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: 'localhost/workload:1', imagePullPolicy: Never, args: [app]}]
";

/// Measures the thirteen metrics of Prometheus once their rates have settled.
async fn measured(stage: &Stage) -> BTreeMap<String, f64> {
    let names: Vec<String> = include_str!("../fixtures/queries.tsv")
        .lines()
        .filter_map(|line| line.split('\t').next())
        .map(str::to_owned)
        .collect();
    let control = Control { warmup: Span::from_secs(10), duration: Span::from_secs(5), ..Control::default() };
    let measuring = Measuring { metrics: Some(names), control };
    let answers = stage.bus.dispatch::<Measure>(&Scope::detached(), measuring).await.expect("a measurement");
    let mut values = BTreeMap::new();
    for (_, measurement) in answers.answers().expect("a measurement") {
        for reading in measurement.readings() {
            let Reading::TimeSeries(series) = reading else { panic!("{reading:?}") };
            let is_new = values.insert(series.metric.name.clone(), series.mean().expect("points")).is_none();
            assert!(is_new, "{} is one series", series.metric.name);
        }
    }
    values
}

/// Pods that do not want to be scraped are none of Prometheus' targets.
async fn not_scraped(namespace: &servo_testkit::cluster::Namespace, section: &serde_json::Value) {
    let patch =
        r#"{"spec":{"template":{"metadata":{"annotations":{"prometheus.opsani.com/scrape":"false"}}}}}"#;
    namespace.kubectl(&["patch", "deployment", "web", "--type=merge", "--patch", patch]).await.done();
    let stage = Stage::new(namespace, Some("servo"), section.clone());
    until("Prometheus has no targets", PATIENCE, async || {
        // Those that have just ended are known for a moment.
        let (id, message) = stage.first_failure().await;
        let is_it = id == "prometheus_targets" && message == "Prometheus has no targets";
        if is_it { Ok(()) } else { Err(format!("{id}: {message}")) }
    })
    .await;
}
