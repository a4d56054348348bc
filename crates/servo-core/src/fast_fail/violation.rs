//! What is violated, in the words that the optimizer is told.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::fmt::strtime;

use super::{Outcome, Seen};
use crate::error::reason;
use crate::model::Condition;
use crate::{Class, Error};

/// How many failures of a condition are told; of more, the last ones.
const MAX_TOLD: usize = 20;

/// A condition that is violated.
#[derive(Clone, Debug, PartialEq)]
pub struct Violated {
    /// The condition.
    pub condition: Arc<Condition>,
    /// Its failures in the window, the oldest first.
    pub failures: Vec<Seen>,
}

/// All conditions that are violated in one round, in the order of the objectives; never none.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation(pub(super) Vec<Violated>);

impl Violation {
    /// Gives the conditions that are violated, in the order of the objectives.
    pub fn violated(&self) -> &[Violated] {
        &self.0
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SLO violation(s) observed: ")?;
        for (index, violated) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            violated.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Violated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[", self.condition)?;
        let earlier = self.failures.len().saturating_sub(MAX_TOLD);
        if earlier > 0 {
            write!(f, "{earlier} earlier failures, ")?;
        }
        for (index, seen) in self.failures.iter().skip(earlier).enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            if let Outcome::Failed { metric, threshold } = seen.outcome {
                let keep = self.condition.keep;
                write!(
                    f,
                    "{} SLO failed metric value {metric} was not {keep} threshold value {threshold}",
                    at(seen.at)
                )?;
            }
        }
        f.write_str("]")
    }
}

impl From<Violation> for Error {
    /// Makes the error with which a measurement is stopped early: class aborted, reason `slo-violation`.
    fn from(violation: Violation) -> Self {
        Self::new(Class::Aborted, violation.to_string()).with_reason(reason::SLO_VIOLATION)
    }
}

/// Writes a time as ServoX does: UTC, with microseconds unless there are none.
fn at(time: Timestamp) -> strtime::Display<'static> {
    let format = if time.subsec_microsecond() == 0 && time.subsec_millisecond() == 0 {
        "%Y-%m-%d %H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S%.6f"
    };
    time.strftime(format)
}
