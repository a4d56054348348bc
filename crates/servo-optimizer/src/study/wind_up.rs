//! The end of a study: the winner is promoted, or the baseline restored, and only then is the study over.

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::optimizer::{Answer, Failure, Operation, Outcome};
use servo_core::{Class, Error, Result};

use super::course::{Next, Task};
use super::judge::disobeyed;
use super::plan::{Plan, listed};
use super::winner::Winner;
use crate::history::Ending;
use crate::lattice::Point;
use crate::settings::Settings;

/// How often restoring or promoting is tried.
const ATTEMPTS: u32 = 3;
/// The pause before it is tried again.
const PAUSE: Duration = Duration::from_secs(5);

/// A study that is decided, before the application is as it is to stay.
#[derive(Debug)]
pub(super) struct WindUp {
    outcome: Outcome,
    winner: Option<Winner>,
    /// Whether the winner is still to be brought into force.
    promotes: bool,
    /// The configuration that is to stay.
    stays: Point,
    /// How often bringing it into force has failed.
    failures: u32,
    /// Whether to wait before it is tried again.
    pauses: bool,
}

impl WindUp {
    pub(super) fn new(outcome: Outcome, winner: Option<Winner>, promotes: bool, baseline: Point) -> Self {
        let promotes = promotes && winner.is_some();
        Self { outcome, winner, promotes, stays: baseline, failures: 0, pauses: false }
    }

    /// Gives up what has not been promoted yet.
    pub(super) fn interrupt(&mut self) {
        self.promotes = false;
    }

    /// Gives what comes next, with the configuration in force; `None` where that is not known.
    pub(super) fn next(
        &mut self,
        plan: &Plan,
        settings: &Settings,
        in_force: &mut Option<Point>,
        now: Timestamp,
    ) -> Next {
        if std::mem::take(&mut self.pauses) {
            let reason = "before it is tried again".to_owned();
            return Next::Do(Operation::Sleep { duration: PAUSE, reason }, None);
        }
        if let (true, Some(winner)) = (self.promotes, &self.winner) {
            // In full: whoever promotes need not know what the study did before.
            let adjusting = plan.adjust(None, &winner.point, settings.settlement);
            *in_force = None;
            return Next::Do(Operation::Promote(adjusting), Some(Task::Promote));
        }
        if in_force.as_ref() != Some(&self.stays) && self.failures < ATTEMPTS {
            let adjusting = plan.adjust(in_force.as_ref(), &self.stays, Duration::ZERO);
            *in_force = None;
            return Next::Do(Operation::Adjust(adjusting), Some(Task::Restore));
        }
        Next::Finish(Ending {
            outcome: self.outcome,
            winner: self.winner.as_ref().map(|winner| winner.first),
            confidence: self.winner.as_ref().map(|winner| winner.confidence),
            ended_at: now,
        })
    }

    /// Learns how restoring or promoting went. Gives the error with which the study is to end, once the baseline is
    /// restored, where promoting has failed for good.
    ///
    /// # Errors
    ///
    /// Class failed: restoring the baseline has failed for good.
    pub(super) fn learn(
        &mut self,
        plan: &Plan,
        in_force: &mut Option<Point>,
        task: Task,
        result: Result<Answer, Failure>,
    ) -> Result<Option<Error>> {
        let target = match (task, &self.winner) {
            (Task::Promote, Some(winner)) => winner.point.clone(),
            _ => self.stays.clone(),
        };
        let wanted = plan.space.assignment(&target);
        let failure = match result {
            Ok(Answer::Adjusted(description)) => {
                disobeyed(&wanted, &description).map(|difference| (Class::Failed, difference))
            }
            Ok(_) => None,
            Err(failure) => Some((failure.class, failure.message)),
        };
        let Some((class, message)) = failure else {
            *in_force = Some(target.clone());
            (self.stays, self.promotes, self.failures) = (target, false, 0);
            return Ok(None);
        };
        self.failures += 1;
        if self.failures < ATTEMPTS {
            self.pauses = class != Class::Cancelled;
            return Ok(None);
        }
        if task == Task::Promote {
            (self.promotes, self.failures) = (false, 0);
            let text = format!("cannot promote {} after {ATTEMPTS} attempts: {message}", listed(&wanted));
            return Ok(Some(Error::failed(text).with_help("the baseline was restored: promote it by hand")));
        }
        let text = format!("cannot restore the baseline after {ATTEMPTS} attempts: {message}");
        let help = format!("the application may not be at its baseline: set {}", listed(&wanted));
        Err(Error::failed(text).with_help(help))
    }
}
