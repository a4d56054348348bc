//! The course of a study: which command follows which, without clocks of its own and without files.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use servo_core::optimizer::{Answer, Failure, Operation, Outcome};
use servo_core::{Class, Error, Result};
use tokio::time::Instant;

use super::judge::{Verdict, disobeyed};
use super::ledger::{Attempt, Ledger, Trial};
use super::plan::Plan;
use super::wind_up::WindUp;
use super::winner::Winner;
use crate::history::{Ending, Status, TrialRecord};
use crate::lattice::Point;
use crate::search::{Observation, Step};
use crate::settings::{Promote, Settings};

/// How often the baseline may fail to be measured.
const BASELINE_ATTEMPTS: usize = 2;
/// So many failures in a row are not about configurations any more.
const FAILURES: usize = 5;
/// So many cancelled commands in a row mean that the study gets nowhere.
const CANCELLATIONS: u32 = 5;
/// So many metrics of a trial are shown in a log line.
const MOST_METRICS: usize = 4;

/// What a command that was given out is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Brings the configuration that is tried into force.
    Adjust,
    /// Measures it.
    Measure,
    /// Brings the baseline back.
    Restore,
    /// Brings the winner into force for good.
    Promote,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// A command; no report is expected where it has no task.
    Do(Operation, Option<Task>),
    /// The search has to be asked.
    Think,
    /// Nothing is left to do.
    Finish(Ending),
}

/// A study between two commands.
#[derive(Debug)]
pub(super) struct Course {
    plan: Arc<Plan>,
    study: i64,
    settings: Settings,
    ledger: Ledger,
    /// The configuration in force; `None` where that is not known.
    in_force: Option<Point>,
    attempt: Option<Attempt>,
    cancellations: u32,
    wind_up: Option<WindUp>,
    /// What the study ends with instead of its outcome.
    failure: Option<Error>,
}

impl Course {
    pub(super) fn new(plan: Plan, study: i64, settings: Settings) -> Self {
        let in_force = Some(plan.space.baseline().clone());
        Self {
            plan: Arc::new(plan),
            study,
            settings,
            ledger: Ledger::default(),
            in_force,
            attempt: None,
            cancellations: 0,
            wind_up: None,
            failure: None,
        }
    }

