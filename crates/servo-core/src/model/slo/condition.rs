//! One condition of a service level objective.

use std::fmt;
use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SloError, wire};
use crate::model::{Decimal, decimal};

/// A metric that must stay below or above a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "wire::Condition", into = "wire::Condition")]
pub struct Condition {
    /// The metric that is held.
    pub metric: String,
    /// On which side of the threshold.
    pub keep: Keep,
    /// The threshold, in the metric's unit.
    pub threshold: Threshold,
    /// What the threshold is multiplied by.
    pub multiplier: Decimal,
    /// Up to this value the metric says nothing, where the threshold is a metric; in the metric's unit.
    pub metric_minimum: f64,
    /// Up to this value a metric used as the threshold says nothing; `None` is 0.25.
    pub threshold_minimum: Option<f64>,
    /// How many failures are a violation.
    pub trigger: Trigger,
    /// A text that stands for the threshold where the condition is printed.
    pub description: Option<String>,
}

/// The side of a threshold; the threshold itself is on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// At the threshold or below.
    #[default]
    Below,
    /// At the threshold or above.
    Above,
}

/// What a metric is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Threshold {
    /// A fixed value, in the metric's unit.
    Static(Decimal),
    /// The value of another metric, by its name.
    Metric(String),
}

/// So many failures among the last outcomes are a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trigger {
    pub(super) count: NonZeroU32,
    pub(super) window: NonZeroU32,
}

impl Trigger {
    /// One failure at once is a violation.
    pub const ONCE: Self = Self { count: NonZeroU32::MIN, window: NonZeroU32::MIN };

    /// Asks for `count` failures among the last `window` outcomes.
    ///
    /// # Errors
    /// More failures than outcomes.
    pub const fn new(count: NonZeroU32, window: NonZeroU32) -> Result<Self, SloError> {
        if count.get() > window.get() {
            return Err(SloError::Trigger { count: count.get(), window: window.get() });
        }
        Ok(Self { count, window })
    }

    /// Gives the failures that are a violation.
    pub const fn count(self) -> u32 {
        self.count.get()
    }

    /// Gives how many of the last outcomes are looked at.
    pub const fn window(self) -> u32 {
        self.window.get()
    }
}

impl Condition {
    /// Up to this value a metric says nothing, if nothing else is written (spec 6.10).
    pub const DEFAULT_MINIMUM: f64 = 0.25;

    /// States a condition; everything else is as it is when nothing is written.
    pub fn new(metric: impl Into<String>, keep: Keep, threshold: Threshold) -> Self {
        Self {
            metric: metric.into(),
            keep,
            threshold,
            multiplier: Decimal::ONE,
            metric_minimum: Self::DEFAULT_MINIMUM,
            threshold_minimum: None,
            trigger: Trigger::ONCE,
            description: None,
        }
    }

    /// Gives the threshold times the multiplier, looking up the value of a metric by its name where that is
    /// the threshold; `None` if there is no such value.
    pub fn limit(&self, value_of: impl FnOnce(&str) -> Option<f64>) -> Option<f64> {
        match &self.threshold {
            Threshold::Static(threshold) => Some(threshold.checked_mul(self.multiplier).map_or_else(
                || decimal::to_f64(*threshold) * decimal::to_f64(self.multiplier),
                decimal::to_f64,
            )),
            Threshold::Metric(metric) => {
                value_of(metric).map(|value| value * decimal::to_f64(self.multiplier))
            }
        }
    }

    /// Says whether a value holds against a threshold that is already multiplied. The threshold itself holds;
    /// what is not a number does not.
    pub fn passes(&self, value: f64, threshold: f64) -> bool {
        match self.keep {
            Keep::Below => value <= threshold,
            Keep::Above => value >= threshold,
        }
    }

    /// Gives the value up to which a metric used as the threshold says nothing.
    pub fn threshold_minimum(&self) -> f64 {
        self.threshold_minimum.unwrap_or(Self::DEFAULT_MINIMUM)
    }

    /// Gives advice on the condition; empty if there is nothing to say.
    pub fn warnings(&self) -> Vec<String> {
        match (&self.threshold, self.threshold_minimum) {
            (Threshold::Static(_), Some(_)) => {
                vec![format!("{self}: slo_threshold_minimum has no effect with a static threshold")]
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Below => "below",
            Self::Above => "above",
        })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Static(threshold) => write!(f, "{}", threshold.normalize()),
            Self::Metric(metric) => f.write_str(metric),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} {} {}", self.metric, self.keep, self.threshold)?;
        if let Some(description) = &self.description {
            write!(f, " -> {description}")?;
        }
        f.write_str(")")
    }
}
