//! A section that was found to be sound: what is run, with places for the values that can be adjusted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use servo_core::duration::Duration;
use servo_core::model::{Component, Setting, Value};
use servo_core::quantity::{Cpu, Memory};
use servo_core::{Error, Result};

use crate::settings::{Ports, ReadySettings, Settings, StopSettings, tunable};
use crate::template::Template;

/// What `$(cpu)` and `$(memory)` stand for, and what no setting may be called.
const RESERVED: [&str; 5] = ["cpu", "mem", "memory", "replicas", "inst_type"];

/// The name of the setting that limits CPU.
pub(crate) const CPU: &str = "cpu";
/// The name of the setting that limits memory.
pub(crate) const MEMORY: &str = "mem";

/// The longest grace. Whatever takes longer does not end.
const LONGEST_GRACE: Duration = Duration::from_secs(600);

/// The values of all settings, by their names.
pub(crate) type Values = BTreeMap<String, Value>;

/// What is run, and everything that Servo knows of it without looking.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) component: Component,
    pub(crate) dir: Option<PathBuf>,
    pub(crate) user: Option<String>,
    pub(crate) ports: BTreeMap<String, Ports>,
    pub(crate) stop: StopSettings,
    pub(crate) cgroup: Option<String>,
    command: Vec<Template>,
    written: Vec<String>,
    env: BTreeMap<String, Template>,
    ready: Readiness<Template>,
    /// How long it may take until it is ready, and how often it is asked.
    pub(crate) patience: (Duration, Duration),
    overlap: Option<bool>,
}

/// How a program is known to be ready.
#[derive(Clone, Debug)]
pub(crate) enum Readiness<T> {
    /// It has run for a while.
    Runs,
    Http(T),
    Tcp(T),
    Log(Regex),
}

/// What is run with certain values.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    /// The program and its arguments.
    pub(crate) command: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) ready: Readiness<String>,
}

/// What a program may use at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Limits {
    pub(crate) cpu_cores: Option<f64>,
    pub(crate) memory_bytes: Option<u64>,
}

impl Plan {
    /// Checks a section. Nothing is read or written.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub(crate) fn new(instance: &str, written: Settings) -> Result<Self> {
        if written.command.first().is_none_or(String::is_empty) {
            return Err(Error::configuration("expected a program and its arguments")
                .at("command")
                .with_help("write a list, such as `[./server, --threads, $(threads)]`"));
        }
        let known = names(&written);
        let ready = readiness(written.ready.as_ref(), &known)?;
        if written.stop.grace > LONGEST_GRACE {
            let message = format!("expected at most {LONGEST_GRACE}, found {}", written.stop.grace);
            return Err(Error::configuration(message).at("stop.grace"));
        }
        if let Some(group) = &written.cgroup
            && (!group.starts_with('/') || group.split('/').any(|part| part == ".."))
        {
            return Err(Error::configuration("expected a path that begins with `/`, without `..`")
                .at("cgroup")
                .with_help("write it as `/proc/self/cgroup` does, such as `/servo.slice`"));
        }
        let templates = |(index, text): (usize, &String)| {
            placed(text, &known).map_err(|error| error.at(format!("command[{index}]")))
        };
        let command = written.command.iter().enumerate().map(templates).collect::<Result<_>>()?;
        let mut env = BTreeMap::new();
        for (name, text) in &written.env {
            if name.is_empty() || name.contains(['=', '\0']) {
                let message = format!("expected the name of a variable, found `{name}`");
                return Err(Error::configuration(message).at("env"));
            }
            env.insert(name.clone(), placed(text, &known).map_err(|error| error.at(format!("env.{name}")))?);
        }
        let patience = written.ready.as_ref().map_or(DEFAULT_PATIENCE, |it| (it.timeout, it.every));
        let component = component(instance, &written)?;
        let Settings { command: words, dir, user, ports, stop, cgroup, overlap, .. } = written;
        Ok(Self {
            component,
            dir,
            user,
            ports,
            stop,
            cgroup,
            command,
            written: words,
            env,
            ready,
            patience,
            overlap,
        })
    }

    /// Gives the values that it begins with.
    pub(crate) fn baseline(&self) -> Values {
        let settings = self.component.settings.iter();
        settings.filter_map(|it| Some((it.name().to_owned(), it.value()?.clone()))).collect()
    }

    /// Says what is run with these values on these ports.
    pub(crate) fn launch(&self, values: &Values, ports: &BTreeMap<String, u16>) -> Launch {
        let mut places: BTreeMap<String, String> =
            values.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        places.extend(ports.iter().map(|(name, port)| (name.clone(), port.to_string())));
        places.remove(MEMORY);
        if let Some(bytes) = Self::limits(values).memory_bytes {
            places.insert("memory".to_owned(), bytes.to_string());
        }
        let render = |template: &Template| template.render(&places);
        Launch {
            command: self.command.iter().map(render).collect(),
            env: self.env.iter().map(|(name, template)| (name.clone(), render(template))).collect(),
            ready: match &self.ready {
                Readiness::Runs => Readiness::Runs,
                Readiness::Http(url) => Readiness::Http(render(url)),
                Readiness::Tcp(address) => Readiness::Tcp(render(address)),
                Readiness::Log(line) => Readiness::Log(line.clone()),
            },
        }
    }

    /// Gives the command as it was written, with places for values.
    pub(crate) fn written_command(&self) -> String {
        self.written.join(" ")
    }

    /// Says what it may use with these values.
    pub(crate) fn limits(values: &Values) -> Limits {
        let memory = values.get(MEMORY).and_then(Value::as_number);
        let memory = memory.and_then(|gib| Memory::from_gib(gib).ok());
        Limits { cpu_cores: values.get(CPU).and_then(Value::as_f64), memory_bytes: memory.map(Memory::bytes) }
    }

    /// Says whether CPU is limited.
    pub(crate) fn limits_cpu(&self) -> bool {
        self.component.setting(CPU).is_some()
    }

    /// Says whether memory is limited.
    pub(crate) fn limits_memory(&self) -> bool {
        self.component.setting(MEMORY).is_some()
    }

    /// Says whether two instances may run at a time.
    pub(crate) fn overlaps(&self) -> bool {
        let default = !self.ports.is_empty() && self.ports.values().all(|ports| ports.is_range());
        self.overlap.unwrap_or(default)
    }

    /// Says whether two instances may listen on one port.
    pub(crate) fn shares_ports(&self) -> bool {
        self.overlap == Some(true)
    }
}

