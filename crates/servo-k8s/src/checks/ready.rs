//! Whether a workload is as it should be before it is adjusted.

use k8s_openapi::api::core::v1::{Container, ResourceRequirements};
use servo_core::{Error, Result};

use crate::plan::{Amount, Requirement, Target};
use crate::workload::Workload;

/// Checks that the containers that are adjusted are there.
pub(super) fn containers(target: &Target, workload: &Workload) -> Result<()> {
    let missing: Vec<&str> = target
        .containers
        .iter()
        .map(|it| it.name.as_str())
        .filter(|name| workload.container(name).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let there: Vec<&str> = workload.containers().iter().map(|it| it.name.as_str()).collect();
    let message = format!("{} has no container `{}`", workload.reference, missing.join("`, `"));
    Err(Error::failed(message).with_help(format!("the containers there are: {}", there.join(", "))))
}

/// Checks that each amount can be read: the container has one of the requirements that `get` names.
pub(super) fn requirements(target: &Target, workload: &Workload) -> Result<()> {
    containers(target, workload)?;
    let mut missing = Vec::new();
    let own = target.own_fields();
    for adjusted in &target.containers {
        let found = workload.container(&adjusted.name);
        let own = own.get(adjusted.name.as_str());
        for (resource, amount) in [("cpu", &adjusted.cpu), ("memory", &adjusted.memory)] {
            // A tuning pod may have amounts of its own.
            let is_own = |it: &Requirement| own.is_some_and(|own| own.of(*it).contains_key(resource));
            if !amount.get.iter().any(|it| has(found, *it, resource) || is_own(it)) {
                missing.push(format!("`{}` has no {resource} {}", adjusted.name, looked_for(amount)));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("{}: container {}", workload.reference, missing.join("; container "));
    Err(Error::failed(message)
        .with_help("set `resources` of the container, so that there is something to begin with"))
}

/// Checks that all pods are of the newest revision and available, and that rollouts go on.
pub(super) fn ready(workload: &Workload) -> Result<String> {
    let Workload { reference, replicas, counts, .. } = workload;
    let failed = |message: String, help: &str| Err(Error::failed(message).with_help(help.to_owned()));
    if workload.is_paused {
        let help = format!("kubectl rollout resume deployment/{} -n {}", reference.name, reference.namespace);
        return failed(format!("rollouts of {reference} are paused"), &help);
    }
    if let Some(held_back) = &workload.held_back {
        let help =
            "a change would reach its pods only where somebody deletes them: use RollingUpdate of all pods";
        return failed(format!("{reference} does not replace its pods by itself: {held_back}"), help);
    }
    if workload.observed_generation < workload.generation() {
        return failed(format!("the controller has not seen the newest {reference} yet"), "wait a moment");
    }
    let is_ready =
        [counts.all, counts.updated, counts.ready, counts.available].iter().all(|it| it == replicas);
    if is_ready {
        return Ok(format!("{replicas} of {replicas} pods are available"));
    }
    let told = workload.conditions.iter().filter(|it| it.status != "True" && !it.message.is_empty());
    let told: String = told.flat_map(|it| ["; ", it.message.as_str()]).collect();
    let message = format!(
        "{} of {replicas} pods of {reference} are available, {} are of the newest revision{told}",
        counts.available, counts.updated
    );
    failed(message, "wait until the rollout is over, or see `kubectl describe` for why it is not")
}

fn has(container: Option<&Container>, requirement: Requirement, resource: &str) -> bool {
    let resources = container.and_then(|container| container.resources.as_ref());
    let amounts = resources.and_then(|resources: &ResourceRequirements| match requirement {
        Requirement::Request => resources.requests.as_ref(),
        Requirement::Limit => resources.limits.as_ref(),
    });
    amounts.is_some_and(|amounts| amounts.contains_key(resource))
}

fn looked_for(amount: &Amount) -> &'static str {
    match amount.get.as_slice() {
        [Requirement::Request] => "request",
        [Requirement::Limit] => "limit",
        _ => "request and no limit",
    }
}
