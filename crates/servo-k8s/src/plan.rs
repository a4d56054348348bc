//! What an operator wrote, checked: the workloads with everything that is set for each of them.

pub(crate) mod canary;
mod container;
mod domain;
mod mistakes;
mod names;
mod new;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::model::Setting;
use servo_kube::Access;

pub(crate) use canary::Canary;

use crate::settings::permission::PermissionSettings;
use crate::workload::Reference;

/// What the connector is to do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The workloads, Deployments first, in the order of the file.
    pub(crate) targets: Vec<Target>,
    /// Permissions that are checked beside those that Servo uses, as they are written.
    pub(crate) permissions: Vec<PermissionSettings>,
}

/// A workload and how it is adjusted.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The cluster it is in.
    pub(crate) access: Access,
    /// Which one it is.
    pub(crate) workload: Reference,
    /// The setting `replicas`, which belongs to the component of the first container.
    pub(crate) replicas: Setting,
    /// Its containers, at least one.
    pub(crate) containers: Vec<Container>,
    /// The pod beside it that is tuned, where that is its strategy.
    pub(crate) canary: Option<Canary>,
    /// How a change is applied.
    pub(crate) apply: Apply,
    /// What is done where a change fails.
    pub(crate) on_failure: OnFailure,
    /// How long what was adjusted is watched, unless the command says so.
    pub(crate) settlement: Option<Duration>,
    /// How long a change may take.
    pub(crate) timeout: Duration,
    /// Whether messages have the last lines of the logs of containers that fail.
    pub(crate) tells_logs: bool,
}

/// A container and its settings.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    /// Its name in the pod template.
    pub(crate) name: String,
    /// The component it is described as: its alias, or `WORKLOAD/CONTAINER`.
    pub(crate) component: String,
    /// The setting `cpu`.
    pub(crate) cpu: Amount,
    /// The setting `mem`.
    pub(crate) memory: Amount,
    /// Environment variables; the setting's name is the operator's, its variable name that in the container.
    pub(crate) env: Vec<Setting>,
}

/// An amount of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    /// The setting.
    pub(crate) setting: Setting,
    /// Where the amount is read: the first of these that is there.
    pub(crate) get: Vec<Requirement>,
    /// Which of them are written.
    pub(crate) set: Vec<Requirement>,
}

/// The two requirements that a container has of each resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "KubernetesRequirement")]
pub enum Requirement {
    /// `resources.requests`.
    Request,
    /// `resources.limits`.
    Limit,
}

/// How a change is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "KubernetesApply")]
pub enum Apply {
    /// In place where that is possible, otherwise by rollout.
    #[default]
    Auto,
    /// In place; what cannot be changed so is refused.
    InPlace,
    /// By a rollout of the workload.
    Rollout,
}

/// What is done where a change fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// The error is told; what was there before is put back (`exception` in ServoX, which left the failed change in).
    #[default]
    Exception,
    /// What was there before is put back, and the workload scaled to no replicas; the error is told.
    Shutdown,
    /// The error is logged, and what is there is described as if it were meant.
    Ignore,
}

#[cfg(test)]
mod tests;
