//! The point at which an increasing function reaches a level.

/// Finds where `function`, which does not decrease, passes `target` between `lower` and `upper`.
///
/// Bisection with secant steps of the Illinois kind: ten evaluations where the function is smooth, and never more
/// than a bisection's where it is not. The answer is exact to 1e-9 of itself or in the function's value.
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
    for step in 0..200 {
        if high - low <= 1e-9 * high {
            break;
        }
        // Every third step halves: a secant creeps along a function that is flat on one side.
        let secant = low + (high - low) * (below / (below - above));
        let middle = if step % 3 == 2 || !(low < secant && secant < high) {
            f64::midpoint(low, high)
        } else {
            secant
        };
        let value = function(middle) - target;
        if value.abs() < 1e-11 {
            return middle;
        }
        if value < 0.0 {
            (low, below) = (middle, value);
            above /= 2.0;
        } else {
            (high, above) = (middle, value);
            below /= 2.0;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

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
