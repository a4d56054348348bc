//! What an operator writes under `opsani_dev:` (compatibility specification, section 8.4.1).

mod port;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::model::Unit;
use servo_core::quantity::{Cpu, Memory};
use servo_core::{Error, Result};
use servo_k8s::settings::{AmountSettings, EnvSettings, Requirement};
use servo_k8s::sidecar;
use servo_kube::{Access, names};

pub use port::Port;

/// A Deployment, the Service in front of it, and the bounds of its CPU and memory. Everything else is set up from that.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What it is for, in words.
    #[serde(default)]
    pub description: Option<String>,
    /// The namespace of the Deployment and of its Service.
    #[schemars(length(min = 1, max = 63))]
    pub namespace: String,
    /// The name of the Deployment.
    #[serde(alias = "workload_name")]
    #[schemars(length(min = 1, max = 253))]
    pub deployment: String,
    /// What kind of workload it is; there is only one.
    #[serde(default)]
    pub workload_kind: WorkloadKind,
    /// The container that is tuned.
    #[schemars(length(min = 1, max = 128))]
    pub container: String,
    /// The Service that its requests come through.
    #[schemars(length(min = 1, max = 63))]
    pub service: String,
    /// The port of the Service, by name or number; it may be left out where the Service has one.
    #[serde(default)]
    pub port: Option<Port>,
    /// The bounds of CPU; the step is 125m if left out.
    pub cpu: Bounds<Cpu>,
    /// The bounds of memory; the step is 128 MiB if left out.
    pub memory: Bounds<Memory>,
    /// Environment variables that are tuned.
    #[serde(default)]
    pub env: Option<Vec<EnvSettings>>,
    /// Environment variables that the tuning pod has and the others do not, or have otherwise.
    #[serde(default)]
    pub static_environment_variables: Option<BTreeMap<String, String>>,
    /// The kubeconfig file, from the folder of the configuration; otherwise those of `KUBECONFIG`, `~/.kube/config`, or
    /// the account of the pod that Servo runs in.
    #[serde(default)]
    pub kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig; its current one if left out.
    #[serde(default)]
    pub context: Option<String>,
    /// Where Prometheus answers; that beside Servo in its pod if left out.
    #[serde(default = "default_base_url")]
    #[schemars(default = "default_base_url")]
    pub prometheus_base_url: String,
    /// The image of Envoy that is put into the pods. Without one, it has to be put there by hand.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub envoy_sidecar_image: Option<String>,
    /// How long a change may take; 5m if left out.
    #[serde(default)]
    pub timeout: Option<Duration>,
    /// How long the tuning pod is watched after it was adjusted; a command can say otherwise.
    #[serde(default)]
    pub settlement: Option<Duration>,
    /// Whether errors have the last lines of the logs of containers that failed.
    #[serde(default)]
    pub container_logs_in_error_status: bool,
    /// Whether there is a tuning pod. Without one the Deployment is measured, and nothing is changed.
    #[serde(default = "yes")]
    #[schemars(default = "yes")]
    pub create_tuning_pod: bool,
}

/// An amount of a resource, and the bounds within which it is set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OpsaniDevBoundsOf{T}")]
pub struct Bounds<T> {
    /// The smallest amount, above zero.
    pub min: T,
    /// The largest amount.
    pub max: T,
    /// The distance between two amounts.
    pub step: Option<T>,
    /// Checked against the bounds, otherwise without effect: the amount is read from the cluster.
    pub value: Option<T>,
    /// The request of the tuning pod, until something else is tried; that of the Deployment if left out.
    pub request: Option<T>,
    /// The limit of the tuning pod, until something else is tried; that of the Deployment if left out.
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

/// The kinds of workloads: Deployments. Rollouts of Argo, which ServoX knew once, are no longer among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(rename = "OpsaniDevWorkloadKind")]
pub enum WorkloadKind {
    /// A Deployment.
    #[default]
    #[serde(alias = "deployment")]
    Deployment,
}

fn default_base_url() -> String {
    "http://localhost:9090".to_owned()
}

const fn yes() -> bool {
    true
}

#[cfg(test)]
impl Settings {
    /// A section for tests; `more` is what is otherwise.
    pub(crate) fn of_test(more: &serde_json::Value) -> Self {
        let mut section = serde_json::json!({
            "namespace": "shop", "deployment": "web", "container": "main", "service": "web",
            "cpu": {"min": "250m", "max": 4}, "memory": {"min": "256Mi", "max": "4Gi"},
        });
        for (key, value) in more.as_object().expect("a mapping") {
            section[key] = value.clone();
        }
        servo_core::connector::typed(section).expect("settings")
    }
}

impl Settings {
    /// Gives how the cluster is reached.
    pub(crate) fn access(&self) -> Access {
        Access { kubeconfig: self.kubeconfig.clone(), context: self.context.clone() }
    }

    /// Refuses what the types let pass and no other connector looks at.
    ///
    /// # Errors
    ///
    /// Class configuration, each with the key at fault.
    pub(crate) fn check(&self) -> Result<()> {
        let mut mistakes: Vec<Error> = Vec::new();
        mistakes.extend(names::service(&self.service).map_err(|error| error.at("service")).err());
        if self.container == sidecar::NAME {
            let message = format!("`{}` is the sidecar: it is not tuned", self.container);
            let error = Error::configuration(message).at("container");
            mistakes.push(error.with_help("name the container of the application"));
        }
        if self.envoy_sidecar_image.as_ref().is_some_and(|image| image.trim().is_empty()) {
            let error = Error::configuration("expected an image, found no text").at("envoy_sidecar_image");
            mistakes.push(error);
        }
        Error::join(mistakes).map_or(Ok(()), Err)
    }
}

impl<T> Bounds<T> {
    /// Gives them as the connector `kubernetes` takes them.
    pub(crate) fn with_step(self, step: T) -> AmountSettings<T> {
        AmountSettings {
            min: self.min,
            max: self.max,
            step: self.step.unwrap_or(step),
            value: self.value,
            request: self.request,
            limit: self.limit,
            get: self.get,
            set: self.set,
            pinned: self.pinned,
            unit: self.unit,
        }
    }
}
