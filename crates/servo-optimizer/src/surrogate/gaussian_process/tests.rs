//! The model against what it was told.

use proptest::prelude::*;

use super::*;
use crate::lattice::Axis;

fn line(levels: u32) -> Lattice {
    Lattice::new(vec![Axis::Ordered((0..levels).map(f64::from).collect())]).expect("ascending levels")
}

fn observed(lattice: &Lattice, value: impl Fn(&Point) -> f64, every: usize) -> Vec<(Point, f64)> {
    lattice.points().step_by(every).map(|point| (point.clone(), value(&point))).collect()
}

fn fit<'a>(lattice: &'a Lattice, observations: &'a [(Point, f64)]) -> GaussianProcess<'a> {
    GaussianProcess::fit(lattice, observations.iter().map(|(point, value)| (point, *value)))
}

fn predict_one(process: &GaussianProcess<'_>, point: &Point) -> Prediction {
    process.predict(std::slice::from_ref(point))[0]
}

#[test]
fn a_smooth_curve_is_interpolated() {
    let lattice = line(41);
    let curve = |point: &Point| (f64::from(point.0[0]) / 8.0).sin() * 3.0 + 10.0;
    let observations = observed(&lattice, curve, 5);
    let process = fit(&lattice, &observations);
    for point in lattice.points() {
        let prediction = predict_one(&process, &point);
        assert!(
            (prediction.mean - curve(&point)).abs() < 0.3,
            "{point:?}: {prediction:?}, not {}",
            curve(&point)
        );
    }
}

#[test]
fn doubt_grows_away_from_observations() {
    let lattice = line(41);
    let observations = observed(&lattice, |point| (f64::from(point.0[0]) / 3.0).sin(), 10);
    let process = fit(&lattice, &observations[..3]);
    let near = predict_one(&process, &Point(vec![10]));
    let far = predict_one(&process, &Point(vec![40]));
    assert!(near.sd < far.sd / 2.0);
}

#[test]
fn noise_is_learned_from_repeats() {
    let lattice = line(5);
    let noisy = |point: &Point, k: i32| f64::from(point.0[0]) + f64::from(k) * 0.3;
    let repeats = |k: i32| lattice.points().map(move |point| (point.clone(), noisy(&point, k)));
    let observations: Vec<(Point, f64)> = [-1, 1, 0, 1, -1].into_iter().flat_map(repeats).collect();
    let process = fit(&lattice, &observations);
    assert!((0.15..0.5).contains(&process.noise_sd()), "{}", process.noise_sd());
    assert!((predict_one(&process, &Point(vec![2])).mean - 2.0).abs() < 0.1);
}

#[test]
fn many_axes_are_learned_additively() {
    let lattice =
        Lattice::new(vec![Axis::Ordered((0..5).map(f64::from).collect()); 8]).expect("ascending levels");
    let additive =
        |point: &Point| point.0.iter().zip(1..).map(|(&l, i)| f64::from(l) * f64::from(i)).sum::<f64>();
    // Levels drawn by multiplication modulo a prime fill the space well enough.
    let scatter = |k: u32| Point((1..=8).map(|axis| k * (axis * axis + 3) % 31 % 5).collect());
    let observations: Vec<(Point, f64)> = (1..=40).map(|k| (scatter(k), additive(&scatter(k)))).collect();
    let process = fit(&lattice, &observations);
    let unseen = Point(vec![0, 4, 0, 4, 0, 4, 0, 4]);
    let prediction = predict_one(&process, &unseen);
    assert!((prediction.mean - additive(&unseen)).abs() < 12.0, "{prediction:?}, not {}", additive(&unseen));
}

#[test]
fn nothing_observed_predicts_a_wide_spread() {
    let lattice = line(3);
    let process = GaussianProcess::fit(&lattice, []);
    assert_eq!(predict_one(&process, &Point(vec![1])), Prediction { mean: 0.0, sd: 1.0 });
}

proptest! {
    #[test]
    fn predictions_are_finite_whatever_was_observed(
        observations in prop::collection::vec((0..4_u32, 0..3_u32, prop_oneof![Just(1.0), any::<f64>()]), 0..12)
    ) {
        let axes = vec![Axis::Ordered(vec![1.0, 2.0, 8.0, 64.0]), Axis::Categories(3)];
        let lattice = Lattice::new(axes).expect("ascending levels");
        let bounded = |value: f64| if value.abs() > 1e100 { f64::NAN } else { value };
        let observations: Vec<(Point, f64)> =
            observations.into_iter().map(|(a, b, value)| (Point(vec![a, b]), bounded(value))).collect();
        let process = fit(&lattice, &observations);
        let points: Vec<Point> = lattice.points().collect();
        for prediction in process.predict(&points) {
            prop_assert!(prediction.mean.is_finite() && prediction.sd.is_finite() && prediction.sd > 0.0);
        }
    }
}

#[test]
fn an_edge_askew_to_the_axes_is_learned() {
    let lattice =
        Lattice::new(vec![Axis::Ordered((0..10).map(f64::from).collect()); 3]).expect("ascending levels");
    let edge = |point: &Point| {
        if point.0.iter().sum::<u32>() < 14 { 1.0 } else { -1.0 }
    };
    let scatter = |k: u32| Point((1..=3).map(|axis| k * (axis * axis + 3) % 31 % 10).collect());
    let observations: Vec<(Point, f64)> = (1..=30).map(|k| (scatter(k), edge(&scatter(k)))).collect();
    let process = fit(&lattice, &observations);
    let points: Vec<Point> = lattice.points().collect();
    let right =
        points.iter().zip(process.predict(&points)).filter(|(point, p)| p.mean * edge(point) > 0.0).count();
    assert!(right > 900, "{right} of 1000 on the right side");
}
