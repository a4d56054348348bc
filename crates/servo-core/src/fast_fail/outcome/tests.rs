//! What becomes of a condition: each sentence of section 9.1.

use serde_json::{Value, from_value, json};

use super::*;
use crate::model::{DataPoint, Metric, TimeSeries, Unit};

fn point(name: &str, value: f64) -> Reading {
    DataPoint { metric: Metric::new(name, Unit::Float), time: jiff::Timestamp::UNIX_EPOCH, value }.into()
}

fn series(name: &str, values: &[f64]) -> Reading {
    let points = values.iter().map(|value| (jiff::Timestamp::UNIX_EPOCH, *value)).collect();
    TimeSeries::new(Metric::new(name, Unit::Float), points).into()
}

fn of(condition: Value, readings: &[Reading]) -> Outcome {
    Outcome::of(&from_value(condition).unwrap(), &FastFail::default(), readings)
}

fn strict(condition: Value, readings: &[Reading]) -> Outcome {
    let options = FastFail { treat_zero_as_missing: true, ..FastFail::default() };
    Outcome::of(&from_value(condition).unwrap(), &options, readings)
}

fn at_most_ten() -> Value {
    json!({"metric": "a", "threshold": 10})
}

fn at_most_b() -> Value {
    json!({"metric": "a", "threshold_metric": "b"})
}

#[test]
fn a_metric_without_readings_or_points_or_numbers_is_missing() {
    for readings in
        [vec![], vec![point("other", 1.0)], vec![series("a", &[])], vec![series("a", &[f64::NAN])]]
    {
        assert_eq!(of(at_most_ten(), &readings), Outcome::MissingMetric);
    }
}

#[test]
fn the_value_is_the_mean_over_series_of_the_mean_of_their_points() {
    let readings = [series("a", &[31337.0, 666.0, 187.0, 420.0, 69.0]), series("b", &[1.0])];
    assert_eq!(
        of(json!({"metric": "a", "threshold": 6000}), &readings),
        Outcome::Failed { metric: 6535.8, threshold: 6000.0 }
    );
    let readings = [series("a", &[1.0, 2.0, 3.0]), series("a", &[8.0])];
    assert_eq!(of(at_most_ten(), &readings), Outcome::Passed { metric: 5.0, threshold: 10.0 });
}

#[test]
fn a_series_without_points_does_not_count_beside_one_with() {
    let readings = [series("a", &[]), series("a", &[4.0])];
    assert_eq!(of(at_most_ten(), &readings), Outcome::Passed { metric: 4.0, threshold: 10.0 });
}

#[test]
fn zero_is_missing_only_where_that_is_asked_for() {
    assert_eq!(of(at_most_ten(), &[point("a", 0.0)]), Outcome::Passed { metric: 0.0, threshold: 10.0 });
    assert_eq!(strict(at_most_ten(), &[point("a", 0.0)]), Outcome::MissingMetric);
    assert_eq!(strict(at_most_ten(), &[point("a", -0.0)]), Outcome::MissingMetric);
    let readings = [point("a", 1.0), point("b", 0.0)];
    assert_eq!(of(at_most_b(), &readings), Outcome::ZeroThreshold { threshold: 0.0 });
    assert_eq!(strict(at_most_b(), &readings), Outcome::MissingThreshold);
    assert_eq!(strict(json!({"metric": "a", "threshold": 0}), &[point("a", 1.0)]).status(), "failed");
}

#[test]
fn a_static_threshold_is_multiplied() {
    let condition = json!({"metric": "a", "threshold": 4, "threshold_multiplier": 1.5});
    assert_eq!(of(condition.clone(), &[point("a", 6.0)]), Outcome::Passed { metric: 6.0, threshold: 6.0 });
    assert_eq!(of(condition, &[point("a", 6.5)]), Outcome::Failed { metric: 6.5, threshold: 6.0 });
}

#[test]
fn a_metric_threshold_is_read_likewise_and_multiplied() {
    let condition = json!({"metric": "a", "threshold_metric": "b", "threshold_multiplier": 2});
    let readings = [point("a", 7.0), series("b", &[1.0, 3.0]), series("b", &[4.0])];
    assert_eq!(of(condition, &readings), Outcome::Failed { metric: 7.0, threshold: 6.0 });
}

#[test]
fn a_metric_threshold_that_is_not_there_is_missing() {
    for other in [series("b", &[]), point("b", f64::NAN), point("c", 1.0)] {
        assert_eq!(of(at_most_b(), &[point("a", 1.0), other]), Outcome::MissingThreshold);
    }
    assert_eq!(of(at_most_b(), &[point("b", 1.0)]), Outcome::MissingMetric);
    let condition = json!({"metric": "a", "threshold_metric": "b", "threshold_multiplier": 2});
    assert_eq!(of(condition, &[point("a", 1.0), point("b", f64::MAX)]), Outcome::MissingThreshold);
}

#[test]
fn small_values_say_nothing_only_where_metrics_are_compared() {
    let compared = |a, b| of(at_most_b(), &[point("a", a), point("b", b)]);
    assert_eq!(compared(0.25, 0.1), Outcome::ZeroMetric { metric: 0.25 });
    assert_eq!(compared(0.0, 9.0), Outcome::ZeroMetric { metric: 0.0 });
    assert_eq!(compared(0.26, 0.25), Outcome::ZeroThreshold { threshold: 0.25 });
    assert_eq!(compared(0.26, 0.26), Outcome::Passed { metric: 0.26, threshold: 0.26 });
    assert_eq!(compared(-0.1, -0.2), Outcome::Failed { metric: -0.1, threshold: -0.2 });
    let fixed = json!({"metric": "a", "threshold": 0.1});
    assert_eq!(of(fixed, &[point("a", 0.2)]), Outcome::Failed { metric: 0.2, threshold: 0.1 });
}

#[test]
fn the_minima_are_those_that_are_written_and_hold_before_multiplying() {
    let condition = json!({"metric": "a", "threshold_metric": "b", "threshold_multiplier": 100,
        "slo_metric_minimum": 2, "slo_threshold_minimum": 3});
    let compared = |a, b| of(condition.clone(), &[point("a", a), point("b", b)]);
    assert_eq!(compared(2.0, 9.0), Outcome::ZeroMetric { metric: 2.0 });
    assert_eq!(compared(2.1, 3.0), Outcome::ZeroThreshold { threshold: 3.0 });
    assert_eq!(compared(2.1, 3.1).status(), "passed");
}

#[test]
fn the_threshold_itself_passes_on_either_side() {
    let at = |keep: &str, value| {
        of(json!({"metric": "a", "threshold": 10, "keep": keep}), &[point("a", value)]).status()
    };
    assert_eq!([at("below", 10.0), at("below", 9.0), at("below", 11.0)], ["passed", "passed", "failed"]);
    assert_eq!([at("above", 10.0), at("above", 9.0), at("above", 11.0)], ["passed", "failed", "passed"]);
}