    pub(super) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan)
    }

    pub(super) fn study(&self) -> i64 {
        self.study
    }

    pub(super) fn observations(&self) -> &[Observation] {
        self.ledger.observations()
    }

    pub(super) fn seed(&self) -> u64 {
        self.settings.seed
    }

    pub(super) fn repeats(&self) -> usize {
        self.settings.repeats as usize
    }

    pub(super) fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// Gives how many trials the budget still allows, `elapsed` seconds after the study began.
    pub(super) fn trials_left(&self, elapsed: f64) -> usize {
        let window = self.settings.measurement;
        let planned = [window.warmup, window.duration, window.delay, self.settings.settlement];
        let planned = planned.iter().map(|part| part.as_secs_f64()).sum();
        let per_trial = self.ledger.seconds_per_trial().unwrap_or(planned);
        self.settings.budget.left(self.ledger.len(), elapsed, per_trial)
    }

    /// Gives what comes next.
    pub(super) fn next(&mut self, now: Timestamp) -> Next {
        if let Some(wind_up) = &mut self.wind_up {
            return wind_up.next(&self.plan, &self.settings, &mut self.in_force, now);
        }
        let baseline = self.plan.space.baseline().clone();
        if self.attempt.is_none() {
            if self.ledger.measured(&baseline).next().is_some() {
                return Next::Think;
            }
            self.attempt = Some(Attempt { point: baseline.clone(), began: Instant::now(), began_at: now });
        }
        let Some(attempt) = &self.attempt else { return Next::Think };
        if self.in_force.as_ref() == Some(&attempt.point) {
            return match self.plan.measure(self.settings.measurement, attempt.point == baseline) {
                Ok(operation) => Next::Do(operation, Some(Task::Measure)),
                Err(error) => {
                    self.interrupt();
                    self.failure.get_or_insert(error);
                    self.next(now)
                }
            };
        }
        let adjusting = self.plan.adjust(self.in_force.as_ref(), &attempt.point, self.settings.settlement);
        // Until a report says otherwise nobody knows how far the adjustment came.
        self.in_force = None;
        Next::Do(Operation::Adjust(adjusting), Some(Task::Adjust))
    }

    /// Takes the decision of the search.
    pub(super) fn follow(&mut self, step: Step) {
        match step {
            Step::Explore(point) | Step::Confirm(point) => {
                self.attempt = Some(Attempt { point, began: Instant::now(), began_at: Timestamp::now() });
            }
            Step::Settled(ranked) => {
                let ranked = ranked.as_ref();
                let winner =
                    ranked.and_then(|it| Winner::of(it, &self.plan, &self.ledger, self.settings.repeats));
                let outcome = if winner.is_some() { Outcome::Improved } else { Outcome::NoBetter };
                self.end(outcome, winner);
            }
        }
    }

    /// Ends the study early. A winner that is named already stays named, but is not promoted any more.
    pub(super) fn interrupt(&mut self) {
        match &mut self.wind_up {
            Some(wind_up) => wind_up.interrupt(),
            None => self.end(Outcome::Interrupted, None),
        }
    }

    fn end(&mut self, outcome: Outcome, winner: Option<Winner>) {
        self.attempt = None;
        let promotes = self.settings.promote == Promote::Always;
        self.wind_up = Some(WindUp::new(outcome, winner, promotes, self.plan.space.baseline().clone()));
    }

    /// Learns what came of a command, and gives the trial that it ended, if any.
    ///
    /// # Errors
    ///
    /// The baseline cannot be restored, or commands are cancelled again and again.
    pub(super) fn learn(
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
        let verdict = match (task, result) {
            (Task::Measure, Ok(Answer::Measured(measurement))) => {
                Some(Verdict::on(&self.plan, &attempt.point, &measurement))
            }
            (Task::Adjust, Ok(Answer::Adjusted(description))) => {
                match disobeyed(&self.plan.space.assignment(&attempt.point), &description) {
                    None => {
                        self.in_force = Some(attempt.point.clone());
                        None
                    }
                    Some(difference) => Some(Verdict::failed(difference, BTreeMap::new())),
                }
            }
            (_, Err(failure)) => Verdict::of(&failure),
            (_, Ok(_)) => return Err(Error::internal("a command was answered with something else")),
        };
        Ok(verdict.map(|verdict| self.trial(&attempt, verdict, fatal, now, at)))
    }

    fn trial(
        &self,
        attempt: &Attempt,
        verdict: Verdict,
        fatal: Option<String>,
        now: Instant,
        at: Timestamp,
    ) -> Trial {
        let Attempt { point, began, began_at } = attempt;
        Trial {
            observation: Observation { point: point.clone(), outcome: verdict.outcome() },
            seconds: now.saturating_duration_since(*began).as_secs_f64(),
            fatal,
            record: TrialRecord {
                n: self.ledger.next_number(),
                settings: self.plan.settings(point),
                status: verdict.status,
                reason: verdict.reason,
                message: verdict.message,
                metrics: verdict.metrics,
                cost: self.plan.cost(point),
                objective: verdict.objective,
                constraints: verdict.constraints,
                repeat_of: self.ledger.first(point),
                started_at: *began_at,
                ended_at: at,
            },
        }
    }

    /// Counts a trial that is on disk.
    ///
    /// # Errors
    ///
    /// The study cannot go on: the baseline cannot be measured, or trials fail for reasons of their own.
    pub(super) fn accept(&mut self, trial: Trial) -> Result<()> {
        let Trial { record, observation, seconds, fatal } = trial;
        tracing::info!(
            trial = record.n,
            status = record.status.word(),
            cost = record.cost,
            "{}",
            summary(&record)
        );
        self.attempt = None;
        let is_baseline = observation.point == *self.plan.space.baseline();
        self.ledger.add(observation, seconds);
        let why = || record.message.clone().unwrap_or_else(|| record.status.word().to_owned());
        let baseline_fails = is_baseline
            && self.ledger.measured(self.plan.space.baseline()).next().is_none()
            && self.ledger.len() >= BASELINE_ATTEMPTS;
        let error = if let Some(fatal) = fatal {
            Error::configuration(fatal)
        } else if baseline_fails {
            Error::failed(format!("cannot measure the baseline: {}", why()))
                .with_help("everything is compared with the baseline: see to it that the application can be measured as it is")
        } else if self.ledger.failures_in_a_row() >= FAILURES {
            Error::failed(format!("{FAILURES} trials in a row failed, the last one with: {}", why()))
        } else {
            return Ok(());
        };
        self.interrupt();
        Err(error)
    }
}

fn summary(record: &TrialRecord) -> String {
    let settings: Vec<String> =
        record.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let came_of_it = match (&record.message, record.status) {
        (Some(why), status) if status != Status::Measured => format!(": {why}"),
        _ => {
            let metric = |(name, value): (&String, &f64)| format!(" {name}={value:.2}");
            format!(" ->{}", record.metrics.iter().take(MOST_METRICS).map(metric).collect::<String>())
        }
    };
    format!("{}{came_of_it}", settings.join(" "))
}

/// Turns a failure that a servo reported into an error of the study.
pub(super) fn error(failure: &Failure, what: &str) -> Error {
    Error::new(failure.class, format!("{what}: {}", failure.message))
}
