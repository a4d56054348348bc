//! Who is shown what happens while servos run.

use std::time::Duration;

use servo_core::Error;
use servo_core::optimizer::{Answer, Operation, Outcome};
use servo_core::progress::Progress;

/// Something that happened to a servo.
#[derive(Debug)]
pub enum Moment<'a> {
    /// An operation begins.
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
