//! Who is shown what happens while servos run.

use std::sync::Arc;
use std::time::Duration;

use servo_core::Error;
use servo_core::optimizer::{Answer, Operation, Optimizer, Outcome};
use servo_core::progress::Progress;
use servo_core::servo::Servo;

/// Something that happened to a servo.
pub enum Moment<'a> {
    /// The servo begins with an optimizer.
    Starts {
        /// The servo.
        servo: &'a Arc<Servo>,
        /// Its optimizer.
        optimizer: &'a Arc<dyn Optimizer>,
    },
    /// The optimizer was greeted: from now on it is asked for commands.
    Greeted,
    /// A change is held back.
    Held {
        /// Why.
        reason: &'a str,
        /// For how long at most, before it is looked at again.
        wait: Duration,
    },
    /// The application is brought back to where it was.
    Restores,
    /// An operation begins; of sleep there is no end to be told.
    Begins {
        /// What is being done.
        operation: &'a Operation,
    },
    /// An operation came further.
    Progress {
        /// The word for the operation.
        operation: &'static str,
        /// How far it is.
        progress: &'a Progress,
    },
    /// An operation ended.
    Ended {
        /// The word for the operation.
        operation: &'static str,
        /// What came of it.
        result: Result<&'a Answer, &'a Error>,
        /// How long it took.
        took: Duration,
    },
    /// The servo's optimizer has nothing left to ask, or the servo failed.
    Finished {
        /// How it ended.
        result: Result<Outcome, &'a Error>,
    },
}

/// Is shown what happens while servos run. Called from their loops, so it must not block.
pub trait Watch: Send + Sync {
    /// Something happened to the servo of that name.
    fn moment(&self, servo: &str, moment: Moment<'_>);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Watch for Silent {
    fn moment(&self, _: &str, _: Moment<'_>) {}
}
