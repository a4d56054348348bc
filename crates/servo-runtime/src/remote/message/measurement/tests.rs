//! Tests of the wire form of measurements.

use proptest::prelude::*;
use serde_json::{Value, json};
use servo_core::model::Metric;

use super::*;

const NOW: Timestamp = Timestamp::constant(1_795_296_011, 250_000_000);

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn throughput() -> Metric {
    Metric::new("throughput", Unit::RequestsPerMinute)
}

fn series(points: &[(i64, f64)]) -> TimeSeries {
    TimeSeries::new(throughput(), points.iter().map(|(time, value)| (second(*time), *value)).collect())
}

fn point(metric: Metric, time: i64, value: f64) -> Reading {
    DataPoint { metric, time: second(time), value }.into()
}

fn text(readings: Vec<Reading>) -> String {
    serde_json::to_string(&Metrics::of(&Measurement::new(readings).unwrap(), NOW)).unwrap()
}

fn written(readings: Vec<Reading>) -> Value {
    serde_json::from_str(&text(readings)).unwrap()
}

#[test]
fn a_series_is_one_entry_under_the_current_second() {
    let text = text(vec![series(&[(1_577_880_000, 9.0), (1_577_880_060, 9.5)]).into()]);
    assert_eq!(
        text,
        concat!(
            r#"{"throughput":{"unit":"rpm","values":["#,
            r#"{"data":[[1577880000,9.0],[1577880060,9.5]],"id":"1795296011"}]}}"#
        )
    );
}

#[test]
fn single_points_are_values() {
    let latency = Metric::new("latency", Unit::Milliseconds);
    let hits = Metric::new("hits", Unit::Float);
    let text = text(vec![point(latency, 5, 1.5), point(hits, 5, 12.0)]);
    assert_eq!(text, r#"{"hits":{"unit":"","value":12.0},"latency":{"unit":"ms","value":1.5}}"#);
}

#[test]
fn several_points_of_a_metric_are_all_kept() {
    let all = written(vec![
        point(throughput(), 1, 1.0),
        point(throughput(), 2, 2.0),
        point(throughput(), 2, f64::NAN),
        point(throughput(), 2, 2.0),
    ]);
    assert_eq!(
        all["throughput"],
        json!({"unit": "rpm", "values": [
            {"id": "1795296011", "data": [[1, 1.0]]},
            {"id": "1795296011-1", "data": [[2, 2.0]]},
            {"id": "1795296011-2", "data": [[2, 2.0]]},
        ]})
    );
    let one_left = written(vec![point(throughput(), 1, 1.0), point(throughput(), 2, f64::NAN)]);
    assert_eq!(one_left["throughput"], json!({"unit": "rpm", "value": 1.0}));
}

#[test]
fn several_series_of_a_metric_are_all_kept_with_what_tells_them_apart() {
    let labels = |pod: &str| [("pod".to_owned(), pod.to_owned())].into();
    let all = written(vec![
        series(&[(1, 1.0)]).with_labels(labels("web-a")).into(),
        series(&[(1, 2.0)]).with_labels(labels("web-b")).with_annotation("restarted").into(),
        series(&[(1, 3.0)]).with_id("canary").into(),
        series(&[(1, 4.0)]).with_id("canary").into(),
        series(&[(1, 5.0)]).with_id("canary-1").into(),
    ]);
    assert_eq!(
        all["throughput"]["values"],
        json!([
            {"id": "1795296011", "labels": {"pod": "web-a"}, "data": [[1, 1.0]]},
            {"id": "1795296011-1", "labels": {"pod": "web-b"}, "annotation": "restarted", "data": [[1, 2.0]]},
            {"id": "canary", "data": [[1, 3.0]]},
            {"id": "canary-1", "data": [[1, 4.0]]},
            {"id": "canary-1-1", "data": [[1, 5.0]]},
        ])
    );
}

#[test]
fn an_entry_in_another_unit_than_the_metric_says_so() {
    let other = Metric::new("throughput", Unit::RequestsPerSecond);
    let other = TimeSeries::new(other, vec![(second(1), 0.5)]);
    assert_eq!(
        written(vec![series(&[(1, 30.0)]).into(), other.into()])["throughput"],
        json!({"unit": "rpm", "values": [
            {"id": "1795296011", "data": [[1, 30.0]]},
            {"id": "1795296011-1", "unit": "rps", "data": [[1, 0.5]]},
        ]})
    );
}

#[test]
fn what_is_not_finite_is_left_out_and_so_is_what_it_leaves_empty() {
    let readings = vec![
        series(&[(1, f64::NAN), (2, 2.0), (3, f64::INFINITY)]).into(),
        series(&[(1, f64::NEG_INFINITY)]).into(),
        series(&[]).into(),
        TimeSeries::new(Metric::new("nanny", Unit::Percentage), vec![(second(1), f64::NAN)]).into(),
    ];
    assert_eq!(
        written(readings),
        json!({"throughput": {"unit": "rpm", "values": [{"id": "1795296011", "data": [[2, 2.0]]}]}})
    );
    assert_eq!(written(vec![point(throughput(), 1, f64::NAN)]), json!({}));
    assert_eq!(written(Vec::new()), json!({}));
}

#[test]
fn times_are_truncated_towards_zero() {
    let times = ["1970-01-01T00:00:01.999Z", "1969-12-31T23:59:58.001Z", "1969-12-31T23:59:59.5Z"];
    let times: Vec<(Timestamp, f64)> = times.iter().map(|time| (time.parse().unwrap(), 1.0)).collect();
    let written = written(vec![TimeSeries::new(throughput(), times).into()]);
    assert_eq!(written["throughput"]["values"][0]["data"], json!([[-1, 1.0], [0, 1.0], [1, 1.0]]));
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => proptest::num::f64::ANY,
        2 => -1e9..1e9,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
    ]
}

