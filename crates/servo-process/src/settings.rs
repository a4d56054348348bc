//! What an operator writes under `process:`.

mod port;
mod ready;
mod stop;
pub(crate) mod tunable;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::quantity::{Cpu, Memory};

pub use port::Ports;
pub use ready::ReadySettings;
pub use stop::{StopSettings, StopSignal};
pub use tunable::{Amounts, Tunable};

/// A program of this machine that Servo runs, adjusts and measures.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The program and its arguments, never read by a shell. `$(name)` is replaced by the value of a setting or a port.
    #[schemars(length(min = 1))]
    pub command: Vec<String>,
    /// The folder in which it runs; that of the configuration file if left out.
    #[serde(default)]
    pub dir: Option<PathBuf>,
    /// Its environment, beside what Servo was started with; of that, what may be a credential is left out.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The user that runs it, by name or number; Servo's own user if left out.
    #[serde(default)]
    pub user: Option<String>,
    /// The component that its settings are described as; the name of the connector if left out.
    #[serde(default)]
    pub component: Option<String>,
    /// What can be adjusted, by names that `$(name)` refers to.
    #[serde(default)]
    pub settings: BTreeMap<String, Tunable>,
    /// The CPU that it may use, as a quota: the setting `cpu`.
    #[serde(default)]
    pub cpu: Option<Amounts<Cpu>>,
    /// The memory that it may use: the setting `mem`.
    #[serde(default)]
    pub memory: Option<Amounts<Memory>>,
    /// The ports that it listens on, by names that `$(name)` refers to: a port, or a range such as `8080-8089` of which
    /// a free one is taken.
    #[serde(default)]
    pub ports: BTreeMap<String, Ports>,
    /// How it is known to be ready. Left out, it is once it has run for a second.
    #[serde(default)]
    pub ready: Option<ReadySettings>,
    /// How it is stopped.
    #[serde(default)]
    pub stop: StopSettings,
    /// Whether two instances may run at a time, so that the one before serves until the next is ready: the program shares
    /// its ports or has none. Left out, they may where every port is taken from a range.
    #[serde(default)]
    pub overlap: Option<bool>,
    /// The control group in which those of the program are made, as `/proc/self/cgroup` writes it; Servo's own if left
    /// out.
    #[serde(default)]
    pub cgroup: Option<String>,
}
