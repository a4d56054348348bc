//! What an operator writes under `kube_metrics:`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;

use crate::metric::PodMetric;

/// The pods of a workload, measured by what their cluster says of them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What it is for, in words.
    #[serde(default)]
    pub description: Option<String>,
    /// The namespace of the workload.
    #[schemars(length(min = 1, max = 63))]
    pub namespace: String,
    /// The name of the workload.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// What kind of workload it is; a Deployment if left out.
    #[serde(default)]
    pub kind: WorkloadKind,
    /// The container that is measured; it may be left out where the pods have one.
    #[serde(default)]
    #[schemars(length(min = 1, max = 128))]
    pub container: Option<String>,
    /// The metrics that are measured; all eighteen if left out.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub metrics_to_collect: Option<Vec<String>>,
    /// How often it is looked for new samples; 1m if left out.
    #[serde(default)]
    pub metric_collection_frequency: Option<Duration>,
    /// The kubeconfig file, from the folder of the configuration; otherwise those of `KUBECONFIG`, `~/.kube/config`, or
    /// the account of the pod that Servo runs in.
    #[serde(default)]
    pub kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig; its current one if left out.
    #[serde(default)]
    pub context: Option<String>,
}

impl Settings {
    /// Gives the names of all metrics that there are, in the order of ServoX.
    pub fn names() -> Vec<String> {
        PodMetric::all().into_iter().map(PodMetric::name).collect()
    }
}

/// The kinds of workloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(rename = "KubeMetricsWorkloadKind")]
pub enum WorkloadKind {
    /// A Deployment.
    #[default]
    #[serde(alias = "deployment")]
    Deployment,
    /// A StatefulSet.
    #[serde(alias = "statefulset", alias = "statefulSet", alias = "Statefulset")]
    StatefulSet,
}

impl WorkloadKind {
    /// Gives the name of the kind, as objects have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
        }
    }

    /// Gives the name of the resource, as paths and roles have it.
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Deployment => "deployments",
            Self::StatefulSet => "statefulsets",
        }
    }
}
