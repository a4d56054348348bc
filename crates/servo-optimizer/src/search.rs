//! The search: which point to try next, and which of the tried ones to name.
//!
//! Everything here is a function of a [`View`]: the same seed and the same observations give the same answer, so a
//! study that was interrupted continues as if it had not been.

mod bayesian;
mod candidates;
mod confirm;
mod initial;
mod random;
mod tally;
mod trust_region;
mod winner;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::lattice::{Lattice, Point};

pub use bayesian::Bayesian;
pub use confirm::{Confirmation, Step, confirm, next_step};
pub use random::Random;
pub(crate) use tally::Tally;
pub use winner::{CONFIDENCE, Ranked, rank};

/// What is known of the objective before anything is measured. It is always minimized.
#[derive(Clone, Copy)]
pub enum Objective<'a> {
    /// An exact function of the point, such as the price of what it asks for: no model is needed.
    ///
    /// A point whose value is not finite is never proposed.
    Known(&'a (dyn Fn(&Point) -> f64 + Sync)),
    /// Measured with noise, so modelled.
    Measured,
}

/// How one trial ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The configuration ran and was measured.
    Measured {
        /// The objective, to be minimized; of no interest where it is [`Objective::Known`].
        objective: f64,
        /// One value per constraint, feasible at or below zero, such as ln(p95 / threshold); NaN where missing.
        constraints: Vec<f64>,
    },
    /// The configuration did not run: it could not be scheduled, ran out of memory, crashed.
    Rejected,
    /// Measuring failed, which says nothing about the configuration.
    Failed,
}

/// One finished trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// What was tried.
    pub point: Point,
    /// What came of it.
    pub outcome: Outcome,
}

/// All that a search may look at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The space.
    pub lattice: &'a Lattice,
    /// Finished trials in their order. The first is the baseline; a point may occur more than once.
    pub observations: &'a [Observation],
    /// What is minimized.
    pub objective: Objective<'a>,
    /// How many constraints a measured outcome has values for.
    pub n_constraints: usize,
    /// How many trials may still be made.
    pub trials_left: usize,
    /// Makes the choices left to chance repeatable.
    pub seed: u64,
}

/// A way to choose what to try next.
pub trait Search: Send {
    /// Returns the next point to try; none when nothing is left that is worth a trial.
    ///
    /// A point whose measuring failed once may be returned again; any other is new.
    fn propose(&self, view: &View<'_>) -> Option<Point>;
}

impl<'a> View<'a> {
    /// Returns the first observed point.
    pub(crate) fn baseline(&self) -> Option<&'a Point> {
        self.observations.first().map(|first| &first.point)
    }

    /// Returns a generator that depends on the seed, on `purpose` and on how many trials were made.
    pub(crate) fn rng(&self, purpose: u64, trials: usize) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(purpose.wrapping_mul(1 << 32).wrapping_add(trials as u64));
        rng
    }
}

#[cfg(test)]
mod tests;
