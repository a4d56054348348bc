//! Answers to `measure`: readings of what was asked for, all of it. What else is described may be there, too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use servo_core::model::{DataPoint, Measurement, Metric, Reading, TimeSeries, Unit};

use super::answer::{Wrong, read};

/// What answers to `measure` are made of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measured {
    #[serde(rename = "contract")]
    _contract: u32,
    readings: Vec<Written>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// One reading: a value, or points over time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    metric: String,
    unit: Option<Unit>,
    value: Option<f64>,
    time: Option<Time>,
    points: Option<Vec<(Time, f64)>>,
    id: Option<String>,
    annotation: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// Reads an answer to `measure` by the metrics that are described, and keeps those that were asked for. A value without
/// a time is one of `now`.
pub(super) fn measurement(
    answer: &[u8],
    described: &[Metric],
    wanted: &[&str],
    now: Timestamp,
) -> Result<Measurement, Wrong> {
    let Measured { readings, annotations, .. } = read(answer)?;
    let mut seen = BTreeSet::new();
    let mut all = Vec::with_capacity(readings.len());
    for (index, written) in readings.into_iter().enumerate() {
        let at = format!("readings[{index}]");
        let twice = !seen.insert((written.metric.clone(), written.id.clone()));
        if twice {
            let what = format!("`{}` is there twice: give each series an `id` of its own", written.metric);
            return Err(Wrong::at(at, what));
        }
        let reading = written.reading(described, now, &at)?;
        if wanted.contains(&reading.metric().name.as_str()) {
            all.push(reading);
        }
    }
    if let Some(missing) = wanted.iter().find(|name| !all.iter().any(|it| it.metric().name == **name)) {
        let what =
            format!("`{missing}` was asked for and has no reading; missing data is a failure, not a zero");
        return Err(Wrong::at("readings", what));
    }
    let measurement = Measurement::new(all).map_err(|error| Wrong::at("readings", error.to_string()))?;
    let noted = annotations.into_iter().fold(measurement, |it, (name, text)| it.with_annotation(name, text));
    Ok(noted)
}

impl Written {
    fn reading(self, described: &[Metric], now: Timestamp, at: &str) -> Result<Reading, Wrong> {
        let Some(metric) = described.iter().find(|metric| metric.name == self.metric) else {
            let names: Vec<&str> = described.iter().map(|metric| metric.name.as_str()).collect();
            let what = format!("no metric is called `{}`: expected {}", self.metric, names.join(", "));
            return Err(Wrong::at(format!("{at}.metric"), what));
        };
        if let Some(unit) = self.unit.filter(|unit| *unit != metric.unit) {
            let what = format!("`{}` is described in `{}`, not in `{unit}`", metric.name, metric.unit);
            return Err(Wrong::at(format!("{at}.unit"), what));
        }
        match (self.value, self.points) {
            (Some(value), None) => {
                if self.id.is_some() || self.annotation.is_some() || !self.labels.is_empty() {
                    return Err(Wrong::at(at, "only `points` have an id, an annotation and labels"));
                }
                let time = self.time.map_or(now, |time| time.0);
                Ok(DataPoint { metric: metric.clone(), time, value }.into())
            }
            (None, Some(points)) if points.is_empty() => {
                Err(Wrong::at(format!("{at}.points"), "expected a point, found none"))
            }
            (None, Some(_)) if self.time.is_some() => {
                Err(Wrong::at(format!("{at}.time"), "each of the points has a time of its own"))
            }
            (None, Some(points)) => {
                let points = points.into_iter().map(|(time, value)| (time.0, value)).collect();
                let mut series = TimeSeries::new(metric.clone(), points).with_labels(self.labels);
                series.id = self.id;
                series.annotation = self.annotation;
                Ok(series.into())
            }
            _ => Err(Wrong::at(at, "expected either a `value` or `points`")),
        }
    }
}

/// A time: RFC 3339, or seconds since 1970.
struct Time(Timestamp);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrSeconds)
    }
}

struct TextOrSeconds;

