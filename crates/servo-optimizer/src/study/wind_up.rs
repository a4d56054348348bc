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

/// How a study was decided.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) outcome: Outcome,
    pub(super) winner: Option<Winner>,
    /// Why it came to this, for the operator.
    pub(super) reason: Option<String>,
}

/// The steps by which a circuit breaks, before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Circuit {
    /// It holds, or is broken and written down.
    Settled,
    /// It is to be broken.
    Breaks,
    /// It was broken, and that is to be written down.
    Broken,
}

/// A study that is decided, before the application is as it is to stay.
#[derive(Debug)]
pub(super) struct WindUp {
    decision: Decision,
    circuit: Circuit,
    /// Whether the winner is still to be brought into force, with the number of the trial that this is for.
    promotes: Option<u32>,
    /// Whether the configuration that is to stay is brought back into force.
    restores: bool,
    /// The configuration that is to stay.
    stays: Point,
    /// How often bringing it into force has failed.
    failures: u32,
    /// Whether to wait before it is tried again.
    pauses: bool,
}

impl WindUp {
    /// Begins to wind up: the baseline is restored.
    pub(super) fn new(decision: Decision, baseline: Point) -> Self {
        Self {
            decision,
            circuit: Circuit::Settled,
            promotes: None,
            restores: true,
            stays: baseline,
            failures: 0,
            pauses: false,
        }
    }

    /// Promotes the winner, if there is one; it is adjusted to for this trial.
    pub(super) fn promoting(mut self, trial: u32) -> Self {
        self.promotes = self.decision.winner.is_some().then_some(trial);
        self
    }

    /// Leaves in force what is.
    pub(super) fn leaving(mut self) -> Self {
        self.restores = false;
        self
    }

    /// Breaks the circuit first, for the reason of the decision.
    pub(super) fn breaking(mut self) -> Self {
        self.circuit = Circuit::Breaks;
        self
    }

    /// Gives the winner, where one is named.
    pub(super) fn winner(&self) -> Option<&Winner> {
        self.decision.winner.as_ref()
    }

    /// Gives up what has not been promoted yet: the study can go on with that.
    pub(super) fn interrupt(&mut self) {
        if self.promotes.take().is_some() {
            self.decision.outcome = Outcome::Interrupted;
        }
    }

    /// Gives how the study ends when it is left here.
    pub(super) fn cut_off(&self, now: Timestamp) -> Ending {
        // As long as nobody heard that the circuit is to break, the study has to break it when it goes on.
        let is_heard = self.circuit != Circuit::Breaks;
        let is_final = self.decision.outcome == Outcome::Interrupted && self.decision.reason.is_some();
        if is_heard && is_final { self.ending(now) } else { Ending::cut_off(now) }
    }

    /// Gives what comes next, with the configuration in force; `None` where that is not known.
    pub(super) fn next(
        &mut self,
        plan: &Plan,
        settings: &Settings,
        in_force: &mut Option<Point>,
        now: Timestamp,
    ) -> Next {
        match self.circuit {
            Circuit::Breaks => {
                self.circuit = Circuit::Broken;
                let reason = self.decision.reason.clone().unwrap_or_default();
                return Next::Do(Operation::Trip { reason }, None);
            }
            Circuit::Broken => {
                self.circuit = Circuit::Settled;
                return Next::Record(self.ending(now));
            }
            Circuit::Settled => {}
        }
        if std::mem::take(&mut self.pauses) {
            let reason = "before it is tried again".to_owned();
            return Next::Do(Operation::Sleep { duration: PAUSE, reason }, None);
        }
        if let (Some(trial), Some(winner)) = (self.promotes, &self.decision.winner) {
            // In full: whoever promotes need not know what the study did before.
            let adjusting = plan.adjust(None, &winner.point, settings.settlement, Some(trial));
            *in_force = None;
            return Next::Do(Operation::Promote(adjusting), Some(Task::Promote));
        }
        if self.restores && in_force.as_ref() != Some(&self.stays) && self.failures < ATTEMPTS {
            let adjusting = plan.adjust(in_force.as_ref(), &self.stays, Duration::ZERO, None);
            *in_force = None;
            return Next::Do(Operation::Adjust(adjusting), Some(Task::Restore));
        }
        Next::Finish(self.ending(now))
    }

    fn ending(&self, now: Timestamp) -> Ending {
        let Decision { outcome, winner, reason } = &self.decision;
        Ending {
            outcome: *outcome,
            winner: winner.as_ref().map(|winner| winner.first),
            confidence: winner.as_ref().map(|winner| winner.confidence),
            ended_at: now,
            reason: reason.clone(),
        }
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
        let target = match (task, self.winner()) {
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
            (self.stays, self.promotes, self.failures) = (target, None, 0);
            return Ok(None);
        };
        self.failures += 1;
        if self.failures < ATTEMPTS {
            self.pauses = class != Class::Cancelled;
            return Ok(None);
        }
        if task == Task::Promote {
            (self.promotes, self.failures) = (None, 0);
            let text = format!("cannot promote {} after {ATTEMPTS} attempts: {message}", listed(&wanted));
            self.decision.reason.get_or_insert_with(|| text.clone());
            let left = if self.restores { "the baseline was restored" } else { "nothing was restored" };
            return Ok(Some(Error::failed(text).with_help(format!("{left}: promote it by hand"))));
        }
        let text = format!("cannot restore the baseline after {ATTEMPTS} attempts: {message}");
        let help = format!("the application may not be at its baseline: set {}", listed(&wanted));
        Err(Error::failed(text).with_help(help))
    }
}
