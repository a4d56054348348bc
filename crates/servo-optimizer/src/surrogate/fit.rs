//! Chooses the parameters of a kernel: the maximum of their posterior density from several starts.

use super::descent::minimize;
use super::evidence::{Evidence, Explained};
use super::kernel::Kernel;

const ITERATIONS: usize = 30;

/// A kernel with what it makes of the observations.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) kernel: Kernel,
    /// Variance of the noise in units of the process variance.
    pub(super) noise: f64,
    pub(super) explained: Explained,
}

/// Fits the kernel; none when not even the prior's most plausible one explains the observations in floating point.
pub(super) fn fit(evidence: &Evidence<'_>) -> Option<Fitted> {
    let prior = evidence.start();
    let density = |parameters: &[f64]| evidence.negative_log_posterior(parameters);
    // The likelihood often has two modes, "a smooth surface with noise" and "a rough one without": start near each.
    let starts = [prior.clone(), rough(&prior, evidence.noise_at())];
    let best = starts
        .iter()
        .filter_map(|start| minimize(density, start, ITERATIONS))
        .min_by(|(left, _), (right, _)| left.total_cmp(right))
        .map_or(prior, |(_, parameters)| parameters);
    let (kernel, noise) = evidence.kernel(&best)?;
    let explained = evidence.explain(&kernel, noise)?;
    Some(Fitted { kernel, noise, explained })
}

fn rough(prior: &[f64], noise_at: usize) -> Vec<f64> {
    let mut rough = prior.to_vec();
    rough.iter_mut().take(noise_at).for_each(|scale| *scale -= 1.0);
    rough.iter_mut().skip(noise_at).take(1).for_each(|noise| *noise -= 2.0);
    // A steep edge: the same direction, covered faster.
    rough.iter_mut().skip(noise_at + 1).for_each(|weight| *weight *= 3.0);
    rough
}
