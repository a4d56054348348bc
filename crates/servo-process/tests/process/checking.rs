//! What the checks say, of a program that can be run and of one that cannot.

use serde_json::{Value, json};
use servo_core::check::{Checking, HaltOnFailed};
use servo_core::event::Scope;
use servo_core::event::standard::Check;

use crate::stage::{Stage, shell, with};

/// Gives whether each check passed, and what it said.
async fn checks(section: Value) -> Vec<(bool, String)> {
    let stage = Stage::new(section);
    let checking = Checking { halt_on: HaltOnFailed::Never, ..Checking::default() };
    let answers = stage.bus.dispatch::<Check>(&Scope::detached(), checking).await.unwrap().answers().unwrap();
    assert_eq!(std::fs::read_dir(stage.folder.path()).unwrap().count(), 0);
    let checks = answers.into_iter().flat_map(|(_, checks)| checks);
    checks.map(|check| (check.passed(), format!("{check:?}"))).collect()
}

#[tokio::test]
async fn one_that_can_be_run_is_shown_as_it_would_be() {
    let section = with(shell("sleep 60"), json!({"memory": {"value": "64Mi"}, "user": "root"}));
    let checks = checks(section).await;
    assert!(checks.iter().all(|(passed, _)| *passed), "{checks:?}");
    assert!(checks[0].1.contains("`sh -c sleep 60` in "), "{}", checks[0].1);
    assert!(checks[0].1.contains(" as root"), "{}", checks[0].1);
    assert!(checks[2].1.contains("mem 64Mi"), "{}", checks[2].1);
}

#[tokio::test]
async fn each_thing_that_is_missing_is_told_by_its_check() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let section = json!({
        "command": ["./server"],
        "ports": {"port": port},
        "memory": {"value": "64Mi"},
        "cgroup": "/no-group-is-called-so",
    });
    let checks = checks(section).await;
    assert!(checks.iter().all(|(passed, _)| !passed), "{checks:?}");
    assert!(checks[0].1.contains("there is no program"), "{}", checks[0].1);
    assert!(checks[1].1.contains("in use by another program"), "{}", checks[1].1);
    assert!(checks[2].1.contains("Delegate=yes"), "{}", checks[2].1);
}
