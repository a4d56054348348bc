//! The readings of a measurement in the protocol's form (specification, section 3.6).

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use servo_core::model::{DataPoint, Measurement, Reading, TimeSeries, Unit};

/// The metrics by their names: `{unit, value}` for a single point, `{unit, values}` for all else.
///
/// Each series, and each of several points, is an entry of `values` of its own. The original wrote one entry
/// only, so that of the series of one metric all but the last were lost. What is not finite has no number in
/// JSON and is left out; so are the series and the metrics of which nothing else is left.
///
/// It is written from the readings as they are: a value of JSON for each of a million points is several times as large
/// as what is sent.
pub(super) struct Metrics<'a>(BTreeMap<&'a str, Metric<'a>>);

impl<'a> Metrics<'a> {
    /// Sorts readings by their metrics. `now` names the series that have no name of their own.
    pub(super) fn of(measurement: &'a Measurement, now: Timestamp) -> Self {
        let mut metrics: BTreeMap<&str, Metric<'_>> = BTreeMap::new();
        for reading in measurement.readings().iter().filter(|reading| has_numbers(reading)) {
            let metric = reading.metric();
            let found = metrics.entry(&metric.name).or_insert_with(|| Metric::new(&metric.unit, now));
            let own = match reading {
                Reading::DataPoint(_) => None,
                Reading::TimeSeries(series) => series.id.as_deref(),
            };
            let id = found.ids.name(own);
            found.entries.push(Entry {
                id,
                reading,
                other_unit: Some(&metric.unit).filter(|it| *it != found.unit),
            });
        }
        Self(metrics)
    }
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

/// A metric of which something is left.
struct Metric<'a> {
    /// The unit of the first entry.
    unit: &'a Unit,
    entries: Vec<Entry<'a>>,
    ids: Ids,
}

impl<'a> Metric<'a> {
    fn new(unit: &'a Unit, now: Timestamp) -> Self {
        Self { unit, entries: Vec::new(), ids: Ids::new(now) }
    }
}

impl Serialize for Metric<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut metric = serializer.serialize_map(Some(2))?;
        metric.serialize_entry("unit", self.unit)?;
        match self.entries.as_slice() {
            [Entry { reading: Reading::DataPoint(point), .. }] => {
                metric.serialize_entry("value", &point.value)?;
            }
            entries => metric.serialize_entry("values", entries)?,
        }
        metric.end()
    }
}

/// What is left of a reading: at least one pair of epoch seconds and a number.
struct Entry<'a> {
    id: String,
    reading: &'a Reading,
    /// Its unit, where that is not the metric's. Two connectors may measure something of the same name; neither speaks
    /// for the other's unit.
    other_unit: Option<&'a Unit>,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let series = match self.reading {
            Reading::DataPoint(_) => None,
            Reading::TimeSeries(series) => Some(series),
        };
        let mut entry = serializer.serialize_map(None)?;
        if let Some(annotation) = series.and_then(|series| series.annotation.as_deref()) {
            entry.serialize_entry("annotation", annotation)?;
        }
        entry.serialize_entry("data", &Pairs(self.reading))?;
        entry.serialize_entry("id", &self.id)?;
        if let Some(series) = series.filter(|series| !series.labels.is_empty()) {
            entry.serialize_entry("labels", &series.labels)?;
        }
        if let Some(unit) = self.other_unit {
            entry.serialize_entry("unit", unit)?;
        }
        entry.end()
    }
}

/// The finite values of a reading, each with its epoch second.
struct Pairs<'a>(&'a Reading);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pairs = serializer.serialize_seq(None)?;
        for (time, value) in points(self.0).filter(|(_, value)| value.is_finite()) {
            pairs.serialize_element(&(time.as_second(), value))?;
        }
        pairs.end()
    }
}

fn has_numbers(reading: &Reading) -> bool {
    points(reading).any(|(_, value)| value.is_finite())
}

fn points(reading: &Reading) -> impl Iterator<Item = (Timestamp, f64)> {
    let (point, series): (Option<&DataPoint>, Option<&TimeSeries>) = match reading {
        Reading::DataPoint(point) => (Some(point), None),
        Reading::TimeSeries(series) => (None, Some(series)),
    };
    let point = point.into_iter().map(|point| (point.time, point.value));
    point.chain(series.into_iter().flat_map(|series| series.points().iter().copied()))
}

/// The names of the entries of one metric, none given twice.
struct Ids {
    /// The name of what has none: the current second, as the original has it for everything.
    now: String,
    given: HashSet<String>,
    /// How often each name was asked for.
    asked: HashMap<String, u64>,
}

impl Ids {
    fn new(now: Timestamp) -> Self {
        Self { now: now.as_second().to_string(), given: HashSet::new(), asked: HashMap::new() }
    }

    /// Gives the name that is asked for, or the next free one of `name-1`, `name-2` and so on.
    fn name(&mut self, own: Option<&str>) -> String {
        let name = own.unwrap_or(&self.now);
        let mut id = name.to_owned();
        if !self.given.insert(id.clone()) {
            let asked = self.asked.entry(name.to_owned()).or_default();
            loop {
                *asked += 1;
                id = format!("{name}-{asked}");
                if self.given.insert(id.clone()) {
                    break;
                }
            }
        }
        id
    }
}

#[cfg(test)]
mod tests;
