//! What a study does when all goes well.

use std::collections::BTreeMap;

use servo_core::duration::Duration;
use servo_core::model::{Adjustment, Component, Setting, Value};

use super::app::{App, Values, decimal, range, settings};
use super::*;
use crate::report::Trial;
use crate::search::Random;

fn flat(values: &Values) -> BTreeMap<String, Value> {
    values.iter().map(|(name, value)| (format!("web.{name}"), value.clone())).collect()
}

async fn reported(study: &Study) -> report::Report {
    study.findings().await.expect("a readable history").expect("a study")
}

#[tokio::test(start_paused = true)]
async fn a_cheaper_configuration_that_holds_is_found_and_the_baseline_restored() {
    let study = study(cheapest(30));
    let app = App::new().run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Improved), "{:?}", app.errors);
    assert_eq!(app.values, App::new().values);
    let report = reported(&study).await;
    assert_eq!(report.outcome, "improved");
    let best = report.best.as_ref().expect("a best");
    assert!(best.metrics["p95_latency"] <= 250.0, "{best:?}");
    assert!(best.cost < report.baseline.cost, "{best:?}");
    assert!(report.saving_percent.expect("costs are known") > 30.0, "{report:?}");
    assert!(report.slo_held);
    assert!(report.confidence.expect("confidence") >= 0.9);
    assert!(report.trials.len() <= 30);
}

#[tokio::test(start_paused = true)]
async fn the_baseline_comes_first_and_nothing_is_adjusted_before() {
    let study = study(cheapest(6));
    let app = App::new().run(&study).await;
    assert!(matches!(app.log[0], Operation::Describe(_)));
    assert!(matches!(app.log[1], Operation::Measure(_)));
    let report = reported(&study).await;
    assert_eq!(report.trials[0].settings, report.baseline.settings);
    assert_eq!(report.trials[0].n, 1);
}

#[tokio::test(start_paused = true)]
async fn a_measurement_has_its_window_and_conditions_except_for_the_baseline() {
    let app = App::new().run(&study(cheapest(6))).await;
    let mut measures = Vec::new();
    for operation in &app.log {
        if let Operation::Measure(it) = operation {
            measures.push(it);
        }
    }
    assert_eq!(measures[0].control.slo().expect("conditions"), None);
    assert_eq!(measures[1].control.slo().expect("conditions"), Some(below(250)));
    assert_eq!(measures[1].control.warmup, Duration::from_secs(30));
    assert_eq!(measures[1].control.duration, Duration::from_secs(120));
    assert_eq!(measures[1].metrics.as_deref(), Some(["p95_latency".to_owned()].as_slice()));
    assert_eq!(app.adjustments()[0].control.settlement, Some(Duration::from_secs(30)));
}

