//! The checks: whether commands can be run, without running them.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use servo_core::check::{self, Checking};
use servo_core::event::Scope;
use servo_core::event::standard::Check;

use crate::fixture::Stage;

async fn checked(stage: &Stage) -> Vec<check::Check> {
    let answers = stage.dispatch::<Check>(&Scope::detached(), Checking::default()).await.unwrap().answers();
    answers.unwrap().into_iter().flat_map(|(_, checks)| checks).collect()
}

fn failed(checks: &[check::Check]) -> Vec<(&str, &str)> {
    let failed = checks.iter().filter(|check| check.success() == Some(false));
    failed.map(|check| (check.id.as_str(), check.message.as_deref().unwrap_or_default())).collect()
}

#[tokio::test]
async fn commands_that_are_there_pass_and_none_of_them_runs() {
    let section = json!({"before": {"measure": ["echo 1 > log"]}, "after": {"adjust": [["touch", "log"]]}});
    let stage = Stage::with(section, "");
    let checks = checked(&stage).await;
    assert_eq!((checks.len(), failed(&checks)), (5, vec![]));
    assert_eq!(stage.file("log"), "");
}

#[tokio::test]
async fn programs_that_are_not_there_and_those_that_anybody_may_change_are_told() {
    let section = json!({
        "before": {"measure": [["pgbenhc"]]}, "exec": {"describe": ["./target.sh"]}, "pass_environment": ["NOT_SET"],
    });
    let stage = Stage::with(section, "#!/bin/sh\n");
    let file = stage.path().join("target.sh");
    std::fs::set_permissions(&file, Permissions::from_mode(0o777)).unwrap();
    let checks = checked(&stage).await;
    let failed = failed(&checks);
    let ids: Vec<&str> = failed.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, ["variable_not_set", "command_before_measure_0", "owner_exec_describe"]);
    assert_eq!(failed[1].1, "there is no program `pgbenhc` in /usr/bin:/bin");
}

#[tokio::test]
async fn without_the_folder_nothing_else_is_looked_at() {
    let stage = Stage::with(json!({"working_dir": "none", "before": {"measure": ["x"]}}), "");
    let checks = checked(&stage).await;
    let failed = failed(&checks);
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].0 == "working_dir" && failed[0].1.contains("cannot look into"), "{failed:?}");
}
