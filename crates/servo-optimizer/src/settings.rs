//! What an operator writes under `optimizer.embedded`, read into types that cannot be wrong.

mod budget;
mod goal;
mod pairs;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use servo_core::connector::typed;
use servo_core::duration::Duration;
use servo_core::model::Slo;
use servo_core::{Error, Result};

pub use budget::Budget;
pub use goal::{Direction, Goal};
pub use pairs::Pairs;

use crate::pricing::Pricing;

/// Settings of the embedded optimizer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What is to be made as small or as large as possible.
    pub objective: Goal,
    /// What resources cost.
    #[serde(default)]
    pub pricing: Pricing,
    /// Conditions on metrics that a configuration must hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slo: Option<Slo>,
    /// When the study ends.
    #[serde(default)]
    pub budget: Budget,
    /// How each configuration is measured.
    #[serde(default)]
    pub measurement: Window,
    /// How long the application is watched after each adjustment.
    #[serde(default = "thirty_seconds")]
    pub settlement: Duration,
    /// Makes what is left to chance repeatable: the same seed and the same answers give the same trials. 0 if left
    /// out.
    #[serde(default)]
    pub seed: u64,
    /// Whether the winner stays in force at the end.
    #[serde(default)]
    pub promote: Promote,
    /// Which metrics of a tuning instance are compared with those of the service beside it; `auto` if left out.
    #[serde(default, skip_serializing_if = "Pairs::is_auto")]
    pub pairs: Pairs,
    /// How often the winner is measured before it is named, its first measurement included.
    #[serde(default = "three")]
    #[schemars(range(min = 1))]
    pub repeats: u32,
}

/// How each configuration is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How long the application runs under load before what it does counts.
    #[serde(default = "thirty_seconds")]
    pub warmup: Duration,
    /// How long is measured.
    #[serde(default = "two_minutes")]
    pub duration: Duration,
    /// How long to wait after that, so that the values have arrived where they are read.
    #[serde(default)]
    pub delay: Duration,
}

/// Whether the winner stays in force at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Promote {
    /// The application is left as it was found.
    #[default]
    Never,
    /// A configuration that was found better stays in force.
    Always,
}

const fn thirty_seconds() -> Duration {
    Duration::from_secs(30)
}

const fn two_minutes() -> Duration {
    Duration::from_secs(120)
}

const fn three() -> u32 {
    3
}

impl Default for Window {
    fn default() -> Self {
        Self { warmup: thirty_seconds(), duration: two_minutes(), delay: Duration::ZERO }
    }
}

impl Settings {
    /// Writes down a goal; everything else is as when nothing is written.
    pub fn new(objective: Goal) -> Self {
        Self {
            objective,
            pricing: Pricing::default(),
            slo: None,
            budget: Budget::default(),
            measurement: Window::default(),
            settlement: thirty_seconds(),
            seed: 0,
            promote: Promote::default(),
            pairs: Pairs::default(),
            repeats: three(),
        }
    }

    /// Reads the value of the section `optimizer.embedded`.
    ///
    /// # Errors
    ///
    /// Class configuration with the key at fault, relative to the section.
    pub fn read(section: Json) -> Result<Self> {
        let settings: Self = typed(section)?;
        settings.check()?;
        Ok(settings)
    }

    /// Checks what the types do not: all that can be known before the application is.
    pub(crate) fn check(&self) -> Result<()> {
        let repeats = (self.repeats == 0).then(|| {
            let message = "expected at least 1, found 0: the winner is measured once or more";
            Error::configuration(message).at("repeats")
        });
        let budget = self.budget.check().map_err(|error| error.within("budget"));
        let found = [
            self.objective.check().err(),
            self.pricing.check().err().map(|error| error.within("pricing")),
            budget.and_then(|()| self.check_duration()).err(),
            repeats,
        ];
        Error::join(found.into_iter().flatten()).map_or(Ok(()), Err)
    }

    /// Refuses a budget that is over before anything could be learnt: the baseline is measured, and one trial.
    fn check_duration(&self) -> Result<()> {
        let Some(budget) = self.budget.duration else { return Ok(()) };
        let Window { warmup, duration, delay } = self.measurement;
        let measurement = warmup.as_secs_f64() + duration.as_secs_f64() + delay.as_secs_f64();
        let least = 2.0 * measurement + self.settlement.as_secs_f64();
        if budget.as_secs_f64() >= least {
            return Ok(());
        }
        let message = format!(
            "{budget} is over before the baseline and one trial are measured, which takes {least:.0}s at least"
        );
        let help = "a trial takes `settlement`, and `warmup`, `duration` and `delay` of `measurement`: shorten them, or \
                    write a longer duration";
        let error = Error::configuration(message).at("budget.duration").with_help(help);
        Err(error.because_of(&["measurement", "settlement"]))
    }
}

#[cfg(test)]
mod tests;
