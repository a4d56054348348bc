//! Noticing that what is measured has turned idle, so that a measurement can end early.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Reading, mean_of};

/// When metrics count as idle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdleSettings {
    /// The metrics that must all be idle, such as the rate of requests.
    pub metrics: Vec<String>,
    /// For how many rounds in a row they must be idle.
    #[serde(default = "three")]
    pub after: NonZeroU32,
    /// The value up to which a metric is idle, in its unit.
    #[serde(default)]
    pub threshold: f64,
}

const fn three() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(2)
}

/// What successive readings say of whether metrics have turned idle.
///
/// A metric turns idle only after it was active: a service that has not been called yet is not idle but slow to start.
/// A metric that is missing from a round is not idle in it, since missing data is no zero.
#[derive(Clone, Debug)]
pub struct Idle {
    settings: IdleSettings,
    courses: Vec<Course>,
}

/// What one metric did so far.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    was_active: bool,
    /// For how many rounds it has been idle since.
    rounds: u32,
}

impl Idle {
    /// Begins to look, with nothing seen yet.
    pub fn new(settings: IdleSettings) -> Self {
        let courses = vec![Course::default(); settings.metrics.len()];
        Self { settings, courses }
    }

    /// Looks at the readings of a round, and says whether all metrics have turned idle by now. Without any metric, never.
    pub fn check(&mut self, readings: &[Reading]) -> bool {
        for (metric, course) in self.settings.metrics.iter().zip(&mut self.courses) {
            match mean_of(readings, metric) {
                Some(value) if value > self.settings.threshold => {
                    *course = Course { was_active: true, rounds: 0 }
                }
                Some(_) if course.was_active => course.rounds = course.rounds.saturating_add(1),
                Some(_) => {}
                None => course.rounds = 0,
            }
        }
        let is_idle = |course: &Course| course.rounds >= self.settings.after.get();
        !self.courses.is_empty() && self.courses.iter().all(is_idle)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::model::{DataPoint, Metric, Unit};

    fn idle(settings: Value) -> Idle {
        Idle::new(from_value(settings).unwrap())
    }

    fn reading(name: &str, value: f64) -> Reading {
        DataPoint {
            metric: Metric::new(name, Unit::RequestsPerSecond),
            time: jiff::Timestamp::UNIX_EPOCH,
            value,
        }
        .into()
    }

    /// Hands over one value of `rate` after another, NaN for a round without it.
    fn rounds(idle: &mut Idle, values: &[f64]) -> Vec<bool> {
        values.iter().map(|value| idle.check(&[reading("rate", *value)])).collect()
    }

    #[test]
    fn it_is_idle_after_so_many_rounds_in_a_row() {
        let mut watched = idle(json!({"metrics": ["rate"]}));
        assert_eq!(rounds(&mut watched, &[9.0, 0.0, 0.0, 1.0, 0.0, 0.0]), [false; 6]);
        assert_eq!(rounds(&mut watched, &[0.0, 0.0, 5.0]), [true, true, false]);
    }

    #[test]
    fn it_is_never_idle_before_it_was_active() {
        let mut watched = idle(json!({"metrics": ["rate"], "after": 1}));
        assert_eq!(rounds(&mut watched, &[0.0, 0.0, 2.0, 0.0]), [false, false, false, true]);
    }

    #[test]
    fn up_to_the_threshold_it_is_idle() {
        let mut watched = idle(json!({"metrics": ["rate"], "after": 1, "threshold": 0.5}));
        assert_eq!(rounds(&mut watched, &[0.6, 0.5, 0.51, 0.1]), [false, true, false, true]);
    }

    #[test]
    fn a_round_without_the_metric_is_not_idle() {
        let mut watched = idle(json!({"metrics": ["rate"], "after": 2}));
        assert_eq!(rounds(&mut watched, &[9.0, 0.0, f64::NAN, 0.0, 0.0]), [false, false, false, false, true]);
        assert!(!watched.check(&[]));
    }

    #[test]
    fn all_metrics_must_have_turned_idle() {
        let mut watched = idle(json!({"metrics": ["rate", "errors"], "after": 1}));
        let both = |rate, errors| [reading("rate", rate), reading("errors", errors)];
        assert!(!watched.check(&both(3.0, 0.0)));
        assert!(!watched.check(&both(0.0, 0.0)), "there was no error yet");
        assert!(!watched.check(&both(0.0, 1.0)));
        assert!(watched.check(&both(0.0, 0.0)));
    }

    #[test]
    fn without_a_metric_it_is_never_idle() {
        assert!(!idle(json!({"metrics": []})).check(&[reading("rate", 0.0)]));
    }
}
