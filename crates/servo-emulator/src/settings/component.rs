//! One component of the service as it is written.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::quantity::Memory;

use super::Tunables;

/// A component: pods that are all alike, between which requests are split at random.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentSettings {
    /// The CPU time that a request costs.
    pub demand: Duration,
    /// What every request takes besides: the network, a disk, a call to elsewhere.
    #[serde(default)]
    pub fixed: Duration,
    /// The memory that a pod needs to live.
    pub memory: MemorySettings,
    /// Whether it is an instance for trials beside the service itself, which they cannot harm.
    #[serde(default)]
    pub tuning: bool,
    /// What can be set: `cpu`, `mem` and `replicas`, and settings of its own.
    pub settings: Tunables,
}

/// The memory that a pod needs to live. With less it is killed.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemorySettings {
    /// At rest.
    pub base: Memory,
    /// For each request that waits or is worked on.
    #[serde(default)]
    pub per_request: Memory,
    /// The work of garbage collection: CPU per request grows by `collection × live / (limit - live)`. 0 for a runtime
    /// without it.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub collection: f64,
}
