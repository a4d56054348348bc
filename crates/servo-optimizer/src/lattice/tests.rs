//! Lattices, small and huge.

use proptest::prelude::*;

use super::*;

fn lattice(axes: Vec<Axis>) -> Lattice {
    Lattice::new(axes).expect("the axes of the test are well formed")
}

#[test]
fn wide_positive_axes_are_compared_by_ratio() {
    let lattice = lattice(vec![Axis::Ordered(vec![1.0, 2.0, 4.0]), Axis::Ordered(vec![1.0, 2.0, 3.0])]);
    assert_eq!(lattice.encode(&Point(vec![1, 1])), vec![0.5, 0.5]);
    assert_eq!(lattice.values(&Point(vec![1, 2])), vec![2.0, 3.0]);
}

#[test]
fn an_axis_through_zero_is_linear() {
    let lattice = lattice(vec![Axis::Ordered(vec![-8.0, 0.0, 8.0])]);
    assert_eq!(lattice.encode(&Point(vec![1])), vec![0.5]);
}

#[test]
fn a_single_level_is_encoded_as_zero() {
    let lattice = lattice(vec![Axis::Ordered(vec![7.0]), Axis::Categories(1)]);
    assert_eq!(lattice.encode(&Point(vec![0, 0])), vec![0.0, 0.0]);
    assert_eq!(lattice.len(), 1);
    assert_eq!(lattice.neighbours(&Point(vec![0, 0])), vec![]);
}

#[test]
fn broken_axes_are_refused() {
    let refused = |axis| Lattice::new(vec![Axis::Categories(2), axis]).expect_err("the axis is broken");
    assert_eq!(refused(Axis::Ordered(vec![])), LatticeError::Empty { axis: 1 });
    assert_eq!(refused(Axis::Categories(0)), LatticeError::Empty { axis: 1 });
    assert_eq!(refused(Axis::Ordered(vec![1.0, 1.0])), LatticeError::Disordered { axis: 1, level: 1 });
    assert_eq!(refused(Axis::Ordered(vec![f64::NAN])), LatticeError::Disordered { axis: 1, level: 0 });
    assert_eq!(
        refused(Axis::Ordered(vec![1.0, f64::INFINITY])),
        LatticeError::Disordered { axis: 1, level: 1 }
    );
}

#[test]
fn the_count_of_points_saturates() {
    let axis = Axis::Ordered((0..100).map(f64::from).collect());
    assert_eq!(lattice(vec![axis.clone(); 10]).len(), 10_u128.pow(20));
    assert_eq!(lattice(vec![axis; 40]).len(), u128::MAX);
}

#[test]
fn every_point_is_walked_once() {
    let lattice = lattice(vec![Axis::Ordered(vec![1.0, 2.0, 3.0]), Axis::Categories(2), Axis::Categories(4)]);
    let points: Vec<Point> = lattice.points().collect();
    let distinct: std::collections::BTreeSet<&Point> = points.iter().collect();
    assert_eq!((points.len(), distinct.len()), (24, 24));
    assert!(points.iter().all(|point| lattice.contains(point)));
}

#[test]
fn neighbours_are_steps_of_order_and_all_other_categories() {
    let lattice = lattice(vec![Axis::Ordered(vec![1.0, 2.0, 3.0]), Axis::Categories(3)]);
    let neighbours = lattice.neighbours(&Point(vec![0, 1]));
    assert_eq!(neighbours, vec![Point(vec![1, 1]), Point(vec![0, 0]), Point(vec![0, 2])]);
}

#[test]
fn different_categories_are_one_apart() {
    let lattice = lattice(vec![Axis::Categories(5), Axis::Ordered(vec![0.0, 1.0])]);
    assert!((lattice.distance(&Point(vec![0, 0]), &Point(vec![4, 0])) - 1.0).abs() < 1e-12);
    assert!((lattice.distance(&Point(vec![0, 0]), &Point(vec![0, 1])) - 1.0).abs() < 1e-12);
}

proptest! {
    #[test]
    fn encoding_keeps_the_order_and_stays_in_the_unit_interval(
        mut values in prop::collection::vec(prop::num::f64::NORMAL, 1..30)
    ) {
        values.sort_by(f64::total_cmp);
        values.dedup();
        let levels = u32::try_from(values.len()).expect("a short list");
        let lattice = lattice(vec![Axis::Ordered(values)]);
        let encoded: Vec<f64> = (0..levels).map(|level| lattice.encode(&Point(vec![level]))[0]).collect();
        prop_assert!(encoded.iter().all(|value| (0.0..=1.0).contains(value)));
        prop_assert!(encoded.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn points_of_the_wrong_shape_are_not_contained(levels in prop::collection::vec(any::<u32>(), 0..5)) {
        let lattice = lattice(vec![Axis::Categories(3), Axis::Ordered(vec![1.0, 2.0])]);
        let expected = levels.len() == 2 && levels[0] < 3 && levels[1] < 2;
        prop_assert_eq!(lattice.contains(&Point(levels)), expected);
    }
}
