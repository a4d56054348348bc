//! What is measured of a program, and what becomes of a measurement during which it ends.

use std::time::Duration;

use serde_json::json;
use servo_core::event::Scope;

use crate::stage::{FIXTURE, Stage, eventually, shell, verdict, with};

#[tokio::test]
async fn a_single_measurement_begins_the_program_and_detaching_ends_it() {
    let stage = Stage::new(json!({
        "command": [FIXTURE, "burn"],
        "ready": {"log": "^burning"},
    }));
    let measurement = stage.measure(1.5).await.unwrap();
    let names: Vec<&str> = measurement.metrics().iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(names, ["killed_cpu_usage", "killed_memory_rss", "killed_threads", "killed_restarts"]);
    let cpu = measurement.mean_of("killed_cpu_usage").unwrap();
    assert!((0.02..=1.2).contains(&cpu), "{cpu} cores");
    let memory = measurement.mean_of("killed_memory_rss").unwrap();
    assert!((0.00001..0.1).contains(&memory), "{memory} GiB");
    assert_eq!(measurement.mean_of("killed_threads"), Some(1.0));
    assert_eq!(measurement.mean_of("killed_restarts"), Some(0.0));
    assert_eq!(stage.processes().len(), 1);
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn all_processes_of_the_program_count() {
    let line = format!("{FIXTURE} burn & setsid {FIXTURE} burn & echo ready; wait");
    let stage = Stage::new(shell(&line));
    let measurement = stage.measure(1.0).await.unwrap();
    assert_eq!(measurement.mean_of("killed_threads"), Some(3.0));
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_measurement_during_which_the_program_crashes_is_rejected_at_once() {
    let stage = Stage::new(shell("echo ready; sleep 0.5; echo out of luck; kill -SEGV $$$$"));
    let measuring = tokio::time::timeout(Duration::from_secs(10), stage.measure(60.0));
    let error = measuring.await.unwrap().unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("unstable")));
    assert!(error.message().contains("was ended by signal 11"), "{error}");
    assert!(error.message().contains("out of luck"), "{error}");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn the_end_of_a_program_without_settings_blames_no_configuration() {
    let stage = Stage::new(with(shell("echo ready; sleep 0.3; exit 3"), json!({"settings": {}})));
    let error = stage.measure(60.0).await.unwrap_err();
    assert_eq!(verdict(&error), ("failed", None));
    assert!(error.message().contains("ended with exit code 3"), "{error}");
    stage.leaves_nothing().await;
    let stage = Stage::new(with(shell("exit 3"), json!({"settings": {}})));
    let error = stage.measure(60.0).await.unwrap_err();
    assert_eq!(verdict(&error), ("failed", None));
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn one_that_ended_is_begun_again_by_the_next_measurement_which_counts_it() {
    let stage = Stage::new(with(shell("echo ready; exec sleep 60"), json!({"component": "killed"})));
    stage.start().await.unwrap();
    let first = stage.processes();
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(first[0]).unwrap(),
        rustix::process::Signal::KILL,
    )
    .unwrap();
    eventually("it ends", || stage.processes().is_empty()).await;
    // That it ended is known as soon as the supervisor has told.
    let measurement = loop {
        match stage.measure(0.1).await {
            Ok(measurement) => break measurement,
            Err(error) => assert_eq!(error.reason(), Some("unstable"), "{error}"),
        }
    };
    assert_eq!(measurement.mean_of("killed_restarts"), Some(1.0));
    assert_ne!(stage.processes(), first);
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_measurement_that_is_cancelled_ends_at_once_and_the_program_goes_on() {
    let stage = Stage::new(shell("echo ready; exec sleep 60"));
    stage.start().await.unwrap();
    let scope = Scope::detached();
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        scope.token.cancel();
    };
    let (measured, ()) = tokio::join!(stage.measure_within(&scope, 60.0), cancel);
    assert_eq!(measured.unwrap_err().class().status(), "cancelled");
    assert_eq!(stage.processes().len(), 1);
    stage.leaves_nothing().await;
}
