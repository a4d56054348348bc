//! What a pod says of itself: to whom it belongs, what its containers ask for, how often they restarted. Pure.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Pod as ApiPod;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use servo_core::model::decimal;
use servo_core::{Error, Result};
use servo_kube::quantity;

use crate::metric::{Resource, Side};
use crate::settings::WorkloadKind;
use crate::target::Target;

/// The label by which tuning pods are told from the others, and its value.
const ROLE: (&str, &str) = ("opsani_role", "tuning");

/// A pod of a workload.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pod {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is the tuning pod.
    pub(crate) side: Side,
    /// What the container asks for, by resource.
    pub(crate) requests: Amounts,
    /// What the container may take, by resource.
    pub(crate) limits: Amounts,
    /// The name of the container that is measured.
    pub(crate) container: String,
    /// How often that has restarted; `None` where its node has not said so yet.
    pub(crate) restarts: Option<i32>,
}

/// Amounts of resources, in cores and GiB.
pub(crate) type Amounts = BTreeMap<Resource, f64>;

/// Reads a pod; `None` where it does not belong to the workload, or has ended.
///
/// # Errors
///
/// Class failed: it has several containers and none is named, or not the one that is; an amount cannot be read.
pub(crate) fn read(target: &Target, pod: &ApiPod) -> Result<Option<Pod>> {
    let name = pod.metadata.name.clone().unwrap_or_default();
    let Some(side) = side(target, pod, &name) else { return Ok(None) };
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    if matches!(phase, Some("Succeeded" | "Failed")) {
        return Ok(None);
    }
    let containers = pod.spec.as_ref().map_or(&[][..], |spec| &spec.containers);
    let names: Vec<&str> = containers.iter().map(|container| container.name.as_str()).collect();
    let wanted = container(target, &format!("pod `{name}`"), &names)?;
    let container = containers.iter().find(|container| container.name == wanted);
    let resources = container.and_then(|container| container.resources.clone()).unwrap_or_default();
    let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_deref());
    let status = statuses.unwrap_or_default().iter().find(|status| status.name == wanted);
    Ok(Some(Pod {
        side,
        requests: amounts(resources.requests.as_ref())?,
        limits: amounts(resources.limits.as_ref())?,
        restarts: status.map(|status| status.restart_count),
        container: wanted.to_owned(),
        name,
    }))
}

/// Chooses the container that is measured.
///
/// # Errors
///
/// Class failed: there are several and none is named, or there is none of that name.
pub(crate) fn container<'a>(target: &'a Target, whose: &str, names: &[&'a str]) -> Result<&'a str> {
    let listed = || names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (&target.container, names) {
        (Some(wanted), names) if names.contains(&wanted.as_str()) => Ok(wanted),
        (Some(wanted), _) => Err(Error::failed(format!("{whose} has no container `{wanted}`"))
            .with_help(format!("its containers are {}", listed()))),
        (None, [only]) => Ok(only),
        (None, _) => Err(Error::failed(format!("{whose} has {} containers, and none is named", names.len()))
            .with_help(format!("write `container:` with one of {}", listed()))),
    }
}

/// Says whose a pod is. The selector of the workload has found it; other workloads may have the same labels.
fn side(target: &Target, pod: &ApiPod, name: &str) -> Option<Side> {
    let (label, value) = ROLE;
    let is_tuning = pod.metadata.labels.as_ref().and_then(|it| it.get(label)).is_some_and(|it| it == value);
    if is_tuning || name == format!("{}-tuning", target.name) {
        return Some(Side::Tuning);
    }
    let mut owners = pod.metadata.owner_references.iter().flatten();
    let owner = owners.find(|owner| owner.controller == Some(true))?;
    let is_its = match target.kind {
        // A ReplicaSet is called as its Deployment, with a hash after it.
        WorkloadKind::Deployment => {
            let hash = owner.name.strip_prefix(&target.name).and_then(|rest| rest.strip_prefix('-'));
            owner.kind == "ReplicaSet" && hash.is_some_and(|hash| !hash.contains('-'))
        }
        WorkloadKind::StatefulSet => owner.kind == "StatefulSet" && owner.name == target.name,
    };
    is_its.then_some(Side::Main)
}

fn amounts(map: Option<&BTreeMap<String, Quantity>>) -> Result<Amounts> {
    let mut amounts = Amounts::new();
    for resource in [Resource::Cpu, Resource::Memory] {
        if let Some(Quantity(text)) = map.and_then(|map| map.get(resource.key())) {
            amounts.insert(resource, amount(resource, text)?);
        }
    }
    Ok(amounts)
}

/// Reads an amount, in cores or GiB.
///
/// # Errors
///
/// Class failed: it is no quantity.
pub(crate) fn amount(resource: Resource, text: &str) -> Result<f64> {
    let number = match resource {
        Resource::Cpu => quantity::cpu(text)?.cores(),
        Resource::Memory => quantity::memory(text)?.gib(),
    };
    Ok(decimal::to_f64(number))
}

#[cfg(test)]
mod tests;
