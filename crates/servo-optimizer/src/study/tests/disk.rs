//! A study and its history on disk.

use servo_core::model::Value;
use tempfile::TempDir;

use super::app::App;
use super::*;

fn on_disk(folder: &TempDir) -> Study {
    let identity = Identity::new("shop", folder.path().join("shop"));
    Study::new(identity, cheapest(12)).expect("settings that can work")
}

#[tokio::test(start_paused = true)]
async fn building_one_touches_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = on_disk(&folder);
    assert!(!folder.path().join("shop").exists());
    study.hello(Hello::default()).await.expect("hello");
    assert!(folder.path().join("shop").exists());
}

#[tokio::test(start_paused = true)]
async fn each_trial_is_readable_before_the_next_command_is_given_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = on_disk(&folder);
    study.hello(Hello::default()).await.expect("hello");
    let mut app = App::new();
    let mut measured = 0;
    for _ in 0..12 {
        let command = study.next().await.expect("a command");
        let answer = app.carry_out(&command.operation);
        measured += usize::from(matches!(command.operation, Operation::Measure(_)));
        study.report(Report { uid: command.uid, result: Ok(answer) }).await.expect("a report");
        let report =
            report::read(&folder.path().join("shop"), "shop").await.expect("readable").expect("a study");
        assert_eq!((report.trials.len(), report.outcome), (measured, "running"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_study_begins_anew_in_the_same_history() {
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..2 {
        let study = on_disk(&folder);
        let app = App::new().run(&study).await;
        assert!(app.errors.is_empty(), "{:?}", app.errors);
        study.goodbye("shutdown").await.expect("goodbye");
        let report =
            report::read(&folder.path().join("shop"), "shop").await.expect("readable").expect("a study");
        let measured = app.log.iter().filter(|it| matches!(it, Operation::Measure(_))).count();
        assert_eq!(report.trials.len(), measured, "nothing of the first study");
        assert_eq!(report.baseline.settings["web.cpu"], Value::from(3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_ends_the_study_with_the_baseline_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = on_disk(&folder);
    study.hello(Hello::default()).await.expect("hello");
    study.state.lock().await.history.as_mut().expect("a history").limit_pages(1).await;
    let app = App::new().intervening(|operation, values| {
        // Enough metrics to fill the pages that are left.
        let names: Vec<String> = (0..60).map(|index| format!("p95_latency_{index:03}")).collect();
        let mut metrics: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
        metrics.push(("p95_latency", super::app::latency(values)));
        matches!(operation, Operation::Measure(_))
            .then(|| Ok(Answer::Measured(super::app::measurement(&metrics))))
    });
    let app = app.run(&study).await;
    let error = app.errors.first().expect("an error");
    assert!(error.message().starts_with("cannot write trial "), "{error}");
    assert!(error.help().expect("help").starts_with("free space"));
    assert_eq!(app.errors.len(), 1, "finishing does without the history");
    assert_eq!(app.outcome, Some(Outcome::Interrupted));
    assert_eq!(app.values, App::new().values);
    let report = report::read(&folder.path().join("shop"), "shop").await.expect("readable").expect("a study");
    assert!(!report.trials.is_empty());
}

#[test]
fn it_is_registered_with_an_example_that_works() {
    let registry = servo_core::registry::Registry::collect().expect("no duplicates");
    let descriptor = registry.optimizer("embedded").expect("registered");
    assert!(descriptor.example.contains("minimize: cost"));
    let identity = Identity::new("shop", "nowhere");
    let section = serde_json::json!({"objective": {"minimize": "cost"}, "budget": {"trials": 0}});
    let error = (descriptor.build)(&identity, section).err().expect("no trials");
    assert_eq!(error.key(), Some("budget.trials"));
}
