//! Studies of a scripted application, through the trait that a servo sees.

mod app;
mod budgets;
mod checks;
mod course;
mod disk;
mod ending;
mod failures;
mod figures;
mod modes;
mod pairs;
mod ready;
mod resume;
mod vanishing;
mod verdicts;

use servo_core::model::Slo;
use servo_core::optimizer::{Identity, Verdict};

use super::*;
use crate::settings::{Budget, Goal};

/// The cheapest configuration whose latency stays below 250 ms.
fn cheapest(trials: u32) -> Settings {
    Settings {
        slo: Some(below(250)),
        budget: Budget::trials(trials),
        ..Settings::new(Goal::minimize("cost"))
    }
}

fn below(threshold: u32) -> Slo {
    let conditions = serde_json::json!({"conditions": [{"metric": "p95_latency", "threshold": threshold}]});
    serde_json::from_value(conditions).expect("a condition")
}

fn study(settings: Settings) -> Study {
    let identity = Identity::new("shop", "nowhere");
    Study::new(identity, settings).expect("settings that can work").in_memory()
}
