//! How a study leaves the application.

use servo_core::duration::Duration;

use super::app::{App, failed, latency};
use super::*;
use crate::settings::Promote;

fn promoting(trials: u32) -> Settings {
    Settings { promote: Promote::Always, ..cheapest(trials) }
}

async fn reported(study: &Study) -> report::Report {
    study.findings().await.expect("a readable history").expect("a study")
}

fn promotions(app: &App) -> usize {
    app.log.iter().filter(|it| matches!(it, Operation::Promote(_))).count()
}

#[tokio::test(start_paused = true)]
async fn the_winner_is_promoted_in_full_and_stays() {
    let study = study(promoting(30));
    let app = App::new().run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Improved));
    let Some(Operation::Promote(adjusting)) = app.log.last() else { panic!("{:?}", app.log.last()) };
    assert_eq!(adjusting.adjustments.len(), 3);
    let best = reported(&study).await.best.expect("a best");
    for (name, value) in &app.values {
        assert_eq!(best.settings[&format!("web.{name}")], *value);
    }
    assert!(latency(&app.values) <= 250.0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_promoted_where_nothing_is_better() {
    let settings = Settings {
        promote: Promote::Always,
        budget: Budget::trials(8),
        ..Settings::new(Goal::minimize("throughput"))
    };
    let app = App::new().run(&study(settings)).await;
    assert_eq!((app.outcome, promotions(&app)), (Some(Outcome::NoBetter), 0));
    assert_eq!(app.values, App::new().values);
}

#[tokio::test(start_paused = true)]
async fn a_promotion_that_fails_for_good_restores_the_baseline_and_says_so() {
    let study = study(promoting(30));
    let app = App::new()
        .intervening(|operation, _| matches!(operation, Operation::Promote(_)).then(|| Err(failed("quota"))));
    let app = app.run(&study).await;
    assert_eq!(promotions(&app), 3);
    assert_eq!(app.values, App::new().values);
    assert!(app.errors[0].message().starts_with("cannot promote web.cpu="), "{}", app.errors[0]);
    assert!(app.errors[0].message().ends_with("after 3 attempts: quota"), "{}", app.errors[0]);
    assert_eq!(reported(&study).await.outcome, "improved");
}

#[tokio::test(start_paused = true)]
async fn stopping_midway_restores_the_baseline_first() {
    for operations in 0..12 {
        let study = study(cheapest(30));
        let mut app = App::new();
        app.stop_after = Some(operations);
        let app = app.run(&study).await;
        assert_eq!(app.outcome, Some(Outcome::Interrupted));
        assert_eq!(app.values, App::new().values, "after {operations} operations");
        assert!(app.log.len() <= operations + 1, "one restoration at most");
        if operations > 0 {
            assert_eq!(reported(&study).await.outcome, "interrupted");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_that_was_never_reported_is_not_recorded_and_restored_from() {
    let study = study(cheapest(30));
    study.hello(Hello::default()).await.expect("hello");
    let mut app = App::new();
    for _ in 0..3 {
        let command = study.next().await.expect("a command");
        let answer = app.carry_out(&command.operation);
        if !matches!(command.operation, Operation::Adjust(_)) {
            study.report(Report { uid: command.uid, result: Ok(answer) }).await.expect("a report");
        }
    }
    study.stop("SIGTERM").await;
    let Operation::Adjust(adjusting) = study.next().await.expect("a command").operation else {
        panic!("no restoration")
    };
    assert_eq!(adjusting.adjustments.len(), 3, "nobody knows what is in force: {adjusting:?}");
    assert_eq!(reported(&study).await.trials.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_takes_the_promotion_back_unless_it_is_done() {
    let study = study(promoting(30));
    let mut app = App::new();
    let complete = App::new().run(&self::study(promoting(30))).await;
    app.stop_after = Some(complete.log.len() - 1);
    let app = app.run(&study).await;
    assert_eq!(app.values, App::new().values);
    assert_eq!(promotions(&app), 0);
}

#[tokio::test(start_paused = true)]
async fn restoring_is_tried_three_times() {
    for (failures, is_restored) in [(2, true), (3, false)] {
        let study = study(cheapest(10));
        let mut restorations = 0;
        let app = App::new().intervening(move |operation, _| match operation {
            Operation::Adjust(it) if it.control.settlement.is_some_and(Duration::is_zero) => {
                restorations += 1;
                (restorations <= failures).then(|| Err(failed("api server down")))
            }
            _ => None,
        });
        let app = app.run(&study).await;
        assert_eq!(app.values == App::new().values, is_restored);
        assert_eq!(app.errors.is_empty(), is_restored);
        if let Some(error) = app.errors.first() {
            assert_eq!(error.message(), "cannot restore the baseline after 3 attempts: api server down");
            let help = error.help().expect("help");
            assert_eq!(
                help,
                "the application may not be at its baseline: set web.cpu=3, web.replicas=6, web.gc=throughput"
            );
            assert!(app.outcome.is_some(), "it ends nevertheless");
        }
    }
}
