//! How good the winners of studies truly are.

use crate::space::Space;
use crate::study::Winner;

/// How near the best a winner must be, as a share of it.
const NEAR: f64 = 0.10;

/// How good the winners of the studies of one method truly are.
#[derive(Clone, Debug)]
pub(crate) struct Score {
    /// How many studies there were.
    pub(crate) studies: usize,
    /// How many named a winner that is feasible and within 10 % of the best feasible objective.
    pub(crate) near: usize,
    /// How many named a winner that truly holds the SLO. Where none is named the baseline stands.
    pub(crate) held: usize,
    /// The median regret in percent of the best feasible objective.
    pub(crate) median_regret: f64,
}

impl Score {
    pub(crate) fn of(space: &Space, winners: &[Winner]) -> Self {
        let truths: Vec<_> = winners.iter().map(|winner| space.truth(winner.as_ref())).collect();
        let regret = |objective: Option<f64>| objective.map_or(f64::INFINITY, |value| space.regret(value));
        let mut regrets: Vec<f64> = truths.iter().map(|truth| regret(truth.objective)).collect();
        regrets.sort_by(f64::total_cmp);
        let is_near = |truth: &&crate::space::Truth| truth.is_feasible && regret(truth.objective) <= NEAR;
        Self {
            studies: winners.len(),
            near: truths.iter().filter(is_near).count(),
            held: truths.iter().filter(|truth| truth.is_feasible).count(),
            median_regret: regrets.get(regrets.len() / 2).copied().unwrap_or(f64::NAN) * 100.0,
        }
    }
}