impl Visitor<'_> for TextOrSeconds {
    type Value = Time;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as `2026-11-22T19:00:00Z`, or seconds since 1970")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
        text.parse().map(Time).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Time, E> {
        let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        time.map(Time).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(seconds), &self))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Time, E> {
        let time = Timestamp::from_second(seconds);
        time.map(Time).map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(seconds), &self))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Time, E> {
        let wrong = || E::invalid_value(serde::de::Unexpected::Float(seconds), &self);
        let since = jiff::SignedDuration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
        Timestamp::from_duration(since).map(Time).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn described() -> Vec<Metric> {
        vec![
            Metric::new("rps", Unit::RequestsPerSecond),
            Metric::new("p99", Unit::Milliseconds),
            Metric::new("errors", Unit::Float),
        ]
    }

    fn measured(readings: &str) -> Result<Measurement, Wrong> {
        let answer = format!(r#"{{"contract": 1, "readings": {readings}}}"#);
        measurement(answer.as_bytes(), &described(), &["rps", "p99"], Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn values_and_points_are_readings_of_their_metrics() {
        let measurement = measured(
            r#"[{"metric": "rps", "value": 812}, {"metric": "p99", "value": 1.5, "unit": "ms", "time": 12.5}]"#,
        );
        let measurement = measurement.unwrap();
        assert_eq!((measurement.mean_of("rps"), measurement.mean_of("p99")), (Some(812.0), Some(1.5)));
        let points = r#"[{"metric": "rps", "id": "a", "points": [["2026-11-22T19:00:00Z", 1], [1795000000, 3]]},
            {"metric": "rps", "id": "b", "points": [[0.5, 2]], "labels": {"pod": "x"}}, {"metric": "p99", "points": [[-1, 2]]}]"#;
        assert_eq!(measured(points).unwrap().mean_of("rps"), Some(2.0));
    }

    #[test]
    fn what_is_described_and_was_not_asked_for_is_left_out() {
        let measurement = measured(
            r#"[{"metric": "rps", "value": 1}, {"metric": "errors", "value": 2}, {"metric": "p99", "value": 3}]"#,
        );
        let measurement = measurement.unwrap();
        assert_eq!((measurement.mean_of("p99"), measurement.mean_of("errors")), (Some(3.0), None));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (readings, expected) in [
            (
                "[]",
                "`rps` was asked for and has no reading; missing data is a failure, not a zero (at `readings`)",
            ),
            (r#"[{"metric": "rps", "value": 1}]"#, "`p99` was asked for and has no reading"),
            (
                r#"[{"metric": "cpu", "value": 1}]"#,
                "no metric is called `cpu`: expected rps, p99, errors (at `readings[0].metric`)",
            ),
            (
                r#"[{"metric": "rps", "value": null}]"#,
                "expected either a `value` or `points` (at `readings[0]`)",
            ),
            (r#"[{"metric": "rps", "value": "12"}]"#, "(at `readings[0].value`)"),
            (r#"[{"metric": "rps", "vaule": 12}]"#, "unknown field `vaule`"),
            (
                r#"[{"metric": "rps", "value": 1, "unit": "ms"}]"#,
                "is described in `rps`, not in `ms` (at `readings[0].unit`)",
            ),
            (r#"[{"metric": "rps", "value": 1}, {"metric": "rps", "value": 2}]"#, "`rps` is there twice"),
            (
                r#"[{"metric": "rps", "points": []}]"#,
                "expected a point, found none (at `readings[0].points`)",
            ),
            (r#"[{"metric": "rps", "points": [["noon", 1]]}]"#, "(at `readings[0].points[0][0]`)"),
            (r#"[{"metric": "rps", "points": [[1e300, 1]]}]"#, "(at `readings[0].points[0][0]`)"),
            (
                r#"[{"metric": "rps", "value": 1}, {"metric": "p99", "points": [[1, 1]]}]"#,
                "must be of the same type",
            ),
            (r#"[{"metric": "rps", "value": 1, "id": "a"}]"#, "only `points` have an id"),
            (r#"[["rps", null, 1]]"#, "(at `readings[0]`)"),
            ("{}", "(at `readings`)"),
        ] {
            let told = measured(readings).unwrap_err().to_string();
            assert!(told.contains(expected), "{readings}: {told}");
        }
    }

    #[test]
    fn notes_are_kept() {
        let answer = br#"{"contract": 1, "readings": [], "annotations": {"tool": "pgbench 15"}}"#;
        let measurement = measurement(answer, &[], &[], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(measurement.annotations()["tool"], "pgbench 15");
    }

    proptest! {
        #[test]
        fn any_readings_are_a_measurement_or_an_error(text in "[\\[{\":a-z0-9,\\]}]{0,80}", time in any::<f64>()) {
            let _ = measured(&text);
            let _ = measured(&format!(r#"[{{"metric": "rps", "value": 1, "time": {time}}}, {{"metric": "p99", "value": 1}}]"#));
        }
    }
}
