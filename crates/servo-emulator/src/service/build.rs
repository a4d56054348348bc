//! A service made of what is written about it.

use std::collections::{BTreeMap, BTreeSet};

use servo_core::duration::Duration;
use servo_core::model::decimal::to_f64;
use servo_core::model::{self, Metric, Setting, Unit, Value};
use servo_core::quantity::Memory;
use servo_core::{Error, Result};

use super::{CPU, MEMORY, REPLICAS, Service, domain, place};
use crate::application::Application;
use crate::cluster::Cluster;
use crate::component::{Component, Effect, Footprint, Threads};
use crate::invalid::Invalid;
use crate::noise::{Noise, NoiseLevels};
use crate::settings::{ComponentSettings, EffectSettings, NodeSettings, Settings, Tunable};

const TIMEOUT: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_secs(5);

impl Service {
    /// Makes a service of its components.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub(crate) fn new(settings: &Settings, components: &BTreeMap<String, ComponentSettings>) -> Result<Self> {
        if components.is_empty() {
            return Err(Error::configuration("expected at least one component, found none")
                .at("components")
                .with_help("add one under its name, with `demand`, `memory` and `settings`"));
        }
        let (mut described, mut modelled) = (Vec::new(), Vec::new());
        for name in route(settings, components)? {
            let Some(written) = components.get(name) else { continue };
            let (settings, model) =
                component(name, written).map_err(|error| error.within(name).within("components"))?;
            let component = model::Component::new(name, settings);
            described.push(if written.tuning { component.tuning() } else { component });
            modelled.push(model);
        }
        let threads: Vec<(String, Option<String>)> = modelled
            .iter()
            .map(|component: &Component| {
                (component.name.clone(), component.threads.as_ref().map(|threads| threads.setting.clone()))
            })
            .collect();
        let locate = |invalid: Invalid| {
            place::locate(&invalid, threads.iter().map(|(name, threads)| (name.as_str(), threads.as_deref())))
        };
        let load = settings.load.ok_or_else(|| {
            Error::configuration("the service has no load: expected `load`")
                .with_help("add `load: {rate: 100}`, in requests per second")
        })?;
        let pools = settings.nodes.as_ref().map(|nodes| nodes.iter().map(NodeSettings::pool).collect());
        let cluster = pools.map(Cluster::new).transpose().map_err(locate)?;
        let timeout = settings.timeout.unwrap_or(TIMEOUT);
        let application = Application::new(modelled, cluster, timeout.as_secs_f64()).map_err(locate)?;
        let levels = settings.noise.map_or_else(NoiseLevels::default, |noise| noise.levels());
        let metrics = application.metrics().into_iter();
        let step_seconds = settings.step.unwrap_or(STEP).as_secs_f64();
        if !(1e-3..=1e9).contains(&step_seconds) {
            let message = format!("expected a time from 1ms to 1e9 seconds, found {step_seconds}s");
            return Err(Error::configuration(message).at("step"));
        }
        Ok(Self {
            components: described,
            metrics: metrics.map(|metric| Metric::new(metric.name, Unit::from(metric.unit))).collect(),
            application,
            load: load.load().map_err(locate)?,
            is_weekly: load.weekly.is_some(),
            noise: Noise::new(settings.seed, levels).map_err(locate)?,
            step_seconds,
        })
    }
}

/// Gives the names of the components in the order in which a request visits them.
fn route<'a>(
    settings: &'a Settings,
    components: &'a BTreeMap<String, ComponentSettings>,
) -> Result<Vec<&'a str>> {
    let Some(route) = &settings.route else { return Ok(components.keys().map(String::as_str).collect()) };
    let mut names = BTreeSet::new();
    for (index, name) in route.iter().enumerate() {
        let fault = |message: String| {
            let error = Error::configuration(message).at(format!("route[{index}]"));
            Err(error.because_of(&["components"]))
        };
        if !components.contains_key(name) {
            let known: Vec<&str> = components.keys().map(String::as_str).collect();
            return fault(format!("there is no component `{name}`: expected one of {}", known.join(", ")));
        }
        if !names.insert(name) {
            return fault(format!("a request visits `{name}` twice: expected each component once"));
        }
    }
    if let Some(left) = components.keys().find(|name| !names.contains(name)) {
        let message = format!("no request visits `{left}`: expected each component once");
        return Err(Error::configuration(message)
            .at("route")
            .because_of(&["components"])
            .with_help(format!("add `{left}` where it is visited")));
    }
    Ok(route.iter().map(String::as_str).collect())
}

