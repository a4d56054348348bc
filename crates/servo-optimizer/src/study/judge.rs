//! What a measurement or a failure says about a configuration.

use std::collections::BTreeMap;

use servo_core::Class;
use servo_core::model::{Adjustment, Condition, Description, Measurement};
use servo_core::optimizer::{Failure, Verdict};

use super::plan::Plan;
use crate::constraint;
use crate::history::{Status, TrialRecord};
use crate::lattice::Point;
use crate::objective::ExpressionError;
use crate::search::Outcome;

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judgement {
    pub(super) status: Status,
    pub(super) verdict: Verdict,
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
    pub(super) metrics: BTreeMap<String, f64>,
    pub(super) objective: Option<f64>,
    pub(super) constraints: Vec<f64>,
}

impl Judgement {
    /// Judges a measurement. One that lacks what is needed is inconclusive, unless what it has violates a condition:
    /// missing data is neither a zero nor a pass.
    ///
    /// What is compared with a control counts as it would have been when the reference was measured, the first measurement
    /// of the baseline.
    pub(super) fn on(
        plan: &Plan,
        point: &Point,
        measurement: &Measurement,
        reference: Option<&BTreeMap<String, f64>>,
    ) -> Self {
        let mean = |name: &str| measurement.mean_of(name).filter(|mean| mean.is_finite());
        let names = measurement.metrics();
        let mut metrics: BTreeMap<String, f64> =
            names.iter().filter_map(|metric| Some((metric.name.clone(), mean(&metric.name)?))).collect();
        if let Err((control, metric)) = plan.pairing.lay(&mut metrics, reference) {
            let why = format!("{}, with which `{metric}` is compared", missing_metric(&control, &names));
            return Self { verdict: Verdict::Inconclusive, ..Self::failed(why, metrics) };
        }
        let conditions = plan.slo.conditions();
        let values: Vec<Option<f64>> = conditions.iter().map(|condition| held(condition, &metrics)).collect();
        let violated =
            conditions.iter().zip(&values).find(|(_, value)| value.is_some_and(|value| value > 0.0));
        let missing = conditions.iter().zip(&values).find(|(_, value)| value.is_none());
        let lacking = missing.map(|(condition, _)| lack(condition, &metrics));
        let objective = plan.objective(point, &metrics);
        let why = match (lacking, &objective) {
            (Some(metric), _) => missing_metric(metric, &names),
            (None, Err(ExpressionError::Missing { metric })) => missing_metric(metric, &names),
            (None, Err(error)) => format!("the objective has no value: {error}"),
            (None, Ok(objective)) => {
                return Self {
                    status: Status::Measured,
                    verdict: if violated.is_some() { Verdict::Failed } else { Verdict::Passed },
                    reason: None,
                    message: None,
                    metrics,
                    // A database does not tell zero from its negative.
                    objective: Some(objective + 0.0),
                    constraints: values.into_iter().flatten().collect(),
                };
            }
        };
        match violated {
            None => Self { verdict: Verdict::Inconclusive, ..Self::failed(why, metrics) },
            Some((condition, _)) => {
                let message = format!("{why}; of what was measured {condition} is violated");
                Self { verdict: Verdict::Failed, ..Self::failed(message, metrics) }
            }
        }
    }

    /// Judges a failure; `None` where it says nothing, because the command was cancelled.
    pub(super) fn of(failure: &Failure) -> Option<Self> {
        let (status, verdict) = match failure.class {
            Class::Cancelled => return None,
            Class::Rejected => (Status::Rejected, Verdict::Failed),
            Class::Aborted => (Status::Aborted, Verdict::Failed),
            Class::Failed | Class::Configuration | Class::Connection | Class::Internal => {
                (Status::Failed, Verdict::Error)
            }
        };
        let reason = failure.reason.clone();
        Some(Self { status, verdict, reason, ..Self::failed(failure.message.clone(), BTreeMap::new()) })
    }

    /// Judges what failed without saying anything about the configuration.
    pub(super) fn failed(message: String, metrics: BTreeMap<String, f64>) -> Self {
        Self {
            status: Status::Failed,
            verdict: Verdict::Error,
            reason: None,
            message: Some(message),
            metrics,
            objective: None,
            constraints: Vec::new(),
        }
    }
}

/// Gives what a trial is in the words of the search: what violated the objectives so much that it was ended early is as
/// bad as what does not run.
pub(super) fn outcome(trial: &TrialRecord) -> Outcome {
    match (trial.status, trial.objective) {
        (Status::Measured, Some(objective)) => {
            Outcome::Measured { objective, constraints: trial.constraints.clone() }
        }
        (Status::Rejected | Status::Aborted, _) => Outcome::Rejected,
        (Status::Measured | Status::Failed, _) => Outcome::Failed,
    }
}

/// Says whether a trial violated a condition, as far as it was measured.
pub(super) fn is_violation(trial: &TrialRecord) -> bool {
    trial.status != Status::Rejected && trial.verdict == Verdict::Failed
}

/// Says whether a trial says nothing about its configuration.
pub(super) fn says_nothing(trial: &TrialRecord) -> bool {
    matches!(trial.verdict, Verdict::Error | Verdict::Inconclusive)
}

fn held(condition: &Condition, metrics: &BTreeMap<String, f64>) -> Option<f64> {
    constraint::value(condition, |name| metrics.get(name).copied())
}

/// Names the metric that a condition lacks.
fn lack<'a>(condition: &'a Condition, metrics: &BTreeMap<String, f64>) -> &'a str {
    let mut needed = constraint::named(condition).map(|(_, metric)| metric);
    needed.find(|metric| !metrics.contains_key(*metric)).unwrap_or(&condition.metric)
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
