//! Seeded measurement noise: samples that scatter, and machines that differ from one deployment to the next.
//!
//! A sample of a metric is its true value times a log-normal factor of mean 1, drawn for that metric and sample alone.
//! Besides, each deployment lands on machines that are faster or slower than others of their type: one factor on the
//! CPU that a request costs, drawn anew at each deployment and constant until the next, which repeated samples of one
//! deployment therefore do not average away (J. Freischuetz, K. Kanellis, B. Kroth and S. Venkataraman, *TUNA: Tuning
//! Unstable and Noisy Cloud Applications*, `EuroSys` 2025, arXiv 2503.01801).

#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::invalid::{Invalid, check};

/// Relative standard deviations, each 0 to 1; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct NoiseLevels {
    /// Of the metrics named `…latency`.
    pub latency: f64,
    /// Of the metrics named `…throughput`.
    pub throughput: f64,
    /// Of the metrics named `…error_rate`.
    pub error_rate: f64,
    /// Of the metrics named `…cpu_usage` and `…cpu_utilization`.
    pub cpu: f64,
    /// Of the metrics named `…memory_usage`.
    pub memory: f64,
    /// Of the CPU that a request costs, from one deployment to the next.
    pub deployment: f64,
}

/// What selects one draw of the noise: how many there were before it, or the trial that it is for. A trial's noise is
/// the same whatever happened before; no count selects the noise of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Draw {
    /// A count of deployments or measurements.
    Counted(u64),
    /// The number of a trial.
    Trial(u64),
}

/// A source of noise. The same seed and draw give the same noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    seed: u64,
    levels: NoiseLevels,
}

impl Noise {
    /// Noise of the given levels.
    ///
    /// # Errors
    ///
    /// A level outside 0 to 1.
    pub fn new(seed: u64, levels: NoiseLevels) -> Result<Self, Invalid> {
        let NoiseLevels { latency, throughput, error_rate, cpu, memory, deployment } = levels;
        for (name, level) in [
            ("latency", latency),
            ("throughput", throughput),
            ("error_rate", error_rate),
            ("cpu", cpu),
            ("memory", memory),
            ("deployment", deployment),
        ] {
            check(|| format!("noise.{name}"), level, 0.0, 1.0, "a relative standard deviation")?;
        }
        Ok(Self { seed, levels })
    }

    /// No noise at all.
    pub fn none() -> Self {
        Self { seed: 0, levels: NoiseLevels::default() }
    }

    /// The factor on the CPU that a request costs on the machines of this deployment.
    pub fn slowdown(&self, deployment: Draw) -> f64 {
        Factors::new(self.levels.deployment, self.seed, deployment, "deployment").draw()
    }

    /// The factors on the samples of one metric, in one measurement.
    pub fn factors(&self, measurement: Draw, metric: &str) -> Factors {
        Factors::new(self.level(metric), self.seed, measurement, metric)
    }

    fn level(&self, metric: &str) -> f64 {
        let levels = &self.levels;
        [
            ("latency", levels.latency),
            ("throughput", levels.throughput),
            ("error_rate", levels.error_rate),
            ("cpu_usage", levels.cpu),
            ("cpu_utilization", levels.cpu),
            ("memory_usage", levels.memory),
        ]
        .into_iter()
        .find(|(suffix, _)| metric.ends_with(suffix))
        .map_or(0.0, |(_, level)| level)
    }
}

/// Independent log-normal factors of mean 1.
#[derive(Debug, Clone)]
pub struct Factors {
    random: ChaCha8Rng,
    sigma: f64,
}

impl Factors {
    fn new(level: f64, seed: u64, draw: Draw, stream: &str) -> Self {
        // A relative standard deviation c needs σ² = ln(1 + c²).
        Self { random: generator(seed, draw, stream), sigma: (level * level).ln_1p().sqrt() }
    }

    /// The next factor: `exp(σ z - σ²/2)` for a standard normal z.
    pub fn draw(&mut self) -> f64 {
        let z = self.normal();
        (self.sigma * z - self.sigma * self.sigma / 2.0).exp()
    }

    /// A standard normal (G. E. P. Box and M. E. Muller 1958), its cosine half.
    fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// 53 random bits in [0, 1): spelled out, so that a new version of a library changes no seed's answers.
    fn uniform(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A generator of its own for each seed, draw and named stream.
pub(crate) fn generator(seed: u64, draw: Draw, stream: &str) -> ChaCha8Rng {
    let (number, kind) = match draw {
        Draw::Counted(count) => (count, 0),
        Draw::Trial(trial) => (trial, 1),
    };
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&number.to_le_bytes());
    key[16..24].copy_from_slice(&fnv1a(stream.as_bytes()).to_le_bytes());
    key[24] = kind;
    ChaCha8Rng::from_seed(key)
}

/// The 64-bit FNV-1a hash (G. Fowler, L. C. Noll and K.-P. Vo): the same in every version and on every machine.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
