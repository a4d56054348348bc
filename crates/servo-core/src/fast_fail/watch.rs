//! The objectives of one measurement, looked at round by round.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::window::Window;
use super::{FastFail, Outcome, Seen, Violated, Violation};
use crate::Result;
use crate::model::{Condition, Reading, Slo};

/// The objectives of one measurement, looked at round by round.
///
/// ```
/// use servo_core::fast_fail::{FastFail, Watch};
/// use servo_core::model::{DataPoint, Metric, Slo, Unit};
///
/// let slo: Slo = serde_json::from_str(r#"{"conditions": [{"metric": "latency", "threshold": 6000}]}"#)?;
/// let mut watch = Watch::new(&slo, &FastFail::default());
///
/// let at = "2020-01-21T12:00:01Z".parse()?;
/// let metric = Metric::new("latency", Unit::Milliseconds);
/// let round = watch.check(at, &[DataPoint { metric, time: at, value: 6535.8 }.into()]);
/// assert_eq!(round.to_string(), "SLO statuses from last check: x1 failed [(latency below 6000)]");
/// assert_eq!(
///     round.into_result().unwrap_err().message(),
///     "SLO violation(s) observed: (latency below 6000)[2020-01-21 12:00:01 SLO failed metric value 6535.8 \
///      was not below threshold value 6000]",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Watch {
    options: FastFail,
    held: Vec<(Arc<Condition>, Window)>,
}

/// What one look found.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    outcomes: Vec<(Arc<Condition>, Outcome)>,
    violation: Option<Violation>,
}

impl Watch {
    /// Begins to watch, with nothing seen yet.
    pub fn new(slo: &Slo, options: &FastFail) -> Self {
        let begin = |condition: &Condition| (Arc::new(condition.clone()), Window::new(condition.trigger));
        Self { options: options.clone(), held: slo.conditions().iter().map(begin).collect() }
    }

    /// Looks at every condition, with the readings of the time before `at`.
    pub fn check(&mut self, at: Timestamp, readings: &[Reading]) -> Round {
        let mut outcomes = Vec::with_capacity(self.held.len());
        let mut violated = Vec::new();
        for (condition, window) in &mut self.held {
            let outcome = Outcome::of(condition, &self.options, readings);
            outcomes.push((Arc::clone(condition), outcome));
            if window.add(Seen { at, outcome }) {
                let failures = window.failures().copied().collect();
                violated.push(Violated { condition: Arc::clone(condition), failures });
            }
        }
        Round { outcomes, violation: (!violated.is_empty()).then_some(Violation(violated)) }
    }

    /// Gives each condition with its window: the outcomes of the last rounds, the oldest first.
    pub fn windows(&self) -> impl Iterator<Item = (&Condition, Vec<Seen>)> {
        self.held.iter().map(|(condition, window)| (&**condition, window.seen().copied().collect()))
    }
}

impl Round {
    /// Gives each condition with what became of it, in the order of the objectives.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Condition, Outcome)> {
        self.outcomes.iter().map(|(condition, outcome)| (&**condition, *outcome))
    }

    /// Gives what is violated.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// Gives what is violated as the error with which a measurement is stopped early.
    ///
    /// # Errors
    ///
    /// Class aborted with the reason `slo-violation`, where something is violated.
    pub fn into_result(self) -> Result<()> {
        self.violation.map_or(Ok(()), |violation| Err(violation.into()))
    }
}

impl fmt::Display for Round {
    /// Writes how many conditions have which outcome, and which those are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SLO statuses from last check: ")?;
        let mut told: Vec<&'static str> = Vec::new();
        for (_, outcome) in &self.outcomes {
            let status = outcome.status();
            if told.contains(&status) {
                continue;
            }
            let alike = || self.outcomes.iter().filter(|(_, other)| other.status() == status);
            let comma = if told.is_empty() { "" } else { ", " };
            write!(f, "{comma}x{} {status} [", alike().count())?;
            for (index, (condition, _)) in alike().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{condition}")?;
            }
            f.write_str("]")?;
            told.push(status);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
