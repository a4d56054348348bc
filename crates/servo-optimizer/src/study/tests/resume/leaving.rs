//! Studies that leave in force what is: the application is found as the last process left it.

use servo_core::model::Value;
use servo_core::safety::Restore;

use super::super::app::App;
use super::super::*;
use super::folder::{Folder, finished, troubled};

fn settings() -> Settings {
    Settings { seed: 9, repeats: 2, ..cheapest(9) }
}

fn study(folder: &Folder) -> Study {
    let identity = Identity { restore: Restore::Never, ..folder.identity() };
    Study::new(identity, settings()).expect("settings that can work")
}

#[tokio::test(start_paused = true)]
async fn nothing_is_restored_and_the_recorded_baseline_stays_the_baseline() {
    let folder = Folder::new();
    let (complete, undisturbed) = finished(study(&folder), troubled(), &folder).await;
    assert_ne!(complete.values, App::new().values, "the last trial stays in force");
    for operations in 1..complete.log.len() {
        let folder = Folder::new();
        let first = study(&folder);
        first.hello(Hello::default()).await.expect("hello");
        let mut app = troubled();
        for _ in 0..operations {
            app.step(&first).await.expect("a step");
        }
        drop(first);
        // The application stays as it is; only the log of it begins again.
        app.log.clear();
        let (app, left) = finished(study(&folder), app, &folder).await;
        assert_eq!(left, undisturbed, "after {operations} operations");
        assert_eq!(app.values, complete.values, "after {operations} operations");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pinned_setting_that_has_changed_is_a_new_baseline() {
    let folder = Folder::new();
    let first = study(&folder);
    first.hello(Hello::default()).await.expect("hello");
    let mut app = troubled();
    for _ in 0..5 {
        app.step(&first).await.expect("a step");
    }
    drop(first);
    app.values.insert("mem".to_owned(), Value::from(4));
    let (_, left) = finished(study(&folder), app, &folder).await;
    assert_eq!(left.trials[0].0.settings["web.mem"], Value::from(4));
}

#[tokio::test(start_paused = true)]
async fn a_broken_circuit_restores_the_baseline_all_the_same() {
    let folder = Folder::new();
    let app = App::new().intervening(|operation, values| {
        let is_trial = values["cpu"] != App::new().values["cpu"] || values["gc"] != App::new().values["gc"];
        let fails = matches!(operation, Operation::Measure(_)) && is_trial;
        fails.then(|| Err(super::super::app::failed("no route to host")))
    });
    let (app, left) = finished(study(&folder), app, &folder).await;
    assert!(left.note.expect("a reason").starts_with("`budget.max_consecutive_failures` reached"));
    assert_eq!(app.values, App::new().values);
}
