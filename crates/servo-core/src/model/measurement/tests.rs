//! Readings and measurements: order, classes and means.

use jiff::Timestamp;

use super::Measurement;
use crate::duration::Duration;
use crate::model::{DataPoint, Metric, Reading, TimeSeries, Unit};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("time")
}

fn throughput() -> Metric {
    Metric::new("throughput", Unit::RequestsPerSecond)
}

fn series(values: &[f64]) -> TimeSeries {
    TimeSeries::new(throughput(), (0..).map(at).zip(values.iter().copied()).collect())
}

fn point(value: f64) -> DataPoint {
    DataPoint { metric: throughput(), time: at(0), value }
}

#[test]
fn a_series_is_in_the_order_of_time() {
    let series = TimeSeries::new(throughput(), vec![(at(60), 9.5), (at(0), 9.0), (at(30), 12.0)]);
    assert_eq!(series.points().iter().map(|(_, value)| *value).collect::<Vec<_>>(), [9.0, 12.0, 9.5]);
    assert_eq!(series.min(), Some((at(0), 9.0)));
    assert_eq!(series.max(), Some((at(30), 12.0)));
    assert_eq!(series.timespan(), Some((at(0), at(60))));
    assert_eq!(series.duration(), Duration::from_secs(60));
}

#[test]
fn an_empty_series_has_neither_extremes_nor_a_mean() {
    let empty = series(&[]);
    assert_eq!((empty.min(), empty.max(), empty.timespan(), empty.mean()), (None, None, None, None));
    assert_eq!(empty.duration(), Duration::ZERO);
}

#[test]
fn a_mean_is_of_what_is_finite() {
    assert_eq!(series(&[1.0, f64::NAN, 3.0, f64::INFINITY]).mean(), Some(2.0));
    assert_eq!(series(&[f64::NAN]).mean(), None);
    assert_eq!(Reading::from(point(f64::NAN)).mean(), None);
    assert_eq!(series(&[f64::MAX, f64::MAX]).mean(), Some(f64::MAX));
    assert_eq!(series(&[f64::NAN, 2.0]).max(), Some((at(1), 2.0)));
}

#[test]
fn readings_are_of_one_class() {
    let mixed = vec![series(&[1.0]).into(), point(1.0).into()];
    assert_eq!(
        Measurement::new(mixed).expect_err("mixed").to_string(),
        "all readings must be of the same type: expected \"TimeSeries\" but found \"DataPoint\""
    );
    let points = Measurement::new(vec![point(1.0).into()]).expect("points");
    assert!(points.clone().merge(Measurement::new(vec![series(&[1.0]).into()]).expect("series")).is_err());
    assert_eq!(points.clone().merge(Measurement::default()), Ok(points));
}

#[test]
fn merging_keeps_readings_and_notes() {
    let one = Measurement::new(vec![series(&[1.0]).into()]).expect("one").with_annotation("a", "1");
    let two = Measurement::new(vec![series(&[3.0, 5.0]).into()]).expect("two").with_annotation("b", "2");
    let both = one.merge(two).expect("both");
    assert_eq!(both.readings().len(), 2);
    assert_eq!(both.annotations().len(), 2);
    assert_eq!(both.metrics(), [&throughput()]);
    assert_eq!(both.mean_of("throughput"), Some(2.5), "the mean of the means");
    assert_eq!(both.mean_of("latency"), None);
}

#[test]
fn series_without_data_do_not_count() {
    let measurement = Measurement::new(vec![series(&[]).into(), series(&[4.0]).into()]).expect("series");
    assert_eq!(measurement.mean_of("throughput"), Some(4.0));
}

#[test]
fn a_point_is_written_for_people() {
    assert_eq!(point(1.234).to_string(), "throughput: 1.23rps @ 1970-01-01T00:00:00Z");
}
