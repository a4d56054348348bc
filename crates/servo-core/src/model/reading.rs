//! What was measured: single points and series of them.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::Metric;
use crate::duration::Duration;

/// One value of a metric at a time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataPoint {
    /// What was measured.
    pub metric: Metric,
    /// When.
    pub time: Timestamp,
    /// The value, in the metric's unit.
    pub value: f64,
}

impl fmt::Display for DataPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:.2}{} @ {}", self.metric.name, self.value, self.metric.unit, self.time)
    }
}

/// Values of a metric over time, in the order of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeSeries {
    /// What was measured.
    pub metric: Metric,
    points: Vec<(Timestamp, f64)>,
    /// What tells the series from others of the same metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A note on the series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
    /// Labels by their names, such as the pod that was measured.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl TimeSeries {
    /// Builds a series, putting the points into the order of time; points of the same time keep theirs.
    pub fn new(metric: Metric, mut points: Vec<(Timestamp, f64)>) -> Self {
        points.sort_by_key(|(time, _)| *time);
        Self { metric, points, id: None, annotation: None, labels: BTreeMap::new() }
    }

    /// Gives the series an id.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Gives the series a note.
    pub fn with_annotation(mut self, annotation: impl Into<String>) -> Self {
        self.annotation = Some(annotation.into());
        self
    }

    /// Gives the series its labels.
    pub fn with_labels(mut self, labels: BTreeMap<String, String>) -> Self {
        self.labels = labels;
        self
    }

    /// Gives the points in the order of time.
    pub fn points(&self) -> &[(Timestamp, f64)] {
        &self.points
    }

    /// Gives the point with the smallest value; values that are not numbers do not count.
    pub fn min(&self) -> Option<(Timestamp, f64)> {
        self.numbers().min_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// Gives the point with the largest value; values that are not numbers do not count.
    pub fn max(&self) -> Option<(Timestamp, f64)> {
        self.numbers().max_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// Gives the times of the first and the last point.
    pub fn timespan(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.points.first()?.0, self.points.last()?.0))
    }

    /// Gives the time from the first point to the last; zero without any.
    pub fn duration(&self) -> Duration {
        self.timespan().map_or(Duration::ZERO, |(first, last)| {
            Duration::from_std(last.duration_since(first).unsigned_abs())
        })
    }

    /// Gives the mean of the finite values, or `None` if there are none.
    pub fn mean(&self) -> Option<f64> {
        mean(self.points.iter().map(|(_, value)| *value))
    }

    fn numbers(&self) -> impl Iterator<Item = (Timestamp, f64)> {
        self.points.iter().copied().filter(|(_, value)| !value.is_nan())
    }
}

/// What a measurement is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A single point.
    DataPoint(DataPoint),
    /// A series.
    TimeSeries(TimeSeries),
}

impl Reading {
    /// Gives what was measured.
    pub const fn metric(&self) -> &Metric {
        match self {
            Self::DataPoint(point) => &point.metric,
            Self::TimeSeries(series) => &series.metric,
        }
    }

    /// Gives the mean of the finite values. Without any there is no mean: missing data is a failure, not a
    /// zero.
    pub fn mean(&self) -> Option<f64> {
        match self {
            Self::DataPoint(point) => mean([point.value]),
            Self::TimeSeries(series) => series.mean(),
        }
    }

    /// Names the class of the reading.
    pub(super) const fn class(&self) -> &'static str {
        match self {
            Self::DataPoint(_) => "DataPoint",
            Self::TimeSeries(_) => "TimeSeries",
        }
    }
}

impl From<DataPoint> for Reading {
    fn from(point: DataPoint) -> Self {
        Self::DataPoint(point)
    }
}

impl From<TimeSeries> for Reading {
    fn from(series: TimeSeries) -> Self {
        Self::TimeSeries(series)
    }
}

/// Gives the mean of a metric: over its readings, the mean of each one's points (spec 9.1). Readings without a finite
/// value do not count; without any other there is no mean.
pub(crate) fn mean_of(readings: &[Reading], metric: &str) -> Option<f64> {
    mean(readings.iter().filter(|reading| reading.metric().name == metric).filter_map(Reading::mean))
}

/// Averages the finite numbers; each is divided before it is added, only if the plain sum overflows.
fn mean(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let finite: Vec<f64> = numbers.into_iter().filter(|number| number.is_finite()).collect();
    let count = finite.len() as f64;
    let sum: f64 = finite.iter().sum();
    let mean = if sum.is_finite() { sum / count } else { finite.iter().map(|number| number / count).sum() };
    (!finite.is_empty()).then_some(mean)
}
