//! What an operator writes under `kubernetes:`.

pub(crate) mod amounts;
pub(crate) mod container;
pub(crate) mod env;
pub(crate) mod on_failure;
pub(crate) mod permission;
pub(crate) mod replicas;
pub(crate) mod strategy;
pub(crate) mod workload;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;

pub use self::amounts::AmountSettings;
pub use self::container::ContainerSettings;
pub use self::env::{EnvDomain, EnvSettings};
pub use self::on_failure::OnFailureSettings;
pub use self::permission::PermissionSettings;
pub use self::replicas::ReplicasSettings;
pub use self::strategy::Strategy;
pub use self::workload::WorkloadSettings;
pub use crate::plan::{Apply, Requirement};

/// Deployments and StatefulSets of Kubernetes that are adjusted. What is said here of all of them, each may say for
/// itself.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    {"required": ["deployments"], "properties": {"deployments": {"type": "array", "minItems": 1}}},
    {"required": ["stateful_sets"], "properties": {"stateful_sets": {"type": "array", "minItems": 1}}},
]))]
pub struct Settings {
    /// What it is for, in words.
    #[serde(default)]
    pub description: Option<String>,
    /// The kubeconfig file, from the folder of the configuration; otherwise those of `KUBECONFIG`, `~/.kube/config`, or
    /// the account of the pod that Servo runs in.
    #[serde(default)]
    pub kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig; its current one if left out.
    #[serde(default)]
    pub context: Option<String>,
    /// The namespace of the workloads; `default` if left out.
    #[serde(default)]
    pub namespace: Option<String>,
    /// How long workloads are watched after they were adjusted; a command can say otherwise.
    #[serde(default)]
    pub settlement: Option<Duration>,
    /// What is done where a change fails; `exception` if left out.
    #[serde(default)]
    pub on_failure: Option<OnFailureSettings>,
    /// How long a change may take; 5m if left out.
    #[serde(default)]
    pub timeout: Option<Duration>,
    /// How changes are applied; `auto` if left out.
    #[serde(default)]
    pub apply: Option<Apply>,
    /// Whether errors have the last lines of the logs of containers that failed.
    #[serde(default)]
    pub container_logs_in_error_status: Option<bool>,
    /// Accepted, without effect: it is for tuning pods.
    #[serde(default)]
    pub create_tuning_pod: Option<bool>,
    /// Permissions that are checked beside those that Servo uses.
    #[serde(default)]
    pub permissions: Option<Vec<PermissionSettings>>,
    /// The Deployments.
    #[serde(default)]
    pub deployments: Option<Vec<WorkloadSettings>>,
    /// The StatefulSets.
    #[serde(default)]
    pub stateful_sets: Option<Vec<WorkloadSettings>>,
}
