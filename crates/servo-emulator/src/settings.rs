//! What an operator writes under `emulator:`.

mod component;
mod load;
mod nodes;
mod noise;
mod table;
mod tunables;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::{Error, Result};

pub use component::{ComponentSettings, MemorySettings};
pub use load::{LoadSettings, VariationSettings};
pub use nodes::NodeSettings;
pub use noise::NoiseSettings;
pub use table::{ColumnSettings, Repetitions, TableSettings};
pub use tunables::{Amounts, EffectSettings, Tunable, Tunables};

/// An emulated service: a model of its `components`, or the replay of a measured table, its `surface`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {
        "required": ["components", "load"],
        "properties": {"components": {"type": "object"}, "load": {"type": "object"}},
    },
    {"required": ["surface"], "properties": {"surface": {"type": "object"}}},
]))]
pub struct Settings {
    /// Emulated seconds that pass in a real second, 0.001 to 1,000,000.
    #[serde(default = "one")]
    #[schemars(range(min = 0.001, max = 1e6))]
    pub speed: f64,
    /// Makes chance repeatable: the same seed and the same operations give the same readings.
    #[serde(default)]
    pub seed: u64,
    /// How long a rollout takes, in emulated time.
    #[serde(default = "twenty_seconds")]
    pub rollout: Duration,
    /// The file that holds what is deployed; `emulator-NAME.json` in the servo's state folder if left out. A relative
    /// path starts at the folder of the configuration.
    #[serde(default)]
    pub state_file: Option<PathBuf>,
    /// The load on the service. Required with `components`.
    #[serde(default)]
    pub load: Option<LoadSettings>,
    /// How long a request waits at one component before its client gives it up; 2s if left out.
    #[serde(default)]
    pub timeout: Option<Duration>,
    /// The nodes that pods run on. Left out, every pod finds a place.
    #[serde(default)]
    pub nodes: Option<Vec<NodeSettings>>,
    /// By how much measurements scatter. Left out, they are exact.
    #[serde(default)]
    pub noise: Option<NoiseSettings>,
    /// The time between two samples of a metric, in emulated time; 5s if left out.
    #[serde(default)]
    pub step: Option<Duration>,
    /// The order in which a request visits the components, each once; in the order of their names if left out.
    #[serde(default)]
    pub route: Option<Vec<String>>,
    /// The components of the service by their names.
    #[serde(default)]
    pub components: Option<BTreeMap<String, ComponentSettings>>,
    /// A measured table to replay instead of `components`.
    #[serde(default)]
    pub surface: Option<TableSettings>,
}

const fn one() -> f64 {
    1.0
}

const fn twenty_seconds() -> Duration {
    Duration::from_secs(20)
}

/// What is emulated.
pub(crate) enum Emulated<'a> {
    /// A model of these components.
    Service(&'a BTreeMap<String, ComponentSettings>),
    /// The replay of a table.
    Table(&'a TableSettings),
}

impl Settings {
    /// Finds out what is emulated, and checks that every key has an effect.
    pub(crate) fn emulated(&self) -> Result<Emulated<'_>> {
        if !(0.001..=1e6).contains(&self.speed) {
            let message = format!("expected a factor from 0.001 to 1000000, found {}", self.speed);
            return Err(Error::configuration(message).at("speed"));
        }
        match (&self.components, &self.surface) {
            (Some(components), None) => Ok(Emulated::Service(components)),
            (None, Some(table)) => self.only_of_a_service().map_or(Ok(Emulated::Table(table)), |key| {
                let message = format!("`{key}` has no effect on a replayed table");
                Err(Error::configuration(message).at(key).with_help(format!("remove `{key}`")))
            }),
            (Some(_), Some(_)) => {
                Err(Error::configuration("expected either `components` or `surface`, found both")
                    .at("surface")
                    .with_help("remove one of them, or write two emulators"))
            }
            (None, None) => {
                Err(Error::configuration("nothing to emulate: expected `components` or `surface`")
                    .with_help("add `components:` with a service, or `surface:` with a measured table"))
            }
        }
    }

    fn only_of_a_service(&self) -> Option<&'static str> {
        [
            ("load", self.load.is_some()),
            ("timeout", self.timeout.is_some()),
            ("nodes", self.nodes.is_some()),
            ("noise", self.noise.is_some()),
            ("step", self.step.is_some()),
            ("route", self.route.is_some()),
        ]
        .into_iter()
        .find_map(|(key, is_given)| is_given.then_some(key))
    }
}

#[cfg(test)]
mod tests;
