//! How a program ends: told first, killed after the grace, with everything that came from it.

use std::time::Duration;

use serde_json::json;

use crate::stage::{Stage, eventually, shell, with};

#[tokio::test]
async fn one_that_heeds_its_signal_ends_gracefully() {
    let stage = Stage::new(with(
        shell("trap 'echo bye > bye; exit 0' INT; echo ready; while :; do sleep 0.05; done"),
        json!({"stop": {"signal": "SIGINT", "grace": "10s"}}),
    ));
    stage.start().await.unwrap();
    let begin = tokio::time::Instant::now();
    stage.detach().await;
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert!(stage.folder.path().join("bye").exists());
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn one_that_ignores_its_signal_is_killed_after_the_grace() {
    let stage = Stage::new(with(
        shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"),
        json!({"stop": {"grace": "300ms"}}),
    ));
    stage.start().await.unwrap();
    let begin = tokio::time::Instant::now();
    stage.detach().await;
    let took = begin.elapsed();
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(5), "{took:?}");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn what_leaves_the_group_and_the_session_of_the_program_ends_with_it() {
    let line = "setsid sh -c 'setsid sleep 62 & setsid sleep 62 & sleep 62' & \
                (setsid setsid sleep 62 &) ; echo ready; exec sleep 62";
    let stage = Stage::new(shell(line));
    stage.start().await.unwrap();
    eventually("all of them are begun", || stage.processes().len() >= 5).await;
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn ending_twice_and_ending_what_never_began_is_no_error() {
    let stage = Stage::new(shell("echo ready; exec sleep 60"));
    stage.detach().await;
    stage.start().await.unwrap();
    stage.detach().await;
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_connector_that_is_dropped_leaves_nothing() {
    let stage = Stage::new(shell("echo ready; exec sleep 60"));
    stage.start().await.unwrap();
    let name = stage.name.clone();
    assert_eq!(stage.processes().len(), 1);
    drop(stage);
    eventually("the supervisor ends the program", || crate::stage::processes_of(&name).is_empty()).await;
    eventually("it removes the groups", || crate::stage::groups_of(&name).is_empty()).await;
}
