//! What the board keeps of one servo.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use servo_core::optimizer::{Operation, Optimizer};
use servo_core::servo::Servo;
use tokio::time::Instant;

use super::ledger::Standing;
use super::reading::{Reading, Silence};
use super::state::State;
use super::tally::Tally;
use crate::runner::Moment;

/// What is kept of one servo.
pub(super) struct Slot {
    state: State,
    since: Instant,
    /// Why it is held or has failed.
    note: Option<String>,
    servo: Option<Arc<Servo>>,
    optimizer: Option<Arc<dyn Optimizer>>,
    /// Whether the present optimizer was greeted.
    is_greeted: bool,
    /// Whether any was.
    was_greeted: bool,
    /// Since when the application is brought back.
    restoring: Option<Instant>,
    makes_trials: bool,
    tally: Tally,
    silence: Silence,
    /// How many operations have ended, by their names and statuses.
    operations: BTreeMap<(&'static str, &'static str), u64>,
    restores: u64,
}

impl Slot {
    /// Creates one of a servo that is about to start.
    pub(super) fn new() -> Self {
        Self {
            state: State::Starting,
            since: Instant::now(),
            note: None,
            servo: None,
            optimizer: None,
            is_greeted: false,
            was_greeted: false,
            restoring: None,
            makes_trials: false,
            tally: Tally::default(),
            silence: Silence::default(),
            operations: BTreeMap::new(),
            restores: 0,
        }
    }

    /// Takes a moment into account. Returns an optimizer that is let go of, so that its end, which may take a while,
    /// is outside of every lock.
    pub(super) fn take(&mut self, moment: &Moment<'_>) -> Option<Arc<dyn Optimizer>> {
        let mut released = None;
        match *moment {
            Moment::Starts { servo, optimizer } => {
                released = self.release();
                self.tally.renew();
                self.silence = Silence::default();
                self.servo = Some(Arc::clone(servo));
                self.makes_trials = optimizer.makes_trials();
                self.optimizer = Some(Arc::clone(optimizer));
                (self.is_greeted, self.restoring) = (false, None);
                self.enter(State::Starting);
            }
            Moment::Greeted => {
                (self.is_greeted, self.was_greeted) = (true, true);
                self.listen();
                self.rest();
            }
            Moment::Held { reason, .. } => {
                // It is held for as long as it was held first, however often it asks.
                if self.state != State::Held {
                    self.enter(State::Held);
                }
                self.note = Some(reason.to_owned());
            }
            Moment::Restores => {
                self.restores = self.restores.saturating_add(1);
                self.restoring = Some(Instant::now());
                self.enter(State::Restoring);
            }
            Moment::Begins { operation } => {
                if let Some(state) = of(operation) {
                    self.enter(state);
                }
            }
            Moment::Progress { .. } => {}
            Moment::Ended { operation, result, .. } => {
                let status = result.map_or_else(|error| error.class().status(), |_| "ok");
                let count = self.operations.entry((operation, status)).or_default();
                *count = count.saturating_add(1);
                self.rest();
            }
            Moment::Finished { result } => {
                released = self.release();
                self.enter(if result.is_ok() { State::Ended } else { State::Failed });
                self.note = result.err().map(servo_core::Error::chain);
            }
        }
        released
    }

    /// Says whether its connectors have started, or never will.
    pub(super) fn has_started(&self) -> bool {
        self.is_greeted || self.state.is_over() || self.servo.as_ref().is_some_and(|servo| servo.is_running())
    }

    /// Returns its state at this time. With it comes an optimizer that was let go of, as from [`take`](Self::take).
    pub(super) fn read(&mut self, name: &Arc<str>, now: Timestamp) -> (Reading, Option<Arc<dyn Optimizer>>) {
        // Nobody but the board holds on to it: the study is over, and the next has not begun.
        let is_alone = self.optimizer.as_ref().is_some_and(|optimizer| Arc::strong_count(optimizer) == 1);
        let released = if is_alone { self.release() } else { None };
        if is_alone && !self.state.is_over() {
            self.enter(State::Idle);
        }
        self.listen();
        let servo = self.servo.as_ref();
        let restoring = self.restoring.map(|since| since.elapsed());
        let standing =
            servo.map(|servo| Standing::of(&servo.bus().host().journal().ledger(), now, restoring));
        let reading = Reading {
            name: Arc::clone(name),
            state: self.state,
            age: self.since.elapsed(),
            note: self.note.clone(),
            was_greeted: self.was_greeted,
            silence: self.optimizer.as_ref().and_then(|_| self.silence.lasts()),
            is_lost: self.optimizer.is_some() && self.silence.is_lost(self.tally.last.errors),
            standing,
            makes_trials: self.makes_trials,
            tally: self.tally.clone(),
            operations: self.operations.clone(),
            restores: self.restores,
        };
        (reading, released)
    }

    fn enter(&mut self, state: State) {
        (self.state, self.since, self.note) = (state, Instant::now(), None);
    }

    /// Goes back to where it is between operations.
    fn rest(&mut self) {
        self.restoring = None;
        self.enter(if self.is_greeted { State::Waiting } else { State::Starting });
    }

    /// Takes the figures of the optimizer into account.
    fn listen(&mut self) {
        if let Some(optimizer) = &self.optimizer {
            self.tally.observe(optimizer.figures());
            self.silence.observe(optimizer.last_heard(), self.tally.last.errors);
        }
    }

    /// Lets go of the optimizer, whose figures are kept.
    fn release(&mut self) -> Option<Arc<dyn Optimizer>> {
        self.listen();
        self.optimizer.take()
    }
}

/// What a servo is doing while an operation is under way; `None` for what is no work.
const fn of(operation: &Operation) -> Option<State> {
    match operation {
        Operation::Describe(_) => Some(State::Describing),
        Operation::Measure(_) => Some(State::Measuring),
        Operation::Adjust(_) => Some(State::Adjusting),
        Operation::Promote(_) => Some(State::Promoting),
        Operation::Sleep { .. } | Operation::Trip { .. } | Operation::Finish(_) => None,
    }
}