const DEFAULT_PATIENCE: (Duration, Duration) =
    (Duration::from_secs(30), Duration::from_std(std::time::Duration::from_millis(250)));

/// Gives the names that a place may have.
fn names(written: &Settings) -> Vec<&str> {
    let own = written.settings.keys().chain(written.ports.keys()).map(String::as_str);
    let cpu = written.cpu.is_some().then_some("cpu");
    let memory = written.memory.is_some().then_some("memory");
    own.chain(cpu).chain(memory).collect()
}

/// Reads a template whose places all have names that are known.
fn placed(text: &str, known: &[&str]) -> Result<Template> {
    if text.contains('\0') {
        return Err(Error::configuration("expected a text without the character NUL"));
    }
    let template = Template::parse(text);
    let Some(unknown) = template.names().find(|name| !known.contains(name)) else { return Ok(template) };
    let near = known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(a, unknown).total_cmp(&strsim::jaro_winkler(b, unknown)));
    let help = match near {
        Some(near) if strsim::jaro_winkler(near, unknown) > 0.7 => format!("write `$({near})`"),
        Some(_) => format!("it may be one of {}; `$$(` stands for `$(` itself", known.join(", ")),
        None => "there are no `settings` and no `ports`; `$$(` stands for `$(` itself".to_owned(),
    };
    Err(Error::configuration(format!("`$({unknown})` is no setting and no port"))
        .with_help(help)
        .because_of(&["settings", "ports", "cpu", "memory"]))
}

fn readiness(written: Option<&ReadySettings>, known: &[&str]) -> Result<Readiness<Template>> {
    let Some(written) = written else { return Ok(Readiness::Runs) };
    for (key, duration) in [("timeout", written.timeout), ("every", written.every)] {
        if duration.is_zero() {
            return Err(Error::configuration("expected a duration above zero").at(format!("ready.{key}")));
        }
    }
    let place = |key: &str, text: &str| placed(text, known).map_err(|error| error.at(format!("ready.{key}")));
    match (&written.http, &written.tcp, &written.log) {
        (Some(url), None, None) => {
            if !(url.starts_with("http://") || url.starts_with("https://")) {
                let message = format!("expected a URL such as `http://127.0.0.1:8080/health`, found `{url}`");
                return Err(Error::configuration(message).at("ready.http"));
            }
            Ok(Readiness::Http(place("http", url)?))
        }
        (None, Some(address), None) => {
            if !address.contains(':') {
                let message = format!("expected an address such as `127.0.0.1:8080`, found `{address}`");
                return Err(Error::configuration(message).at("ready.tcp"));
            }
            Ok(Readiness::Tcp(place("tcp", address)?))
        }
        (None, None, Some(line)) => Regex::new(line).map(Readiness::Log).map_err(|error| {
            Error::configuration(format!("expected a regular expression, found `{line}`"))
                .at("ready.log")
                .with_source(error)
        }),
        _ => Err(Error::configuration("expected one of `http`, `tcp` and `log`").at("ready")),
    }
}

fn component(instance: &str, written: &Settings) -> Result<Component> {
    let mut settings: Vec<Setting> = Vec::new();
    if let Some(cpu) = &written.cpu {
        settings.push(tunable::cpu(cpu).map_err(|error| error.within("cpu"))?);
    }
    if let Some(memory) = &written.memory {
        settings.push(tunable::memory(memory).map_err(|error| error.within("memory"))?);
    }
    for (name, tunable) in &written.settings {
        let key = format!("settings.{name}");
        allowed(name).map_err(|error| error.at(key.clone()))?;
        settings.push(tunable::own(name, tunable).map_err(|error| error.within(&key))?);
    }
    for name in written.ports.keys() {
        let key = format!("ports.{name}");
        allowed(name).map_err(|error| error.at(key.clone()))?;
        if written.settings.contains_key(name) {
            let message = format!("`{name}` is a setting already");
            return Err(Error::configuration(message).at(key).with_help("give the port another name"));
        }
    }
    let name = written.component.as_deref().unwrap_or(instance);
    if name.is_empty() || name.contains('.') {
        return Err(Error::configuration("expected a name without a point").at("component"));
    }
    Ok(Component::new(name, settings))
}

fn allowed(name: &str) -> Result<()> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(is_letter) {
        let message = format!("expected a name of letters, digits, `_` and `-`, found `{name}`");
        return Err(Error::configuration(message));
    }
    if RESERVED.contains(&name) {
        return Err(Error::configuration(format!("`{name}` cannot be the name of a setting or a port"))
            .with_help("limits are written as `cpu:` and `memory:` beside `settings:`"));
    }
    Ok(())
}

/// Gives an amount of CPU for whoever reads it.
pub(crate) fn shown_cores(cores: f64) -> String {
    let cores =
        servo_core::model::decimal::from_f64(cores).ok().and_then(|cores| Cpu::from_cores(cores).ok());
    cores.map_or_else(|| "no".to_owned(), |cpu| cpu.to_string())
}

#[cfg(test)]
mod tests;
