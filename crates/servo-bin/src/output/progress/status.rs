//! What is kept of one servo to write its line.

use std::sync::{Arc, Weak};

use servo_core::optimizer::{Operation, Optimizer};
use servo_core::servo::Servo;
use servo_runtime::runner::Moment;
use tokio::time::Instant;

use super::line::{self, Doing};

/// What is kept of one servo.
pub(super) struct Status {
    /// Its journal knows how it ended.
    servo: Arc<Servo>,
    /// Not held on to: whether it is still there tells whether a study is under way.
    optimizer: Weak<dyn Optimizer>,
    began: Instant,
    doing: Doing,
    /// Since when it does that.
    since: Instant,
    is_greeted: bool,
}

impl Status {
    /// Begins with a servo that starts, or starts again.
    pub(super) fn new(servo: &Arc<Servo>, optimizer: &Arc<dyn Optimizer>) -> Self {
        let now = Instant::now();
        Self {
            servo: Arc::clone(servo),
            optimizer: Arc::downgrade(optimizer),
            began: now,
            doing: Doing::Starting,
            since: now,
            is_greeted: false,
        }
    }

    /// Returns the servo.
    pub(super) fn servo(&self) -> &Arc<Servo> {
        &self.servo
    }

    /// Takes a moment into account.
    pub(super) fn take(&mut self, moment: &Moment<'_>) {
        let doing = match moment {
            Moment::Greeted => {
                self.is_greeted = true;
                Doing::Waiting
            }
            Moment::Held { reason, wait } => Doing::Held { reason: (*reason).to_owned(), wait: *wait },
            Moment::Restores => Doing::Restoring,
            Moment::Begins { operation: Operation::Sleep { duration, .. } } => {
                Doing::Sleeping(duration.as_std())
            }
            Moment::Begins { operation } => {
                Doing::Working { operation: operation.name(), percent: 0.0, message: String::new() }
            }
            Moment::Progress { operation, progress } => {
                Doing::Working { operation, percent: progress.percent, message: progress.message.clone() }
            }
            Moment::Ended { .. } if self.is_greeted => Doing::Waiting,
            Moment::Ended { .. } | Moment::Starts { .. } => Doing::Starting,
            Moment::Finished { .. } => Doing::Idle,
        };
        (self.doing, self.since) = (doing, Instant::now());
    }

    /// Writes its line as it is now.
    pub(super) fn text(&self) -> String {
        let Some(optimizer) = self.optimizer.upgrade() else {
            return line::text(
                &Doing::Idle,
                &servo_core::optimizer::Figures::default(),
                self.began.elapsed(),
            );
        };
        let passed = self.since.elapsed();
        let figures = optimizer.figures();
        let doing = match &self.doing {
            Doing::Sleeping(time) => match time.saturating_sub(passed) {
                // No moment tells of its end.
                left if left.is_zero() => &Doing::Waiting,
                left => &Doing::Sleeping(left),
            },
            Doing::Held { reason, wait } => {
                &Doing::Held { reason: reason.clone(), wait: wait.saturating_sub(passed) }
            }
            doing => doing,
        };
        line::text(doing, &figures, self.began.elapsed())
    }
}
