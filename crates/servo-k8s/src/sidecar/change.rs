//! What became of an injection or an ejection.

use serde::Serialize;
use serde_json::Value;

/// How a change is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Only ask the API server what would become of it.
    pub is_dry: bool,
    /// Take a sidecar out that a Service leads to; of a pod, end it and make it anew.
    pub is_forced: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The sidecar was put there.
    Injected,
    /// It was there already; nothing was changed.
    AlreadyThere,
    /// It was taken out.
    Ejected,
}

/// What became of an injection or an ejection.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What became of it.
    pub state: State,
    /// The port of the application that the sidecar stands in front of, where that is known.
    pub container_port: Option<u16>,
    /// The container, as the API server has it.
    pub container: Option<Value>,
    /// What is to be done next, in words.
    pub next: Vec<String>,
}
