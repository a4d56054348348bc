//! Studies that cannot go on, or are not to: another one is begun.

use servo_core::model::{Setting, Value};
use servo_core::safety::Mode;

use super::super::app::{App, failed, range};
use super::super::*;
use super::folder::{Folder, finished, left};
use crate::study::scope::Scope;

fn settings() -> Settings {
    cheapest(8)
}

/// Leaves a study behind that has made this many steps.
async fn interrupted(steps: usize) -> Folder {
    let folder = Folder::new();
    let study = folder.study(&settings());
    study.hello(Hello::default()).await.expect("hello");
    let mut app = App::new();
    for _ in 0..steps {
        app.step(&study).await.expect("a step");
    }
    folder
}

async fn why(study: Study, app: App) -> String {
    let mut history = History::open(&study.identity.state_dir).await.expect("a history");
    let recorded = history.newest("shop").await.expect("readable").expect("a study");
    history.close().await;
    let description = app.described();
    let scope = Scope::new(study.identity.mode, &description);
    match study.rebuilt(&recorded, &scope, &description).await {
        Ok(course) => format!("after trial {}", course.ledger().len()),
        Err(why) => why,
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_settings_and_application_go_on() {
    let folder = interrupted(6).await;
    assert_eq!(why(folder.study(&settings()), App::new()).await, "after trial 3");
}

#[tokio::test(start_paused = true)]
async fn what_has_changed_is_named() {
    let folder = interrupted(6).await;
    let other = Settings { seed: 1, ..settings() };
    assert_eq!(why(folder.study(&other), App::new()).await, "the settings of the optimizer have changed");

    let mut app = App::new();
    app.values.insert("cpu".to_owned(), Value::from(4));
    let found = why(folder.study(&settings()), app).await;
    assert_eq!(found, "the baseline has changed: `web.cpu` was 3 and is 4");

    let mut wider = super::super::app::settings();
    let cpu = Setting::range("cpu", range("0.5", "8", "0.5"));
    wider[0] = cpu.with_value(3).expect("3 cores");
    let found = why(folder.study(&settings()), App::of(wider)).await;
    assert_eq!(found, "other settings can be adjusted now, or to other values");

    let mut pinned = super::super::app::settings();
    pinned[2] = pinned[2].clone().pinned(true);
    let found = why(folder.study(&settings()), App::of(pinned)).await;
    assert_eq!(found, "other settings can be adjusted now, or to other values");

    let identity = Identity { mode: Mode::Observe, ..folder.identity() };
    let study = Study::new(identity, settings()).expect("settings that can work");
    assert_eq!(why(study, App::new()).await, "the mode was `auto` and is `observe`");
}

#[tokio::test(start_paused = true)]
async fn another_study_begins_with_the_baseline_that_is_found() {
    let folder = interrupted(6).await;
    let mut app = App::new();
    app.values.insert("cpu".to_owned(), Value::from(4));
    let (app, left) = finished(folder.study(&settings()), app, &folder).await;
    assert_eq!(left.trials[0].0.settings["web.cpu"], Value::from(4));
    assert_eq!(app.measurements(), left.trials.len());
}

#[tokio::test(start_paused = true)]
async fn an_operator_may_begin_anew() {
    let folder = interrupted(6).await;
    let identity = Identity { begins_anew: true, ..folder.identity() };
    let study = Study::new(identity, settings()).expect("settings that can work");
    let (app, left) = finished(study, App::new(), &folder).await;
    assert_eq!(app.measurements(), left.trials.len());
}

#[tokio::test(start_paused = true)]
async fn a_study_that_ended_for_a_reason_does_not_go_on() {
    let folder = Folder::new();
    let app = App::new().intervening(|operation, _| {
        matches!(operation, Operation::Measure(_)).then(|| Err(failed("no pods")))
    });
    let (_, left_behind) = finished(folder.study(&settings()), app, &folder).await;
    assert_eq!(left_behind.note.as_deref(), Some("cannot measure the baseline: no pods"));
    let (app, left) = finished(folder.study(&settings()), App::new(), &folder).await;
    assert_eq!((left.note, app.measurements()), (None, left.trials.len()));
}

#[tokio::test(start_paused = true)]
async fn a_baseline_that_could_not_be_measured_before_a_crash_is_not_tried_again() {
    let folder = Folder::new();
    let study = folder.study(&settings());
    study.hello(Hello::default()).await.expect("hello");
    let fails = || {
        App::new().intervening(|operation, _| {
            matches!(operation, Operation::Measure(_)).then(|| Err(failed("no pods")))
        })
    };
    let mut app = fails();
    for _ in 0..2 {
        app.step(&study).await.expect("a step");
    }
    app.step(&study).await.expect_err("the second attempt fails");
    drop(study);
    let (app, left) = finished(folder.study(&settings()), App::new(), &folder).await;
    assert_eq!((app.measurements(), left.trials.len()), (0, 2));
    assert_eq!(app.errors[0].message(), "cannot measure the baseline: no pods");
}

#[tokio::test(start_paused = true)]
async fn settings_that_were_recorded_with_fewer_keys_are_the_same() {
    let folder = interrupted(6).await;
    let mut record =
        crate::history::newest(&folder.path, "shop").await.expect("readable").expect("a study").study;
    let mut old: serde_json::Value = serde_json::from_str(&record.settings).expect("JSON");
    let budget = old["budget"].as_object_mut().expect("a budget");
    assert!(budget.remove("max_consecutive_failures").is_some());
    record.settings = old.to_string();
    assert_eq!(crate::study::resume::check_settings(&record, &settings()), Ok(()));
    record.settings = "{}".to_owned();
    assert!(crate::study::resume::check_settings(&record, &settings()).is_err());
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_study_of_another_servo_is_left_alone() {
    let folder = interrupted(6).await;
    let identity = Identity { servo: "other".to_owned(), ..folder.identity() };
    let study = Study::new(identity, settings()).expect("settings that can work");
    let app = App::new().run(&study).await;
    study.goodbye("shutdown").await.expect("goodbye");
    assert!(app.measurements() > 3);
    assert_eq!((left(&folder.path).await.outcome, left(&folder.path).await.trials.len()), ("running", 3));
}
