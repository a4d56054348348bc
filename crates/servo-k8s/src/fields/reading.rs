//! Reading fields from a workload, and describing them as settings.

use k8s_openapi::api::core::v1::Container as ApiContainer;
use servo_core::model::{Component, Setting, Value};
use servo_core::{Error, Result};

use super::{ContainerFields, Fields, Resource};
use crate::plan::{Amount, Container, Requirement, Target};
use crate::workload::Workload;
use servo_kube::quantity;

/// Reads all requests, limits and variables of the containers of a target, and its replicas.
///
/// # Errors
///
/// Class failed: a container is not there; class configuration: a variable that is to be adjusted takes its value from
/// somewhere else.
pub(crate) fn read(target: &Target, workload: &Workload) -> Result<Fields> {
    let whose = target.workload.to_string();
    Ok(Fields { replicas: Some(workload.replicas), ..of_containers(target, &whose, workload.containers())? })
}

/// Reads all requests, limits and variables of those of some containers that belong to a target.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn of_containers(target: &Target, whose: &str, containers: &[ApiContainer]) -> Result<Fields> {
    let mut fields = Fields::default();
    for wanted in &target.containers {
        let container = containers.iter().find(|container| container.name == wanted.name);
        let container = container.ok_or_else(|| missing(whose, containers, wanted))?;
        fields.containers.insert(wanted.name.clone(), of_container(wanted, container)?);
    }
    Ok(fields)
}

fn missing(whose: &str, containers: &[ApiContainer], wanted: &Container) -> Error {
    let names: Vec<String> = containers.iter().map(|it| format!("`{}`", it.name)).collect();
    Error::failed(format!("{whose} has no container `{}`", wanted.name))
        .with_help(format!("its containers are {}", names.join(", ")))
}

fn of_container(wanted: &Container, container: &ApiContainer) -> Result<ContainerFields> {
    let resources = container.resources.clone().unwrap_or_default();
    let texts = |map: Option<std::collections::BTreeMap<String, _>>| {
        let amounts = map.unwrap_or_default().into_iter();
        let known =
            amounts.filter(|(name, _)| [Resource::Cpu, Resource::Memory].iter().any(|it| it.name() == name));
        known
            .map(|(name, k8s_openapi::apimachinery::pkg::api::resource::Quantity(text))| (name, text))
            .collect()
    };
    let mut fields = ContainerFields {
        requests: texts(resources.requests),
        limits: texts(resources.limits),
        ..Default::default()
    };
    for setting in &wanted.env {
        let name = setting.variable_name();
        let Some(variable) = container.env.iter().flatten().find(|variable| variable.name == name) else {
            continue;
        };
        if variable.value_from.is_some() {
            let message = format!(
                "variable `{name}` of container `{}` takes its value from somewhere else (`valueFrom`), so that it \
                 cannot be set",
                wanted.name
            );
            return Err(Error::configuration(message)
                .with_help("write the value out in the pod template, or leave the variable out of `env`"));
        }
        fields.env.insert(name.to_owned(), variable.value.clone().unwrap_or_default());
    }
    Ok(fields)
}

/// Describes fields as components.
///
/// # Errors
///
/// Class failed: a value is neither in the workload nor in the configuration, or cannot be read.
pub(crate) fn described(target: &Target, fields: &Fields) -> Result<Vec<Component>> {
    for container in &target.containers {
        for (resource, amount) in container.amounts() {
            amount_of(fields, container, resource, amount)?
                .ok_or_else(|| absent(target, container, resource, amount))?;
        }
    }
    known(target, fields)
}

/// Describes fields as components, with what is not there left without a value.
///
/// # Errors
///
/// Class failed: a value cannot be read.
pub(crate) fn known(target: &Target, fields: &Fields) -> Result<Vec<Component>> {
    let mut components = Vec::new();
    for (index, container) in target.containers.iter().enumerate() {
        let mut settings = Vec::new();
        for (resource, amount) in container.amounts() {
            let value = amount_of(fields, container, resource, amount)?;
            let setting = &amount.setting;
            settings.push(value.map_or_else(|| setting.clone(), |value| setting.observe(value).0));
        }
        if index == 0 {
            let replicas = fields.replicas.unwrap_or_default();
            settings.push(target.replicas.observe(i64::from(replicas)).0);
        }
        for setting in &container.env {
            // What a program takes without the variable is not known. The others are described all the same.
            let value = variable_of(fields, container, setting)?;
            settings.push(value.map_or_else(|| setting.clone(), |value| setting.observe(value).0));
        }
        components.push(Component::new(container.component.clone(), settings));
    }
    Ok(components)
}

fn absent(target: &Target, container: &Container, resource: Resource, amount: &Amount) -> Error {
    let words: Vec<&str> = amount.get.iter().map(|requirement| requirement.word()).collect();
    let (resource, words) = (resource.name(), words.join(" nor a "));
    let message =
        format!("container `{}` of {} has neither a {resource} {words}", container.name, target.workload);
    let message = if amount.get.len() > 1 { message } else { message.replacen("neither a", "no", 1) };
    Error::failed(message)
        .with_help("set one in the pod template: it is the baseline that others are compared with")
}

/// Gives the amount of a resource: of the first requirement that is there.
pub(super) fn amount_of(
    fields: &Fields,
    container: &Container,
    resource: Resource,
    amount: &Amount,
) -> Result<Option<Value>> {
    let Some(of_container) = fields.containers.get(&container.name) else { return Ok(None) };
    let text = |requirement: &Requirement| of_container.of(*requirement).get(resource.name());
    let Some(text) = amount.get.iter().find_map(text) else { return Ok(None) };
    match resource {
        Resource::Cpu => Ok(Some(Value::from(quantity::cpu(text)?.cores()))),
        Resource::Memory => Ok(Some(Value::from(quantity::memory(text)?.gib()))),
    }
}

/// Gives the value of a variable; that of the configuration, if there is one, where it is not set.
pub(super) fn variable_of(
    fields: &Fields,
    container: &Container,
    setting: &Setting,
) -> Result<Option<Value>> {
    let name = setting.variable_name();
    let text = fields.containers.get(&container.name).and_then(|fields| fields.env.get(name));
    let Some(text) = text else { return Ok(setting.value().cloned()) };
    let value = setting.parse(text).map_err(|error| {
        Error::failed(format!("cannot read variable `{name}` of container `{}`", container.name))
            .with_source(error)
    })?;
    Ok(Some(value))
}
