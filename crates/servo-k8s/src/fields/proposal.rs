//! What adjustments make of the fields of a workload.

use servo_core::model::{Adjustment, Component, Setting, Value};
use servo_core::{Error, Result};

use super::reading::{amount_of, variable_of};
use super::{Field, Fields, Resource, described};
use crate::plan::{Container, Target};
use servo_kube::quantity;

/// Gives the fields that adjustments lead to. A setting that comes back to the value that was found has the text that was
/// found, or none.
///
/// # Errors
///
/// Class failed, all of them joined: settings that are not known, pinned, or outside of what they can take.
pub(crate) fn propose(
    target: &Target,
    force: &Fields,
    found: &Fields,
    adjustments: &[&Adjustment],
) -> Result<Fields> {
    let (mut fields, mut refused) = (force.clone(), Vec::new());
    let baseline = described(target, found).unwrap_or_default();
    let now = described(target, force).unwrap_or_default();
    for adjustment in adjustments {
        if let Err(error) = one(target, &mut fields, (found, &baseline, &now), adjustment) {
            refused.push(error);
        }
    }
    Error::join(refused).map_or(Ok(fields), Err)
}

fn one(
    target: &Target,
    fields: &mut Fields,
    (found, baseline, now): (&Fields, &[Component], &[Component]),
    adjustment: &Adjustment,
) -> Result<()> {
    let Adjustment { component, setting, value } = adjustment;
    let index = target.containers.iter().position(|container| container.component == *component);
    let Some((index, container)) = index.map(|index| (index, &target.containers[index])) else {
        return Ok(());
    };
    let known = settings(target, index);
    let Some(known) = known.iter().find(|known| known.name() == setting) else {
        let names: Vec<&str> = known.iter().map(|known| known.name()).collect();
        return Err(Error::failed(format!("component `{component}` has no setting `{setting}`"))
            .with_help(format!("its settings are {}", names.join(", "))));
    };
    let value_in = |components: &[Component]| components.get(index)?.setting(setting)?.value().cloned();
    // A pinned setting keeps the value that it has.
    let with_value = value_in(now).map(|value| known.observe(value).0);
    let valued = with_value.as_ref().unwrap_or(known);
    let value = valued.propose(value, value_in(baseline).as_ref()).map_err(|error| {
        Error::failed(format!("cannot set {adjustment}: {}", known.summary())).with_source(error)
    })?;
    assign(target, fields, found, (container, known), &value)
}

/// Lists the settings of the component of a container.
fn settings(target: &Target, index: usize) -> Vec<&Setting> {
    let container = &target.containers[index];
    let mut settings = vec![&container.cpu.setting, &container.memory.setting];
    if index == 0 {
        settings.push(&target.replicas);
    }
    settings.extend(&container.env);
    settings
}

fn assign(
    target: &Target,
    fields: &mut Fields,
    found: &Fields,
    (container, setting): (&Container, &Setting),
    value: &Value,
) -> Result<()> {
    if setting.name() == target.replicas.name() {
        let replicas = value.as_number().and_then(|number| i32::try_from(number).ok());
        fields.replicas =
            Some(replicas.ok_or_else(|| Error::failed(format!("`{value}` is no number of replicas")))?);
        return Ok(());
    }
    for (resource, amount) in container.amounts() {
        if amount.setting.name() != setting.name() {
            continue;
        }
        let was_found = amount_of(found, container, resource, amount)?.is_some_and(|found| found == *value);
        let text = written(resource, setting, value)?;
        for requirement in &amount.set {
            let resource = resource.name().to_owned();
            let field =
                Field::Amount { container: container.name.clone(), requirement: *requirement, resource };
            if was_found {
                fields.take(&field, found);
            } else {
                fields.set(&field, Some(text.clone()));
            }
        }
        return Ok(());
    }
    let field =
        Field::Variable { container: container.name.clone(), name: setting.variable_name().to_owned() };
    let Some(was) = variable_of(found, container, setting)? else {
        return Err(unset(target, container, setting, value));
    };
    if was == *value {
        fields.take(&field, found);
    } else {
        fields.set(&field, Some(value.to_string()));
    }
    Ok(())
}

/// What has no value before could not be compared with anything, nor be brought back by its value.
fn unset(target: &Target, container: &Container, setting: &Setting, value: &Value) -> Error {
    let (name, setting) = (setting.variable_name(), setting.name());
    let (container, workload) = (&container.name, &target.workload);
    Error::failed(format!(
        "cannot set {setting} to {value}: variable `{name}` is not set in container `{container}` of {workload}, so \
         that there is nothing to come back to"
    ))
    .with_help(format!(
        "set it in the pod template, or write what the program takes without it as `value` of `{setting}`"
    ))
}

/// Writes an amount as the API takes it.
fn written(resource: Resource, setting: &Setting, value: &Value) -> Result<String> {
    let number = value.as_number().ok_or_else(|| Error::failed(format!("`{value}` is no number")))?;
    let fault = |error| Error::failed(format!("cannot set {} to {value}", setting.name())).with_source(error);
    match resource {
        Resource::Cpu => {
            let cpu = servo_core::quantity::Cpu::from_cores(number).map_err(fault)?;
            quantity::write_cpu(cpu).map_err(|error| Error::failed(error.to_string()))
        }
        Resource::Memory => {
            Ok(quantity::write_memory(servo_core::quantity::Memory::from_gib(number).map_err(fault)?))
        }
    }
}
