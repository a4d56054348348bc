//! The trials of a study: as they are written down, and as the search sees them.

use std::collections::BTreeMap;

use servo_core::optimizer::Verdict;

use super::judge::outcome;
use crate::history::{Status, TrialRecord};
use crate::lattice::Point;
use crate::search::{Observation, Outcome};

/// All trials that have ended, in their order. Everything that a study decides follows from them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    observations: Vec<Observation>,
    records: Vec<TrialRecord>,
    seconds: f64,
}

impl Ledger {
    pub(super) fn len(&self) -> usize {
        self.observations.len()
    }

    pub(super) fn observations(&self) -> &[Observation] {
        &self.observations
    }

    pub(super) fn records(&self) -> &[TrialRecord] {
        &self.records
    }

    /// Gives the number of the next trial.
    pub(super) fn next_number(&self) -> u32 {
        number(self.len())
    }

    /// Gives the number of the first trial of a configuration.
    pub(super) fn first(&self, point: &Point) -> Option<u32> {
        self.observations.iter().position(|seen| seen.point == *point).map(number)
    }

    /// Gives the number of the trial with which the run of trials began that the next one continues, if it is of this
    /// configuration: that of the next one itself where the last was of another.
    pub(super) fn run_began(&self, point: &Point) -> u32 {
        let run = self.observations.iter().rev().take_while(|seen| seen.point == *point).count();
        number(self.len() - run)
    }

    /// Gives the measurements of a configuration: objective and constraints of each.
    pub(super) fn measured(&self, point: &Point) -> impl Iterator<Item = (f64, &[f64])> {
        self.observations.iter().filter(move |seen| seen.point == *point).filter_map(|seen| {
            match &seen.outcome {
                Outcome::Measured { objective, constraints } => Some((*objective, constraints.as_slice())),
                Outcome::Rejected | Outcome::Failed => None,
            }
        })
    }

    /// Gives the metrics of the first measurement, that of the baseline, with which others are compared.
    pub(super) fn reference(&self) -> Option<&BTreeMap<String, f64>> {
        let mut measured = self.records.iter().filter(|record| record.status == Status::Measured);
        measured.next().map(|record| &record.metrics)
    }

    /// Counts the trials by what they said.
    pub(super) fn verdicts(&self) -> BTreeMap<Verdict, u64> {
        let mut counts: BTreeMap<Verdict, u64> =
            Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect();
        for record in &self.records {
            *counts.entry(record.verdict).or_default() += 1;
        }
        counts
    }

    /// Gives the last trial in which the application was measured, be it in vain or ended early.
    pub(super) fn last_measured(&self) -> Option<&TrialRecord> {
        let is_measured = |record: &&TrialRecord| {
            matches!(record.status, Status::Measured | Status::Aborted)
                || record.verdict == Verdict::Inconclusive
                || !record.metrics.is_empty()
        };
        self.records.iter().rev().find(is_measured)
    }

    /// Gives the configuration with the best measurement of those that held every condition.
    pub(super) fn best(&self) -> Option<&Point> {
        let passed = self.records.iter().zip(&self.observations).filter_map(|(record, seen)| {
            match (record.verdict, &seen.outcome) {
                (Verdict::Passed, Outcome::Measured { objective, .. }) => Some((*objective, &seen.point)),
                _ => None,
            }
        });
        passed.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, point)| point)
    }

    /// Gives how long all trials took together, in seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Gives how long a trial took on average, in seconds; `None` before the first.
    pub(super) fn seconds_per_trial(&self) -> Option<f64> {
        (!self.observations.is_empty()).then(|| self.seconds / self.observations.len() as f64)
    }

    pub(super) fn add(&mut self, point: Point, record: TrialRecord) {
        self.seconds += record.seconds;
        self.observations.push(Observation { point, outcome: outcome(&record) });
        self.records.push(record);
    }
}

/// Gives the number of the trial after so many.
fn number(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}
