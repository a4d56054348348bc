//! What a study learns from what goes wrong.

use servo_core::error::reason;
use servo_core::model::Value;

use super::app::{App, failed, measurement, rejected};
use super::*;

async fn reported(study: &Study) -> report::Report {
    study.findings().await.expect("a readable history").expect("a study")
}

#[tokio::test(start_paused = true)]
async fn a_rejected_configuration_is_recorded_and_the_next_adjustment_is_in_full() {
    let study = study(cheapest(20));
    let app = App::new()
        .intervening(|operation, _| match operation {
            // The mode cannot be had.
            Operation::Adjust(it) if it.adjustments.iter().any(|it| it.value == Value::from("latency")) => {
                Some(Err(rejected(reason::UNSCHEDULABLE)))
            }
            _ => None,
        })
        .run(&study)
        .await;
    assert_eq!(app.outcome, Some(Outcome::Improved), "{:?}", app.errors);
    let report = reported(&study).await;
    let refused: Vec<_> = report.trials.iter().filter(|trial| trial.status == "rejected").collect();
    assert!(!refused.is_empty());
    assert_eq!(refused[0].reason.as_deref(), Some("unschedulable"));
    assert!(refused[0].metrics.is_empty());
    let adjustments = app.adjustments();
    let at =
        adjustments.iter().position(|it| it.adjustments.iter().any(|it| it.value == Value::from("latency")));
    let after = adjustments[at.expect("a refused adjustment") + 1];
    assert_eq!(after.adjustments.len(), 3, "all free settings: {after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_measurement_that_lacks_a_metric_is_a_failure_and_not_a_zero() {
    let study = study(cheapest(8));
    let mut measured = 0;
    let app = App::new().intervening(move |operation, _| {
        measured += usize::from(matches!(operation, Operation::Measure(_)));
        match (operation, measured) {
            (Operation::Measure(_), 2) => Some(Ok(Answer::Measured(measurement(&[("throughput", 1.0)])))),
            (Operation::Measure(_), 3) => {
                Some(Ok(Answer::Measured(measurement(&[("p95_latency", f64::NAN)]))))
            }
            _ => None,
        }
    });
    app.run(&study).await;
    let trials = reported(&study).await.trials;
    assert_eq!(trials[1].status, "failed");
    assert_eq!(trials[1].reason.as_deref(), Some("metric `p95_latency` is missing from the measurement"));
    assert!(trials[1].metrics.contains_key("throughput"), "what was measured is kept");
    assert_eq!(
        trials[2].reason.as_deref(),
        Some("metric `p95_latency` has no finite value in the measurement")
    );
}

#[tokio::test(start_paused = true)]
async fn a_measurement_that_ends_early_for_a_violation_counts_against_the_configuration() {
    let study = study(cheapest(20));
    let app = App::new().intervening(|operation, values| match operation {
        Operation::Measure(it) if it.control.userdata.is_some() && super::app::latency(values) > 250.0 => {
            Some(Err(Failure {
                class: Class::Aborted,
                message: "too slow".to_owned(),
                reason: Some(reason::SLO_VIOLATION.to_owned()),
            }))
        }
        _ => None,
    });
    let app = app.run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Improved));
    let report = reported(&study).await;
    assert!(report.slo_held);
    let aborted = report.trials.iter().find(|trial| trial.status == "aborted").expect("an aborted trial");
    assert_eq!(aborted.reason.as_deref(), Some("slo-violation"));
}

#[tokio::test(start_paused = true)]
async fn a_baseline_that_cannot_be_measured_ends_the_study() {
    let study = study(cheapest(20));
    let app = App::new().intervening(|operation, _| {
        matches!(operation, Operation::Measure(_)).then(|| Err(failed("no pods")))
    });
    let app = app.run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Interrupted));
    assert_eq!(app.errors[0].message(), "cannot measure the baseline: no pods");
    assert_eq!(reported(&study).await.trials.len(), 2, "it is tried twice");
    assert!(app.adjustments().is_empty(), "nothing was changed, so nothing is restored");
}

#[tokio::test(start_paused = true)]
async fn a_setting_that_does_not_take_is_not_measured_as_if_it_had() {
    let study = study(cheapest(6));
    let app = App::new().intervening(|operation, _| match operation {
        Operation::Adjust(it) if it.control.settlement.is_some_and(|it| !it.is_zero()) => {
            Some(Ok(Answer::Adjusted(App::new().description)))
        }
        _ => None,
    });
    let app = app.run(&study).await;
    let trials = reported(&study).await.trials;
    assert_eq!(trials[1].status, "failed");
    let reason = trials[1].reason.as_deref().expect("a reason");
    assert!(reason.starts_with("asked for web."), "{reason}");
    assert_eq!(app.log.iter().filter(|it| matches!(it, Operation::Measure(_))).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_cancelled_is_tried_again_and_tells_nothing() {
    let study = study(cheapest(6));
    let mut measured = 0;
    let app = App::new().intervening(move |operation, _| {
        measured += usize::from(matches!(operation, Operation::Measure(_)));
        let cancelled = matches!(operation, Operation::Measure(_)) && measured == 2;
        cancelled.then(|| Err(Failure::from(&Error::cancelled("somebody else's turn"))))
    });
    let app = app.run(&study).await;
    assert!(app.errors.is_empty());
    let trials = reported(&study).await.trials;
    let measured = app.log.iter().filter(|it| matches!(it, Operation::Measure(_))).count();
    assert_eq!(trials.len(), measured - 1);
    assert!(trials.iter().all(|trial| trial.status == "measured"));
}

#[tokio::test(start_paused = true)]
async fn an_expression_without_a_value_fails_the_trial() {
    let goal = Goal::minimize("cost / (metrics.throughput - 100)");
    let study = study(Settings { budget: Budget::trials(10), ..Settings::new(goal) });
    let app = App::new().run(&study).await;
    assert_eq!(
        app.errors[0].message(),
        "cannot measure the baseline: the objective has no value: expected a finite number, found inf"
    );
}

#[tokio::test(start_paused = true)]
async fn a_report_on_another_command_is_not_believed() {
    let study = study(cheapest(6));
    study.hello(Hello::default()).await.expect("hello");
    study.next().await.expect("a command");
    let report = Report { uid: Some("99".to_owned()), result: Err(failed("late")) };
    assert!(matches!(study.report(report).await, Ok(Reply::Unexpected(_))));
}
