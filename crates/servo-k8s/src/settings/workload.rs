//! One workload, as it is written.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;

use super::container::ContainerSettings;
use super::on_failure::OnFailureSettings;
use super::replicas::ReplicasSettings;
use super::strategy::Strategy;
use crate::plan::Apply;

/// A workload. What it does not say is as for all of them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KubernetesWorkload")]
pub struct WorkloadSettings {
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The containers that are adjusted.
    #[schemars(length(min = 1))]
    pub containers: Vec<ContainerSettings>,
    /// How many pods it may have.
    pub replicas: ReplicasSettings,
    /// What is adjusted of it; the workload as a whole if left out.
    #[serde(default)]
    pub strategy: Strategy,
    /// The kubeconfig file of its cluster.
    #[serde(default)]
    pub kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig.
    #[serde(default)]
    pub context: Option<String>,
    /// Its namespace.
    #[serde(default)]
    pub namespace: Option<String>,
    /// How long it is watched after it was adjusted.
    #[serde(default)]
    pub settlement: Option<Duration>,
    /// What is done where a change of it fails.
    #[serde(default)]
    pub on_failure: Option<OnFailureSettings>,
    /// How long a change of it may take.
    #[serde(default)]
    pub timeout: Option<Duration>,
    /// How changes of it are applied.
    #[serde(default)]
    pub apply: Option<Apply>,
    /// Whether errors have the last lines of the logs of its containers that failed.
    #[serde(default)]
    pub container_logs_in_error_status: Option<bool>,
    /// Accepted, without effect: it is for tuning pods.
    #[serde(default)]
    pub create_tuning_pod: Option<bool>,
}
