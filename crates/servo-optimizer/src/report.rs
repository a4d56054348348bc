//! What a study found, for people and for programs.

mod build;
mod compare;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use servo_core::Result;
use servo_core::model::{Condition, Value};
use servo_core::optimizer::Verdict;

pub use compare::{Change, Course, Held, Saving};

use crate::history;

/// The report of one servo. As JSON it is the form that `servo report --format json` promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The name of the servo.
    pub name: String,
    /// `running`, `improved`, `no_better` or `interrupted`.
    pub outcome: &'static str,
    /// The configuration that was found, with the means of its measurements.
    pub baseline: Configuration,
    /// The configuration that is better, with the means of its measurements; none where none is.
    pub best: Option<Configuration>,
    /// How much cheaper the best is, in percent of the baseline's cost.
    pub saving_percent: Option<f64>,
    /// Whether the best, or the baseline where there is none, held every condition on average.
    pub slo_held: bool,
    /// How probable it is that the best holds every condition and is better than the baseline.
    pub confidence: Option<f64>,
    /// Why it came to this, or what is to be said beside: the reason for which a study was interrupted for good, or what
    /// a search would try where none was made.
    pub note: Option<String>,
    /// All trials in their order.
    pub trials: Vec<Trial>,
    /// What else a person reads.
    #[serde(skip)]
    pub details: Details,
}

/// A configuration and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Configuration {
    /// Its settings by their full names, such as `web.cpu`.
    pub settings: BTreeMap<String, Value>,
    /// The means of its metrics over all its measurements; empty where there is none.
    pub metrics: BTreeMap<String, f64>,
    /// What it costs by the hour.
    pub cost: Option<f64>,
}

/// A trial as it is reported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trial {
    /// Its number, from 1.
    pub n: u32,
    /// The configuration by the full names of its settings.
    pub settings: BTreeMap<String, Value>,
    /// `measured`, `rejected`, `aborted` or `failed`.
    pub status: &'static str,
    /// What it says about the configuration.
    pub verdict: Verdict,
    /// Why it did not succeed, as one word where there is one, else as a sentence.
    pub reason: Option<String>,
    /// The means of its metrics.
    pub metrics: BTreeMap<String, f64>,
    /// What the configuration costs by the hour.
    pub cost: Option<f64>,
    /// The first trial of the same configuration.
    pub repeat_of: Option<u32>,
}

/// What a person reads beside the numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// The objective, such as `minimize cost`.
    pub objective: String,
    /// The seed of what was left to chance.
    pub seed: u64,
    /// The conditions that a configuration must hold.
    pub conditions: Vec<Condition>,
    /// The units of settings by their full names.
    pub units: BTreeMap<String, String>,
    /// How often the best was measured, or the baseline where there is none.
    pub measurements: usize,
}

/// Reads the report of a servo from its state folder, while it is running too. `None` where no study was begun.
///
/// # Errors
///
/// Class configuration: a newer version of Servo wrote the history, or it is none. Class failed: it cannot be read.
pub async fn read(state_dir: &Path, servo: &str) -> Result<Option<Report>> {
    Ok(history::newest(state_dir, servo).await?.map(Report::of))
}

#[cfg(test)]
mod tests;
