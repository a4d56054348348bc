//! What the emulated world remembers, in a file of its own: what is deployed, its clock, and how often it was asked.
//!
//! The file is the world. Every operation reads it first, and what changes it replaces it as a whole: a new file is
//! written beside it, synced, and renamed over it, so that a crash leaves the old world or the new one.

mod deployment;
mod file;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use servo_core::model;
use servo_core::{Error, Result};

use crate::assignment::Assignment;
use crate::clock;
use crate::noise::Draw;

pub(crate) use deployment::Deployment;

/// The newest form of the file that is understood.
const VERSION: u64 = 2;

/// The form that knows of no trials. It is written where it says everything, for servos that know no newer one.
const WITHOUT_TRIALS: u64 = 1;

/// The state of an emulated world.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WorldState {
    /// The emulated time.
    pub(crate) clock: Timestamp,
    /// Counts deployments; the baseline is 0.
    pub(crate) deployments: u64,
    /// Counts measurements.
    pub(crate) measurements: u64,
    /// What is deployed.
    pub(crate) deployed: Deployment,
    /// What was deployed when the trials began, which is what they go back to; `None` before the first.
    pub(crate) found: Option<Deployment>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u64,
    clock: Timestamp,
    deployment: u64,
    measurement: u64,
    state: model::State,
    /// Where it is not the count of deployments. Since version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    machines: Option<Draw>,
    /// Since version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<FoundWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundWire {
    machines: Draw,
    state: model::State,
}

/// The version alone, which is read first: what a newer form has besides is not known.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

impl WorldState {
    /// Begins a world in which the baseline is deployed.
    pub(crate) fn begin(values: Assignment) -> Self {
        let deployed = Deployment { values, machines: Draw::Counted(0) };
        Self { clock: clock::BEGIN, deployments: 0, measurements: 0, deployed, found: None }
    }

    /// Reads the file; `None` where there is none yet.
    ///
    /// # Errors
    ///
    /// A file that cannot be read; class configuration where it is not a world, or one of a newer form.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let message = format!("cannot read the state of the emulator, {}", path.display());
                let help =
                    "name a file that can be read with `state_file:`, or mend what keeps this one from it";
                return Err(Error::failed(message).with_source(error).with_help(help));
            }
        };
        let damaged = |error: serde_json::Error| {
            let message = format!("{} is not the state of an emulator", path.display());
            unusable(message, path).with_source(error)
        };
        let Version { version } = serde_json::from_str(&text).map_err(damaged)?;
        if version > VERSION {
            let message = format!(
                "{} was written by a newer servo: it has version {version}, this one knows {VERSION}",
                path.display()
            );
            let help = format!("use a newer servo, or remove {} to begin with the baseline", path.display());
            return Err(Error::configuration(message).at("state_file").with_help(help));
        }
        let wire: Wire = serde_json::from_str(&text).map_err(damaged)?;
        Ok(Some(wire.into()))
    }

    /// Checks that the world has a value for each setting of the baseline, and no others.
    ///
    /// # Errors
    ///
    /// Class configuration: the file is of another application.
    pub(crate) fn check(&self, baseline: &Assignment, path: &Path) -> Result<()> {
        let values = &self.deployed.values;
        let (missing, unknown) = (baseline.difference(values), values.difference(baseline));
        let fault = match (missing.as_slice(), unknown.as_slice()) {
            ([], []) => return Ok(()),
            ([], _) => format!("it has {}, which the configuration does not", unknown.join(", ")),
            (_, []) => format!("it lacks {}, which the configuration has", missing.join(", ")),
            _ => format!("it has {} where the configuration has {}", unknown.join(", "), missing.join(", ")),
        };
        Err(unusable(format!("{} is the state of another application: {fault}", path.display()), path))
    }

    /// Writes the file. When this returns, the file is as it says also after a crash of the machine.
    ///
    /// # Errors
    ///
    /// The file cannot be written; then it is as it was.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(&Wire::from(self)).map_err(io::Error::from);
        text.and_then(|text| file::replace(path, text.as_bytes())).map_err(|error| {
            let message = format!("cannot write the state of the emulator, {}", path.display());
            Error::failed(message)
                .with_help("make room and make the folder writable, or name another file with `state_file:`")
                .with_source(error)
        })
    }
}

impl From<&WorldState> for Wire {
    fn from(state: &WorldState) -> Self {
        let machines = state.deployed.machines;
        let machines = (machines != Draw::Counted(state.deployments)).then_some(machines);
        let found = state
            .found
            .as_ref()
            .map(|found| FoundWire { machines: found.machines, state: (&found.values).into() });
        Self {
            version: if machines.is_none() && found.is_none() { WITHOUT_TRIALS } else { VERSION },
            clock: state.clock,
            deployment: state.deployments,
            measurement: state.measurements,
            state: (&state.deployed.values).into(),
            machines,
            found,
        }
    }
}

impl From<Wire> for WorldState {
    fn from(wire: Wire) -> Self {
        let Wire { version: _, clock, deployment, measurement, state, machines, found } = wire;
        let machines = machines.unwrap_or(Draw::Counted(deployment));
        let found = found.map(|FoundWire { machines, state }| Deployment { values: state.into(), machines });
        Self {
            clock,
            deployments: deployment,
            measurements: measurement,
            deployed: Deployment { values: state.into(), machines },
            found,
        }
    }
}

fn unusable(message: String, path: &Path) -> Error {
    let help = format!(
        "remove {} to begin with the baseline, or name another file with `state_file:`",
        path.display()
    );
    Error::configuration(message).at("state_file").with_help(help)
}

#[cfg(test)]
mod tests;
