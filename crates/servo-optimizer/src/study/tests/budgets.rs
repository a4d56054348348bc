//! Budgets for what may go wrong, each until it is used up.

use servo_core::error::reason;

use super::app::{App, failed, measurement, rejected, trial};
use super::resume::folder::{Folder, finished, left};
use super::*;

async fn reported(study: &Study) -> report::Report {
    study.findings().await.expect("a readable history").expect("a study")
}

/// Lets the measurements of these trials end like this.
fn ending(is_hit: impl Fn(u64) -> bool + Send + 'static, how: Way) -> App {
    App::new().intervening(move |operation, _| match operation {
        Operation::Measure(it) if trial(&it.control).is_some_and(&is_hit) => Some(how()),
        _ => None,
    })
}

fn limited(budget: Budget) -> Settings {
    Settings { budget, ..cheapest(20) }
}

/// A way in which a measurement ends.
type Way = fn() -> Result<Answer, Failure>;

const UNREACHABLE: Way = || Err(failed("no route to host"));
const EMPTY: Way = || Ok(Answer::Measured(measurement(&[("throughput", 1.0)])));
const TOO_SLOW: Way = || Ok(Answer::Measured(measurement(&[("p95_latency", 300.0)])));

/// Checks that the circuit broke: said first, then the baseline restored, then the end with an error.
async fn check_broken(app: &App, study: &Study, reason: &str) {
    let Some((Operation::Adjust(restoration), before)) = app.log.split_last() else {
        panic!("no restoration: {:?}", app.log.last())
    };
    assert_eq!(restoration.control.userdata, None);
    let trip = Operation::Trip { reason: reason.to_owned() };
    assert_eq!(before.last(), Some(&trip));
    assert_eq!(app.values, App::new().values);
    assert_eq!(app.outcome, Some(Outcome::Interrupted));
    assert_eq!(app.errors.len(), 1, "{:?}", app.errors);
    assert_eq!((app.errors[0].class(), app.errors[0].message()), (Class::Failed, reason));
    let help = "find out why, then allow changes again with `servo reset`";
    assert_eq!(app.errors[0].help(), Some(help));
    let report = reported(study).await;
    assert_eq!((report.outcome, report.note.as_deref()), ("interrupted", Some(reason)));
}

#[tokio::test(start_paused = true)]
async fn failures_that_do_not_end_break_the_circuit() {
    let study = study(cheapest(20));
    let app = ending(|n| n > 3, UNREACHABLE).run(&study).await;
    let reason = "`budget.max_consecutive_failures` reached: 5 trials failed in a row (error or inconclusive), the last \
                  one, trial 8, with: no route to host";
    check_broken(&app, &study, reason).await;
}

