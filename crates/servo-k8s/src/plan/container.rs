//! A container, from what is written of it.

use std::collections::BTreeMap;

use servo_core::model::Setting;
use servo_core::{Error, Result};

use super::mistakes::Mistakes;
use super::{Container, domain, names};
use crate::settings::container::ContainerSettings;
use crate::settings::env::EnvSettings;

impl Container {
    /// Checks a container of the workload of this name.
    pub(super) fn new(workload: &str, written: &ContainerSettings) -> Result<Self> {
        let mut mistakes = Mistakes::default();
        mistakes.sound(servo_kube::names::container(&written.name).map_err(|error| error.at("name")));
        let (key, component) = match &written.alias {
            Some(alias) => ("alias", alias.clone()),
            None => ("name", format!("{workload}/{}", written.name)),
        };
        mistakes.sound(names::component(&component).map_err(|error| error.at(key)));
        let cpu = mistakes.sound(domain::cpu(&written.cpu).map_err(|error| error.within("cpu")));
        let memory = mistakes.sound(domain::memory(&written.memory).map_err(|error| error.within("memory")));
        let env = environment(written.env.as_deref().unwrap_or_default(), &mut mistakes);
        let container = cpu.zip(memory).map(|(cpu, memory)| Self {
            name: written.name.clone(),
            component,
            cpu,
            memory,
            env,
        });
        mistakes.or(container)
    }
}

/// Checks the variables of a container, each and beside one another.
fn environment(written: &[EnvSettings], mistakes: &mut Mistakes) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    let (mut names, mut variables) = (BTreeMap::new(), BTreeMap::new());
    for (index, written) in written.iter().enumerate() {
        let key = format!("env[{index}]");
        if let Some(earlier) = names.insert(written.name.clone(), key.clone()) {
            let message = format!("the setting `{}` is `{earlier}` already", written.name);
            mistakes.add(
                Error::configuration(message).at(format!("{key}.name")).with_help("give it another `name`"),
            );
        }
        let setting = domain::environment(written).map_err(|error| error.within(&key));
        let Some(setting) = mistakes.sound(setting) else { continue };
        let variable = setting.variable_name().to_owned();
        match variables.insert(variable.clone(), (key.clone(), written.name.clone())) {
            Some((earlier, name)) if name != written.name => {
                let message = format!("the variable `{variable}` is set by `{earlier}` already");
                let at = if written.literal.is_some() { "literal" } else { "name" };
                mistakes.add(Error::configuration(message).at(format!("{key}.{at}")));
            }
            _ => settings.push(setting),
        }
    }
    settings
}
