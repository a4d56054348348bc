//! What is left when Servo is killed, and when its supervisor is, too: nothing, at once or at the next start.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::stage::{FIXTURE, Stage, eventually, groups_of, processes_of};

fn section() -> Value {
    json!({
        "command": ["sh", "-c", "setsid sleep 63 & echo ready; exec sleep 63"],
        "ready": {"log": "^ready"},
        "stop": {"grace": "1s"},
    })
}

/// Starts a servo in a process of its own, which has begun the program when this returns.
fn servo(name: &str, folder: &std::path::Path) -> Child {
    let state = folder.join("state");
    let mut command = Command::new(FIXTURE);
    command.args(["servo", state.to_str().unwrap(), name, &section().to_string()]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "up\n");
    child
}

fn supervisor_of(servo: &Child) -> i32 {
    let pid = servo.id();
    let numbers = std::fs::read_dir("/proc").unwrap();
    let mut numbers = numbers.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let is_supervisor = |number: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.split(' ').nth(1) == Some(&pid.to_string()))
    };
    numbers.find(is_supervisor).unwrap()
}

fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_servo_that_is_killed_leaves_no_program_and_no_group() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = servo("killed-alone", folder.path());
    eventually("the program runs", || processes_of("killed-alone").len() == 2).await;
    child.kill().unwrap();
    child.wait().unwrap();
    eventually("the supervisor ends the program", || processes_of("killed-alone").is_empty()).await;
    eventually("it removes the groups", || groups_of("killed-alone").is_empty()).await;
}

#[tokio::test]
async fn what_a_servo_and_its_supervisor_leave_when_both_are_killed_is_ended_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = servo("killed-both", folder.path());
    eventually("the program runs", || processes_of("killed-both").len() == 2).await;
    let orphans = processes_of("killed-both");
    kill(supervisor_of(&child));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(processes_of("killed-both"), orphans);
    let again = Stage::called("killed-both", folder, section());
    // Looking leaves them.
    again.describe().await;
    assert_eq!(processes_of("killed-both"), orphans);
    again.start().await.unwrap();
    let now = again.processes();
    assert_eq!(now.len(), 2, "{now:?}");
    assert!(orphans.iter().all(|pid| !now.contains(pid)), "{orphans:?} {now:?}");
    let of_the_first = format!("-{}-", child.id());
    let groups = groups_of("killed-both");
    assert!(!groups.iter().any(|group| group.to_string_lossy().contains(&of_the_first)), "{groups:?}");
    again.leaves_nothing().await;
}

#[tokio::test]
async fn a_supervisor_that_is_killed_fails_the_measurement_and_the_next_begins_the_program_again() {
    let stage = Stage::new(section());
    stage.start().await.unwrap();
    eventually("the program runs", || stage.processes().len() == 2).await;
    let orphans = stage.processes();
    let text = std::fs::read_to_string(stage.folder.path().join("state/process-killed.runs.json")).unwrap();
    let runs: Value = serde_json::from_str(&text).unwrap();
    let supervisor = runs["runs"].as_object().unwrap().values().next().unwrap()["supervisor"][0].as_i64();
    let killing = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        kill(i32::try_from(supervisor.unwrap()).unwrap());
    };
    let (measured, ()) = tokio::join!(stage.measure(30.0), killing);
    let error = measured.unwrap_err();
    assert_eq!(error.class().status(), "failed", "{error}");
    assert!(error.message().contains("the supervisor"), "{error}");
    stage.measure(0.1).await.unwrap();
    assert!(orphans.iter().all(|pid| !stage.processes().contains(pid)));
    stage.leaves_nothing().await;
}
