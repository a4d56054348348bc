//! What an optimizer knows in figures, for whoever watches it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a trial says about its configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was measured, and held every condition.
    Passed,
    /// It does not run, or violated a condition.
    Failed,
    /// It was measured, but what a condition or the objective needs is missing: it may hold them or not.
    Inconclusive,
    /// It could not be brought into force or measured, for reasons that say nothing of it.
    Error,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Passed, Self::Failed, Self::Inconclusive, Self::Error];

    /// Returns the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        }
    }
}

/// Figures of one optimizer; what it does not know is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// How many trials there were in this study, by what they said.
    pub trials: BTreeMap<Verdict, u64>,
    /// How far the last measurement was from violating a condition, the nearest one, as a fraction of its threshold:
    /// negative where one was violated.
    pub slo_margin: Option<f64>,
    /// What the configuration in force costs by the hour.
    pub cost: Option<f64>,
    /// What the baseline costs by the hour.
    pub baseline_cost: Option<f64>,
    /// What the best configuration costs by the hour of those that were measured and held every condition.
    pub best_cost: Option<f64>,
    /// How many trials there may be in this study, as far as that can be told now.
    pub budget: Option<u64>,
    /// How many exchanges with it have failed.
    pub errors: u64,
}
