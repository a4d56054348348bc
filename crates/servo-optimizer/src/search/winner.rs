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
    let judged = judge(view);
    let baseline = judged.iter().find(|judged| Some(&judged.ranked.point) == view.baseline());
    let mut ranked: Vec<Ranked> = judged
        .iter()
        .filter(|judged| is_better(view, judged, baseline))
        .map(|judged| judged.ranked.clone())
        .collect();
    ranked.sort_by(|left, right| {
        let sure = |ranked: &Ranked| ranked.feasible_probability >= CONFIDENCE;
        let by_objective = left.objective_mean.total_cmp(&right.objective_mean);
        let by_probability = right.feasible_probability.total_cmp(&left.feasible_probability);
        let within = if sure(left) { by_objective } else { by_probability };
        sure(right).cmp(&sure(left)).then(within).then(left.point.cmp(&right.point))
    });
    ranked
}

/// A measured point with the belief about its objective in the unit of the model.
struct Judged {
    ranked: Ranked,
    objective: Prediction,
}

fn judge(view: &View<'_>) -> Vec<Judged> {
    let tally = Tally::new(view);
    let belief = Belief::new(view);
    let model = ObjectiveModel::new(view);
    let points: Vec<Point> = tally.measured().map(|(point, _)| point.clone()).collect();
    let judged = tally.measured().zip(model.predict(&points)).map(|((point, trials), objective)| {
        // A model smooths over a cliff, and a few lucky readings fool a mean: both have to agree.
        let holds = belief.holds(point).min(belief.holds_by_evidence(&trials.constraints));
        let restored = model.restore(objective);
        let ranked = Ranked {
            point: point.clone(),
            objective_mean: restored.mean,
            objective_sd: restored.sd,
            feasible_probability: holds * trials.run_probability(),
            measurements: trials.measurements(),
        };
        Judged { ranked, objective }
    });
    judged.collect()
}

fn is_better(view: &View<'_>, judged: &Judged, baseline: Option<&Judged>) -> bool {
    let objective = judged.objective;
    match baseline {
        Some(baseline) if judged.ranked.point == baseline.ranked.point => false,
        Some(baseline) if baseline.ranked.feasible_probability >= 0.5 => match view.objective {
            Objective::Known(_) => objective.mean < baseline.objective.mean,
            Objective::Measured => {
                let sd = objective.sd.hypot(baseline.objective.sd).max(f64::MIN_POSITIVE);
                normal::cumulative((baseline.objective.mean - objective.mean) / sd) >= CONFIDENCE
            }
        },
        _ => objective.mean.is_finite(),
    }
}
