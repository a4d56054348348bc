//! The trials of a running study, as the search sees them.

use jiff::Timestamp;
use tokio::time::Instant;

use crate::history::TrialRecord;
use crate::lattice::Point;
use crate::search::{Observation, Outcome};

/// A configuration that is being tried.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) point: Point,
    pub(super) began: Instant,
    pub(super) began_at: Timestamp,
}

/// A trial that has ended.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub(super) record: TrialRecord,
    pub(super) observation: Observation,
    pub(super) seconds: f64,
    /// Why the study cannot go on after it.
    pub(super) fatal: Option<String>,
}

/// All trials that have ended, in their order.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    observations: Vec<Observation>,
    seconds: f64,
    failures_in_a_row: usize,
}

impl Ledger {
    pub(super) fn len(&self) -> usize {
        self.observations.len()
    }

    pub(super) fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// Gives the number of the next trial.
    pub(super) fn next_number(&self) -> u32 {
        u32::try_from(self.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Gives the number of the first trial of a configuration.
    pub(super) fn first(&self, point: &Point) -> Option<u32> {
        let index = self.observations.iter().position(|seen| seen.point == *point)?;
        u32::try_from(index).ok()?.checked_add(1)
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

    /// Counts the trials since the last one that did not fail.
    pub(super) fn failures_in_a_row(&self) -> usize {
        self.failures_in_a_row
    }

    /// Gives how long a trial took on average; `None` before the first.
    pub(super) fn seconds_per_trial(&self) -> Option<f64> {
        (!self.observations.is_empty()).then(|| self.seconds / self.observations.len() as f64)
    }

    pub(super) fn add(&mut self, observation: Observation, seconds: f64) {
        self.failures_in_a_row =
            if observation.outcome == Outcome::Failed { self.failures_in_a_row + 1 } else { 0 };
        self.observations.push(observation);
        self.seconds += seconds;
    }
}
