//! Observers see every event of a servo by name, whatever its type.

use async_trait::async_trait;
use serde_json::Value;

use super::EventContext;

/// What an observer is shown of one connector's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The connector's name.
    pub connector: String,
    /// Its answer as JSON, or the text of its error.
    pub value: Result<Value, String>,
}

/// Sees the beginning and the end of every event on a bus: scripts, a journal, telemetry.
///
/// An observer can neither change nor refuse an event, and its panic touches nobody else.
#[async_trait]
pub trait Observe: Send + Sync {
    /// Sees an event before its handlers run, with the input as JSON.
    async fn before(&self, event: &EventContext, input: &Value);

    /// Sees an event after its handlers ran, with the results of the *on* handlers in order. A
    /// cancelled event has none.
    async fn after(&self, event: &EventContext, input: &Value, results: &[Observed]);
}
