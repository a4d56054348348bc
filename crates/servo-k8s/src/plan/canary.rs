//! The tuning pod, from what is written of it.

use std::collections::BTreeMap;

use servo_core::model::Setting;
use servo_core::{Error, Result};

use super::mistakes::Mistakes;
use super::{Container, Target, names};
use crate::fields::{ContainerFields, Resource};
use crate::settings::container::ContainerSettings;
use crate::settings::workload::WorkloadSettings;
use servo_kube::quantity;

/// A pod beside a workload, made of its template, in which other settings are tried.
#[derive(Clone, Debug)]
pub(crate) struct Canary {
    /// Its containers, in the order of [`Target::containers`].
    pub(crate) containers: Vec<Tuned>,
    /// The setting `replicas` of it, which is told and cannot be set.
    pub(crate) replicas: Setting,
}

/// A container of a tuning pod.
#[derive(Clone, Debug)]
pub(crate) struct Tuned {
    /// The component that it is described as.
    pub(crate) component: String,
    /// What it has from the first on where the workload has something else: `request` and `limit` of its amounts, and its
    /// static environment variables.
    pub(crate) own: ContainerFields,
}

impl Canary {
    /// Checks what is written of a tuning pod.
    pub(super) fn new(
        written: &WorkloadSettings,
        alias: Option<&str>,
        containers: &[Container],
    ) -> Result<Self> {
        let mut mistakes = Mistakes::default();
        let are_several = written.containers.len() > 1;
        let mut tuned = Vec::new();
        for (index, container) in written.containers.iter().enumerate() {
            let component = match alias {
                Some(alias) if are_several => format!("{alias}/{}", container.name),
                Some(alias) => alias.to_owned(),
                None => format!("{}/{}-tuning", written.name, container.name),
            };
            if index == 0 || alias.is_none() {
                let at = if alias.is_some() { "strategy.alias" } else { "name" };
                mistakes.sound(names::component(&component).map_err(|error| error.at(at)));
            }
            let variables = containers.get(index).map_or(&[][..], |container| &container.env);
            let own =
                own(container, variables).map_err(|error| error.within(&format!("containers[{index}]")));
            let own = mistakes.sound(own).unwrap_or_default();
            tuned.push(Tuned { component, own });
        }
        let replicas = Setting::replicas(0, 1, 1).map_err(|error| error.fault())?.pinned(true);
        mistakes.or(Some(Self { containers: tuned, replicas }))
    }
}

/// Reads what a container of a tuning pod has of its own.
fn own(written: &ContainerSettings, variables: &[Setting]) -> Result<ContainerFields> {
    let mut mistakes = Mistakes::default();
    let mut own = ContainerFields::default();
    let cpu = [("request", written.cpu.request, true), ("limit", written.cpu.limit, false)];
    for (key, amount, is_request) in cpu {
        let Some(amount) = amount else { continue };
        let text = quantity::write_cpu(amount)
            .map_err(|error| Error::configuration(error.to_string()).at(format!("cpu.{key}")));
        let Some(text) = mistakes.sound(text) else { continue };
        let texts = if is_request { &mut own.requests } else { &mut own.limits };
        texts.insert(Resource::Cpu.name().to_owned(), text);
    }
    let memory = [("request", written.memory.request, true), ("limit", written.memory.limit, false)];
    for (_, amount, is_request) in memory {
        let Some(amount) = amount else { continue };
        let texts = if is_request { &mut own.requests } else { &mut own.limits };
        texts.insert(Resource::Memory.name().to_owned(), quantity::write_memory(amount));
    }
    for (name, value) in written.static_environment_variables.iter().flatten() {
        let at = format!("static_environment_variables.{name}");
        mistakes.sound(names::variable(name).map_err(|error| error.at(&at)));
        if variables.iter().any(|setting| setting.variable_name() == name) {
            let message = format!("the variable `{name}` is a setting in `env`, too");
            let help = "keep one: in `env` it is tried with several values, here it has one";
            mistakes.add(Error::configuration(message).at(at).with_help(help));
        }
        own.env.insert(name.clone(), value.clone());
    }
    mistakes.or(Some(own))
}

impl Target {
    /// Gives the target as it is for its tuning pod: the components are those of the pod, and replicas cannot be set.
    /// `None` where it has none.
    pub(crate) fn tuned(&self) -> Option<Self> {
        let canary = self.canary.as_ref()?;
        let mut target = self.clone();
        for (container, tuned) in target.containers.iter_mut().zip(&canary.containers) {
            container.component.clone_from(&tuned.component);
        }
        target.replicas = canary.replicas.clone();
        Some(target)
    }

    /// Gives the target as it is beside its tuning pod, the control: nothing of it can be set.
    pub(crate) fn pinned(&self) -> Self {
        let mut target = self.clone();
        target.replicas = target.replicas.pinned(true);
        for container in &mut target.containers {
            for amount in [&mut container.cpu, &mut container.memory] {
                amount.setting = amount.setting.clone().pinned(true);
            }
            for setting in &mut container.env {
                *setting = setting.clone().pinned(true);
            }
        }
        target
    }

    /// Gives what the containers of a tuning pod have of their own, by the names of the containers.
    pub(crate) fn own_fields(&self) -> BTreeMap<&str, &ContainerFields> {
        let tuned = self.canary.iter().flat_map(|canary| &canary.containers);
        self.containers.iter().zip(tuned).map(|(it, tuned)| (it.name.as_str(), &tuned.own)).collect()
    }
}
