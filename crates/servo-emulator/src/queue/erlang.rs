//! The Erlang loss function for a real number of servers.
//!
//! For x servers and a load of a Erlang,
//!
//! ```text
//! 1 / B(x, a) = a ∫ exp(-a t) (1 + t)^x dt = ∫ exp(-s) (1 + s/a)^x ds,   s from 0 to ∞
//! 1 / B(x, a) = 1 + (x / a) / B(x-1, a)
//! ```
//!
//! (D. L. Jagers and E. A. van Doorn, *On the continued Erlang loss function*, Operations Research Letters 5, 1986).
//! The integral is needed for the fractional part of x only; the recurrence, which is stable upwards, does the rest.

use std::sync::LazyLock;

/// The reciprocal of the Erlang loss probability for `servers` ≥ 0 and a load of `erlangs` ≥ 0.
///
/// It is at least 1, grows with the servers, and is infinite where the loss is below what a float can hold.
pub fn inverse_loss(servers: f64, erlangs: f64) -> f64 {
    if erlangs.is_nan() || erlangs <= 0.0 {
        return if servers > 0.0 { f64::INFINITY } else { 1.0 };
    }
    let servers = if servers.is_nan() { 0.0 } else { servers.clamp(0.0, MAX_SERVERS) };
    let mut x = servers.fract();
    let mut inverse = if x > 0.0 { fraction(x, erlangs) } else { 1.0 };
    while x + 0.5 < servers {
        x += 1.0;
        inverse = 1.0 + x / erlangs * inverse;
    }
    inverse
}

/// Bounds the recurrence; more servers than that in one pod do not exist.
const MAX_SERVERS: f64 = 1e5;

/// The integral for 0 < x < 1.
fn fraction(x: f64, erlangs: f64) -> f64 {
    NODES.iter().map(|node| node.weight * (1.0 + node.at / erlangs).powf(x)).sum()
}

struct Node {
    at: f64,
    weight: f64,
}

/// The double exponential rule for integrands that decay as exp(-s): s = exp(u - exp(-u)) (Takahasi and Mori 1974).
static NODES: LazyLock<Vec<Node>> = LazyLock::new(|| {
    const STEP: f64 = 1.0 / 16.0;
    (-64..=72)
        .map(|i| {
            let u = f64::from(i) * STEP;
            let at = (u - (-u).exp()).exp();
            Node { at, weight: STEP * at * (1.0 + (-u).exp()) * (-at).exp() }
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agrees_with_the_erlang_b_table_at_whole_numbers() {
        // One server: B = a / (1 + a). Two servers at two Erlang: B = 2 / 5.
        assert!((1.0 / inverse_loss(1.0, 0.7) - 0.7 / 1.7).abs() < 1e-12);
        assert!((1.0 / inverse_loss(2.0, 2.0) - 0.4).abs() < 1e-12);
    }

    #[test]
    fn agrees_with_the_error_function_at_a_half() {
        // x = 1/2: 1/B = 1 + exp(a) sqrt(pi) erfc(sqrt a) / (2 sqrt a); at a = 1, erfc(1) = 0.157299207050285.
        let expected = 1.0 + std::f64::consts::E * std::f64::consts::PI.sqrt() * 0.157_299_207_050_285 / 2.0;
        assert!((inverse_loss(0.5, 1.0) - expected).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn is_continuous_and_grows_with_the_servers(servers in 0.0..40.0f64, load in 1e-3..200.0f64) {
            let here = inverse_loss(servers, load);
            let next = inverse_loss(servers + 1e-6, load);
            prop_assert!(here >= 1.0 - 1e-9);
            prop_assert!(next >= here * (1.0 - 1e-9));
            prop_assert!(next <= here * (1.0 + 1e-4));
        }

        #[test]
        fn is_never_without_a_value(servers in any::<f64>(), load in any::<f64>()) {
            prop_assert!(!inverse_loss(servers, load).is_nan());
        }
    }
}
