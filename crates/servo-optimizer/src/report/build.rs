//! From the records of a study to its report.

use std::collections::BTreeMap;

use servo_core::model::Value;

use super::{Configuration, Details, Report, Trial};
use crate::constraint;
use crate::history::{Recorded, Status, TrialRecord, outcome_word};

impl Report {
    /// Reports a study as it was recorded.
    pub fn of(recorded: Recorded) -> Self {
        let Recorded { study, ending, trials, .. } = recorded;
        let baseline = configuration(&trials, study.baseline, study.cost);
        let winner = ending.as_ref().and_then(|ending| ending.winner);
        let winner = winner.and_then(|n| trials.iter().find(|trial| trial.n == n));
        let best = winner.map(|trial| configuration(&trials, trial.settings.clone(), trial.cost));
        let conditions = study.slo.conditions().to_vec();
        let judged = best.as_ref().unwrap_or(&baseline);
        let held = conditions.iter().all(|condition| {
            constraint::value(condition, |name| judged.metrics.get(name).copied())
                .is_some_and(|value| value <= 0.0)
        });
        let saving_percent = best.as_ref().and_then(|best| match (baseline.cost, best.cost) {
            (Some(before), Some(after)) if before > 0.0 => Some((before - after) / before * 100.0),
            _ => None,
        });
        let measurements = measured(&trials, &judged.settings).count();
        Self {
            name: study.servo,
            outcome: ending.as_ref().map_or("running", |ending| outcome_word(ending.outcome)),
            baseline,
            best,
            saving_percent,
            slo_held: held,
            confidence: ending.as_ref().and_then(|ending| ending.confidence),
            note: ending.and_then(|ending| ending.reason),
            details: Details {
                objective: study.objective,
                seed: study.seed,
                conditions,
                units: study.units,
                measurements,
            },
            trials: trials.into_iter().map(Trial::from).collect(),
        }
    }
}

impl From<TrialRecord> for Trial {
    fn from(trial: TrialRecord) -> Self {
        Self {
            n: trial.n,
            settings: trial.settings,
            status: trial.status.word(),
            verdict: trial.verdict,
            reason: trial.reason.or(trial.message),
            metrics: trial.metrics,
            cost: trial.cost,
            repeat_of: trial.repeat_of,
        }
    }
}

fn configuration(
    trials: &[TrialRecord],
    settings: BTreeMap<String, Value>,
    cost: Option<f64>,
) -> Configuration {
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (name, value) in measured(trials, &settings).flat_map(|trial| &trial.metrics) {
        let (sum, count) = sums.entry(name).or_default();
        *sum += value;
        *count += 1.0;
    }
    let metrics = sums.into_iter().map(|(name, (sum, count))| (name.to_owned(), sum / count)).collect();
    Configuration { settings, metrics, cost }
}

/// Gives the measurements of one configuration.
fn measured<'a>(
    trials: &'a [TrialRecord],
    settings: &BTreeMap<String, Value>,
) -> impl Iterator<Item = &'a TrialRecord> {
    trials.iter().filter(move |trial| trial.status == Status::Measured && trial.settings == *settings)
}
