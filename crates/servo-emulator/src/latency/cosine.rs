//! The distribution of a sum of sojourns, from its characteristic function.
//!
//! On an interval [a, b] that holds nearly all of the mass, with R = b - a, the density is
//!
//! ```text
//! f(x) ≈ A0/2 + Σ A_k cos(k π (x - a) / R),    A_k = 2/R · Re{ φ(k π / R) exp(-i k π a / R) }
//! ```
//!
//! and its integrals follow term by term (F. Fang and C. W. Oosterlee, *A novel pricing method for European options
//! based on Fourier-cosine series expansions*, SIAM J. Sci. Comput. 31, 2008).
//! A sojourn's characteristic function is a wait's times a service's:
//!
//! ```text
//! service  μ / (μ - i u)
//! wait     (1 - w) + w · ∫ exp(-(θ - i u) x) dx / ∫ exp(-θ x) dx,   x from 0 to τ
//! ```
//!
//! with w the probability that a served request waits.
//! Unlike an inversion at single points, the interval adapts to the spread, so that an overloaded queue, whose sojourn
//! is a narrow peak just below the timeout, costs no more than an idle one.

use std::f64::consts::PI;

use super::complex::Complex;
use crate::queue::Queue;
use crate::queue::truncated::mass;

/// Enough for a third decimal in the quantiles of queues whose scales differ a hundredfold.
const TERMS: u32 = 320;

/// Standard deviations kept on either side of the mean; an exponential leaves e^-15 beyond.
const SPREAD: f64 = 14.0;

/// A distribution on an interval as a cosine series.
#[derive(Debug, Clone)]
pub(crate) struct CosineSeries {
    lower: f64,
    width: f64,
    /// Coefficients of the distribution function, per sine, from the first harmonic on.
    sines: Vec<f64>,
    /// Coefficients of its integral, per cosine.
    cosines: Vec<f64>,
    cosines_sum: f64,
}

impl CosineSeries {
    /// The distribution of one sojourn at each of the queues, added up.
    pub(crate) fn of_sum(queues: &[Queue]) -> Self {
        let mean: f64 = queues.iter().map(Queue::mean_sojourn).sum();
        let deviation = queues.iter().map(Queue::sojourn_variance).sum::<f64>().sqrt();
        // A peak narrower than a millionth of the mean is a point for every purpose.
        let reach = SPREAD * deviation.max(1e-6 * mean).max(1e-15);
        let lower = (mean - reach).max(0.0);
        let width = mean + reach - lower;
        let (sines, cosines): (Vec<f64>, Vec<f64>) = (1..=TERMS)
            .map(|k| {
                let frequency = f64::from(k) * PI / width;
                let start = Complex::polar(1.0, -frequency * lower);
                let value =
                    queues.iter().fold(start, |product, queue| product * characteristic(queue, frequency));
                let sine = 2.0 * value.re / (width * frequency);
                (sine, sine / frequency)
            })
            .unzip();
        let cosines_sum = cosines.iter().sum();
        Self { lower, width, sines, cosines, cosines_sum }
    }

    /// The end of the interval, in seconds.
    pub(crate) fn upper(&self) -> f64 {
        self.lower + self.width
    }

    /// The probability of a value below `x`.
    pub(crate) fn below(&self, x: f64) -> f64 {
        let share = ((x - self.lower) / self.width).clamp(0.0, 1.0);
        let (sin, cos) = (PI * share).sin_cos();
        let (first, _) = clenshaw(&self.sines, cos);
        (share + first * sin).clamp(0.0, 1.0)
    }

    /// The integral of [`Self::below`] from minus infinity to `x`, in seconds.
    pub(crate) fn integral(&self, x: f64) -> f64 {
        let beyond = (x - self.upper()).max(0.0);
        let share = ((x - self.lower) / self.width).clamp(0.0, 1.0);
        let cos = (PI * share).cos();
        let (first, second) = clenshaw(&self.cosines, cos);
        self.width * share * share / 2.0 + self.cosines_sum - (first * cos - second) + beyond
    }
}

/// Clenshaw's recurrence: the sine sum is the first times sin φ, the cosine sum the first times cos φ less the second.
fn clenshaw(coefficients: &[f64], cos: f64) -> (f64, f64) {
    coefficients
        .iter()
        .rev()
        .fold((0.0, 0.0), |(next, after), coefficient| (coefficient + 2.0 * cos * next - after, next))
}

/// The characteristic function of a served request's sojourn, at `frequency` radians per second.
fn characteristic(queue: &Queue, frequency: f64) -> Complex {
    let rate = queue.service_rate();
    let service = Complex::real(rate) / Complex::new(rate, -frequency);
    let waits = queue.waits_given_served();
    service
        * (Complex::real(1.0 - waits)
            + Complex::real(waits) * truncated(queue.z(), frequency * queue.patience()))
}

/// The characteristic function at `y` of the exponential with decay `z` on the unit interval.
fn truncated(z: f64, y: f64) -> Complex {
    let w = Complex::new(z, -y);
    if z.abs().max(y.abs()) < 1e-5 {
        return Complex::ONE + Complex::new(0.0, 0.5 * y);
    }
    let scale = z.min(0.0).exp();
    let integral = (Complex::real(scale) - Complex::polar((-z.max(0.0)).exp(), y)) / w;
    integral / Complex::real(mass(z))
}
