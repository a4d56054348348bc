//! The configuration that is named as the best, and how sure that is.

use super::ledger::Ledger;
use super::plan::Plan;
use crate::lattice::Point;
use crate::search::Ranked;
use crate::surrogate::normal;

/// The configuration that is named as the best.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Winner {
    pub(super) point: Point,
    /// Its first trial.
    pub(super) first: u32,
    /// How probable it is that it holds every condition and is better than the baseline.
    pub(super) confidence: f64,
}

impl Winner {
    /// Names what the search settled on. None where it was not measured again, although repeats are wanted: then the
    /// budget was too small to believe it.
    pub(super) fn of(ranked: &Ranked, plan: &Plan, ledger: &Ledger, repeats: u32) -> Option<Self> {
        if ranked.measurements < repeats.min(2) as usize || ranked.point == *plan.space.baseline() {
            return None;
        }
        let confidence = (ranked.feasible_probability * better(ranked, plan, ledger)).clamp(0.0, 1.0);
        Some(Self { point: ranked.point.clone(), first: ledger.first(&ranked.point)?, confidence })
    }
}

/// Gives the probability that the objective is better than the baseline's; certain where both are known, and where the
/// baseline violates a condition.
fn better(ranked: &Ranked, plan: &Plan, ledger: &Ledger) -> f64 {
    let baseline: Vec<(f64, &[f64])> = ledger.measured(plan.space.baseline()).collect();
    let count = baseline.len() as f64;
    let violated = (0..plan.slo.conditions().len()).any(|index| {
        let values = baseline.iter().filter_map(|(_, constraints)| constraints.get(index));
        values.sum::<f64>() > 0.0
    });
    if plan.objective.is_known() || violated || baseline.is_empty() || ranked.objective_sd <= 0.0 {
        return 1.0;
    }
    let mean = baseline.iter().map(|(objective, _)| objective).sum::<f64>() / count;
    // The baseline is as noisy as the winner, and was measured less often or more.
    let baseline_sd = ranked.objective_sd * (ranked.measurements as f64 / count).sqrt();
    normal::cumulative((mean - ranked.objective_mean) / ranked.objective_sd.hypot(baseline_sd))
}
