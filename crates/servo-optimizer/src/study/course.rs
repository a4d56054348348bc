//! The course of a study: which command follows which, without clocks of its own and without files.

mod learn;

use std::sync::Arc;

use jiff::Timestamp;
use servo_core::Error;
use servo_core::optimizer::{Failure, Figures, Operation, Outcome};
use tokio::time::Instant;

use super::advice::Advice;
use super::ledger::Ledger;
use super::plan::Plan;
use super::scope::Aim;
use super::trial::Attempt;
use super::wind_up::{Decision, WindUp};
use super::winner::Winner;
use crate::history::Ending;
use crate::lattice::Point;
use crate::search::Step;
use crate::settings::Settings;

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
    /// This is how the study ends, whatever becomes of what is left to do.
    Record(Ending),
    /// Nothing is left to do.
    Finish(Ending),
}

/// What a course does, and how it leaves the application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conduct {
    pub(super) aim: Aim,
    /// Whether a winner stays in force.
    pub(super) promotes: bool,
    /// Whether the baseline is restored.
    pub(super) restores: bool,
}

/// A study between two commands.
#[derive(Debug)]
pub(super) struct Course {
    plan: Arc<Plan>,
    study: i64,
    settings: Settings,
    conduct: Conduct,
    ledger: Ledger,
    /// The configuration in force; `None` where that is not known.
    in_force: Option<Point>,
    /// Whether the configuration in force is the one that was found when this course began.
    is_as_found: bool,
    attempt: Option<Attempt>,
    /// When the time of the trial that is being made began to count.
    since: Instant,
    cancellations: u32,
    wind_up: Option<WindUp>,
    /// What the study ends with instead of its outcome.
    failure: Option<Error>,
    advice: Option<Arc<Advice>>,
}

impl Course {
    /// Begins, or goes on after the trials of a ledger, with the configuration that was found.
    pub(super) fn new(
        plan: Plan,
        study: i64,
        settings: Settings,
        conduct: Conduct,
        ledger: Ledger,
        in_force: Option<Point>,
    ) -> Self {
        Self {
            plan: Arc::new(plan),
            study,
            settings,
            conduct,
            ledger,
            in_force,
            is_as_found: true,
            attempt: None,
            since: Instant::now(),
            cancellations: 0,
            wind_up: None,
            failure: None,
            advice: None,
        }
    }

    /// Takes along what is to be said of a search that is not made.
    pub(super) fn with_advice(mut self, advice: Advice) -> Self {
        self.advice = Some(Arc::new(advice));
        self
    }

