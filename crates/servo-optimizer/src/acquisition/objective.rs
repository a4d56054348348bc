//! The objective as it is modelled: exact, or learned from noisy measurements.

use crate::lattice::Point;
use crate::search::{Objective, Outcome, View};
use crate::surrogate::warp::{median, quantile};
use crate::surrogate::{GaussianProcess, Prediction};

/// Positive measurements that span at least this ratio are compared by ratios.
const LOG_SCALE_RATIO: f64 = 4.0;

/// What is believed about the objective.
pub(crate) enum ObjectiveModel<'a> {
    /// The function itself.
    Known(&'a (dyn Fn(&Point) -> f64 + Sync)),
    /// A process over transformed measurements.
    Measured {
        /// Where measurements and model meet.
        scale: Scale,
        /// The model, in the transformed unit.
        process: Box<GaussianProcess<'a>>,
    },
}

/// A monotone transformation that gives a regression the differences which matter: among the good points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    logarithmic: bool,
    centre: f64,
    /// Beyond this far above the centre the values are compressed.
    bend: f64,
}

impl<'a> ObjectiveModel<'a> {
    /// Fits the model, where the objective needs one.
    pub(crate) fn new(view: &View<'a>) -> Self {
        match view.objective {
            Objective::Known(function) => Self::Known(function),
            Objective::Measured => {
                let values: Vec<f64> = measured(view).map(|(_, value)| value).collect();
                let scale = Scale::of(&values);
                let transformed = measured(view).map(|(point, value)| (point, scale.apply(value)));
                Self::Measured { scale, process: Box::new(GaussianProcess::fit(view.lattice, transformed)) }
            }
        }
    }

    /// Returns the belief about each point in the unit of the model; an exact value has no spread.
    pub(crate) fn predict(&self, points: &[Point]) -> Vec<Prediction> {
        match self {
            Self::Known(function) => {
                points.iter().map(|point| Prediction { mean: function(point), sd: 0.0 }).collect()
            }
            Self::Measured { process, .. } => process.predict(points),
        }
    }

    /// Brings a belief back to the objective's own unit.
    pub(crate) fn restore(&self, belief: Prediction) -> Prediction {
        match self {
            Self::Known(_) => belief,
            Self::Measured { scale, .. } => {
                let (low, high) =
                    (scale.invert(belief.mean - belief.sd), scale.invert(belief.mean + belief.sd));
                Prediction { mean: scale.invert(belief.mean), sd: 0.5 * (high - low) }
            }
        }
    }
}

fn measured<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a Point, f64)> {
    view.observations.iter().filter_map(|seen| match &seen.outcome {
        Outcome::Measured { objective, .. } if objective.is_finite() => Some((&seen.point, *objective)),
        _ => None,
    })
}

impl Scale {
    fn of(values: &[f64]) -> Self {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let logarithmic = low > 0.0 && high / low >= LOG_SCALE_RATIO;
        let scaled: Vec<f64> =
            values.iter().map(|value| if logarithmic { value.ln() } else { *value }).collect();
        let centre = median(scaled.clone()).unwrap_or(0.0);
        let good = quantile(scaled, 0.1).unwrap_or(0.0);
        let bend = 2.0 * (centre - good);
        Self { logarithmic, centre, bend: if bend > 0.0 && bend.is_finite() { bend } else { f64::INFINITY } }
    }

    fn apply(&self, value: f64) -> f64 {
        let above = (if self.logarithmic { value.ln() } else { value }) - self.centre;
        if above > 0.0 && self.bend.is_finite() { self.bend * (above / self.bend).asinh() } else { above }
    }

    fn invert(&self, transformed: f64) -> f64 {
        let bent = transformed > 0.0 && self.bend.is_finite();
        let above = if bent { self.bend * (transformed / self.bend).sinh() } else { transformed };
        let value = self.centre + above;
        if self.logarithmic { value.exp() } else { value }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_scale_is_monotone_and_inverts(
            seen in prop::collection::vec(-1e3..1e3f64, 0..8), a in 1e-3..1e3f64, b in 1e-3..1e3f64
        ) {
            let scale = Scale::of(&seen);
            prop_assert!(scale.apply(a.min(b)) <= scale.apply(a.max(b)));
            prop_assert!((scale.invert(scale.apply(a)) - a).abs() < 1e-6 * a.max(1.0));
        }
    }
}
