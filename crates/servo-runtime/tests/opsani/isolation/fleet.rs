//! Two servos of one configuration, run by the fleet that a process runs.

use std::sync::Arc;

use serde_json::json;
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::Source;
use servo_runtime::log_tail::LogTail;
use servo_runtime::runner::{Fleet, Reload, Silent, Stop};
use servo_testkit::backend::{Answer, Kind};
use tracing::Level;

use super::side::{Side, assert_isolated};
use crate::fixture::InMemory;
use crate::replay::line;

/// The document of one servo.
fn document(side: &Side) -> String {
    let (id, token, uid, host, port) = (side.id(), side.token(), side.servo_uid(), side.host(), side.port());
    format!(
        "optimizer: {{id: {id}, token: {token}, base_url: 'http://{host}:{port}'}}\n\
         servo_uid: {uid}\n\
         no_diagnostics: false\n\
         settings: {{allow_plain_http: true}}\n\
         witness: {{}}\n"
    )
}

/// Runs both servos until each has asked for diagnostics twice, and gives what they said.
async fn run(log: LogTail) -> [Side; 2] {
    let sides = Side::pair();
    for side in &sides {
        side.give("DESCRIBE", "c-1", json!({}));
        side.give("MEASURE", "c-2", json!({"metrics": [], "control": {"duration": 60}}));
        side.backend.always(Kind::DiagnosticsCheck, Answer::json(200, json!({"data": "SEND"})));
    }
    let text = sides.each_ref().map(document).join("---\n");
    let dial = Arc::new(InMemory(sides[0].network().clone()));
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().to_owned();
    let options = Options { base, log, dial, ..Options::default() };
    let assembly = Assembly::build(Source::new("servo.yaml", text), &Registry::collect().unwrap(), &options);
    let (_, servos) = assembly.unwrap().into_parts();
    let (stop, reload) = (Stop::default(), Reload::default());
    let fleet = Fleet { limit: None, stop: stop.clone(), watch: Arc::new(Silent) };
    let stopping = async {
        for side in &sides {
            side.backend.wait_for(Kind::DiagnosticsReset, 2).await;
        }
        stop.request("SIGTERM");
    };
    let (ended, ()) = tokio::join!(fleet.run_with(servos, &reload), stopping);
    assert!(ended.iter().all(|ended| ended.result.is_ok()), "{ended:?}");
    sides
}

#[tokio::test(start_paused = true)]
async fn each_servo_of_a_file_speaks_with_its_own_optimizer_only() {
    let sides = run(LogTail::new()).await;
    assert_isolated(&sides);
    for side in &sides {
        let lines: Vec<String> = side.backend.requests().iter().map(line).collect();
        for said in ["DESCRIPTION ok success c-1", "MEASUREMENT ok success c-2", "diagnostics output"] {
            assert!(lines.iter().any(|line| line == said), "`{said}` is missing: {lines:?}");
        }
        assert!(lines.contains(&"GOODBYE SIGTERM".to_owned()), "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn diagnostics_tell_the_lines_of_their_own_servo_only() {
    let log = LogTail::new();
    for side in &Side::pair() {
        let name = side.id().replace('/', "_");
        log.push_now(Level::INFO, Some(&name), &format!("said by {name}"));
    }
    let sides = run(log).await;
    assert_isolated(&sides);
    for side in &sides {
        let sent = side.backend.requests_of(Kind::DiagnosticsOutput).remove(0);
        assert_eq!(sent.body["data"]["logs"].as_object().unwrap().len(), 1);
    }
}
