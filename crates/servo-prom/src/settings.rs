//! What the operator writes under the connector's key.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::{Error, Result};

/// The section of a configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The name of the metric.
    #[serde(default = "default_metric")]
    pub metric: String,
    /// What it measures, in requests per second.
    pub value: f64,
}

fn default_metric() -> String {
    "throughput".to_owned()
}

impl Settings {
    /// Refuses what the types let pass.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub fn check(&self) -> Result<()> {
        if self.value.is_finite() && self.value >= 0.0 {
            return Ok(());
        }
        let message = format!("expected a number of requests per second from 0 up, found {}", self.value);
        Err(Error::configuration(message).at("value"))
    }
}
