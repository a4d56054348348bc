//! The load offered to the application, which may vary with the time of day and of the week.

use std::f64::consts::TAU;

use crate::invalid::{Invalid, check};

const DAY_SECONDS: f64 = 86_400.0;
const WEEK_SECONDS: f64 = 7.0 * DAY_SECONDS;

/// Requests per second as a function of time.
///
/// `rate · (1 + A_d sin(2π (t - p_d) / day)) · (1 + A_w sin(2π (t - p_w) / week))`
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    rate: f64,
    daily: Option<Variation>,
    weekly: Option<Variation>,
}

/// A sine around the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variation {
    /// The share of the mean by which the load rises and falls, 0 to 1.
    pub amplitude: f64,
    /// When the load passes its mean upwards, in seconds of the emulated clock.
    pub phase_seconds: f64,
}

impl Load {
    /// A load of `rate` requests per second on average.
    ///
    /// # Errors
    ///
    /// A rate outside 0 to 1e9, an amplitude outside 0 to 1, or a phase outside a thousand years.
    pub fn new(rate: f64, daily: Option<Variation>, weekly: Option<Variation>) -> Result<Self, Invalid> {
        check(|| "load.rate".to_owned(), rate, 0.0, 1e9, "requests per second")?;
        for (name, variation) in [("daily", daily), ("weekly", weekly)] {
            if let Some(variation) = variation {
                check(|| format!("load.{name}.amplitude"), variation.amplitude, 0.0, 1.0, "a share")?;
                check(|| format!("load.{name}.phase"), variation.phase_seconds, -3.2e10, 3.2e10, "seconds")?;
            }
        }
        Ok(Self { rate, daily, weekly })
    }

    /// The mean rate, in requests per second.
    pub fn mean(&self) -> f64 {
        self.rate
    }

    /// Whether the rate is the same at all times.
    pub fn is_constant(&self) -> bool {
        self.daily.is_none() && self.weekly.is_none()
    }

    /// The highest rate that occurs or nearly so: both variations at their crest.
    pub fn peak(&self) -> f64 {
        let crest =
            |variation: Option<Variation>| 1.0 + variation.map_or(0.0, |variation| variation.amplitude);
        self.rate * crest(self.daily) * crest(self.weekly)
    }

    /// The rate at `seconds` of the emulated clock, in requests per second.
    pub fn at(&self, seconds: f64) -> f64 {
        let seconds = if seconds.is_finite() { seconds } else { 0.0 };
        let factor = |variation: Option<Variation>, period: f64| {
            variation.map_or(1.0, |variation| {
                1.0 + variation.amplitude
                    * (TAU * ((seconds - variation.phase_seconds) / period).fract()).sin()
            })
        };
        (self.rate * factor(self.daily, DAY_SECONDS) * factor(self.weekly, WEEK_SECONDS)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_peaks_a_quarter_after_its_phase() {
        let daily = Variation { amplitude: 0.5, phase_seconds: 6.0 * 3600.0 };
        let load = Load::new(100.0, Some(daily), None).expect("a valid load");
        assert!((load.at(12.0 * 3600.0) - 150.0).abs() < 1e-9);
        assert!((load.at(24.0 * 3600.0) - 50.0).abs() < 1e-9);
        assert!((load.at(0.0) - load.at(DAY_SECONDS * 400.0)).abs() < 1e-6);
        assert!((load.peak() - 150.0).abs() < 1e-9);
    }

    #[test]
    fn an_amplitude_over_one_is_refused() {
        let daily = Variation { amplitude: 1.5, phase_seconds: 0.0 };
        let error = Load::new(100.0, Some(daily), None).expect_err("more than all of it");
        assert_eq!(error.to_string(), "load.daily.amplitude is 1.5, expected a share from 0 to 1");
    }

    #[test]
    fn a_clock_without_a_value_gives_a_rate() {
        let load = Load::new(10.0, None, None).expect("a valid load");
        assert!((load.at(f64::NAN) - 10.0).abs() < 1e-12);
    }
}
