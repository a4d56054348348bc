//! What a course makes of the reports on its commands.

use std::collections::BTreeMap;

use jiff::Timestamp;
use servo_core::optimizer::{Answer, Failure, Outcome};
use servo_core::{Class, Error, Result};
use tokio::time::Instant;

use super::{Course, Task};
use crate::history::TrialRecord;
use crate::study::judge::{Judgement, disobeyed};
use crate::study::limits;
use crate::study::scope::Aim;
use crate::study::trial::{self, Attempt, Trial};
use crate::study::wind_up::{Decision, WindUp};

/// How often the baseline may fail to be measured.
const BASELINE_ATTEMPTS: usize = 2;
/// So many cancelled commands in a row mean that the study gets nowhere.
const CANCELLATIONS: u32 = 5;

impl Course {
    /// Learns what came of a command, and gives the trial that it ended, if any.
    ///
    /// # Errors
    ///
    /// The baseline cannot be restored, or commands are cancelled again and again.
    pub(in crate::study) fn learn(
        &mut self,
        task: Task,
        result: Result<Answer, Failure>,
        now: Instant,
        at: Timestamp,
    ) -> Result<Option<Trial>> {
        match task {
            Task::Restore | Task::Promote => {
                let Some(wind_up) = &mut self.wind_up else { return Ok(None) };
                let failure = wind_up.learn(&self.plan, &mut self.in_force, task, result)?;
                self.failure = self.failure.take().or(failure);
                return Ok(None);
            }
            Task::Adjust | Task::Measure => {}
        }
        // None where the study was stopped meanwhile: then this trial is not finished.
        let Some(attempt) = self.attempt.clone() else { return Ok(None) };
        let is_cancelled = result.as_ref().is_err_and(|failure| failure.class == Class::Cancelled);
        if is_cancelled {
            self.cancellations += 1;
            if self.cancellations >= CANCELLATIONS {
                self.interrupt();
                return Err(Error::failed(format!("{CANCELLATIONS} commands in a row were cancelled")));
            }
            return Ok(None);
        }
        self.cancellations = 0;
        let fatal = result.as_ref().err().filter(|failure| failure.class == Class::Configuration);
        let fatal = fatal.map(|failure| failure.message.clone());
        let judgement = match (task, result) {
            (Task::Measure, Ok(Answer::Measured(measurement))) => {
                let reference = self.ledger.reference();
                Some(Judgement::on(&self.plan, &attempt.point, &measurement, reference))
            }
            (Task::Adjust, Ok(Answer::Adjusted(description))) => {
                match disobeyed(&self.plan.space.assignment(&attempt.point), &description) {
                    None => {
                        self.in_force = Some(attempt.point.clone());
                        None
                    }
                    Some(difference) => Some(Judgement::failed(difference, BTreeMap::new())),
                }
            }
            (_, Err(failure)) => Judgement::of(&failure),
            (_, Ok(_)) => return Err(Error::internal("a command was answered with something else")),
        };
        let record = judgement.map(|judgement| self.record(&attempt, judgement, now, at));
        Ok(record.map(|record| Trial { record, point: attempt.point, ended: now, fatal }))
    }

    fn record(&self, attempt: &Attempt, judgement: Judgement, now: Instant, at: Timestamp) -> TrialRecord {
        let Attempt { point, began_at } = attempt;
        TrialRecord {
            n: self.ledger.next_number(),
            settings: self.plan.settings(point),
            status: judgement.status,
            verdict: judgement.verdict,
            reason: judgement.reason,
            message: judgement.message,
            metrics: judgement.metrics,
            cost: self.plan.cost(point),
            objective: judgement.objective,
            constraints: judgement.constraints,
            repeat_of: self.ledger.first(point),
            started_at: *began_at,
            ended_at: at,
            seconds: now.saturating_duration_since(self.since).as_secs_f64(),
        }
    }

    /// Counts a trial that is on disk.
    ///
    /// # Errors
    ///
    /// The study cannot go on: what the operator wrote cannot work, or as [`assess`](Self::assess).
    pub(in crate::study) fn accept(&mut self, trial: Trial) -> Result<()> {
        let Trial { record, point, ended, fatal } = trial;
        trial::log(&record);
        (self.attempt, self.since) = (None, ended);
        self.ledger.add(point, record);
        if let Some(fatal) = fatal {
            let error = Error::configuration(fatal);
            self.fail(&error);
            return Err(error);
        }
        self.assess()
    }

    /// Looks whether the study may go on after the trials so far. Where a budget for failures is used up it breaks the
    /// circuit.
    ///
    /// # Errors
    ///
    /// The baseline cannot be measured; or a budget for failures is used up by a study that changes nothing.
    pub(in crate::study) fn assess(&mut self) -> Result<()> {
        let is_measured = self.ledger.measured(self.plan.space.baseline()).next().is_some();
        let error = match self.ledger.records().last() {
            Some(last) if !is_measured && self.ledger.len() >= BASELINE_ATTEMPTS => {
                let why = trial::why(last);
                Error::failed(format!("cannot measure the baseline: {why}")).with_help(
                    "everything is compared with the baseline: see to it that the application can be measured as it is",
                )
            }
            _ => match limits::reached(&self.settings.budget, &self.ledger, &self.plan) {
                None => return Ok(()),
                Some(reason) if self.conduct.aim == Aim::Search => {
                    self.trip(reason);
                    return Ok(());
                }
                Some(reason) => Error::failed(reason).with_help("find out why, then run the servo again"),
            },
        };
        self.fail(&error);
        Err(error)
    }

    /// Breaks the circuit: the baseline is restored whatever else is left in force, and the study ends with an error.
    fn trip(&mut self, reason: String) {
        let error = Error::failed(reason.clone())
            .with_help("find out why, then allow changes again with `servo reset`");
        self.failure.get_or_insert(error);
        self.attempt = None;
        let decision = Decision { outcome: Outcome::Interrupted, winner: None, reason: Some(reason) };
        self.wind_up = Some(WindUp::new(decision, self.plan.space.baseline().clone()).breaking());
    }
}
