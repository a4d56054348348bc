//! The standard normal distribution, with tails that stay exact where the plain formulas cancel.

use std::f64::consts::PI;

/// Beyond this many standard deviations the continued fraction converges faster than the series.
const TAIL: f64 = 3.0;

pub(crate) fn density(x: f64) -> f64 {
    log_density(x).exp()
}

fn log_density(x: f64) -> f64 {
    -0.5 * (x * x + (2.0 * PI).ln())
}

/// Returns P(Z <= x).
pub(crate) fn cumulative(x: f64) -> f64 {
    if x.is_nan() {
        return 0.5;
    }
    if x < -TAIL {
        return density(x) * mills_ratio(-x);
    }
    if x > TAIL {
        return 1.0 - density(x) * mills_ratio(x);
    }
    // Marsaglia, "Evaluating the Normal Distribution", J. Stat. Softw. 11(4), 2004.
    let (mut sum, mut term, mut odd) = (x, x, 1.0_f64);
    while term.abs() > f64::EPSILON * sum.abs() {
        odd += 2.0;
        term *= x * x / odd;
        sum += term;
    }
    0.5 + sum * density(x)
}

/// Returns P(T <= t) for Student's distribution with `degrees` of freedom, by an approximation good to three digits
/// (Wallace, "Bounds on Normal Approximations to Student's and the Chi-Square Distributions", *Ann. Math. Stat.* 30,
/// 1959).
pub(crate) fn cumulative_t(t: f64, degrees: f64) -> f64 {
    let shrunk = (degrees * (t * t / degrees).ln_1p()).sqrt() * (8.0 * degrees + 1.0) / (8.0 * degrees + 3.0);
    // The square overflows far out, where nothing is left to shrink.
    cumulative(if shrunk.is_finite() { shrunk.copysign(t) } else { t })
}

/// Returns ln(φ(z) + z Φ(z)), the logarithm of the expected improvement of a standard normal.
///
/// Ament et al., "Unexpected Improvements to Expected Improvement for Bayesian Optimization", `NeurIPS` 2023.
pub(crate) fn log_expected_excess(z: f64) -> f64 {
    if z > -TAIL {
        return (density(z) + z * cumulative(z)).ln();
    }
    // With the Mills ratio written 1 / (t + c): 1 - t / (t + c) = c / (t + c), which does not cancel.
    let t = -z;
    let c = continued_fraction(t);
    log_density(t) + (c / (t + c)).ln()
}

/// Returns (1 - Φ(t)) / φ(t) for a large t.
fn mills_ratio(t: f64) -> f64 {
    1.0 / (t + continued_fraction(t))
}

/// Laplace's continued fraction 1 / (t + 2 / (t + 3 / (t + ...))) (Abramowitz and Stegun, 26.2.14).
fn continued_fraction(t: f64) -> f64 {
    (1..=60).rev().fold(t, |below, k| t + f64::from(k) / below) - t
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(actual: f64, expected: f64) {
        assert!((actual - expected).abs() <= 1e-9 * expected.abs(), "{actual} is not {expected}");
    }

    #[test]
    fn the_cumulative_function_agrees_with_tables() {
        check(cumulative(0.0), 0.5);
        check(cumulative(1.0), 0.841_344_746_068_542_9);
        check(cumulative(-1.959_963_984_540_054), 0.025);
        check(cumulative(-5.0), 2.866_515_718_791_939e-7);
    }

    #[test]
    fn students_distribution_agrees_with_tables() {
        for (t, degrees, expected) in
            [(2.228, 10.0, 0.975), (-2.528, 20.0, 0.01), (0.0, 5.0, 0.5), (2.571, 5.0, 0.975)]
        {
            let probability = cumulative_t(t, degrees);
            assert!((probability - expected).abs() < 2e-3, "{probability} is not {expected}");
        }
        assert!(cumulative_t(1e200, 3.0) > 0.999 && cumulative_t(-1e200, 3.0) < 0.001);
    }

    #[test]
    fn expected_excess_is_continuous_where_its_formulas_meet() {
        check(log_expected_excess(0.0), -0.918_938_533_204_672_8);
        check(log_expected_excess(-TAIL + 1e-12), log_expected_excess(-TAIL - 1e-12));
    }

    proptest! {
        #[test]
        fn any_number_has_a_probability(x in any::<f64>()) {
            prop_assert!((0.0..=1.0).contains(&cumulative(x)));
        }

        #[test]
        fn expected_excess_grows(x in -50.0..8.0f64, step in 1e-3..1.0f64) {
            prop_assert!(log_expected_excess(x) < log_expected_excess(x + step));
        }
    }
}
