//! Minimizes a smooth function of a few variables: BFGS with backtracking.

use super::cholesky::dot;

/// No step moves further than this, so that a steep start does not throw the search out of the sensible region.
const LONGEST_STEP: f64 = 1.5;
/// Progress below this is noise for a log likelihood.
const TOLERANCE: f64 = 1e-4;

/// A function's value and gradient; none where it is not defined.
pub(super) type Evaluated = Option<(f64, Vec<f64>)>;

/// Descends from `start` for at most `iterations` steps; none when the function is not defined at the start.
pub(super) fn minimize(
    function: impl Fn(&[f64]) -> Evaluated,
    start: &[f64],
    iterations: usize,
) -> Option<(f64, Vec<f64>)> {
    let mut x = start.to_vec();
    let (mut value, mut gradient) = function(&x)?;
    let mut inverse = identity(x.len());
    for _ in 0..iterations {
        let mut direction: Vec<f64> = inverse.iter().map(|row| -dot(row, &gradient)).collect();
        if dot(&direction, &gradient) >= 0.0 {
            inverse = identity(x.len());
            direction = gradient.iter().map(|slope| -slope).collect();
        }
        let length = dot(&direction, &direction).sqrt();
        if length > LONGEST_STEP {
            for step in &mut direction {
                *step *= LONGEST_STEP / length;
            }
        }
        let Some((step, next, next_gradient)) = backtrack(&function, &x, value, &gradient, &direction) else {
            break;
        };
        let progress = value - next;
        let change: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(new, old)| new - old).collect();
        x.iter_mut().zip(&step).for_each(|(x, step)| *x += step);
        update(&mut inverse, &step, &change);
        (value, gradient) = (next, next_gradient);
        if progress < TOLERANCE {
            break;
        }
    }
    Some((value, x))
}

/// Halves the step until the value falls enough (Armijo's condition); returns the step, value and gradient there.
fn backtrack(
    function: impl Fn(&[f64]) -> Evaluated,
    x: &[f64],
    value: f64,
    gradient: &[f64],
    direction: &[f64],
) -> Option<(Vec<f64>, f64, Vec<f64>)> {
    let slope = dot(direction, gradient);
    (0..12).map(|halvings| 0.5_f64.powi(halvings)).find_map(|scale| {
        let step: Vec<f64> = direction.iter().map(|component| component * scale).collect();
        let moved: Vec<f64> = x.iter().zip(&step).map(|(x, step)| x + step).collect();
        let (next, next_gradient) = function(&moved)?;
        (next <= value + 1e-4 * scale * slope).then_some((step, next, next_gradient))
    })
}

/// The BFGS update of the inverse Hessian (Nocedal and Wright, *Numerical Optimization*, 6.17).
fn update(inverse: &mut [Vec<f64>], step: &[f64], change: &[f64]) {
    let curvature = dot(step, change);
    if curvature <= 1e-10 {
        return;
    }
    let product: Vec<f64> = inverse.iter().map(|row| dot(row, change)).collect();
    let scale = (1.0 + dot(&product, change) / curvature) / curvature;
    for (i, row) in inverse.iter_mut().enumerate() {
        for (j, entry) in row.iter_mut().enumerate() {
            *entry += scale * step[i] * step[j] - (product[i] * step[j] + step[i] * product[j]) / curvature;
        }
    }
}

fn identity(n: usize) -> Vec<Vec<f64>> {
    (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curved_valley_is_followed_to_its_bottom() {
        let rosenbrock = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            Some((a * a + 10.0 * b * b, vec![-2.0 * a - 40.0 * x[0] * b, 20.0 * b]))
        };
        let (value, x) = minimize(rosenbrock, &[-1.0, 1.0], 200).expect("defined at the start");
        assert!(value < 1e-3, "stopped at {x:?}");
    }

    #[test]
    fn undefined_regions_are_stepped_around() {
        let barrier = |x: &[f64]| (x[0] > 0.0).then(|| (x[0] - x[0].ln(), vec![1.0 - 1.0 / x[0]]));
        let (_, x) = minimize(barrier, &[0.05], 100).expect("defined at the start");
        assert!((x[0] - 1.0).abs() < 0.05);
        assert!(minimize(barrier, &[-1.0], 100).is_none());
    }
}
