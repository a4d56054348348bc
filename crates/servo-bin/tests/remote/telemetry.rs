//! What the servo says about itself.

use serde_json::json;
use servo_testkit::backend::{Kind, Received};

use crate::document::here;
use crate::optimizer::Optimizer;
use crate::program::Place;

/// Returns the first HELLO of a servo in this environment.
async fn hello(variables: &[(&str, &str)]) -> Received {
    let optimizer = Optimizer::start().await;
    let place = Place::new(&here(optimizer.address));
    let place = variables.iter().fold(place, |place, (name, value)| place.with(name, *value));
    let servo = place.start(&["run"]);
    let hello = optimizer.hear(Kind::Hello, 1).await;
    assert_eq!(servo.terminate().await.code, 0);
    hello
}

#[tokio::test]
async fn hello_tells_agent_version_and_platform() {
    let hello = hello(&[]).await;
    let agent = concat!("servo v", env!("CARGO_PKG_VERSION"));
    assert_eq!((hello.header("user-agent"), hello.param("agent").as_str()), (Some(agent), Some(agent)));
    assert_eq!(hello.header("content-type"), Some("application/json"));
    let telemetry = hello.param("telemetry").as_object().unwrap();
    assert_eq!(telemetry.keys().collect::<Vec<_>>(), ["servox.platform", "servox.version"]);
    assert_eq!(telemetry["servox.version"], env!("CARGO_PKG_VERSION"));
    assert!(telemetry["servox.platform"].as_str().unwrap().starts_with("Linux-"), "{telemetry:?}");
    assert_eq!(hello.body["servo_uid"], json!(null));
}

#[tokio::test]
async fn in_a_pod_its_namespace_is_told_and_a_servo_may_have_an_identifier() {
    let hello = hello(&[("POD_NAMESPACE", "opsani"), ("SERVO_UID", "uid-123")]).await;
    assert_eq!(hello.param("telemetry")["servox.namespace"], "opsani");
    assert_eq!(hello.body["servo_uid"], "uid-123");
}
