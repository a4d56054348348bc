//! What an adjustment leads to: other values in force, or those before where it does not work out.

use std::time::Duration;

use serde_json::{Value, json};
use servo_core::event::Scope;

use crate::stage::{FIXTURE, Stage, free_port, shell, verdict, with};

/// A program that crashes with 7 threads, never becomes ready with 8, and crashes a moment later with 6.
fn moody() -> Value {
    let line = "case $1 in 7) echo no luck; exit 9;; 8) sleep 60;; esac; echo ready $1; \
                [ $1 = 6 ] && sleep 0.4 && exit 1; exec sleep 60";
    json!({
        "command": ["sh", "-c", line, "sh", "$(threads)"],
        "settings": {"threads": {"min": 1, "max": 8, "value": 4}},
        "ready": {"log": "^ready", "timeout": "800ms"},
        "stop": {"grace": "2s"},
    })
}

fn command_line(pid: i32) -> String {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    String::from_utf8_lossy(&line).replace('\0', " ")
}

#[tokio::test]
async fn values_reach_the_command_line_and_are_remembered() {
    let stage = Stage::new(with(
        moody(),
        json!({"command": ["sh", "-c", "echo ready; sleep 60; :", "sh", "$(threads)"]}),
    ));
    stage.start().await.unwrap();
    stage.adjust(&[("threads", "5")], 0).await.unwrap();
    assert_eq!(stage.value("threads").await, "5");
    assert!(stage.processes().iter().any(|pid| command_line(*pid).trim_end().ends_with("sh 5")));
    stage.detach().await;
    // Another process of the same servo goes on with them.
    let Stage { name, folder, .. } = stage;
    let again = Stage::called(&name, folder, moody());
    assert_eq!(again.value("threads").await, "5");
    again.leaves_nothing().await;
}

#[tokio::test]
async fn values_with_which_it_does_not_start_are_rejected_and_those_before_are_in_force_again() {
    let stage = Stage::new(moody());
    stage.start().await.unwrap();
    for (threads, reason, said) in [
        ("7", "start-failed", "ended with exit code 9"),
        ("8", "start-failed", "was not ready within 800ms"),
        ("6", "unstable", "ended with exit code 1"),
    ] {
        let error = stage.adjust(&[("threads", threads)], 2000).await.unwrap_err();
        assert_eq!(verdict(&error), ("rejected", Some(reason)), "{error}");
        assert!(error.message().contains(said), "{error}");
        assert_eq!(stage.value("threads").await, "4");
        assert_eq!(stage.processes().len(), 1);
    }
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn values_off_the_range_and_settings_that_there_are_not_change_nothing() {
    let stage = Stage::new(moody());
    stage.start().await.unwrap();
    let before = stage.processes();
    for settings in [[("threads", "9")], [("threads", "0")], [("threads", "; reboot")], [("other", "1")]] {
        let error = stage.adjust(&settings, 0).await.unwrap_err();
        assert_eq!(error.class().status(), "failed", "{error}");
    }
    assert_eq!(stage.processes(), before);
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn adjusting_what_does_not_run_verifies_the_values_and_detaching_ends_it() {
    let stage = Stage::new(moody());
    let error = stage.adjust(&[("threads", "7")], 0).await.unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("start-failed")));
    assert_eq!((stage.value("threads").await.as_str(), stage.processes()), ("4", Vec::new()));
    stage.adjust(&[("threads", "3")], 0).await.unwrap();
    assert_eq!(stage.value("threads").await, "3");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn an_adjustment_that_is_cancelled_goes_back_to_what_was_there() {
    let stage = Stage::new(with(moody(), json!({"ready": {"log": "^ready", "timeout": "30s"}})));
    stage.start().await.unwrap();
    let scope = Scope::detached();
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        scope.token.cancel();
    };
    let (adjusted, ()) = tokio::join!(stage.adjust_within(&scope, &[("threads", "8")], 0), cancel);
    assert_eq!(adjusted.unwrap_err().class().status(), "cancelled");
    assert_eq!(stage.value("threads").await, "4");
    assert_eq!(stage.processes().len(), 1);
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn where_there_is_another_port_the_run_before_serves_until_the_next_is_ready() {
    let first = free_port().min(65_000);
    let section = json!({
        "command": ["sh", "-c", "sleep $1; exec \"$0\" serve $2", FIXTURE, "$(delay)", "$(port)"],
        "settings": {"delay": {"min": 0, "max": 2, "value": 0}},
        "ports": {"port": format!("{first}-{}", first + 200)},
        "ready": {"tcp": "127.0.0.1:$(port)", "every": "20ms"},
    });
    let stage = Stage::new(section);
    stage.start().await.unwrap();
    let port = served(&stage);
    let mut failures = 0;
    {
        let adjusting = stage.adjust(&[("delay", "1")], 0);
        tokio::pin!(adjusting);
        loop {
            tokio::select! {
                adjusted = &mut adjusting => { adjusted.unwrap(); break }
                () = tokio::time::sleep(Duration::from_millis(20)) => {
                    // Either of them answers: before the change the one, after it the other.
                    let answers = |port: u16| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
                    failures += u32::from(!answers(port) && !(first..=first + 200).any(answers));
                }
            }
        }
    }
    assert_eq!(failures, 0);
    assert_ne!(served(&stage), port);
    assert_eq!(stage.processes().len(), 1);
    stage.leaves_nothing().await;
}

/// Gives the port that the program was told.
fn served(stage: &Stage) -> u16 {
    let line = command_line(stage.processes()[0]);
    line.split_whitespace().last().unwrap().parse().unwrap()
}

#[tokio::test]
async fn without_another_port_the_run_before_ends_first() {
    let stage = Stage::new(json!({
        "command": [FIXTURE, "serve", "$(port)"],
        "env": {"LEVEL": "$(level)"},
        "settings": {"level": {"min": 1, "max": 3, "value": 1}},
        "ports": {"port": free_port()},
        "ready": {"http": "http://127.0.0.1:$(port)/", "every": "20ms"},
    }));
    stage.start().await.unwrap();
    for level in ["2", "3", "1"] {
        stage.adjust(&[("level", level)], 0).await.unwrap();
        assert_eq!(stage.processes().len(), 1);
    }
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_state_that_cannot_be_written_is_told_before_anything_is_begun() {
    let stage = Stage::new(shell("echo ready; exec sleep 60"));
    std::fs::write(stage.folder.path().join("state"), "no folder").unwrap();
    let error = stage.start().await.unwrap_err();
    assert_eq!(error.class().status(), "failed");
    assert_eq!(stage.processes(), Vec::<i32>::new());
}
