//! The readings of one measurement.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Metric, Reading, mean_of};

/// Readings, all points or all series, and notes about them.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Measurement {
    readings: Vec<Reading>,
    annotations: BTreeMap<String, String>,
}

/// Why readings cannot be one measurement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasurementError {
    /// Points and series are mixed.
    #[error("all readings must be of the same type: expected \"{expected}\" but found \"{found}\"")]
    Mixed {
        /// The class of the first reading.
        expected: &'static str,
        /// The class of the one that differs.
        found: &'static str,
    },
}

impl Measurement {
    /// Builds a measurement from readings of one class.
    ///
    /// # Errors
    /// Points mixed with series.
    pub fn new(readings: Vec<Reading>) -> Result<Self, MeasurementError> {
        if let Some(first) = readings.first()
            && let Some(other) = readings.iter().find(|reading| reading.class() != first.class())
        {
            return Err(MeasurementError::Mixed { expected: first.class(), found: other.class() });
        }
        Ok(Self { readings, annotations: BTreeMap::new() })
    }

    /// Adds a note.
    pub fn with_annotation(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.annotations.insert(name.into(), text.into());
        self
    }

    /// Gives the readings.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// Gives the notes by their names.
    pub const fn annotations(&self) -> &BTreeMap<String, String> {
        &self.annotations
    }

    /// Joins two measurements; of two notes of the same name the other's stays.
    ///
    /// # Errors
    /// Points mixed with series.
    pub fn merge(mut self, other: Self) -> Result<Self, MeasurementError> {
        self.readings.extend(other.readings);
        self.annotations.extend(other.annotations);
        Ok(Self { annotations: self.annotations, ..Self::new(self.readings)? })
    }

    /// Gives the metrics that were read, each once, in the order of the readings.
    pub fn metrics(&self) -> Vec<&Metric> {
        let mut metrics: Vec<&Metric> = Vec::new();
        for metric in self.readings.iter().map(Reading::metric) {
            if !metrics.contains(&metric) {
                metrics.push(metric);
            }
        }
        metrics
    }

    /// Gives the mean of a metric: over its readings, the mean of each one's points (spec 9.1). Readings
    /// without a finite value do not count; without any other there is no mean.
    pub fn mean_of(&self, metric: &str) -> Option<f64> {
        mean_of(&self.readings, metric)
    }
}

#[cfg(test)]
mod tests;
