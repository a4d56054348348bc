//! What was observed, gathered by point.

use std::collections::BTreeMap;

use super::{Outcome, View};
use crate::lattice::Point;

/// How often a point may fail to be measured before it counts as tried.
const FAILURES_ALLOWED: usize = 1;

/// The trials of one point.
#[derive(Debug, Default, Clone)]
pub(crate) struct Trials {
    pub(crate) objectives: Vec<f64>,
    /// The constraints' values of each measurement.
    pub(crate) constraints: Vec<Vec<f64>>,
    pub(crate) rejected: usize,
    pub(crate) failed: usize,
}

/// All trials by point, in the order of the points.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    trials: BTreeMap<&'a Point, Trials>,
}

impl<'a> Tally<'a> {
    /// Gathers the observations; those of points outside the lattice are left out.
    pub(crate) fn new(view: &View<'a>) -> Self {
        let mut trials: BTreeMap<&Point, Trials> = BTreeMap::new();
        for observation in view.observations.iter().filter(|seen| view.lattice.contains(&seen.point)) {
            let entry = trials.entry(&observation.point).or_default();
            match &observation.outcome {
                Outcome::Measured { objective, constraints } => {
                    entry.objectives.push(*objective);
                    entry.constraints.push(constraints.clone());
                }
                Outcome::Rejected => entry.rejected += 1,
                Outcome::Failed => entry.failed += 1,
            }
        }
        Self { trials }
    }

    /// Tells whether the point needs no further exploring.
    pub(crate) fn is_tried(&self, point: &Point) -> bool {
        self.trials.get(point).is_some_and(|trials| {
            trials.measurements() + trials.rejected > 0 || trials.failed > FAILURES_ALLOWED
        })
    }

    /// Iterates over the points that were measured at least once.
    pub(crate) fn measured(&self) -> impl Iterator<Item = (&'a Point, &Trials)> {
        self.trials
            .iter()
            .filter(|(_, trials)| trials.measurements() > 0)
            .map(|(point, trials)| (*point, trials))
    }
}

impl Trials {
    pub(crate) fn measurements(&self) -> usize {
        self.objectives.len()
    }

    /// Returns the share of attempts that ran, counting one success in advance.
    pub(crate) fn run_probability(&self) -> f64 {
        let ran = (self.measurements() + 1) as f64;
        ran / (ran + self.rejected as f64)
    }
}
