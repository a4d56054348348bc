//! Objectives as they are written (spec 6.10), before their rules are checked.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Keep, SloError, Threshold, Trigger};
use crate::model::Decimal;
use crate::model::decimal::JsonNumber;

/// Service level objectives: conditions on metrics.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Slo {
    /// Conditions that must all hold.
    conditions: Vec<super::Condition>,
}

/// A metric that must stay below or above a threshold; give either `threshold` or `threshold_metric`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["threshold"], "properties": {"threshold": {"type": "number"}}},
    {"required": ["threshold_metric"], "properties": {"threshold_metric": {"type": "string"}}},
]))]
pub(super) struct Condition {
    /// The metric that is held.
    metric: String,
    /// On which side of the threshold the metric must stay; the threshold itself is allowed.
    #[serde(default)]
    keep: Keep,
    /// A fixed threshold, in the metric's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threshold: Option<JsonNumber>,
    /// Another metric whose value is the threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threshold_metric: Option<String>,
    /// What the threshold is multiplied by.
    #[serde(default = "one")]
    threshold_multiplier: JsonNumber,
    /// Up to this value the metric says nothing, where the threshold is a metric.
    #[serde(default = "minimum")]
    slo_metric_minimum: f64,
    /// Up to this value a metric used as the threshold says nothing; 0.25 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slo_threshold_minimum: Option<f64>,
    /// How many failures are a violation.
    #[serde(default = "once")]
    trigger_count: NonZeroU32,
    /// Among how many of the last outcomes; as many as `trigger_count` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trigger_window: Option<NonZeroU32>,
    /// A text printed with the condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

const fn one() -> JsonNumber {
    JsonNumber(Decimal::ONE)
}

const fn minimum() -> f64 {
    super::Condition::DEFAULT_MINIMUM
}

const fn once() -> NonZeroU32 {
    NonZeroU32::MIN
}

impl TryFrom<Slo> for super::Slo {
    type Error = SloError;

    fn try_from(wire: Slo) -> Result<Self, SloError> {
        Self::new(wire.conditions)
    }
}

impl From<super::Slo> for Slo {
    fn from(slo: super::Slo) -> Self {
        Self { conditions: slo.conditions }
    }
}

impl TryFrom<Condition> for super::Condition {
    type Error = SloError;

    fn try_from(wire: Condition) -> Result<Self, SloError> {
        let metric = named(wire.metric, "metric")?;
        let threshold = match (wire.threshold, wire.threshold_metric) {
            (Some(threshold), None) => Threshold::Static(threshold.0),
            (None, Some(other)) => Threshold::Metric(named(other, "threshold_metric")?),
            (None, None) => return Err(SloError::NoThreshold { metric }),
            (Some(_), Some(_)) => return Err(SloError::TwoThresholds { metric }),
        };
        for (field, minimum) in [
            ("slo_metric_minimum", Some(wire.slo_metric_minimum)),
            ("slo_threshold_minimum", wire.slo_threshold_minimum),
        ] {
            if minimum.is_some_and(|minimum| !minimum.is_finite()) {
                return Err(SloError::NotFinite { field });
            }
        }
        Ok(Self {
            metric,
            keep: wire.keep,
            threshold,
            multiplier: wire.threshold_multiplier.0,
            metric_minimum: wire.slo_metric_minimum,
            threshold_minimum: wire.slo_threshold_minimum,
            trigger: Trigger::new(wire.trigger_count, wire.trigger_window.unwrap_or(wire.trigger_count))?,
            description: wire.description,
        })
    }
}

impl From<super::Condition> for Condition {
    fn from(condition: super::Condition) -> Self {
        let (threshold, threshold_metric) = match condition.threshold {
            Threshold::Static(threshold) => (Some(JsonNumber(threshold)), None),
            Threshold::Metric(metric) => (None, Some(metric)),
        };
        Self {
            metric: condition.metric,
            keep: condition.keep,
            threshold,
            threshold_metric,
            threshold_multiplier: JsonNumber(condition.multiplier),
            slo_metric_minimum: condition.metric_minimum,
            slo_threshold_minimum: condition.threshold_minimum,
            trigger_count: condition.trigger.count,
            trigger_window: Some(condition.trigger.window),
            description: condition.description,
        }
    }
}

fn named(name: String, field: &'static str) -> Result<String, SloError> {
    if name.is_empty() { Err(SloError::Unnamed { field }) } else { Ok(name) }
}
