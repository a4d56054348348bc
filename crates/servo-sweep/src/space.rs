//! The whole space of a service, evaluated without noise.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use servo_core::model::Value;
use servo_optimizer::lattice::Point;

use crate::example::Example;

/// What is true of a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Truth {
    /// The objective, turned so that less is better; `None` where the configuration does not run.
    pub(crate) objective: Option<f64>,
    /// It runs and holds every condition.
    pub(crate) is_feasible: bool,
}

/// Every configuration of a service with what is true of it.
pub(crate) struct Space {
    truths: HashMap<String, Truth>,
    baseline: Truth,
    best: f64,
}

impl Space {
    /// Evaluates every configuration, on so many threads.
    pub(crate) fn evaluate(example: &Example, jobs: usize) -> Result<Self, String> {
        let points: Vec<Point> = example.yardstick.points().collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut found = Vec::new();
            while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                found.push((key(&example.yardstick.settings(point)), truth(example, point)));
            }
            found
        };
        let truths: HashMap<String, Truth> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        });
        let feasible = truths.values().filter(|truth| truth.is_feasible).filter_map(|truth| truth.objective);
        let best = feasible.fold(f64::INFINITY, f64::min);
        if !best.is_finite() {
            return Err(format!("`{}`: no configuration is feasible", example.name));
        }
        Ok(Self { baseline: truth(example, example.yardstick.baseline()), truths, best })
    }

    /// Returns what is true of the configuration with these settings, or of the baseline.
    pub(crate) fn truth(&self, settings: Option<&BTreeMap<String, Value>>) -> Truth {
        settings.and_then(|settings| self.truths.get(&key(settings)).copied()).unwrap_or(self.baseline)
    }

    /// Returns how far a value is from the best feasible one, as a share of that.
    pub(crate) fn regret(&self, objective: f64) -> f64 {
        (objective - self.best) / self.best.abs().max(f64::MIN_POSITIVE)
    }

    pub(crate) fn best(&self) -> f64 {
        self.best
    }

    pub(crate) fn baseline(&self) -> Truth {
        self.baseline
    }

    pub(crate) fn len(&self) -> usize {
        self.truths.len()
    }

    pub(crate) fn feasible(&self) -> usize {
        self.truths.values().filter(|truth| truth.is_feasible).count()
    }
}

fn truth(example: &Example, point: &Point) -> Truth {
    let adjustments = example.yardstick.assignment(point);
    match example.truth.truth(&adjustments) {
        Err(_) => Truth { objective: None, is_feasible: false },
        Ok(metrics) => {
            let objective = example.yardstick.objective(point, &metrics);
            Truth { objective, is_feasible: objective.is_some() && example.yardstick.holds(&metrics) }
        }
    }
}

fn key(settings: &BTreeMap<String, Value>) -> String {
    let named = |(name, value): (&String, &Value)| match value {
        Value::Number(number) => format!("{name}={}", number.normalize()),
        Value::Text(text) => format!("{name}={text}"),
    };
    settings.iter().map(named).collect::<Vec<_>>().join(" ")
}
