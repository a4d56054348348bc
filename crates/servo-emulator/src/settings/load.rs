//! The load as it is written.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;

use crate::invalid::Invalid;
use crate::load::{Load, Variation};

/// Requests that arrive whatever becomes of those before them.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadSettings {
    /// Requests per second on average, 0 to 1e9.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub rate: f64,
    /// A rise and fall over each day.
    #[serde(default)]
    pub daily: Option<VariationSettings>,
    /// A rise and fall over each week.
    #[serde(default)]
    pub weekly: Option<VariationSettings>,
}

/// A sine around the mean.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariationSettings {
    /// The share of the mean by which the load rises and falls, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub amplitude: f64,
    /// When the load passes its mean upwards: the time since midnight, of the week since the midnight that begins
    /// Thursday, both UTC.
    #[serde(default)]
    pub phase: Duration,
}

impl LoadSettings {
    pub(crate) fn load(&self) -> Result<Load, Invalid> {
        let variation = |written: VariationSettings| Variation {
            amplitude: written.amplitude,
            phase_seconds: written.phase.as_secs_f64(),
        };
        Load::new(self.rate, self.daily.map(variation), self.weekly.map(variation))
    }
}
