//! What a monitoring system records over a window: noisy samples of every metric.

use crate::application::{Application, Configuration};
use crate::invalid::{Invalid, check};
use crate::load::Load;
use crate::noise::{Draw, Noise};
use crate::rejection::Rejection;
use crate::steady::Steady;

/// The time over which an application is watched, in seconds of the emulated clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    start: f64,
    step: f64,
    samples: u32,
}

impl Window {
    /// A window of `duration_seconds` from `start_seconds`, sampled at the end of each `step_seconds`.
    ///
    /// A window shorter than a step has one sample, at its end.
    ///
    /// # Errors
    ///
    /// A duration or step that is not above 0, or more than 100,000 samples.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be from 0 to 100,000"
    )]
    pub fn new(start_seconds: f64, duration_seconds: f64, step_seconds: f64) -> Result<Self, Invalid> {
        check(|| "start of the measurement".to_owned(), start_seconds, -1e12, 1e12, "seconds")?;
        check(|| "duration of the measurement".to_owned(), duration_seconds, 1e-3, 1e9, "seconds")?;
        check(|| "step of the measurement".to_owned(), step_seconds, 1e-3, 1e9, "seconds")?;
        let step = step_seconds.min(duration_seconds);
        let samples = (duration_seconds / step + 1e-9).floor();
        check(
            || "samples of the measurement (its duration over its step)".to_owned(),
            samples,
            0.0,
            1e5,
            "a number",
        )?;
        Ok(Self { start: start_seconds, step, samples: samples as u32 })
    }

    /// The times of the samples, in seconds of the emulated clock.
    pub fn times(&self) -> impl Iterator<Item = f64> + '_ {
        (1..=self.samples).map(|index| self.start + f64::from(index) * self.step)
    }
}

/// The samples of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The metric's name.
    pub metric: String,
    /// The metric's unit.
    pub unit: &'static str,
    /// Times, in seconds of the emulated clock, and values.
    pub samples: Vec<(f64, f64)>,
}

/// Which deployment is watched, and in which measurement: they select the noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The deployment; each lands on machines of its own.
    pub deployment: Draw,
    /// The measurement.
    pub measurement: Draw,
}

impl Application {
    /// Watches `configuration` over `window`.
    ///
    /// Whatever the noise, no percentage exceeds 100 and the latency quantiles of a sample rise.
    ///
    /// # Errors
    ///
    /// The rejection of [`Application::evaluate`], as soon as the load of any sample brings it about.
    pub fn observe(
        &self,
        configuration: &Configuration,
        load: &Load,
        window: Window,
        noise: &Noise,
        occasion: Occasion,
    ) -> Result<Vec<Series>, Rejection> {
        let slowdown = noise.slowdown(occasion.deployment);
        let metrics = self.metrics();
        let mut factors: Vec<_> =
            metrics.iter().map(|metric| noise.factors(occasion.measurement, &metric.name)).collect();
        let mut series: Vec<Series> = metrics
            .into_iter()
            .map(|metric| Series { metric: metric.name, unit: metric.unit, samples: Vec::new() })
            .collect();
        let mut known: Option<Steady> = None;
        for time in window.times() {
            // The rate over the step that ends here is about that of its middle.
            let rate = load.at(time - window.step / 2.0);
            let steady = match known.take() {
                Some(steady) if steady.rate.to_bits() == rate.to_bits() => steady,
                _ => self.evaluate_on(configuration, rate, slowdown)?,
            };
            let mut quantile = 0.0_f64;
            for ((series, factors), value) in series.iter_mut().zip(&mut factors).zip(steady.values()) {
                let mut value = value * factors.draw();
                if series.unit == "%" {
                    value = value.min(100.0);
                }
                // The metrics' order has the quantiles from the median up.
                if series.metric.starts_with('p') && series.metric.ends_with("_latency") {
                    value = value.max(quantile);
                    quantile = value;
                }
                series.samples.push((time, value));
            }
            known = Some(steady);
        }
        Ok(series)
    }
}
