//! What the checks say of a study before it begins.

use servo_core::check::{self, Check, Checking, Checks, HaltOnFailed, Site};
use servo_core::event::Scope;
use servo_core::model::{Component, Description};
use servo_core::safety::Mode;

use super::app::{App, settings};
use super::*;

async fn checked(study: &Study, described: Option<&Description>) -> Vec<Check> {
    let (scope, mut checks) = (Scope::detached(), Checks::new());
    study.checks(described, &mut checks);
    let site = Site { servo: "shop", connector: "shop", token: &scope.token };
    let checking = Checking { halt_on: HaltOnFailed::Never, ..Checking::default() };
    checks.run(site, &checking).await.expect("checks that can be run")
}

/// Gives what became of a check: whether it holds, what it says, and what it hints at.
fn told<'a>(checks: &'a [Check], id: &str) -> (bool, &'a str, &'a str) {
    let check = checks.iter().find(|check| check.id == id).expect("a check of this id");
    let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
    (check.success() == Some(true), text(&check.message), text(&check.hint))
}

/// The application with every setting pinned.
fn pinned() -> Description {
    let settings = settings().into_iter().map(|setting| setting.pinned(true)).collect();
    Description::new(vec![Component::new("web", settings)], App::new().description.metrics)
}

#[tokio::test]
async fn a_study_that_can_begin_says_what_it_rests_on() {
    let study = study(cheapest(20));
    let checks = checked(&study, Some(&App::new().description)).await;
    let ids: Vec<&str> = checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, ["slo_metrics", "objective", "free_setting", "budget"]);
    assert_eq!(told(&checks, "slo_metrics"), (true, "p95_latency", ""));
    assert_eq!(told(&checks, "objective"), (true, "", ""));
    assert_eq!(told(&checks, "free_setting"), (true, "web.cpu, web.replicas, web.gc", ""));
    assert!(told(&checks, "budget").1.starts_with("20 trials take "), "{checks:#?}");
    assert_eq!(study.findings().await.expect("a history"), None, "no study was begun");
}

#[tokio::test]
async fn a_condition_on_a_metric_that_is_not_there_is_told_and_the_objective_is_not_blamed_for_it() {
    let slo = serde_json::json!({"conditions": [{"metric": "p95_latncy", "threshold": 1}]});
    let slo = serde_json::from_value(slo).expect("a condition");
    let study = study(Settings { slo: Some(slo), ..cheapest(5) });
    let checks = checked(&study, Some(&App::new().description)).await;
    let message = "no connector provides the metric `p95_latncy`";
    let hint = "did you mean `p95_latency`? provided: `p95_latency`, `throughput`";
    assert_eq!(told(&checks, "slo_metrics"), (false, message, hint));
    assert!(told(&checks, "objective").0, "{checks:#?}");
}

#[tokio::test]
async fn an_objective_on_what_is_not_there_is_told_with_the_nearest() {
    for (objective, message, nearest) in [
        ("p95_latncy", "no connector provides the metric `p95_latncy`", "did you mean `p95_latency`?"),
        ("settings.web.cpus * cost", "component `web` has no setting `cpus`", "did you mean `cpu`?"),
    ] {
        let study = study(Settings::new(Goal::minimize(objective)));
        let checks = checked(&study, Some(&App::new().description)).await;
        let (holds, said, hint) = told(&checks, "objective");
        assert_eq!((holds, said), (false, message));
        assert!(hint.starts_with(nearest), "{hint}");
    }
}

#[tokio::test]
async fn a_study_without_anything_free_fails_unless_it_changes_nothing() {
    let checks = checked(&study(cheapest(5)), Some(&pinned())).await;
    let hint = "give a setting a range with more than one value, or take its `pinned: true` away";
    assert_eq!(told(&checks, "free_setting"), (false, "every setting is pinned or has one value", hint));
    for (mode, begin) in [
        (Mode::Observe, "none is needed: `mode: observe`"),
        (Mode::Recommend, "none is needed: `mode: recommend`"),
    ] {
        let identity = Identity { mode, ..Identity::new("shop", "nowhere") };
        let study = Study::new(identity, cheapest(5)).expect("settings that can work").in_memory();
        let checks = checked(&study, Some(&pinned())).await;
        let (holds, said, _) = told(&checks, "free_setting");
        assert!(holds && said.starts_with(begin), "{mode:?}: {said}");
    }
}

#[tokio::test]
async fn trials_that_do_not_fit_are_advice_with_the_arithmetic() {
    let mut settings = cheapest(100);
    settings.budget.duration = Some("1h".parse().expect("an hour"));
    let checks = checked(&study(settings), Some(&App::new().description)).await;
    let (holds, said, hint) = told(&checks, "budget");
    assert!(!holds && said.contains(" of 100 trials fit in 1h: one takes "), "{said}");
    assert!(hint.contains("`budget.duration`"), "{hint}");
    assert_eq!(checks.last().expect("checks").severity, check::Severity::Warning);
}

#[tokio::test]
async fn an_application_that_could_not_be_described_is_no_reason_to_panic() {
    let checks = checked(&study(cheapest(5)), None).await;
    for id in ["slo_metrics", "objective", "free_setting"] {
        assert_eq!(told(&checks, id), (false, "the application could not be described", ""));
    }
}
