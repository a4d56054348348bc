//! Evidence in pairs: what a tuning instance measures, beside what the service measures in the same window.
//!
//! A load that rises or falls meanwhile moves both. What is judged of the tuning instance is therefore its difference to
//! the service, its control, laid over what the control had when the baseline was measured: the value that it would have
//! had then. (The control of an experiment that runs at the same time; R. A. Fisher, *The Design of Experiments*, 1935,
//! chapter IV, on blocks.)

use std::collections::{BTreeMap, BTreeSet};

use servo_core::model::{Description, Slo, Threshold, Unit};
use servo_core::{Error, Result};

use crate::nearest::instead;
use crate::settings::Pairs;
use crate::space::is_free;

/// What the names of metrics of tuning instances, and of the service beside them, begin with.
const SIDES: (&str, &str) = ("tuning_", "main_");

/// What is put behind the name of a metric for the value that was measured.
const MEASURED: &str = "_measured";

/// A metric that is compared with another one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    metric: String,
    control: String,
    by: By,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// As a ratio: what is twice as long under twice the load is the same. For times and for what is used.
    Ratio,
    /// As a difference: for rates, shares and counts, which may be zero.
    Difference,
}

/// The pairs of a study.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pairing(Vec<Pair>);

impl Pairing {
    /// Finds the pairs among the metrics that a study needs; all that there are where it needs all.
    ///
    /// # Errors
    ///
    /// Class configuration at `pairs`: a metric is not provided, or is its own control.
    pub(crate) fn new(
        settings: &Pairs,
        needed: Option<&BTreeSet<String>>,
        slo: &Slo,
        description: &Description,
    ) -> Result<Self> {
        let units: BTreeMap<&str, &Unit> =
            description.metrics.iter().map(|metric| (metric.name.as_str(), &metric.unit)).collect();
        let of = |metric: &str, control: &str| Pair {
            metric: metric.to_owned(),
            control: control.to_owned(),
            by: units.get(metric).map_or(By::Difference, |unit| By::of(unit)),
        };
        match settings {
            Pairs::None => Ok(Self::default()),
            Pairs::Named(named) => {
                check(named, &units)?;
                Ok(Self(named.iter().map(|(metric, control)| of(metric, control)).collect()))
            }
            Pairs::Auto if !tunes_alone(description) => Ok(Self::default()),
            Pairs::Auto => {
                let is_needed = |metric: &str| needed.is_none_or(|needed| needed.contains(metric));
                let pairs = units.keys().filter(|metric| is_needed(metric)).filter_map(|metric| {
                    let control = format!("{}{}", SIDES.1, metric.strip_prefix(SIDES.0)?);
                    let is_pair = units.contains_key(control.as_str()) && !is_compared(slo, metric, &control);
                    is_pair.then(|| of(metric, &control))
                });
                Ok(Self(pairs.collect()))
            }
        }
    }

    /// Gives the controls, which have to be measured, too.
    pub(crate) fn controls(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|pair| pair.control.as_str())
    }

    /// Says whether a metric is compared with another one.
    pub(crate) fn has(&self, metric: &str) -> bool {
        self.0.iter().any(|pair| pair.metric == metric)
    }

    /// Puts in place of each metric what it would have been when the reference was measured; what was measured is kept
    /// beside it. Where there is no reference, this is the first measurement, and is one.
    ///
    /// # Errors
    ///
    /// Gives the control that is missing, with the metric that it is of.
    pub(crate) fn lay(
        &self,
        metrics: &mut BTreeMap<String, f64>,
        reference: Option<&BTreeMap<String, f64>>,
    ) -> Result<(), (String, String)> {
        for pair in &self.0 {
            let Some(measured) = metrics.get(&pair.metric).copied() else { continue };
            let control = metrics.get(&pair.control).copied();
            let control = control.ok_or_else(|| (pair.control.clone(), pair.metric.clone()))?;
            let then = reference.and_then(|reference| reference.get(&pair.control)).copied();
            metrics.insert(format!("{}{MEASURED}", pair.metric), measured);
            metrics.insert(pair.metric.clone(), pair.by.laid(measured, control, then.unwrap_or(control)));
        }
        Ok(())
    }

    /// Names the pairs, for a person.
    pub(crate) fn shown(&self) -> Option<String> {
        let pairs: Vec<String> =
            self.0.iter().map(|pair| format!("`{}` with `{}`", pair.metric, pair.control)).collect();
        (!pairs.is_empty()).then(|| pairs.join(", "))
    }
}

impl By {
    const fn of(unit: &Unit) -> Self {
        match unit {
            Unit::Milliseconds | Unit::Cores | Unit::Gibibytes | Unit::Bytes => Self::Ratio,
            _ => Self::Difference,
        }
    }

    /// Gives what a metric would have been, had its control been what it was then. A ratio of nothing says nothing.
    fn laid(self, measured: f64, control: f64, then: f64) -> f64 {
        match self {
            Self::Ratio if control > 0.0 && then > 0.0 => measured * (then / control),
            Self::Ratio | Self::Difference => measured - control + then,
        }
    }
}

/// Says whether nothing but tuning instances is searched.
fn tunes_alone(description: &Description) -> bool {
    let mut free = description.components.iter().filter(|component| component.settings.iter().any(is_free));
    free.clone().next().is_some() && free.all(|component| component.is_tuning)
}

/// Says whether a condition compares two metrics by itself.
fn is_compared(slo: &Slo, metric: &str, control: &str) -> bool {
    slo.conditions().iter().any(|condition| {
        condition.metric == metric
            && matches!(&condition.threshold, Threshold::Metric(other) if other == control)
    })
}

/// Checks pairs that an operator has named.
fn check(named: &BTreeMap<String, String>, units: &BTreeMap<&str, &Unit>) -> Result<()> {
    let provided: Vec<&str> = units.keys().copied().collect();
    let mut mistakes = Vec::new();
    for (metric, control) in named {
        let at = format!("pairs.{metric}");
        for name in [metric, control] {
            if !units.contains_key(name.as_str()) {
                let message = format!("no connector provides the metric `{name}`");
                let error = Error::configuration(message).at(at.as_str());
                mistakes.push(error.with_help(instead(name, &provided)));
            }
        }
        if metric == control || named.contains_key(control) {
            let message = format!("`{control}` cannot be a control: it is compared itself");
            mistakes.push(Error::configuration(message).at(at.as_str()));
        }
    }
    Error::join(mistakes).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests;
