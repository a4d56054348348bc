//! Reshapes measured values so that one saturated trial does not drown the differences that matter.

/// A monotone map that keeps zero and the slope there, and bends what is far from zero.
///
/// A queue's latency is flat over most of the space and explodes at its edge. How far beyond the edge a trial went
/// says little about where the edge is; as it stands it would dominate a regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Warp {
    /// The typical distance from zero: where the bend begins.
    scale: f64,
}

impl Warp {
    /// Chooses the bend from what was observed: the typical distance from zero on the side below it, or of all.
    pub(crate) fn around_zero(values: &[f64]) -> Self {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let below = median(finite().filter(|value| *value <= 0.0).map(f64::abs).collect());
        let all = median(finite().map(f64::abs).collect());
        let scale = below.filter(|&scale| scale > 1e-9).or(all).filter(|&scale| scale > 1e-9);
        Self { scale: scale.unwrap_or(1.0).min(1e9) }
    }

    /// Maps a value; infinities map to what the map tends to, or far along it.
    pub(crate) fn apply(self, value: f64) -> f64 {
        if value > 0.0 {
            self.scale * (value.min(1e12) / self.scale).ln_1p()
        } else {
            let wide = 2.0 * self.scale;
            (wide * (value / wide).max(-1e6).asinh()).min(0.0)
        }
    }
}

/// Returns the median, of an even count the lower of the middle two; none of nothing.
pub(crate) fn median(values: Vec<f64>) -> Option<f64> {
    quantile(values, 0.5)
}

/// Returns the value below which the share `p` of the values lies; none of nothing.
pub(crate) fn quantile(mut values: Vec<f64>, p: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length is an index"
    )]
    let index = (p.clamp(0.0, 1.0) * last as f64) as usize;
    values.get(index.min(last)).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_saturated_value_is_a_few_scales_away() {
        let warp = Warp::around_zero(&[-1.0, -1.0, -1.0, 60.0]);
        assert!((1.0..5.0).contains(&warp.apply(60.0)));
        assert!(warp.apply(f64::INFINITY).is_finite() && warp.apply(f64::NEG_INFINITY).is_finite());
    }

    #[test]
    fn small_values_are_kept() {
        let warp = Warp::around_zero(&[-1.0, 1.0]);
        assert!((warp.apply(-0.01) + 0.01).abs() < 1e-4);
        assert!((warp.apply(0.01) - 0.01).abs() < 1e-4);
    }

    proptest! {
        #[test]
        fn the_map_is_finite_monotone_and_keeps_the_sign(
            seen in prop::collection::vec(any::<f64>(), 0..6), a in any::<f64>(), b in any::<f64>()
        ) {
            prop_assume!(!a.is_nan() && !b.is_nan());
            let warp = Warp::around_zero(&seen);
            let (low, high) = (warp.apply(a.min(b)), warp.apply(a.max(b)));
            prop_assert!(low <= high && low.is_finite() && high.is_finite());
            prop_assert!(warp.apply(a) * a.signum() >= 0.0);
        }
    }
}
