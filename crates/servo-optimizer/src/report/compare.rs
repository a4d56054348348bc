//! The baseline and the best side by side.

use servo_core::journal::adjustments;
use servo_core::model::{Condition, Keep, Value};

use super::{Configuration, Report};
use crate::constraint;
use crate::objective::{COST, Expression, Variables};
use crate::pricing::HOURS_PER_MONTH;

/// What becomes of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The full name of the setting, such as `web.cpu`.
    pub setting: String,
    /// The unit of its values, where it has one.
    pub unit: Option<String>,
    /// Its value at the baseline, where it had one.
    pub before: Option<Value>,
    /// Its value in the best configuration; the same where there is none.
    pub after: Option<Value>,
}

impl Change {
    /// Says whether the value is another one.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }
}

/// What the best configuration saves; less than nothing where it costs more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Saving {
    /// By the hour.
    pub per_hour: f64,
    /// By the month of 730 hours.
    pub per_month: f64,
    /// In percent of the baseline's cost, where that is above zero.
    pub percent: Option<f64>,
}

/// How one condition was held.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The condition.
    pub condition: Condition,
    /// The mean of its metric at the baseline.
    pub baseline: Option<f64>,
    /// The mean of its metric in the best configuration.
    pub best: Option<f64>,
    /// The threshold: that of the best configuration, or of the baseline where there is none.
    pub threshold: Option<f64>,
    /// How far the best, or the baseline where there is none, stays on its side of the threshold, in percent of it.
    pub margin_percent: Option<f64>,
    /// Whether it holds there.
    pub is_held: bool,
}

/// What becomes of an objective that has to be measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The metric that it is; `None` for an expression.
    pub metric: Option<String>,
    /// Whether less of it is better.
    pub is_minimized: bool,
    /// Its value at the baseline.
    pub before: f64,
    /// Its value in the best configuration, where there is one.
    pub after: Option<f64>,
}

impl Course {
    /// Gives the change in percent of the value at the baseline, where there is one.
    pub fn change_percent(&self) -> Option<f64> {
        let after = self.after.filter(|_| self.before != 0.0)?;
        Some((after - self.before) / self.before.abs() * 100.0)
    }

    /// Gives by how many percent of the value at the baseline the best is better; less than nothing where it is worse, as
    /// one that holds the objectives may be where the baseline does not.
    pub fn gain_percent(&self) -> Option<f64> {
        self.change_percent().map(|change| if self.is_minimized { -change } else { change })
    }
}

impl Report {
    /// Says what becomes of the objective, from the means of the metrics; `None` where it is the cost, or where a metric
    /// that it needs was not measured.
    pub fn course(&self) -> Option<Course> {
        let (direction, subject) = self.details.objective.split_once(' ')?;
        if subject == COST {
            return None;
        }
        let is_minimized = direction == "minimize";
        if let Some(before) = self.baseline.metrics.get(subject) {
            let after = self.best.as_ref().and_then(|best| best.metrics.get(subject).copied());
            return Some(Course { metric: Some(subject.to_owned()), is_minimized, before: *before, after });
        }
        let expression = Expression::compile(subject).ok()?;
        let value = |of: &Configuration| {
            let settings = adjustments(&of.settings);
            let variables = Variables { cost: of.cost, metrics: &of.metrics, settings: &settings };
            expression.evaluate(&variables).ok()
        };
        let after = self.best.as_ref().and_then(value);
        Some(Course { metric: None, is_minimized, before: value(&self.baseline)?, after })
    }

    /// Lists all settings before and after, in the order of their names.
    pub fn changes(&self) -> Vec<Change> {
        let before = &self.baseline.settings;
        let after = self.best.as_ref().map_or(before, |best| &best.settings);
        let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let change = |name: &String| Change {
            setting: name.clone(),
            unit: self.details.units.get(name).cloned(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        };
        names.into_iter().map(change).collect()
    }

    /// Gives what the best configuration saves; `None` where there is none, or costs are not known.
    pub fn saving(&self) -> Option<Saving> {
        let per_hour = self.baseline.cost? - self.best.as_ref()?.cost?;
        Some(Saving { per_hour, per_month: per_hour * HOURS_PER_MONTH, percent: self.saving_percent })
    }

    /// Shows how each condition was held.
    pub fn conditions(&self) -> Vec<Held> {
        self.details.conditions.iter().map(|condition| self.held(condition)).collect()
    }

    fn held(&self, condition: &Condition) -> Held {
        let baseline = &self.baseline.metrics;
        let best = self.best.as_ref().map(|best| &best.metrics);
        let judged = best.unwrap_or(baseline);
        let value = judged.get(&condition.metric).copied();
        let threshold = condition.limit(|name| judged.get(name).copied());
        let margin_percent = match (value, threshold) {
            (Some(value), Some(threshold)) if threshold != 0.0 => {
                let below = (threshold - value) / threshold.abs() * 100.0;
                Some(if condition.keep == Keep::Below { below } else { -below })
            }
            _ => None,
        };
        Held {
            condition: condition.clone(),
            baseline: baseline.get(&condition.metric).copied(),
            best: best.and_then(|best| best.get(&condition.metric).copied()),
            threshold,
            margin_percent,
            is_held: constraint::value(condition, |name| judged.get(name).copied())
                .is_some_and(|value| value <= 0.0),
        }
    }
}
