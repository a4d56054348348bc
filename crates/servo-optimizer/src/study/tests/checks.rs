//! What is found wrong before anything is changed.

use servo_core::model::{Component, Description, Setting};

use super::app::{App, range, settings};
use super::*;

async fn error_of(settings: Settings, app: App) -> Error {
    let study = study(settings);
    let mut app = app.run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Interrupted));
    assert_eq!(app.log.len(), 1, "only described");
    assert_eq!(study.findings().await.expect("a history"), None, "no study was begun");
    app.errors.remove(0)
}

async fn check(settings: Settings, app: App, key: Option<&str>, message: &str, help: &str) {
    let error = error_of(settings, app).await;
    assert_eq!(error.class(), Class::Configuration);
    assert_eq!((error.key(), error.message()), (key, message));
    assert_eq!(error.help().unwrap_or_default(), help);
}

#[tokio::test]
async fn an_unknown_metric_is_named_with_the_nearest() {
    check(
        Settings::new(Goal::minimize("p95_latncy")),
        App::new(),
        Some("objective.minimize"),
        "no connector provides the metric `p95_latncy`",
        "did you mean `p95_latency`? provided: `p95_latency`, `throughput`",
    )
    .await;
    let slo = serde_json::json!({"conditions": [
        {"metric": "throughput", "threshold": 1}, {"metric": "p95_latency", "threshold_metric": "main_latency"}]});
    let slo = serde_json::from_value(slo).expect("conditions");
    check(
        Settings { slo: Some(slo), ..cheapest(5) },
        App::new(),
        Some("slo.conditions[1].threshold_metric"),
        "no connector provides the metric `main_latency`",
        "did you mean `p95_latency`? provided: `p95_latency`, `throughput`",
    )
    .await;
    check(
        Settings::new(Goal::maximize("metrics.thruput / cost")),
        App::new(),
        Some("objective.maximize"),
        "no connector provides the metric `thruput`",
        "did you mean `throughput`? provided: `p95_latency`, `throughput`",
    )
    .await;
}

#[tokio::test]
async fn an_unknown_setting_in_an_expression_is_named() {
    check(
        Settings::new(Goal::minimize("settings.web.cpus * cost")),
        App::new(),
        Some("objective.minimize"),
        "component `web` has no setting `cpus`",
        "did you mean `cpu`? provided: `cpu`, `replicas`, `gc`, `mem`",
    )
    .await;
    check(
        Settings::new(Goal::minimize("settings.wep.cpu * cost")),
        App::new(),
        Some("objective.minimize"),
        "the application has no component `wep`",
        "did you mean `web`? provided: `web`",
    )
    .await;
}

#[tokio::test]
async fn an_application_without_anything_to_adjust_is_refused() {
    let mut app = App::new();
    app.description = Description::default();
    app.intervention = Box::new(|_, _| Some(Ok(Answer::Described(Description::default()))));
    let error = error_of(cheapest(5), app).await;
    assert_eq!(error.message(), "nothing to optimize: the application has no components");
    let pinned: Vec<Setting> = settings().into_iter().map(|setting| setting.pinned(true)).collect();
    let error = error_of(cheapest(5), App::of(pinned)).await;
    assert_eq!(error.message(), "nothing to optimize: every setting is pinned or has one value only");
}

#[tokio::test]
async fn a_setting_without_a_value_is_refused() {
    let app = App::new().intervening(|_, _| {
        let open = Setting::range("heap", range("1", "8", "1"));
        let description =
            Description::new(vec![Component::new("web", vec![open])], App::new().description.metrics);
        Some(Ok(Answer::Described(description)))
    });
    let error = error_of(cheapest(5), app).await;
    assert_eq!(error.message(), "setting `web.heap` has no value, so there is no baseline");
}

#[tokio::test]
async fn a_setting_with_too_many_values_is_refused() {
    let mut own = settings();
    own.push(Setting::range("heap", range("0", "1000000", "1")).with_value(1).expect("a value"));
    let error = error_of(cheapest(5), App::of(own)).await;
    assert_eq!(error.message(), "setting `web.heap` has 1000001 values, more than can be searched");
}

#[tokio::test]
async fn a_cost_where_nothing_costs_is_refused() {
    let own = settings().into_iter().filter(|setting| ["gc", "replicas"].contains(&setting.name())).collect();
    check(
        cheapest(5),
        App::of(own),
        Some("objective.minimize"),
        "cannot tell the cost: no component has a `cpu` or `mem` setting",
        "use a metric as the objective",
    )
    .await;
}

#[tokio::test]
async fn an_application_that_cannot_be_described_ends_the_study() {
    let app = App::new().intervening(|_, _| Some(Err(super::app::failed("no such deployment"))));
    let error = error_of(cheapest(5), app).await;
    assert_eq!(error.message(), "cannot describe the application: no such deployment");
}
