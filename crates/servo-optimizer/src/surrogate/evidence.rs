//! How well a kernel explains observations: the posterior density of its parameters, with its gradient.

use super::cholesky::{Cholesky, dot};
use super::descent::Evaluated;
use super::kernel::Kernel;
use crate::lattice::{Lattice, Point};

/// Weight of the prior on the process variance, in observations of a unit variance.
pub(super) const VARIANCE_PRIOR: f64 = 2.0;

/// A normal prior on the logarithm of a parameter.
#[derive(Debug, Clone, Copy)]
struct Prior {
    mean: f64,
    sd: f64,
}

/// Observations, standardized, with the distances between their points along each axis.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    values: &'a [f64],
    ordered: Vec<bool>,
    /// For each axis the lower triangle of distances, row by row, without the diagonal.
    distances: Vec<Vec<f64>>,
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
        Self { values, distances: axes.map(along).collect(), priors: priors(&ordered), ordered }
    }

    /// Returns the most plausible parameters before any observation.
    pub(super) fn prior_means(&self) -> Vec<f64> {
        self.priors.iter().map(|prior| prior.mean).collect()
    }

    /// Reads the kernel and the ratio of the noise variance to the process variance from the parameters: logarithms
    /// of the length scales, of θ and of the ratio.
    pub(super) fn kernel(&self, parameters: &[f64]) -> Option<(Kernel, f64)> {
        let axes = self.ordered.len();
        let length_scales: Vec<f64> = parameters.get(..axes)?.iter().map(|log| log.exp()).collect();
        let interaction = parameters.get(axes)?.exp();
        let noise = parameters.get(axes + 1)?.exp();
        let sensible = |value: &f64| value.is_finite() && *value > 1e-8 && *value < 1e8;
        let all = length_scales.iter().all(sensible) && sensible(&interaction) && sensible(&noise);
        all.then(|| (Kernel { length_scales, interaction, ordered: self.ordered.clone() }, noise))
    }

    /// Factors the covariance; none when it is numerically singular.
    pub(super) fn explain(&self, kernel: &Kernel, noise: f64) -> Option<Explained> {
        let mut rows = self.correlations(kernel);
        rows.iter_mut().filter_map(|row| row.last_mut()).for_each(|diagonal| *diagonal += noise);
        let factor = Cholesky::new(rows)?;
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
        let mut gradient = vec![0.0; axes + 2];
        let mut slopes = vec![0.0; axes];
        let mut pair = 0;
        for i in 0..alpha.len() {
            for j in 0..i {
                let (mut correlation, mut by_interaction) = (1.0, 0.0);
                for (axis, slope) in slopes.iter_mut().enumerate() {
                    let (factor, by_length, by_theta) = kernel.factor_with_slopes(axis, self.distances[axis][pair]);
                    correlation *= factor;
                    by_interaction += by_theta;
                    *slope = by_length;
                }
                // Each pair stands for two entries of the symmetric matrix, which cancels the half.
                let scale = excess(i, j) * correlation;
                gradient.iter_mut().zip(&slopes).for_each(|(total, slope)| *total += scale * slope);
                gradient[axes] += scale * by_interaction;
                pair += 1;
            }
            gradient[axes + 1] += 0.5 * noise * excess(i, i);
        }
        gradient
    }

    fn correlations(&self, kernel: &Kernel) -> Vec<Vec<f64>> {
        let mut pair = 0;
        let mut rows = Vec::with_capacity(self.values.len());
        for i in 0..self.values.len() {
            let mut row = Vec::with_capacity(i + 1);
            for _ in 0..i {
                let factors = self.distances.iter().enumerate();
                row.push(factors.map(|(axis, along)| kernel.factor(axis, along[pair])).product());
                pair += 1;
            }
            row.push(1.0);
            rows.push(row);
        }
        rows
    }
}

/// Settings matter over about half their range, categories differ about as much as they agree, axes interact about as
/// much as they add up, and the noise is about a tenth of the variation: each within a factor of a few.
fn priors(ordered: &[bool]) -> Vec<Prior> {
    let length = |&ordered: &bool| Prior { mean: if ordered { 0.6_f64.ln() } else { 0.0 }, sd: 1.0 };
    let interaction = Prior { mean: 0.0, sd: 1.0 };
    let noise = Prior { mean: 0.01_f64.ln(), sd: 1.5 };
    ordered.iter().map(length).chain([interaction, noise]).collect()
}
