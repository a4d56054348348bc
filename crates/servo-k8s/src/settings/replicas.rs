//! Bounds of the number of pods, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

/// How many pods a workload may have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KubernetesReplicas")]
pub struct ReplicasSettings {
    /// The smallest number.
    pub min: u32,
    /// The largest number.
    pub max: u32,
    /// The distance between two numbers; 1 if left out.
    #[serde(default = "one")]
    pub step: u32,
    /// Checked against the bounds, otherwise without effect: the number is read from the cluster.
    #[serde(default)]
    pub value: Option<u32>,
    /// Whether the number must stay as it is.
    #[serde(default)]
    pub pinned: bool,
}

const fn one() -> u32 {
    1
}
