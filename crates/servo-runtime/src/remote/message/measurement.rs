//! The readings of a measurement in the protocol's form (specification, section 3.6).

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use servo_core::model::{Measurement, Reading, TimeSeries, Unit};

use super::float;

/// Writes the metrics by their names: `{unit, value}` for a single point, `{unit, values}` for all else.
///
/// Each series, and each of several points, is an entry of `values` of its own. The original wrote one entry
/// only, so that of the series of one metric all but the last were lost. What is not finite has no number in
/// JSON and is left out; so are the series and the metrics of which nothing else is left.
pub(super) fn metrics(measurement: &Measurement, now: Timestamp) -> Value {
    let mut metrics: BTreeMap<&str, Metric<'_>> = BTreeMap::new();
    for reading in measurement.readings() {
        let Some(entry) = Entry::of(reading) else { continue };
        let metric = reading.metric();
        let found = metrics.entry(&metric.name);
        found.or_insert_with(|| Metric { unit: &metric.unit, entries: Vec::new() }).entries.push(entry);
    }
    let metrics = metrics.into_iter().map(|(name, metric)| (name.to_owned(), metric.into_value(now)));
    Value::Object(metrics.collect())
}

/// A metric of which something is left.
struct Metric<'a> {
    /// The unit of the first entry.
    unit: &'a Unit,
    entries: Vec<Entry<'a>>,
}

impl Metric<'_> {
    fn into_value(mut self, now: Timestamp) -> Value {
        if let [Entry { series: None, pairs, .. }] = self.entries.as_mut_slice()
            && let Some((_, value)) = pairs.pop()
        {
            return json!({ "unit": self.unit, "value": value });
        }
        let mut ids = Ids::new(now);
        let values: Vec<Value> =
            self.entries.into_iter().map(|entry| entry.into_value(self.unit, &mut ids)).collect();
        json!({ "unit": self.unit, "values": values })
    }
}

/// What is left of a reading: at least one pair of epoch seconds and a number.
struct Entry<'a> {
    unit: &'a Unit,
    series: Option<&'a TimeSeries>,
    pairs: Vec<(i64, Value)>,
}

impl<'a> Entry<'a> {
    fn of(reading: &'a Reading) -> Option<Self> {
        let pair = |time: Timestamp, value: f64| Some((time.as_second(), float(value)?));
        let (series, pairs): (_, Vec<_>) = match reading {
            Reading::DataPoint(point) => (None, pair(point.time, point.value).into_iter().collect()),
            Reading::TimeSeries(series) => {
                let pairs = series.points().iter().filter_map(|(time, value)| pair(*time, *value));
                (Some(series), pairs.collect())
            }
        };
        (!pairs.is_empty()).then_some(Self { unit: &reading.metric().unit, series, pairs })
    }

    fn into_value(self, unit: &Unit, ids: &mut Ids) -> Value {
        let mut entry = Map::new();
        let own = self.series.and_then(|series| series.id.as_deref());
        entry.insert("id".to_owned(), ids.name(own).into());
        if self.unit != unit {
            // Two connectors may measure something of the same name; neither speaks for the other's unit.
            entry.insert("unit".to_owned(), self.unit.value().into());
        }
        if let Some(annotation) = self.series.and_then(|series| series.annotation.as_deref()) {
            entry.insert("annotation".to_owned(), annotation.into());
        }
        if let Some(series) = self.series.filter(|series| !series.labels.is_empty()) {
            entry.insert("labels".to_owned(), json!(series.labels));
        }
        let pairs = self.pairs.into_iter().map(|(time, value)| Value::Array(vec![time.into(), value]));
        entry.insert("data".to_owned(), pairs.collect());
        Value::Object(entry)
    }
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
