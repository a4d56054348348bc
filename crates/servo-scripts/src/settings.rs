//! What an operator writes under `scripts:`.

mod command;
mod events;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::model::{Metric, Unit};
use servo_core::{Error, Result};

pub use command::Command;
pub use events::Events;

/// The section of a configuration.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// A note for whoever reads the configuration.
    pub description: Option<String>,
    /// Commands that run before an event, which they may refuse.
    pub before: Option<Events>,
    /// Commands that run on an event, beside what other connectors do. They contribute nothing to its answer.
    pub on: Option<Events>,
    /// Commands that run after an event; they are told its results.
    pub after: Option<Events>,
    /// Commands that describe, measure and adjust an application, and answer with JSON.
    pub exec: Option<Exec>,
    /// What follows from a command that fails before or on an event.
    pub on_failure: OnFailure,
    /// How long a command may run. One that measures has the time of the measurement in addition.
    #[schemars(default = "default_timeout")]
    #[serde(default = "default_timeout")]
    pub timeout: Duration,
    /// How long the processes of a command that is stopped have to end, before they are killed.
    #[schemars(default = "default_grace")]
    #[serde(default = "default_grace")]
    pub grace: Duration,
    /// The folder in which commands run. A relative path starts at the folder of the configuration, which is the default.
    pub working_dir: Option<PathBuf>,
    /// Variables that commands have in their environment, by their names.
    pub environment: BTreeMap<String, String>,
    /// Names of variables that are handed on although their names are those of credentials or of Servo's own settings.
    pub pass_environment: Vec<String>,
    /// The user that commands run as, by name or number. Servo must be root for another than its own.
    pub user: Option<String>,
}

/// Commands that describe, measure and adjust an application.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Exec {
    /// Answers with the components and their settings as they are, and with the metrics.
    pub describe: Option<Command>,
    /// Answers with readings of the metrics that it is asked for.
    pub measure: Option<Command>,
    /// Changes settings.
    pub adjust: Option<Command>,
    /// The metrics that can be measured, each with its unit, in place of those of `describe` or beside them.
    pub metrics: BTreeMap<String, Unit>,
}

/// What follows from a command that fails before or on an event. After an event, a failure is logged and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// It is logged, and the next command runs.
    #[default]
    Log,
    /// Before an event, the event is cancelled; on an event, it fails.
    Cancel,
    /// The event fails.
    Fail,
}

fn default_timeout() -> Duration {
    Duration::from_secs(600)
}

fn default_grace() -> Duration {
    servo_exec::Limits::GRACE
}

impl Settings {
    /// Refuses what the types let pass.
    ///
    /// # Errors
    ///
    /// Class configuration, each with the key at fault.
    pub fn checked(self) -> Result<Self> {
        let mut errors: Vec<Error> = Vec::new();
        for (key, events) in [("before", &self.before), ("on", &self.on), ("after", &self.after)] {
            for (event, index, command) in events.iter().flat_map(Events::commands) {
                let at = format!("{key}.{event}[{index}]");
                errors.extend(command.program().err().map(|error| error.at(at)));
            }
        }
        errors.extend(self.exec.iter().flat_map(Exec::wrong).map(|error| error.within("exec")));
        if self.timeout.is_zero() {
            errors.push(Error::configuration("expected a duration above zero, such as `10m`").at("timeout"));
        }
        let is_name = |name: &str| !name.is_empty() && !name.contains(['=', '\0']);
        for name in self.environment.keys().filter(|name| !is_name(name)) {
            let message = format!("expected the name of a variable, found `{name}`");
            errors.push(Error::configuration(message).at(format!("environment.{name}")));
        }
        for (index, name) in self.pass_environment.iter().enumerate().filter(|(_, name)| !is_name(name)) {
            let message = format!("expected the name of a variable, found `{name}`");
            errors.push(Error::configuration(message).at(format!("pass_environment[{index}]")));
        }
        Error::join(errors).map_or(Ok(self), Err)
    }
}

impl Exec {
    /// Gives the metrics of the settings.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        self.metrics.iter().map(|(name, unit)| Metric::new(name.clone(), unit.clone())).collect()
    }

    /// Gives its commands by what they do.
    pub(crate) fn commands(&self) -> impl Iterator<Item = (&'static str, &Command)> {
        let all = [("describe", &self.describe), ("measure", &self.measure), ("adjust", &self.adjust)];
        all.into_iter().filter_map(|(verb, command)| Some((verb, command.as_ref()?)))
    }

    fn wrong(&self) -> Vec<Error> {
        let mut errors: Vec<Error> =
            self.commands().filter_map(|(verb, command)| Some(command.program().err()?.at(verb))).collect();
        let none = self.commands().next().is_none();
        if none {
            let message = "expected a command to describe, measure or adjust, found none";
            errors.push(Error::configuration(message).with_help("add one, or leave `exec` out"));
        }
        if self.adjust.is_some() && self.describe.is_none() {
            let message =
                "a command that adjusts needs one that describes, so that it is known what can be adjusted";
            errors.push(Error::configuration(message).at("adjust").with_help("add `exec.describe`"));
        }
        if self.measure.is_some() && self.describe.is_none() && self.metrics.is_empty() {
            let message = "a command that measures needs to say which metrics there are";
            let help = "add `exec.metrics`, such as `{throughput: rps}`, or `exec.describe`";
            errors.push(Error::configuration(message).at("measure").with_help(help));
        }
        if !self.metrics.is_empty() && self.measure.is_none() && !none {
            let message = "metrics are measured by nobody: there is no `exec.measure`";
            errors.push(Error::configuration(message).at("metrics"));
        }
        if self.metrics.contains_key("") {
            errors.push(
                Error::configuration("expected the name of a metric, found an empty text").at("metrics"),
            );
        }
        errors
    }
}

#[cfg(test)]
mod tests;
