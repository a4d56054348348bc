//! Keeps the search near the best point while little is known: with many axes a model is blind far from its data.

use super::{Objective, Outcome, View};
use crate::lattice::{Lattice, Point};

/// Fewer axes than this are searched as a whole: there the model's additive part sees far enough.
const MANY_AXES: usize = 9;
/// In units of the encoded axes, of which each is one long.
const FIRST_RADIUS: f64 = 0.35;
const SMALLEST_RADIUS: f64 = 0.1;
const GROWTH: f64 = 1.5;

/// A box around the best feasible point found so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrustRegion {
    centre: Point,
    radius: f64,
}

impl TrustRegion {
    /// Works out the region from the history: it grows with each improvement and shrinks after as many trials without
    /// one as there are axes (Eriksson et al., "Scalable Global Optimization via Local Bayesian Optimization",
    /// `NeurIPS` 2019). None where the whole space is to be searched.
    pub(super) fn replay(view: &View<'_>) -> Option<Self> {
        let axes = view.lattice.dimensions();
        if axes < MANY_AXES {
            return None;
        }
        let mut best: Option<(&Point, f64)> = None;
        let (mut radius, mut failures) = (FIRST_RADIUS, 0);
        for seen in view.observations.iter().filter(|seen| view.lattice.contains(&seen.point)) {
            let value = feasible_value(view, &seen.point, &seen.outcome);
            match value.filter(|value| best.is_none_or(|(_, best)| *value < best)) {
                Some(value) => {
                    if best.is_some() {
                        radius = (radius * GROWTH).min(1.0);
                    }
                    best = Some((&seen.point, value));
                    failures = 0;
                }
                None => failures += 1,
            }
            if failures >= axes.max(4) {
                radius /= GROWTH;
                failures = 0;
            }
            // So small a box is exhausted: look further afield again.
            if radius < SMALLEST_RADIUS {
                radius = 1.0;
            }
        }
        best.map(|(centre, _)| Self { centre: centre.clone(), radius })
    }

    pub(super) fn centre(&self) -> &Point {
        &self.centre
    }

    /// Tells whether the point lies inside: one step along an axis always does, and a small region lets at most one
    /// category change.
    pub(super) fn contains(&self, lattice: &Lattice, point: &Point) -> bool {
        let mut changed_categories = 0;
        for (axis, (&centre, &level)) in self.centre.0.iter().zip(&point.0).enumerate() {
            if !lattice.is_ordered(axis) {
                changed_categories += usize::from(centre != level);
            } else if centre.abs_diff(level) > 1 && lattice.axis_distance(axis, centre, level) > self.radius {
                return false;
            }
        }
        changed_categories <= 1 || self.radius > 0.5
    }
}

/// Returns the objective of a trial that held every constraint.
fn feasible_value(view: &View<'_>, point: &Point, outcome: &Outcome) -> Option<f64> {
    let Outcome::Measured { objective, constraints } = outcome else {
        return None;
    };
    let value = match view.objective {
        Objective::Known(function) => function(point),
        Objective::Measured => *objective,
    };
    (value.is_finite() && constraints.iter().all(|constraint| *constraint <= 0.0)).then_some(value)
}
