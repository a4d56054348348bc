//! The improvement to expect of a trial, over an incumbent that is itself only believed to be feasible.

use super::{Belief, ObjectiveModel};
use crate::lattice::Point;
use crate::search::{Objective, Tally, View};
use crate::surrogate::normal;

/// An expected improvement below this share of what is to be improved is not worth a trial.
const NEGLIGIBLE: f64 = 1e-5;

/// Scores candidates by the logarithm of their expected constrained improvement.
pub(crate) struct Acquisition<'a> {
    belief: Belief<'a>,
    objective: ObjectiveModel<'a>,
    incumbents: Vec<Incumbent>,
    leader: Option<Point>,
}

/// A value that may turn out to be the best feasible one.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Incumbent {
    value: f64,
    /// Probability that this is the best feasible value of those tried.
    weight: f64,
}

impl<'a> Acquisition<'a> {
    pub(crate) fn new(view: &View<'a>, tally: &Tally<'a>) -> Self {
        let belief = Belief::new(view);
        let objective = ObjectiveModel::new(view);
        let points: Vec<Point> = tally.measured().map(|(point, _)| point.clone()).collect();
        let values = objective.predict(&points).into_iter().map(|belief| belief.mean);
        let tried = tally.measured().zip(values);
        let tried =
            tried.map(|((point, trials), value)| (value, belief.holds(point) * trials.run_probability()));
        let tried: Vec<(f64, f64)> = tried.filter(|(value, _)| value.is_finite()).collect();
        let incumbents = incumbents(tried);
        // An exact objective has one incumbent per tried point; integrating a modelled one over all of them would
        // only blur what its own spread already says, so there the most probable stands for all.
        let incumbents = match view.objective {
            Objective::Known(_) => incumbents,
            Objective::Measured => most_probable(&incumbents),
        };
        let leader = leader(&points, &objective, &incumbents);
        Self { belief, objective, incumbents, leader }
    }

    /// Returns for each point ln(expected improvement), in the unit of the objective's model; negative infinity where
    /// none is possible.
    pub(crate) fn log_expected_improvements(&self, points: &[Point]) -> Vec<f64> {
        let gains: Vec<f64> = self
            .objective
            .predict(points)
            .iter()
            .map(|belief| self.log_gain(belief.mean, belief.sd))
            .collect();
        // Feasibility is the expensive part: only where there is something to gain.
        let promising: Vec<usize> = (0..points.len()).filter(|&i| gains[i] > f64::NEG_INFINITY).collect();
        let chosen: Vec<Point> = promising.iter().map(|&i| points[i].clone()).collect();
        let mut scores = vec![f64::NEG_INFINITY; points.len()];
        for (i, probability) in promising.into_iter().zip(self.belief.feasible(&chosen)) {
            scores[i] = gains[i] + probability.ln();
        }
        scores
    }

    /// Returns the point that is most probably the best feasible one.
    pub(crate) fn leader(&self) -> Option<&Point> {
        self.leader.as_ref()
    }

    /// Returns the score at and below which a trial is not worth making.
    pub(crate) fn negligible(&self) -> f64 {
        match (&self.objective, most_probable(&self.incumbents).first()) {
            (ObjectiveModel::Known(_), Some(best)) => (NEGLIGIBLE * best.value.abs()).ln(),
            _ => f64::NEG_INFINITY,
        }
    }

    fn log_gain(&self, mean: f64, sd: f64) -> f64 {
        if !mean.is_finite() {
            return f64::NEG_INFINITY;
        }
        if self.incumbents.is_empty() {
            // Nothing feasible is known: any feasible point is a gain, whatever it costs.
            return 0.0;
        }
        if sd > 0.0 {
            let excess = |incumbent: &Incumbent| {
                let z = (incumbent.value - mean) / sd;
                incumbent.weight.ln() + sd.ln() + normal::log_expected_excess(z)
            };
            return self.incumbents.iter().map(excess).fold(f64::NEG_INFINITY, f64::max);
        }
        let gain = |incumbent: &Incumbent| incumbent.weight * (incumbent.value - mean).max(0.0);
        self.incumbents.iter().map(gain).sum::<f64>().ln()
    }
}

/// Weighs each tried value by the probability that it is feasible and everything better is not, taken as independent
/// (the noisy expected improvement of Letham et al., *Bayesian Analysis* 14(2), 2019, without its sampling).
///
/// What remains goes to the worst value: if none of the better ones holds, at least that much is to be gained.
fn incumbents(mut tried: Vec<(f64, f64)>) -> Vec<Incumbent> {
    tried.sort_by(|(left, _), (right, _)| left.total_cmp(right));
    let mut remaining = 1.0;
    let mut incumbents = Vec::with_capacity(tried.len());
    for (value, probability) in tried {
        incumbents.push(Incumbent { value, weight: remaining * probability });
        remaining *= 1.0 - probability;
    }
    if remaining > 0.5 {
        return Vec::new();
    }
    if let Some(last) = incumbents.last_mut() {
        last.weight += remaining;
    }
    incumbents
}

fn leader(points: &[Point], objective: &ObjectiveModel<'_>, incumbents: &[Incumbent]) -> Option<Point> {
    let best = most_probable(incumbents).first()?.value;
    let values = objective.predict(points);
    points
        .iter()
        .zip(values)
        .find(|(_, belief)| belief.mean.total_cmp(&best).is_eq())
        .map(|(point, _)| point.clone())
}

fn most_probable(incumbents: &[Incumbent]) -> Vec<Incumbent> {
    let best = incumbents.iter().max_by(|left, right| left.weight.total_cmp(&right.weight));
    best.map(|best| Incumbent { value: best.value, weight: 1.0 }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubtful_incumbent_shares_its_weight_with_the_next() {
        let weights: Vec<f64> = incumbents(vec![(5.0, 1.0), (3.0, 0.5)]).iter().map(|i| i.weight).collect();
        assert_eq!(weights, vec![0.5, 0.5]);
    }

    #[test]
    fn nothing_feasible_is_no_incumbent() {
        assert_eq!(incumbents(vec![(5.0, 0.1), (3.0, 0.1)]), vec![]);
        assert_eq!(incumbents(vec![]), vec![]);
    }
}
