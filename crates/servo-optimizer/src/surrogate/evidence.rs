//! How well a kernel explains observations: the posterior density of its parameters, with its gradient.

use super::cholesky::{Cholesky, dot};
use super::descent::Evaluated;
use super::kernel::{Kernel, features};
use crate::lattice::{Lattice, Point};

/// Weight of the prior on the process variance, in observations of a unit variance.
pub(super) const VARIANCE_PRIOR: f64 = 2.0;

/// A normal prior on a parameter: on its logarithm, except for the projection's weights.
#[derive(Debug, Clone, Copy)]
struct Prior {
    mean: f64,
    sd: f64,
}

/// Observations, standardized, with what the kernel needs of their points.
///
/// A vector of parameters holds the logarithms of the length scales, of θ, of the ridge's variance and of the ratio of
/// the noise variance to the process variance, and then the weights of the projection.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    values: &'a [f64],
    ordered: Vec<bool>,
    /// For each axis the lower triangle of distances, row by row, without the diagonal.
    distances: Vec<Vec<f64>>,
    /// Of each point.
    features: Vec<Vec<f64>>,
    priors: Vec<Prior>,
}

/// What the factored covariance says of the observations.
#[derive(Debug)]
pub(super) struct Explained {
    pub(super) factor: Cholesky,
    /// The constant mean, by generalized least squares.
    pub(super) mean: f64,
    /// The process variance, profiled under its prior.
    pub(super) variance: f64,
    /// K⁻¹ (y - mean), with K the correlation plus noise.
    pub(super) weights: Vec<f64>,
    /// K⁻¹ 1.
    pub(super) ones: Vec<f64>,
    residual: f64,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(lattice: &Lattice, points: &[&Point], values: &'a [f64]) -> Self {
        let axes = 0..lattice.dimensions();
        let pairs = || (0..points.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let along = |axis: usize| {
            pairs().map(|(i, j)| lattice.axis_distance(axis, points[i].0[axis], points[j].0[axis])).collect()
        };
        let ordered: Vec<bool> = axes.clone().map(|axis| lattice.is_ordered(axis)).collect();
        let features: Vec<Vec<f64>> = points.iter().map(|point| features(lattice, point)).collect();
        let priors = priors(&ordered, features.first().map_or(0, Vec::len));
        Self { values, distances: axes.map(along).collect(), features, priors, ordered }
    }

    /// Returns the most plausible parameters before any observation, with a projection that follows the correlation
    /// of each feature with the values: all weights at zero would be a saddle.
    pub(super) fn start(&self) -> Vec<f64> {
        let mut start: Vec<f64> = self.priors.iter().map(|prior| prior.mean).collect();
        let count = self.values.len() as f64;
        let first = self.projection_at();
        for (feature, weight) in start[first..].iter_mut().enumerate() {
            let column = || self.features.iter().map(|features| features[feature]);
            let mean = column().sum::<f64>() / count;
            let covariance: f64 = column().zip(self.values).map(|(x, y)| (x - mean) * y).sum();
            let variance: f64 = column().map(|x| (x - mean).powi(2)).sum();
            *weight = (covariance / (variance * count).sqrt().max(1e-6)).clamp(-1.0, 1.0) + 0.05;
        }
        start
    }

    /// Returns the index of the noise among the parameters.
    pub(super) fn noise_at(&self) -> usize {
        self.ordered.len() + 2
    }

    fn projection_at(&self) -> usize {
        self.ordered.len() + 3
    }

    /// Reads the kernel and the noise ratio from the parameters.
    pub(super) fn kernel(&self, parameters: &[f64]) -> Option<(Kernel, f64)> {
        let axes = self.ordered.len();
        let (logarithms, projection) = parameters.split_at_checked(self.projection_at())?;
        let scales: Vec<f64> = logarithms.iter().map(|log| log.exp()).collect();
        let sensible = |value: &f64| value.is_finite() && *value > 1e-8 && *value < 1e8;
        let finite = projection.iter().all(|weight| weight.is_finite());
        let all = scales.iter().all(sensible) && finite;
        all.then(|| {
            let kernel = Kernel {
                length_scales: scales[..axes].to_vec(),
                interaction: scales[axes],
                ridge: scales[axes + 1],
                projection: projection.to_vec(),
                ordered: self.ordered.clone(),
            };
            (kernel, scales[axes + 2])
        })
    }

    /// Factors the covariance; none when it is numerically singular.
    pub(super) fn explain(&self, kernel: &Kernel, noise: f64) -> Option<Explained> {
        let factor = Cholesky::new(self.covariances(kernel, noise))?;
        let ones = factor.solve(&vec![1.0; self.values.len()]);
        let mean = dot(&ones, self.values) / ones.iter().sum::<f64>();
        let centred: Vec<f64> = self.values.iter().map(|value| value - mean).collect();
        let weights = factor.solve(&centred);
        let residual = dot(&weights, &centred) + VARIANCE_PRIOR;
        let variance = residual / (self.values.len() as f64 + VARIANCE_PRIOR);
        let finite = mean.is_finite() && variance.is_finite() && variance > 0.0;
        finite.then_some(Explained { factor, mean, variance, weights, ones, residual })
    }

    /// Returns the negative log posterior of the parameters and its gradient.
    pub(super) fn negative_log_posterior(&self, parameters: &[f64]) -> Evaluated {
        let (kernel, noise) = self.kernel(parameters)?;
        let explained = self.explain(&kernel, noise)?;
        let count = self.values.len() as f64 + VARIANCE_PRIOR;
        let mut value = 0.5 * (count * explained.residual.ln() + explained.factor.log_determinant());
        let mut gradient = self.likelihood_slopes(&kernel, noise, &explained);
        for ((prior, &parameter), slope) in self.priors.iter().zip(parameters).zip(&mut gradient) {
            let deviation = (parameter - prior.mean) / prior.sd;
            value += 0.5 * deviation * deviation;
            *slope += deviation / prior.sd;
        }
        (value.is_finite() && gradient.iter().all(|slope| slope.is_finite())).then_some((value, gradient))
    }

    /// The derivative by each parameter p is half the trace of (K⁻¹ - α αᵀ / σ²) dK/dp (Rasmussen and Williams, 5.9,
    /// with the variance profiled).
    fn likelihood_slopes(&self, kernel: &Kernel, noise: f64, explained: &Explained) -> Vec<f64> {
        let axes = self.ordered.len();
        let inverse = explained.factor.inverse();
        let alpha = &explained.weights;
        let excess = |i: usize, j: usize| inverse[i][j] - alpha[i] * alpha[j] / explained.variance;
        let projected = self.projected(kernel);
        let mut gradient = vec![0.0; self.priors.len()];
        let mut by_length = vec![0.0; axes];
        let mut pulls = vec![0.0; alpha.len()];
        let mut pair = 0;
        for i in 0..alpha.len() {
            for j in 0..i {
                let (mut correlation, mut by_interaction) = (1.0, 0.0);
                for (axis, slope) in by_length.iter_mut().enumerate() {
                    let (factor, length, theta) = kernel.factor_with_slopes(axis, self.distances[axis][pair]);
                    correlation *= factor;
                    by_interaction += theta;
                    *slope = length;
                }
                // Each pair stands for two entries of the symmetric matrix, which cancels the half.
                let weight = excess(i, j);
                gradient.iter_mut().zip(&by_length).for_each(|(total, s)| *total += weight * correlation * s);
                gradient[axes] += weight * correlation * by_interaction;
                let (across, pull) = kernel.across(projected[i] - projected[j]);
                gradient[axes + 1] += weight * across;
                pulls[i] += weight * pull;
                pulls[j] -= weight * pull;
                pair += 1;
            }
            gradient[axes + 1] += 0.5 * excess(i, i) * kernel.ridge;
            gradient[axes + 2] += 0.5 * excess(i, i) * noise;
        }
        for (pull, features) in pulls.iter().zip(&self.features) {
            let slopes = gradient[self.projection_at()..].iter_mut();
            slopes.zip(features).for_each(|(slope, feature)| *slope += pull * feature);
        }
        gradient
    }

    fn covariances(&self, kernel: &Kernel, noise: f64) -> Vec<Vec<f64>> {
        let projected = self.projected(kernel);
        let mut pair = 0;
        let mut rows = Vec::with_capacity(self.values.len());
        for (i, here) in projected.iter().enumerate() {
            let mut row = Vec::with_capacity(i + 1);
            for there in &projected[..i] {
                let factors = self.distances.iter().enumerate();
                let along: f64 = factors.map(|(axis, along)| kernel.factor(axis, along[pair])).product();
                row.push(along + kernel.across(here - there).0);
                pair += 1;
            }
            row.push(kernel.variance() + noise);
            rows.push(row);
        }
        rows
    }

    fn projected(&self, kernel: &Kernel) -> Vec<f64> {
        self.features.iter().map(|features| kernel.project(features)).collect()
    }
}

/// Settings matter over about half their range, categories differ about as much as they agree, axes interact about as
/// much as they add up, one direction explains about as much as all else, and the noise is about a tenth of the
/// variation: each within a factor of a few.
fn priors(ordered: &[bool], features: usize) -> Vec<Prior> {
    let length = |&ordered: &bool| Prior { mean: if ordered { 0.6_f64.ln() } else { 0.0 }, sd: 1.0 };
    let interaction = Prior { mean: 0.0, sd: 1.0 };
    let ridge = Prior { mean: 0.0, sd: 1.0 };
    let noise = Prior { mean: 0.01_f64.ln(), sd: 1.5 };
    let weight = Prior { mean: 0.0, sd: 1.5 };
    let scales = ordered.iter().map(length).chain([interaction, ridge, noise]);
    scales.chain(std::iter::repeat_n(weight, features)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Axis;

    #[test]
    fn the_gradient_agrees_with_finite_differences() {
        let axes = vec![
            Axis::Ordered(vec![1.0, 2.0, 4.0, 9.0]),
            Axis::Categories(3),
            Axis::Ordered(vec![0.0, 1.0, 2.0]),
        ];
        let lattice = Lattice::new(axes).expect("ascending levels");
        let points: Vec<Point> = lattice.points().step_by(5).collect();
        let values: Vec<f64> = (0..points.len()).map(|i| (i as f64 * 1.7).sin()).collect();
        let evidence = Evidence::new(&lattice, &points.iter().collect::<Vec<_>>(), &values);
        let start: Vec<f64> =
            evidence.start().iter().zip(1..).map(|(x, i)| x + 0.1 * f64::from(i % 3)).collect();
        let (_, gradient) = evidence.negative_log_posterior(&start).expect("a sensible start");
        for (parameter, slope) in gradient.iter().enumerate() {
            let at = |step: f64| {
                let mut moved = start.clone();
                moved[parameter] += step;
                evidence.negative_log_posterior(&moved).expect("near a sensible start").0
            };
            let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((slope - difference).abs() < 1e-5, "parameter {parameter}: {slope}, not {difference}");
        }
    }
}
