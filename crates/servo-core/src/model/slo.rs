//! Service level objectives: what metrics must keep to.

mod condition;
mod wire;

pub use condition::{Condition, Keep, Threshold, Trigger};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Conditions that must all hold, each stated once (spec 6.10).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "wire::Slo", into = "wire::Slo")]
pub struct Slo {
    conditions: Vec<Condition>,
}

/// Why something is not a service level objective.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SloError {
    /// The same condition comes twice.
    #[error("slo conditions must be unique. Redundant conditions found: {conditions}")]
    Redundant {
        /// The conditions that come twice.
        conditions: String,
    },
    /// A condition has no threshold.
    #[error("condition on '{metric}' has no threshold: write either threshold or threshold_metric")]
    NoThreshold {
        /// The condition's metric.
        metric: String,
    },
    /// A condition has two thresholds.
    #[error(
        "condition on '{metric}' has two thresholds: write either threshold or threshold_metric, not both"
    )]
    TwoThresholds {
        /// The condition's metric.
        metric: String,
    },
    /// More failures are asked for than are looked at.
    #[error("trigger_count cannot be greater than trigger_window ({count} > {window})")]
    Trigger {
        /// The failures asked for.
        count: u32,
        /// The outcomes looked at.
        window: u32,
    },
    /// A metric without a name.
    #[error("{field} cannot be empty: name a metric")]
    Unnamed {
        /// The field.
        field: &'static str,
    },
    /// A minimum that is not a number.
    #[error("{field} must be a finite number")]
    NotFinite {
        /// The field.
        field: &'static str,
    },
}

impl Slo {
    /// Builds objectives from conditions that differ in their text.
    ///
    /// # Errors
    /// A condition that comes twice.
    pub fn new(conditions: Vec<Condition>) -> Result<Self, SloError> {
        let texts: Vec<String> = conditions.iter().map(ToString::to_string).collect();
        let mut redundant: Vec<&str> = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            if texts.iter().take(index).any(|earlier| earlier == text) && !redundant.contains(&text.as_str())
            {
                redundant.push(text);
            }
        }
        if redundant.is_empty() {
            Ok(Self { conditions })
        } else {
            Err(SloError::Redundant { conditions: redundant.join(", ") })
        }
    }

    /// Gives the conditions.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Gives advice on the conditions; empty if there is nothing to say.
    pub fn warnings(&self) -> Vec<String> {
        self.conditions.iter().flat_map(Condition::warnings).collect()
    }
}

#[cfg(test)]
mod tests;