/// Makes one component: what Servo describes of it, and the model.
fn component(name: &str, written: &ComponentSettings) -> Result<(Vec<Setting>, Component)> {
    check_name(name)?;
    let tunables = &written.settings;
    let within = |setting: &'static str| move |error: Error| error.within(setting).within("settings");
    let mut settings = vec![
        domain::cpu(&tunables.cpu).map_err(within(CPU))?,
        domain::memory(&tunables.mem).map_err(within(MEMORY))?,
        domain::replicas(&tunables.replicas).map_err(within(REPLICAS))?,
    ];
    let mut choices = BTreeMap::new();
    let mut threads: Option<Threads> = None;
    for (name, tunable) in &tunables.own {
        let made = own(name, tunable).map_err(|error| error.within(name).within("settings"))?;
        settings.push(made.0);
        match (made.1, &threads) {
            (Own::Choice(effects), _) => {
                choices.insert(name.clone(), effects);
            }
            (Own::Number(made), None) => threads = Some(made),
            (Own::Number(_), Some(first)) => {
                let message = format!(
                    "a number bounds how many requests a pod works on at once, which `{}` does already",
                    first.setting
                );
                let error =
                    Error::configuration(message).with_help("remove one of them, or give it `values`");
                return Err(error.within(name).within("settings"));
            }
        }
    }
    let component = Component {
        name: name.to_owned(),
        demand_seconds: written.demand.as_secs_f64(),
        fixed_seconds: written.fixed.as_secs_f64(),
        footprint: Footprint {
            base_gib: gib(written.memory.base),
            per_request_gib: gib(written.memory.per_request),
            collection: written.memory.collection,
        },
        choices,
        threads,
    };
    Ok((settings, component))
}

/// A setting of a component's own in the model.
enum Own {
    Choice(BTreeMap<String, Effect>),
    Number(Threads),
}

fn own(name: &str, written: &Tunable) -> Result<(Setting, Own)> {
    check_name(name)?;
    let Some(values) = &written.values else {
        let setting = domain::number(name, written)?;
        let memory_gib = gib(written.memory.unwrap_or_default());
        return Ok((setting, Own::Number(Threads { setting: name.to_owned(), memory_gib })));
    };
    let setting =
        domain::choice(name, written, values.keys().map(|value| Value::from(value.as_str())).collect())?;
    let effects = values.iter().map(|(value, effect)| {
        let effect = effect.unwrap_or_default();
        effect_of(effect)
            .map(|effect| (value.clone(), effect))
            .map_err(|error| error.within(value).within("values"))
    });
    Ok((setting, Own::Choice(effects.collect::<Result<_>>()?)))
}

fn effect_of(written: EffectSettings) -> Result<Effect> {
    let EffectSettings { demand, memory, pause, every } = written;
    let pauses = match (pause.is_zero(), every) {
        (true, None) => (0.0, Effect::NONE.pause_interval_seconds),
        (true, Some(_)) => {
            return Err(Error::configuration("`every` has no effect without `pause`").at("every"));
        }
        (false, Some(every)) => (pause.as_secs_f64(), every.as_secs_f64()),
        (false, None) => {
            return Err(Error::configuration("`pause` is given without `every`")
                .at("pause")
                .with_help("add `every:` with the time from one pause to the next, such as `10s`"));
        }
    };
    Ok(Effect { demand, memory, pause_seconds: pauses.0, pause_interval_seconds: pauses.1 })
}

/// A name stands in `component.setting=value`, so it can hold none of the marks of that.
fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.contains(|c: char| c == '.' || c == '=' || c.is_whitespace() || c.is_control())
    {
        let message = format!("expected a name without `.`, `=` and blanks, found {name:?}");
        return Err(Error::configuration(message));
    }
    Ok(())
}

fn gib(memory: Memory) -> f64 {
    to_f64(memory.gib())
}
