//! The covariance of two points: additive structure, interactions, and one direction across all axes.

use super::cholesky::dot;
use crate::lattice::{Lattice, Point};

/// The sum of two kernels: one over the axes, one across them.
///
/// The first, with m the correlation along one axis, is the product over the axes of (1 + θ m) / (1 + θ): the ANOVA
/// kernel (Stitson et al. 1999; Durrande et al. 2012). A small θ makes it nearly additive, which is what a few trials
/// can learn over many axes; a large θ makes it the usual product.
///
/// The second compares points by one learned projection, so that it models a function of a weighted sum of the encoded
/// axes. What a service can carry is a product of powers of what it is given, cores times replicas say, so on log scales
/// its saturation is such a function: the edge runs askew to every axis, which the first kernel alone learns slowly.
#[derive(Debug, Clone)]
pub(crate) struct Kernel {
    /// One per axis, in units of the encoded axis.
    pub(crate) length_scales: Vec<f64>,
    /// θ.
    pub(crate) interaction: f64,
    /// The variance of the second kernel in units of the first one's.
    pub(crate) ridge: f64,
    /// Weights of the projection, one per [feature](features).
    pub(crate) projection: Vec<f64>,
    /// Which axes are ordered; the others compare categories.
    pub(crate) ordered: Vec<bool>,
}

/// Categories of axes with more of them than this do not enter the projection: too many weights to learn.
const PROJECTED_CATEGORIES: u32 = 8;

/// Returns what the projection weighs: the position along each ordered axis and an indicator of each category.
pub(crate) fn features(lattice: &Lattice, point: &Point) -> Vec<f64> {
    let mut features = Vec::new();
    for (axis, &level) in point.0.iter().enumerate() {
        if lattice.is_ordered(axis) {
            features.push(lattice.encode_level(axis, level));
        } else if lattice.levels(axis) <= PROJECTED_CATEGORIES {
            features.extend((0..lattice.levels(axis)).map(|category| f64::from(u8::from(category == level))));
        }
    }
    features
}

impl Kernel {
    /// Returns the factor that the axis contributes to the covariance of two points at `distance` along it.
    pub(crate) fn factor(&self, axis: usize, distance: f64) -> f64 {
        let (value, _) = self.correlation(axis, distance);
        (1.0 + self.interaction * value) / (1.0 + self.interaction)
    }

    /// Returns the axis's factor, its logarithm's derivative by the log length scale and by the log of θ.
    pub(crate) fn factor_with_slopes(&self, axis: usize, distance: f64) -> (f64, f64, f64) {
        let theta = self.interaction;
        let (value, slope) = self.correlation(axis, distance);
        let mixed = 1.0 + theta * value;
        let by_theta = theta * value / mixed - theta / (1.0 + theta);
        (mixed / (1.0 + theta), theta * slope / mixed, by_theta)
    }

    /// Returns the second kernel's covariance of two points whose projections differ by `difference`, and its
    /// derivative by the difference.
    pub(crate) fn across(&self, difference: f64) -> (f64, f64) {
        let root = 5.0_f64.sqrt() * difference.abs();
        let decay = (-root).exp();
        let slope = -5.0 / 3.0 * difference * (1.0 + root) * decay;
        (self.ridge * (1.0 + root + root * root / 3.0) * decay, self.ridge * slope)
    }

    /// Returns the position of features along the projection.
    pub(crate) fn project(&self, features: &[f64]) -> f64 {
        dot(&self.projection, features)
    }

    /// Returns the variance of any point.
    pub(crate) fn variance(&self) -> f64 {
        1.0 + self.ridge
    }

    /// Returns the correlation along one axis and its derivative by the log of the length scale: Matérn 5/2 for an
    /// ordered axis, and for categories the exponential of the Hamming distance.
    fn correlation(&self, axis: usize, distance: f64) -> (f64, f64) {
        let scaled = distance / self.length_scales[axis];
        if self.ordered[axis] {
            let root = 5.0_f64.sqrt() * scaled;
            let decay = (-root).exp();
            ((1.0 + root + root * root / 3.0) * decay, root * root * (1.0 + root) * decay / 3.0)
        } else {
            let decay = (-scaled).exp();
            (decay, scaled * decay)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kernel(length_scale: f64, interaction: f64, ordered: bool) -> Kernel {
        Kernel {
            length_scales: vec![length_scale],
            interaction,
            ridge: 0.5,
            projection: vec![1.0],
            ordered: vec![ordered],
        }
    }

    #[test]
    fn a_point_is_fully_correlated_with_itself() {
        assert!((kernel(0.3, 2.0, true).factor(0, 0.0) - 1.0).abs() < 1e-12);
        assert!((kernel(0.3, 2.0, false).factor(0, 0.0) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn slopes_agree_with_finite_differences(
            length in 0.05..5.0f64, theta in 0.05..20.0f64, distance in 0.0..1.0f64, ordered: bool
        ) {
            let (_, by_length, by_theta) = kernel(length, theta, ordered).factor_with_slopes(0, distance);
            let step: f64 = 1e-5;
            let log_factor = |l: f64, t: f64| kernel(length * l.exp(), theta * t.exp(), ordered).factor(0, distance).ln();
            let difference = |l: f64, t: f64| (log_factor(l, t) - log_factor(-l, -t)) / (2.0 * step);
            prop_assert!((by_length - difference(step, 0.0)).abs() < 1e-6);
            prop_assert!((by_theta - difference(0.0, step)).abs() < 1e-6);
        }
    }
}
