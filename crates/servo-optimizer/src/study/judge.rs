//! What a measurement or a failure says about a configuration.

use std::collections::BTreeMap;

use servo_core::Class;
use servo_core::model::{Adjustment, Description, Measurement};
use servo_core::optimizer::Failure;

use super::plan::Plan;
use crate::constraint;
use crate::history::Status;
use crate::lattice::Point;
use crate::objective::ExpressionError;
use crate::search::Outcome;

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
    pub(super) metrics: BTreeMap<String, f64>,
    pub(super) objective: Option<f64>,
    pub(super) constraints: Vec<f64>,
}

impl Verdict {
    /// Judges a measurement. One that lacks what is needed is a failure: missing data is not a zero.
    pub(super) fn on(plan: &Plan, point: &Point, measurement: &Measurement) -> Self {
        let mean = |name: &str| measurement.mean_of(name).filter(|mean| mean.is_finite());
        let names = measurement.metrics();
        let metrics: BTreeMap<String, f64> =
            names.iter().filter_map(|metric| Some((metric.name.clone(), mean(&metric.name)?))).collect();
        let mut constraints = Vec::new();
        for condition in plan.slo.conditions() {
            let Some(value) = constraint::value(condition, |name| metrics.get(name).copied()) else {
                let mut needed = constraint::named(condition).map(|(_, metric)| metric);
                let missing =
                    needed.find(|metric| !metrics.contains_key(*metric)).unwrap_or(&condition.metric);
                return Self::failed(missing_metric(missing, &names), metrics);
            };
            constraints.push(value);
        }
        match plan.objective(point, &metrics) {
            Ok(objective) => Self {
                status: Status::Measured,
                reason: None,
                message: None,
                metrics,
                objective: Some(objective),
                constraints,
            },
            Err(ExpressionError::Missing { metric }) => {
                Self::failed(missing_metric(&metric, &names), metrics)
            }
            Err(error) => Self::failed(format!("the objective has no value: {error}"), metrics),
        }
    }

    /// Judges a failure; `None` where it says nothing, because the command was cancelled.
    pub(super) fn of(failure: &Failure) -> Option<Self> {
        let status = match failure.class {
            Class::Cancelled => return None,
            Class::Rejected => Status::Rejected,
            Class::Aborted => Status::Aborted,
            Class::Failed | Class::Configuration | Class::Connection | Class::Internal => Status::Failed,
        };
        let reason = failure.reason.clone();
        Some(Self { status, reason, ..Self::failed(failure.message.clone(), BTreeMap::new()) })
    }

    /// Gives the verdict on something that failed without saying anything about the configuration.
    pub(super) fn failed(message: String, metrics: BTreeMap<String, f64>) -> Self {
        let (status, message) = (Status::Failed, Some(message));
        Self { status, reason: None, message, metrics, objective: None, constraints: Vec::new() }
    }

    /// Gives the verdict in the words of the search: what violated the objectives so much that it was ended early is
    /// as bad as what does not run.
    pub(super) fn outcome(&self) -> Outcome {
        match (self.status, self.objective) {
            (Status::Measured, Some(objective)) => {
                Outcome::Measured { objective, constraints: self.constraints.clone() }
            }
            (Status::Rejected | Status::Aborted, _) => Outcome::Rejected,
            (Status::Measured | Status::Failed, _) => Outcome::Failed,
        }
    }
}

fn missing_metric(metric: &str, measured: &[&servo_core::model::Metric]) -> String {
    if measured.iter().any(|known| known.name == metric) {
        format!("metric `{metric}` has no finite value in the measurement")
    } else {
        format!("metric `{metric}` is missing from the measurement")
    }
}

/// Finds a setting that is not as it was asked for, in what the application says after an adjustment. A setting that is
/// not described, or without a value, is taken on trust.
pub(super) fn disobeyed(adjustments: &[Adjustment], description: &Description) -> Option<String> {
    adjustments.iter().find_map(|wanted| {
        let found = description.setting(&wanted.component, &wanted.setting)?.value()?;
        let is_same = *found == wanted.value || found.to_string() == wanted.value.to_string();
        (!is_same).then(|| format!("asked for {wanted}, but the application has {found}"))
    })
}