#[tokio::test(start_paused = true)]
async fn a_success_in_between_begins_the_count_again() {
    let budget = Budget { max_consecutive_failures: 2, ..Budget::trials(10) };
    let study = study(limited(budget));
    let app = ending(|n| n > 1 && n % 2 == 0, EMPTY).run(&study).await;
    assert!(app.errors.is_empty(), "{:?}", app.errors);
    let verdicts: Vec<Verdict> = reported(&study).await.trials.iter().map(|trial| trial.verdict).collect();
    assert!(
        verdicts.iter().filter(|verdict| **verdict == Verdict::Inconclusive).count() >= 2,
        "{verdicts:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn inconclusive_trials_are_failures_in_a_row() {
    let study = study(limited(Budget { max_consecutive_failures: 1, ..Budget::trials(10) }));
    let app = ending(|n| n == 3, EMPTY).run(&study).await;
    let reason = "`budget.max_consecutive_failures` reached: 1 trial failed in a row (error or inconclusive), the last \
                  one, trial 3, with: metric `p95_latency` is missing from the measurement";
    check_broken(&app, &study, reason).await;
}

#[tokio::test(start_paused = true)]
async fn failures_in_all_break_the_circuit_be_they_rejected_inconclusive_or_errors() {
    let study = study(limited(Budget { max_failures: Some(3), ..Budget::trials(20) }));
    let app = App::new().intervening(|operation, _| match operation {
        Operation::Adjust(it) if trial(&it.control) == Some(2) => Some(Err(rejected(reason::UNSTABLE))),
        Operation::Measure(it) if trial(&it.control) == Some(4) => Some(EMPTY()),
        Operation::Measure(it) if trial(&it.control) == Some(6) => Some(UNREACHABLE()),
        _ => None,
    });
    let app = app.run(&study).await;
    let reason = "`budget.max_failures` reached: 3 trials failed (error, inconclusive or rejected), the last one, trial \
                  6, with: no route to host";
    check_broken(&app, &study, reason).await;
}

#[tokio::test(start_paused = true)]
async fn violations_break_the_circuit_be_they_measured_or_ended_early() {
    let study = study(limited(Budget { max_slo_violations: Some(2), ..Budget::trials(20) }));
    let app = App::new().intervening(|operation, _| match operation {
        Operation::Measure(it) => match trial(&it.control) {
            Some(2) => Some(Err(Failure {
                class: Class::Aborted,
                message: "p95_latency above 250".to_owned(),
                reason: Some(reason::SLO_VIOLATION.to_owned()),
            })),
            Some(4) => Some(TOO_SLOW()),
            _ => Some(Ok(Answer::Measured(measurement(&[("p95_latency", 100.0)])))),
        },
        _ => None,
    });
    let app = app.run(&study).await;
    let reason = "`budget.max_slo_violations` reached: 2 trials violated the SLO, the last one, trial 4, with: \
                  p95_latency=300.00 against (p95_latency below 250)";
    check_broken(&app, &study, reason).await;
}

#[tokio::test(start_paused = true)]
async fn a_baseline_that_violates_the_slo_is_as_it_was_found() {
    let study = study(limited(Budget { max_slo_violations: Some(1), ..Budget::trials(4) }));
    let app = App::new().intervening(|operation, values| match operation {
        Operation::Measure(_) if *values == App::new().values => Some(TOO_SLOW()),
        Operation::Measure(_) => Some(Ok(Answer::Measured(measurement(&[("p95_latency", 100.0)])))),
        _ => None,
    });
    let app = app.run(&study).await;
    assert!(app.errors.is_empty(), "{:?}", app.errors);
    assert_eq!(reported(&study).await.trials[0].verdict, Verdict::Failed);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_to_measure_the_baseline_does_not_break_the_circuit() {
    let budget = Budget { max_consecutive_failures: 1, max_failures: Some(1), ..Budget::trials(4) };
    let study = study(limited(budget));
    let app = ending(|n| n == 1, UNREACHABLE).run(&study).await;
    assert!(app.errors.is_empty(), "{:?}", app.errors);
    assert_eq!(reported(&study).await.trials[0].verdict, Verdict::Error);
}

#[tokio::test(start_paused = true)]
async fn a_study_counts_what_went_wrong_before_it_was_interrupted() {
    let settings = limited(Budget { max_failures: Some(3), ..Budget::trials(20) });
    let fails = || ending(|n| n % 2 == 0, UNREACHABLE);
    let folder = Folder::new();
    for steps in [6, 5] {
        let study = folder.study(&settings);
        study.hello(Hello::default()).await.expect("hello");
        let mut app = fails();
        for _ in 0..steps {
            app.step(&study).await.expect("a step");
        }
    }
    assert_eq!(left(&folder.path).await.trials.len(), 5);
    let (app, left) = finished(folder.study(&settings), fails(), &folder).await;
    assert_eq!((left.trials.len(), app.measurements()), (6, 1));
    assert!(left.note.expect("a reason").starts_with("`budget.max_failures` reached: 3 trials "));
}

#[tokio::test(start_paused = true)]
async fn a_crash_before_the_circuit_broke_breaks_it_at_the_next_start_and_then_no_more() {
    let settings = limited(Budget { max_failures: Some(1), ..Budget::trials(20) });
    let folder = Folder::new();
    let study = folder.study(&settings);
    study.hello(Hello::default()).await.expect("hello");
    let mut app = ending(|n| n == 2, UNREACHABLE);
    for _ in 0..4 {
        app.step(&study).await.expect("a step");
    }
    // The last trial is written down, and nobody heard of the circuit.
    study.goodbye("SIGTERM").await.expect("goodbye");
    assert_eq!(left(&folder.path).await.note, None);

    let study = folder.study(&settings);
    study.hello(Hello::default()).await.expect("hello");
    let mut app = App::new();
    for _ in 0..2 {
        app.step(&study).await.expect("a step");
    }
    assert!(matches!(app.log[1], Operation::Trip { .. }), "{:?}", app.log);
    let copy = folder.as_left_by_a_crash();
    study.next().await.expect_err("nothing is left to restore, so the study ends");
    let reason = left(&folder.path).await.note.expect("written down before anything is restored");
    assert!(reason.starts_with("`budget.max_failures` reached: 1 trial "), "{reason}");

    // A crash just before that says it again; after it, another study is begun.
    let (app, _) = finished(copy.study(&settings), App::new(), &copy).await;
    assert_eq!((app.measurements(), app.errors[0].message()), (0, reason.as_str()));
    let (app, left) = finished(copy.study(&settings), App::new(), &copy).await;
    assert_eq!((app.measurements(), left.note), (left.trials.len(), None));
}
