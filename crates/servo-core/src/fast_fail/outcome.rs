//! What became of one condition in one round.

use std::fmt;

use super::FastFail;
use crate::model::{Condition, Reading, Threshold, mean_of};

/// What became of one condition in one round. The values are means, in the metric's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The metric is on its side of the threshold, or at it.
    Passed {
        /// The metric's value.
        metric: f64,
        /// The threshold's, multiplied.
        threshold: f64,
    },
    /// The metric is on the other side.
    Failed {
        /// The metric's value.
        metric: f64,
        /// The threshold's, multiplied.
        threshold: f64,
    },
    /// The metric was not read, or has no finite value.
    MissingMetric,
    /// The metric used as the threshold was not read, or has no finite value.
    MissingThreshold,
    /// The metric is so small that a comparison with another says nothing.
    ZeroMetric {
        /// The metric's value.
        metric: f64,
    },
    /// The metric used as the threshold is so small that a comparison with it says nothing.
    ZeroThreshold {
        /// The value of the metric used as the threshold, not multiplied.
        threshold: f64,
    },
}

impl Outcome {
    /// Looks at a condition (section 9.1 of the description of ServoX).
    pub(super) fn of(condition: &Condition, options: &FastFail, readings: &[Reading]) -> Self {
        let value_of = |metric: &str| {
            mean_of(readings, metric).filter(|value| *value != 0.0 || !options.treat_zero_as_missing)
        };
        let Some(metric) = value_of(&condition.metric) else {
            return Self::MissingMetric;
        };
        let mut compared = None;
        let limit = condition.limit(|name| {
            compared = value_of(name);
            compared
        });
        let Some(threshold) = limit.filter(|limit| limit.is_finite()) else {
            return Self::MissingThreshold;
        };
        if matches!(condition.threshold, Threshold::Metric(_)) {
            if (0.0..=condition.metric_minimum).contains(&metric) {
                return Self::ZeroMetric { metric };
            }
            if let Some(threshold) = compared
                && (0.0..=condition.threshold_minimum()).contains(&threshold)
            {
                return Self::ZeroThreshold { threshold };
            }
        }
        if condition.passes(metric, threshold) {
            Self::Passed { metric, threshold }
        } else {
            Self::Failed { metric, threshold }
        }
    }

    /// Returns true where the condition was not decided: nothing follows from such a round.
    pub const fn is_skipped(self) -> bool {
        !matches!(self, Self::Passed { .. } | Self::Failed { .. })
    }

    /// Returns true where the condition did not hold.
    pub const fn is_failed(self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// Returns the word for it, as ServoX has it: `passed`, `failed`, `missing_metric`, `missing_threshold`,
    /// `zero_metric` or `zero_threshold`.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Passed { .. } => "passed",
            Self::Failed { .. } => "failed",
            Self::MissingMetric => "missing_metric",
            Self::MissingThreshold => "missing_threshold",
            Self::ZeroMetric { .. } => "zero_metric",
            Self::ZeroThreshold { .. } => "zero_threshold",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.status())
    }
}

#[cfg(test)]
mod tests;
