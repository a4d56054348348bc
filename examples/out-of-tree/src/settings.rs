//! What the operator writes under `loadavg:`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::{Error, Result};

/// The section of a configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the proc file system of the host is mounted.
    pub proc: PathBuf,
    /// How often values are read while a measurement lasts.
    pub step: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { proc: "/proc".into(), step: Duration::from_secs(5) }
    }
}

impl Settings {
    /// Refuses what the types let pass.
    pub(crate) fn checked(self) -> Result<Self> {
        if self.step.is_zero() {
            return Err(Error::configuration("expected a duration above zero, such as `5s`").at("step"));
        }
        Ok(self)
    }
}
