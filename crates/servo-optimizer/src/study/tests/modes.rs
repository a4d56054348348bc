//! What a study does in each mode of its servo.

use servo_core::model::{Component, Setting};
use servo_core::safety::{Mode, Restore};

use super::app::{App, failed, settings};
use super::*;
use crate::settings::Promote;

fn in_mode(mode: Mode, settings: Settings) -> Study {
    let identity = Identity { mode, ..Identity::new("shop", "nowhere") };
    Study::new(identity, settings).expect("settings that can work").in_memory()
}

async fn reported(study: &Study) -> report::Report {
    study.findings().await.expect("a readable history").expect("a study")
}

fn promoting() -> Settings {
    Settings { promote: Promote::Always, ..cheapest(20) }
}

/// Says whether the application was described and measured, and nothing else.
fn is_untouched(app: &App) -> bool {
    app.log.iter().all(|it| matches!(it, Operation::Describe(_) | Operation::Measure(_)))
}

#[tokio::test(start_paused = true)]
async fn observing_measures_the_baseline_as_often_as_a_winner_and_changes_nothing() {
    let study = in_mode(Mode::Observe, promoting());
    let app = App::new().run(&study).await;
    assert_eq!((app.outcome, app.measurements()), (Some(Outcome::NoBetter), 3));
    assert!(is_untouched(&app), "{:?}", app.log);
    let report = reported(&study).await;
    assert_eq!((report.outcome, report.note, report.best), ("no_better", None, None));
    assert_eq!(
        report.trials.iter().map(|trial| trial.repeat_of).collect::<Vec<_>>(),
        [None, Some(1), Some(1)]
    );
    assert!(report.baseline.cost.is_some());
}

#[tokio::test(start_paused = true)]
async fn observing_keeps_to_the_budget_and_needs_nothing_to_adjust() {
    let pinned: Vec<Setting> = settings().into_iter().map(|setting| setting.pinned(true)).collect();
    let study = in_mode(Mode::Observe, cheapest(2));
    let app = App::of(pinned).run(&study).await;
    assert_eq!((app.outcome, app.measurements()), (Some(Outcome::NoBetter), 2));
}

#[tokio::test(start_paused = true)]
async fn observing_in_vain_ends_with_an_error_and_breaks_no_circuit() {
    let mut settings = Settings { repeats: 9, ..cheapest(20) };
    settings.budget.max_consecutive_failures = 3;
    let study = in_mode(Mode::Observe, settings);
    let mut measured = 0;
    let app = App::new().intervening(move |operation, _| {
        measured += usize::from(matches!(operation, Operation::Measure(_)));
        (measured > 1).then(|| Err(failed("no route to host")))
    });
    let app = app.run(&study).await;
    assert!(
        app.errors[0].message().starts_with("`budget.max_consecutive_failures` reached"),
        "{}",
        app.errors[0]
    );
    assert!(is_untouched(&app), "{:?}", app.log);
    assert_eq!(app.measurements(), 4);
}

#[tokio::test(start_paused = true)]
async fn recommending_searches_a_tuning_instance_alone_and_promotes_nothing() {
    let mut app = App::new();
    app.description.components[0].is_tuning = true;
    let service = settings()[0].clone();
    app.description.components.push(Component::new("service", vec![service]));
    let study = in_mode(Mode::Recommend, promoting());
    let app = app.run(&study).await;
    assert_eq!(app.outcome, Some(Outcome::Improved), "{:?}", app.errors);
    assert!(app.adjustments().iter().flat_map(|it| &it.adjustments).all(|it| it.component == "web"));
    assert!(!app.log.iter().any(|it| matches!(it, Operation::Promote(_))));
    assert_eq!(app.values, App::new().values);
    let report = reported(&study).await;
    assert!(report.best.expect("a best").settings.contains_key("service.cpu"));
    assert_eq!(report.note, None);
}

#[tokio::test(start_paused = true)]
async fn recommending_without_a_tuning_instance_says_what_a_search_would_try_and_ends() {
    let study = in_mode(Mode::Recommend, promoting());
    let app = App::new().run(&study).await;
    assert_eq!((app.outcome, app.measurements()), (Some(Outcome::NoBetter), 1));
    assert!(is_untouched(&app), "{:?}", app.log);
    let report = reported(&study).await;
    assert_eq!((report.outcome, report.trials.len()), ("no_better", 1));
    let note = report.note.expect("advice");
    for part in [
        "no component is a tuning instance",
        "would search 3 settings of the live service (web.cpu from 0.5 to 4 by 0.5; web.replicas from 1 to 8 by 1; \
         web.gc one of throughput, latency), 128 configurations, with up to 19 more trials",
        "for 3m (settlement, warmup and measurement)",
        "may violate the SLO",
    ] {
        assert!(note.contains(part), "{part}: {note}");
    }
    assert_eq!(note.matches("(cost -").count() + note.matches("(cost +").count(), 3, "{note}");
}

#[tokio::test(start_paused = true)]
async fn what_a_search_would_try_first_is_what_it_tries() {
    let advised = in_mode(Mode::Recommend, cheapest(20));
    App::new().run(&advised).await;
    let note = reported(&advised).await.note.expect("advice");
    let study = study(cheapest(20));
    let app = App::new().run(&study).await;
    let first: Vec<String> = app.adjustments()[0].adjustments.iter().map(ToString::to_string).collect();
    assert!(note.contains(&format!("would begin with {} (cost", first.join(", "))), "{first:?}: {note}");
}

#[tokio::test(start_paused = true)]
async fn where_not_even_a_search_would_begin_the_advice_says_why() {
    let pinned: Vec<Setting> = settings().into_iter().map(|setting| setting.pinned(true)).collect();
    let study = in_mode(Mode::Recommend, cheapest(20));
    let app = App::of(pinned).run(&study).await;
    assert_eq!((app.outcome, app.measurements()), (Some(Outcome::NoBetter), 1));
    let note = reported(&study).await.note.expect("advice");
    assert!(note.ends_with("nothing to optimize: every setting is pinned or has one value only"), "{note}");
}

#[tokio::test(start_paused = true)]
async fn a_baseline_that_cannot_be_measured_is_an_error_in_every_mode() {
    for mode in [Mode::Observe, Mode::Recommend, Mode::Auto] {
        let study = in_mode(mode, cheapest(20));
        let app = App::new().intervening(|operation, _| {
            matches!(operation, Operation::Measure(_)).then(|| Err(failed("no pods")))
        });
        let app = app.run(&study).await;
        assert_eq!(app.errors[0].message(), "cannot measure the baseline: no pods", "{mode:?}");
        assert_eq!(app.measurements(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_left_in_force_is_left_and_a_winner_promoted_nevertheless() {
    for (settings, is_promoted) in [(cheapest(20), false), (promoting(), true)] {
        let identity = Identity { restore: Restore::Never, ..Identity::new("shop", "nowhere") };
        let study = Study::new(identity, settings).expect("settings that can work").in_memory();
        let app = App::new().run(&study).await;
        assert_eq!(app.outcome, Some(Outcome::Improved), "{:?}", app.errors);
        assert_eq!(matches!(app.log.last(), Some(Operation::Promote(_))), is_promoted);
        assert_eq!(
            matches!(app.log.last(), Some(Operation::Measure(_))),
            !is_promoted,
            "nothing is restored"
        );
    }
}
