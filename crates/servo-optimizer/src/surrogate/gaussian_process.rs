//! A Gaussian process over a lattice: what observations say about every other point.

use super::cholesky::{LANES, dot};
use super::evidence::{Evidence, VARIANCE_PRIOR};
use super::fit::{Fitted, fit};
use super::kernel::features;
use super::normal;
use crate::lattice::{Lattice, Point};

/// What is believed about the noise-free value at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prediction {
    pub(crate) mean: f64,
    /// Standard deviation of the belief; the noise of a measurement is not part of it.
    pub(crate) sd: f64,
}

/// A regression with learned length scales and noise.
#[derive(Debug)]
pub(crate) struct GaussianProcess<'a> {
    lattice: &'a Lattice,
    points: Vec<&'a Point>,
    /// Where each observed point lies along the kernel's projection.
    positions: Vec<f64>,
    /// Centre and unit of the standardized values.
    centre: f64,
    unit: f64,
    fitted: Option<Fitted>,
}

impl<'a> GaussianProcess<'a> {
    /// Fits a process to the values at the points; pairs with a value that is not finite are left out.
    ///
    /// With no observation left, or none that a kernel can explain, it predicts their centre with a wide spread.
    pub(crate) fn fit(
        lattice: &'a Lattice,
        observations: impl IntoIterator<Item = (&'a Point, f64)>,
    ) -> Self {
        let usable = |(point, value): &(&Point, f64)| value.is_finite() && lattice.contains(point);
        let (points, values): (Vec<&Point>, Vec<f64>) = observations.into_iter().filter(usable).unzip();
        let count = values.len().max(1) as f64;
        let centre = values.iter().map(|value| value / count).sum::<f64>();
        let spread = values.iter().map(|value| (value - centre).powi(2) / count).sum::<f64>().sqrt();
        let unit = if spread.is_finite() && spread > 1e-9 * centre.abs().max(1e-9) { spread } else { 1.0 };
        let standardized: Vec<f64> = values.iter().map(|value| (value - centre) / unit).collect();
        let evidence = Evidence::new(lattice, &points, &standardized);
        let fitted = if points.is_empty() { None } else { fit(&evidence) };
        let project =
            |point: &&Point| fitted.as_ref().map_or(0.0, |f| f.kernel.project(&features(lattice, point)));
        let positions = points.iter().map(project).collect();
        Self { lattice, points, positions, centre, unit, fitted }
    }

    /// Returns the standard deviation of the noise in one observation.
    pub(crate) fn noise_sd(&self) -> f64 {
        self.fitted.as_ref().map_or(self.unit, |f| (f.noise * f.explained.variance).sqrt() * self.unit)
    }

    /// Returns for each point the probability that its noise-free value is at most zero.
    ///
    /// Since the variance is itself learned, the tails are those of Student's distribution.
    pub(crate) fn below_zero(&self, points: &[Point]) -> Vec<f64> {
        let degrees = self.points.len() as f64 + VARIANCE_PRIOR;
        let probability = |belief: Prediction| {
            normal::cumulative_t(-belief.mean / belief.sd.max(f64::MIN_POSITIVE), degrees)
        };
        self.predict(points).into_iter().map(probability).collect()
    }

    /// Predicts the noise-free value at each of the points.
    pub(crate) fn predict(&self, points: &[Point]) -> Vec<Prediction> {
        let Some(fitted) = &self.fitted else {
            return vec![Prediction { mean: self.centre, sd: self.unit }; points.len()];
        };
        let factors = FactorTables::new(self, fitted, points);
        points.chunks(LANES).flat_map(|chunk| self.predict_chunk(fitted, &factors, chunk)).collect()
    }

    fn predict_chunk(&self, fitted: &Fitted, factors: &FactorTables, chunk: &[Point]) -> Vec<Prediction> {
        let explained = &fitted.explained;
        let mut columns = vec![[0.0; LANES]; self.points.len()];
        let mut predictions = Vec::with_capacity(chunk.len());
        let mut leftovers = [0.0; LANES];
        let certainty: f64 = explained.ones.iter().sum();
        for (lane, point) in chunk.iter().enumerate() {
            let position = fitted.kernel.project(&features(self.lattice, point));
            let mut covariance = factors.covariance(point);
            for (entry, other) in covariance.iter_mut().zip(&self.positions) {
                *entry += fitted.kernel.across(position - other).0;
            }
            predictions.push(explained.mean + dot(&covariance, &explained.weights));
            // What the observations do not say about the mean adds to the variance (universal kriging).
            let unexplained = 1.0 - dot(&covariance, &explained.ones);
            leftovers[lane] = unexplained * unexplained / certainty.max(f64::MIN_POSITIVE);
            columns.iter_mut().zip(&covariance).for_each(|(row, &value)| row[lane] = value);
        }
        let known = explained.factor.whiten(&mut columns);
        let variance = |lane: usize| {
            explained.variance * (fitted.kernel.variance() - known[lane]).max(1e-9)
                + explained.variance * leftovers[lane]
        };
        let scale = |(lane, &mean): (usize, &f64)| Prediction {
            mean: self.centre + self.unit * mean,
            sd: self.unit * variance(lane).sqrt(),
        };
        predictions.iter().enumerate().map(scale).collect()
    }
}

/// For each axis, the kernel's factor between every level that occurs and every observation: a candidate's
/// covariances are then products of rows, without an exponential.
struct FactorTables {
    observations: usize,
    axes: Vec<(Vec<u32>, Vec<f64>)>,
}

impl FactorTables {
    fn new(process: &GaussianProcess<'_>, fitted: &Fitted, points: &[Point]) -> Self {
        let table = |axis: usize| {
            let mut levels: Vec<u32> = points.iter().filter_map(|point| point.0.get(axis).copied()).collect();
            levels.sort_unstable();
            levels.dedup();
            let observed = || process.points.iter().map(|point| point.0[axis]);
            let distance = |(level, other)| process.lattice.axis_distance(axis, level, other);
            let pairs = levels.iter().flat_map(|&level| observed().map(move |other| (level, other)));
            let factors = pairs.map(distance).map(|distance| fitted.kernel.factor(axis, distance)).collect();
            (levels, factors)
        };
        Self {
            observations: process.points.len(),
            axes: (0..process.lattice.dimensions()).map(table).collect(),
        }
    }

    fn covariance(&self, point: &Point) -> Vec<f64> {
        let mut covariance = vec![1.0; self.observations];
        for ((levels, factors), level) in self.axes.iter().zip(&point.0) {
            let Ok(row) = levels.binary_search(level) else {
                continue;
            };
            let factors = &factors[row * self.observations..(row + 1) * self.observations];
            covariance.iter_mut().zip(factors).for_each(|(product, factor)| *product *= factor);
        }
        covariance
    }
}

#[cfg(test)]
mod tests;
