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

use self::on_failure::OnFailureSettings;
use self::permission::PermissionSettings;
use self::workload::WorkloadSettings;
use crate::plan::Apply;

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
    #[expect(dead_code, reason = "it is accepted, and has no effect here")]
    pub(crate) description: Option<String>,
    /// The kubeconfig file, from the folder of the configuration; otherwise those of `KUBECONFIG`, `~/.kube/config`, or
    /// the account of the pod that Servo runs in.
    #[serde(default)]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig; its current one if left out.
    #[serde(default)]
    pub(crate) context: Option<String>,
    /// The namespace of the workloads; `default` if left out.
    #[serde(default)]
    pub(crate) namespace: Option<String>,
    /// How long workloads are watched after they were adjusted; a command can say otherwise.
    #[serde(default)]
    pub(crate) settlement: Option<Duration>,
    /// What is done where a change fails; `exception` if left out.
    #[serde(default)]
    pub(crate) on_failure: Option<OnFailureSettings>,
    /// How long a change may take; 5m if left out.
    #[serde(default)]
    pub(crate) timeout: Option<Duration>,
    /// How changes are applied; `auto` if left out.
    #[serde(default)]
    pub(crate) apply: Option<Apply>,
    /// Whether errors have the last lines of the logs of containers that failed.
    #[serde(default)]
    pub(crate) container_logs_in_error_status: Option<bool>,
    /// Accepted, without effect: it is for tuning pods.
    #[serde(default)]
    #[expect(dead_code, reason = "it is accepted, and has no effect here")]
    pub(crate) create_tuning_pod: Option<bool>,
    /// Permissions that are checked beside those that Servo uses.
    #[serde(default)]
    pub(crate) permissions: Option<Vec<PermissionSettings>>,
    /// The Deployments.
    #[serde(default)]
    pub(crate) deployments: Option<Vec<WorkloadSettings>>,
    /// The StatefulSets.
    #[serde(default)]
    pub(crate) stateful_sets: Option<Vec<WorkloadSettings>>,
}
