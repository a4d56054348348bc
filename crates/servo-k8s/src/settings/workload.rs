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
pub(crate) struct WorkloadSettings {
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub(crate) name: String,
    /// The containers that are adjusted.
    #[schemars(length(min = 1))]
    pub(crate) containers: Vec<ContainerSettings>,
    /// How many pods it may have.
    pub(crate) replicas: ReplicasSettings,
    /// What is adjusted of it; the workload as a whole if left out.
    #[serde(default)]
    pub(crate) strategy: Strategy,
    /// The kubeconfig file of its cluster.
    #[serde(default)]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig.
    #[serde(default)]
    pub(crate) context: Option<String>,
    /// Its namespace.
    #[serde(default)]
    pub(crate) namespace: Option<String>,
    /// How long it is watched after it was adjusted.
    #[serde(default)]
    pub(crate) settlement: Option<Duration>,
    /// What is done where a change of it fails.
    #[serde(default)]
    pub(crate) on_failure: Option<OnFailureSettings>,
    /// How long a change of it may take.
    #[serde(default)]
    pub(crate) timeout: Option<Duration>,
    /// How changes of it are applied.
    #[serde(default)]
    pub(crate) apply: Option<Apply>,
    /// Whether errors have the last lines of the logs of its containers that failed.
    #[serde(default)]
    pub(crate) container_logs_in_error_status: Option<bool>,
    /// Accepted, without effect: it is for tuning pods.
    #[serde(default)]
    #[expect(dead_code, reason = "it is accepted, and has no effect here")]
    pub(crate) create_tuning_pod: Option<bool>,
}
