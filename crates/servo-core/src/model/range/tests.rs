//! Ranges: what is refused, what is advised, and the grid.

use proptest::prelude::*;

use super::{Range, RangeError};
use crate::model::Decimal;
use crate::model::decimal::parse;

fn decimal(text: &str) -> Decimal {
    parse(text).expect("decimal")
}

fn range(min: &str, max: &str, step: &str) -> Range {
    Range::new(decimal(min), decimal(max), decimal(step)).expect("range")
}

fn refused(min: &str, max: &str, step: &str) -> String {
    Range::new(decimal(min), decimal(max), decimal(step)).expect_err("no range").to_string()
}

#[test]
fn what_can_never_work_is_refused() {
    assert_eq!(refused("5", "4", "1"), "min cannot be greater than max (5 > 4)");
    assert_eq!(refused("1", "4", "0"), "step cannot be zero: write a positive step, or equal bounds");
    assert_eq!(refused("1", "4", "-1"), "step cannot be negative (-1): write a positive step");
    let apart = Range::new(Decimal::ZERO, Decimal::MAX, decimal("1e-28"));
    assert!(matches!(apart, Err(RangeError::Digits { .. })));
}

#[test]
fn a_width_off_its_step_is_advised_with_the_nearest_bounds() {
    assert_eq!(
        range("3.0", "11.0", "3.0").warnings("x"),
        ["RangeSetting('x' 3-11, 3) min/max difference is not step aligned: 8 is not a multiple of 3 \
             (consider min 5 or 2, max 9 or 12)."]
    );
    let advice = |width: &str, step: &str| {
        range("100", &(decimal(width) + decimal("100")).to_string(), step).warnings("x")
    };
    assert!(advice("10", "3")[0].ends_with("(consider min 101 or 98, max 109 or 112)."));
    assert!(advice("1", "3")[0].ends_with("(consider min 98 or 95, max 103 or 106)."));
    assert!(advice("3.875", "0.25")[0].ends_with("(consider min 100.125 or 99.875, max 103.75 or 104)."));
    assert!(advice("9", "3").is_empty());
    assert!(advice("3", "3").is_empty());
}

#[test]
fn a_bound_below_zero_is_not_advised_for_positive_bounds() {
    assert!(range("0.1", "0.9", "0.5").warnings("x")[0].ends_with("(consider min 0.4, max 0.6 or 1.1)."));
    assert!(range("-3", "5", "3").warnings("x")[0].ends_with("(consider min -1 or -4, max 3 or 6)."));
}

#[test]
fn a_step_between_equal_bounds_is_advised_against() {
    assert!(range("4", "4", "0").warnings("x").is_empty());
    assert!(range("4", "4", "1").warnings("x")[0].contains(
        "step must be zero when min equals max: step 1 cannot step from 4 to 4 (consider using the pinned attribute of \
         settings if you have a value you don't want changed)"
    ));
}

#[test]
fn the_grid_is_exact() {
    let tenths = range("0.1", "1", "0.1");
    assert_eq!(tenths.len(), 10);
    assert_eq!(tenths.at(2), decimal("0.3"));
    assert!(
        tenths.on_grid(decimal("0.3")) && !tenths.on_grid(decimal("0.35")) && !tenths.on_grid(decimal("1.1"))
    );
    assert_eq!(tenths.nearest(decimal("0.349")), decimal("0.3"));
    assert_eq!(tenths.nearest(decimal("0.351")), decimal("0.4"));
    assert_eq!(tenths.nearest(decimal("0.35")), decimal("0.3"), "the lower of two as near");
    assert_eq!(tenths.nearest(Decimal::MAX), Decimal::ONE);
    assert_eq!(tenths.nearest(Decimal::MIN), decimal("0.1"));
}

#[test]
fn the_grid_ends_below_a_maximum_off_its_step() {
    let range = range("3", "11", "3");
    assert_eq!((range.len(), range.at(2), range.at(usize::MAX)), (3, decimal("9"), decimal("9")));
    assert_eq!(range.nearest(decimal("11")), decimal("9"));
    assert!(range.contains(decimal("11")) && !range.on_grid(decimal("11")));
}

#[test]
fn a_grid_of_one_point_is_that_point() {
    for step in ["0", "1"] {
        let range = range("4", "4", step);
        assert_eq!((range.len(), range.at(7), range.nearest(decimal("9"))), (1, decimal("4"), decimal("4")));
        assert!(range.on_grid(decimal("4.0")) && !range.on_grid(decimal("5")));
    }
}

#[test]
fn a_huge_grid_neither_overflows_nor_allocates() {
    let huge = range("-9e27", "9e27", "1");
    assert_eq!(huge.len(), usize::MAX);
    assert_eq!(
        huge.nearest(decimal("8999999999999999999999999999")),
        decimal("8999999999999999999999999999")
    );
    assert!(huge.warnings("x").is_empty());
    assert_eq!(range("0", "9e27", "7e27").warnings("x").len(), 1);
    assert_eq!(range("0", "1", "9e27").warnings("x").len(), 1);
}

proptest! {
    #[test]
    fn grid_points_are_on_the_grid(
        min in -1_000_000_i64..1_000_000,
        points in 1_i64..500,
        step in 1_i64..10_000,
        rest in 0_i64..10_000,
        scale in 0_u32..9,
    ) {
        let max = min + (points - 1) * step + rest % step;
        let of = |units| Decimal::new(units, scale);
        let range = Range::new(of(min), of(max), of(step)).expect("range");
        prop_assert_eq!(range.len(), usize::try_from(points).expect("small"));
        for index in 0..range.len() {
            let point = range.at(index);
            prop_assert!(range.on_grid(point) && range.contains(point));
            prop_assert_eq!(range.nearest(point), point);
            prop_assert_eq!(point, of(min) + of(step) * Decimal::from(index));
        }
    }

    #[test]
    fn any_three_numbers_are_a_range_or_an_error(numbers in prop::array::uniform4((any::<i128>(), 0_u32..=28))) {
        let [min, max, step, probe] = numbers.map(|(mantissa, scale)| {
            Decimal::from_i128_with_scale(mantissa >> 32, scale)
        });
        if let Ok(range) = Range::new(min.min(max), min.max(max), step.abs()) {
            let nearest = range.nearest(probe);
            prop_assert!(range.on_grid(nearest) && range.contains(nearest));
            let _ = (range.warnings("x"), range.len(), range.at(1), range.on_grid(probe), format!("{range:?}"));
        }
    }
}
