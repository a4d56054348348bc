//! Moments of the exponential on an interval, in a form that neither cancels nor overflows.
//!
//! With M(n, z) = ∫ x^n exp(-z x) dx over 0 to 1, each function returns M(n, z) exp(min(z, 0)).

/// The zeroth moment.
pub(crate) fn mass(z: f64) -> f64 {
    // Symmetric under z -> -z once scaled, which also spares a case.
    let z = z.abs();
    if z < SERIES_BELOW { series(0, z) } else { -(-z).exp_m1() / z }
}

/// The first moment.
pub(crate) fn first_moment(z: f64) -> f64 {
    if z.abs() < SERIES_BELOW {
        series(1, z)
    } else if z > 0.0 {
        ((1.0 - (-z).exp() * (1.0 + z)) / z) / z
    } else {
        ((z.exp() - 1.0 - z) / z) / z
    }
}

/// The second moment.
pub(crate) fn second_moment(z: f64) -> f64 {
    if z.abs() < SERIES_BELOW {
        series(2, z)
    } else if z > 0.0 {
        let decayed = (-z).exp();
        // The product is nothing long before z² overflows.
        let product = if decayed > 0.0 { decayed * (z * (z + 2.0) + 2.0) } else { 0.0 };
        ((2.0 - product) / z) / z / z
    } else {
        // Divided by z³ term by term, so that nothing overflows.
        (2.0 * z.exp() - 2.0) / z / z / z - 2.0 / z / z - 1.0 / z
    }
}

const SERIES_BELOW: f64 = 0.5;

/// The Taylor series of M(n, z), scaled; 14 terms are exact to rounding for |z| < 0.5.
fn series(n: u32, z: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 0.0;
    for j in 0..14_u32 {
        sum += term / f64::from(n + j + 1);
        term *= -z / f64::from(j + 1);
    }
    sum * z.min(0.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simpson's rule, with the same scaling.
    fn integrate(n: i32, z: f64) -> f64 {
        let steps = 20_000;
        let h = 1.0 / f64::from(steps);
        let f = |x: f64| x.powi(n) * (-z * x + z.min(0.0)).exp();
        let inner: f64 = (1..steps).map(|i| f(f64::from(i) * h) * if i % 2 == 0 { 2.0 } else { 4.0 }).sum();
        (f(0.0) + inner + f(1.0)) * h / 3.0
    }

    #[test]
    fn the_moments_are_the_integrals() {
        for z in [-300.0, -20.0, -1.0, -0.51, -0.49, -1e-9, 0.0, 1e-6, 0.3, 0.499, 0.501, 2.0, 40.0, 300.0] {
            assert!((mass(z) / integrate(0, z) - 1.0).abs() < 1e-7, "mass at {z}");
            assert!((first_moment(z) / integrate(1, z) - 1.0).abs() < 1e-7, "first at {z}");
            assert!((second_moment(z) / integrate(2, z) - 1.0).abs() < 1e-7, "second at {z}");
        }
    }

    #[test]
    fn extremes_have_values() {
        for z in [-1e24, -1e9, 1e9, 1e24] {
            assert!(
                mass(z).is_finite() && first_moment(z).is_finite() && second_moment(z).is_finite(),
                "at {z}"
            );
        }
    }
}
