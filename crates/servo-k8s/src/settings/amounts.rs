//! Bounds of CPU and of memory, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::model::Unit;

use crate::plan::Requirement;

/// An amount of a resource, and the bounds within which it is set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KubernetesAmountOf{T}")]
pub struct AmountSettings<T> {
    /// The smallest amount, above zero.
    pub min: T,
    /// The largest amount.
    pub max: T,
    /// The distance between two amounts.
    pub step: T,
    /// Checked against the bounds, otherwise without effect: the amount is read from the cluster.
    pub value: Option<T>,
    /// The request of a tuning pod, until something else is tried; that of the workload if left out. Without effect where
    /// the workload is adjusted as a whole.
    pub request: Option<T>,
    /// The limit of a tuning pod, until something else is tried; that of the workload if left out. Without effect where the
    /// workload is adjusted as a whole.
    pub limit: Option<T>,
    /// Where the amount is read: the first of these that the container has. Request, then limit, if left out.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub get: Option<Vec<Requirement>>,
    /// Which of them are written; both if left out.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub set: Option<Vec<Requirement>>,
    /// Whether the amount must stay as it is.
    #[serde(default)]
    pub pinned: bool,
    /// The unit in which it is told: `cores` of CPU, `GiB` of memory, and no other.
    #[serde(default)]
    pub unit: Option<Unit>,
}
