//! Whether a Deployment is one that can be tuned. Pure.

use std::fmt::Display;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Container;
use servo_core::{Error, Result};
use servo_k8s::settings::Requirement;
use servo_kube::quantity;

use crate::settings::{Bounds, Settings};

/// The resources, as Kubernetes and as messages name them.
const CPU: (&str, &str) = ("cpu", "CPU");
const MEMORY: (&str, &str) = ("memory", "memory");

/// Where an amount is read, if nothing is written.
const GET: [Requirement; 2] = [Requirement::Request, Requirement::Limit];

/// Finds the container that is tuned.
pub(super) fn container<'a>(deployment: &'a Deployment, settings: &Settings) -> Result<&'a Container> {
    let containers = containers(deployment);
    let found = containers.iter().find(|container| container.name == settings.container);
    found.ok_or_else(|| {
        let names: Vec<&str> = containers.iter().map(|container| container.name.as_str()).collect();
        let (deployment, container) = (&settings.deployment, &settings.container);
        Error::failed(format!("Deployment `{deployment}` has no container `{container}`"))
            .with_help(format!("the containers there are: {}", names.join(", ")))
    })
}

pub(super) fn containers(deployment: &Deployment) -> &[Container] {
    let spec = deployment.spec.as_ref().and_then(|spec| spec.template.spec.as_ref());
    spec.map(|spec| spec.containers.as_slice()).unwrap_or_default()
}

/// Checks that CPU and memory can be read, or are written.
pub(super) fn requirements(deployment: &Deployment, settings: &Settings) -> Result<String> {
    let container = container(deployment, settings)?;
    let cpu = amount(container, &settings.cpu, CPU.0)?;
    let memory = amount(container, &settings.memory, MEMORY.0)?;
    Ok(format!("CPU {cpu}, memory {memory}"))
}

/// Checks that CPU and memory lie between the bounds that are searched.
pub(super) fn in_range(deployment: &Deployment, settings: &Settings) -> Result<()> {
    let container = container(deployment, settings)?;
    let cpu = quantity::cpu(&amount(container, &settings.cpu, CPU.0)?)?;
    let memory = quantity::memory(&amount(container, &settings.memory, MEMORY.0)?)?;
    let mut wrong = outside(CPU.1, &cpu, &settings.cpu);
    wrong.extend(outside(MEMORY.1, &memory, &settings.memory));
    if wrong.is_empty() {
        return Ok(());
    }
    let help = "change `min` and `max` of `cpu` and `memory`, or the `resources` of the container: what is there is what \
                is compared with";
    Err(Error::failed(wrong.join("; ")).with_help(help))
}

/// Says where an amount lies outside of its bounds.
fn outside<T: PartialOrd + Display>(of: &str, value: &T, bounds: &Bounds<T>) -> Vec<String> {
    let mut wrong = Vec::new();
    if *value < bounds.min {
        let min = &bounds.min;
        wrong.push(format!(
            "target container {of} value {value} must be greater than optimizable minimum {min}"
        ));
    }
    if *value > bounds.max {
        let max = &bounds.max;
        wrong
            .push(format!("target container {of} value {value} must be less than optimizable maximum {max}"));
    }
    wrong
}

/// Reads an amount, in the order of `get`; what the configuration gives a tuning pod comes before what the container has.
fn amount<T: Display>(container: &Container, bounds: &Bounds<T>, resource: &str) -> Result<String> {
    let get = bounds.get.as_deref().unwrap_or(&GET);
    let resources = container.resources.as_ref();
    let of_container = |requirement: &Requirement| {
        let amounts = match requirement {
            Requirement::Request => resources.and_then(|resources| resources.requests.as_ref()),
            Requirement::Limit => resources.and_then(|resources| resources.limits.as_ref()),
        };
        amounts.and_then(|amounts| amounts.get(resource)).map(|quantity| quantity.0.clone())
    };
    let configured = |requirement: &Requirement| match requirement {
        Requirement::Request => bounds.request.as_ref().map(ToString::to_string),
        Requirement::Limit => bounds.limit.as_ref().map(ToString::to_string),
    };
    let found =
        get.iter().find_map(|requirement| configured(requirement).or_else(|| of_container(requirement)));
    found.ok_or_else(|| {
        let looked_for = match get {
            [Requirement::Request] => "request",
            [Requirement::Limit] => "limit",
            _ => "request and no limit",
        };
        Error::failed(format!("container `{}` has no {resource} {looked_for}", container.name)).with_help(
            format!(
                "set `resources` of the container, or `request` and `limit` of `{resource}` in this section"
            ),
        )
    })
}

/// Checks that all pods are of the newest revision and available.
pub(super) fn is_ready(deployment: &Deployment) -> Result<String> {
    let name = deployment.metadata.name.as_deref().unwrap_or_default();
    let spec = deployment.spec.clone().unwrap_or_default();
    let status = deployment.status.clone().unwrap_or_default();
    if spec.paused.unwrap_or_default() {
        return Err(Error::failed(format!("rollouts of Deployment `{name}` are paused"))
            .with_help(format!("kubectl rollout resume deployment/{name}")));
    }
    if status.observed_generation < deployment.metadata.generation {
        return Err(
            Error::failed("the controller has not seen the newest Deployment yet").with_help("wait a moment")
        );
    }
    let wanted = spec.replicas.unwrap_or(1);
    if wanted == 0 {
        return Err(Error::failed(format!("Deployment `{name}` is scaled to no pods"))
            .with_help("scale it up: the tuning pod is compared with its pods"));
    }
    let of = |count: Option<i32>| count.unwrap_or_default();
    let counts = [of(status.replicas), of(status.updated_replicas), of(status.available_replicas)];
    if counts.iter().all(|count| *count == wanted) {
        return Ok(format!("{wanted} of {wanted} pods are available"));
    }
    let told = status.conditions.iter().flatten().filter(|it| it.status != "True");
    let told: String = told.filter_map(|it| it.message.as_deref()).flat_map(|it| ["; ", it]).collect();
    let [all, updated, available] = counts;
    let older = match all - updated {
        older if older > 0 => format!(", {older} of an older one are still there"),
        _ => String::new(),
    };
    let message = format!(
        "{available} of {wanted} pods of Deployment `{name}` are available, {updated} are of the newest revision{older}{told}"
    );
    Err(Error::failed(message)
        .with_help("wait until the rollout is over, or see `kubectl describe` for why it is not"))
}

#[cfg(test)]
mod tests;
