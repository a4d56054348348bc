//! Observers see every event by name.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use servo_core::event::{EventContext, Observe, Observed};

use crate::fixture::{Act, Log, Probe, bus, ping};

struct Recorder(Log);

#[async_trait]
impl Observe for Recorder {
    async fn before(&self, event: &EventContext, input: &Value) {
        self.0.write(format!("{event} {input}"));
    }

    async fn after(&self, event: &EventContext, _: &Value, results: &[Observed]) {
        let values: Vec<_> =
            results.iter().map(|result| (result.connector.as_str(), &result.value)).collect();
        self.0.write(format!("{event} {values:?}"));
    }
}

struct Broken;

#[async_trait]
impl Observe for Broken {
    async fn before(&self, _: &EventContext, _: &Value) {
        panic!("observer")
    }
    async fn after(&self, _: &EventContext, _: &Value, _: &[Observed]) {}
}

#[tokio::test]
async fn input_and_results_are_seen_as_json_and_a_broken_observer_harms_nobody() {
    let log = Log::default();
    let bus = bus([("a", Probe::default()), ("b", Probe { on: Act::Fail("broken"), ..Probe::default() })]);
    bus.observe(Arc::new(Broken));
    bus.observe(Arc::new(Recorder(log.clone())));
    ping(&bus).await;
    let expected: Vec<(&str, Result<Value, String>)> =
        vec![("a", Ok(json!("a"))), ("b", Err("broken".to_owned()))];
    let after = format!("after:ping {:?}", expected.iter().map(|(c, v)| (*c, v)).collect::<Vec<_>>());
    assert_eq!(log.lines(), [r#"before:ping "hello""#.to_owned(), after]);
}

#[tokio::test]
async fn a_cancelled_event_is_seen_without_results() {
    let log = Log::default();
    let bus = bus([("guard", Probe { before: Act::Cancel("freeze"), ..Probe::default() })]);
    bus.observe(Arc::new(Recorder(log.clone())));
    ping(&bus).await;
    assert_eq!(log.lines()[1], "after:ping []");
}
