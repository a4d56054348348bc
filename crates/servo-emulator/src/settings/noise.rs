//! The noise as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::noise::NoiseLevels;

/// Relative standard deviations of what is measured, each 0 to 1; 0 if left out.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NoiseSettings {
    /// Of a sample of each latency.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub latency: f64,
    /// Of a sample of each throughput.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub throughput: f64,
    /// Of a sample of the error rate.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub error_rate: f64,
    /// Of a sample of the CPU in use.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub cpu: f64,
    /// Of a sample of the memory in use.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub memory: f64,
    /// Of the CPU that a request costs, from one deployment to the next: machines of one type differ.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub deployment: f64,
}

impl NoiseSettings {
    pub(crate) fn levels(&self) -> NoiseLevels {
        let Self { latency, throughput, error_rate, cpu, memory, deployment } = *self;
        NoiseLevels { latency, throughput, error_rate, cpu, memory, deployment }
    }
}
