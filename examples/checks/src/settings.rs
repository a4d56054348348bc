//! What the operator writes under `spool:`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;

/// The section of a configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The folder in which each queue has a folder of its own.
    pub folder: PathBuf,
    /// The queues whose jobs are counted.
    #[serde(default)]
    pub queues: Vec<Queue>,
    /// How long a job may wait before somebody has to look at it.
    #[serde(default = "Settings::patience")]
    pub patience: Duration,
}

/// A queue of jobs: one file each.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Its name, which is that of its folder.
    pub name: String,
    /// How many jobs may wait in it.
    #[serde(default = "Queue::most")]
    pub most: usize,
}

impl Settings {
    fn patience() -> Duration {
        Duration::from_secs(15 * 60)
    }
}

impl Queue {
    fn most() -> usize {
        1000
    }
}
