//! Which tried point to name: by the evidence of its own measurements together with the models.

use super::{Objective, Tally, View};
use crate::acquisition::{Belief, ObjectiveModel};
use crate::lattice::Point;
use crate::surrogate::{Prediction, normal};

/// A point is named only when it holds the constraints with at least this probability.
pub const CONFIDENCE: f64 = 0.9;

/// A tried point and what is believed about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The point.
    pub point: Point,
    /// The objective: exact where it is known, else what model and measurements make of it.
    pub objective_mean: f64,
    /// Standard deviation of that belief; zero where the objective is known.
    pub objective_sd: f64,
    /// Probability that it runs and holds every constraint, free of noise.
    pub feasible_probability: f64,
    /// How often it was measured.
    pub measurements: usize,
}

/// Ranks the points that were measured and are better than the baseline, best first: those that hold the constraints
/// with [`CONFIDENCE`] by their objective, and after them the others by their probability to hold.
///
/// A point is better than a baseline that holds the constraints when its objective is lower (with the same confidence
/// where it is measured), and better than one that does not when it holds them.
pub fn rank(view: &View<'_>) -> Vec<Ranked> {
    let tally = Tally::new(view);
    let belief = Belief::new(view);
    let model = ObjectiveModel::new(view);
    let judged: Vec<(Ranked, Prediction)> = tally
        .measured()
        .map(|(point, trials)| {
            let by_model = belief.holds(point);
            let by_evidence = belief.holds_by_evidence(&trials.constraints);
            let objective = model.predict(std::slice::from_ref(point))[0];
            let restored = model.restore(objective);
            let ranked = Ranked {
                point: point.clone(),
                objective_mean: restored.mean,
                objective_sd: restored.sd,
                feasible_probability: by_model.min(by_evidence) * trials.run_probability(),
                measurements: trials.measurements(),
            };
            (ranked, objective)
        })
        .collect();
    let baseline = judged.iter().find(|(ranked, _)| Some(&ranked.point) == view.baseline()).cloned();
    let better = |(ranked, objective): &(Ranked, Prediction)| match &baseline {
        Some((baseline, _)) if ranked.point == baseline.point => false,
        Some((baseline, reference)) if baseline.feasible_probability >= 0.5 => match view.objective {
            Objective::Known(_) => objective.mean < reference.mean,
            Objective::Measured => {
                let sd = objective.sd.hypot(reference.sd).max(f64::MIN_POSITIVE);
                normal::cumulative((reference.mean - objective.mean) / sd) >= CONFIDENCE
            }
        },
        _ => objective.mean.is_finite(),
    };
    let mut ranked: Vec<Ranked> =
        judged.iter().filter(|judged| better(judged)).map(|(r, _)| r.clone()).collect();
    ranked.sort_by(|left, right| {
        let sure = |ranked: &Ranked| ranked.feasible_probability >= CONFIDENCE;
        let by_objective = left.objective_mean.total_cmp(&right.objective_mean);
        let by_probability = right.feasible_probability.total_cmp(&left.feasible_probability);
        let within = if sure(left) { by_objective } else { by_probability };
        sure(right).cmp(&sure(left)).then(within).then(left.point.cmp(&right.point))
    });
    ranked
}
