//! The fields of a workload that Servo may set: replicas, requests and limits, environment variables.

mod differences;
mod proposal;
mod reading;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use servo_core::model::Setting;

use crate::plan::{Amount, Container, Requirement, Target};

pub(crate) use differences::Field;
pub(crate) use proposal::propose;
pub(crate) use reading::{described, known, of_containers, read};

/// The fields of a workload that Servo may set, with the text that the API has; what is not there is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fields {
    /// `spec.replicas`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replicas: Option<i32>,
    /// Those of containers, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) containers: BTreeMap<String, ContainerFields>,
}

/// The fields of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContainerFields {
    /// `resources.requests` of CPU and memory.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) requests: BTreeMap<String, String>,
    /// `resources.limits` of CPU and memory.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) limits: BTreeMap<String, String>,
    /// Environment variables with a value written out, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) env: BTreeMap<String, String>,
}

/// The two resources, by the names that the API has for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource {
    /// `cpu`.
    Cpu,
    /// `memory`.
    Memory,
}

impl Resource {
    /// Gives the name that the API has for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }
}

impl Container {
    /// Gives both amounts with their resources.
    pub(crate) fn amounts(&self) -> [(Resource, &Amount); 2] {
        [(Resource::Cpu, &self.cpu), (Resource::Memory, &self.memory)]
    }
}

impl ContainerFields {
    /// Gives the requests or the limits.
    pub(crate) fn of(&self, requirement: Requirement) -> &BTreeMap<String, String> {
        match requirement {
            Requirement::Request => &self.requests,
            Requirement::Limit => &self.limits,
        }
    }

    /// Gives the requests or the limits, to be changed.
    pub(crate) fn of_mut(&mut self, requirement: Requirement) -> &mut BTreeMap<String, String> {
        match requirement {
            Requirement::Request => &mut self.requests,
            Requirement::Limit => &mut self.limits,
        }
    }
}

impl Target {
    /// Lists the fields that Servo sets of the workload: those of settings that are not pinned. Replicas are not among
    /// them where somebody else sets them.
    pub(crate) fn fields(&self, sets_replicas: bool) -> Vec<Field> {
        let is_free = |setting: &Setting| !setting.is_pinned();
        let mut fields = Vec::new();
        if sets_replicas && is_free(&self.replicas) {
            fields.push(Field::Replicas);
        }
        for container in &self.containers {
            let of = |requirement, resource: Resource| Field::Amount {
                container: container.name.clone(),
                requirement,
                resource: resource.name().to_owned(),
            };
            for (resource, amount) in container.amounts() {
                if is_free(&amount.setting) {
                    fields.extend(amount.set.iter().map(|requirement| of(*requirement, resource)));
                }
            }
            let variables = container.env.iter().filter(|setting| is_free(setting));
            fields.extend(variables.map(|setting| Field::Variable {
                container: container.name.clone(),
                name: setting.variable_name().to_owned(),
            }));
        }
        fields
    }
}
