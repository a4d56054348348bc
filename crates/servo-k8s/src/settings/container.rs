//! One container of a workload, as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::quantity::{Cpu, Memory};

use super::amounts::AmountSettings;
use super::env::EnvSettings;

/// A container that is adjusted.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KubernetesContainer")]
pub struct ContainerSettings {
    /// Its name in the pod template.
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// The component that it is described as; `WORKLOAD/CONTAINER` if left out.
    #[serde(default)]
    pub alias: Option<String>,
    /// Accepted, without effect.
    #[serde(default)]
    pub command: Option<String>,
    /// Its CPU: the setting `cpu`.
    pub cpu: AmountSettings<Cpu>,
    /// Its memory: the setting `mem`.
    pub memory: AmountSettings<Memory>,
    /// Environment variables that are adjusted.
    #[serde(default)]
    pub env: Option<Vec<EnvSettings>>,
    /// Environment variables that the tuning pod has and the workload's pods do not, or have otherwise: for the strategy
    /// `canary` alone.
    #[serde(default)]
    pub static_environment_variables: Option<BTreeMap<String, String>>,
}
