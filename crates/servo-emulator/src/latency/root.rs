//! The point at which an increasing function reaches a level.

/// Finds where `function`, which does not decrease, passes `target` between `lower` and `upper`.
///
/// The Illinois variant of the false position (M. Dowell and P. Jarratt 1971), with a bisection whenever three steps have
/// not halved the interval. The answer is exact to 1e-8 of itself, or to 1e-10 in the function's value.
pub(super) fn solve_increasing(function: impl Fn(f64) -> f64, lower: f64, upper: f64, target: f64) -> f64 {
    let (mut low, mut high) = (lower, upper);
    let mut below = function(low) - target;
    let mut above = function(high) - target;
    if below >= 0.0 {
        return low;
    }
    if above <= 0.0 {
        return high;
    }
    let mut rose = None;
    let mut goal = f64::INFINITY;
    for step in 0..200 {
        let width = high - low;
        if width <= 1e-8 * high {
            break;
        }
        let secant = low + width * (below / (below - above));
        let stuck = step % 3 == 2 && width > goal;
        if step % 3 == 2 {
            goal = width / 2.0;
        }
        let middle =
            if stuck || !(low < secant && secant < high) { f64::midpoint(low, high) } else { secant };
        let value = function(middle) - target;
        if value.abs() < 1e-10 {
            return middle;
        }
        let rises = value < 0.0;
        if rises {
            (low, below) = (middle, value);
        } else {
            (high, above) = (middle, value);
        }
        // The end that stays put twice is given half its weight, so that the next secant leans towards it.
        if rose == Some(rises) {
            if rises {
                above /= 2.0;
            } else {
                below /= 2.0;
            }
        }
        rose = Some(rises);
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_takes_under_twenty_evaluations() {
        let calls = std::cell::Cell::new(0);
        let survival = |x: f64| {
            calls.set(calls.get() + 1);
            1.0 - (-x).exp()
        };
        let p99 = solve_increasing(survival, 0.0, 15.0, 0.99);
        assert!((p99 - 100_f64.ln()).abs() < 1e-7, "{p99}");
        assert!(calls.get() < 20, "{}", calls.get());
    }

    #[test]
    fn finds_smooth_and_stepped_levels() {
        let cube = solve_increasing(|x| x * x * x, 0.0, 1e6, 27.0);
        assert!((cube - 3.0).abs() < 1e-7, "{cube}");
        let step = solve_increasing(|x| if x < 2.0 { 0.0 } else { 1.0 }, 0.0, 1e9, 0.5);
        assert!((step - 2.0).abs() < 1e-7, "{step}");
    }

    #[test]
    fn a_level_outside_is_the_nearer_end() {
        assert!((solve_increasing(|x| x, 1.0, 2.0, 0.0) - 1.0).abs() < f64::EPSILON);
        assert!((solve_increasing(|x| x, 1.0, 2.0, 9.0) - 2.0).abs() < f64::EPSILON);
    }
}
