//! What a servo may set: the resources, replicas and settings of each component.

use std::collections::BTreeMap;

use crate::component::{Component, Effect};
use crate::invalid::{Invalid, check};
use crate::latency::Pause;
use crate::pod::Pod;

/// The values that one component is given.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentConfiguration {
    /// Cores for each pod, 1e-6 to 10,000; the request and the limit.
    pub cpu_cores: f64,
    /// GiB for each pod, 1e-6 to 1e6; the request and the limit.
    pub memory_gib: f64,
    /// How many pods, 1 to 10,000.
    pub replicas: u32,
    /// The value chosen for each enum setting.
    pub choices: BTreeMap<String, String>,
    /// The value of each numeric setting.
    pub numbers: BTreeMap<String, f64>,
}

/// A configuration that has been checked against an application.
#[derive(Debug, Clone, PartialEq)]
pub struct Configuration {
    pub(crate) groups: Vec<Group>,
}

/// The pods of one component.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub(crate) replicas: u32,
    pub(crate) pod: Pod,
}

/// Checks each component's values and works their effects into its pods.
pub(super) fn resolve(
    components: &[Component],
    configured: &BTreeMap<String, ComponentConfiguration>,
) -> Result<Configuration, Invalid> {
    if let Some(name) =
        configured.keys().find(|name| components.iter().all(|component| component.name != **name))
    {
        let known = components.iter().map(|component| component.name.clone()).collect();
        return Err(Invalid::Unknown { what: "component".to_owned(), name: name.clone(), known });
    }
    let groups = components.iter().map(|component| match configured.get(&component.name) {
        Some(values) => group(component, values),
        None => Err(Invalid::Missing {
            place: component.name.clone(),
            expected: "a value of each of its settings".to_owned(),
        }),
    });
    Ok(Configuration { groups: groups.collect::<Result<_, _>>()? })
}

fn group(component: &Component, values: &ComponentConfiguration) -> Result<Group, Invalid> {
    let name = &component.name;
    check(|| format!("{name}.cpu"), values.cpu_cores, 1e-6, 1e4, "cores")?;
    check(|| format!("{name}.mem"), values.memory_gib, 1e-6, 1e6, "GiB")?;
    check(|| format!("{name}.replicas"), f64::from(values.replicas), 1.0, 1e4, "pods")?;
    let effects = effects(component, &values.choices)?;
    let threads = threads(component, &values.numbers)?;
    let memory: f64 = effects.iter().map(|effect| effect.memory).product();
    let stacks =
        component.threads.as_ref().map_or(0.0, |described| described.memory_gib) * threads.unwrap_or(0.0);
    let pod = Pod {
        cpu_cores: values.cpu_cores,
        memory_gib: values.memory_gib,
        demand_seconds: component.demand_seconds
            * effects.iter().map(|effect| effect.demand).product::<f64>(),
        threads,
        base_gib: (component.footprint.base_gib + stacks) * memory,
        per_request_gib: component.footprint.per_request_gib * memory,
        collection: component.footprint.collection,
        pauses: effects.iter().filter_map(|effect| pause(effect)).collect(),
    };
    Ok(Group { replicas: values.replicas, pod })
}

fn effects<'a>(
    component: &'a Component,
    chosen: &BTreeMap<String, String>,
) -> Result<Vec<&'a Effect>, Invalid> {
    let name = &component.name;
    if let Some(setting) = chosen.keys().find(|setting| !component.choices.contains_key(*setting)) {
        let what = format!("enum setting of {name}");
        return Err(Invalid::Unknown {
            what,
            name: setting.clone(),
            known: component.choices.keys().cloned().collect(),
        });
    }
    let of = |(setting, values): (&String, &'a BTreeMap<String, Effect>)| {
        let Some(value) = chosen.get(setting) else {
            let known: Vec<&str> = values.keys().map(String::as_str).collect();
            let expected = format!("one of {}", known.join(", "));
            return Err(Invalid::Missing { place: format!("{name}.{setting}"), expected });
        };
        values.get(value).ok_or_else(|| Invalid::Unknown {
            what: format!("value of {name}.{setting}"),
            name: value.clone(),
            known: values.keys().cloned().collect(),
        })
    };
    component.choices.iter().map(of).collect()
}

fn threads(component: &Component, numbers: &BTreeMap<String, f64>) -> Result<Option<f64>, Invalid> {
    let name = &component.name;
    let described = component.threads.as_ref().map(|threads| &threads.setting);
    if let Some(unknown) = numbers.keys().find(|number| described != Some(*number)) {
        let what = format!("numeric setting of {name}");
        return Err(Invalid::Unknown {
            what,
            name: unknown.clone(),
            known: described.into_iter().cloned().collect(),
        });
    }
    let Some(setting) = described else { return Ok(None) };
    let Some(&value) = numbers.get(setting) else {
        let expected = "a number of threads".to_owned();
        return Err(Invalid::Missing { place: format!("{name}.{setting}"), expected });
    };
    check(|| format!("{name}.{setting}"), value, 1.0, 1e6, "threads")?;
    Ok(Some(value))
}

fn pause(effect: &Effect) -> Option<Pause> {
    (effect.pause_seconds > 0.0).then(|| Pause {
        share: effect.pause_seconds / effect.pause_interval_seconds,
        length_seconds: effect.pause_seconds,
    })
}
