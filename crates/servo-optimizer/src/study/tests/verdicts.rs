//! What a trial says about its configuration: each verdict, by each way to it.

use proptest::prelude::*;
use servo_core::error::reason;

use super::app::{App, failed, measurement, rejected, trial};
use super::*;
use crate::report::Trial;

/// Lets the second trial end as `how` says, and gives what is reported of it.
async fn second(
    settings: Settings,
    how: impl Fn(&Operation) -> Option<Result<Answer, Failure>> + Send + 'static,
) -> Trial {
    let study = study(settings);
    let app = App::new().intervening(move |operation, _| {
        let (Operation::Measure(_) | Operation::Adjust(_)) = operation else { return None };
        let control = match operation {
            Operation::Measure(it) => &it.control,
            Operation::Adjust(it) => &it.control,
            _ => return None,
        };
        (trial(control) == Some(2)).then(|| how(operation)).flatten()
    });
    app.run(&study).await;
    let report = study.findings().await.expect("a readable history").expect("a study");
    report.trials[1].clone()
}

async fn measured(settings: Settings, metrics: &'static [(&'static str, f64)]) -> (Verdict, &'static str) {
    let how = |operation: &Operation| {
        matches!(operation, Operation::Measure(_)).then(|| Ok(Answer::Measured(measurement(metrics))))
    };
    let trial = second(settings, how).await;
    (trial.verdict, trial.status)
}

fn two_conditions() -> Settings {
    let slo = serde_json::json!({"conditions": [
        {"metric": "p95_latency", "threshold": 250}, {"metric": "throughput", "keep": "above", "threshold": 50}]});
    Settings { slo: Some(serde_json::from_value(slo).expect("conditions")), ..cheapest(3) }
}

#[tokio::test(start_paused = true)]
async fn what_was_measured_passes_only_where_every_condition_holds() {
    let (holds, slow, idle) = (
        &[("p95_latency", 250.0), ("throughput", 50.0)],
        &[("p95_latency", 250.1), ("throughput", 50.0)],
        &[("p95_latency", 250.0), ("throughput", 49.9)],
    );
    assert_eq!(measured(two_conditions(), holds).await, (Verdict::Passed, "measured"));
    assert_eq!(measured(two_conditions(), slow).await, (Verdict::Failed, "measured"));
    assert_eq!(measured(two_conditions(), idle).await, (Verdict::Failed, "measured"));
}

#[tokio::test(start_paused = true)]
async fn what_lacks_a_metric_of_a_condition_is_never_a_pass() {
    let (missing, not_a_number, nothing) =
        (&[("p95_latency", 100.0)], &[("p95_latency", 100.0), ("throughput", f64::NAN)], &[("cpu", 1.0)]);
    assert_eq!(measured(two_conditions(), missing).await, (Verdict::Inconclusive, "failed"));
    assert_eq!(measured(two_conditions(), not_a_number).await, (Verdict::Inconclusive, "failed"));
    assert_eq!(measured(two_conditions(), nothing).await, (Verdict::Inconclusive, "failed"));
}

#[tokio::test(start_paused = true)]
async fn what_violates_a_condition_fails_whatever_else_it_lacks() {
    let slow: &[(&str, f64)] = &[("p95_latency", 300.0)];
    assert_eq!(measured(two_conditions(), slow).await, (Verdict::Failed, "failed"));
}

#[tokio::test(start_paused = true)]
async fn what_lacks_a_metric_of_the_objective_is_inconclusive() {
    let goal = Goal::minimize("cost / metrics.throughput");
    let settings = Settings { slo: Some(below(250)), budget: Budget::trials(3), ..Settings::new(goal) };
    let missing: &[(&str, f64)] = &[("p95_latency", 100.0)];
    let zero: &[(&str, f64)] = &[("p95_latency", 100.0), ("throughput", 0.0)];
    assert_eq!(measured(settings.clone(), missing).await, (Verdict::Inconclusive, "failed"));
    assert_eq!(measured(settings, zero).await, (Verdict::Inconclusive, "failed"));
}

#[tokio::test(start_paused = true)]
async fn what_is_rejected_or_ended_early_fails() {
    let refused = |operation: &Operation| {
        matches!(operation, Operation::Adjust(_)).then(|| Err(rejected(reason::UNSCHEDULABLE)))
    };
    let trial = second(cheapest(3), refused).await;
    assert_eq!((trial.verdict, trial.status), (Verdict::Failed, "rejected"));
    let early = |operation: &Operation| {
        matches!(operation, Operation::Measure(_))
            .then(|| Err(Failure { class: Class::Aborted, message: "too slow".to_owned(), reason: None }))
    };
    let trial = second(cheapest(3), early).await;
    assert_eq!((trial.verdict, trial.status), (Verdict::Failed, "aborted"));
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_reasons_of_its_own_is_an_error() {
    for class in [Class::Failed, Class::Connection, Class::Internal] {
        let failure = Failure { class, ..failed("no route to host") };
        let trial = second(cheapest(3), move |_| Some(Err(failure.clone()))).await;
        assert_eq!((trial.verdict, trial.status), (Verdict::Error, "failed"), "{class:?}");
    }
    let stubborn = |operation: &Operation| {
        matches!(operation, Operation::Adjust(_)).then(|| Ok(Answer::Adjusted(App::new().description)))
    };
    let trial = second(cheapest(3), stubborn).await;
    assert_eq!((trial.verdict, trial.status), (Verdict::Error, "failed"));
}

proptest! {
    #[test]
    fn missing_data_is_never_a_pass(latency: Option<f64>, throughput: Option<f64>) {
        let values: Vec<(&str, f64)> =
            [latency.map(|it| ("p95_latency", it)), throughput.map(|it| ("throughput", it))]
                .into_iter()
                .flatten()
                .collect();
        let settings = two_conditions();
        let plan = plan::Plan::new(&settings, &App::new().description).expect("a plan");
        let judgement = judge::Judgement::on(&plan, plan.space.baseline(), &measurement(&values), None);
        let holds = latency.is_some_and(|it| it.is_finite() && it <= 250.0)
            && throughput.is_some_and(|it| it.is_finite() && it >= 50.0);
        prop_assert_eq!(judgement.verdict == Verdict::Passed, holds);
        prop_assert!(judgement.verdict != Verdict::Error);
    }
}