#[tokio::test(start_paused = true)]
async fn only_what_differs_is_adjusted_and_never_what_is_pinned() {
    let app = App::new().run(&study(cheapest(20))).await;
    let mut values = App::new().values;
    for adjusting in app.adjustments() {
        assert!(!adjusting.adjustments.is_empty());
        for Adjustment { setting, value, .. } in &adjusting.adjustments {
            assert_ne!(setting, "mem");
            assert_ne!(values.insert(setting.clone(), value.clone()).as_ref(), Some(value), "{adjusting:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_winner_is_measured_again_before_it_is_named() {
    let study = study(cheapest(30));
    App::new().run(&study).await;
    let report = reported(&study).await;
    let best = report.best.as_ref().expect("a best");
    let measured: Vec<&Trial> =
        report.trials.iter().filter(|trial| trial.settings == best.settings).collect();
    assert!(measured.len() >= 3, "{measured:?}");
    assert_eq!(report.details.measurements, measured.len());
    assert_eq!(measured[0].repeat_of, None);
    assert!(measured[1..].iter().all(|trial| trial.repeat_of == Some(measured[0].n)));
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_and_the_same_answers_give_the_same_trials() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let study = study(Settings { seed: 7, ..cheapest(15) });
        App::new().run(&study).await;
        runs.push(reported(&study).await.trials);
    }
    assert_eq!(runs[0], runs[1]);
    let other = study(Settings { seed: 8, ..cheapest(15) }).with_search(Box::new(Random));
    App::new().run(&other).await;
    assert_ne!(runs[0], reported(&other).await.trials);
}

#[tokio::test(start_paused = true)]
async fn a_baseline_off_the_grid_is_kept_and_nothing_else_proposed_off_it() {
    let mut own = settings();
    own[0] = Setting::range("cpu", range("0.5", "4", "0.5")).observe(decimal("3.3")).0;
    own[1] = Setting::range("replicas", range("1", "3", "1")).observe(6).0;
    for search in [None, Some(Random)] {
        let mut study = study(cheapest(40));
        if let Some(search) = search {
            study = study.with_search(Box::new(search));
        }
        let app = App::of(own.clone()).run(&study).await;
        assert!(app.errors.is_empty(), "{:?}", app.errors);
        assert_eq!(app.values, App::of(own.clone()).values);
        let report = reported(&study).await;
        assert_eq!(report.trials[0].settings["web.cpu"], Value::from(decimal("3.3")));
        assert!(report.trials.len() > 5);
        for trial in report.trials.iter().filter(|trial| trial.settings != report.baseline.settings) {
            assert_ne!(trial.settings["web.cpu"], Value::from(decimal("3.3")), "{trial:?}");
            assert_ne!(trial.settings["web.replicas"], Value::from(6), "{trial:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_metric_is_maximized() {
    let goal = Goal::maximize("1000 / metrics.p95_latency");
    let study = study(Settings { budget: Budget::trials(25), ..Settings::new(goal) });
    let app = App::new().run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Improved));
    let report = reported(&study).await;
    assert!(report.best.expect("a best").metrics["p95_latency"] < 60.0);
}

#[tokio::test(start_paused = true)]
async fn a_baseline_that_violates_the_objectives_gives_way_to_what_holds_at_any_cost() {
    let mut own = settings();
    own[1] = own[1].observe(1).0;
    let study = study(cheapest(25));
    let app = App::of(own).run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Improved));
    let report = reported(&study).await;
    assert!(report.saving_percent.expect("costs are known") < 0.0);
    assert!(report.slo_held);
}

#[tokio::test(start_paused = true)]
async fn none_is_named_when_none_is_better() {
    let settings = Settings { budget: Budget::trials(15), ..Settings::new(Goal::minimize("throughput")) };
    let study = study(settings);
    let app = App::new().run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::NoBetter));
    let report = reported(&study).await;
    assert_eq!((report.outcome, report.best, report.confidence), ("no_better", None, None));
    assert_eq!(app.values, App::new().values);
}

#[tokio::test(start_paused = true)]
async fn a_budget_too_small_for_repeats_names_nothing() {
    for trials in 1..=2 {
        let app = App::new().run(&study(cheapest(trials))).await;
        assert_eq!(app.outcome, Some(Outcome::NoBetter), "{trials} trials");
        let measures = app.log.iter().filter(|it| matches!(it, Operation::Measure(_))).count();
        assert_eq!(measures, trials as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn the_study_ends_when_its_time_is_over() {
    let hour = Duration::from_secs(3600);
    let budget = Budget { duration: Some(hour), ..Budget::default() };
    let study = study(Settings { budget, ..cheapest(1) }).with_search(Box::new(Random));
    let begun = Instant::now();
    let mut app = App::new();
    app.slow = Duration::from_secs(170);
    let app = app.run(&study).await;
    assert!(app.outcome.is_some());
    assert!(begun.elapsed().as_secs() <= 3600 + 170, "{:?}", begun.elapsed());
    assert!(reported(&study).await.trials.len() >= 15);
}

#[tokio::test(start_paused = true)]
async fn components_without_settings_to_adjust_stay_as_they_are() {
    let mut app = App::new();
    let idle = Setting::range("cpu", range("1", "1", "0")).with_value(1).expect("1 core");
    app.description.components.push(Component::new("db", vec![idle]));
    let study = study(cheapest(6));
    let app = app.run(&study).await;
    assert!(app.adjustments().iter().flat_map(|it| &it.adjustments).all(|it| it.component == "web"));
    let report = reported(&study).await;
    assert_eq!(report.baseline.settings["db.cpu"], Value::from(1));
    assert_eq!(flat(&App::new().values)["web.cpu"], report.baseline.settings["web.cpu"]);
}
