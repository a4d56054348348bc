//! Bounds of the number of pods, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

/// How many pods a workload may have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KubernetesReplicas")]
pub(crate) struct ReplicasSettings {
    /// The smallest number.
    pub(crate) min: u32,
    /// The largest number.
    pub(crate) max: u32,
    /// The distance between two numbers; 1 if left out.
    #[serde(default = "one")]
    pub(crate) step: u32,
    /// Checked against the bounds, otherwise without effect: the number is read from the cluster.
    #[serde(default)]
    pub(crate) value: Option<u32>,
    /// Whether the number must stay as it is.
    #[serde(default)]
    pub(crate) pinned: bool,
}

const fn one() -> u32 {
    1
}
