//! When a study ends: after so many trials, after so long, or after so much has gone wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use servo_core::duration::Duration;
use servo_core::{Error, Result};

/// How many trials are made where neither a number nor a duration is written.
const DEFAULT_TRIALS: u32 = 40;

/// So many trials in a row that say nothing of their configurations are not about configurations any more.
const DEFAULT_CONSECUTIVE_FAILURES: u32 = 5;

/// When a study ends. By trials, by duration, or both; 40 trials where neither is written. A count of what goes wrong
/// breaks the circuit when it is reached: the baseline is restored, and nothing is changed until an operator allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The largest number of trials. Each counts: the baseline, repeats of a measurement, and trials that were
    /// rejected or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub trials: Option<u32>,
    /// The longest time that the study runs, to the end of its last trial. Time in which it does not run, such as
    /// between a crash and the next start, does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// The number of trials in a row that are an error or inconclusive at which the circuit breaks; 5 if left out.
    #[serde(default = "five")]
    #[schemars(range(min = 1))]
    pub max_consecutive_failures: u32,
    /// The number of trials in all that are an error, inconclusive or rejected at which the circuit breaks; no bound if
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_failures: Option<u32>,
    /// The number of trials in all that violate a condition at which the circuit breaks, those of the baseline not
    /// counted; no bound if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_slo_violations: Option<u32>,
}

const fn five() -> u32 {
    DEFAULT_CONSECUTIVE_FAILURES
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            trials: None,
            duration: None,
            max_consecutive_failures: five(),
            max_failures: None,
            max_slo_violations: None,
        }
    }
}

impl Budget {
    /// Allows a number of trials.
    pub fn trials(trials: u32) -> Self {
        Self { trials: Some(trials), ..Self::default() }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let mut found = Vec::new();
        if self.trials == Some(0) {
            let message = "expected at least 1 trial, found 0: the baseline is one";
            found.push(Error::configuration(message).at("trials"));
        }
        if self.duration.is_some_and(Duration::is_zero) {
            found.push(Error::configuration("expected a duration above zero, such as `4h`").at("duration"));
        }
        for (key, most) in [
            ("max_consecutive_failures", Some(self.max_consecutive_failures)),
            ("max_failures", self.max_failures),
            ("max_slo_violations", self.max_slo_violations),
        ] {
            if most == Some(0) {
                let message = "expected at least 1, found 0: the circuit breaks when the count reaches this";
                let help = format!("write 1 to stop at the first, or leave `{key}` out");
                found.push(Error::configuration(message).at(key).with_help(help));
            }
        }
        Error::join(found).map_or(Ok(()), Err)
    }

    /// Gives how many trials are left after `made` of them, when the study has run for `elapsed` seconds and
    /// one takes `per_trial` seconds.
    pub(crate) fn left(&self, made: usize, elapsed: f64, per_trial: f64) -> usize {
        let trials = match (self.trials, self.duration) {
            (None, None) => Some(DEFAULT_TRIALS),
            (trials, _) => trials,
        };
        let by_count = trials.map_or(usize::MAX, |trials| (trials as usize).saturating_sub(made));
        let by_time = self.duration.map_or(usize::MAX, |duration| {
            let seconds = duration.as_secs_f64() - elapsed;
            let trials = if per_trial > 0.0 { seconds / per_trial } else { f64::from(u32::MAX) };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 32 bits")]
            let whole = if seconds > 0.0 { trials.clamp(0.0, f64::from(u32::MAX)) as usize } else { 0 };
            whole
        });
        by_count.min(by_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_trials_where_nothing_is_written() {
        assert_eq!(Budget::default().left(0, 0.0, 1.0), 40);
        assert_eq!(Budget::default().left(41, 0.0, 1.0), 0);
    }

    #[test]
    fn the_scarcer_of_both_counts() {
        let budget = Budget { duration: Some(Duration::from_secs(100)), ..Budget::trials(10) };
        assert_eq!(budget.left(2, 0.0, 1.0), 8);
        assert_eq!(budget.left(2, 75.0, 10.0), 2);
        assert_eq!(budget.left(2, 101.0, 10.0), 0);
        assert_eq!(budget.left(2, 99.0, 0.0), 8);
    }

    #[test]
    fn a_duration_alone_leaves_the_number_open() {
        let budget = Budget { duration: Some(Duration::from_secs(100)), ..Budget::default() };
        assert_eq!(budget.left(70, 50.0, 0.5), 100);
    }
}
