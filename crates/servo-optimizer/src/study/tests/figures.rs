//! What can be watched of a study.

use std::collections::BTreeMap;

use super::app::{App, failed, measurement, trial};
use super::*;

fn counts(figures: &Figures) -> Vec<u64> {
    figures.trials.values().copied().collect()
}

#[tokio::test(start_paused = true)]
async fn they_follow_the_study() {
    let study = study(cheapest(10));
    assert_eq!(study.figures(), Figures::default(), "nothing is known before it begins");
    assert!(study.makes_trials());
    study.hello(Hello::default()).await.expect("hello");
    let mut app = App::new().intervening(|operation, _| match operation {
        Operation::Measure(it) => match trial(&it.control) {
            Some(1) => Some(Ok(Answer::Measured(measurement(&[("p95_latency", 200.0)])))),
            Some(2) => Some(Ok(Answer::Measured(measurement(&[("p95_latency", 300.0)])))),
            Some(3) => Some(Ok(Answer::Measured(measurement(&[("throughput", 1.0)])))),
            _ => Some(Err(failed("no route to host"))),
        },
        _ => None,
    });
    app.step(&study).await.expect("described");
    let figures = study.figures();
    let baseline = figures.baseline_cost.expect("a cost");
    assert_eq!((counts(&figures), figures.cost, figures.slo_margin), (vec![0; 4], Some(baseline), None));

    app.step(&study).await.expect("measured");
    let figures = study.figures();
    assert_eq!(counts(&figures), [1, 0, 0, 0]);
    assert!((figures.slo_margin.expect("a margin") - 0.2).abs() < 1e-12);
    assert_eq!((figures.best_cost, figures.budget), (Some(baseline), Some(10)));

    let command = study.next().await.expect("an adjustment");
    assert_eq!(study.figures().cost, None, "nobody knows what is in force meanwhile");
    let answer = app.carry_out(&command.operation);
    study.report(Report { uid: command.uid, result: Ok(answer) }).await.expect("a reply");
    assert!(study.figures().cost.is_some_and(|cost| cost < baseline));

    app.step(&study).await.expect("measured");
    let figures = study.figures();
    assert_eq!(counts(&figures), [1, 1, 0, 0]);
    assert_eq!((figures.best_cost, figures.budget), (Some(baseline), Some(10)), "what fails is not the best");
    assert!((figures.slo_margin.expect("a margin") + 0.2).abs() < 1e-12);

    for _ in 0..2 {
        app.step(&study).await.expect("adjusted and measured");
    }
    let figures = study.figures();
    assert_eq!((counts(&figures), figures.slo_margin), (vec![1, 1, 1, 0], None), "missing data is no margin");

    let app = app.run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Interrupted), "failures in a row");
    let figures = study.figures();
    assert_eq!(counts(&figures)[3], 4);
    assert_eq!((figures.cost, figures.baseline_cost), (Some(baseline), Some(baseline)));
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_does_not_wait_for_the_study() {
    let study = study(cheapest(6));
    let held = study.state.lock().await;
    assert_eq!(study.figures().trials, BTreeMap::new());
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn a_study_that_goes_on_shows_what_was_before() {
    let folder = super::resume::folder::Folder::new();
    let first = folder.study(&cheapest(8));
    first.hello(Hello::default()).await.expect("hello");
    let mut app = App::new();
    for _ in 0..6 {
        app.step(&first).await.expect("a step");
    }
    let before = first.figures();
    drop(first);
    let second = folder.study(&cheapest(8));
    second.hello(Hello::default()).await.expect("hello");
    App::new().step(&second).await.expect("described");
    let after = second.figures();
    assert_eq!((after.trials, after.slo_margin), (before.trials, before.slo_margin));
    assert_eq!((after.cost, after.baseline_cost), (before.baseline_cost, before.baseline_cost));
}