    pub(super) fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan)
    }

    pub(super) fn study(&self) -> i64 {
        self.study
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Gives what is to be said of a search that is not made; `None` where one is made.
    pub(super) fn advice(&self) -> Option<Arc<Advice>> {
        self.advice.clone()
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(super) fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// Gives how many trials the budget still allows. It follows from the trials alone, whatever happened in between.
    pub(super) fn trials_left(&self) -> usize {
        let window = self.settings.measurement;
        let planned = [window.warmup, window.duration, window.delay, self.settings.settlement];
        let planned = planned.iter().map(|part| part.as_secs_f64()).sum();
        let per_trial = self.ledger.seconds_per_trial().unwrap_or(planned);
        self.settings.budget.left(self.ledger.len(), self.ledger.seconds(), per_trial)
    }

    /// Gives what can be watched.
    pub(super) fn figures(&self) -> Figures {
        let last = self.ledger.last_measured();
        Figures {
            trials: self.ledger.verdicts(),
            slo_margin: last.and_then(|trial| self.plan.margin(&trial.metrics)),
            cost: self.in_force.as_ref().and_then(|point| self.plan.cost(point)),
            baseline_cost: self.plan.cost(self.plan.space.baseline()),
            best_cost: self.ledger.best().and_then(|point| self.plan.cost(point)),
            budget: u64::try_from(self.ledger.len().saturating_add(self.trials_left())).ok(),
            errors: 0,
        }
    }

    /// Gives what comes next.
    pub(super) fn next(&mut self, now: Timestamp) -> Next {
        if let Some(wind_up) = &mut self.wind_up {
            return wind_up.next(&self.plan, &self.settings, &mut self.in_force, now);
        }
        let attempt = match self.attempt.take() {
            Some(attempt) => attempt,
            None if self.wants_baseline() => {
                Attempt { point: self.plan.space.baseline().clone(), began_at: now }
            }
            None if self.conduct.aim == Aim::Watch => {
                self.end(Decision { outcome: Outcome::NoBetter, winner: None, reason: None });
                return self.next(now);
            }
            None => return Next::Think,
        };
        let point = self.attempt.insert(attempt).point.clone();
        let run_began = self.ledger.run_began(&point);
        // A course that was not interrupted would have come back to it with an adjustment.
        if self.is_as_found && run_began > 1 {
            self.in_force = self.in_force.take().filter(|found| *found != point);
        }
        if self.in_force.as_ref() == Some(&point) {
            let is_baseline = point == *self.plan.space.baseline();
            let n = self.ledger.next_number();
            return match self.plan.measure(self.settings.measurement, is_baseline, n) {
                Ok(operation) => Next::Do(operation, Some(Task::Measure)),
                Err(error) => {
                    self.fail(&error);
                    self.failure.get_or_insert(error);
                    self.next(now)
                }
            };
        }
        let from = self.in_force.take();
        self.is_as_found = false;
        // Until a report says otherwise nobody knows how far the adjustment came.
        let adjusting = self.plan.adjust(from.as_ref(), &point, self.settings.settlement, Some(run_began));
        Next::Do(Operation::Adjust(adjusting), Some(Task::Adjust))
    }

    /// Says whether the baseline has to be measured before anything else.
    fn wants_baseline(&self) -> bool {
        let measured = self.ledger.measured(self.plan.space.baseline()).count();
        let wanted = if self.conduct.aim == Aim::Watch { self.settings.repeats as usize } else { 1 };
        measured == 0 || (measured < wanted && self.trials_left() > 0)
    }

    /// Takes the decision of the search.
    pub(super) fn follow(&mut self, step: Step) {
        match step {
            Step::Explore(point) | Step::Confirm(point) => {
                self.attempt = Some(Attempt { point, began_at: Timestamp::now() });
            }
            Step::Settled(ranked) => {
                let ranked = ranked.as_ref();
                let winner =
                    ranked.and_then(|it| Winner::of(it, &self.plan, &self.ledger, self.settings.repeats));
                let outcome = if winner.is_some() { Outcome::Improved } else { Outcome::NoBetter };
                self.end(Decision { outcome, winner, reason: None });
            }
        }
    }

    /// Takes the advice that was asked for: nothing is left to do.
    pub(super) fn advise(&mut self, note: String) {
        self.end(Decision { outcome: Outcome::NoBetter, winner: None, reason: Some(note) });
    }

    /// Ends the study early, so that it can go on. A winner that is named already stays named, but is not promoted any
    /// more.
    pub(super) fn interrupt(&mut self) {
        match &mut self.wind_up {
            Some(wind_up) => wind_up.interrupt(),
            None => self.end(Decision { outcome: Outcome::Interrupted, winner: None, reason: None }),
        }
    }

    /// Ends the study early for good.
    pub(super) fn fail(&mut self, error: &Error) {
        if self.wind_up.is_none() {
            let reason = Some(error.chain());
            self.end(Decision { outcome: Outcome::Interrupted, winner: None, reason });
        }
    }

    /// Gives how the study ends when it is left here.
    pub(super) fn cut_off(&self, now: Timestamp) -> Ending {
        self.wind_up.as_ref().map_or_else(|| Ending::cut_off(now), |wind_up| wind_up.cut_off(now))
    }

    fn end(&mut self, decision: Decision) {
        self.attempt = None;
        let wind_up = WindUp::new(decision, self.plan.space.baseline().clone());
        let wind_up = match (self.conduct.promotes, wind_up.winner()) {
            (true, Some(winner)) => {
                let trial = self.ledger.run_began(&winner.point);
                wind_up.promoting(trial)
            }
            _ => wind_up,
        };
        self.wind_up = Some(if self.conduct.restores { wind_up } else { wind_up.leaving() });
    }
}

/// Turns a failure that a servo reported into an error of the study.
pub(super) fn error(failure: &Failure, what: &str) -> Error {
    Error::new(failure.class, format!("{what}: {}", failure.message))
}
