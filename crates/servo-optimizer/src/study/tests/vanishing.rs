//! A source of metrics that goes away, in each phase of a study, and in each way.

use std::collections::BTreeSet;

use super::app::{App, Values, failed, measurement, trial};
use super::*;

/// The ways in which a source goes away: it does not answer, or answers without what is asked for.
fn ways() -> [fn() -> Result<Answer, Failure>; 3] {
    [
        || Err(failed("no route to host")),
        || Ok(Answer::Measured(measurement(&[("throughput", 100.0)]))),
        || Ok(Answer::Measured(measurement(&[("p95_latency", f64::NAN), ("throughput", 100.0)]))),
    ]
}

async fn run(app: App) -> (App, report::Report) {
    let study = study(Settings {
        budget: Budget { max_consecutive_failures: 3, ..Budget::trials(30) },
        ..cheapest(30)
    });
    let app = app.run(&study).await;
    let report = study.findings().await.expect("a readable history").expect("a study");
    assert_eq!(app.values, App::new().values, "the baseline is in force");
    assert_eq!((app.outcome, &report.best), (Some(Outcome::Interrupted), &None));
    let after = report.trials.iter().rev().take_while(|trial| trial.verdict != Verdict::Passed);
    assert!(after.count() >= 2, "missing data is no pass");
    (app, report)
}

#[tokio::test(start_paused = true)]
async fn before_the_baseline_is_measured_nothing_is_changed_and_the_circuit_holds() {
    for way in ways() {
        let app =
            App::new().intervening(move |operation, _| matches!(operation, Operation::Measure(_)).then(way));
        let (app, report) = run(app).await;
        assert!(app.errors[0].message().starts_with("cannot measure the baseline: "), "{}", app.errors[0]);
        assert_eq!(report.trials.len(), 2);
        assert!(app.adjustments().is_empty());
        assert!(!app.log.iter().any(|it| matches!(it, Operation::Trip { .. })));
        assert!(!report.slo_held, "nobody knows");
    }
}

#[tokio::test(start_paused = true)]
async fn in_the_middle_of_the_search_the_circuit_breaks() {
    for way in ways() {
        let app = App::new().intervening(move |operation, _| match operation {
            Operation::Measure(it) if trial(&it.control) > Some(4) => Some(way()),
            _ => None,
        });
        let (app, report) = run(app).await;
        assert!(app.log.iter().any(|it| matches!(it, Operation::Trip { .. })));
        assert_eq!(report.trials.len(), 7);
        assert!(
            report.note.expect("a reason").starts_with("`budget.max_consecutive_failures` reached: 3 trials")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_winner_is_measured_again_the_circuit_breaks_and_none_is_named() {
    for way in ways() {
        let mut seen: BTreeSet<Values> = BTreeSet::new();
        let app = App::new().intervening(move |operation, values| {
            let is_again = matches!(operation, Operation::Measure(_)) && !seen.insert(values.clone());
            is_again.then(way)
        });
        let (app, report) = run(app).await;
        assert!(app.log.iter().any(|it| matches!(it, Operation::Trip { .. })));
        let last = report.trials.last().expect("a trial");
        assert!(last.repeat_of.is_some(), "{last:?}");
        assert_eq!(
            last.verdict == Verdict::Error,
            report.note.expect("a reason").ends_with("no route to host")
        );
    }
}
