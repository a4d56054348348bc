//! What the first version of the tables did not record, worked out from what it did.

use servo_core::optimizer::Verdict;

use super::record::{Status, TrialRecord};

/// How the messages of measurements began that lacked what was needed.
const LACKING: [&str; 2] = ["metric `", "the objective has no value"];

/// Gives the verdict on a trial that was recorded without one.
pub(super) fn verdict(trial: &TrialRecord) -> Verdict {
    match trial.status {
        Status::Measured if trial.constraints.iter().all(|constraint| *constraint <= 0.0) => Verdict::Passed,
        Status::Measured | Status::Rejected | Status::Aborted => Verdict::Failed,
        Status::Failed => {
            let message = trial.message.as_deref().unwrap_or_default();
            let is_lacking = LACKING.iter().any(|beginning| message.starts_with(beginning));
            if is_lacking || !trial.metrics.is_empty() { Verdict::Inconclusive } else { Verdict::Error }
        }
    }
}

/// Gives how long a trial took by the clock on the wall, in seconds; nothing where that was set back meanwhile.
pub(super) fn seconds(trial: &TrialRecord) -> f64 {
    trial.ended_at.duration_since(trial.started_at).as_secs_f64().max(0.0)
}
