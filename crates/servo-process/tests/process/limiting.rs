//! Limits of CPU and memory, in real control groups. Where these cannot be made, the tests say what is missing.

use serde_json::{Value, json};

use crate::stage::{FIXTURE, Stage, groups_of, shell, verdict};

fn eating(mebibytes: u32, limit: &str) -> Value {
    json!({
        "command": [FIXTURE, "eat", mebibytes.to_string()],
        "memory": {"min": "16Mi", "max": "1Gi", "step": "16Mi", "value": limit},
        "ready": {"log": "^full", "timeout": "20s"},
    })
}

#[tokio::test]
async fn one_that_takes_too_much_memory_is_killed_and_rejected_with_limit_and_use() {
    let stage = Stage::new(eating(256, "64Mi"));
    let error = stage.start().await.unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("unstable")), "{}", error.chain());
    assert!(error.message().contains("killed for want of memory: the limit is 64Mi, and it used"), "{error}");
    assert!(error.message().ends_with("it printed last: eating"), "{error}");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_process_of_the_program_that_is_killed_for_want_of_memory_ends_the_measurement() {
    let mut section = eating(0, "64Mi");
    section["command"] = json!(["sh", "-c", format!("echo full; sleep 0.5; {FIXTURE} eat 256; sleep 60")]);
    let stage = Stage::new(section);
    let error = stage.measure(30.0).await.unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("unstable")), "{error}");
    assert!(error.message().contains("a process of"), "{error}");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn cpu_is_held_to_its_quota_and_throttling_is_measured() {
    let stage = Stage::new(json!({
        "command": [FIXTURE, "burn"],
        "cpu": {"min": "100m", "max": 1, "step": "100m", "value": "200m"},
        "ready": {"log": "^burning"},
    }));
    let measurement = stage.measure(2.0).await.unwrap();
    let cpu = measurement.mean_of("killed_cpu_usage").unwrap();
    assert!((0.1..=0.3).contains(&cpu), "{cpu} cores");
    let throttled = measurement.mean_of("killed_cpu_throttled").unwrap();
    assert!(throttled > 50.0, "{throttled} %");
    // Only the limit changes: the program goes on.
    let before = stage.processes();
    stage.adjust(&[("cpu", "400m")], 0).await.unwrap();
    assert_eq!(stage.processes(), before);
    let measurement = stage.measure(2.0).await.unwrap();
    let cpu = measurement.mean_of("killed_cpu_usage").unwrap();
    assert!((0.3..=0.5).contains(&cpu), "{cpu} cores");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn memory_is_limited_in_place_up_and_down_and_by_another_run_where_it_is_in_use() {
    let mut section = eating(100, "256Mi");
    section["settings"] = json!({});
    let stage = Stage::new(section);
    stage.start().await.unwrap();
    let before = stage.processes();
    for memory in ["0.5", "0.25", "0.75"] {
        stage.adjust(&[("mem", memory)], 0).await.unwrap();
        assert_eq!((stage.value("mem").await.as_str(), stage.processes()), (memory, before.clone()));
    }
    // A hundred are in use, so that it takes another run to see that fifty do not do.
    let error = stage.adjust(&[("mem", "0.046875")], 0).await.unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("unstable")), "{error}");
    assert_eq!(stage.value("mem").await, "0.75");
    assert_eq!(stage.processes().len(), 1);
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_group_that_is_not_there_is_told_with_what_to_do() {
    let mut section = eating(1, "64Mi");
    section["cgroup"] = json!("/no-group-is-called-so");
    let stage = Stage::new(section);
    let error = stage.start().await.unwrap_err();
    assert!(error.message().contains("cannot limit memory"), "{error}");
    assert!(error.help().unwrap().contains("systemd-run --user --scope -p Delegate=yes servo run"));
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn without_limits_a_program_runs_wherever_groups_cannot_be_made() {
    let mut section = shell("echo ready; exec sleep 60");
    section["cgroup"] = json!("/no-group-is-called-so");
    let stage = Stage::new(section);
    let measurement = stage.measure(0.2).await.unwrap();
    assert!(measurement.mean_of("killed_memory_rss").unwrap() > 0.0);
    assert!(groups_of(&stage.name).is_empty());
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn it_runs_as_the_user_that_is_asked_for() {
    let mut section = shell("[ `id -un` = nobody ] && [ `id -G` = `id -g` ] && echo ready; exec sleep 60");
    section["user"] = json!("nobody");
    section["dir"] = json!("/");
    let stage = Stage::new(section);
    stage.start().await.unwrap();
    stage.leaves_nothing().await;
}
