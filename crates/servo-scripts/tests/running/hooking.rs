//! Commands before, on and after events: what they are told, in which order, and what their failures do.

use serde_json::{Value, json};
use servo_core::event::standard::{Measure, Measuring, Startup};
use servo_core::event::{Dispatched, Scope};
use servo_core::{Class, Error};

use crate::fixture::Stage;

async fn measured(stage: &Stage) -> Result<Dispatched<servo_core::model::Measurement>, Error> {
    stage.dispatch::<Measure>(&Scope::detached(), Measuring::default()).await
}

#[tokio::test]
async fn they_run_in_order_around_the_event() {
    let section = json!({
        "before": {"measure": ["echo 1 >> log", "echo 2 >> log"]},
        "on": {"measure": [["sh", "-c", "echo 3 >> log"]]},
        "after": {"measure": ["echo 4 >> log"], "adjust": ["echo never >> log"]},
    });
    let stage = Stage::with(section, "");
    assert_eq!(measured(&stage).await.unwrap().answers().unwrap().len(), 2);
    assert_eq!(stage.file("log"), "1\n2\n3\n4\n");
    // Another instance, or the same event again, adds nothing to what is run.
    measured(&stage).await.unwrap();
    assert_eq!(stage.file("log"), "1\n2\n3\n4\n1\n2\n3\n4\n");
}

#[tokio::test]
async fn the_event_is_told_in_the_environment_and_on_standard_input() {
    let line = "env | grep -e ^SERVO_ -e canary | sort > env; cat > input";
    let stage = Stage::with(json!({"after": {"measure": [line]}}), "");
    let scope = Scope { command_uid: Some("u-7".to_owned()), ..Scope::default() };
    let input = Measuring { metrics: Some(vec!["p99".to_owned()]), ..Measuring::default() };
    stage.dispatch::<Measure>(&scope, input).await.unwrap();
    let expected = "SERVO_COMMAND_UID=u-7\nSERVO_CONNECTOR=scripts\nSERVO_CONTRACT=1\nSERVO_DELAY_SECONDS=0\n\
         SERVO_DURATION_SECONDS=1\nSERVO_EVENT=measure\nSERVO_METRICS=p99\nSERVO_NAME=shop\nSERVO_PREPOSITION=after\n\
         SERVO_WARMUP_SECONDS=0\n";
    assert_eq!(stage.file("env"), expected);
    let told: Value = serde_json::from_str(&stage.file("input")).unwrap();
    assert_eq!(told["input"]["metrics"], json!(["p99"]));
    let empty = json!({"readings": [], "annotations": {}});
    assert_eq!(told["results"][0], json!({"connector": "scripts", "value": empty}));
}

#[tokio::test]
async fn what_is_withheld_is_there_for_whoever_names_it() {
    let section = json!({
        "on": {"startup": ["echo $OPSANI_TOKEN/$DB_PASSWORD/$OWN > env"]},
        "pass_environment": ["DB_PASSWORD"], "environment": {"OWN": "x"},
    });
    let stage = Stage::with(section, "");
    stage.dispatch::<Startup>(&Scope::detached(), ()).await.unwrap();
    assert_eq!(stage.file("env"), "/canary-2/x\n");
}

#[tokio::test]
async fn a_credential_that_a_command_prints_is_not_told() {
    let section = json!({
        "before": {"measure": ["echo \"refused $DB_PASSWORD and $MY_TOKEN\" >&2; exit 1"]}, "on_failure": "fail",
        "pass_environment": ["DB_PASSWORD"], "environment": {"MY_TOKEN": "canary-3"},
    });
    let error = measured(&Stage::with(section, "")).await.unwrap_err();
    assert!(error.message().contains("refused") && !error.message().contains("canary"), "{error}");
}

#[tokio::test]
async fn a_failure_is_logged_and_nothing_else_unless_somebody_says_so() {
    let section = |on_failure: &str| json!({"before": {"measure": ["echo broken >&2; exit 3", "echo 2 > log"]}, "on_failure": on_failure});
    let stage = Stage::with(section("log"), "");
    assert!(measured(&stage).await.unwrap().success());
    assert_eq!(stage.file("log"), "2\n");
    let stage = Stage::with(section("cancel"), "");
    let Dispatched::Cancelled { by, reason } = measured(&stage).await.unwrap() else { panic!("it ran") };
    assert_eq!(&*by, "scripts");
    assert_eq!(reason, "`echo broken >&2; exit 3` ended with exit code 3; it said last: broken");
    let stage = Stage::with(section("fail"), "");
    let error = measured(&stage).await.unwrap_err();
    assert_eq!((error.class(), error.connector()), (Class::Failed, Some("scripts")));
    assert_eq!(stage.file("log"), "");
}

#[tokio::test]
async fn after_an_event_a_failure_changes_nothing() {
    let section = json!({"after": {"measure": ["exit 1", "echo 2 > log"]}, "on_failure": "fail"});
    let stage = Stage::with(section, "");
    assert!(measured(&stage).await.unwrap().success());
    assert_eq!(stage.file("log"), "2\n");
}

#[tokio::test]
async fn one_that_takes_too_long_or_is_not_there_is_a_failure() {
    let section = |command: &str| json!({"before": {"measure": [[command, "60"]]}, "on_failure": "fail", "timeout": "200ms"});
    let error = measured(&Stage::with(section("sleep"), "")).await.unwrap_err();
    assert_eq!(error.message(), "`sleep 60` did not end within 200ms and was stopped");
    let error = measured(&Stage::with(section("slepe"), "")).await.unwrap_err();
    assert_eq!(error.message(), "there is no program `slepe` in /usr/bin:/bin");
}

#[tokio::test]
async fn a_cancelled_operation_ends_its_commands() {
    let stage = Stage::with(json!({"before": {"measure": ["sleep 60 & wait", "echo 2 > log"]}}), "");
    let scope = Scope::default();
    let token = scope.token.clone();
    let cancel = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        token.cancel();
    };
    let (ran, ()) = tokio::join!(stage.dispatch::<Measure>(&scope, Measuring::default()), cancel);
    assert_eq!(ran.unwrap_err().class(), Class::Cancelled);
    assert_eq!(stage.file("log"), "");
}
