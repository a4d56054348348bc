//! `servo scripts verify`: the example passes, and each kind of wrong command is found.

use serde_json::json;
use servo_core::connector::{Arguments, Table};
use servo_core::event::Scope;
use servo_core::registry::Registry;
use servo_core::{Error, Result};

use crate::fixture::{Stage, TARGET};

async fn verified(stage: &Stage, operations: &[&str]) -> Result<Table> {
    let registry = Registry::collect().unwrap();
    let verify = &registry.connector("scripts").unwrap().subcommands[0];
    let member = stage.bus.members().remove(0);
    let arguments = Arguments::default()
        .with("OPERATION", operations.iter().map(|&it| it.to_owned()))
        .with("DURATION", ["50ms".to_owned()]);
    verify.run(&stage.bus, &Scope::detached(), &member, &arguments).await
}

/// Gives the names of rows with a certain outcome.
fn rows(table: &Table, outcome: &str) -> Vec<String> {
    let of = table.rows().iter().filter(|row| row[1] == outcome);
    of.map(|row| row[0].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_example_is_as_the_contract_says() {
    let stage = Stage::answering(TARGET);
    let table = verified(&stage, &["measure", "adjust"]).await.unwrap();
    assert!(!table.has_failed(), "{table:?}");
    let all = ["describe", "describe again", "measure", "measure one metric", "measure, cancelled", "adjust"];
    assert_eq!(rows(&table, "passed"), all);
    assert_eq!(stage.file("threads"), "4\n");
}

#[tokio::test]
async fn a_command_that_always_measures_all_will_do() {
    let target = TARGET.replace("for metric in $SERVO_METRICS", "for metric in throughput latency");
    assert_ne!(target, TARGET);
    let table = verified(&Stage::answering(&target), &["measure"]).await.unwrap();
    assert!(!table.has_failed(), "{table:?}");
}

#[tokio::test]
async fn nothing_is_changed_unless_it_is_asked_for() {
    let stage = Stage::answering(TARGET);
    let table = verified(&stage, &[]).await.unwrap();
    assert!(!table.has_failed() && stage.file("threads").is_empty(), "{table:?}");
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    for (from, to, failed) in [
        ("contract", "contrakt", &["describe"][..]),
        ("\\\"threads\\\":", "\\\"t$$\\\":", &["describe again", "adjust"]),
        (
            "for metric in $SERVO_METRICS",
            "test \"${SERVO_METRICS%% *}\" != \"$SERVO_METRICS\"; for metric in $SERVO_METRICS",
            &["measure one metric"],
        ),
        ("for metric in $SERVO_METRICS", "for metric in throughput", &["measure"]),
        ("set -eu", "set -eu; trap '' TERM", &["measure, cancelled"]),
        ("> threads ;;", "> threads; echo 9 > threads ;;", &["adjust"]),
    ] {
        let target = TARGET.replace(from, to);
        assert_ne!(target, TARGET, "{from}");
        let table = verified(&Stage::answering(&target), &["measure", "adjust"]).await.unwrap();
        assert!(table.has_failed(), "{table:?}");
        assert_eq!(rows(&table, "failed"), failed, "{table:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_tried_is_told() {
    let message = |error: Error| error.message().to_owned();
    let none = Stage::with(json!({}), "");
    assert!(verified(&none, &[]).await.map_err(message).unwrap_err().contains("there is no `exec`"));
    let error = verified(&Stage::answering(TARGET), &["mesure"]).await.unwrap_err();
    assert_eq!(error.message(), "expected `describe`, `measure` or `adjust`, found `mesure`");
}