fn metric() -> impl Strategy<Value = Metric> {
    ("[abc]", prop_oneof![Just(Unit::Float), Just(Unit::Cores)])
        .prop_map(|(name, unit)| Metric::new(name, unit))
}

fn any_series() -> impl Strategy<Value = Reading> {
    let points = prop::collection::vec((-100_000_i64..4_000_000_000, value()), 0..6);
    let id = prop::option::of("x|x-1|1795296011");
    let labels = prop::collection::btree_map("[ab]", ".{0,3}", 0..3);
    (metric(), points, id, labels).prop_map(|(metric, points, id, labels)| {
        let points = points.into_iter().map(|(time, value)| (second(time), value)).collect();
        let mut series = TimeSeries::new(metric, points).with_labels(labels);
        series.id = id;
        Reading::TimeSeries(series)
    })
}

fn any_point() -> impl Strategy<Value = Reading> {
    (metric(), 0_i64..4_000_000_000, value()).prop_map(|(metric, time, value)| point(metric, time, value))
}

fn readings() -> impl Strategy<Value = Vec<Reading>> {
    prop_oneof![prop::collection::vec(any_series(), 0..12), prop::collection::vec(any_point(), 0..12)]
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

/// The finite values of a metric, as bits, in an order of their own.
fn finite(readings: &[Reading], name: &str) -> Vec<u64> {
    let of = |reading: &Reading| match reading {
        Reading::DataPoint(point) => vec![point.value],
        Reading::TimeSeries(series) => series.points().iter().map(|(_, value)| *value).collect(),
    };
    let readings = readings.iter().filter(|reading| reading.metric().name == name);
    let values = readings.flat_map(of).filter(|value| value.is_finite());
    sorted(values)
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<u64> {
    let mut bits: Vec<u64> = values.map(f64::to_bits).collect();
    bits.sort_unstable();
    bits
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

proptest! {
    #[test]
    fn nothing_finite_is_lost_and_nothing_else_is_written(readings in readings()) {
        let written = written(readings.clone());
        prop_assert!(!holds_null(&written));
        for name in ["a", "b", "c"] {
            let expected = finite(&readings, name);
            let metric = &written[name];
            prop_assert_eq!(metric.is_null(), expected.is_empty());
            let pairs = list(&metric["values"]).iter().flat_map(|entry| list(&entry["data"]));
            let numbers = pairs.map(|pair| &pair[1]).chain(metric.get("value"));
            prop_assert_eq!(sorted(numbers.map(|number| number.as_f64().unwrap())), expected);
        }
    }

    #[test]
    fn no_two_entries_of_a_metric_have_the_same_id(readings in readings()) {
        for metric in written(readings).as_object().unwrap().values() {
            let entries = list(&metric["values"]);
            let ids: HashSet<&str> = entries.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
            prop_assert_eq!(ids.len(), entries.len());
            prop_assert!(entries.iter().all(|entry| !list(&entry["data"]).is_empty()));
        }
    }

    #[test]
    fn what_is_written_parses_back(readings in readings()) {
        let written = written(readings);
        let parsed: Value = serde_json::from_str(&written.to_string()).unwrap();
        prop_assert!(is_close(&parsed, &written), "{parsed} and {written}");
    }
}

/// Compares all but the last bits of numbers, which the parser does not keep.
fn is_close(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            a.to_bits().abs_diff(b.to_bits()) <= 2
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_close(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((i, a), (j, b))| i == j && is_close(a, b))
        }
        (a, b) => a == b,
    }
}
