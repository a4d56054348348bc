//! How far the resize of a pod has come, as its status says.
//!
//! What the kubelet says is in the conditions `PodResizePending` (reasons `Deferred` and `Infeasible`) and
//! `PodResizeInProgress` (reason `Error`), and in the resources of the status of each container
//! (Kubernetes, "Resize CPU and Memory Resources assigned to Containers").

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ContainerStatus, Pod, PodCondition, ResourceRequirements};

use crate::fields::{ContainerFields, Fields};
use servo_kube::quantity;

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The pod was not asked yet.
    Unasked,
    /// The containers have what was asked for.
    Done,
    /// It goes on.
    Underway,
    /// The node has no room at the moment; with what the kubelet says.
    Deferred(String),
    /// The node never has room; with what the kubelet says.
    Infeasible(String),
    /// It was tried and did not succeed so far; with what the kubelet says. It is tried again.
    Failing(String),
}

/// Says how far a pod has come on its way to what its containers are to have.
pub(crate) fn progress(pod: &Pod, wanted: &Fields) -> Progress {
    let spec = pod.spec.as_ref().map_or(&[][..], |spec| &spec.containers);
    let is_asked = wanted.containers.iter().all(|(name, fields)| {
        let container = spec.iter().find(|container: &&Container| container.name == *name);
        container.is_some_and(|container| has(container.resources.as_ref(), fields))
    });
    if !is_asked {
        return Progress::Unasked;
    }
    if let Some(pending) = condition(pod, "PodResizePending") {
        let said = pending.message.clone().unwrap_or_default();
        return match pending.reason.as_deref() {
            Some("Infeasible") => Progress::Infeasible(said),
            _ => Progress::Deferred(said),
        };
    }
    if let Some(underway) = condition(pod, "PodResizeInProgress") {
        return match underway.reason.as_deref() {
            Some("Error") => Progress::Failing(underway.message.clone().unwrap_or_default()),
            _ => Progress::Underway,
        };
    }
    let statuses =
        pod.status.as_ref().and_then(|status| status.container_statuses.as_deref()).unwrap_or_default();
    let is_done = wanted.containers.iter().all(|(name, fields)| {
        let status = statuses.iter().find(|status: &&ContainerStatus| status.name == *name);
        status.is_some_and(|status| has(status.resources.as_ref(), fields))
    });
    if is_done { Progress::Done } else { Progress::Underway }
}

/// Says whether a container restarts when these fields are changed while it runs (`resizePolicy`).
pub(crate) fn restarts(container: &Container, from: &ContainerFields, to: &ContainerFields) -> bool {
    let policies = container.resize_policy.as_deref().unwrap_or_default();
    policies.iter().filter(|policy| policy.restart_policy == "RestartContainer").any(|policy| {
        let of = |fields: &ContainerFields| {
            (
                fields.requests.get(&policy.resource_name).cloned(),
                fields.limits.get(&policy.resource_name).cloned(),
            )
        };
        of(from) != of(to)
    })
}

/// Gives what pods are asked for to have the fields: what the API server fills in when it makes a pod is filled in here,
/// too, a request that is left out where there is a limit.
pub(crate) fn of_pods(fields: &Fields) -> Fields {
    let containers = fields.containers.iter().map(|(name, fields)| {
        let mut requests = fields.limits.clone();
        requests.extend(fields.requests.clone());
        let fields = ContainerFields { requests, limits: fields.limits.clone(), env: BTreeMap::new() };
        (name.clone(), fields)
    });
    Fields { replicas: None, containers: containers.collect() }
}

fn condition<'a>(pod: &'a Pod, kind: &str) -> Option<&'a PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_deref()?;
    conditions.iter().find(|condition| condition.type_ == kind && condition.status == "True")
}

/// Says whether resources are those that are wanted.
fn has(resources: Option<&ResourceRequirements>, wanted: &ContainerFields) -> bool {
    let Some(resources) = resources else { return wanted.requests.is_empty() && wanted.limits.is_empty() };
    let maps = [(&wanted.requests, resources.requests.as_ref()), (&wanted.limits, resources.limits.as_ref())];
    maps.into_iter().all(|(wanted, found)| {
        wanted.iter().all(|(name, text)| {
            found.and_then(|found| found.get(name)).is_some_and(|found| quantity::same(name, text, &found.0))
        })
    })
}

#[cfg(test)]
mod tests;
