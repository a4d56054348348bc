//! How a program begins: when it is ready, and what is said of one that never is.

use std::time::Duration;

use serde_json::json;
use servo_core::Class;

use crate::stage::{FIXTURE, Stage, free_port, shell, verdict, with};

#[tokio::test]
async fn looking_begins_nothing_and_writes_nothing() {
    let stage = Stage::new(with(
        shell("echo ready; exec sleep 60"),
        json!({"settings": {"threads": {"min": 1, "max": 8, "value": 4}}}),
    ));
    assert_eq!(stage.value("threads").await, "4");
    assert_eq!(stage.processes(), Vec::<i32>::new());
    assert_eq!(std::fs::read_dir(stage.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_program_is_ready_by_a_line_by_a_port_by_an_answer_and_by_running() {
    let port = free_port();
    let serving = |ready| {
        json!({
            "command": [FIXTURE, "serve", "$(port)"],
            "ports": {"port": port},
            "ready": ready,
        })
    };
    for section in [
        shell("echo; echo ready now; exec sleep 60"),
        serving(json!({"tcp": "127.0.0.1:$(port)"})),
        serving(json!({"http": "http://127.0.0.1:$(port)/health"})),
        json!({"command": ["sleep", "60"]}),
    ] {
        let stage = Stage::new(section);
        stage.start().await.unwrap();
        assert_eq!(stage.processes().len(), 1);
        stage.leaves_nothing().await;
    }
}

#[tokio::test]
async fn one_that_never_becomes_ready_is_rejected_with_what_it_printed_and_ended() {
    let mut section = shell("echo loading; echo still loading >&2; sleep 60");
    section["ready"]["timeout"] = json!("300ms");
    let stage = Stage::new(section);
    let error = stage.start().await.unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("start-failed")));
    assert!(error.message().contains("was not ready within 300ms"), "{error}");
    assert!(error.message().ends_with("it printed last: loading | still loading"), "{error}");
    assert_eq!(stage.processes(), Vec::<i32>::new());
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn one_that_exits_at_once_is_rejected_without_waiting_for_the_timeout() {
    let stage = Stage::new(shell("echo cannot open the database; exit 3"));
    let error = tokio::time::timeout(Duration::from_secs(5), stage.start()).await.unwrap().unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("start-failed")));
    let expected = "ended with exit code 3 before it was ready; it printed last: cannot open the database";
    assert!(error.message().ends_with(expected), "{error}");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn one_that_goes_to_the_background_is_rejected_and_what_it_leaves_is_ended() {
    let stage = Stage::new(shell("setsid sleep 61 & exit 0"));
    let error = stage.start().await.unwrap_err();
    assert_eq!(verdict(&error), ("rejected", Some("start-failed")));
    assert!(error.help().unwrap().contains("foreground"));
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_program_a_folder_and_a_user_that_are_not_there_are_told_at_their_keys() {
    for (keys, key) in [
        (json!({"command": ["/nowhere/server"]}), "command[0]"),
        (json!({"command": ["no-program-is-called-so"]}), "command[0]"),
        (json!({"dir": "nowhere"}), "dir"),
        (json!({"user": "nobody-is-called-so"}), "user"),
    ] {
        let stage = Stage::new(with(shell("echo ready; sleep 60"), keys));
        let error = stage.start().await.unwrap_err();
        assert_eq!((error.class(), error.key()), (Class::Configuration, Some(key)), "{error}");
        stage.leaves_nothing().await;
    }
}

#[tokio::test]
async fn it_gets_its_own_environment_and_no_credentials_of_servo() {
    let line = "echo \"$LEVEL-$INHERITED-$SERVO_TOKEN.\"; echo ready; exec sleep 60";
    let mut section = with(
        shell(line),
        json!({"env": {"LEVEL": "$(level)"}, "settings": {"level": {"values": ["a b", "c"], "value": "a b"}}}),
    );
    section["ready"]["log"] = json!("^a b-yes-\\.$");
    let stage = Stage::new(section);
    stage.start().await.unwrap();
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn arguments_are_never_read_by_a_shell() {
    let value = "$HOME; touch here `touch there`";
    let mut section = with(
        json!({"command": ["sh", "-c", "echo \"$1\"; echo ready; exec sleep 60", "sh", "$(text)"]}),
        json!({"settings": {"text": {"values": [value], "value": value}}}),
    );
    section["ready"] = json!({"log": "^\\$HOME; touch here `touch there`$"});
    let stage = Stage::new(section);
    stage.start().await.unwrap();
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_port_in_use_is_told_before_anything_is_begun() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let stage = Stage::new(with(shell("echo ready; sleep 60"), json!({"ports": {"port": port}})));
    let error = stage.start().await.unwrap_err();
    assert_eq!((error.class(), error.key()), (Class::Failed, Some("ports.port")), "{error}");
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn one_that_prints_without_end_is_neither_held_up_nor_kept() {
    let section = json!({
        "command": [FIXTURE, "flood", "1024"],
        "ready": {"log": "^dry", "timeout": "60s"},
    });
    let stage = Stage::new(section);
    let before = resident_kibibytes();
    stage.start().await.unwrap();
    let grown = resident_kibibytes().saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB for a gigabyte of output");
    stage.leaves_nothing().await;
}

fn resident_kibibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

#[tokio::test]
async fn a_second_servo_is_told_who_runs_the_program() {
    let section = shell("echo ready; exec sleep 60");
    let stage = Stage::new(section.clone());
    stage.start().await.unwrap();
    // The same state folder, as a second process of the same servo has it.
    let host = servo_core::context::Host::new("other", stage.folder.path().join("state"))
        .lend(std::sync::Arc::new(servo_core::applet::Executable(FIXTURE.into())));
    let bus = servo_core::event::Bus::new(host);
    let registry = servo_core::registry::Registry::collect().unwrap();
    bus.add(registry.connector("process").unwrap().build("killed", section).unwrap()).unwrap();
    let other = Stage { name: "other".to_owned(), folder: tempfile::tempdir().unwrap(), bus };
    let error = other.start().await.unwrap_err();
    assert!(error.message().contains(&format!("servo `{}`", stage.name)), "{error}");
    assert_eq!(stage.processes().len(), 1);
    stage.leaves_nothing().await;
}

#[tokio::test]
async fn a_servo_without_applets_says_so_and_calls_nothing() {
    let bus = servo_core::event::Bus::new(servo_core::context::Host::named("alone"));
    let registry = servo_core::registry::Registry::collect().unwrap();
    let member = registry.connector("process").unwrap().build("killed", shell("echo ready")).unwrap();
    bus.add(member).unwrap();
    let stage = Stage { name: "alone".to_owned(), folder: tempfile::tempdir().unwrap(), bus };
    let error = stage.start().await.unwrap_err();
    assert_eq!(error.class(), Class::Internal);
}
