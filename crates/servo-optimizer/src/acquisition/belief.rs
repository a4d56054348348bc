//! What is believed about whether a point runs and holds the constraints.

use crate::lattice::Point;
use crate::search::{Outcome, View};
use crate::surrogate::warp::Warp;
use crate::surrogate::{GaussianProcess, normal};

/// Models of everything that makes a point infeasible.
#[derive(Debug)]
pub(crate) struct Belief<'a> {
    constraints: Vec<Constraint<'a>>,
    /// Regression on +1 where a configuration ran and -1 where it did not; none while all ran.
    running: Option<GaussianProcess<'a>>,
}

#[derive(Debug)]
struct Constraint<'a> {
    warp: Warp,
    process: GaussianProcess<'a>,
}

impl<'a> Belief<'a> {
    /// Fits the models to all that was observed.
    pub(crate) fn new(view: &View<'a>) -> Self {
        Self {
            constraints: (0..view.n_constraints).map(|index| Constraint::new(view, index)).collect(),
            running: running(view),
        }
    }

    /// Returns for each point the probability that it runs and holds every constraint, free of noise.
    pub(crate) fn feasible(&self, points: &[Point]) -> Vec<f64> {
        let mut probabilities = match &self.running {
            None => vec![1.0; points.len()],
            Some(process) => process.below_zero(points).into_iter().map(|p| 1.0 - p).collect(),
        };
        for constraint in &self.constraints {
            let holds = constraint.process.below_zero(points);
            probabilities.iter_mut().zip(holds).for_each(|(product, p)| *product *= p);
        }
        probabilities
    }

    /// Returns the probability that a point which was measured holds every constraint, running aside.
    pub(crate) fn holds(&self, point: &Point) -> f64 {
        let points = std::slice::from_ref(point);
        let probabilities =
            self.constraints.iter().filter_map(|c| c.process.below_zero(points).first().copied());
        probabilities.product()
    }

    /// Returns the probability that the constraints hold by the point's own measurements alone: their mean against
    /// the noise that the models found.
    pub(crate) fn holds_by_evidence(&self, measurements: &[Vec<f64>]) -> f64 {
        let by_evidence = |(index, constraint): (usize, &Constraint<'_>)| {
            let values = measurements.iter().filter_map(|values| values.get(index));
            let warped: Vec<f64> =
                values.filter(|value| !value.is_nan()).map(|&value| constraint.warp.apply(value)).collect();
            if warped.is_empty() {
                return 0.5;
            }
            let count = warped.len() as f64;
            let mean = warped.iter().sum::<f64>() / count;
            normal::cumulative(-mean * count.sqrt() / constraint.process.noise_sd().max(f64::MIN_POSITIVE))
        };
        self.constraints.iter().enumerate().map(by_evidence).product()
    }
}

impl<'a> Constraint<'a> {
    fn new(view: &View<'a>, index: usize) -> Self {
        let value = |constraints: &[f64]| constraints.get(index).copied().unwrap_or(f64::NAN);
        let values: Vec<(&Point, f64)> =
            measured(view).map(|(point, values)| (point, value(values))).collect();
        let warp = Warp::around_zero(&values.iter().map(|(_, value)| *value).collect::<Vec<f64>>());
        let warped = values.into_iter().filter(|(_, value)| !value.is_nan());
        let warped = warped.map(|(point, value)| (point, warp.apply(value)));
        Self { warp, process: GaussianProcess::fit(view.lattice, warped) }
    }
}

fn measured<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a Point, &'a [f64])> {
    view.observations.iter().filter_map(|seen| match &seen.outcome {
        Outcome::Measured { constraints, .. } => Some((&seen.point, constraints.as_slice())),
        Outcome::Rejected | Outcome::Failed => None,
    })
}

fn running<'a>(view: &View<'a>) -> Option<GaussianProcess<'a>> {
    let rejected = |outcome: &Outcome| matches!(outcome, Outcome::Rejected);
    view.observations.iter().any(|seen| rejected(&seen.outcome)).then(|| {
        let told = view.observations.iter().filter(|seen| seen.outcome != Outcome::Failed);
        let labels = told.map(|seen| (&seen.point, if rejected(&seen.outcome) { -1.0 } else { 1.0 }));
        GaussianProcess::fit(view.lattice, labels)
    })
}
